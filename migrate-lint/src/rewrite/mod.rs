//! The structured form of a call: a constant message, and key/value pairs for what was formatted into it.
//!
//! Plain data in, plain data out: [`rewrite`] says what the call should be, `emit` turns that into edits.

mod compound;
mod draft;
mod emit;
pub(crate) mod error;
mod evaluation;
mod glued;
mod hoist;
mod key;
mod keys;
mod level;
mod lexicon;
mod message;
mod method;
mod order;
mod plain;
mod stays;
mod styling;
mod subject;
mod tokens;
mod value;
mod words;
mod wrapped;

use std::collections::BTreeMap;

use self::draft::{Draft, Reasons, drops_logger};
use self::level::level;
use self::order::{computed_before, formatted, in_order};
use self::tokens::MessagePart;
use self::value::{RewriteValue, noun, the_error, value};
use crate::call::{LogCall, MessageForm, Mode, Pair, Piece, Shape};
use crate::finding::{Edit, Rewrite, RewritePair};
use crate::rustfmt::Widths;
use crate::safety::Reason;
use crate::settings::{MessageCase, Wording};

pub use self::emit::RewriteStyle;
pub(crate) use self::emit::on_lines;
pub(crate) use self::evaluation::{can_be_first, is_last_to_act};
pub(crate) use self::lexicon::is_function_word;
pub(crate) use self::message::is_acronym;
pub use self::stays::Stays;
pub use self::wrapped::wrapped;

/// Why a call cannot be rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The message is no literal, or nothing is formatted into it.
    NotInterpolated,
    /// Values alone: nothing says what happened.
    NoWords,
    /// An argument is missing: the call does not compile.
    Broken,
    /// More values or words than an entry has.
    TooMany,
}

/// More placeholders than a person would write: each value is compared with the others and with all words of the message.
const N_VALUES: usize = 64;

/// A longer text is no message. What is in several brackets is looked at for each of them; the rest grows with the words.
const MESSAGE_LENGTH: usize = 1024;

/// What a call becomes.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// As data.
    pub rewrite: Rewrite,
    /// As edits of the source; `None` where only a person can write it.
    pub edits: Option<Vec<Edit>>,
    /// Why there are none.
    pub stays: Option<Stays>,
}

impl Outcome {
    fn new(rewrite: Rewrite, edits: Result<Vec<Edit>, Stays>) -> Self {
        match edits {
            Ok(edits) => Self { rewrite, edits: Some(edits), stays: None },
            Err(stays) => Self { rewrite, edits: None, stays: Some(stays) },
        }
    }
}

/// What a fix has to know of the file around a call.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What precedes the name of a macro of the dialect (`klog::`).
    pub path: &'a str,
    /// How long rustfmt lets lines become.
    pub widths: Widths,
    /// What a person wants in place of the words of a fix.
    pub chosen: Option<&'a BTreeMap<Wording, Wording>>,
    /// The macro that the call goes through moves with it.
    pub with_wrapper: bool,
}

/// A new pair of the call.
struct Field {
    /// Words of the key.
    words: Vec<String>,
    /// The key, where a person has chosen it.
    chosen: Option<String>,
    /// The expression, or the name that a statement before the call gives it.
    value: String,
    /// The expression that was formatted.
    expr: String,
    /// `%` or `?`.
    sigil: &'static str,
    is_error: bool,
    /// Arguments that it evaluates.
    arguments: Vec<usize>,
    /// A name in a placeholder, which was read after an argument that may change it. An error has a place of its own.
    is_read_late: bool,
}

/// The call as it should be.
///
/// # Errors
///
/// There is nothing to rewrite, or no message can be made.
pub fn rewrite(call: &LogCall, source: &str, style: RewriteStyle) -> Result<Outcome, Refusal> {
    let path = format!("{}::", style.dialect.name);
    let around =
        Surroundings { path: &path, widths: Widths::default(), chosen: None, with_wrapper: false };
    rewrite_in(call, source, style, &around)
}

/// The message as the house begins its messages; a name that the author wrote with a capital letter keeps it.
fn in_case(text: String, case: MessageCase, pieces: &[Piece]) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next().filter(|first| first.is_uppercase()) else {
        return if case == MessageCase::Capital { message::sentences(&text) } else { text };
    };
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let has_capitals = chars.clone().take_while(|c| c.is_alphanumeric()).any(char::is_uppercase);
    let written = pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) => text.trim_start().chars().next(),
        Piece::Hole(_) => None,
    });
    let is_written = written == Some(first) && case == MessageCase::Any;
    let is_name =
        has_capitals || written == Some(first) && crate::guide::is_proper_noun(&text[..end]);
    match case {
        MessageCase::Capital => message::sentences(&text),
        _ if is_name || is_written => text,
        MessageCase::Small | MessageCase::Any => first.to_lowercase().chain(chars).collect(),
    }
}

