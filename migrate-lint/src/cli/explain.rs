//! `cargo klog explain`: pages of rules.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::finding::RuleText;
use crate::{check_log, dialect, queries, rules, safety, site};

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Name of a rule, as a report prints it
    rule: Option<String>,
    /// `html` writes the pages of all rules as a site
    #[arg(long, value_enum, default_value_t, requires_if("html", "output"), conflicts_with_all = ["rule"])]
    format: Format,
    /// Directory for the site
    #[arg(long, short, value_name = "DIR", requires = "format")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown for a terminal
    #[default]
    Text,
    /// A static site
    Html,
}

impl Explain {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut out = anstream::stdout().lock();
        match (&self.rule, self.format, &self.output) {
            (_, Format::Html, Some(directory)) => {
                let n_pages = site::write(&texts(), &others(), directory)?;
                let index = directory.join("index.html");
                writeln!(out, "{n_pages} pages; open {}", index.display())?;
            }
            (None, ..) => list(None, &mut out)?,
            (Some(name), ..) if is_group(name) => list(Some(name), &mut out)?,
            (Some(name), ..) => writeln!(out, "{}", page(name)?)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The rules of a group, or all.
fn list(group: Option<&str>, out: &mut dyn std::io::Write) -> Result<()> {
    let is_asked = |own: &str| group.is_none_or(|group| group == own || group == "all");
    writeln!(out, "{:<13} {:<25} {:<6} {:<15} flags", "group", "rule", "level", "fix")?;
    for rule in rules::all().filter(|rule| is_asked(rule.group)) {
        let (group, name, level) = (rule.group, rule.name, rule.level.name());
        let fix = rule.fix.words();
        writeln!(out, "{group:<13} {name:<25} {level:<6} {fix:<15} {}", rule.summary)?;
    }
    for rule in check_log::rules().filter(|_| is_asked(LINES)) {
        let (name, level) = (rule.name, rule.level.name());
        writeln!(out, "{LINES:<13} {name:<25} {level:<6} {:<15} {}", "-", rule.summary)?;
    }
    for rule in queries::rules().filter(|_| is_asked(queries::GROUP)) {
        let (group, name, level) = (queries::GROUP, rule.name, rule.level.name());
        writeln!(out, "{group:<13} {name:<25} {level:<6} {:<15} {}", "-", rule.summary)?;
    }
    writeln!(
        out,
        "\n`cargo klog explain RULE` prints a rule's page, `cargo klog explain safety` what fixes may do."
    )?;
    Ok(())
}

/// How the list calls the rules for emitted lines.
const LINES: &str = "check-log";

fn is_group(name: &str) -> bool {
    matches!(name, "all" | LINES | queries::GROUP) || rules::all().any(|rule| rule.group == name)
}

/// What to say of the name of a rule that another command has.
pub(super) fn of_another_command(name: &str) -> Option<String> {
    let is_one = |known: &str| known == name;
    if rules::all().any(|rule| is_one(rule.name)) {
        return None;
    }
    let of_lines = check_log::rules().any(|rule| is_one(rule.name)).then_some("check-log");
    let command =
        of_lines.or_else(|| queries::rules().any(|rule| is_one(rule.name)).then_some("queries"))?;
    Some(format!("`{name}` is a rule of `cargo klog {command}`, which sets its level"))
}

/// The pages of a name: some rules look at calls and at emitted lines, and have one for each.
fn page(name: &str) -> Result<String> {
    // A name may come with what a report prints around it.
    let name = name.trim_start_matches("klog::").trim_matches(['[', ']']);
    let texts = texts();
    let pages = texts.iter().filter(|rule| rule.name == name).map(|rule| rule.page.trim_end());
    let others = others();
    let others = others.iter().filter(|(other, _)| *other == name).map(|(_, page)| page.trim_end());
    let pages: Vec<&str> = pages.chain(others).collect();
    if pages.is_empty() {
        bail!(rules::names::unknown_name(name));
    }
    Ok(pages.join("\n\n"))
}

/// Pages of what is no rule: the dialects, and what fixes may do.
fn others() -> Vec<(&'static str, String)> {
    let pages = dialect::ALL.into_iter().map(|dialect| (dialect.name, dialect.page.to_owned()));
    pages.chain([("safety", safety::page())]).collect()
}

/// All rules: of calls, of emitted lines, of queries.
fn texts() -> Vec<RuleText> {
    let mut texts = rules::texts().to_vec();
    texts.extend(check_log::rules().map(|rule| RuleText {
        name: rule.name,
        summary: rule.summary,
        page: rule.page.to_owned(),
        level: rule.level,
        group: LINES,
    }));
    texts.extend(queries::rules().map(|rule| RuleText {
        name: rule.name,
        summary: rule.summary,
        page: rule.explain(),
        level: rule.level,
        group: queries::GROUP,
    }));
    texts
}
