//! JSON entries: one object in a line, by RFC 8259, with unique keys at its top.

mod value;

use self::value::{IN_STRING, Wrong, skip_space, string, usual, wrong};
pub(super) use self::value::{short_number, value};
use super::bytes;
use super::key_cache::Cached;
use super::raw::{Kind, MessageForm, Raw, RawPair};
use super::rules::Id;
use crate::call::Span;

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
