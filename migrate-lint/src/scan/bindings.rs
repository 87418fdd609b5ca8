//! Names of errors by how they are bound, and names like an error's that are bound to something else.
//!
//! A binding is judged where it is in plain sight: a pattern, a type, a literal. Where it says nothing, the name does.

mod declared;

use std::ops::Range;

use crate::call::Span;
use crate::syntax::token::{Kind, Reader};

pub(super) use declared::Declared;

/// A name, and whether it is an error's.
pub(super) type Bound = (Span, bool);

/// Names that the arm before `=>` binds.
pub(super) fn of_arm(reader: &Reader<'_>, declared: &Declared, arrow: usize) -> Vec<Bound> {
    let mut start = arrow;
    let mut n_left = 256;
    while let Some(before) = start.checked_sub(1) {
        n_left -= 1;
        match reader.kind(before) {
            Some(Kind::Punct(b',' | b';') | Kind::Open(_)) | None => break,
            Some(Kind::Close(b'}')) if start != arrow => break,
            Some(Kind::Close(_)) => start = reader.mate(before).min(before),
            _ if n_left == 0 => break,
            _ => start = before,
        }
    }
    let judged = matched(reader, start);
    let is_about_errors = judged.clone().is_some_and(|judged| says_error(reader, judged));
    // `match code { 0 => …, err => … }`
    if let (Some(name), Some(judged)) = (name_at(reader, start), judged)
        && (start + 1 == arrow || reader.is_word(start + 1, "if"))
    {
        let parameter = (judged.len() == 1 && reader.kind(judged.start) == Some(Kind::Ident))
            .then(|| declared::of_parameter(reader, judged.start, reader.word(judged.start)));
        return match parameter.flatten() {
            Some(kind) => typed(reader, name, kind).into_iter().collect(),
            None if is_count(reader, judged) => vec![(name, false)],
            None => Vec::new(),
        };
    }
    in_pattern(reader, declared, start..arrow, is_about_errors)
}

/// A value is a number by what is written: `items.len()`, `n as u64`, `3`.
fn is_count(reader: &Reader<'_>, value: Range<usize>) -> bool {
    const NUMBERS: &[&str] = &[
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ];
    let back = |n: usize| value.end.checked_sub(n).filter(|at| *at >= value.start);
    let is_word =
        |n: usize, words: &[&str]| back(n).is_some_and(|at| words.contains(&reader.word(at)));
    let is_call = back(1).is_some_and(|at| reader.kind(at) == Some(Kind::Close(b')')))
        && back(2).is_some_and(|at| reader.kind(at) == Some(Kind::Open(b'(')));
    value.len() == 1 && reader.kind(value.start) == Some(Kind::Literal)
        || is_call && is_word(3, &["len", "count"]) && back(4).is_some_and(|at| reader.is(at, b'.'))
        || is_word(1, NUMBERS) && is_word(2, &["as"])
}

/// What the `match` around an arm looks at.
fn matched(reader: &Reader<'_>, arm: usize) -> Option<Range<usize>> {
    let mut at = arm;
    for _ in 0..1024 {
        let before = at.checked_sub(1)?;
        match reader.kind(before)? {
            Kind::Open(b'{') => {
                let words = (0..64).map_while(|back| before.checked_sub(back + 1));
                let start = words.into_iter().find(|&at| reader.is_word(at, "match"))?;
                return Some(start + 1..before);
            }
            Kind::Open(_) => return None,
            Kind::Close(_) => at = reader.mate(before).min(before),
            _ => at = before,
        }
    }
    None
}

/// Names that a `let` binds: `let Err(e) = …`, `if let Some(e) = …`, `let e: u32 = …`, `let e = 5`.
pub(super) fn of_let(reader: &Reader<'_>, declared: &Declared, index: usize) -> Vec<Bound> {
    let limit = reader.list.len().min(index + 256);
    let mut end = index + 1;
    while end < limit && !reader.is(end, b'=') && !reader.is(end, b';') {
        end = reader.next(end);
    }
    let end = end.min(limit);
    let mut after = end + 1;
    while after < limit && !reader.is(after, b';') && !reader.is_brace(after) {
        after = reader.next(after);
    }
    let value = (end + 1).min(after)..after.min(limit);
    let pattern = index + 1..end;
    let first = pattern.start + usize::from(reader.is_word(pattern.start, "mut"));
    if reader.kind(first) == Some(Kind::Ident) && looks_like_error(reader.word(first)) {
        let name = reader.span(first..first + 1);
        if first + 1 == pattern.end {
            // A text is one, if its author calls it so.
            let is_text_of_error = reader.word(first) != "e"
                && matches!(reader.kind(value.start), Some(Kind::Str | Kind::RawStr(_)));
            let is_text = value.len() == 1
                && !is_text_of_error
                && matches!(reader.kind(value.start), Some(Kind::Str | Kind::RawStr(_)));
            let is_plain = is_text || is_count(reader, value);
            return if is_plain { vec![(name, false)] } else { Vec::new() };
        }
        if reader.is(first + 1, b':') && !reader.is_pair(first + 1, b"::") {
            return typed(reader, name, first + 2..pattern.end).into_iter().collect();
        }
    }
    let judged = says_error(reader, value);
    in_pattern(reader, declared, pattern, judged)
}

