//! How many lines, entries and severities a log has.

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
}
