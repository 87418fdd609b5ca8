//! Values of JSON: where each ends, and of what kind it is.

use crate::check_log::bytes;
use crate::check_log::raw::Kind;

/// Readers stop at this depth or soon after.
const MAX_DEPTH: usize = 128;

/// What is wrong, and where.
#[derive(Debug)]
pub(in crate::check_log) struct Wrong {
    pub(super) at: usize,
    pub(super) words: &'static str,
}

pub(super) const IN_STRING: &str = "a string contains a control character";

/// The end of a string without escapes or of a plain number, and which it is.
#[inline(always)]
pub(super) fn usual(line: &[u8], at: usize) -> Option<(usize, Kind)> {
    if line.get(at) == Some(&b'"') {
        let end = bytes::long_string_end(line, at + 1);
        return (line.get(end) == Some(&b'"')).then_some((end + 1, Kind::String));
    }
    Some((short_number(line, at)?, Kind::Number))
}

/// The end of a number without a sign or an exponent, which is read sooner than others.
#[inline]
pub(in crate::check_log) fn short_number(line: &[u8], at: usize) -> Option<usize> {
    let n_digits = bytes::all_digits(line, at);
    if n_digits == 0 || (n_digits > 1 && line[at] == b'0') {
        return None;
    }
    let mut end = at + n_digits;
    if line.get(end) == Some(&b'.') {
        end += 1 + bytes::n_digits(line, end + 1).filter(|n_digits| *n_digits > 0)?;
    }
    (!matches!(line.get(end), Some(b'.' | b'e' | b'E'))).then_some(end)
}

/// Reads any value: where it ends, and its kind.
#[inline]
pub(in crate::check_log) fn value(
    line: &[u8],
    at: usize,
    depth: usize,
) -> Result<(usize, Kind), Wrong> {
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
        // It is before a value.
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
        // It is after a value, or at the end of an empty collection.
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
pub(super) fn string(line: &[u8], open: usize) -> Result<(usize, Kind), Wrong> {
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
    let digits = |at: usize| bytes::all_digits(line, at);
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
        let n_digits = digits(at);
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
pub(super) fn skip_space(line: &[u8], at: usize) -> usize {
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
pub(super) fn wrong<T>(at: usize, words: &'static str) -> Result<T, Wrong> {
    Err(Wrong { at, words })
}
