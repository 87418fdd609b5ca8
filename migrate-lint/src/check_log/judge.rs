//! An entry that was taken apart → what the rules say about it.

use super::LogFormat;
use super::bytes;
use super::counts::Counts;
use super::entry::{self, Severity};
use super::expect::Progress;
use super::foreign::Foreign;
use super::marks::{self, Hit, Marks, Runs};
use super::options::Options;
use super::raw::{Defect, Kind, MessageForm, Raw};
use super::rules::Id;
use super::statements::Statements;
use super::tables::{Keys, Messages};
use crate::call::Span;

/// What entries are judged by, and what they leave behind.
#[derive(Debug)]
pub(super) struct Judge {
    marks: Marks,
    forbidden: Vec<u64>,
    pub keys: Keys,
    pub messages: Messages,
    pub counts: Counts,
    pub progress: Vec<Progress>,
    pub statements: Option<Statements>,
    /// Other loggers whose JSON was reported.
    foreign: Vec<Foreign>,
}

/// What is found out about many entries at once, because that is faster than one by one.
#[derive(Debug, Default)]
pub(super) struct Overview {
    is_ascii: bool,
    has_delete: bool,
    /// Where secrets and the like could begin.
    hits: Vec<Hit>,
    /// The first of them that no entry had yet.
    next: usize,
}

/// Where an entry begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// In the bytes that were looked over.
    pub start: usize,
    /// Line of its file.
    pub line: usize,
}

impl Judge {
    /// Looks over bytes before their entries are judged.
    pub(super) fn look_over(&self, bytes: &[u8], overview: &mut Overview) {
        overview.is_ascii = bytes.is_ascii();
        overview.has_delete = bytes::has_delete(bytes);
        self.marks.find(bytes, &mut overview.hits);
        overview.next = 0;
    }

    pub(super) fn new(options: &Options) -> Self {
        Self {
            marks: Marks::new(),
            forbidden: options
                .forbid
                .iter()
                .map(|key| bytes::hash(key.as_bytes(), &(0..key.len())))
                .collect(),
            keys: Keys::default(),
            messages: Messages::default(),
            counts: Counts::default(),
            progress: vec![Progress::default(); options.require.len()],
            statements: options.catalog.clone().map(Statements::new),
            foreign: Vec::new(),
        }
    }

    /// Judges an entry; adds to `raw.defects`. `stream` is the format of the entry before it.
    pub(super) fn entry(
        &mut self,
        entry: &[u8],
        place: Place,
        overview: &mut Overview,
        stream: &mut Option<LogFormat>,
        raw: &mut Raw,
        options: &Options,
    ) {
        let Place { start, line } = place;
        length(entry, raw, options.max_line);
        let is_plain = (overview.is_ascii || entry.is_ascii())
            && !(overview.has_delete && bytes::has_delete(entry));
        if raw.is_block || !is_plain {
            hidden(entry, raw);
        }
        let n_hits = overview.hits[overview.next..]
            .iter()
            .take_while(|hit| hit.span.start < start + entry.len())
            .count();
        if n_hits > 0 {
            Self::marks(&overview.hits[overview.next..overview.next + n_hits], entry, start, raw);
            overview.next += n_hits;
        }
        if raw.body > 0
            && let Some(span) = marks::header_look_alike(entry, raw.body)
        {
            let words = "this looks like the end of a header to readers that look for the last one";
            raw.defect(Id::HeaderLookAlike, span, words);
        }
        if !raw.is_json && raw.body == 0 {
            self.counts.n_other += 1;
            return;
        }
        let foreign = if raw.is_json { Foreign::of(entry, raw) } else { None };
        if let Some(foreign) = foreign {
            self.foreign(foreign, entry, raw);
        }
        self.counts.count(raw);
        mixed(stream, options.format, raw);
        if raw.is_json && foreign.is_none() {
            fields(entry, raw);
        }
        self.pairs(entry, line, raw);
        if raw.form == MessageForm::Quoted {
            let message = &entry[raw.message.clone()];
            if let Some((skeleton, count)) = self.messages.see(raw.message_hash, message) {
                let words = format!("{count} messages so far differ only in a part: `{skeleton}`");
                let help = "keep the message constant, and log what differs as key/value pairs";
                raw.defect_with_help(Id::DynamicMessage, raw.message.clone(), words, help);
            }
        }
        if let Some(statements) = &mut self.statements
            && raw.form != MessageForm::Missing
            && !statements.see(entry, raw)
        {
            let words = "no statement of the catalog logs this message from this file";
            raw.defect(Id::UnknownStatement, raw.message.clone(), words);
        }
        for (requirement, progress) in options.require.iter().zip(&mut self.progress) {
            if !progress.is_met {
                requirement.look(entry, raw, line, progress);
            }
        }
    }

