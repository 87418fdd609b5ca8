//! The keys of a call's pairs: each value's own name, what the message calls it, or a word that distinguishes it from others.

mod best;
mod count;
mod identity;
mod unit;

use self::best::{label_of, name_of, said};
use super::key::{self, Kind, Name};
use super::message::Hint;
use super::{RewriteValue, method, words};
use crate::call::{LogCall, Shape};
use crate::dialect::Dialect;
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
    dialect: &Dialect,
) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let hints = &of_their_own(values, hints)[..];
    let names = best_names(values, hints);
    let is_reserved = |key: &str| is_reserved(key, dialect);
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
        let mut words = name.words.clone();
        let is_free =
            |words: &[String]| is_writable(words, dialect) && !is_taken(&words::camel(words));
        if !is_free(&words) {
            let text = words::camel(&words);
            let free = qualified(value, &name, hint).into_iter().find(|(words, _)| is_free(words));
            let instead = instead_of(&text, value).map(words::split);
            if let Some((free, is_own)) = free {
                words = free;
                name.is_own &= is_own;
            } else if let Some(instead) = instead.filter(|words| is_free(words)) {
                // The table's word for the author's own.
                words = instead;
            }
        }
        if !is_writable(&words, dialect) {
            (words, name.is_own) = (vec!["value".to_owned()], false);
        }
        let stem = words.clone();
        let mut number = 2;
        while !is_free(&words) {
            words.clone_from(&stem);
            match words.last_mut() {
                Some(last) => *last = format!("{last}{number}"),
                None => words.push("value".to_owned()),
            }
            number += 1;
            name.is_own = false;
        }
        keys.push(Key { text: words::camel(&words), words, is_own: name.is_own });
    }
    keys
}

/// There are words, and the dialect's macros take them for a key.
fn is_writable(words: &[String], dialect: &Dialect) -> bool {
    !words.is_empty()
        && (!dialect.traits.has_fixed_keys || words.iter().all(|word| word.is_ascii()))
}

