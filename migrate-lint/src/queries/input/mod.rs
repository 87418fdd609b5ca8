//! Files that hold queries: rule files, dashboards, plain lists, settings.
//!
//! A file is read as a tree whatever its form, and every `expr` in it is a query, wherever it is: the forms of Loki,
//! Prometheus' operator and Grafana differ in what is around it, and grow.

mod align;
mod collect;
mod json;
mod plain;
mod settings;
mod tree;
mod yaml;

use std::ops::Range;
use std::path::Path;

use crate::source::Source;

/// A file and its queries.
#[derive(Debug, Default)]
pub struct File {
    /// Path as it was given, with slashes.
    pub path: String,
    /// Its text.
    pub source: Source,
    /// In order of their places.
    pub queries: Vec<Query>,
    /// What could not be read, with its place.
    pub problems: Vec<Problem>,
    /// Expressions for other data sources, which are left alone.
    pub n_foreign: usize,
    /// Its form lets fixes replace text.
    pub is_plain: bool,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte in the file.
    pub at: usize,
    /// One line.
    pub message: String,
}

/// A query of a file.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// What people know it by: `alert PodSyncFailing`, `panel "Errors"`, `line 3`.
    pub name: String,
    /// The place of the whole query.
    pub span: Range<usize>,
    /// What it asks.
    pub ask: Ask,
    /// Where each byte of its text is in the file; empty when the text is the file's.
    offsets: Vec<align::Offset>,
}

/// What a query asks.
#[derive(Clone, Debug)]
pub enum Ask {
    /// LogQL.
    LogQl(super::logql::Query),
    /// `[[query]]`: a message and pairs, whatever the format.
    Entry(Wanted),
}

/// A message and keys with their values, where one is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The whole message.
    pub message: Option<String>,
    /// Keys; `None` is any value.
    pub keys: Vec<(String, Option<String>)>,
}

/// Form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// YAML, of one document or several.
    Yaml,
    /// JSON.
    Json,
    /// A query a line.
    Plain,
    /// `klog.toml`.
    Settings,
}

impl Default for Ask {
    fn default() -> Self {
        Self::LogQl(super::logql::Query::default())
    }
}

impl Query {
    /// A place in its text as a place in the file.
    pub fn place(&self, span: &Range<usize>) -> Range<usize> {
        if self.offsets.is_empty() {
            return self.span.start + span.start..self.span.start + span.end;
        }
        let at = |index: usize| self.offsets.get(index).copied();
        let start = at(span.start).map_or(self.span.end, |(at, _)| at as usize);
        let last = span.end.checked_sub(1).filter(|last| *last >= span.start).and_then(at);
        start..last.map_or(start, |(at, length)| at as usize + usize::from(length)).max(start)
    }
}

impl File {
    /// The file's text.
    pub fn source_text(&self) -> &str {
        &self.source.text
    }

    /// A query as it is written in the file, with its name.
    pub fn query_text(&self, query: &Query) -> String {
        format!("{}\n{}", query.name, self.source.slice(&query.span))
    }
}

impl Form {
    /// By a file's name, else by how its text begins.
    pub fn of(path: &str, text: &str) -> Self {
        match Path::new(path).extension().and_then(|ending| ending.to_str()) {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            Some("logql") => Self::Plain,
            Some("toml") => Self::Settings,
            _ if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// Reads a file's text. Whatever it holds, what can be read is.
pub fn read(path: &str, text: String) -> File {
    let mut file = File { path: path.to_owned(), ..File::default() };
    let form = Form::of(path, &text);
    file.is_plain = form == Form::Plain;
    match form {
        Form::Plain => plain::read(&text, &mut file),
        Form::Settings => settings::read(&text, &mut file),
        Form::Yaml | Form::Json => collect::read(form, &text, &mut file),
    }
    file.queries.sort_by_key(|query| query.span.start);
    file.source = Source::new(text);
    file
}
