//! `cargo klog check-log`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::{style, to_output};
use crate::catalog::Catalog;
use crate::check_log::{Checker, LinePrefix, LogFormat, Options, Outcome, Requirement, rules};
use crate::files;
use crate::finding::Level;
use crate::report::{self, Format, TextStyle};

/// What `--format` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Expected {
    /// klog's text
    Text,
    /// component-base's JSON
    Json,
    /// Detect it line by line; a mix of both is a finding
    #[default]
    Auto,
}

#[derive(Debug, Args)]
pub(super) struct CheckLog {
    /// Logs to check; `-`, or none, is the standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Format of the log
    #[arg(long, value_enum, default_value_t, help_heading = "Input")]
    format: Expected,
    /// Remove what tools put in front of each line, one after the other; `auto` finds out what it is
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHO", help_heading = "Input")]
    strip_prefix: Vec<LinePrefix>,
    /// Write the standard input to the standard output, unchanged and at once; the report goes to the standard error
    #[arg(long, help_heading = "Input", conflicts_with = "files")]
    tee: bool,

    /// Require an entry with these pairs: `msg="Pod is ready" pod=default/web`; also by severity, file and v; `key=*` is any value
    #[arg(long, value_name = "PAIRS", help_heading = "Contract")]
    require: Vec<Requirement>,
    /// Forbid a key
    #[arg(long, value_name = "KEY", help_heading = "Contract")]
    forbid: Vec<String>,
    /// Match entries with the statements of a catalog (`cargo klog catalog`), and report those without one; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Contract")]
    catalog: Vec<PathBuf>,
    /// Require each entry of this log to come again, with at least the same pairs, or the values that its message held
    #[arg(long, value_name = "OLD", help_heading = "Contract")]
    same_as: Option<PathBuf>,
    /// Key whose values differ in each run; repeatable
    #[arg(long, value_name = "KEY", help_heading = "Contract", requires = "same_as")]
    vary: Vec<String>,
    /// Maximum length of a line, in bytes
    #[arg(long, value_name = "N", default_value_t = 16 * 1024, help_heading = "Contract")]
    max_line: usize,

    /// Format of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORM", help_heading = "Report")]
    report: Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
    /// Show a summary of the log: entries by severity, keys, messages
    #[arg(long, help_heading = "Report")]
    summary: bool,
    /// Maximum number of findings to show for each rule; the rest are counted
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "Report")]
    max_findings: usize,

    /// Set a rule or group to allow; `all` is every rule
    #[arg(short = 'A', long, value_name = "RULE", help_heading = "Levels")]
    allow: Vec<String>,
    /// Set a rule or group to warn
    #[arg(short = 'W', long, value_name = "RULE", help_heading = "Levels")]
    warn: Vec<String>,
    /// Set a rule or group to deny; `warnings` is whatever is at warn
    #[arg(short = 'D', long, value_name = "RULE", help_heading = "Levels")]
    deny: Vec<String>,
}

impl CheckLog {
    pub(super) fn run(&self, quiet: bool) -> Result<ExitCode> {
        let mut checker = Checker::new(Options {
            format: match self.format {
                Expected::Text => Some(LogFormat::Text),
                Expected::Json => Some(LogFormat::Json),
                Expected::Auto => None,
            },
            prefixes: self.strip_prefix.clone(),
            max_line: self.max_line,
            require: self.require.clone(),
            forbid: self.forbid.clone(),
            catalog: self.catalog()?,
            max_findings: self.max_findings.max(1),
            levels: self.levels()?,
        });
        if let Some(path) = &self.same_as {
            let name = files::shown(path);
            let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
            checker.same_as(&name, Box::new(file), self.vary.clone());
        }
        if self.files.is_empty() {
            let tee = &mut io::stdout().lock();
            let tee: Option<&mut dyn io::Write> = if self.tee { Some(tee) } else { None };
            checker
                .check("stdin", &mut io::stdin().lock(), tee)
                .context("cannot read the standard input")?;
        }
        for path in &self.files {
            let name = files::shown(path);
            if path.as_os_str() == "-" {
                let read = checker.check("stdin", &mut io::stdin().lock(), None);
                read.context("cannot read the standard input")?;
                continue;
            }
            let failed = || format!("cannot read {name}");
            let mut file = File::open(path).with_context(failed)?;
            checker.check_file(&name, &mut file).with_context(failed)?;
        }
        checker.finish_comparison().context("cannot read the log of `--same-as`")?;
        self.print(checker.finish(), quiet)
    }

