//! JSON of other loggers: said once what it is, and what makes it klog's.

use super::raw::{Kind, MessageForm, Raw, RawPair};
use super::rules::Id;
use crate::call::Span;

/// Whose JSON an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// zap's, which is controller-runtime's.
    Zap,
    /// That of slog for Rust.
    SlogJson,
    /// `tracing-subscriber`'s.
    Tracing,
    /// Go's slog, logrus.
    Slog,
    /// pino, bunyan.
    Pino,
    /// zerolog.
    Zerolog,
    /// Elastic's common schema.
    Elastic,
    /// Google Cloud's structured logging.
    Cloud,
    /// A line that docker or stern has put into JSON.
    Wrapped,
}

impl Foreign {
    /// By the fields in front that klog does not have.
    pub(super) fn of(entry: &[u8], raw: &Raw) -> Option<Self> {
        let pair = |name: &[u8]| raw.pairs.iter().find(|pair| &entry[pair.key.clone()] == name);
        let has = |name: &[u8]| pair(name).is_some();
        // bunyan has a `v` as well, the version of its form.
        let is_bunyan = has(b"hostname") && has(b"pid");
        if raw.v.is_some() && !is_bunyan || raw.is_broken {
            return None;
        }
        let is_wrapped = has(b"log") && has(b"stream") || has(b"message") && has(b"podName");
        if is_wrapped && raw.ts.is_none() {
            return Some(Self::Wrapped);
        }
        if raw.ts.is_none() && has(b"@timestamp") {
            return Some(Self::Elastic);
        }
        if raw.ts.is_none() && has(b"severity") && has(b"message") {
            return Some(Self::Cloud);
        }
        let level = pair(b"level")?;
        let is_text = level.kind == Kind::String;
        match &raw.ts {
            Some(ts) if is_text && level.key.start < ts.start => {
                // The message in front, and the time as text.
                let is_slog = !raw.message.is_empty()
                    && raw.message.start < level.key.start
                    && entry.get(ts.start) == Some(&b'"');
                Some(if is_slog { Self::SlogJson } else { Self::Zap })
            }
            Some(_) => None,
            None if is_text && has(b"timestamp") && (has(b"fields") || has(b"target")) => {
                Some(Self::Tracing)
            }
            None if is_text && has(b"time") && has(b"message") => Some(Self::Zerolog),
            None if is_text && has(b"time") => Some(Self::Slog),
            None if level.kind == Kind::Number && has(b"time") => Some(Self::Pino),
            None => None,
        }
    }

    /// klog's letter for the entry's level, where it is one that people know.
    pub(super) fn severity(entry: &[u8], raw: &Raw) -> Option<u8> {
        let is_level = |pair: &&RawPair| {
            let key = &entry[pair.key.clone()];
            [&b"level"[..], b"log.level", b"severity"].contains(&key)
        };
        let level = raw.pairs.iter().find(is_level)?;
        let level = entry.get(level.value.clone())?.to_ascii_lowercase();
        match level.as_slice() {
            b"\"trace\"" | b"\"debug\"" | b"\"info\"" | b"10" | b"20" | b"30" => Some(b'I'),
            // slog's, in four letters.
            b"\"trce\"" | b"\"debg\"" => Some(b'I'),
            b"\"erro\"" | b"\"crit\"" => Some(b'E'),
            b"\"warn\"" | b"\"warning\"" | b"40" => Some(b'W'),
            b"\"error\"" | b"50" => Some(b'E'),
            b"\"fatal\"" | b"\"panic\"" | b"\"dpanic\"" | b"60" => Some(b'F'),
            level if level.starts_with(b"\"level(") => Some(b'I'),
            _ => None,
        }
    }

    /// Takes the entry for what its logger meant; whether klog's readers would not understand it.
    pub(super) fn settle(self, entry: &[u8], raw: &mut Raw) -> bool {
        raw.severity = Self::severity(entry, raw).unwrap_or(raw.severity);
        let is_klogs = |ts: &Span| {
            let n_digits =
                entry[ts.clone()].iter().take_while(|byte| byte.is_ascii_digit()).count();
            (11..=14).contains(&n_digits)
        };
        // With the time in milliseconds a reader of klog's JSON is content.
        if raw.ts.as_ref().is_some_and(is_klogs) && raw.form == MessageForm::Quoted {
            return false;
        }
        raw.defects.retain(|defect| defect.rule != Id::MissingField);
        true
    }

    /// What it is, and what makes it klog's.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Zap => (
                "this is JSON of zap, as controller-runtime prints it, and not klog's",
                "`--zap-time-encoding=millis` writes `ts` as klog does; with component-base \
                 `--logging-format=json` writes all of it",
            ),
            Self::SlogJson => (
                "this is JSON of slog for Rust, and not klog's",
                "klog's own macros write klog's: `--logging-format=json`, or `Format::Json`",
            ),
            Self::Tracing => (
                "this is JSON of tracing-subscriber, and not klog's",
                "klog's layer writes klog's: `--logging-format=json`, or `Format::Json`",
            ),
            Self::Slog => (
                "this is JSON of slog or logrus, and not klog's",
                "with component-base `--logging-format=json` writes klog's",
            ),
            Self::Wrapped => (
                "this is a line in JSON of docker or stern, and not klog's JSON",
                "`--strip-prefix auto` takes out the line",
            ),
            Self::Zerolog => (
                "this is JSON of zerolog, and not klog's",
                "with component-base `--logging-format=json` writes klog's",
            ),
            Self::Elastic => (
                "this is JSON of Elastic's common schema, and not klog's",
                "klog's has `ts` in milliseconds, `msg`, and `v` unless it is an error",
            ),
            Self::Cloud => (
                "this is JSON for Google Cloud, and not klog's",
                "klog's has `ts` in milliseconds, `msg`, and `v` unless it is an error",
            ),
            Self::Pino => (
                "this is JSON of pino or bunyan, and not klog's",
                "klog's has `ts` in milliseconds, `msg`, and `v` unless it is an error",
            ),
        }
    }
}
