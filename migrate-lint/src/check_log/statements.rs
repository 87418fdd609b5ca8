//! Entries and the statements of a catalog: which statement an entry comes from, and which have never been seen.
//!
//! A statement is known by its message and its file; the line decides only between statements that have both in common,
//! so that a program that was built from moved lines is still understood.

use std::collections::HashMap;

use super::bytes;
use super::entry;
use super::raw::{MessageForm, Raw};
use crate::catalog::{Catalog, Statement};

/// A catalog, ready to be asked, and what has been seen of it.
#[derive(Debug)]
pub(super) struct Statements {
    statements: Vec<Statement>,
    /// Entries of each statement.
    counts: Vec<usize>,
    /// Statements with a constant message, by its hash.
    by_message: HashMap<u64, Vec<usize>>,
    /// The others, by the name of their file without directories.
    templates: HashMap<Box<[u8]>, Templates>,
    /// Entries of no statement.
    n_unknown: usize,
}

/// Statements of a file whose message is not a constant.
#[derive(Debug, Default)]
struct Templates {
    by_line: HashMap<usize, Vec<usize>>,
    /// Those with most text of their own first.
    by_text: Vec<usize>,
    /// Those without a message.
    nameless: Vec<usize>,
}

/// How much of a catalog a log has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Statements of the catalog.
    pub n_statements: usize,
    /// Statements with an entry.
    pub n_seen: usize,
    /// Entries of no statement.
    pub n_unknown: usize,
    /// Statements without an entry: place and message.
    pub never: Vec<(String, String)>,
}

impl Statements {
    pub(super) fn new(catalog: Catalog) -> Self {
        let Catalog { statements } = catalog;
        let mut by_message = HashMap::<u64, Vec<usize>>::new();
        let mut templates = HashMap::<Box<[u8]>, Templates>::new();
        for (index, statement) in statements.iter().enumerate() {
            let message = &statement.message;
            let file = || base_name(statement.file.as_bytes()).into();
            if message.contains("{}") {
                let of_file = templates.entry(file()).or_default();
                of_file.by_text.push(index);
                of_file.by_line.entry(statement.line).or_default().push(index);
                continue;
            }
            if message.is_empty() {
                templates.entry(file()).or_default().nameless.push(index);
            }
            let hash = bytes::hash(message.as_bytes(), &(0..message.len()));
            by_message.entry(hash).or_default().push(index);
        }
        for of_file in templates.values_mut() {
            of_file.by_text.sort_by_key(|index| std::cmp::Reverse(statements[*index].n_text()));
        }
        let counts = vec![0; statements.len()];
        Self { statements, counts, by_message, templates, n_unknown: 0 }
    }

    /// Finds the statement of an entry and counts it; `false` when there is none.
    pub(super) fn see(&mut self, bytes: &[u8], raw: &Raw) -> bool {
        let message = &bytes[raw.message.clone()];
        let file = &bytes[raw.file.clone()];
        // Most messages are written as they are.
        let is_plain = raw.form != MessageForm::Quoted || memchr::memchr(b'\\', message).is_none();
        let hash = match is_plain {
            true => bytes::hash(bytes, &raw.message),
            false => {
                let message = entry::message(bytes, raw);
                bytes::hash(message.as_bytes(), &(0..message.len()))
            }
        };
        let same_message = self.by_message.get(&hash).map_or(&[][..], Vec::as_slice);
        let nearest = |candidates: &mut dyn Iterator<Item = usize>| {
            candidates
                .filter(|index| is_file(&self.statements[*index].file, file))
                .min_by_key(|index| self.statements[*index].line.abs_diff(raw.line as usize))
        };
        let found =
            nearest(&mut same_message.iter().copied()).or_else(|| self.template(file, bytes, raw));
        match found {
            Some(index) => self.counts[index] += 1,
            None => self.n_unknown += 1,
        }
        found.is_some()
    }

    /// The statement of the file whose message has holes: the one at this line, else that with most text of its own,
    /// and of several the nearest.
    fn template(&self, file: &[u8], bytes: &[u8], raw: &Raw) -> Option<usize> {
        let of_file = self.templates.get(base_name(file))?;
        let message = entry::message(bytes, raw);
        let line = raw.line as usize;
        let is_it = |index: &usize| {
            let statement = &self.statements[*index];
            is_file(&statement.file, file) && statement.has_message(&message)
        };
        let here = of_file.by_line.get(&line).into_iter().flatten();
        if let Some(index) =
            here.filter(|index| self.statements[**index].n_text() > 0).find(|it| is_it(it))
        {
            return Some(*index);
        }
        let mut groups = of_file
            .by_text
            .chunk_by(|a, b| self.statements[*a].n_text() == self.statements[*b].n_text());
        let nearest = |group: &[usize]| {
            let found = group.iter().filter(|index| is_it(index));
            found.min_by_key(|index| self.statements[**index].line.abs_diff(line)).copied()
        };
        // Without a message an event has the name of the span that it is in.
        let nameless =
            || of_file.nameless.iter().find(|index| self.statements[**index].line == line);
        groups.find_map(nearest).or_else(|| nameless().copied())
    }

    pub(super) fn coverage(&self) -> Coverage {
        let never = self.statements.iter().zip(&self.counts).filter(|(_, count)| **count == 0);
        let never: Vec<_> = never
            .map(|(statement, _)| {
                (format!("{}:{}", statement.file, statement.line), statement.message.clone())
            })
            .collect();
        Coverage {
            n_statements: self.statements.len(),
            n_seen: self.statements.len() - never.len(),
            n_unknown: self.n_unknown,
            never,
        }
    }
}

/// A path without its directories.
fn base_name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..])
}

/// Whether a path of the catalog ends in the name that a header shows.
fn is_file(path: &str, shown: &[u8]) -> bool {
    let path = path.as_bytes();
    path.strip_suffix(shown)
        .is_some_and(|before| !shown.is_empty() && before.last().is_none_or(|byte| *byte == b'/'))
}
