//! Words for what a message is about, where the values said it: `{} is ready`, `id={} state={}`.

use super::keys::Key;
use super::lexicon::{Class, is};
use super::message::Hint;
use super::{Refusal, RewriteValue, key, message, words};
use crate::call::{LogCall, Piece, Shape};

/// The message with a noun for its first value; without one where none is known and none is needed.
pub(super) fn with(
    call: &LogCall,
    value: Option<&RewriteValue<'_>>,
    key: Option<&Key>,
    text: &str,
) -> String {
    let says_kind = |value: &&RewriteValue<'_>| {
        let name = value.name.as_ref();
        name.is_some_and(|name| {
            !name.is_letter && !matches!(&name.words[..], [word] if words::is_identity(word))
        })
    };
    // A prefix of the text is no subject.
    let is_tag = value.and_then(|value| value.name.as_ref()).is_some_and(|name| {
        name.words.len() > 1
            && name.words.last().is_some_and(|last| words::has("context ctx prefix tag", last))
    });
    if is_tag {
        return message::polish(text);
    }
    let own = || key.map(|key| words::spoken(&words::split(&key.text))).unwrap_or_default();
    let noun = match value {
        Some(value) if says_kind(&value) => Some(own()),
        Some(value) => owner(call, &value.shape),
        None => None,
    };
    let noun = noun.or_else(|| Some(own()).filter(|_| without_subject(text).is_none()));
    match (noun, without_subject(text)) {
        (Some(noun), _) => message::polish(&format!("{noun} {}", lower_first(text))),
        (None, rest) => message::polish(rest.unwrap_or(text)),
    }
}

/// A message where only words about the values were: their label, the function's name, or what all of them belong to.
pub(super) fn instead(
    call: &LogCall,
    pieces: &[Piece],
    values: &[RewriteValue<'_>],
    hints: &[Hint],
) -> Result<String, Refusal> {
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Hole(_) => None,
    });
    let words: Vec<&str> = texts
        .flat_map(|text| text.split(|char: char| !char.is_alphanumeric() && char != '_'))
        .filter(|word| word.contains(char::is_alphabetic))
        .collect();
    // `{} by {}`: nothing is said but what has the values.
    let says_something = words
        .iter()
        .any(|word| (words::is_content(word) || words::is_copula(word)) && !words::is_unit(word));
    let label = hints.iter().find(|hint| hint.is_explicit).and_then(|hint| hint.label.as_deref());
    let has_error = values.iter().any(|value| value.is_error);
    let function = of_function(call, has_error);
    match (label, function) {
        (Some(label), _) if values.len() == 1 => return Ok(words::split(label).join(" ")),
        (_, Some(function)) if says_something => return Ok(function),
        _ if words.is_empty() => return Err(Refusal::NoWords),
        _ => {}
    }
    let owners: Vec<Option<String>> =
        values.iter().map(|value| owner(call, &value.shape)).collect();
    let common = owners.first().filter(|first| owners.iter().all(|owner| owner == *first));
    let name = || values.iter().find_map(|value| value.name.as_ref().filter(|name| !name.is_weak));
    common
        .cloned()
        .flatten()
        .or_else(|| Some(name().filter(|_| says_something)?.words.join(" ")))
        .ok_or(Refusal::NoWords)
}

/// What a function does, in words: `Failed to restore state`. None for those whose names say nothing of it.
pub(super) fn of_function(call: &LogCall, has_failed: bool) -> Option<String> {
    const SILENT: &str =
        "call default drop f fmt from handler inner into main next on poll test work worker";
    let function = call.place.function.as_deref()?;
    let function = function.rsplit("::").next().unwrap_or(function);
    let of = call.place.self_type.as_deref().map(|name| name.split('<').next().unwrap_or(name));
    let of = of
        .and_then(|name| name.rsplit("::").next())
        .map(|name| words::split(name.trim()).join(" "));
    let done = match function {
        "new" => format!("create {}", of?),
        "init" | "initialize" | "setup" => format!("initialize {}", of?),
        _ if words::has(SILENT, function) => return None,
        _ => words::split(function).join(" "),
    };
    let verb = done.split(' ').next().unwrap_or_default();
    Some(match has_failed {
        true if is(Class::BaseVerb, verb) => format!("failed to {done}"),
        true => format!("{done} failed"),
        false => done,
    })
}

/// What failed in a function, as its name says it; that of a test says nothing of it, nor does `exec`.
pub(super) fn of_failed(call: &LogCall) -> Option<String> {
    const SILENT: &str = "event exec execute handle process run";
    let function = call.place.function.as_deref()?.rsplit("::").next()?;
    let words = words::split(function);
    let ends = || [words.first(), words.last()].into_iter().flatten();
    let is_test = ends().any(|word| words::has("bench test tests", word));
    of_function(call, true).filter(|_| !is_test && !words::has(SILENT, function))
}

/// What a name or an id belongs to: the pod of `pod.name`, the type of `self.id()`.
fn owner(call: &LogCall, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Field(base, _) | Shape::Method(base, _, _) => match &**base {
            Shape::Ident(name) if name == "self" => {
                let name = call.place.self_type.as_deref()?.split('<').next()?;
                let name = name.rsplit("::").next()?.trim();
                Some(words::split(name).join(" ")).filter(|name| !name.is_empty())
            }
            base => {
                let name = key::name(base).filter(|name| !name.is_weak);
                let is_identity = |name: &key::Name| matches!(&name.words[..], [word] if words::is_identity(word));
                match name {
                    Some(name) if !is_identity(&name) => Some(name.words.join(" ")),
                    _ => owner(call, base),
                }
            }
        },
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Group(inner) => owner(call, inner),
        _ => None,
    }
}

/// `is ready` → `ready`, `has been deleted` → `deleted`; `does not exist` says nothing without its verb.
fn without_subject(text: &str) -> Option<&str> {
    let (verb, rest) = text.split_once(' ')?;
    let verb = verb.to_lowercase();
    if words::is_copula(&verb) {
        return Some(rest);
    }
    let has = matches!(verb.as_str(), "had" | "has" | "have");
    let rest = rest.strip_prefix("been ").unwrap_or(rest);
    let first = rest.split(' ').next().unwrap_or_default();
    let is_participle = words::is_verb(first) && !words::is_auxiliary(first);
    (has && (is_participle || first == "no")).then_some(rest)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
