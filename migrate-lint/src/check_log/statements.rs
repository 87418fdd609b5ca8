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
    /// The others.
    templates: Vec<usize>,
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
        let mut templates = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let message = &statement.message;
            if message.contains("{}") {
                templates.push(index);
            } else {
                let hash = bytes::hash(message.as_bytes(), &(0..message.len()));
                by_message.entry(hash).or_default().push(index);
            }
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
        let found = nearest(&mut same_message.iter().copied()).or_else(|| {
            let message =
                if self.templates.is_empty() { String::new() } else { entry::message(bytes, raw) };
            let templates = self.templates.iter().copied();
            nearest(&mut templates.filter(|index| self.statements[*index].has_message(&message)))
        });
        match found {
            Some(index) => self.counts[index] += 1,
            None => self.n_unknown += 1,
        }
        found.is_some()
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

/// Whether a path of the catalog ends in the name that a header shows.
fn is_file(path: &str, shown: &[u8]) -> bool {
    let path = path.as_bytes();
    path.strip_suffix(shown)
        .is_some_and(|before| !shown.is_empty() && before.last().is_none_or(|byte| *byte == b'/'))
}
