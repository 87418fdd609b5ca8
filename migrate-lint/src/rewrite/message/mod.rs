//! The message without its values, and without the words that served only them.

mod adjacent;
mod apposition;
mod assignment;
mod attributes;
mod before_value;
mod brackets;
mod checked;
mod clause;
mod cleanup;
mod comparison;
mod complete;
mod doubled;
mod doubt;
mod label;
mod line;
mod named;
mod naming_clause;
mod neighbours;
mod no_label;
mod object;
mod phrase;
mod preposition;
mod role;
mod row;
mod sentences;
mod tag;

use self::line::Line;
use super::tokens::{MessagePart, Token, join, tokens};

pub(crate) use self::cleanup::is_acronym;
pub(super) use self::cleanup::{is_phrase, polish};
pub(super) use self::sentences::sentences;

/// What the message says of one value.
#[derive(Clone, Debug, Default)]
pub(super) struct Hint {
    /// The word or words that named it: `len` in `len: {}`, `pod` in `pod {}`.
    pub(super) label: Option<String>,
    /// The label was explicit (`len:`, `len=`) and has left the message.
    pub(super) is_explicit: bool,
    /// The value followed a colon or `=`.
    pub(super) is_after_colon: bool,
    /// The word after it: `replicas` in `{} replicas`.
    pub(super) noun_after: Option<String>,
    /// The first word of the phrase after it: `ready` in `{} ready replicas`.
    pub(super) word_after: Option<String>,
    /// The unit after it: `ms` in `{}ms`.
    pub(super) unit: Option<String>,
    /// It is what something becomes or goes to: `to {}`, `-> {}`.
    pub(super) is_target: bool,
    /// It is what something was or comes from: `from {}`.
    pub(super) is_source: bool,
    /// It was in brackets of its own.
    pub(super) is_bracketed: bool,
    /// It is what the value before it is set to: `{}={}`.
    pub(super) is_assigned: bool,
    /// It is the end of a range: `{} - {}`, `{}..{}`, `[{} -> {}]`.
    pub(super) is_range_end: bool,
    /// It was the subject of the sentence, the object of a verb: the message says less without it.
    pub(super) is_missed: bool,
    /// Its name is in its place.
    pub(super) is_placed: bool,
    /// The words before its colon say that something could not be done: `failed to open parcel: {}`.
    pub(super) is_after_failure: bool,
    /// The verb before it has its name: `pruned {pruned} logs`.
    pub(super) is_said_by_verb: bool,
    /// It is the end of a word: `worker-{}`.
    pub(super) is_glued: bool,
}

/// A message without values.
#[derive(Clone, Debug)]
pub(super) struct Stripped {
    /// The rest; empty when only values were in it.
    pub(super) text: String,
    /// By value.
    pub(super) hints: Vec<Hint>,
    /// The first value was the subject of what is left: `is ready`.
    pub(super) lacks_subject: bool,
    /// A clause is left that only named values: `, cores per node`.
    pub(super) is_list: bool,
    /// A word is followed by one that it did not precede, or a preposition by none.
    pub(super) is_broken: bool,
    /// Values have left, and not all where a sentence stays whole.
    pub(super) is_unchecked: bool,
    /// Its last word is that of the source.
    pub(super) ends_as_written: bool,
    /// Words that are gone and said something.
    pub(super) lost: Vec<String>,
}

/// What the values of a message are called.
#[derive(Clone, Copy)]
pub(super) struct Called<'a> {
    /// The words of each value's own name.
    pub(super) names: &'a [Vec<String>],
    /// What a sentence can call it.
    pub(super) nouns: &'a [Vec<String>],
    /// Whether it says how many there are.
    pub(super) counts: &'a [bool],
}

/// Takes the values out. `function` is the name of the function around.
pub(super) fn strip(
    parts: &[MessagePart],
    values: &Called<'_>,
    function: Option<&str>,
) -> Stripped {
    let tokens = tokens(parts);
    // `[{}]: could not listen` has a tag, `{} is ready` a subject.
    let first = tokens.iter().position(|token| matches!(token, Token::Hole(_)));
    let mut after = tokens[first.map_or(0, |first| first + 1)..].iter();
    let is_tag = matches!(
        after.find(|token| **token != Token::Space),
        Some(Token::Close(_) | Token::Separator(_))
    );
    let mut line = Line::of(tokens, values);
    line.signs(function);
    line.holes();
    let lacks_subject = line.clean_up() && !is_tag && !line.take_leads();
    let is_list = line.is_list();
    let is_broken = line.is_broken();
    let is_unchecked = line.is_unchecked();
    let lost = line.lost_words();
    let ends_as_written = line.ends_as_written();
    Stripped {
        hints: std::mem::take(&mut line.hints),
        text: polish(&join(&line.into_tokens())),
        lacks_subject,
        is_list,
        is_broken,
        is_unchecked,
        ends_as_written,
        lost,
    }
}

/// The sentence with the names of its values in their places, and words that are gone and said something; none where a value
/// has no name, or where it would be no better.
pub(super) fn named(
    parts: &[MessagePart],
    values: &Called<'_>,
    function: Option<&str>,
) -> Option<(String, Vec<String>)> {
    let mut line = Line::of(tokens(parts), values);
    let are_compared = line.comparisons();
    line.signs(function);
    let are_named = are_compared && line.names();
    let is_whole = are_named && !line.clean_up() && !line.is_list() && !line.is_broken();
    let is_some = line.hints.iter().any(|hint| hint.is_placed);
    let lost = line.lost_words();
    (is_whole && is_some).then(|| (polish(&join(&line.into_tokens())), lost))
}

impl Line<'_> {
    /// What leaves whatever becomes of the values.
    fn signs(&mut self, function: Option<&str>) {
        self.quotes();
        self.function_prefix(function);
        self.bracketed_labels();
        self.brackets();
        self.attributes();
    }

    /// Whether a reader would stumble over what is left.
    fn is_broken(&self) -> bool {
        self.joins_strangers()
            || self.is_chain()
            || self.ends_in_preposition()
            || self.leads_to_verb()
            || self.ends_in_saying()
            || self.gives_its_object_away()
            || self.leaves_a_verb_bare()
            || self.may_end_in_a_verb()
            || self.says_no_longer_to_what()
            || self.says_no_longer_what_it_is()
            || self.lacks_a_complement()
            || self.keeps_a_sign()
            || self.has_lost_bracket
            || self.begins_apart()
    }

    fn holes(&mut self) {
        for at in 0..self.len() {
            if let Some(hole) = self.hole(at) {
                let before = self.left(at);
                let separator = before.and_then(|before| self.separator(before));
                let is_arrow = matches!(separator, Some("->" | "=>" | "→"));
                let is_range = is_arrow || matches!(separator, Some("-" | "." | "..." | "–"));
                let is_assigned = separator == Some("=")
                    && before.is_some_and(|before| before + 1 == at && self.follows_value(before));
                let leads = before.and_then(|before| self.word(before)) == Some("to");
                self.hints[hole].is_target = is_arrow || leads;
                self.hints[hole].is_source =
                    before.and_then(|before| self.word(before)) == Some("from");
                self.hints[hole].is_range_end =
                    is_range && before.is_some_and(|before| self.ends_in_value(before));
                self.hints[hole].is_assigned = is_assigned;
                self.adjacent(at, hole);
                self.unit(at, hole);
                let led = self.label(at, hole);
                self.role(at, hole, led);
                self.label_of_first(at, hole);
                // Its name may be in its place.
                if self.hole(at).is_some() {
                    self.remove(at);
                }
            }
        }
    }
}
