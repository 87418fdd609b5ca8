//! The words in front of a value that belong together, and what they follow.

use super::line::Line;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// What the words in front of a value follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Start {
    /// The message begins with them.
    Message,
    /// A prefix of the message: `vsock: `.
    Prefix,
    /// A comma, a sentence's end or a bracket.
    Clause,
    /// Another value, or a word after one.
    Value,
}

/// The words in front of a value, as far as they belong together.
pub(super) struct Clause {
    /// Their places.
    pub(super) places: Vec<usize>,
    /// What precedes them.
    pub(super) boundary: Option<usize>,
    pub(super) start: Start,
    pub(super) words: Vec<String>,
}

impl Clause {
    pub(super) fn before(line: &Line<'_>, at: usize) -> Option<Clause> {
        let (places, boundary) = line.clause_before(at);
        let first = *places.first()?;
        let has_gap = line.has_gap_before(first);
        let start = match boundary.map(|place| line.token(place)) {
            Some(Some(Token::Separator(separator))) => match separator.as_str() {
                "," | ";" | "|" | "." | "!" | "?" | "..." => Start::Clause,
                // `mode=WAL error: {}` is one phrase.
                "=" if !has_gap => Start::Message,
                "=" => Start::Value,
                "-" | "—" | "–" if line.says_something_before(first) => Start::Clause,
                _ => Start::Prefix,
            },
            Some(Some(Token::Open(_))) => Start::Clause,
            Some(Some(Token::Close(_) | Token::Quote(_))) | None if !has_gap => Start::Message,
            _ => Start::Value,
        };
        let words = places.iter().filter_map(|at| line.word(*at)).map(str::to_owned).collect();
        Some(Clause { places, boundary, start, words })
    }

    pub(super) fn content(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).filter(|word| words::is_content(word)).collect()
    }

    /// Whether it says what happened, in other words than the value's own.
    pub(super) fn has_verb(&self, line: &Line<'_>, hole: usize) -> bool {
        // `errored: {e}` says what happened, `elapsed: {elapsed}` does not.
        !self.is_role()
            && !self.is_measure()
            && !self.is_state_of_things()
            && self.words.iter().any(|word| {
                words::is_verb(word)
                    && (!line.is_named(hole, word)
                        || line.is_error(hole)
                        || word == "failed" && self.start != Start::Clause)
            })
    }

    /// `expected`, `got`, `size`, `needs`.
    pub(super) fn is_role(&self) -> bool {
        let [word] = &self.words[..] else { return false };
        words::is_role(word)
            || words::is_auxiliary(word)
            || words::is_third_person(word)
            || self.start == Start::Clause && words::has("found received want wanted", word)
            || words::is_measuring(word) && self.start == Start::Clause
    }

    /// `time taken`, `bytes written`: the participle goes with the noun.
    fn is_measure(&self) -> bool {
        matches!(&self.words[..], [noun, participle]
            if (words::is_role(noun) || words::is_unit(noun))
                && !words::is_verb(noun)
                && participle != "failed"
                && !words::is_auxiliary(participle))
    }

    /// `, blocked attempts: {}`: those that are so.
    fn is_state_of_things(&self) -> bool {
        matches!(&self.words[..], [state, things]
            if self.start == Start::Clause
                && state.to_lowercase().ends_with("ed")
                && (words::singular(things).is_some()
                    || words::is_length(things)
                    || words::is_role(things))
                && words::is_noun(things))
    }

    /// Takes a label's words, and the comma before them.
    pub(super) fn leave(&self, line: &mut Line<'_>, hole: usize) {
        line.take_label(&self.words, hole);
        self.places.iter().for_each(|at| line.remove(*at));
        if let Some(place) = self.boundary
            && matches!(line.separator(place), Some("," | ";" | "-" | "|" | ":"))
        {
            line.remove(place);
        }
    }

    /// Takes the last word for the label.
    pub(super) fn leave_last(mut self, line: &mut Line<'_>, hole: usize) {
        let last = self.places.split_off(self.places.len() - 1);
        line.take_label(&self.words.split_off(self.words.len() - 1), hole);
        last.iter().for_each(|at| line.remove(*at));
    }
}

impl Line<'_> {
    /// Words enough for a message without the clause from here on.
    pub(super) fn says_something_before(&self, at: usize) -> bool {
        let words = (0..at).filter_map(|at| self.word(at)).filter(|word| words::is_content(word));
        words.count() >= 2
    }

    fn take_label(&mut self, label: &[String], hole: usize) {
        let content = |words: &[String]| -> Vec<String> {
            words.iter().filter(|word| words::is_content(word)).cloned().collect()
        };
        // `size of cache: {}` is the cache's size, `number of rows: {}` how many rows.
        let of = label.iter().position(|word| word == "of").filter(|of| *of > 0);
        let words = match of.map(|of| (content(&label[..of]), content(&label[of + 1..]))) {
            Some((what, thing)) if !what.is_empty() && !thing.is_empty() => match &what[..] {
                [number] if words::has("amount count number total", number) => {
                    let one = thing.last().and_then(|last| words::singular(last));
                    let (_, rest) = thing.split_last().unwrap_or((number, &[]));
                    match one {
                        Some(one) => [rest, &[one, "count".to_owned()]].concat(),
                        None => [&thing[..], std::slice::from_ref(number)].concat(),
                    }
                }
                _ => [thing, what].concat(),
            },
            _ => content(label),
        };
        // `, remove them: {paths}` names nothing.
        let names = !words.iter().any(|word| is(Class::Pronoun, word) || word == "them");
        if !words.is_empty() && names {
            self.hints[hole].label = Some(words.join(" "));
            self.hints[hole].is_explicit = true;
        }
    }
}
