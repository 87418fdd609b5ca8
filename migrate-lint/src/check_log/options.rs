//! What to check a log against.

use std::collections::BTreeMap;

use super::LogFormat;
use super::expect::Requirement;
use super::prefix::LinePrefix;
use crate::catalog::Catalog;
use crate::finding::Level;

/// What to check, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The only format that is expected; `None` asks each line.
    pub format: Option<LogFormat>,
    /// What to take off each line first, one after the other.
    pub prefixes: Vec<LinePrefix>,
    /// Bytes of a line, with its line feed, that are not too many.
    pub max_line: usize,
    /// Entries that have to come.
    pub require: Vec<Requirement>,
    /// Keys that must not come.
    pub forbid: Vec<String>,
    /// Statements that entries have to come from.
    pub catalog: Option<Catalog>,
    /// Findings of a rule that are kept; more are only counted.
    pub max_findings: usize,
    /// Levels of rules by name, where they are not the rule's own.
    pub levels: BTreeMap<String, Level>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            prefixes: Vec::new(),
            max_line: 16 * 1024,
            require: Vec::new(),
            forbid: Vec::new(),
            catalog: None,
            max_findings: 100,
            levels: BTreeMap::new(),
        }
    }
}