    /// An entry of another logger: one finding in a run, and what it lacks is no finding of each line.
    #[cold]
    fn foreign(&mut self, foreign: Foreign, entry: &[u8], raw: &mut Raw) {
        raw.severity = Foreign::severity(entry, raw).unwrap_or(raw.severity);
        let is_klogs = |ts: &Span| {
            let n_digits =
                entry[ts.clone()].iter().take_while(|byte| byte.is_ascii_digit()).count();
            (11..=14).contains(&n_digits)
        };
        // With the time in milliseconds a reader of klog's JSON is content.
        if raw.ts.as_ref().is_some_and(is_klogs) && raw.form == MessageForm::Quoted {
            return;
        }
        raw.defects.retain(|defect| defect.rule != Id::MissingField);
        if !self.foreign.contains(&foreign) {
            self.foreign.push(foreign);
            let (words, help) = foreign.words();
            raw.defect_with_help(Id::MissingField, 0..raw.end.min(30), words, help);
        }
    }

    /// What a search of all bytes has found in this entry, which begins at `start` of them.
    #[cold]
    fn marks(hits: &[Hit], entry: &[u8], start: usize, raw: &mut Raw) {
        let mut runs = Runs::default();
        let mut reported = 0;
        for hit in hits {
            let Some((rule, span, what)) = hit.closer(entry, start, raw.body, &mut runs) else {
                continue;
            };
            // What is part of a secret was reported with it.
            if span.start < reported {
                continue;
            }
            reported = span.end;
            if rule == Id::SecretValue {
                let help = "take it back, then wrap the value in `Secret` or leave it out";
                raw.defect_with_help(rule, span, format!("{what} in the log"), help);
            } else {
                raw.defect(rule, span, what);
            }
        }
    }

    #[inline]
    fn pairs(&mut self, entry: &[u8], line: usize, raw: &mut Raw) {
        let mut defects = std::mem::take(&mut raw.defects);
        let is_text = !raw.is_json;
        let mut secrets: Vec<usize> = Vec::new();
        let of_secrets = defects.iter().filter(|defect| defect.rule == Id::SecretValue);
        secrets.extend(of_secrets.map(|defect| defect.span.start));
        secrets.sort_unstable();
        for pair in &raw.pairs {
            if self.forbidden.is_empty() && self.keys.see_usual(pair.hash, pair.kind) {
                continue;
            }
            let name = &entry[pair.key.clone()];
            let seen = self.keys.see(pair.hash, name, pair.kind, line);
            let mut found = |rule, message, help| {
                defects.push(Defect { rule, span: pair.key.clone(), message, help });
            };
            let name = || String::from_utf8_lossy(name).into_owned();
            if let Some((kind, first)) = seen.changed {
                let words = format!(
                    "`{}` is a {} here, and was a {} at line {first}",
                    name(),
                    pair.kind.name(),
                    kind.name()
                );
                let help = "stores that learn types from the first value refuse the others";
                found(Id::TypeChange, words, Some(help));
            }
            if seen.is_new_and_odd && (raw.is_json || pair.is_quoted_key) {
                let help = "keys are lowerCamelCase";
                let words = match raw.is_json {
                    true => {
                        format!("key `{}` is no plain word, which queries have to quote", name())
                    }
                    false => format!("key `{}` has to be quoted", name()),
                };
                found(Id::OddKey, words, Some(help));
            }
            if self.forbidden.contains(&pair.hash) {
                defects.push(Defect {
                    rule: Id::ForbiddenKey,
                    span: pair.key.clone(),
                    message: format!("key `{}` is forbidden", name()),
                    help: None,
                });
            }
            if seen.is_credential
                && !has_one_in(&secrets, &pair.value)
                && is_plain_secret(&entry[pair.value.clone()], pair.kind, is_text)
            {
                let help = "take it back, then wrap the value in `Secret` or leave it out";
                let words = format!("the value of `{}` in the log", name());
                let span = pair.value.clone();
                defects.push(Defect {
                    rule: Id::SecretValue,
                    span,
                    message: words,
                    help: Some(help),
                });
            }
        }
        raw.defects = defects;
    }
}

/// Whether one of these places, which are in order, is in the span.
#[cold]
fn has_one_in(places: &[usize], span: &Span) -> bool {
    let next = places.partition_point(|place| *place < span.start);
    places.get(next).is_some_and(|place| span.contains(place))
}

/// A string that is not empty and does not say that it was left out.
#[cold]
fn is_plain_secret(value: &[u8], kind: Kind, is_text: bool) -> bool {
    let inner = match kind {
        Kind::String => value.get(1..value.len().saturating_sub(1)).unwrap_or_default(),
        Kind::Block => value,
        Kind::Number => return is_text && value.len() > 3,
        Kind::Bool | Kind::Array | Kind::Object | Kind::Null => return false,
    };
    !inner.is_empty() && !marks::is_redacted(inner)
}

