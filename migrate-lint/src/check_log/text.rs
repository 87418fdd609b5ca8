//! klog's text: `I0304 05:06:07.089012   12345 main.rs:42] "Message" key="value"`, and nothing looser.

mod header;

use memchr::memchr;

pub(super) use self::header::looks_like_header;
use self::header::{is_header, is_same_second};
use super::bytes;
use super::json;
use super::key_cache::Cached;
use super::raw::{Kind, MessageForm, Raw, RawPair, Step};
use super::rules::Id;
use crate::call::Span;

/// Reads the entry at the start of `bytes`, whose first line ends at `line_end`; further lines are read for blocks.
///
/// `at_end`: no more bytes will come.
pub(super) fn read_line(bytes: &[u8], line_end: usize, at_end: bool, raw: &mut Raw) -> Step {
    let line = &bytes[..line_end];
    let is_header = is_same_second(line, raw.last_second) || is_header(line);
    if is_header || looks_like_header(line) {
        return read(bytes, line_end, at_end, is_header, raw);
    }
    raw.end = (line_end + 1).min(bytes.len());
    let line = &bytes[..without_return(bytes, line_end, raw)];
    no_header(line, raw);
    Step::Done
}

#[cold]
fn no_header(line: &[u8], raw: &mut Raw) {
    raw.form = MessageForm::Unstructured;
    raw.message = 0..line.len();
    if line.starts_with(b"\t") || line.starts_with(b" >") {
        let words = "no block is open that this line could belong to";
        let help = "another line was written into the block, or its beginning is missing";
        return raw.defect_with_help(Id::OrphanContinuation, 0..line.len(), words, help);
    }
    if is_file_header(line) || is_notice(line) {
        return;
    }
    let near = &line[..line.len().min(400)];
    // After a word, or after the colour of a terminal.
    let header = memchr::memchr2_iter(b' ', b'm', near)
        .map(|end| end + 1)
        .find(|at| is_header(&line[*at..]));
    if let Some(at) = header {
        let words = "there is text before the header";
        let help = "`--strip-prefix auto` takes off what container runtimes, kubectl, docker, stern, \
                    journald and terminals add";
        return raw.defect_with_help(Id::MalformedHeader, 0..at, words, help);
    }
    let words = if line.is_empty() { "the line is empty" } else { "this line is no log entry" };
    raw.defect(Id::UnstructuredLine, 0..line.len(), words);
    if let Some(at) = bytes::control_at(line)
        && line[at] != b'\t'
    {
        raw.control_character(line[at], at);
    }
}

/// The lines that Go's klog and glog begin a file with.
fn is_file_header(line: &[u8]) -> bool {
    const LINES: [&[u8]; 6] = [
        b"Log file created at: ",
        b"Running on machine: ",
        b"Binary: Built with ",
        b"Previous log: ",
        b"Running duration (h:mm:ss): ",
        b"Log line format: [IWEF]",
    ];
    LINES.iter().any(|start| line.starts_with(start))
}

/// What those who show a log say of it: journalctl's `-- Boot 5f3c --`, stern's `+ web › app`.
pub(super) fn is_notice(line: &[u8]) -> bool {
    const OF_JOURNALCTL: [&[u8]; 5] =
        [b"Boot ", b"Reboot ", b"Journal begins at ", b"Logs begin at ", b"No entries "];
    match line {
        [b'-', b'-', b' ', rest @ ..] => {
            rest.ends_with(b"--") && OF_JOURNALCTL.iter().any(|start| rest.starts_with(start))
                || rest.starts_with(b"Logs begin at ")
        }
        [b'+' | b'-', b' ', rest @ ..] => memchr::memmem::find(rest, " › ".as_bytes()).is_some(),
        _ => false,
    }
}

#[inline]
fn read(bytes: &[u8], line_end: usize, at_end: bool, is_header: bool, raw: &mut Raw) -> Step {
    raw.end = (line_end + 1).min(bytes.len());
    let line = &bytes[..without_return(bytes, line_end, raw)];
    if !is_header {
        header::reject(line, raw);
        return Step::Done;
    }
    let Some(body) = header::read(line, raw) else { return Step::Done };
    raw.body = body;
    if line.get(body) != Some(&b'"') {
        raw.form = MessageForm::Unstructured;
        raw.message = body..line.len();
        plain_text(line, body, raw);
        return Step::Done;
    }
    let Some(end) = quoted(line, body, raw) else { return Step::Done };
    raw.form = MessageForm::Quoted;
    raw.message = body + 1..end - 1;
    raw.message_hash = bytes::hash(bytes, &raw.message);
    pairs(bytes, line.len(), end, at_end, raw)
}

