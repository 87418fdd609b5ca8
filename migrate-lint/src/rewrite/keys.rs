//! The keys of a call's pairs: each value's own name, what the message calls it, or a word that tells it from others.

use super::key::{self, Name};
use super::message::Hint;
use super::{RewriteValue, words};
use crate::call::{LogCall, Shape};
use crate::guide;

/// The key of a pair.
pub(super) struct Key {
    pub(super) text: String,
    pub(super) words: Vec<String>,
    /// It is a name that the author has given.
    pub(super) is_own: bool,
}

/// A key for each value: the error's is `err`, and no key is given twice or is one that a line has anyway.
pub(super) fn keys(
    call: &LogCall,
    values: &[RewriteValue<'_>],
    hints: &[Hint],
    error: Option<usize>,
) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let names: Vec<Name> =
        values.iter().zip(hints).map(|(value, hint)| name_of(value, hint)).collect();
    for (index, (value, hint)) in values.iter().zip(hints).enumerate() {
        if Some(index) == error {
            keys.push(Key { text: "err".into(), words: vec!["err".into()], is_own: true });
            continue;
        }
        let mut name = names[index].clone();
        // An invented name gives way to the author's own of a later value.
        let later: Vec<String> = names[index + 1..]
            .iter()
            .filter(|other| other.is_own && !name.is_own)
            .map(|other| words::camel(&other.words))
            .collect();
        // What is a part of something gives way to what has that name alone.
        let is_bare = |value: &RewriteValue<'_>| matches!(value.shape, Shape::Ident(_));
        let bare = values[index + 1..].iter().zip(&names[index + 1..]);
        let is_later = bare.filter(|(other, _)| is_bare(other)).any(|(_, other)| *other == name);
        let has_parent =
            of_parent(&value.shape, &name.words).is_some_and(|words| words[0].chars().count() > 1);
        let gives_way = is_later && !is_bare(value) && has_parent;
        let own = gives_way.then(|| words::camel(&name.words));
        let is_taken = |text: &str| {
            is_reserved(text)
                || own.as_deref() == Some(text)
                || later.iter().any(|other| other.eq_ignore_ascii_case(text))
                || keys.iter().any(|other| other.text.eq_ignore_ascii_case(text))
                || call.pairs.iter().any(|pair| {
                    pair.key.as_deref().is_some_and(|key| {
                        words::camel(&words::split(key)).eq_ignore_ascii_case(text)
                    }) && pair.value.as_ref().is_none_or(|known| known.text != value.text)
                })
        };
        if matches!(name.words.as_slice(), [word] if matches!(word.as_str(), "msg" | "message")) {
            let is_counted =
                hint.label.is_none() && value.name.as_ref().is_some_and(|own| own.is_letter);
            let word = if is_counted { "messages" } else { "detail" };
            name = Name::of_words(vec![word.into()]);
        }
        let mut text = words::camel(&with_unit(&mut name, value, hint));
        if is_taken(&text) {
            let free = qualified(value, &name, hint)
                .into_iter()
                .find(|(words, _)| !words.is_empty() && !is_taken(&words::camel(words)));
            let instead = guide::RESERVED.iter().find(|(reserved, _)| *reserved == text);
            let instead = instead.and_then(|(_, instead)| *instead).filter(|text| !is_taken(text));
            if let Some((words, is_own)) = free {
                text = words::camel(&words);
                name.is_own &= is_own;
            } else if let Some(instead) = instead {
                text = instead.to_owned();
                name.is_own = false;
            }
        }
        let mut number = 2;
        let stem = text.clone();
        while is_taken(&text) {
            text = format!("{stem}{number}");
            number += 1;
            name.is_own = false;
        }
        keys.push(Key { words: words::split(&text), text, is_own: name.is_own });
    }
    keys
}

/// The words of a key with the unit that the message names, or the method that gives it.
fn with_unit(name: &mut Name, value: &RewriteValue<'_>, hint: &Hint) -> Vec<String> {
    let of_method = match &value.shape {
        Shape::Method(_, method, _) => key::unit(method),
        _ => None,
    };
    let unit = hint.unit.as_deref().and_then(words::unit_in_key).or(of_method);
    let Some(unit) = unit.filter(|unit| !words::has_unit(&name.words, unit)) else {
        return name.words.clone();
    };
    // `body.len()` in front of "bytes" is no number of bodies.
    if name.words.len() > 1 && name.words.last().is_some_and(|last| last == "count") {
        name.words.pop();
    }
    name.words.push(unit.to_owned());
    name.words.clone()
}

/// A key that a line has anyway.
fn is_reserved(key: &str) -> bool {
    key == "parent" || guide::RESERVED.iter().any(|(reserved, _)| *reserved == key)
}