/// The call as it should be in a certain file.
///
/// # Errors
///
/// There is nothing to rewrite, or no message can be made.
pub fn rewrite_in(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Result<Outcome, Refusal> {
    let Some(MessageForm::Literal { pieces, .. }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return Err(Refusal::NotInterpolated);
    };
    let length = |piece: &Piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Hole(_) => 0,
    };
    let is_long = || pieces.iter().map(length).sum::<usize>() > MESSAGE_LENGTH;
    if pieces.len() > 2 * N_VALUES || call.pairs.len() > 4 * N_VALUES || is_long() {
        return Err(Refusal::TooMany);
    }
    let mut reasons = Reasons::default();
    let draft = Draft::of(call, pieces, style)?;
    let text = draft.message(&mut reasons)?;
    draft.changes(style, &mut reasons);
    let text = draft.named(&mut reasons).unwrap_or(text);
    let mut text = in_case(text, style.messages, pieces);
    let Draft { values, keys, error, .. } = draft;
    let is_print = call.dialect.prints;
    let n_before = evaluation::n_computed_before(call, is_print);
    let mut hoisted = hoist::Hoisted::of(call, source, style.dialect, around.path);
    let names = computed_before(call, &values, &keys, n_before, &mut hoisted);
    reasons.add(Reason::ComputedBefore, !hoisted.is_empty());
    let fields = fields(call, source, style, &values, &keys, error, &names)?;
    let (error_field, mut fields, keeps_order) = in_order(call, fields, n_before, style);
    choose(around, style, &mut text, &mut fields);
    // `concat!(…)` is read, but its parts are their author's.
    let is_joined = call.message.as_ref().is_some_and(|message| {
        source.get(message.span.clone()).is_some_and(|written| written.starts_with("concat"))
    });
    let edits = if !keeps_order {
        Err(Stays::Order)
    } else if is_joined {
        Err(Stays::Joined)
    } else if is_left_to_a_person(call, pieces, style) {
        Err(Stays::Code)
    } else {
        hoisted.before(|| {
            emit::edits(call, source, &text, error_field.as_ref(), &fields, style, around)
        })
    };
    let sign = |field: &Field| match field.sigil {
        "?" => "debug",
        "" => "value",
        _ => "display",
    };
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message: text,
        err: error_field.as_ref().map(|field| format!("{}{}", field.sigil, field.expr)),
        pairs: fields
            .iter()
            .map(|field| RewritePair {
                key: field.key(style),
                expr: field.expr.clone(),
                mode: if field.expr.starts_with("format_args!") { "format" } else { sign(field) },
            })
            .collect(),
        reasons: reasons.0,
    };
    Ok(Outcome::new(rewrite, edits))
}

/// Takes the words that a person has chosen for calls of this shape.
fn choose(around: &Surroundings<'_>, style: RewriteStyle, text: &mut String, fields: &mut [Field]) {
    let Some(chosen) = around.chosen.filter(|chosen| !chosen.is_empty()) else { return };
    let keys = fields.iter().map(|field| field.key(style)).collect();
    let Some(chosen) = chosen.get(&Wording { message: text.clone(), keys }) else { return };
    text.clone_from(&chosen.message);
    for (field, key) in fields.iter_mut().zip(&chosen.keys) {
        field.chosen = Some(key.clone());
    }
}

impl Field {
    fn key(&self, style: RewriteStyle) -> String {
        self.chosen.clone().unwrap_or_else(|| style.key(&self.words))
    }
}

