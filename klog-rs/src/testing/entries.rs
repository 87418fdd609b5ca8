//! Entries as data: queries and assertions.

use std::{fmt, sync::Arc, thread};

use crate::{
    base::Severity,
    encode::{Format, Line},
    pairs::stored,
    serialize::shown,
    value::{LogValue, Value},
};

/// An entry that a test has logged.
///
/// ```
/// let log = klog::testing::TestLog::new();
/// klog::error!(logger: log.logger(), err: "refused", "Sync failed", attempt = 3);
/// let entry = log.entries().single();
/// assert_eq!(entry.keys(), ["err", "attempt"]);
/// assert!(entry.has("attempt", 3) && entry.get("pod").is_none());
/// assert_eq!(entry.text("err").as_deref(), Some("refused"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct TestEntry {
    /// Severity.
    pub severity: Severity,
    /// V level, 0 unless the severity is [`Severity::Info`].
    pub verbosity: u32,
    /// The message.
    pub message: String,
    /// The logger's name, parts joined by dots; empty without a name.
    pub logger: String,
    /// Path of the source file, if it is known.
    pub file: Option<String>,
    /// Line of the call in the file.
    pub line: u32,
    /// Name of the thread that has logged it.
    pub thread: Option<String>,
    /// Keys, and where their values are on the tape.
    pairs: Vec<(String, usize)>,
    tape: Vec<u8>,
    /// The line without header and newline.
    text: String,
}

impl TestEntry {
    pub(super) fn new(line: &Line<'_>) -> Self {
        let (mut pairs, mut tape) = (Vec::new(), Vec::new());
        let mut add = |key: &str, value: &Value<'_>| {
            pairs.push((key.to_owned(), tape.len()));
            stored::write(value, &mut tape);
        };
        if let Some(err) = line.err() {
            add("err", err);
        }
        line.for_each_pair(add);
        let mut text = Vec::new();
        Format::Text.line(&Line { has_header: false, ..*line }, &mut text);
        TestEntry {
            severity: line.severity(),
            verbosity: line.verbosity(),
            message: line.message().to_owned(),
            logger: line.logger().map_or_else(String::new, |name| name.joined.clone()),
            file: line.file().map(str::to_owned),
            line: line.line_number(),
            thread: thread::current().name().map(str::to_owned),
            pairs,
            tape,
            text: String::from_utf8_lossy(text.trim_ascii_end()).into_owned(),
        }
    }

    /// The value of a key; the error is that of `err`.
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        let (_, at) = self.pairs.iter().find(|(other, _)| other == key)?;
        Some(stored::read(&mut self.tape.get(*at..)?))
    }

    /// The value of a key as text: a string without quotes, everything else as in a line of text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).map(|value| value.to_string())
    }

    /// Keys in their order; `err` is the first.
    pub fn keys(&self) -> Vec<&str> {
        self.pairs.iter().map(|(key, _)| key.as_str()).collect()
    }

    /// Returns `true` if the key has this value, as a line of text would show it.
    pub fn has(&self, key: &str, value: impl LogValue) -> bool {
        self.shows(key, &shown(&value.log_value()))
    }

    fn shows(&self, key: &str, expected: &str) -> bool {
        self.get(key).is_some_and(|value| shown(&value) == expected)
    }
}

/// `I4 store.rs:42] "Pod bound" pod="default/web-0"`: severity, V level above 0, place, and the line without header.
impl fmt::Display for TestEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", char::from(self.severity.letter()))?;
        if self.verbosity > 0 {
            write!(formatter, "{}", self.verbosity)?;
        }
        let file = self.file.as_deref().unwrap_or("???");
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        write!(formatter, " {file}:{}] {}", self.line, self.text)
    }
}

impl fmt::Debug for TestEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Entries that match a query.
///
/// Each method narrows the query; `single`, `assert_none` and `assert_count` end it, and what they say when they fail
/// shows the query and all entries:
///
/// ```should_panic
/// let log = klog::testing::TestLog::new();
/// klog::info!(logger: log.logger(), "Pod bound", pod = "default/web-0");
/// log.entries().message("Pod bound").pair("pod", "default/web-1").single();
/// // expected one entry with message "Pod bound" and pod="default/web-1", found none
/// // 1 entry was logged, those with > match up to message "Pod bound":
/// // > I main.rs:3] "Pod bound" pod="default/web-0"
/// ```
///
/// ```
/// use klog::{Severity, testing::TestLog};
///
/// let log = TestLog::new();
/// klog::info!(logger: log.logger(), "Pod bound", pod = "default/web-0", attempt = 2);
/// let entries = log.entries();
/// assert_eq!((entries.len(), entries.messages()), (1, vec!["Pod bound"]));
/// assert!(entries.iter().all(|entry| entry.verbosity == 0) && !entries.is_empty());
/// entries.clone().key("pod").filter("a late attempt", |entry| entry.has("attempt", 2)).assert_count(1);
/// entries.severity(Severity::Error).assert_none();
/// ```
#[derive(Clone)]
#[must_use = "a query does nothing until it is asked: `single`, `assert_none`, `assert_count`, `len`"]
pub struct Entries {
    all: Vec<Arc<TestEntry>>,
    steps: Vec<Step>,
}

