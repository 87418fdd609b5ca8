//! How far a migration is: calls by crate, module, dialect and state.

mod context;
mod csv;
pub mod history;
mod html;
mod json;
pub mod links;
mod markdown;
pub mod owners;
mod tables;
pub mod target;
mod text;
mod treemap;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::context::Contexts;
use crate::call::{CallKind, LogCall, MessageForm, Piece};
use crate::dialect::{self, Dialect, Logger};
use crate::finding::Level;
use crate::report::{Report, TextStyle};
use crate::scan::Scanned;
use crate::workspace::Workspace;

/// Figures of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Name of the workspace's directory.
    pub name: String,
    /// Files with calls, in order of their paths.
    pub files: Vec<FileStats>,
    /// Stored figures of earlier days, oldest first.
    pub trend: Vec<history::Snapshot>,
    /// Share of calls, in percent, that the migration is to reach.
    pub target: usize,
    /// Findings by rule, where they were counted.
    pub rules: Vec<RuleCount>,
    /// Where files can be read.
    pub links: Option<links::Links>,
}

/// How many findings a rule has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Name of the rule.
    pub rule: String,
    /// Findings that stop a build.
    pub n_deny: usize,
    /// Findings that do not.
    pub n_warn: usize,
    /// Findings with a fix.
    pub n_fixable: usize,
}

/// Figures of a file.
#[derive(Clone, Debug, Default)]
pub struct FileStats {
    /// Path with slashes, relative to the workspace.
    pub path: String,
    /// Package.
    pub crate_name: String,
    /// Module path; empty for a crate's root.
    pub module: Vec<String>,
    /// Its calls.
    pub counts: Counts,
    /// Lines of the calls that are left to do.
    pub left: Vec<usize>,
    /// Findings in it.
    pub n_findings: usize,
    /// Who has to look at changes of it.
    pub owners: Vec<String>,
}

/// What has become of a call, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Constant message, and a logger that carries the context.
    Contextual,
    /// Constant message and pairs.
    Structured,
    /// Constant message alone.
    Constant,
    /// Values in the message.
    Interpolated,
    /// Printed past all logging.
    Print,
}

/// Number of calls by dialect and state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    by: [[usize; State::ALL.len()]; dialect::ALL.len()],
}

/// A form of `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables for a terminal.
    #[default]
    Text,
    /// All figures, by file.
    Json,
    /// Tables for a pull request or an issue.
    Markdown,
    /// One page with charts that needs no network.
    Html,
    /// A line for each file, for a spreadsheet.
    Csv,
}

/// Writes the figures.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    format: Format,
    stats: &Stats,
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(stats, style, out),
        Format::Json => json::write(stats, out),
        Format::Markdown => markdown::write(stats, out),
        Format::Html => html::write(stats, out),
        Format::Csv => out.write_all(csv::of(stats).as_bytes()),
    }
}

impl Stats {
    /// Counts the calls of scanned files; those in test code only when asked for.
    pub fn count(workspace: &Workspace, scanned: &[Scanned], with_tests: bool) -> Self {
        let root = workspace.root.file_name();
        let mut stats = Self {
            name: root.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            ..Self::default()
        };
        let contexts = Contexts::follow(workspace, scanned);
        for scanned in scanned {
            let file = &workspace.files[scanned.file];
            let mut counts = Counts::default();
            let mut left = Vec::new();
            for call in &scanned.calls {
                if call.kind == CallKind::Event && (with_tests || !call.place.test_code) {
                    let is_around = || contexts.has(workspace, scanned, call);
                    let state = State::of(call, &is_around);
                    counts.add(call.dialect, state, 1);
                    if matches!(state, State::Interpolated | State::Print) {
                        left.push(scanned.source.position(call.span.start).line);
                    }
                }
            }
            if counts.total() == 0 {
                continue;
            }
            let package = file.crate_index.and_then(|index| workspace.crates.get(index));
            stats.files.push(FileStats {
                path: crate::files::shown(&file.path),
                crate_name: package.map_or("(no package)".to_owned(), |one| one.name.clone()),
                module: file.module.clone(),
                counts,
                left,
                ..FileStats::default()
            });
        }
        stats
    }

    /// Adds the findings of a report, by rule and by file.
    pub fn add_findings(&mut self, report: &Report) {
        let mut by_file = BTreeMap::<&str, usize>::new();
        let mut by_rule = BTreeMap::<&str, RuleCount>::new();
        for (file, finding) in report.findings() {
            *by_file.entry(&file.path).or_default() += 1;
            let count = by_rule.entry(finding.rule).or_default();
            match finding.level {
                Level::Deny => count.n_deny += 1,
                Level::Warn | Level::Allow => count.n_warn += 1,
            }
            count.n_fixable += usize::from(finding.fix.is_some());
        }
        for file in &mut self.files {
            file.n_findings = by_file.get(file.path.as_str()).copied().unwrap_or_default();
        }
        let named = |(rule, count): (&str, RuleCount)| RuleCount { rule: rule.to_owned(), ..count };
        self.rules = by_rule.into_iter().map(named).collect();
        self.rules.sort_by_key(|it| std::cmp::Reverse((it.n_deny, it.n_warn)));
    }

