//! Entries for programs: what a parser found, with all escapes resolved.

use std::fmt;

use memchr::memchr;
use serde_json::Value;

use super::raw::{Kind, MessageForm, Raw, RawPair, Step};
use super::{LogFormat, json, text};

/// A log entry of either format.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// How it is written.
    pub format: LogFormat,
    /// How bad it is.
    pub severity: Severity,
    /// When it was logged.
    pub time: Time,
    /// Process id; JSON has none.
    pub pid: Option<u32>,
    /// Source file: its base name in text, with the last directory in JSON; empty when unknown.
    pub file: String,
    /// Line of the source file, from 1; 0 when unknown.
    pub line: u32,
    /// V level; text does not show it, and errors have none.
    pub v: Option<i64>,
    /// The message.
    pub message: String,
    /// Key/value pairs in order. Values of text are strings where they are quoted, and JSON otherwise.
    pub pairs: Vec<(String, Value)>,
}

/// The severity of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `I`, or JSON with a V level.
    Info,
    /// `W`, or JSON with `"severity":"warning"`.
    Warning,
    /// `E`, or JSON without a V level.
    Error,
    /// `F`, or JSON with `"severity":"fatal"`.
    Fatal,
}

/// The time of an entry, as far as the format has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Time {
    /// Text: local time without a year or a zone.
    Local {
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
        /// 0 to 60.
        second: u8,
        /// After the point, in microseconds.
        microsecond: u32,
    },
    /// JSON: milliseconds since 1970.
    Milliseconds(f64),
}

/// A line that is no structured entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// Name of the rule that it breaks (`malformed-header`).
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
}

/// Entries of a text; see [`entries`].
#[derive(Debug)]
pub struct Entries<'a> {
    rest: &'a [u8],
    line: usize,
    raw: Raw,
}

/// Reads the entries of a program's log, text or JSON or both.
///
/// Nothing is passed over: a line that is no structured entry is an error, and reading goes on after it.
///
/// # Example
///
/// ```
/// use migrate_lint::check_log::{Severity, entries};
///
/// // What an integration test has captured from the program that it ran.
/// let stderr = "I0304 05:06:07.089012   12345 main.rs:42] \"Pod status updated\" pod=\"default/web\" ready=true\n\
///               E0304 05:06:07.100000   12345 main.rs:50] \"Could not update\" err=\"timeout\" attempts=3\n";
///
/// let entries = entries(stderr).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(entries[0].message, "Pod status updated");
/// assert_eq!(entries[0].get("ready"), Some(&true.into()));
///
/// let errors: Vec<_> = entries.iter().filter(|entry| entry.severity >= Severity::Error).collect();
/// assert_eq!(errors.len(), 1);
/// assert_eq!(errors[0].get("err"), Some(&"timeout".into()));
/// # Ok::<(), migrate_lint::check_log::Malformed>(())
/// ```
pub fn entries<'a, T: AsRef<[u8]> + ?Sized>(log: &'a T) -> Entries<'a> {
    let log = log.as_ref();
    // A byte order mark is no part of the first line.
    let rest = log.strip_prefix("\u{feff}".as_bytes()).unwrap_or(log);
    Entries { rest, line: 1, raw: Raw::default() }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let raw = &mut self.raw;
        let (bytes, line) = loop {
            if self.rest.is_empty() {
                return None;
            }
            raw.clear();
            let _ = read(self.rest, true, None, raw);
            let (bytes, rest) = self.rest.split_at(raw.end.min(self.rest.len()));
            let line = self.line;
            self.line += memchr::memchr_iter(b'\n', bytes).count();
            self.rest = rest;
            // What klog begins a file with is no entry.
            let is_entry = raw.is_json || raw.body > 0 || !raw.defects.is_empty();
            if is_entry {
                break (bytes, line);
            }
        };
        Some(match raw.defects.first() {
            Some(defect) => {
                let before = &bytes[..defect.span.start.min(bytes.len())];
                let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
                Err(Malformed {
                    line: line + memchr::memchr_iter(b'\n', before).count(),
                    column: before.len() - start + 1,
                    rule: defect.rule.rule().name,
                    message: defect.message.to_string(),
                })
            }
            None => Ok(entry(bytes, raw)),
        })
    }
}

impl Entry {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {} ({})", self.line, self.column, self.message, self.rule)
    }
}

impl std::error::Error for Malformed {}

/// Reads the entry at the start of `bytes`, which are not empty.
#[inline]
pub(super) fn read(bytes: &[u8], at_end: bool, format: Option<LogFormat>, raw: &mut Raw) -> Step {
    let line_end = match memchr(b'\n', bytes) {
        Some(end) => end,
        None if at_end => bytes.len(),
        None => return Step::NeedMore,
    };
    let first = bytes.first().copied();
    let is_json = match format {
        Some(LogFormat::Json) => !text::looks_like_header(&bytes[..line_end]),
        Some(LogFormat::Text) | None => first == Some(b'{'),
    };
    if is_json {
        raw.end = (line_end + 1).min(bytes.len());
        json::read(&bytes[..line_end], raw);
        return Step::Done;
    }
    text::read_line(bytes, line_end, at_end, raw)
}

