//! What is wrong with queries, as findings of the files that hold them.

mod change;
mod messages;
mod nothing;
mod text;

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

pub use change::{Before, broken};
use messages::Messages;
pub(super) use text::string;

use super::asking::{Answer, Asked};
use super::input::{Ask, File, Query};
use super::logql::{Name, Pipeline, Span};
use super::matching::Bits;
use super::rules::Id;
use crate::catalog::Statement;
use crate::finding::{Finding, Level};

/// What queries are judged by.
#[derive(Debug)]
pub struct Judge<'a> {
    asked: &'a Asked<'a>,
    messages: Messages,
    /// The statements of an earlier state.
    before: Option<&'a Before<'a>>,
    /// V level that production runs at.
    verbosity: u32,
    /// Levels by rule.
    levels: BTreeMap<&'static str, Level>,
}

/// The message of a catalog that is most like a text.
pub(super) fn nearest_message(catalog: &crate::catalog::Catalog, text: &str) -> Option<String> {
    let near = Messages::new(catalog).nearest(text)?;
    Some(catalog.statements[near.statement].message.clone())
}

/// What came of the queries of a file.
#[derive(Debug)]
pub struct Judged {
    /// In order of their places.
    pub findings: Vec<Finding>,
    /// Lines that a query watches.
    pub watched: Bits,
}

impl<'a> Judge<'a> {
    /// Judges by a catalog.
    pub fn new(
        asked: &'a Asked<'a>,
        before: Option<&'a Before<'a>>,
        verbosity: u32,
        levels: BTreeMap<&'static str, Level>,
    ) -> Self {
        let messages = Messages::new(asked.catalog);
        Self { asked, messages, before, verbosity, levels }
    }

    /// Judges the queries of files, in their order.
    pub fn files(&self, files: &[File]) -> Vec<Judged> {
        files.par_iter().map(|file| self.file(file)).collect()
    }

    fn file(&self, file: &File) -> Judged {
        let all: Vec<Judged> =
            file.queries.par_iter().map(|query| self.query(file, query)).collect();
        let mut judged = self.nothing_yet();
        for one in all {
            judged.findings.extend(one.findings);
            judged.watched.or(&one.watched);
        }
        judged.findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
        let mut seen = HashSet::new();
        judged.findings.retain(|finding| {
            let is_new = seen.insert((finding.rule, finding.span.clone(), finding.message.clone()));
            is_new && finding.level != Level::Allow
        });
        judged
    }

    /// The statements of lines that queries watch.
    pub(super) fn statements(&self, watched: &Bits) -> Vec<usize> {
        self.asked.lines.statements(watched)
    }

    fn nothing_yet(&self) -> Judged {
        Judged { findings: Vec::new(), watched: self.asked.lines.none() }
    }

    fn query(&self, file: &File, query: &Query) -> Judged {
        let mut judged = self.nothing_yet();
        match &query.ask {
            Ask::Entry(wanted) => {
                let answer = self.asked.entry(wanted);
                let old = self.before.map(|before| before.asked.entry(wanted));
                let subject = Subject { file, query, pipeline: None };
                self.answer(&subject, &answer, old.as_ref(), &mut judged);
            }
            Ask::LogQl(logql) => {
                for (index, pipeline) in logql.pipelines.iter().enumerate() {
                    let groupings =
                        logql.groupings.iter().filter(|it| it.pipelines.contains(&index));
                    let labels: Vec<Name> = groupings.flat_map(|it| it.labels.clone()).collect();
                    let answer = self.asked.pipeline(pipeline, &labels);
                    let old = self.before.map(|before| before.asked.pipeline(pipeline, &labels));
                    let subject = Subject { file, query, pipeline: Some(pipeline) };
                    self.answer(&subject, &answer, old.as_ref(), &mut judged);
                }
            }
        }
        judged
    }

    fn answer(
        &self,
        subject: &Subject<'_>,
        answer: &Answer,
        old: Option<&Answer>,
        judged: &mut Judged,
    ) {
        let strong = &answer.passing.strong;
        if answer.is_choosy {
            judged.watched.or(strong);
        }
        for unknown in &answer.unknown {
            judged.findings.push(self.unknown_key(subject, unknown));
        }
        if strong.is_empty() {
            let is_named = !answer.unknown.is_empty() && !answer.about.any.is_empty();
            if !is_named {
                judged.findings.extend(self.nothing(subject, answer, old));
            }
            return;
        }
        for wrong in &answer.kinds {
            judged.findings.push(self.key_kind(subject, wrong));
        }
        for partial in &answer.partial {
            judged.findings.push(self.partial_match(subject, partial));
        }
        if !answer.is_choosy {
            return;
        }
        judged.findings.extend(self.on_text(subject, answer));
        judged.findings.extend(self.unreachable(subject, strong));
        if let (Some(before), Some(old)) = (self.before, old) {
            judged.findings.extend(self.gains(subject, answer, before, old));
        }
    }

