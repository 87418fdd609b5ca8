//! How many lines, entries and severities a log has.

use super::entry::{self, Severity};
use super::raw::{MessageForm, Raw};

/// How many of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines.
    pub n_lines: usize,
    /// Bytes.
    pub n_bytes: usize,
    /// Entries of severity I.
    pub n_info: usize,
    /// Entries of severity W.
    pub n_warning: usize,
    /// Entries of severity E.
    pub n_error: usize,
    /// Entries of severity F.
    pub n_fatal: usize,
    /// Entries in text.
    pub n_text: usize,
    /// Entries in JSON.
    pub n_json: usize,
    /// Entries with an unstructured message, counted among the others too.
    pub n_unstructured: usize,
    /// Lines that are no entries.
    pub n_other: usize,
}

impl Counts {
    /// All entries.
    pub fn n_entries(&self) -> usize {
        self.n_text + self.n_json
    }

    /// Counts an entry.
    #[inline]
    pub(super) fn count(&mut self, raw: &Raw) {
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

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Self) {
        let Self {
            n_lines,
            n_bytes,
            n_info,
            n_warning,
            n_error,
            n_fatal,
            n_text,
            n_json,
            n_unstructured,
            n_other,
        } = other;
        self.n_lines += n_lines;
        self.n_bytes += n_bytes;
        self.n_info += n_info;
        self.n_warning += n_warning;
        self.n_error += n_error;
        self.n_fatal += n_fatal;
        self.n_text += n_text;
        self.n_json += n_json;
        self.n_unstructured += n_unstructured;
        self.n_other += n_other;
    }
}