/// Names that a loop binds: what it runs over are errors only if it says so.
pub(super) fn of_loop(reader: &Reader<'_>, index: usize) -> Vec<Bound> {
    let limit = reader.list.len().min(index + 128);
    let mut end = index + 1;
    while end < limit && !reader.is_word(end, "in") {
        // `impl Trait for Type`.
        if matches!(reader.kind(end), Some(Kind::Open(b'{') | Kind::Punct(b';'))) {
            return Vec::new();
        }
        end = reader.next(end);
    }
    let mut after = end;
    while after < limit && !reader.is_brace(after) {
        after = reader.next(after);
    }
    if end >= limit || says_error(reader, end..after.min(limit)) {
        return Vec::new();
    }
    let names = index + 1..end;
    let is_literal = reader.kind(end + 1) == Some(Kind::Literal)
        || reader.kind(end + 1) == Some(Kind::Open(b'['))
            && reader.kind(end + 2) == Some(Kind::Literal);
    names
        .filter_map(|at| name_at(reader, at))
        .filter(|name| is_literal || is_letter(&reader.text[name.clone()]))
        .map(|name| (name, false))
        .collect()
}

/// Parameters of a function by their types; `open` is the token after its name.
pub(super) fn of_function(reader: &Reader<'_>, open: usize) -> Vec<Bound> {
    let limit = reader.list.len().min(open + 256);
    let mut at = open;
    while at < limit && reader.kind(at) != Some(Kind::Open(b'(')) {
        if matches!(reader.kind(at), Some(Kind::Open(_) | Kind::Punct(b';'))) {
            return Vec::new();
        }
        at = reader.next(at);
    }
    if at >= limit {
        return Vec::new();
    }
    parameters(reader, at + 1..reader.mate(at).min(reader.list.len()))
}

fn parameters(reader: &Reader<'_>, inside: Range<usize>) -> Vec<Bound> {
    let mut found = Vec::new();
    for at in inside.clone() {
        let Some(name) = name_at(reader, at) else { continue };
        if reader.is(at + 1, b':') && !reader.is_pair(at + 1, b"::") {
            let end = declared::end_of_type(reader, at + 2, inside.end);
            found.extend(typed(reader, name, at + 2..end));
        }
    }
    found
}

/// A name with a type: an error, none, or either.
fn typed(reader: &Reader<'_>, name: Span, kind: Range<usize>) -> Option<Bound> {
    let is_open = |word: &str| {
        // A parameter of the function, a trait: either may be an error.
        matches!(word, "dyn" | "impl" | "_")
            || word.len() <= 2 && word.starts_with(char::is_uppercase)
    };
    let words: Vec<&str> = kind
        .clone()
        .filter(|&at| reader.kind(at) == Some(Kind::Ident))
        .map(|at| reader.word(at))
        .collect();
    if says_error(reader, kind) {
        return Some((name, true));
    }
    // A text may be an error's where it is called so.
    let is_text = |word: &&str| matches!(*word, "str" | "String" | "Cow");
    if !is_letter(&reader.text[name.clone()]) && words.iter().any(is_text) {
        return None;
    }
    (!words.is_empty() && !words.iter().any(|word| is_open(word))).then_some((name, false))
}

/// Names that a closure binds, judged by their types and by the method that calls it: `map_err(|e| …)`.
pub(super) fn of_closure(reader: &Reader<'_>, open: usize, close: usize) -> Vec<Bound> {
    let mut before = open;
    while before > 0 && ["move", "async"].contains(&reader.word(before - 1)) {
        before -= 1;
    }
    let method = before.checked_sub(2).map_or("", |at| reader.word(at));
    let called = before > 0 && reader.kind(before - 1) == Some(Kind::Open(b'('));
    let takes_error = called
        && matches!(
            method,
            "map_err" | "or_else" | "unwrap_or_else" | "inspect_err" | "map_or_else" | "is_err_and"
        );
    let names = open + 1..close;
    if takes_error {
        let name = names.clone().find(|&at| {
            reader.kind(at) == Some(Kind::Ident) && !["ref", "mut"].contains(&reader.word(at))
        });
        let name = name.filter(|&at| at + 1 == names.end || reader.is(at + 1, b':'));
        let name = name.filter(|&at| reader.word(at) != "_");
        return name.map(|at| (reader.span(at..at + 1), true)).into_iter().collect();
    }
    let mut found = parameters(reader, names.clone());
    for at in names {
        let Some(name) = name_at(reader, at) else { continue };
        let has_type = reader.is(at + 1, b':');
        // `errors.iter().map(|e| …)`.
        let receiver = before.saturating_sub(24)..before;
        if !has_type
            && called
            && is_letter(&reader.text[name.clone()])
            && !says_error(reader, receiver)
        {
            found.push((name, false));
        }
    }
    found
}

