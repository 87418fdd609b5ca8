//! A query asked of a catalog: which lines pass, and which of its labels they do not have.

mod condition;
mod labels;
mod pinned;
mod pipeline;
mod resolve;

use std::collections::BTreeSet;

use super::input::Wanted;
use super::line::Format;
use super::logql::{Name, Pipeline, Span};
use super::matching::{Bits, Lines, Passing};
use crate::catalog::Catalog;
use labels::Labels;
pub use pinned::is_pinned;

/// A catalog, ready to be asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Its statements.
    pub catalog: &'a Catalog,
    /// Their lines.
    pub lines: Lines,
    labels: Labels,
    /// Keys that loggers, spans and pipelines add to any line.
    context: BTreeSet<String>,
}

/// What came of a pipeline.
#[derive(Debug)]
pub struct Answer {
    /// Lines that pass.
    pub passing: Passing,
    /// Lines that pass all that is not about keys: what the query is about.
    pub about: Passing,
    /// Labels that no line has which the query is about.
    pub unknown: Vec<UnknownKey>,
    /// Labels that are read as what they are not.
    pub kinds: Vec<WrongKind>,
    /// Labels that only some lines have, where others with the same message lack them.
    pub partial: Vec<Partial>,
    /// Whether it asks for something, so that it watches what it matches.
    pub is_choosy: bool,
    /// The stage after which no line is left.
    pub culprit: Option<Span>,
    /// The stage after which only lines are left that pass by chance.
    pub weak: Option<Span>,
}

/// A label that no line has.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownKey {
    /// In the query.
    pub name: Name,
    /// What reads it: `by`, `unwrap`, a filter or a template.
    pub reader: &'static str,
    /// A label that it may mean.
    pub near: Option<String>,
}

/// A label that is read as what it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongKind {
    /// In the query.
    pub name: Name,
    /// What is read: "a number".
    pub read: &'static str,
    /// What there is: "a text".
    pub is: &'static str,
    /// A statement that logs it so.
    pub statement: usize,
}

/// A label that statements of the same message lack.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// In the query.
    pub name: Name,
    /// A statement that has it.
    pub with: usize,
    /// Statements that lack it.
    pub without: Vec<usize>,
}

impl<'a> Asked<'a> {
    /// Prepares a catalog. `context` are keys that any line can have.
    pub fn new(catalog: &'a Catalog, context: BTreeSet<String>, formats: &[Format]) -> Self {
        let lines = Lines::new(catalog, formats);
        let labels = Labels::new(catalog);
        Self { catalog, lines, labels, context }
    }

    /// Asks a pipeline, with the labels that results are grouped by.
    pub fn pipeline(&self, pipeline: &Pipeline, grouping: &[Name]) -> Answer {
        pipeline::ask(self, pipeline, grouping)
    }

    /// Asks for a message with keys, whatever the format.
    pub fn entry(&self, wanted: &Wanted) -> Answer {
        let statements = &self.catalog.statements;
        let has_message = |index: usize| {
            wanted.message.as_ref().is_none_or(|message| statements[index].has_message(message))
        };
        let about = self.lines.of_statements(has_message);
        let mut passing = about.clone();
        let mut unknown = Vec::new();
        let mut partial = Vec::new();
        for (key, value) in &wanted.keys {
            let name = Name { name: key.clone(), span: Span::default() };
            if self.is_context(key) || matches!(key.as_str(), "severity" | "v" | "file") {
                continue;
            }
            let has = self.lines.of_statements(|index| {
                statements[index].keys.iter().any(|it| it.name == *key || it.name == "{}")
            });
            if !about.meets(&has) && !about.is_empty() {
                let near = self.near_key(key, &about);
                unknown.push(UnknownKey { name, reader: "`keys`", near });
                continue;
            }
            partial.extend(self.partial(&name, &about, &has));
            let fits = self.lines.of_statements(|index| {
                let key = statements[index].keys.iter().find(|it| it.name == *key);
                value
                    .as_ref()
                    .is_none_or(|value| key.is_none_or(|key| labels::can_be(key.kind, value)))
            });
            passing.and(&has);
            passing.and(&fits);
        }
        Answer {
            passing: Passing::sure(passing),
            about: Passing::sure(about),
            unknown,
            kinds: Vec::new(),
            partial,
            is_choosy: true,
            culprit: None,
            weak: None,
        }
    }

    fn is_context(&self, key: &str) -> bool {
        self.context.contains(key)
    }

    /// A key of these lines that is written much like this one.
    fn near_key(&self, key: &str, about: &Bits) -> Option<String> {
        let statements = self.lines.statements(about);
        let keys = statements.iter().flat_map(|index| &self.catalog.statements[*index].keys);
        nearest(key, keys.map(|key| key.name.as_str()))
    }

    /// Lines that have a label, and lines with the same message that lack it.
    fn partial(&self, name: &Name, about: &Bits, has: &Bits) -> Option<Partial> {
        let mut with = about.clone();
        with.and(has);
        let mut without = about.clone();
        without.without(has);
        if with.is_empty() || without.is_empty() {
            return None;
        }
        let statements = &self.catalog.statements;
        let with = self.lines.statements(&with);
        let messages: BTreeSet<&str> =
            with.iter().map(|index| statements[*index].message.as_str()).collect();
        let mut lacking = self.lines.statements(&without);
        lacking.retain(|index| {
            messages.contains(statements[*index].message.as_str())
                && with.binary_search(index).is_err()
        });
        let first = *lacking.first()?;
        let with = with
            .into_iter()
            .find(|index| statements[*index].message == statements[first].message)?;
        Some(Partial { name: name.clone(), with, without: lacking })
    }
}

/// The name that is written most like this one, if any is much like it.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain = |name: &str| name.replace(['_', '-', '.'], "").to_lowercase();
    let wanted = plain(name);
    let distance = |other: &str| strsim::damerau_levenshtein(&wanted, &plain(other));
    let near = names.filter(|other| *other != name).map(|other| (distance(other), other)).min()?;
    (near.0 * 3 <= wanted.chars().count()).then(|| near.1.to_owned())
}
