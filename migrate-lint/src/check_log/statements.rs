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
    /// The others, by the name of their file without directories, and each file's in the order of their lines.
    templates: HashMap<Box<[u8]>, Vec<usize>>,
    /// Entries of no statement.
    n_unknown: usize,
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
        let mut templates = HashMap::<Box<[u8]>, Vec<usize>>::new();
        for (index, statement) in statements.iter().enumerate() {
            let message = &statement.message;
            if message.contains("{}") {
                templates
                    .entry(base_name(statement.file.as_bytes()).into())
                    .or_default()
                    .push(index);
            } else {
                let hash = bytes::hash(message.as_bytes(), &(0..message.len()));
                by_message.entry(hash).or_default().push(index);
            }
        }
        for indices in templates.values_mut() {
            indices.sort_by_key(|index| statements[*index].line);
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

    /// The statement whose message has holes and is nearest by its line.
    ///
    /// Those of the file are tried from the entry's line on outwards, so that the first one is mostly it.
    fn template(&self, file: &[u8], bytes: &[u8], raw: &Raw) -> Option<usize> {
        let of_file = self.templates.get(base_name(file))?;
        let message = entry::message(bytes, raw);
        let line = raw.line as usize;
        let at = of_file.partition_point(|index| self.statements[*index].line < line);
        let (before, behind) = of_file.split_at(at);
        let distance = |index: &usize| self.statements[*index].line.abs_diff(line);
        let (mut before, mut behind) = (before.iter().rev().peekable(), behind.iter().peekable());
        loop {
            let is_before = match (before.peek(), behind.peek()) {
                (Some(one), Some(other)) => distance(one) <= distance(other),
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => return None,
            };
            let index = *if is_before { before.next()? } else { behind.next()? };
            let statement = &self.statements[index];
            if is_file(&statement.file, file) && statement.has_message(&message) {
                return Some(index);
            }
        }
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