/// A part of the query, and which entries match it and all before it.
#[derive(Clone)]
struct Step {
    words: String,
    matching: Vec<bool>,
}

impl Entries {
    pub(super) fn new(all: Vec<Arc<TestEntry>>) -> Self {
        Entries { all, steps: Vec::new() }
    }

    /// Entries with exactly this message.
    pub fn message(self, message: &str) -> Self {
        let words = format!("message {message:?}");
        self.narrow(words, |entry| entry.message == message)
    }

    /// Entries of this severity.
    pub fn severity(self, severity: Severity) -> Self {
        let words = format!("severity {}", severity.name());
        self.narrow(words, |entry| entry.severity == severity)
    }

    /// Entries of the logger with this name.
    pub fn logger(self, name: &str) -> Self {
        let words = format!("logger {name:?}");
        self.narrow(words, |entry| entry.logger == name)
    }

    /// Entries in which the key has this value, compared as a line of text shows both: `3` is any integer 3 and not the
    /// string `"3"`.
    pub fn pair(self, key: &str, value: impl LogValue) -> Self {
        let shown = shown(&value.log_value());
        let words = format!("{key}={shown}");
        self.narrow(words, |entry| entry.shows(key, &shown))
    }

    /// Entries that have the key, whatever its value.
    pub fn key(self, key: &str) -> Self {
        self.narrow(format!("key {key:?}"), |entry| entry.get(key).is_some())
    }

    /// Entries for which `keep` is true; `words` say which those are when an assertion fails.
    pub fn filter(self, words: &str, keep: impl FnMut(&TestEntry) -> bool) -> Self {
        self.narrow(words.to_owned(), keep)
    }

    fn narrow(mut self, words: String, mut keep: impl FnMut(&TestEntry) -> bool) -> Self {
        let matching = self
            .all
            .iter()
            .enumerate()
            .map(|(index, entry)| self.matches(index) && keep(entry))
            .collect();
        self.steps.push(Step { words, matching });
        self
    }

    fn matches(&self, index: usize) -> bool {
        self.steps.last().is_none_or(|step| step.matching[index])
    }

    /// The entries that match.
    pub fn iter(&self) -> impl Iterator<Item = &TestEntry> {
        self.all
            .iter()
            .enumerate()
            .filter(|(index, _)| self.matches(*index))
            .map(|(_, entry)| &**entry)
    }

    /// Messages of the entries that match.
    pub fn messages(&self) -> Vec<&str> {
        self.iter().map(|entry| entry.message.as_str()).collect()
    }

    /// Number of entries that match.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns `true` if no entry matches.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The only entry that matches.
    ///
    /// # Panics
    ///
    /// None matches, or more than one.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "it is an assertion as well")]
    pub fn single(&self) -> TestEntry {
        self.assert(1);
        self.iter().next().cloned().expect("there is one")
    }

    /// Fails if an entry matches.
    ///
    /// # Panics
    ///
    /// An entry matches.
    #[track_caller]
    pub fn assert_none(&self) {
        self.assert(0);
    }

    /// Fails unless this number of entries matches.
    ///
    /// # Panics
    ///
    /// Another number of entries matches.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        self.assert(expected);
    }

    #[track_caller]
    fn assert(&self, expected: usize) {
        assert!(self.len() == expected, "{}", Failure { entries: self, expected });
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// What an assertion says: what was asked for, and what was logged.
struct Failure<'a> {
    entries: &'a Entries,
    expected: usize,
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entries { all, steps } = self.entries;
        formatter.write_str("expected ")?;
        match self.expected {
            0 => formatter.write_str("no entry")?,
            1 => formatter.write_str("one entry")?,
            n => write!(formatter, "{n} entries")?,
        }
        for (index, step) in steps.iter().enumerate() {
            formatter.write_str(if index == 0 { " with " } else { " and " })?;
            formatter.write_str(&step.words)?;
        }
        match self.entries.len() {
            0 => formatter.write_str(", found none\n")?,
            n => writeln!(formatter, ", found {n}")?,
        }
        // The last part of the query that still has entries says where they went.
        let last = steps.iter().rfind(|step| step.matching.contains(&true));
        match all.len() {
            0 => return formatter.write_str("nothing was logged"),
            1 => formatter.write_str("1 entry was logged")?,
            n => write!(formatter, "{n} entries were logged")?,
        }
        match last {
            Some(step) if self.entries.is_empty() => {
                write!(formatter, ", those with > match up to {}:", step.words)?;
            }
            Some(_) => formatter.write_str(", those with > match:")?,
            None => formatter.write_str(":")?,
        }
        for (index, entry) in all.iter().enumerate() {
            let mark = if last.is_some_and(|step| step.matching[index]) { '>' } else { ' ' };
            write!(formatter, "\n{mark} {entry}")?;
        }
        Ok(())
    }
}
