//! `cargo klog queries`: alert rules and dashboards against the statements of a program.
//!
//! files → trees → queries ([`input`]) → stages ([`logql`]) → lines that pass ([`asking`], by [`matching`] filters against
//! the statements' [`line`]s) → findings ([`judge`]) → the same reports as for source.

pub mod asking;
mod context;
mod find;
pub mod input;
pub mod judge;
pub mod line;
pub mod logql;
pub mod matching;
mod new;
mod rules;

use std::path::Path;

pub use context::keys as context_keys;
pub use find::{all as files_below, below as find_files};
pub use new::rule as new_rule;
pub use rules::{GROUP, QueryRule, all as rules};

use crate::files;
use crate::report::{FileReport, Report};
use crate::workspace::Problem;
use input::{Ask, File};
use judge::{Judge, Judged};

/// What came of all queries.
#[derive(Debug)]
pub struct Outcome {
    /// Findings of all files.
    pub report: Report,
    /// Statements that some query watches, by their place in the catalog.
    pub watched: std::collections::BTreeSet<usize>,
    /// Expressions for other data sources.
    pub n_foreign: usize,
}

/// Judges the queries of files.
pub fn check(judge: &Judge<'_>, files: Vec<File>, root: &Path) -> Outcome {
    let judged = judge.files(&files);
    let mut outcome = Outcome {
        report: Report {
            rules: rules::texts(),
            root: root.to_owned(),
            n_files: files.len(),
            ..Report::default()
        },
        watched: std::collections::BTreeSet::new(),
        n_foreign: 0,
    };
    let mut n_queries = 0;
    for (file, judged) in files.into_iter().zip(judged) {
        n_queries += file.queries.len();
        outcome.n_foreign += file.n_foreign;
        outcome.report.problems.extend(problems(&file));
        let Judged { findings, watched } = judged;
        outcome.watched.extend(judge.statements(&watched));
        outcome.report.seen.insert(file.path.clone());
        outcome.report.files.push(FileReport {
            absolute: root.join(&file.path),
            path: files::shown(Path::new(&file.path)),
            crate_index: None,
            packages: Vec::new(),
            numbers: Vec::new(),
            source: file.source,
            findings,
        });
    }
    outcome.report.n_queries = Some(n_queries);
    outcome
}

/// What could not be read, and what is left alone in queries, with its line.
fn problems(file: &File) -> Vec<Problem> {
    let line = |at: usize| Some(file.source.position(at).line);
    let mut all: Vec<Problem> = file
        .problems
        .iter()
        .map(|problem| Problem {
            path: file.path.clone().into(),
            line: line(problem.at),
            message: problem.message.clone(),
        })
        .collect();
    for query in &file.queries {
        let Ask::LogQl(logql) = &query.ask else { continue };
        for unknown in &logql.unknown {
            let place = query.place(&unknown.span);
            let shown: String = file.source.slice(&place).chars().take(40).collect();
            let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            let at = if shown.is_empty() { String::new() } else { format!(" at `{shown}`") };
            all.push(Problem {
                path: file.path.clone().into(),
                line: line(place.start),
                message: format!("{}: left alone{at}: {}", query.name, unknown.what),
            });
        }
    }
    all
}
