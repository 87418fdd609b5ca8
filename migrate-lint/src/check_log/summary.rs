//! What a log consists of: entries by severity, keys with the kinds of their values, messages.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::counts::Counts;
use super::judge::Judge;
use super::statements::{Coverage, Statements};
use crate::report::{group, plural};

/// Rows of a table for people.
const N_ROWS: usize = 20;

/// Figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many of what.
    pub counts: Counts,
    /// Keys, the most used first, with the kinds of their values.
    pub keys: Vec<(String, usize, Vec<&'static str>)>,
    /// Messages as they are written, the most frequent first.
    pub messages: Vec<(String, usize)>,
    /// What was seen of the catalog, when there is one.
    pub coverage: Option<Coverage>,
    /// Pairs and messages beyond those that are distinguished.
    pub n_beyond: (usize, usize),
}

impl Summary {
    pub(super) fn of(judge: &Judge) -> Self {
        Self {
            counts: judge.counts.clone(),
            keys: judge
                .keys
                .sorted()
                .into_iter()
                .map(|key| (key.name.clone(), key.count, key.kinds()))
                .collect(),
            messages: judge
                .messages
                .sorted()
                .into_iter()
                .map(|message| (message.text.clone(), message.count))
                .collect(),
            coverage: judge.statements.as_ref().map(Statements::coverage),
            n_beyond: (judge.keys.n_beyond, judge.messages.n_beyond),
        }
    }

    /// Writes tables for people.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let counts = &self.counts;
        let entries = plural(counts.n_entries(), "entry", "entries");
        writeln!(out, "{entries} in {}", plural(counts.n_lines, "line", "lines"))?;
        writeln!(out)?;
        let rows = [
            ("info", counts.n_info),
            ("warning", counts.n_warning),
            ("error", counts.n_error),
            ("fatal", counts.n_fatal),
            ("unstructured", counts.n_unstructured),
            ("no entry", counts.n_other),
        ];
        writeln!(out, "{:>12}  severity", "entries")?;
        for (name, count) in rows.into_iter().filter(|(_, count)| *count > 0) {
            writeln!(out, "{:>12}  {name}", group(count))?;
        }
        writeln!(out, "\n{:>12}  key", "pairs")?;
        for (name, count, kinds) in self.keys.iter().take(N_ROWS) {
            writeln!(out, "{:>12}  {} ({})", group(*count), printable(name), kinds.join(", "))?;
        }
        rest(out, self.keys.len(), "key", "keys")?;
        writeln!(out, "\n{:>12}  message", "entries")?;
        for (text, count) in self.messages.iter().take(N_ROWS) {
            writeln!(out, "{:>12}  {}", group(*count), printable(text))?;
        }
        rest(out, self.messages.len(), "message", "messages")?;
        if let Some(coverage) = &self.coverage
            && !coverage.never.is_empty()
        {
            writeln!(out, "\nstatements without an entry")?;
            for (place, message) in &coverage.never {
                writeln!(out, "  {place}  {}", printable(message))?;
            }
        }
        Ok(())
    }

    /// All figures as data.
    pub fn json(&self) -> Value {
        let counts = &self.counts;
        let keys = self
            .keys
            .iter()
            .map(|(name, count, kinds)| json!({ "key": name, "count": count, "kinds": kinds }));
        let messages =
            self.messages.iter().map(|(text, count)| json!({ "message": text, "count": count }));
        json!({
            "lines": counts.n_lines,
            "bytes": counts.n_bytes,
            "text": counts.n_text,
            "json": counts.n_json,
            "unstructured": counts.n_unstructured,
            "noEntry": counts.n_other,
            "severities": {
                "info": counts.n_info,
                "warning": counts.n_warning,
                "error": counts.n_error,
                "fatal": counts.n_fatal,
            },
            "keys": keys.collect::<Vec<_>>(),
            "messages": messages.collect::<Vec<_>>(),
            "coverage": self.coverage.as_ref().map(|coverage| {
                let never = coverage.never.iter();
                let never = never.map(|(place, text)| json!({ "place": place, "message": text }));
                json!({
                    "statements": coverage.n_statements,
                    "seen": coverage.n_seen,
                    "unknownEntries": coverage.n_unknown,
                    "never": never.collect::<Vec<_>>(),
                })
            }),
        })
    }
}

impl Coverage {
    /// One line for people.
    pub fn line(&self) -> String {
        let Self { n_statements, n_seen, n_unknown, .. } = self;
        let share = n_seen * 100 / (*n_statements).max(1);
        let statements = plural(*n_statements, "statement", "statements");
        let unknown = plural(*n_unknown, "entry is of none", "entries are of none");
        format!("{} of {statements} in the log ({share} %); {unknown}", group(*n_seen))
    }
}

fn rest(out: &mut dyn Write, count: usize, one: &str, many: &str) -> io::Result<()> {
    match count.checked_sub(N_ROWS) {
        Some(beyond @ 1..) => writeln!(
            out,
            "{:>12}  and {}",
            "",
            plural(beyond, &format!("more {one}"), &format!("more {many}"))
        ),
        _ => Ok(()),
    }
}

/// A log may hold anything; a table is for a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
