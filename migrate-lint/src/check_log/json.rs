//! JSON entries: one object in a line, by RFC 8259, with unique keys at its top.

use super::bytes;
use super::key_cache::Cached;
use super::raw::{Kind, MessageForm, Raw, RawPair};
use super::rules::Id;
use crate::call::Span;

/// Readers stop at this depth or soon after.
const MAX_DEPTH: usize = 128;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    at: usize,
    words: &'static str,
}

/// Reads the object in a line; the line is the whole entry.
pub(super) fn read(line: &[u8], raw: &mut Raw) {
    raw.is_json = true;
    if let Err(Wrong { at, words }) = object(line, raw) {
        raw.is_broken = true;
        let control = line.get(at).filter(|byte| **byte < 0x20 && words == IN_STRING);
        match control {
            Some(&byte) => raw.control_character(byte, at),
            None => {
                let at = at.min(line.len());
                let end = (at + 1).min(line.len());
                raw.defect(Id::InvalidJson, at..end, words);
            }
        }
    }
}

const IN_STRING: &str = "a string contains a control character";

fn object(line: &[u8], raw: &mut Raw) -> Result<(), Wrong> {
    let mut at = skip_space(line, 0);
    if line.get(at) != Some(&b'{') {
        return wrong(at, "the line is not an object");
    }
    at = skip_space(line, at + 1);
    if line.get(at) == Some(&b'}') {
        return tail(line, at + 1);
    }
    for number in 0.. {
        let (key, hash, cached, after) = key(line, at, number, raw)?;
        at = skip_space(line, after);
        let (end, kind) = usual(line, at).map_or_else(|| value(line, at, 1), Ok)?;
        field(line, Field { key, hash, cached, value: at..end, kind }, raw);
        at = skip_space(line, end);
        match line.get(at) {
            Some(b',') => at = skip_space(line, at + 1),
            Some(b'}') => return tail(line, at + 1),
            Some(_) => return wrong(at, "a comma or the end of the object is expected here"),
            None => return wrong(at, "the object does not end on its line"),
        }
    }
    Ok(())
}

/// A field of the object at the top.
struct Field {
    key: Span,
    hash: u64,
    cached: Cached,
    value: Span,
    kind: Kind,
}

/// The end of a string without escapes or of a number of few digits, and which it is.
#[inline(always)]
fn usual(line: &[u8], at: usize) -> Option<(usize, Kind)> {
    if line.get(at) == Some(&b'"') {
        let end = bytes::long_string_end(line, at + 1);
        return (line.get(end) == Some(&b'"')).then_some((end + 1, Kind::String));
    }
    Some((short_number(line, at)?, Kind::Number))
}

/// Reads a key in its quotes, and the colon; mostly it is the one that was there in the last entry with this message.
#[inline]
fn key(
    line: &[u8],
    at: usize,
    number: usize,
    raw: &mut Raw,
) -> Result<(Span, u64, Cached, usize), Wrong> {
    match line.get(at) {
        Some(b'"') => {}
        Some(_) => return wrong(at, "a key in quotes is expected here"),
        None => return wrong(at, "the object does not end on its line"),
    }
    match raw.field_cache.key(line, at + 1, raw.message_hash, number) {
        Some((key, hash, cached)) => {
            let after = key.end + 2;
            Ok((key, hash, cached, after))
        }
        None => new_key(line, at, number, raw),
    }
}

#[cold]
fn new_key(
    line: &[u8],
    at: usize,
    number: usize,
    raw: &mut Raw,
) -> Result<(Span, u64, Cached, usize), Wrong> {
    let (end, _) = string(line, at)?;
    let key = at + 1..end - 1;
    let colon = skip_space(line, end);
    if line.get(colon) != Some(&b':') {
        return wrong(colon, "a colon is expected after the key");
    }
    let hash = raw.field_cache.learn(line, &key, b"\":", raw.message_hash, number);
    Ok((key, hash, Cached::default(), colon + 1))
}

/// The end of a number of few digits, which is read sooner than others.
#[inline]
pub(super) fn short_number(line: &[u8], at: usize) -> Option<usize> {
    let n_digits = bytes::n_digits(line, at).filter(|n_digits| *n_digits > 0)?;
    let is_whole = !matches!(line.get(at + n_digits), Some(b'.' | b'e' | b'E'));
    (is_whole && (line[at] != b'0' || n_digits == 1)).then_some(at + n_digits)
}

/// Nothing may follow the object.
fn tail(line: &[u8], at: usize) -> Result<(), Wrong> {
    match skip_space(line, at) {
        at if at >= line.len() => Ok(()),
        at => wrong(at, "text follows the object"),
    }
}

