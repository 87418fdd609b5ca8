//! Quoting of strings: Go's `strconv.Quote` for text, zap's and `encoding/json`'s escapes for JSON, and the `=<` block.
//!
//! All functions append to a buffer of bytes.
//! A short string without anything unusual, which is nearly every string, is found by one scan and copied whole; of others
//! what stays as it is is copied a run at a time.

pub(crate) use super::escapes::is_printable;
use super::escapes::{Block, Html, Quote, QuoteAscii, QuoteLine, Std, StdHtml, Zap};
use crate::{
    base::thread_buffers::{self, Use},
    raw::{IfPlain, IfPlainHtml, append, append_if_plain, escape},
};

/// Texts up to this length are tried whole first.
const SHORT: usize = 64;

/// Appends `"text"` as Go's `strconv.Quote` writes it.
#[inline]
pub(crate) fn quote(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        escaped(text.as_bytes(), out);
    }
}

/// The same for the bytes of a text.
#[inline(never)]
pub(crate) fn escaped(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape::<Quote>(text, out);
    out.push(b'"');
}

/// Appends what is between the quotes of [`quote`].
#[inline]
pub(crate) fn quote_inner(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, IfPlain(text)) {
        escape::<Quote>(text.as_bytes(), out);
    }
}

/// Appends a text quoted on one line, or as a block.
#[inline]
pub(crate) fn quote_or_block(text: &str, out: &mut Vec<u8>) {
    if text.len() > SHORT || !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        unusual_or_block(text.as_bytes(), out);
    }
}

/// The same for the bytes of a text.
#[inline(never)]
pub(crate) fn unusual_or_block(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.push(b'"');
    if escape::<QuoteLine>(text, out) {
        out.push(b'"');
    } else {
        out.truncate(start);
        block(text, out);
    }
}

/// Appends bytes as Go's `%+q`: like [`quote`] with every character above ASCII escaped and invalid UTF-8 as `\xNN`.
pub(crate) fn quote_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for chunk in bytes.utf8_chunks() {
        escape::<QuoteAscii>(chunk.valid().as_bytes(), out);
        for &byte in chunk.invalid() {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xf)]);
            append(out, &[b'\\', b'x', high, low]);
        }
    }
    out.push(b'"');
}

/// Appends `<` and the lines of `text`, each after a tab, and ` >`.
///
/// Control characters other than `\n` and `\t`, and characters that reorder or hide text, are escaped as in a quoted
/// string: klog copies them raw, which lets a value move a terminal's cursor out of its block.
pub(crate) fn block(text: &[u8], out: &mut Vec<u8>) {
    append(out, b"<\n\t");
    escape::<Block>(text.strip_suffix(b"\n").unwrap_or(text), out);
    append(out, b"\n >");
}

/// Appends a key of text: as it is, or quoted when it could be taken for something else.
///
/// klog writes every key raw; a key with a space, `=`, `"`, a control character or nothing at all could forge pairs.
pub(crate) fn text_key(key: &str, out: &mut Vec<u8>) {
    let is_usual = |byte: u8| (b'!'..0x7f).contains(&byte) && byte != b'=' && byte != b'"';
    if !key.is_empty() && key.bytes().all(is_usual) {
        return out.extend_from_slice(key.as_bytes());
    }
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
    if text.len() > SHORT || !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        unusual_json(text.as_bytes(), out);
    }
}

/// The same for the bytes of a text.
#[inline(never)]
pub(crate) fn unusual_json(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape::<Zap>(text, out);
    out.push(b'"');
}

/// Appends what is between the quotes of [`json`].
#[inline]
pub(crate) fn json_inner(text: &str, out: &mut Vec<u8>) {
    if !append_if_plain(out, IfPlain(text)) {
        escape::<Zap>(text.as_bytes(), out);
    }
}

/// Appends `"text"` with the escapes of Go's `encoding/json`, without its HTML escapes.
///
/// It differs from [`json`] in `\b`, `\f` and in U+2028 and U+2029.
#[inline]
pub(crate) fn json_std(text: &str, out: &mut Vec<u8>) {
    if text.len() > SHORT || !append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
        unusual_json_std(text.as_bytes(), out);
    }
}

/// The same for the bytes of a text.
#[inline(never)]
pub(crate) fn unusual_json_std(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape::<Std>(text, out);
    out.push(b'"');
}

/// The same with the HTML escapes of Go's `encoding/json`: `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`.
#[inline]
pub(crate) fn json_std_html(text: &str, out: &mut Vec<u8>) {
    if text.len() > SHORT || !append_if_plain(out, (b"\"", IfPlainHtml(text), b"\"")) {
        unusual_json_std_html(text.as_bytes(), out);
    }
}

#[inline(never)]
fn unusual_json_std_html(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape::<StdHtml>(text, out);
    out.push(b'"');
}

/// Appends what is between the quotes of [`json_std`] or of [`json_std_html`].
pub(crate) fn json_std_inner(text: &str, with_html: bool, out: &mut Vec<u8>) {
    if text.len() <= SHORT && append_if_plain(out, IfPlainHtml(text)) {
    } else if with_html {
        escape::<StdHtml>(text.as_bytes(), out);
    } else {
        escape::<Std>(text.as_bytes(), out);
    }
}

/// Appends JSON with these escapes.
///
/// In JSON these characters are in strings only, so that a replacement of bytes is enough.
pub(crate) fn html_escape(json: &[u8], out: &mut Vec<u8>) {
    escape::<Html>(json, out);
}

/// The same for JSON that is the buffer's end, from `start` on.
pub(crate) fn html_escape_end(start: usize, out: &mut Vec<u8>) {
    let is_html = |byte: &u8| matches!(byte, b'<' | b'>' | b'&');
    // A chunk is looked at as a whole, several bytes at a time.
    let has_html = |chunk: &[u8]| chunk.iter().fold(false, |found, byte| found | is_html(byte));
    if out[start..].chunks(64).any(has_html) {
        thread_buffers::with(Use::Text, |json| {
            json.extend_from_slice(&out[start..]);
            out.truncate(start);
            html_escape(json, out);
        });
    }
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