    fn print(&self, outcome: Outcome, quiet: bool) -> Result<ExitCode> {
        let Outcome { mut report, summary } = outcome;
        report.figures = self.summary.then(|| summary.json());
        let report = &report;
        let is_for_people = matches!(self.report, Format::Human | Format::Short);
        let plain = TextStyle::default();
        let shown = style();
        let write = |out: &mut dyn io::Write, style: TextStyle| {
            if self.summary && is_for_people {
                summary.write(out)?;
                writeln!(out)?;
            }
            report::write(self.report, report, style, out)?;
            match &summary.coverage {
                Some(coverage) if self.report == Format::Human => {
                    writeln!(out, "{}", coverage.line())
                }
                _ => Ok(()),
            }
        };
        if self.tee && self.output.is_none() {
            // The standard output belongs to the log.
            write(&mut io::BufWriter::new(io::stderr().lock()), plain)?;
        } else {
            to_output(self.output.as_deref(), |out, is_file| {
                write(out, if is_file { plain } else { shown })
            })?;
        }
        if self.summary && !is_for_people && self.report != Format::Json && !quiet {
            summary.write(&mut io::stderr().lock())?;
        }
        if report.n_entries == Some(0) && report.findings().next().is_none() && !quiet {
            eprintln!("warning: there was no log entry, so that nothing was checked");
        }
        Ok(ExitCode::from(if report.is_clean() { 0 } else { 1 }))
    }

    fn catalog(&self) -> Result<Option<Catalog>> {
        let mut all: Option<Catalog> = None;
        for path in &self.catalog {
            let catalog = super::catalog::read(path)?;
            all.get_or_insert_default().statements.extend(catalog.statements);
        }
        Ok(all)
    }

    /// Levels by rule: the general before the special, whatever the order on the command line.
    fn levels(&self) -> Result<BTreeMap<String, Level>> {
        let mut settings = Vec::new();
        for (names, level) in
            [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Deny)]
        {
            settings.extend(names.iter().map(|name| (name.as_str(), level)));
        }
        let is_group = |name: &str| rules().any(|rule| rule.group == name);
        settings.sort_by_key(|(name, _)| match *name {
            "all" => 0,
            name if is_group(name) => 1,
            "warnings" => 3,
            _ => 2,
        });
        let mut levels: BTreeMap<String, Level> =
            rules().map(|rule| (rule.name.to_owned(), rule.level)).collect();
        for (name, level) in settings {
            let known = levels.iter_mut().filter(|(rule, known)| match name {
                "all" => true,
                "warnings" => **known == Level::Warn,
                name if is_group(name) => rules().any(|it| it.group == name && it.name == *rule),
                name => *rule == name,
            });
            if known.map(|(_, known)| *known = level).count() == 0 && name != "warnings" {
                bail!(unknown(name));
            }
        }
        Ok(levels)
    }
}

fn unknown(name: &str) -> String {
    let near = rules()
        .map(|rule| (strsim::damerau_levenshtein(name, rule.name), rule.name))
        .min()
        .filter(|(distance, _)| *distance <= name.len() / 3);
    match near {
        Some((_, near)) => format!("check-log has no rule `{name}`; there is `{near}`"),
        None => format!("check-log has no rule `{name}`; `cargo klog explain` lists all"),
    }
}