/// The new pairs of a call, in the order of its message.
fn fields(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    values: &[RewriteValue<'_>],
    keys: &[keys::Key],
    error: Option<usize>,
    names: &[Option<String>],
) -> Result<Vec<Field>, Refusal> {
    let mut fields = Vec::new();
    for (index, (value, key)) in values.iter().zip(keys).enumerate() {
        let (Some((sigil, text)), Some((_, expr))) =
            (formatted(call, value, names), formatted(call, value, &[]))
        else {
            return Err(Refusal::Broken);
        };
        if is_pair_already(call, value) {
            continue;
        }
        let is_error = Some(index) == error;
        // `{:?}` prints a number as `{}` does, and padding is for people who read columns.
        let is_plain = || plain::is_plain(call, source, &value.text, &value.shape);
        let is_kept = match value.spec {
            "" => stays_what_it_is(call, source, value, style),
            "?" => is_plain(),
            spec => {
                let width = plain::layout(spec).filter(|_| value.spec_arguments.is_empty());
                width.is_some_and(|has_width_only| {
                    is_plain()
                        || has_width_only
                            && style.dialect.traits.takes_any_value
                            && stays_what_it_is(call, source, value, style)
                })
            }
        };
        let stays = is_kept && value.compound.is_none() && !is_error;
        let named = value.argument.and_then(|index| names.get(index).cloned().flatten());
        let (text, expr) = match stays {
            true => (named.unwrap_or_else(|| value.text.clone()), value.text.clone()),
            false => (text, expr),
        };
        fields.push(Field {
            words: key.words.clone(),
            chosen: None,
            value: text,
            expr,
            sigil: if stays { "" } else { sigil },
            is_error,
            arguments: value.arguments(),
            is_read_late: value.arguments().is_empty()
                && value.compound.is_none()
                && !is_error
                && evaluation::may_change(call, names.len(), &value.text),
        });
    }
    Ok(fields)
}

fn is_pair_already(call: &LogCall, value: &RewriteValue<'_>) -> bool {
    let is_known = |pair: &Pair| pair.value.as_ref().is_some_and(|known| known.text == value.text);
    value.expr.is_none_or(|expr| evaluation::is_place(&expr.shape))
        && call.pairs.iter().any(is_known)
}

/// Only a person knows what else a change of the call does.
fn is_left_to_a_person(call: &LogCall, pieces: &[Piece], style: RewriteStyle) -> bool {
    let does_more = drops_logger(call, style) && evaluation::logger_does_something(call)
        // They are evaluated also for a logger that drops the entry.
        || style.dialect != call.dialect
            && call.dialect.traits.evaluates_values
            && call.format_args.iter().any(|argument| !evaluation::is_quiet(&argument.value))
        || call.dialect.traits.repeats_named_arguments
            && call
                .format_args
                .iter()
                .any(|argument| argument.name.is_some() && !evaluation::is_quiet(&argument.value));
    // Where code is made of it, the value may be another macro's.
    let makes_code = call.place.inside_macros.iter().any(|path| {
        matches!(path.rsplit("::").next(), Some("parse_quote" | "quote" | "quote_spanned"))
    });
    // A code that a value completes colours what follows.
    let is_half_styled = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Text(text) if styling::without(text).contains('\x1b')));
    does_more || makes_code || is_half_styled
}

/// An error that a pair shows by `Debug`, as an argument that takes errors and texts.
pub(crate) fn debug_error(value: &str) -> String {
    emit::error("?", value)
}

/// A pair that logs a value as what it is, whose type is not in sight.
pub(crate) fn pair_of_unknown_type<'a>(call: &'a LogCall, source: &str) -> Option<&'a Pair> {
    call.pairs.iter().filter(|pair| pair.mode == Mode::Plain).find(|pair| {
        let value = pair.value.as_ref();
        value.is_some_and(|value| {
            let is_text = matches!(value.shape, Shape::Str(_) | Shape::MacroCall(..));
            !is_text && !plain::is_plain(call, source, &value.text, &value.shape)
        })
    })
}

/// A call whose message is constant already, in the macros of another dialect: its words stay.
pub fn moved(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Option<Outcome> {
    let MessageForm::Literal { value, pieces } = &call.message.as_ref()?.form else { return None };
    let is_left = is_left_to_a_person(call, pieces, style);
    let edits = match is_left {
        true => Err(Stays::Code),
        false => emit::edits(call, source, value, None, &[], style, around),
    };
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message: value.clone(),
        err: None,
        pairs: Vec::new(),
        reasons: Vec::new(),
    };
    Some(Outcome::new(rewrite, edits))
}

/// A call without values, in the macros of another dialect.
pub fn constant(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Option<Outcome> {
    let MessageForm::Literal { value, .. } = &call.message.as_ref()?.form else { return None };
    let n_said = level::said(call).map_or(0, |(_, length)| length);
    let plain = styling::without(value.get(n_said..).unwrap_or(value));
    let message = message::polish(&plain);
    // Nothing but codes of a terminal: it clears its screen.
    if !message.contains(char::is_alphanumeric) {
        return None;
    }
    let edits = emit::edits(call, source, &message, None, &[], style, around);
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message,
        err: None,
        pairs: Vec::new(),
        reasons: vec![Reason::MessageReworded],
    };
    Some(Outcome::new(rewrite, edits))
}

fn push_text(parts: &mut Vec<MessagePart>, text: &str) {
    match parts.last_mut() {
        Some(MessagePart::Text(before)) => before.push_str(text),
        _ => parts.push(MessagePart::Text(text.to_owned())),
    }
}

/// Whether a value needs no sigil: klog's macros choose as Go does, others take numbers and booleans.
fn stays_what_it_is(
    call: &LogCall,
    source: &str,
    value: &RewriteValue<'_>,
    style: RewriteStyle,
) -> bool {
    if style.dialect.traits.takes_any_value {
        return !matches!(value.shape, Shape::Deref(_) | Shape::MacroCall(..) | Shape::Other);
    }
    plain::is_plain(call, source, &value.text, &value.shape)
}

/// Whether a word of the text went into a key.
fn is_in_a_key(word: &str, keys: &[keys::Key]) -> bool {
    let is_in = |part: &str| {
        keys.iter().flat_map(|key| &key.words).any(|key| words::are_similar(key, part))
    };
    words::split(word).iter().all(|part| {
        // `entries` are counted by `entryCount`.
        is_in(part) || words::singular(part).is_some_and(|one| is_in(&one))
    })
}