#[inline]
fn length(entry: &[u8], raw: &mut Raw, limit: usize) {
    if entry.len() > limit {
        too_long(entry, raw, limit);
    }
}

#[cold]
fn too_long(entry: &[u8], raw: &mut Raw, limit: usize) {
    let mut start = 0;
    for line in entry.split_inclusive(|byte| *byte == b'\n') {
        if line.len() > limit {
            let words = format!("the line has {} bytes, more than {limit}", line.len());
            let help = "container runtimes cut lines at 16 KiB, and readers get the halves";
            raw.defect_with_help(Id::LongLine, start..start + line.len().min(30), words, help);
        }
        start += line.len();
    }
}

/// A switch from one format to the other; where one is expected, each entry in the other.
#[inline]
fn mixed(stream: &mut Option<LogFormat>, expected: Option<LogFormat>, raw: &mut Raw) {
    let format = if raw.is_json { LogFormat::Json } else { LogFormat::Text };
    let before = expected.or(*stream);
    *stream = Some(format);
    if before.is_some_and(|before| before != format) {
        let words = match (expected, format) {
            (None, LogFormat::Json) => "this entry is JSON, the one before it is text",
            (None, LogFormat::Text) => "this entry is text, the one before it is JSON",
            (Some(_), LogFormat::Json) => "this entry is JSON, and the log should be text",
            (Some(_), LogFormat::Text) => "this entry is text, and the log should be JSON",
        };
        raw.defect(Id::MixedFormat, 0..raw.end.min(30), words);
    }
}

/// The fields that every JSON entry has.
#[inline]
fn fields(entry: &[u8], raw: &mut Raw) {
    if raw.is_broken {
        return;
    }
    if raw.ts.is_none() {
        raw.defect(Id::MissingField, 0..1, "the entry has no `ts`");
    }
    if raw.form == MessageForm::Missing {
        raw.defect(Id::MissingField, 0..1, "the entry has no `msg`");
    }
    let Some(ts) = &raw.ts else { return };
    let digits = entry[ts.clone()].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let unit = match digits {
        9 | 10 => "seconds",
        15 | 16 => "microseconds",
        18 | 19 => "nanoseconds",
        _ => return,
    };
    let words = format!("`ts` seems to be in {unit}, not in milliseconds");
    raw.defect(Id::TimestampUnit, ts.clone(), words);
}

/// Characters that move a cursor, reorder or hide text, and bytes that are no text.
///
/// Quoted values may have DEL and C1, because some are printed by JSON's rules, which leave both as they are; so are JSON entries.
#[cold]
fn hidden(entry: &[u8], raw: &mut Raw) {
    if let Err(error) = std::str::from_utf8(entry) {
        let at = error.valid_up_to();
        let words = format!("byte 0x{:02x} is not UTF-8", entry.get(at).copied().unwrap_or(0));
        return raw.defect(Id::ControlCharacter, at..at + 1, words);
    }
    if raw.is_json {
        return;
    }
    let mut places: Vec<(std::ops::Range<usize>, bool)> = vec![(raw.message.clone(), false)];
    for pair in &raw.pairs {
        places.push((pair.key.clone(), false));
        if pair.kind == Kind::Block {
            places.push((pair.value.clone(), true));
        }
    }
    for (span, is_block) in places {
        let Some(bytes) = entry.get(span.clone()) else { continue };
        // In a block there may be others.
        if !is_block && bytes.is_ascii() && !bytes::has_delete(bytes) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let found = text.char_indices().find(|(_, c)| match c {
            '\n' | '\t' => !is_block,
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => true,
            c => c.is_control(),
        });
        // Those below 0x20 were seen by the parser, but for blocks.
        if let Some((at, c)) = found
            && (is_block || c >= '\u{7f}')
        {
            let at = span.start + at;
            let words = format!("control character U+{:04X} is not escaped", u32::from(c));
            raw.defect(Id::ControlCharacter, at..at + c.len_utf8(), words);
        }
    }
}

impl Counts {
    #[inline]
    fn count(&mut self, raw: &Raw) {
        let by_severity = match entry::severity(raw) {
            Severity::Info => &mut self.n_info,
            Severity::Warning => &mut self.n_warning,
            Severity::Error => &mut self.n_error,
            Severity::Fatal => &mut self.n_fatal,
        };
        *by_severity += 1;
        *if raw.is_json { &mut self.n_json } else { &mut self.n_text } += 1;
        self.n_unstructured += usize::from(raw.form == MessageForm::Unstructured);
    }
}