/// The end of a line without its carriage return, which is reported.
fn without_return(bytes: &[u8], line_end: usize, raw: &mut Raw) -> usize {
    match line_end.checked_sub(1) {
        Some(last) if bytes[last] == b'\r' => {
            let words = "the line ends with a carriage return";
            let help = "a terminal adds it (`docker run -t`, `kubectl exec -t`): log to a pipe";
            raw.defect_with_help(Id::ControlCharacter, last..line_end, words, help);
            last
        }
        _ => line_end,
    }
}

/// Reads ` key=value` until the entry ends; `end` is the end of the line that `at` is on.
fn pairs(bytes: &[u8], mut end: usize, mut at: usize, at_end: bool, raw: &mut Raw) -> Step {
    while at < end {
        if bytes[at] != b' ' {
            let words = "there is no space between this and what precedes it";
            let rule = if raw.pairs.is_empty() { Id::UnstructuredLine } else { Id::BadValue };
            raw.defect(rule, at..end, words);
            return Step::Done;
        }
        at += 1;
        let cached = raw.key_cache.key(bytes, at, raw.message_hash, raw.pairs.len());
        let (key, is_quoted_key, value, hash, cached) = match cached {
            Some((key, hash, cached)) => (key.clone(), false, key.end + 1, hash, cached),
            None => match uncached_key(bytes, end, at, raw) {
                Some((key, is_quoted, value, hash)) => {
                    (key, is_quoted, value, hash, Cached::default())
                }
                None => return Step::Done,
            },
        };
        if bytes.get(value) == Some(&b'<') && value + 1 == end {
            raw.is_block = true;
            let open = key.start..value + 1;
            let block = match block(bytes, end, at_end) {
                Block::NeedMore => return Step::NeedMore,
                Block::Open(stop) => {
                    raw.end = stop;
                    let help = "each line of a block begins with a tab, and ` >` ends it";
                    let words = "the block has no end";
                    raw.defect_with_help(Id::UnterminatedBlock, open, words, help);
                    let value = (end + 1).min(stop)..stop;
                    let kind = Kind::Block;
                    raw.push(bytes, RawPair { key, is_quoted_key, value, kind, hash }, cached);
                    return Step::Done;
                }
                Block::Closed { lines, line_end } => {
                    raw.end = (line_end + 1).min(bytes.len());
                    end = line_end;
                    lines
                }
            };
            at = block.end + 2;
            let pair = RawPair { key, is_quoted_key, value: block, kind: Kind::Block, hash };
            raw.push(bytes, pair, cached);
            continue;
        }
        let Some((stop, kind)) = value_at(&bytes[..end], value, raw) else { return Step::Done };
        raw.push(bytes, RawPair { key, is_quoted_key, value: value..stop, kind, hash }, cached);
        at = stop;
    }
    Step::Done
}

#[cold]
fn uncached_key(
    bytes: &[u8],
    end: usize,
    at: usize,
    raw: &mut Raw,
) -> Option<(Span, bool, usize, u64)> {
    let (key, is_quoted, value) = key(&bytes[..end], at, raw)?;
    let hash = match is_quoted {
        true => bytes::hash(bytes, &key),
        false => raw.key_cache.learn(bytes, &key, b"=", raw.message_hash, raw.pairs.len()),
    };
    Some((key, is_quoted, value, hash))
}

/// Reads a key and its `=`: the key's range, whether it is quoted, and where its value begins.
#[inline]
fn key(line: &[u8], at: usize, raw: &mut Raw) -> Option<(Span, bool, usize)> {
    if line.get(at) == Some(&b'"') {
        let end = quoted(line, at, raw)?;
        if line.get(end) == Some(&b'=') {
            return Some((at + 1..end - 1, true, end + 1));
        }
        raw.defect(Id::BadKey, at..end, "there is no `=` after the key");
        return None;
    }
    let end = bytes::key_end(line, at);
    if end > at && line.get(end) == Some(&b'=') {
        return Some((at..end, false, end + 1));
    }
    bad_key(line, at, end, raw);
    None
}

#[cold]
fn bad_key(line: &[u8], at: usize, end: usize, raw: &mut Raw) {
    let words = match line.get(end) {
        Some(b'=') => "the key is empty",
        Some(b' ') | None if end == at => "there are two spaces, and no key",
        Some(b' ') | None => "there is no `=` after the key",
        Some(_) => "the key contains a character that has to be quoted",
    };
    let help = "keys are lowerCamelCase; klog-rs quotes what is not, Go's klog writes it raw";
    let stop =
        memchr(b' ', line.get(end..).unwrap_or_default()).map_or(line.len(), |space| end + space);
    raw.defect_with_help(Id::BadKey, at..stop.max(at), words, help);
}

