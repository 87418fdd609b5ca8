//! Quoting of strings: Go's `strconv.Quote` for text, zap's and `encoding/json`'s escapes for JSON, and the `=<` block.
//!
//! All functions append to a buffer of bytes.
//! A string without anything unusual, which is nearly every string, is found by one scan and copied whole.

use super::isprint_table::PRINTABLE;
pub(crate) use crate::raw::is_plain;
use crate::raw::{IfPlain, append_if_plain};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Go's `strconv.IsPrint`.
pub(crate) fn is_printable(char: char) -> bool {
    let code = char as u32;
    if code < 0x7f {
        return code >= 0x20;
    }
    PRINTABLE
        .binary_search_by(|&(first, last)| {
            if last < code {
                std::cmp::Ordering::Less
            } else if first > code {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

/// Appends `"text"` as Go's `strconv.Quote` writes it.
#[inline]
pub(crate) fn quote(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        out.push(b'"');
        quote_slow(text, out);
        out.push(b'"');
    }
}

/// Appends what stands between the quotes of [`quote`].
#[inline]
pub(crate) fn quote_inner(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, IfPlain(text)) {
        quote_slow(text, out);
    }
}

#[cold]
fn quote_slow(text: &str, out: &mut Vec<u8>) {
    for char in text.chars() {
        quote_char(char, out);
    }
}

fn quote_char(char: char, out: &mut Vec<u8>) {
    match char {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        char if is_printable(char) => push_char(char, out),
        char => escape_char(char, out),
    }
}

/// Appends the escape of a character that is not printed, as `strconv.Quote` writes it.
fn escape_char(char: char, out: &mut Vec<u8>) {
    match char {
        '\x07' => out.extend_from_slice(b"\\a"),
        '\x08' => out.extend_from_slice(b"\\b"),
        '\x0c' => out.extend_from_slice(b"\\f"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\x0b' => out.extend_from_slice(b"\\v"),
        char if (char as u32) < 0x80 => hex(b"\\x", char as u32, 2, out),
        char if (char as u32) < 0x1_0000 => hex(b"\\u", char as u32, 4, out),
        char => hex(b"\\U", char as u32, 8, out),
    }
}

fn hex(prefix: &[u8], value: u32, n_digits: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(prefix);
    for digit in (0..n_digits).rev() {
        out.push(HEX[(value >> (digit * 4) & 0xf) as usize]);
    }
}

fn push_char(char: char, out: &mut Vec<u8>) {
    out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Appends bytes as Go's `%+q`: like [`quote`] with every character above ASCII escaped and invalid UTF-8 as `\xNN`.
pub(crate) fn quote_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char.is_ascii() { quote_char(char, out) } else { escape_char(char, out) }
        }
        for &byte in chunk.invalid() {
            hex(b"\\x", u32::from(byte), 2, out);
        }
    }
    out.push(b'"');
}

/// Appends `<` and the lines of `text`, each behind a tab, and ` >`.
///
/// Control characters other than `\n` and `\t`, and characters that reorder or hide text, are escaped as in a quoted
/// string: klog copies them raw, which lets a value move a terminal's cursor out of its block.
pub(crate) fn block(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"<\n");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push(b'\t');
        for char in line.chars() {
            if is_hostile(char) { escape_char(char, out) } else { push_char(char, out) }
        }
        out.push(b'\n');
    }
    out.extend_from_slice(b" >");
}

/// Characters that are escaped in a block.
fn is_hostile(char: char) -> bool {
    match char {
        '\t' => false,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => true,
        // Zero-width and bidirectional controls, line and paragraph separators, byte order mark, tags.
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Appends a key of text: as it is, or quoted when it could be taken for something else.
///
/// klog writes every key raw; a key with a blank, `=`, `"`, a control character or nothing at all could forge pairs.
pub(crate) fn text_key(key: &str, out: &mut Vec<u8>) {
    let odd = |char: char| char == ' ' || char == '=' || char == '"' || !is_printable(char);
    if key.is_empty() || key.contains(odd) {
        quote(key, out);
    } else {
        out.extend_from_slice(key.as_bytes());
    }
}

/// Appends `"text"` with zap's escapes: what klog's JSON uses for messages, keys and plain strings.
#[inline]
pub(crate) fn json(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        out.push(b'"');
        json_inner(text, out);
        out.push(b'"');
    }
}

/// Appends what stands between the quotes of [`json`].
#[inline]
pub(crate) fn json_inner(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, IfPlain(text)) {
        escape_json(text, out, |byte, out| match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            byte => hex(b"\\u", u32::from(byte), 4, out),
        });
    }
}

/// Appends `"text"` with the escapes of Go's `encoding/json`, without its HTML escapes.
///
/// It differs from [`json`] in `\b`, `\f` and in U+2028 and U+2029.
pub(crate) fn json_std(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    if is_plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        let start = out.len();
        escape_json(text, out, |byte, out| match byte {
            b'\x08' => out.extend_from_slice(b"\\b"),
            b'\x0c' => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            byte => hex(b"\\u", u32::from(byte), 4, out),
        });
        if out[start..].windows(3).any(is_separator) {
            let escaped = out.split_off(start);
            replace_separators(&escaped, out);
        }
    }
    out.push(b'"');
}

fn escape_json(text: &str, out: &mut Vec<u8>, control: impl Fn(u8, &mut Vec<u8>)) {
    for &byte in text.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0..=0x1f => control(byte, out),
            byte => out.push(byte),
        }
    }
}

/// U+2028 and U+2029 in UTF-8.
fn is_separator(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, 0xa8 | 0xa9])
}

fn replace_separators(json: &[u8], out: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(at) = rest.windows(3).position(is_separator) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(if rest[at + 2] == 0xa8 { b"\\u2028" } else { b"\\u2029" });
        rest = &rest[at + 3..];
    }
    out.extend_from_slice(rest);
}

/// Appends JSON with the HTML escapes of Go's `encoding/json`: `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`.
///
/// In JSON these characters stand in strings only, so that a replacement of bytes is enough.
pub(crate) fn html_escape(json: &[u8], out: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&')) {
        out.extend_from_slice(&rest[..at]);
        hex(b"\\u", u32::from(rest[at]), 4, out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Appends bytes in standard base64 with padding, without quotes.
pub(crate) fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let [a, b, c] =
            [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let group = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
        for digit in 0..4 {
            if digit <= chunk.len() {
                out.push(ALPHABET[(group >> (18 - digit * 6) & 0x3f) as usize]);
            } else {
                out.push(b'=');
            }
        }
    }
}

/// Go's `%q`.
pub(crate) fn go_quote(text: &str) -> String {
    let mut quoted = Vec::new();
    quote(text, &mut quoted);
    String::from_utf8_lossy(&quoted).into_owned()
}
