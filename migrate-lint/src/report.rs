//! Findings → what people, editors and CI systems read.
//!
//! A format is one file with one `write` function; the report is plain data and the same for all of them.

mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod rustc;
mod sarif;
mod summary;

pub(crate) use human::one_line;
pub(crate) use markdown::{code, plain_or_code};
pub(crate) use summary::{group, plural};

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use crate::finding::{Finding, Level, RuleText, content_hash};
use crate::source::Source;
use crate::workspace::{Crate, Problem};

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// Files with findings, in order of their paths.
    pub files: Vec<FileReport>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Entries of the baseline that nothing matches any more.
    pub gone: Vec<Gone>,
    /// Paths of the files that were judged, also of those without findings.
    pub seen: BTreeSet<String>,
    /// The rules that it could have findings of.
    pub rules: &'static [RuleText],
    /// Packages of the workspace.
    pub crates: Vec<Crate>,
    /// Directory that the paths are relative to.
    pub root: PathBuf,
    /// Way from the repository's root to [`Report::root`], with a slash at its end, for systems that count from there.
    pub repository_prefix: String,
    /// Files that were read.
    pub n_files: usize,
    /// Log calls in them.
    pub n_calls: usize,
    /// Log entries, when emitted lines were checked and not source files.
    pub n_entries: Option<usize>,
    /// Queries, when those of rule files and dashboards were checked.
    pub n_queries: Option<usize>,
    /// Figures of a log, for the JSON form.
    pub figures: Option<serde_json::Value>,
    /// Findings by rule that were counted and not kept.
    pub omitted: BTreeMap<&'static str, usize>,
    /// Findings that the baseline accepts.
    pub n_accepted: usize,
    /// Findings that `--since` left out.
    pub n_unchanged: usize,
    /// Cargo, whose messages were passed on, has failed.
    pub check_failed: bool,
    /// Files that a program has written, which were left alone.
    pub n_generated: usize,
    /// Findings to show of each rule, in the forms for people; all are counted.
    pub limit: Option<usize>,
    /// What the code does throughout, for a run without a configuration that says so.
    pub house: Vec<String>,
}

/// Entries that nothing matches any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// File.
    pub path: String,
    /// Rule.
    pub rule: String,
    /// How many.
    pub count: usize,
}

/// The findings of a file.
#[derive(Debug, Default)]
pub struct FileReport {
    /// Path with slashes, relative to [`Report::root`].
    pub path: String,
    /// Path to open.
    pub absolute: PathBuf,
    /// Index into [`Report::crates`].
    pub crate_index: Option<usize>,
    /// Names of the packages that have it as a module.
    pub packages: Vec<String>,
    /// For each of its calls, how many entries precede it: fixes do not change that.
    pub numbers: Vec<usize>,
    /// The text that the findings point into.
    pub source: Source,
    /// In order of their places.
    pub findings: Vec<Finding>,
}

/// A format of `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Snippets for people, in the style of rustc.
    #[default]
    Human,
    /// One line for each finding.
    Short,
    /// All data of the findings, with fixes and rewrites.
    Json,
    /// Cargo's own message form, for rust-analyzer and other tools that read `cargo check`.
    Rustc,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// Code quality report of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// How text for people looks.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle {
    /// Colours.
    pub colour: bool,
    /// Names of rules are links (OSC 8), for a terminal.
    pub links: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self { colour: false, links: false, width: 140 }
    }
}

/// Writes how many findings each rule has, the most frequent first.
///
/// # Errors
///
/// Those of `out`.
pub fn write_statistics(report: &Report, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    summary::write_rules(report, style, out)
}

/// Writes a report.
///
/// # Errors
///
/// Those of `out`.
pub fn write(
    format: Format,
    report: &Report,
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, style, out),
        Format::Short => human::write_short(report, out),
        Format::Json => json::write(report, out),
        Format::Rustc => rustc::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
    }
}

impl Report {
    /// All findings with their files.
    pub fn findings(&self) -> impl Iterator<Item = (&FileReport, &Finding)> {
        self.files.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
    }

    /// Findings to show to people, and by rule how many more there are; where not all are shown, what is denied first.
    fn shown(&self) -> (Vec<(&FileReport, &Finding)>, BTreeMap<&'static str, usize>) {
        let mut findings: Vec<_> = self.findings().collect();
        let mut rest = self.omitted.clone();
        let Some(limit) = self.limit else { return (findings, rest) };
        findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
        let mut counts = BTreeMap::<&str, usize>::new();
        findings.retain(|(_, finding)| {
            let count = counts.entry(finding.rule).or_default();
            *count += 1;
            if *count > limit {
                *rest.entry(finding.rule).or_default() += 1;
            }
            *count <= limit
        });
        (findings, rest)
    }

    /// Number of findings at a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings().filter(|(_, finding)| finding.level == level).count()
    }

    /// The command that has made it.
    fn command(&self) -> &'static str {
        match (self.n_entries, self.n_queries) {
            (Some(_), _) => "cargo klog check-log",
            (None, Some(_)) => "cargo klog queries",
            (None, None) => "cargo klog lint",
        }
    }

    /// Nothing stops a build.
    pub fn is_clean(&self) -> bool {
        self.count(Level::Deny) == 0
    }

    /// Fingerprints of all findings in their order: by rule, file, and text without white space, so that they survive
    /// moved lines and formatting; equal findings of a file are numbered.
    pub fn fingerprints(&self) -> Vec<String> {
        let mut seen = BTreeMap::<String, usize>::new();
        self.findings()
            .map(|(file, finding)| {
                let hash = content_hash(file.source.slice(&finding.span));
                let name = format!("{}:{}:{hash}", finding.rule, file.path);
                let number = seen.entry(name.clone()).or_default();
                *number += 1;
                content_hash(&format!("{name}:{number}"))
            })
            .collect()
    }
}

/// `error` or `warning`, the words of compilers.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "note",
    }
}