    /// All calls together.
    pub fn total(&self) -> Counts {
        sum(self.files.iter())
    }

    /// Crates, those with most left to do first.
    pub fn crates(&self) -> Vec<(String, Counts)> {
        grouped(self.files.iter(), |file| file.crate_name.clone())
    }

    /// Modules at the top of each crate, those with most left to do first.
    pub fn modules(&self) -> Vec<(String, Counts)> {
        grouped(self.files.iter(), FileStats::top_module)
    }

    /// Modules at the top of one crate.
    pub fn modules_of(&self, crate_name: &str) -> Vec<(String, Counts)> {
        let files = self.files.iter().filter(|file| file.crate_name == crate_name);
        grouped(files, FileStats::top_module)
    }

    /// Files with most calls left to migrate.
    pub fn hottest(&self, n_files: usize) -> Vec<&FileStats> {
        let mut files: Vec<_> = self.files.iter().filter(|file| file.counts.left() > 0).collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.counts.left()));
        files.truncate(n_files);
        files
    }
}

impl FileStats {
    fn top_module(&self) -> String {
        match self.module.first() {
            Some(module) => format!("{}::{module}", self.crate_name),
            None => self.crate_name.clone(),
        }
    }
}

impl Counts {
    /// Counts calls of a dialect in a state.
    pub fn add(&mut self, dialect: &Dialect, state: State, n_calls: usize) {
        for (row, known) in self.by.iter_mut().zip(dialect::ALL) {
            if known == dialect {
                row[state as usize] += n_calls;
            }
        }
    }

    /// All calls.
    pub fn total(&self) -> usize {
        self.by.iter().flatten().sum()
    }

    /// Calls in a state.
    pub fn state(&self, state: State) -> usize {
        self.by.iter().map(|row| row[state as usize]).sum()
    }

    /// Calls of a dialect.
    pub fn dialect(&self, dialect: &Dialect) -> [usize; State::ALL.len()] {
        let row = dialect::ALL.iter().position(|known| *known == dialect);
        row.map_or([0; State::ALL.len()], |row| self.by[row])
    }

    /// Calls that still put values into text.
    pub fn left(&self) -> usize {
        self.state(State::Interpolated) + self.state(State::Print)
    }

    /// Share of calls with a constant message, in percent, rounded down so that 100 means done.
    pub fn percent(&self) -> usize {
        let total = self.total();
        ((total - self.left()) * 100).checked_div(total).unwrap_or(100)
    }
}

impl State {
    /// All, best first.
    pub const ALL: [Self; 5] =
        [Self::Contextual, Self::Structured, Self::Constant, Self::Interpolated, Self::Print];

    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contextual => "contextual",
            Self::Structured => "structured",
            Self::Constant => "constant",
            Self::Interpolated => "interpolated",
            Self::Print => "print",
        }
    }

    /// What the word means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Contextual => "constant message, and a logger with context",
            Self::Structured => "constant message and key/value pairs",
            Self::Constant => "constant message alone",
            Self::Interpolated => "values formatted into the message",
            Self::Print => "println! and kin, past all logging",
        }
    }

    /// `is_around`: whether a logger or a span is around the call.
    fn of(call: &LogCall, is_around: &dyn Fn() -> bool) -> Self {
        if call.dialect.prints {
            return Self::Print;
        }
        let is_constant = match call.message.as_ref().map(|message| &message.form) {
            // An event of fields alone.
            None => !call.pairs.is_empty(),
            Some(MessageForm::Literal { pieces, .. }) => {
                pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
            }
            Some(MessageForm::Constant(_)) => true,
            Some(MessageForm::Macro(name)) => {
                name.starts_with("concat") || name.starts_with("stringify")
            }
            Some(MessageForm::Expr(_)) => false,
        };
        let has_logger = call.dialect.logger == Logger::First
            || call
                .prefix
                .iter()
                .any(|argument| argument.name == "logger" || argument.name == "parent");
        // `log` takes part in no context.
        let takes_context = call.dialect.traits.has_verbosity || call.dialect.traits.has_spans;
        let has_logger = has_logger || is_constant && takes_context && is_around();
        match (is_constant, has_logger, call.pairs.is_empty()) {
            (false, _, _) => Self::Interpolated,
            (true, true, _) => Self::Contextual,
            (true, false, false) => Self::Structured,
            (true, false, true) => Self::Constant,
        }
    }
}

fn sum<'a>(files: impl Iterator<Item = &'a FileStats>) -> Counts {
    let mut total = Counts::default();
    for file in files {
        let theirs = file.counts.by.iter().flatten();
        for (sum, count) in total.by.iter_mut().flatten().zip(theirs) {
            *sum += count;
        }
    }
    total
}

fn grouped<'a>(
    files: impl Iterator<Item = &'a FileStats>,
    name: impl Fn(&FileStats) -> String,
) -> Vec<(String, Counts)> {
    let mut groups = BTreeMap::<String, Vec<&FileStats>>::new();
    for file in files {
        groups.entry(name(file)).or_default().push(file);
    }
    let mut groups: Vec<_> =
        groups.into_iter().map(|(name, files)| (name, sum(files.into_iter()))).collect();
    groups.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.left(), counts.total())));
    groups
}