/// Resolves what was read.
pub(super) fn entry(bytes: &[u8], raw: &Raw) -> Entry {
    let text_of = |span: &std::ops::Range<usize>| {
        String::from_utf8_lossy(bytes.get(span.clone()).unwrap_or_default()).into_owned()
    };
    Entry {
        format: if raw.is_json { LogFormat::Json } else { LogFormat::Text },
        severity: severity(raw),
        time: time(bytes, raw),
        pid: match raw.is_json {
            true => None,
            // Blanks alone stand for 0.
            false => Some(text_of(&(22..29)).trim_start().parse().unwrap_or(0)),
        },
        file: text_of(&raw.file),
        line: raw.line,
        v: raw.v.as_ref().and_then(|span| text_of(span).parse().ok()),
        message: message(bytes, raw),
        pairs: raw
            .pairs
            .iter()
            .map(|pair| {
                let key = match pair.is_quoted_key || raw.is_json {
                    true => unquoted(&bytes[pair.key.clone()]),
                    false => text_of(&pair.key),
                };
                (key, value(bytes, pair))
            })
            .collect(),
    }
}

pub(super) fn severity(raw: &Raw) -> Severity {
    match raw.severity {
        b'W' => Severity::Warning,
        b'E' => Severity::Error,
        b'F' => Severity::Fatal,
        b'I' => Severity::Info,
        _ if raw.v.is_some() => Severity::Info,
        _ => Severity::Error,
    }
}

/// The message of an entry with its escapes resolved.
pub(super) fn message(bytes: &[u8], raw: &Raw) -> String {
    let message = bytes.get(raw.message.clone()).unwrap_or_default();
    match raw.form {
        MessageForm::Quoted => unquoted(message),
        MessageForm::Unstructured | MessageForm::Missing => {
            String::from_utf8_lossy(message).into_owned()
        }
    }
}

/// The value of a pair, with its escapes resolved.
pub(super) fn value(bytes: &[u8], pair: &RawPair) -> Value {
    let text = bytes.get(pair.value.clone()).unwrap_or_default();
    match pair.kind {
        Kind::String => match text {
            [b'"', inner @ .., b'"'] => Value::String(unquoted(inner)),
            // A bare word.
            _ => Value::String(String::from_utf8_lossy(text).into_owned()),
        },
        Kind::Block => {
            let lines = text.split_inclusive(|byte| *byte == b'\n');
            let lines: Vec<u8> =
                lines.flat_map(|line| line.strip_prefix(b"\t").unwrap_or(line)).copied().collect();
            Value::String(String::from_utf8_lossy(&lines).into_owned())
        }
        Kind::Number | Kind::Bool | Kind::Array | Kind::Object | Kind::Null => {
            serde_json::from_slice(text)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(text).into_owned()))
        }
    }
}

fn time(bytes: &[u8], raw: &Raw) -> Time {
    if raw.is_json {
        let text = raw.ts.as_ref().and_then(|span| bytes.get(span.clone()));
        let number = text.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        return Time::Milliseconds(number.unwrap_or(0.0));
    }
    let digit = |at: usize| bytes.get(at).map_or(0, |byte| byte & 15);
    let two = |at: usize| digit(at) * 10 + digit(at + 1);
    Time::Local {
        month: two(1),
        day: two(3),
        hour: two(6),
        minute: two(9),
        second: two(12),
        microsecond: (15..21).fold(0, |sum, at| sum * 10 + u32::from(digit(at))),
    }
}

/// Resolves the escapes of Go's `strconv.Quote` and of JSON, which do not contradict each other.
pub(super) fn unquoted(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let (n_bytes, n_digits) = match after.first() {
            Some(b'x') => (1, 2),
            Some(b'u') => (1, 4),
            Some(b'U') => (1, 8),
            Some(_) => (1, 0),
            None => (0, 0),
        };
        let digits = after.get(n_bytes..n_bytes + n_digits).unwrap_or_default();
        let code = std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rest = after.get(n_bytes + digits.len()..).unwrap_or_default();
        match after.first() {
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'v') => out.push(11),
            Some(b'x') => out.extend(code.and_then(|code| u8::try_from(code).ok())),
            Some(b'u' | b'U') => {
                let mut code = code.unwrap_or(0xfffd);
                if let (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) = (code, rest)
                    && let Some(low) = low.get(..4).and_then(|low| std::str::from_utf8(low).ok())
                    && let Ok(low @ 0xdc00..=0xdfff) = u32::from_str_radix(low, 16)
                {
                    code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    rest = &rest[6..];
                }
                let char = char::from_u32(code).unwrap_or('\u{fffd}');
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(&byte) => out.push(byte),
            None => out.push(b'\\'),
        }
    }
    out.extend_from_slice(rest);
    String::from_utf8_lossy(&out).into_owned()
}