/// Sorts a field into the header's or the pairs.
#[inline]
fn field(line: &[u8], field: Field, raw: &mut Raw) {
    let Field { key, hash, cached, value, kind } = field;
    let inner = || value.start + 1..value.end - 1;
    match &line[key.clone()] {
        b"ts" if raw.ts.is_none() => {
            raw.ts = Some(value.clone());
            if kind != Kind::Number {
                wrong_kind("ts", "a number", kind, value, raw);
            }
        }
        b"msg" if raw.form == MessageForm::Missing => {
            raw.form = MessageForm::Quoted;
            if kind == Kind::String {
                raw.message = inner();
            } else {
                wrong_kind("msg", "a string", kind, value, raw);
            }
            raw.message_hash = bytes::hash(line, &raw.message);
        }
        b"caller" if raw.file.is_empty() && kind == Kind::String => caller(line, inner(), raw),
        b"v" if raw.v.is_none() && kind == Kind::Number => {
            raw.v = Some(value);
        }
        b"severity" if raw.severity == 0 && kind == Kind::String => {
            raw.severity = match &line[inner()] {
                b"warning" => b'W',
                b"fatal" => b'F',
                _ => 0,
            };
            if raw.severity == 0 {
                let pair = RawPair { key, is_quoted_key: false, value, kind, hash };
                raw.push(line, pair, cached);
            }
        }
        name => {
            if let b"ts" | b"msg" | b"v" | b"caller" = name
                && kind_of_header(name, raw)
            {
                raw.duplicate(name, key.clone());
            }
            let pair = RawPair { key, is_quoted_key: false, value, kind, hash };
            raw.push(line, pair, cached);
        }
    }
}

/// Whether a field of the header was there before.
fn kind_of_header(name: &[u8], raw: &Raw) -> bool {
    match name {
        b"ts" => raw.ts.is_some(),
        b"msg" => raw.form != MessageForm::Missing,
        b"v" => raw.v.is_some(),
        _ => !raw.file.is_empty(),
    }
}

#[cold]
fn wrong_kind(name: &str, expected: &str, kind: Kind, value: Span, raw: &mut Raw) {
    let words = format!("`{name}` has to be {expected}, and is a {}", kind.name());
    raw.defect(Id::MissingField, value, words);
}

/// `src/main.rs:42`.
#[inline]
fn caller(line: &[u8], span: Span, raw: &mut Raw) {
    let colon = bytes::file_end(line, span.start);
    let number = colon + 1..span.end;
    if line.get(colon) == Some(&b':')
        && colon > span.start
        && !number.is_empty()
        && bytes::n_digits(line, number.start) == Some(number.len())
    {
        raw.file = span.start..colon;
        raw.line = bytes::number(&line[number]);
    } else {
        odd_caller(line, span, raw);
    }
}

#[cold]
fn odd_caller(line: &[u8], span: Span, raw: &mut Raw) {
    let text = &line[span.clone()];
    let n_digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let colon = text.len() - n_digits;
    let is_place = n_digits > 0 && colon > 1 && text[colon - 1] == b':';
    let end = if is_place { colon - 1 } else { text.len() };
    raw.file = span.start..span.start + end;
    raw.line = bytes::number(&text[colon..]);
    if !is_place || text[..end].iter().any(|byte| matches!(byte, b':' | b' ')) {
        let words = "`caller` is not `directory/file:line`";
        let help = "print the last directory and the base name of the source file";
        raw.defect_with_help(Id::BadFile, span, words, help);
    }
}

/// Reads any value: where it ends, and its kind.
#[inline]
pub(super) fn value(line: &[u8], at: usize, depth: usize) -> Result<(usize, Kind), Wrong> {
    match line.get(at) {
        Some(b'"') => string(line, at),
        Some(b'-' | b'0'..=b'9') => number(line, at),
        Some(b'{' | b'[') => nested(line, at, depth),
        Some(b't') => word(line, at, b"true", Kind::Bool),
        Some(b'f') => word(line, at, b"false", Kind::Bool),
        Some(b'n') => word(line, at, b"null", Kind::Null),
        Some(_) => wrong(at, "a value is expected here"),
        None => wrong(at, "the object does not end on its line"),
    }
}

