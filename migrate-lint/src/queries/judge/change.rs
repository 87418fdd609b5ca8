//! The statements of an earlier state: what queries have lost since, and what they have gained.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Judge, Subject, place};
use crate::catalog::Statement;
use crate::catalog::diff::{Change, What};
use crate::finding::Finding;
use crate::queries::asking::{Answer, Asked};
use crate::queries::input::{Ask, File};
use crate::queries::logql::{CompareOp, Condition, LineOp, Name, StageKind};
use crate::queries::rules::Id;

/// An earlier state.
#[derive(Debug)]
pub struct Before<'a> {
    /// Its statements.
    pub asked: Asked<'a>,
    /// As it was asked for.
    pub revision: String,
    /// What has changed since.
    changes: &'a [Change],
    /// Changes by the old statement's identifier.
    by_old: HashMap<&'a str, Vec<usize>>,
    /// Identifiers of statements that are new or have other words.
    gained: HashSet<&'a str>,
    /// Queries of that state as `name` and text; `None` when they are unknown.
    queries: Option<HashSet<String>>,
}

impl<'a> Before<'a> {
    /// Takes the statements of an earlier state, and what has changed since.
    pub fn new(
        asked: Asked<'a>,
        revision: String,
        changes: &'a [Change],
        queries: Option<HashSet<String>>,
    ) -> Self {
        let mut by_old = HashMap::<&str, Vec<usize>>::new();
        let mut gained = HashSet::new();
        for (index, change) in changes.iter().enumerate() {
            if let Some(old) = &change.old {
                by_old.entry(&old.id).or_default().push(index);
            }
            if let (What::Added | What::Reworded, Some(new)) = (&change.what, &change.new) {
                gained.insert(new.id.as_str());
            }
        }
        Self { asked, revision, changes, by_old, gained, queries }
    }

    /// What has changed of a statement.
    pub(super) fn changes_of(&self, statement: usize) -> impl Iterator<Item = &Change> {
        let id = self.asked.catalog.statements[statement].id.as_str();
        self.by_old.get(id).into_iter().flatten().map(|index| &self.changes[*index])
    }

    /// Whether a query was there in the same words.
    fn has_query(&self, text: &str) -> bool {
        self.queries.as_ref().is_none_or(|queries| queries.contains(text))
    }
}

impl Judge<'_> {
    /// Statements that a query has come to match by a word, and was not written for.
    pub(super) fn gains(
        &self,
        subject: &Subject<'_>,
        answer: &Answer,
        before: &Before<'_>,
        old: &Answer,
    ) -> Option<Finding> {
        let is_by_words = subject.pipeline?.stages.iter().any(|stage| match &stage.kind {
            StageKind::Line(op, _) => {
                matches!(op, LineOp::Contains | LineOp::Matches | LineOp::Fits)
            }
            StageKind::Label(condition) => is_by_expression(condition),
            _ => false,
        });
        let text = subject.file.query_text(subject.query);
        if !is_by_words || old.passing.strong.is_empty() || !before.has_query(&text) {
            return None;
        }
        // Statements that it matched before, whatever they are called now.
        let matched = before.asked.lines.statements(&old.passing.strong);
        let known: BTreeSet<&str> = matched
            .iter()
            .flat_map(|index| {
                let own = before.asked.catalog.statements[*index].id.as_str();
                let now = before.changes_of(*index).filter_map(|change| change.new.as_ref());
                now.map(|new| new.id.as_str()).chain([own])
            })
            .collect();
        let now = self.asked.lines.statements(&answer.passing.strong);
        let gained: Vec<&Statement> = now
            .iter()
            .map(|index| self.statement(*index))
            .filter(|it| before.gained.contains(it.id.as_str()) && !known.contains(it.id.as_str()))
            .collect();
        let first = gained.first()?;
        let message = format!("{} now also matches {}", subject.query.name, place(first));
        let mut finding = self.finding(Id::GainsStatement, subject, &subject.span(), message);
        for more in gained.iter().skip(1).take(3) {
            finding.help.push(format!("and {}", place(more)));
        }
        if let Some(index) = matched.first() {
            let old = &before.asked.catalog.statements[*index];
            finding.help.push(format!("since {} it was for {}", before.revision, place(old)));
        }
        finding.help.push("name the message that is meant: `| json | msg=\"…\"`".to_owned());
        Some(finding)
    }
}

/// A condition on the message that is no comparison with a whole one.
fn is_by_expression(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(is_by_expression),
        Condition::Unknown => false,
        Condition::Compare(compare) => {
            compare.op == CompareOp::Matches
                && matches!(compare.label.name.as_str(), "msg" | "message" | "fields_message")
        }
    }
}

/// For each change that breaks readers, the queries that it breaks: names with places.
pub fn broken(
    old: &Asked<'_>,
    new: &Asked<'_>,
    changes: &[Change],
    files: &[File],
) -> Vec<Vec<String>> {
    let indices = |asked: &Asked<'_>| -> HashMap<String, usize> {
        let statements = asked.catalog.statements.iter().enumerate();
        statements.map(|(index, statement)| (statement.id.clone(), index)).collect()
    };
    let (by_old, by_new) = (indices(old), indices(new));
    let mut all = vec![Vec::new(); changes.len()];
    for file in files {
        for query in &file.queries {
            let (before, after) = (matched(old, &query.ask), matched(new, &query.ask));
            if before.iter().all(|answer| !answer.is_choosy) {
                continue;
            }
            let statements = |asked: &Asked<'_>, answers: &[Answer]| -> BTreeSet<usize> {
                answers
                    .iter()
                    .flat_map(|answer| asked.lines.statements(&answer.passing.strong))
                    .collect()
            };
            let (was, is) = (statements(old, &before), statements(new, &after));
            let lacks_key = after.iter().any(|answer| !answer.unknown.is_empty());
            for (index, change) in
                changes.iter().enumerate().filter(|(_, change)| change.what.is_breaking())
            {
                let place = |id: Option<&Statement>, by: &HashMap<String, usize>| {
                    id.and_then(|it| by.get(&it.id)).copied()
                };
                let was_matched =
                    place(change.old.as_ref(), &by_old).is_some_and(|index| was.contains(&index));
                let is_matched =
                    place(change.new.as_ref(), &by_new).is_some_and(|index| is.contains(&index));
                if was_matched && (!is_matched || lacks_key) {
                    let line = file.source.position(query.span.start).line;
                    all[index].push(format!("{}, {}:{line}", query.name, file.path));
                }
            }
        }
    }
    all
}

fn matched(asked: &Asked<'_>, ask: &Ask) -> Vec<Answer> {
    match ask {
        Ask::Entry(wanted) => vec![asked.entry(wanted)],
        Ask::LogQl(query) => {
            let pipelines = query.pipelines.iter().enumerate();
            let ask = |(index, pipeline)| {
                let groupings = query.groupings.iter().filter(|it| it.pipelines.contains(&index));
                let labels: Vec<Name> = groupings.flat_map(|it| it.labels.clone()).collect();
                asked.pipeline(pipeline, &labels)
            };
            pipelines.map(ask).collect()
        }
    }
}
