//! An entry that waits for its like, of klog's formats or of what programs print before their migration.

use std::collections::HashMap;

use serde_json::Value;

use super::super::entry::{self, Severity};
use super::super::raw::{MessageForm, Raw};
use crate::call::Span;
use crate::source::LineOrigin;
use crate::work;

#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// None where a line says nothing of it.
    pub severity: Option<Severity>,
    /// V level; none where a line does not show it.
    pub v: Option<i64>,
    pub message: String,
    /// The last one of each key, which is the one that readers keep.
    pub pairs: Vec<(String, Value)>,
    /// The place of each key among them.
    by_key: HashMap<String, usize>,
    /// The message's place in the entry.
    pub head: Span,
    /// The place of each pair.
    pub spans: Vec<Span>,
    pub bytes: Vec<u8>,
    /// Where each line of it is.
    pub origins: Vec<LineOrigin>,
    /// Number of its log.
    pub stream: usize,
}

impl Waiting {
    /// Keeps an entry; none for an empty line.
    pub(super) fn read(
        bytes: &[u8],
        raw: &Raw,
        stream: usize,
        origin: &dyn Fn(usize, usize) -> LineOrigin,
    ) -> Option<Self> {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|end| end + 1));
        starts.pop_if(|last| *last == bytes.len() && *last > 0);
        let origins = starts.iter().enumerate().map(|(at, start)| origin(at, *start)).collect();
        let line_end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let is_entry = raw.is_json && !raw.is_broken || raw.body > 0;
        let mut waiting = Self {
            severity: None,
            v: None,
            message: String::new(),
            pairs: Vec::new(),
            by_key: HashMap::new(),
            head: 0..line_end,
            spans: Vec::new(),
            bytes: bytes.to_vec(),
            origins,
            stream,
        };
        if !is_entry {
            let line = String::from_utf8_lossy(&bytes[..line_end]);
            let (severity, message) = other_format(&line);
            (waiting.severity, waiting.message) = (severity, message);
            return (!waiting.message.is_empty()).then_some(waiting);
        }
        let read = entry::entry(bytes, raw);
        (waiting.severity, waiting.message) = (Some(read.severity), read.message);
        waiting.v = read.v;
        if raw.form != MessageForm::Missing {
            waiting.head = raw.message.clone();
        }
        for ((key, value), pair) in read.pairs.into_iter().zip(&raw.pairs) {
            let span = pair.key.start..pair.value.end;
            match waiting.by_key.get(&key) {
                Some(&at) => {
                    (waiting.pairs[at].1, waiting.spans[at]) = (value, span);
                }
                None => {
                    waiting.by_key.insert(key.clone(), waiting.pairs.len());
                    waiting.pairs.push((key, value));
                    waiting.spans.push(span);
                }
            }
        }
        Some(waiting)
    }

    pub(super) fn value(&self, key: &str) -> Option<(usize, &Value)> {
        work::count(1);
        let at = *self.by_key.get(key)?;
        Some((at, &self.pairs[at].1))
    }

    /// The V level that it has beside an entry of another one, as far as both show theirs.
    pub(super) fn level_beside(&self, other: &Self) -> Option<i64> {
        self.v.filter(|v| other.v.is_some_and(|other| other != *v))
    }

    /// The line that it begins on.
    pub(super) fn line(&self) -> usize {
        self.origins.first().map_or(0, |origin| origin.line)
    }

    /// Both are of one severity, as far as they say it.
    pub(super) fn has_severity_of(&self, other: &Self) -> bool {
        self.severity.is_none() || other.severity.is_none() || self.severity == other.severity
    }
}

/// Severity and text of a line as `env_logger`, `tracing-subscriber` and others write it: a level is among its first
/// words, with a time before it and a target after it.
fn other_format(line: &str) -> (Option<Severity>, String) {
    let plain = without_colours(line);
    let mut at = 0;
    for word in plain.split_inclusive(char::is_whitespace).take(6) {
        let name = word.trim().trim_matches(|c: char| !c.is_alphanumeric());
        at += word.len();
        let severity = match name {
            "TRACE" | "DEBUG" | "INFO" => Severity::Info,
            "WARN" | "WARNING" => Severity::Warning,
            "ERROR" => Severity::Error,
            _ => continue,
        };
        let text = plain[at..].trim();
        // `my_crate::module: text`, `my_crate::module] text`
        let target = text.split(' ').next().unwrap_or_default();
        let is_target = target.ends_with([':', ']'])
            && target
                .trim_end_matches([':', ']'])
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == ':');
        let text = if is_target { text[target.len()..].trim() } else { text };
        return (Some(severity), text.to_owned());
    }
    (None, plain.trim().to_owned())
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = rest.strip_prefix('m').unwrap_or(rest);
    }
    plain + rest
}