/// Names of a pattern: `Err(e)` binds an error, `Some(e)`, `Ok(e)` and `e @ 1..=3` something else.
fn in_pattern(
    reader: &Reader<'_>,
    declared: &Declared,
    pattern: Range<usize>,
    is_about_errors: bool,
) -> Vec<Bound> {
    let mut found = Vec::new();
    for index in pattern.clone() {
        if let Some(name) = name_at(reader, index)
            && reader.is(index + 1, b'@')
            && reader.kind(index + 2) == Some(Kind::Literal)
        {
            found.push((name, false));
        }
        if reader.kind(index) == Some(Kind::Ident) && reader.is_brace(index + 1) {
            found.extend(in_fields(reader, declared, index));
        }
        if reader.kind(index) != Some(Kind::Ident)
            || reader.kind(index + 1) != Some(Kind::Open(b'('))
        {
            continue;
        }
        let variant = reader.word(index);
        let mut name = index + 2;
        while ["ref", "mut"].contains(&reader.word(name)) {
            name += 1;
        }
        let ends = reader.kind(name + 1) == Some(Kind::Close(b')')) || reader.is(name + 1, b'@');
        if reader.kind(name) != Some(Kind::Ident) || !ends || reader.word(name) == "_" {
            continue;
        }
        let span = reader.span(name..name + 1);
        match variant {
            "Err" => found.push((span, true)),
            "Some" | "Ok" if !is_about_errors && is_letter(reader.word(name)) => {
                found.push((span, false));
            }
            _ => {}
        }
    }
    found
}

/// Names of a pattern with fields, `Entry { e, .. }`, by the types of the fields, where these are in the file.
fn in_fields(reader: &Reader<'_>, declared: &Declared, of: usize) -> Vec<Bound> {
    let mut found = Vec::new();
    for at in of + 2..reader.mate(of + 1).min(reader.list.len()) {
        // `{ e }`, `{ ref e }`, `{ code: e }`
        let ends = reader.is(at + 1, b',') || reader.kind(at + 1) == Some(Kind::Close(b'}'));
        if reader.kind(at) != Some(Kind::Ident) || !ends {
            continue;
        }
        let name = reader.span(at..at + 1);
        let field = match reader.is(at - 1, b':') {
            true => reader.word(at - 2),
            false => reader.word(at),
        };
        let kinds = declared.field(reader, reader.word(of), field);
        let judged: Vec<Bound> =
            kinds.into_iter().filter_map(|kind| typed(reader, name.clone(), kind)).collect();
        if let Some((_, is_error)) = judged.first()
            && judged.iter().all(|(_, other)| other == is_error)
            && (*is_error || looks_like_error(reader.word(at)))
        {
            found.push((name, *is_error));
        }
    }
    found
}

/// A name that would be taken for an error's.
fn name_at(reader: &Reader<'_>, at: usize) -> Option<Span> {
    let is_name = reader.kind(at) == Some(Kind::Ident) && looks_like_error(reader.word(at));
    let is_field = at > 0 && reader.is(at - 1, b'.');
    (is_name && !is_field).then(|| reader.span(at..at + 1))
}

/// A name for an error only by custom: `e`. What is called `err` is one, unless its type or value says otherwise.
fn is_letter(name: &str) -> bool {
    matches!(name, "e" | "ex")
}

fn looks_like_error(name: &str) -> bool {
    matches!(name, "e" | "ex" | "error" | "exception")
        || name.ends_with("err")
        || name.ends_with("_error")
}

/// Whether some of the tokens name errors.
fn says_error(reader: &Reader<'_>, tokens: Range<usize>) -> bool {
    tokens.filter(|&at| reader.kind(at) == Some(Kind::Ident)).any(|at| names_error(reader.word(at)))
}

/// Whether a name has a word for errors in it: `io_errors`, `LoadError`, but not `interrupt`.
fn names_error(name: &str) -> bool {
    if name == "Report" {
        return true;
    }
    // Most names have no three letters that a word of them begins with.
    let may_have_one = name.as_bytes().windows(3).any(|three| {
        let lower = [three[0] | 0x20, three[1] | 0x20, three[2] | 0x20];
        matches!(&lower, b"err" | b"exc" | b"any" | b"eyr" | b"fai" | b"pan" | b"cau")
    });
    if !may_have_one {
        return false;
    }
    let mut spaced = String::new();
    for char in name.chars() {
        if char.is_uppercase() || char == '_' {
            spaced.push(' ');
        }
        spaced.extend(char.to_lowercase().filter(|char| *char != '_'));
    }
    spaced.split_ascii_whitespace().any(|word| {
        matches!(
            word.strip_suffix('s').unwrap_or(word),
            "err" | "error" | "exception" | "anyhow" | "eyre" | "failure" | "panic" | "cause"
        )
    })
}