/// The best name of each value, with what the others say of it.
fn best_names(values: &[RewriteValue<'_>], hints: &[Hint]) -> Vec<Name> {
    let names_object = values.iter().any(|value| {
        value.text.contains("name")
            || value.name.as_ref().is_some_and(|name| name.words == ["kind"])
    });
    let mut names: Vec<Name> =
        values.iter().zip(hints).map(|(value, hint)| name_of(value, hint, names_object)).collect();
    whose(values, hints, &mut names);
    names_of_pairs(values, hints, &mut names);
    ends_of_ranges(values, &mut names);
    old_and_new(hints, &mut names);
    telling(values, hints, &mut names);
    apart(values, hints, &mut names);
    sole_namespace(&mut names);
    assigned(values, hints, &mut names);
    names
}

/// `stored header for {block.hash()}`: whose it is, where the message does not say; not of what has a width as well.
fn whose(values: &[RewriteValue<'_>], hints: &[Hint], names: &mut [Name]) {
    let has_width = names.iter().any(|name| name.words == ["width"]);
    for ((value, hint), name) in values.iter().zip(hints).zip(names) {
        let [word] = &name.words[..] else { continue };
        let is_own = value.name.as_ref().is_some_and(|own| own.words == name.words);
        let is_said = label_of(hint).is_some_and(|label| label.contains(word));
        if !words::has("hash height number", word) || !is_own || is_said || has_width {
            continue;
        }
        if let Some(words) = of_parent(&value.shape, &name.words)
            && words[0] != "self"
            && Name::own(&words[0]).is_some_and(|owner| !owner.is_weak)
        {
            name.words = words;
        }
    }
}

/// The hints without labels that are another value's name: `block, root: {block}, {root}`, and without an outcome that is
/// none of a value's: `ended with success: {message}`.
fn of_their_own(values: &[RewriteValue<'_>], hints: &[Hint]) -> Vec<Hint> {
    let words = |index: usize| -> &[String] {
        values[index].name.as_ref().map_or(&[], |name| &name.words[..])
    };
    let mut own = hints.to_vec();
    for (index, hint) in own.iter_mut().enumerate() {
        let label = hint.label.as_deref().map(words::split).unwrap_or_default();
        let says = |index: usize| !label.is_empty() && words(index).ends_with(&label);
        let is_weak = values[index].name.as_ref().is_some_and(|name| name.is_weak);
        if is_weak && label == ["success"] {
            hint.label = None;
            hint.is_explicit = false;
        }
        if !says(index) && (0..values.len()).any(|other| other != index && says(other)) {
            hint.label = None;
            hint.is_explicit = false;
        }
    }
    own
}

/// A key that a line has anyway.
fn is_reserved(key: &str, dialect: &Dialect) -> bool {
    (key != "target" || dialect.traits.shows_target)
        && guide::RESERVED.iter().any(|(reserved, _)| *reserved == key)
}

/// `{}/{}` of `pod.namespace` and `pod.name`: `namespace` and `name`; where there are others that have names, `podName`.
fn names_of_pairs(values: &[RewriteValue<'_>], hints: &[Hint], names: &mut [Name]) {
    let own = |index: usize| values[index].name.as_ref();
    let ends_in = |index: usize, word: &str| {
        own(index).is_some_and(|own| own.words.last().is_some_and(|last| last == word))
    };
    let of = |index: usize| match own(index).map(|own| &own.kind) {
        Some(Kind::Identity(of)) => &of[..],
        _ => &[],
    };
    let is_name =
        |index: usize| ends_in(index, "name") && own(index).is_some_and(|own| own.words.len() == 1);
    let is_pair = |index: usize| index > 0 && is_name(index) && ends_in(index - 1, "namespace");
    for index in 1..values.len() {
        if !is_pair(index) {
            continue;
        }
        let label = label_of(&hints[index - 1])
            .filter(|_| !hints[index - 1].is_explicit || of(index).is_empty());
        let thing = label.unwrap_or_else(|| of(index).to_vec());
        let others = (0..values.len()).any(|other| other != index && is_name(other));
        let words = match others && !thing.is_empty() {
            true => [thing.clone(), vec!["name".to_owned()]].concat(),
            false => vec!["name".to_owned()],
        };
        names[index] = Name { is_own: true, ..Name::of_words(words) };
        let pairs = (0..values.len()).filter(|other| is_pair(*other)).count();
        let space = &mut names[index - 1];
        if space.words.last().is_none_or(|last| last != "namespace")
            || thing.is_empty()
            || pairs < 2
        {
            *space = Name {
                is_own: true,
                ..Name::of_words(own(index - 1).map(|own| own.words.clone()).unwrap_or_default())
            };
        } else if space.words.len() == 1 {
            space.words.splice(0..0, thing);
        }
    }
}

/// `{}..{}` of `first_tray` and `first_tray + n`: `firstTray`, `lastTray`.
fn ends_of_ranges(values: &[RewriteValue<'_>], names: &mut [Name]) {
    const ENDS: &[(&str, &str)] = &[
        ("begin", "end"),
        ("first", "last"),
        ("from", "to"),
        ("lower", "upper"),
        ("min", "max"),
        ("start", "end"),
        ("starting", "ending"),
    ];
    for index in 1..names.len() {
        let (before, value) = (&values[index - 1], &values[index]);
        let sum = value.text.strip_prefix(&*before.text).map(str::trim_start);
        let is_sum = matches!(value.shape, Shape::Operator(_))
            && sum.is_some_and(|rest| rest.starts_with('+'));
        if !is_sum || names[index].words != names[index - 1].words {
            continue;
        }
        let start = names[index].words.first().map_or("", String::as_str);
        match ENDS.iter().find(|(first, _)| *first == start) {
            Some((_, last)) => names[index].words[0] = (*last).to_owned(),
            None => names[index].words.insert(0, "end".to_owned()),
        }
        names[index].is_own = true;
    }
}

/// `from {} to {}` of two things with one name: `oldSize`, `newSize`.
fn old_and_new(hints: &[Hint], names: &mut [Name]) {
    for index in 1..names.len() {
        if hints[index].is_target
            && (hints[index - 1].is_source || hints[index].is_range_end)
            && names[index].words == names[index - 1].words
        {
            names[index - 1].words.insert(0, "old".to_owned());
            names[index].words.insert(0, "new".to_owned());
            names[index - 1].is_own = false;
            names[index].is_own = false;
        }
    }
}

/// `version` says too little: the parser's is `parserVersion`, that of "route version {}" is `routeVersion`.
fn telling(values: &[RewriteValue<'_>], hints: &[Hint], names: &mut [Name]) {
    for (index, name) in names.iter_mut().enumerate() {
        let [word] = &name.words[..] else { continue };
        if values[index].is_error || word != "version" || hints[index].is_assigned {
            continue;
        }
        let label = label_of(&hints[index]).filter(|label| {
            label.len() > 1 && label.ends_with(&name.words) && !words::has("a an the", &label[0])
        });
        let parent = || of_parent(&values[index].shape, &name.words);
        let is_telling = |words: &Vec<String>| {
            words.len() == 2 && words[0].chars().count() > 2 && words[0] != "self"
        };
        if let Some(words) = label.or_else(|| parent().filter(is_telling)) {
            *name = said(&words);
        }
    }
}

/// `[slot: {old_slot}] … [slot: {slot}]`: what two labels call the same are their own names where those are different.
fn apart(values: &[RewriteValue<'_>], hints: &[Hint], names: &mut [Name]) {
    for index in (0..names.len()).filter(|index| hints[*index].is_explicit) {
        let own = values[index].name.as_ref().filter(|own| own.is_own && !own.is_weak);
        let Some(own) = own.filter(|own| own.words.len() > names[index].words.len()) else {
            continue;
        };
        let says_more = own.words.ends_with(&names[index].words);
        let others = || (0..names.len()).filter(|other| *other != index);
        let is_twice = others().any(|other| names[other].words == names[index].words);
        let is_free = others().all(|other| names[other].words != own.words);
        if says_more && is_twice && is_free && !values[index].is_error {
            names[index] = own.clone();
        }
    }
}

/// `{mcs_ns}/{mcs_name}`: where a call has one namespace, the key says no more.
fn sole_namespace(names: &mut [Name]) {
    let is_space = |name: &Name| name.words.last().is_some_and(|last| last == "namespace");
    let mut spaces = names.iter_mut().filter(|name| is_space(name));
    if let (Some(space), None) = (spaces.next(), spaces.next())
        && space.words.len() > 1
    {
        space.words.drain(..space.words.len() - 1);
    }
}

/// `annotation[{}]={}`, `gate {}={}`: a key and its value.
fn assigned(values: &[RewriteValue<'_>], hints: &[Hint], names: &mut [Name]) {
    for index in 1..names.len() {
        let key = index - 1;
        if !hints[index].is_assigned || values[index].is_error || values[key].is_error {
            continue;
        }
        let is_key = values[key].name.as_ref().is_some_and(|name| name.words == ["key"]);
        let label = label_of(&hints[key]).filter(|_| !hints[key].is_after_colon);
        // `using {}={}`: the values' own names are all there is.
        let key_words = match label {
            _ if is_key => vec!["key".to_owned()],
            Some(_) if hints[key].is_bracketed => vec!["key".to_owned()],
            Some(label) => label,
            None => continue,
        };
        names[key] = said(&key_words);
        names[index] = said(&["value".to_owned()]);
    }
}

/// The word for a key that a line has anyway; a message that `Debug` shows is no text.
fn instead_of(key: &str, value: &RewriteValue<'_>) -> Option<&'static str> {
    let (_, instead) = guide::RESERVED.iter().find(|(reserved, _)| *reserved == key)?;
    instead.map(|instead| match instead {
        "text" if value.spec.contains('?') => "content",
        instead => instead,
    })
}

/// Other names for a value whose own is taken, the best first, and whether they are the author's.
fn qualified(value: &RewriteValue<'_>, name: &Name, hint: &Hint) -> Vec<(Vec<String>, bool)> {
    let split = |said: Option<&String>| {
        said.map(|said| words::split(said))
            .filter(|words| words.first().is_some_and(|word| word.starts_with(char::is_alphabetic)))
            .unwrap_or_default()
    };
    let of_parent = of_parent(&value.shape, &name.words);
    // `failed to open the lids: {msg}` is none of them.
    let label = split(hint.label.as_ref().filter(|_| !hint.is_after_failure || hint.is_explicit));
    let is_of_self = of_parent.as_ref().is_some_and(|words| words[0] == "self")
        && hint.is_after_colon
        && matches!(&name.words[..], [word] if guide::RESERVED.iter().any(|(reserved, _)| word == reserved));
    let mut names = vec![(of_parent.unwrap_or_default(), true), (label, false)];
    if hint.is_explicit || is_of_self {
        names.swap(0, 1);
    }
    names.push((split(hint.noun_after.as_ref()), false));
    names.push((value.name.as_ref().map(|own| own.words.clone()).unwrap_or_default(), false));
    let with = |first: &[&str], last: &[&str]| -> Vec<String> {
        let words = name.words.iter().map(String::as_str);
        first.iter().copied().chain(words).chain(last.iter().copied()).map(str::to_owned).collect()
    };
    // `acquire error: {msg}`.
    let own = value.name.as_ref().map(|own| words::camel(&own.words)).unwrap_or_default();
    if let Some(instead) = instead_of(&own, value) {
        names.push((words::split(instead), true));
    }
    if let Some(unit) = hint.unit.as_deref().and_then(words::unit_in_key) {
        names.push((vec![unit.to_owned()], false));
    }
    if let Shape::Method(_, method, _) = &value.shape
        && let Some(unit) = method::unit(method)
    {
        names.push((with(&[], &[unit]), false));
    }
    if matches!(value.shape, Shape::Operator(_)) && hint.is_range_end {
        names.push((with(&["end"], &[]), false));
    }
    if hint.is_target
        && !matches!(&name.words[..], [word] if guide::RESERVED.iter().any(|(reserved, _)| word == reserved))
    {
        names.push((with(&["new"], &[]), false));
    }
    names
}

/// The name after that of what the value is a part of: `peer.term` → `peer`, `term`.
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
            // `font.name.to_text()` of the font's name.
            let is_said = words.starts_with(&qualified) || words.ends_with(&qualified);
            if qualified.is_empty() || is_said {
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
