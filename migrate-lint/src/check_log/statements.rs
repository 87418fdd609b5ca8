//! Entries and the statements of a catalog: which statement an entry comes from, and which have never been seen.
//!
//! A statement is known by its message and its file; the line decides only between statements that have both in common,
//! so that a program that was built from moved lines is still understood.

mod templates;
mod tree;

use std::borrow::Cow;
use std::sync::Arc;

use self::templates::Templates;
use super::bytes;
use super::entry;
use super::raw::{MessageForm, Raw};
use super::tables::ByHash;
use crate::catalog::{Catalog, Statement};

/// A catalog, ready to be asked, and what has been seen of it.
#[derive(Debug)]
pub(super) struct Statements {
    index: Arc<StatementIndex>,
    /// Entries of each statement.
    counts: Vec<usize>,
    /// Entries of no statement.
    n_unknown: usize,
}

/// The statements by what entries show of them; threads share it.
#[derive(Debug)]
pub(super) struct StatementIndex {
    statements: Vec<Statement>,
    /// Statements with a constant message, by the hash of it and of their file's name without directories.
    by_message: ByHash<Vec<usize>>,
    /// The others, by the hash of that name.
    templates: ByHash<Templates>,
    /// Those without a message, likewise.
    nameless: ByHash<Vec<usize>>,
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
        let counts = vec![0; statements.len()];
        Self { index: Arc::new(StatementIndex::new(statements)), counts, n_unknown: 0 }
    }

    /// The statements themselves.
    pub(super) fn index(&self) -> Arc<StatementIndex> {
        self.index.clone()
    }

    /// Finds the statement of an entry and counts it; `false` when there is none.
    pub(super) fn see(&mut self, bytes: &[u8], raw: &Raw) -> bool {
        let found = self.index.find(bytes, raw);
        match found {
            Some(index) => self.counts[index] += 1,
            None => self.n_unknown += 1,
        }
        found.is_some()
    }

    /// Adds entries that were counted elsewhere.
    pub(super) fn add_counts(&mut self, counts: &[usize], n_unknown: usize) {
        self.counts.iter_mut().zip(counts).for_each(|(known, count)| *known += count);
        self.n_unknown += n_unknown;
    }

    pub(super) fn coverage(&self) -> Coverage {
        let statements = &self.index.statements;
        let never = statements.iter().zip(&self.counts).filter(|(_, count)| **count == 0);
        let never: Vec<_> = never
            .map(|(statement, _)| {
                (format!("{}:{}", statement.file, statement.line), statement.message.clone())
            })
            .collect();
        Coverage {
            n_statements: statements.len(),
            n_seen: statements.len() - never.len(),
            n_unknown: self.n_unknown,
            never,
        }
    }
}

impl StatementIndex {
    fn new(statements: Vec<Statement>) -> Self {
        let mut by_message = ByHash::<Vec<usize>>::default();
        let mut of_files = ByHash::<Vec<usize>>::default();
        let mut nameless = ByHash::<Vec<usize>>::default();
        for (index, statement) in statements.iter().enumerate() {
            let message = &statement.message;
            let file = hash(base_name(statement.file.as_bytes()));
            if message.contains("{}") {
                of_files.entry(file).or_default().push(index);
                continue;
            }
            if message.is_empty() {
                nameless.entry(file).or_default().push(index);
            }
            by_message.entry(both(hash(message.as_bytes()), file)).or_default().push(index);
        }
        let templates = of_files.into_iter();
        let templates =
            templates.map(|(file, of_file)| (file, Templates::new(&statements, of_file))).collect();
        Self { statements, by_message, templates, nameless }
    }

    /// The statement of an entry.
    pub(super) fn find(&self, bytes: &[u8], raw: &Raw) -> Option<usize> {
        let shown = &bytes[raw.message.clone()];
        let file = &bytes[raw.file.clone()];
        let of_file = hash(base_name(file));
        // Most messages are written as they are.
        let is_plain = raw.form != MessageForm::Quoted || memchr::memchr(b'\\', shown).is_none();
        let message = match is_plain {
            true => Cow::Borrowed(shown),
            false => Cow::Owned(entry::message(bytes, raw).into_bytes()),
        };
        let hash = match is_plain && raw.form == MessageForm::Quoted {
            true => raw.message_hash,
            false => hash(&message),
        };
        let line = raw.line as usize;
        let is_of_file = |index: &usize| is_file(&self.statements[*index].file, file);
        let severity = match raw.severity {
            // JSON shows a V level of information, and none of an error.
            0 if raw.is_json => {
                if raw.v.is_some() {
                    b'I'
                } else {
                    b'E'
                }
            }
            severity => severity,
        };
        let same_message = self.by_message.get(&both(hash, of_file)).into_iter().flatten();
        let constant = same_message.copied().filter(is_of_file).min_by_key(|index| {
            let statement = &self.statements[*index];
            // `#[instrument(err, ret)]` has two at one line.
            let is_other = !statement.has_severity(severity);
            (statement.line.abs_diff(line), is_other)
        });
        let template = || self.templates.get(&of_file)?.find(&message, line, is_of_file);
        // Without a message an event has the name of the span that it is in.
        let nameless = || {
            let nameless = self.nameless.get(&of_file)?;
            nameless.iter().copied().find(|index| self.statements[*index].line == line)
        };
        // A message that is made at run time as a whole says nothing of where it comes from.
        let has_text = |index: &usize| self.statements[*index].n_text() > 0;
        constant.or_else(|| {
            let template = template();
            template.filter(has_text).or_else(nameless).or(template)
        })
    }
}

fn hash(bytes: &[u8]) -> u64 {
    bytes::hash(bytes, &(0..bytes.len()))
}

/// A hash of two hashes.
fn both(message: u64, file: u64) -> u64 {
    message ^ file.rotate_left(17)
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
