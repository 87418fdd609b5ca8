//! Docker's JSON files: `{"log":"…\\n","stream":"stderr","time":"…"}`.

use std::borrow::Cow;

use super::{Memory, Stripped};
use crate::check_log::bytes;

const LOG: &[u8] = b"{\"log\":";

/// What a program has printed.
pub(super) fn json<'a>(line: &'a [u8], memory: &mut Memory) -> Option<Stripped<'a>> {
    if !line.starts_with(LOG) {
        return None;
    }
    let short = as_docker_writes_it(line, std::mem::take(&mut memory.spare));
    let n_feeds = short.as_ref().map(|(_, _, n_feeds)| *n_feeds);
    let (mut content, stream) = match short {
        Some((content, stream, _)) => (content, stream),
        None => any(line)?,
    };
    // A long line is written in parts, of which the last has the line feed.
    let is_partial = content.pop_if(|byte| *byte == b'\n').is_none();
    memory.is_one = n_feeds == Some(usize::from(!is_partial));
    let n_prefix = LOG.len() + 1;
    Some(Stripped { content: Cow::Owned(content), n_prefix, is_partial, stream, piece: None })
}

/// Any object with these fields.
fn any(line: &[u8]) -> Option<(Vec<u8>, usize)> {
    #[derive(serde::Deserialize)]
    struct Line {
        log: String,
        #[serde(default)]
        stream: String,
    }
    let Line { log, stream } = serde_json::from_slice(line).ok()?;
    Some((log.into_bytes(), usize::from(stream != "stdout")))
}

/// The object with its three fields in order and no space, as long as it has no escape that is rare: what was printed,
/// where, and how many line feeds it has.
fn as_docker_writes_it(line: &[u8], spare: Vec<u8>) -> Option<(Vec<u8>, usize, usize)> {
    let text = line.get(LOG.len()..)?.strip_prefix(b"\"")?;
    let Unescaped { content, rest, n_feeds, is_ascii } = unescaped(text, spare)?;
    if !(is_ascii && rest.is_ascii()) {
        std::str::from_utf8(line).ok()?;
    }
    let rest = rest.strip_prefix(b",\"stream\":\"std")?;
    let (stream, rest) = match rest.strip_prefix(b"err\"") {
        Some(rest) => (1, rest),
        None => (0, rest.strip_prefix(b"out\"")?),
    };
    let time = rest.strip_prefix(b",\"time\":\"")?.strip_suffix(b"\"}")?;
    (bytes::string_end(time, 0) == time.len()).then_some((content, stream, n_feeds))
}

/// What a string says, and what follows its closing quote.
struct Unescaped<'a> {
    content: Vec<u8>,
    rest: &'a [u8],
    /// How many line feeds it has.
    n_feeds: usize,
    /// No byte of the string is one of a letter outside of ASCII.
    is_ascii: bool,
}

/// A string after its opening quote, in the room of `content`.
fn unescaped(mut text: &[u8], mut content: Vec<u8>) -> Option<Unescaped<'_>> {
    content.clear();
    content.reserve(text.len() + 8);
    let mut n_feeds = 0;
    let mut seen = 0;
    loop {
        // Escapes are near each other, so that eight bytes are taken, and those after the mark given back.
        let at = match text.first_chunk() {
            Some(eight) => {
                content.extend_from_slice(eight);
                seen |= u64::from_ne_bytes(*eight);
                let Some(at) = bytes::string_end_in(eight) else {
                    text = &text[8..];
                    continue;
                };
                content.truncate(content.len() - 8 + at);
                at
            }
            None => {
                let at = bytes::string_end(text, 0);
                content.extend_from_slice(&text[..at]);
                seen |= text[..at].iter().fold(0, |seen, byte| seen | u64::from(*byte));
                at
            }
        };
        match text[at..] {
            [b'"', ref rest @ ..] => {
                let is_ascii = seen & 0x8080_8080_8080_8080 == 0;
                return Some(Unescaped { content, rest, n_feeds, is_ascii });
            }
            // `\",\"` and `\":\"` of JSON are one step.
            [b'\\', b'"', sign @ (b',' | b':'), b'\\', b'"', ref rest @ ..] => {
                content.extend_from_slice(&[b'"', sign, b'"']);
                text = rest;
            }
            [b'\\', mark @ (b'"' | b'\\' | b'/'), ref rest @ ..] => {
                content.push(mark);
                text = rest;
            }
            [b'\\', ref escape @ ..] => {
                let (letter, rest) = rare_escape(escape)?;
                n_feeds += usize::from(letter == '\n');
                content.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                text = rest;
            }
            // A control character, or no end.
            _ => return None,
        }
    }
}

/// The letter that an escape means, read after its backslash, and the rest of the text.
fn rare_escape(escape: &[u8]) -> Option<(char, &[u8])> {
    let (name, rest) = escape.split_first()?;
    let letter = match name {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        // By four digits: `<`, `>`, `&`, control characters, and what some write instead of any letter but ASCII's.
        b'u' => {
            let (digits, rest) = rest.split_first_chunk::<4>()?;
            let code = digits
                .iter()
                .try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))?;
            // Half of a pair is none.
            return Some((char::from_u32(code)?, rest));
        }
        _ => return None,
    };
    Some((letter, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written as Docker does is read as serde_json reads it; what is not is left to it.
    #[test]
    fn the_short_way_is_the_long_way() {
        let check = |text: &str, is_short: bool| {
            let line = format!(
                "{{\"log\":{text},\"stream\":\"stdout\",\"time\":\"2026-03-04T05:06:07Z\"}}"
            );
            let short = as_docker_writes_it(line.as_bytes(), b"of before".to_vec());
            assert_eq!(short.is_some(), is_short, "{line}");
            if let Some((content, stream, n_feeds)) = short {
                assert_eq!(
                    n_feeds,
                    content.iter().filter(|byte| **byte == b'\n').count(),
                    "{line}"
                );
                assert_eq!(Some((content, stream)), any(line.as_bytes()), "{line}");
            }
        };
        check(r#""a \"b\" \\ \u003c\u0026\u001b[0m żółw\n""#, true);
        check(r#""""#, true);
        check(r#""\t\r\/""#, true);
        check(r#""one\ntwo\u000athree\n""#, true);
        check(r#""{\"a\":\"b\",\"\\\":\",\"n\":[\"c\",\"\"]}\n""#, true);
        check(r#""\u00e9 \u00B5s \u65e5\uffff""#, true);
        check(r#""\ud83d\ude00""#, false);
        check(r#""\u+04a""#, false);
        check(r#""\x41""#, false);
        check("\"\u{1}\"", false);
        check(r#""a","attrs":{}"#, false);
        check(r#""a"#, false);
    }
}