/// Reads a value that is not a block: where it ends, and its kind.
#[inline]
fn value_at(line: &[u8], at: usize, raw: &mut Raw) -> Option<(usize, Kind)> {
    if line.get(at).is_some_and(u8::is_ascii_digit)
        && let Some(end) = json::short_number(line, at)
        && line.get(end) == Some(&b' ')
    {
        return Some((end, Kind::Number));
    }
    let found = match line.get(at) {
        Some(b'"') => Some((quoted(line, at, raw)?, Kind::String)),
        Some(_) => json::value(line, at, 0).ok(),
        None => None,
    };
    match found {
        Some((end, kind)) if matches!(line.get(end), None | Some(b' ')) => Some((end, kind)),
        _ => bad_value(line, at, found.is_some_and(|(_, kind)| kind == Kind::String), raw),
    }
}

/// An unquoted word is passed over; after anything else the rest of the line cannot be split.
#[cold]
fn bad_value(line: &[u8], at: usize, is_quoted: bool, raw: &mut Raw) -> Option<(usize, Kind)> {
    let end = memchr(b' ', &line[at..]).map_or(line.len(), |space| at + space);
    let word = &line[at..end];
    let words = match line.get(at) {
        None | Some(b' ') => "there is no value",
        Some(b'"') => "text follows the closing quote",
        Some(_) => "the value is neither quoted, nor a block, nor JSON",
    };
    raw.defect(Id::BadValue, at..end.max(at), words);
    let is_word = !is_quoted && !word.iter().any(|byte| matches!(byte, b'"' | b'{' | b'[' | b'<'));
    is_word.then_some((end, Kind::String))
}

/// Reads a string from its opening quote; returns the place after the closing one.
#[inline]
pub(super) fn quoted(line: &[u8], open: usize, raw: &mut Raw) -> Option<usize> {
    let at = bytes::long_string_end(line, open + 1);
    match line.get(at) {
        Some(b'"') => Some(at + 1),
        _ => quoted_with_escapes(line, open, at, raw),
    }
}

/// The same from a place where there is a character that needs an escape.
#[cold]
fn quoted_with_escapes(line: &[u8], open: usize, mut at: usize, raw: &mut Raw) -> Option<usize> {
    loop {
        at = bytes::string_end(line, at);
        match line.get(at) {
            Some(b'"') => return Some(at + 1),
            Some(b'\\') => match escape(&line[at + 1..]) {
                Some(length) => at += 1 + length,
                None => {
                    let words = "there is no such escape";
                    raw.defect(Id::BadValue, at..(at + 2).min(line.len()), words);
                    at += 2;
                }
            },
            Some(&byte) => {
                raw.control_character(byte, at);
                at += 1;
            }
            None => {
                let help = "the line was cut, or two lines were written into one another";
                raw.defect_with_help(
                    Id::UnterminatedBlock,
                    open..line.len(),
                    "the string has no end",
                    help,
                );
                return None;
            }
        }
    }
}

/// Length of an escape of Go's `strconv.Quote` or of JSON, without its backslash.
fn escape(rest: &[u8]) -> Option<usize> {
    let n_digits = match rest.first()? {
        b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\\' | b'/' => return Some(1),
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    let digits = rest.get(1..=n_digits)?;
    digits.iter().all(u8::is_ascii_hexdigit).then_some(1 + n_digits)
}

enum Block {
    /// The lines of the block, and the end of the line that closes it.
    Closed {
        lines: Span,
        line_end: usize,
    },
    /// A line that does not belong to it is here.
    Open(usize),
    NeedMore,
}

/// Reads the lines after `=<`, which ends at `end`.
fn block(bytes: &[u8], end: usize, at_end: bool) -> Block {
    let start = (end + 1).min(bytes.len());
    let mut at = start;
    loop {
        let rest = &bytes[at..];
        let line_end = match memchr(b'\n', rest) {
            Some(length) => at + length,
            None if at_end => bytes.len(),
            None => return Block::NeedMore,
        };
        match rest {
            [b' ', b'>', ..] => return Block::Closed { lines: start..at, line_end },
            [b'\t', ..] if line_end < bytes.len() => at = line_end + 1,
            [b'\t', ..] => return Block::Open(bytes.len()),
            _ => return Block::Open(at),
        }
    }
}

/// An unstructured message has no quotes that would hide control characters.
fn plain_text(line: &[u8], body: usize, raw: &mut Raw) {
    let text = &line[body..];
    if let Some(at) = bytes::control_at(text)
        && text[at] != b'\t'
    {
        raw.control_character(text[at], body + at);
    }
    let words = match text.is_empty() {
        true => "the entry has no message",
        false => "the message is not structured",
    };
    let help = "log a constant message and key/value pairs";
    raw.defect_with_help(Id::UnstructuredLine, body.min(line.len())..line.len(), words, help);
}