/// Other names for a value whose own is taken, the best first, and whether they are the author's.
fn qualified(value: &RewriteValue<'_>, name: &Name, hint: &Hint) -> Vec<(Vec<String>, bool)> {
    let said = |said: Option<&String>| {
        said.map(|said| words::split(said))
            .filter(|words| words.first().is_some_and(|word| word.starts_with(char::is_alphabetic)))
            .unwrap_or_default()
    };
    let of_parent = of_parent(&value.shape, &name.words);
    let label = said(hint.label.as_ref());
    let mut names = vec![(of_parent.unwrap_or_default(), true), (label, false)];
    if hint.is_explicit {
        names.swap(0, 1);
    }
    names.push((said(hint.noun_after.as_ref()), false));
    names.push((value.name.as_ref().map(|own| own.words.clone()).unwrap_or_default(), false));
    let with = |first: &[&str], last: &[&str]| -> Vec<String> {
        let words = name.words.iter().map(String::as_str);
        first.iter().copied().chain(words).chain(last.iter().copied()).map(str::to_owned).collect()
    };
    if let Some(unit) = hint.unit.as_deref().and_then(words::unit_noun) {
        names.push((vec![unit.to_owned()], false));
    }
    if let Shape::Method(_, method, _) = &value.shape
        && let Some(unit) = key::unit(method)
    {
        names.push((with(&[], &[unit]), false));
    }
    if matches!(value.shape, Shape::Operator(_)) && hint.is_range_end {
        names.push((with(&["end"], &[]), false));
    }
    if hint.is_target && !is_reserved(&words::camel(&name.words)) {
        names.push((with(&["new"], &[]), false));
    }
    names
}

fn name_of(value: &RewriteValue<'_>, hint: &Hint) -> Name {
    let label = || {
        let words = words::split(hint.label.as_deref()?);
        (!words.is_empty() && words.len() <= 4 && words[0].starts_with(char::is_alphabetic))
            .then_some(words)
    };
    let said = |words| Name { words, is_own: true, is_weak: false, is_letter: false };
    // `total - used` in front of "bytes" is a number of them.
    let is_length = matches!(&value.shape, Shape::Method(_, method, _) if matches!(method.as_str(), "count" | "len"));
    let says_length = |words: &Vec<String>| words.last().is_some_and(|word| words::is_length(word));
    if let Some(words) = label().filter(says_length).filter(|_| is_length && hint.is_explicit) {
        return said(words);
    }
    let is_count = value.name.as_ref().is_some_and(|name| name.words == ["count"]);
    if let Some(noun) = hint.unit.as_deref().and_then(words::unit_noun)
        && (is_count || matches!(value.shape, Shape::Operator(_)) && !hint.is_after_colon)
        && !hint.is_explicit
    {
        return Name::of_words(vec![noun.to_owned()]);
    }
    match &value.name {
        Some(name) if !name.is_weak && name.is_own => name.clone(),
        // Computed, or a name for anything: an explicit label is better.
        Some(name) if !name.is_letter => match label() {
            // What a macro gives is seldom what the words beside it say.
            _ if matches!(value.shape, Shape::MacroCall(..)) && !hint.is_explicit => name.clone(),
            Some(words) if hint.is_explicit => said(words),
            Some(words)
                if hint.is_after_colon
                    && !name.is_own
                    && (!is_count || words.iter().any(|word| words::is_role(word))) =>
            {
                Name::of_words(words)
            }
            _ => match &hint.noun_after {
                Some(noun) if !name.is_own && !matches!(value.shape, Shape::Call(..)) => {
                    Name::of_words(words::split(noun))
                }
                _ => name.clone(),
            },
        },
        other => {
            if let Some(words) = label() {
                return Name { is_own: hint.is_explicit, ..said(words) };
            }
            if let Some(noun) = &hint.noun_after {
                return Name::of_words(words::split(noun));
            }
            if let Some(noun) = hint.unit.as_deref().and_then(words::unit_noun) {
                return Name::of_words(vec![noun.to_owned()]);
            }
            match other {
                Some(name) => Name { is_own: false, ..name.clone() },
                None => Name::of_words(vec!["value".into()]),
            }
        }
    }
}

/// The name behind that of what the value is a part of: `peer.term` → `peer`, `term`.
fn of_parent(shape: &Shape, words: &[String]) -> Option<Vec<String>> {
    match shape {
        Shape::Field(base, _) | Shape::Method(base, _, _) => {
            let mut qualified = match &**base {
                Shape::Ident(name) if name == "self" => vec!["self".to_owned()],
                base => key::name(base)?.words,
            };
            // `log_id().index()` is the log's index, `id.id()` is an id all the same.
            if qualified.last() == words.first() {
                qualified.pop();
            }
            if qualified.is_empty() || words.starts_with(&qualified) {
                return of_parent(base, words);
            }
            qualified.extend(words.iter().cloned());
            Some(qualified)
        }
        Shape::Call(_, arguments) => match &arguments[..] {
            [argument] => of_parent(argument, words),
            _ => None,
        },
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Cast(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Group(inner) => of_parent(inner, words),
        _ => None,
    }
}