/// Reads an object or list without recursion: a bit for each level says which of the two it is.
fn nested(line: &[u8], start: usize, depth: usize) -> Result<(usize, Kind), Wrong> {
    let kind = if line[start] == b'{' { Kind::Object } else { Kind::Array };
    let (mut objects, mut level, mut at) = (0_u128, depth, start);
    'value: loop {
        // Stands before a value.
        let open = line.get(at).copied();
        if let Some(b'{' | b'[') = open {
            level += 1;
            if level >= MAX_DEPTH {
                return wrong(at, "the value is nested too deep");
            }
            objects = objects << 1 | u128::from(open == Some(b'{'));
            at = skip_space(line, at + 1);
            if line.get(at) != Some(if objects & 1 == 1 { &b'}' } else { &b']' }) {
                if objects & 1 == 1 {
                    at = name(line, at)?;
                }
                continue 'value;
            }
        } else {
            (at, _) = usual(line, at).map_or_else(|| value(line, at, level), Ok)?;
            at = skip_space(line, at);
        }
        // Stands after a value, or at the end of an empty collection.
        loop {
            let is_object = objects & 1 == 1;
            match line.get(at) {
                Some(b',') => {
                    at = skip_space(line, at + 1);
                    if is_object {
                        at = name(line, at)?;
                    }
                    continue 'value;
                }
                Some(b'}') if is_object => {}
                Some(b']') if !is_object => {}
                Some(_) => return wrong(at, "a comma or the end of the value is expected here"),
                None => return wrong(at, "the object does not end on its line"),
            }
            objects >>= 1;
            level -= 1;
            if level == depth {
                return Ok((at + 1, kind));
            }
            at = skip_space(line, at + 1);
        }
    }
}

/// `"name":`, up to the value.
fn name(line: &[u8], at: usize) -> Result<usize, Wrong> {
    if line.get(at) != Some(&b'"') {
        return wrong(at, "a key in quotes is expected here");
    }
    let end = bytes::string_end(line, at + 1);
    let end = match line.get(end) {
        Some(b'"') => end + 1,
        _ => string(line, at)?.0,
    };
    let at = skip_space(line, end);
    if line.get(at) != Some(&b':') {
        return wrong(at, "a colon is expected after the key");
    }
    Ok(skip_space(line, at + 1))
}

#[cold]
fn string(line: &[u8], open: usize) -> Result<(usize, Kind), Wrong> {
    let mut at = open + 1;
    loop {
        at = bytes::long_string_end(line, at);
        match line.get(at) {
            Some(b'"') => return Ok((at + 1, Kind::String)),
            Some(b'\\') => at += 1 + escape(line, at + 1)?,
            Some(_) => return wrong(at, IN_STRING),
            None => return wrong(open, "the string does not end on its line"),
        }
    }
}

/// Length of an escape without its backslash; halves of surrogate pairs are no text.
fn escape(line: &[u8], at: usize) -> Result<usize, Wrong> {
    let words = "there is no such escape in JSON";
    let code = |at: usize| -> Result<u32, Wrong> {
        let digits = line.get(at..at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        code.ok_or(Wrong { at: at - 2, words })
    };
    match line.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(1),
        Some(b'u') => match code(at + 1)? {
            0xd800..=0xdbff => {
                let is_pair = line.get(at + 5..at + 7) == Some(b"\\u")
                    && (0xdc00..=0xdfff).contains(&code(at + 7)?);
                if is_pair {
                    Ok(11)
                } else {
                    wrong(at - 1, "half of a surrogate pair is no character")
                }
            }
            0xdc00..=0xdfff => wrong(at - 1, "half of a surrogate pair is no character"),
            _ => Ok(5),
        },
        _ => wrong(at - 1, words),
    }
}

fn number(line: &[u8], start: usize) -> Result<(usize, Kind), Wrong> {
    let words = "this is not a number in JSON";
    let digits = |at: usize| line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = start + usize::from(line[start] == b'-');
    let n_digits = digits(at);
    if n_digits == 0 || (n_digits > 1 && line[at] == b'0') {
        return wrong(start, words);
    }
    at += n_digits;
    if line.get(at) == Some(&b'.') {
        let n_digits = digits(at + 1);
        if n_digits == 0 {
            return wrong(start, words);
        }
        at += 1 + n_digits;
    }
    if let Some(b'e' | b'E') = line.get(at) {
        at += 1 + usize::from(matches!(line.get(at + 1), Some(b'+' | b'-')));
        let n_digits = line.get(at..).map_or(0, |_| digits(at));
        if n_digits == 0 {
            return wrong(start, words);
        }
        at += n_digits;
    }
    Ok((at, Kind::Number))
}

fn word(line: &[u8], at: usize, word: &[u8], kind: Kind) -> Result<(usize, Kind), Wrong> {
    if line[at..].starts_with(word) {
        return Ok((at + word.len(), kind));
    }
    wrong(at, "a value is expected here")
}

#[inline(always)]
fn skip_space(line: &[u8], at: usize) -> usize {
    match line.get(at) {
        Some(byte) if *byte > b' ' => at,
        _ => skip_spaces(line, at),
    }
}

#[cold]
fn skip_spaces(line: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r') = line.get(at) {
        at += 1;
    }
    at
}

#[cold]
fn wrong<T>(at: usize, words: &'static str) -> Result<T, Wrong> {
    Err(Wrong { at, words })
}