    fn unknown_key(&self, subject: &Subject<'_>, unknown: &super::asking::UnknownKey) -> Finding {
        let name = &unknown.name.name;
        let message =
            format!("{} names `{name}`, which no matching statement logs", unknown.reader);
        let mut finding = self.finding(Id::UnknownKey, subject, &unknown.name.span, message);
        if let Some(near) = &unknown.near {
            let help = match near.strip_suffix("_name").is_some_and(|object| object == name) {
                true => format!(
                    "`{name}` is an object, which JSON's labels take apart: `{name}_namespace` and `{near}`"
                ),
                false => format!("there is `{near}`"),
            };
            finding.help.push(help);
        }
        finding
    }

    fn key_kind(&self, subject: &Subject<'_>, wrong: &super::asking::WrongKind) -> Finding {
        let statement = self.statement(wrong.statement);
        let message =
            format!("`{}` is read as {}, and is {}", wrong.name.name, wrong.read, wrong.is);
        let mut finding = self.finding(Id::KeyKind, subject, &wrong.name.span, message);
        finding.help.push(format!("it is logged by {}", place(statement)));
        let help = match wrong.is {
            "a text" => {
                "log it as a number, or read it with `unwrap duration(…)` or `unwrap bytes(…)` if it is one of those"
            }
            _ => "read it as a number",
        };
        finding.help.push(help.to_owned());
        finding
    }

    fn partial_match(&self, subject: &Subject<'_>, partial: &super::asking::Partial) -> Finding {
        let name = &partial.name.name;
        let with = self.statement(partial.with);
        let message = format!(
            "`{name}` is missing in a statement with the same message, so the query sees a part"
        );
        let mut finding = self.finding(Id::PartialMatch, subject, &partial.name.span, message);
        finding.help.push(format!("with it: {}", place(with)));
        for index in partial.without.iter().take(3) {
            finding.help.push(format!("without it: {}", place(self.statement(*index))));
        }
        finding
    }

    /// Everything that it matches is logged at a V level that is off.
    fn unreachable(&self, subject: &Subject<'_>, strong: &Bits) -> Option<Finding> {
        let matching = self.asked.lines.statements(strong);
        let levels = matching.iter().map(|index| self.statement(*index).v);
        let lowest = levels.collect::<Option<Vec<u32>>>()?.into_iter().min()?;
        if lowest <= self.verbosity {
            return None;
        }
        let message = format!(
            "{} matches only statements of V{lowest} and above, and production runs at `-v={}`",
            subject.query.name, self.verbosity
        );
        let mut finding = self.finding(Id::UnreachableVerbosity, subject, &subject.span(), message);
        if let Some(first) = matching.first() {
            finding.help.push(format!("among them {}", place(self.statement(*first))));
        }
        finding.help.push(
            "lower the statement's V level, or pass `--verbosity` as production has it".to_owned(),
        );
        Some(finding)
    }

    fn statement(&self, index: usize) -> &Statement {
        &self.asked.catalog.statements[index]
    }

    fn finding(&self, rule: Id, subject: &Subject<'_>, span: &Span, message: String) -> Finding {
        let rule = rule.rule();
        Finding {
            rule: rule.name,
            level: self.levels.get(rule.name).copied().unwrap_or(rule.level),
            message,
            span: subject.place(span),
            label: None,
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
            rewrite: None,
            call: None,
            also: Vec::new(),
            is_soft: false,
        }
    }
}

/// What a finding is about.
struct Subject<'a> {
    file: &'a File,
    query: &'a Query,
    /// `None` for a query that is no LogQL.
    pipeline: Option<&'a Pipeline>,
}

impl Subject<'_> {
    fn span(&self) -> Span {
        self.pipeline.map_or(0..0, |pipeline| pipeline.span.clone())
    }

    fn place(&self, span: &Span) -> Span {
        match self.pipeline {
            Some(_) => self.query.place(span),
            None => self.query.span.clone(),
        }
    }
}

/// `"Pod is ready" (src/main.rs:42)`.
fn place(statement: &Statement) -> String {
    format!("\"{}\" ({}:{})", statement.message, statement.file, statement.line)
}
