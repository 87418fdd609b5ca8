//! The end of a report for people: how much of what, where, and what to do next.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Report, TextStyle};
use crate::finding::{Applicability, Finding, Fix, Level};

#[derive(Debug, Default)]
struct Row {
    n_deny: usize,
    n_warn: usize,
    n_safe: usize,
    n_unsafe: usize,
    /// Fixes that the manifest does not allow yet.
    n_held: usize,
}

impl Row {
    fn total(&self) -> usize {
        self.n_deny + self.n_warn
    }
}

/// Findings by what they are counted by.
#[derive(Debug, Default)]
struct Tally<'a> {
    total: Row,
    rules: BTreeMap<&'a str, Row>,
    crates: BTreeMap<&'a str, Row>,
    files: BTreeMap<&'a str, Row>,
}

impl<'a> Tally<'a> {
    fn of(report: &'a Report) -> Self {
        let mut tally = Self::default();
        for (file, finding) in report.findings() {
            let package = file.crate_index.and_then(|index| report.crates.get(index));
            let package = package.map_or("(no package)", |package| package.name.as_str());
            tally.total.add(finding);
            tally.rules.entry(finding.rule).or_default().add(finding);
            tally.crates.entry(package).or_default().add(finding);
            tally.files.entry(&file.path).or_default().add(finding);
        }
        tally
    }
}

impl Row {
    fn add(&mut self, finding: &Finding) {
        match finding.level {
            Level::Deny => self.n_deny += 1,
            Level::Warn => self.n_warn += 1,
            Level::Allow => {}
        }
        match finding.fix.as_ref().map(Fix::applicability) {
            Some(Applicability::Safe) => self.n_safe += 1,
            Some(Applicability::Unsafe) => self.n_unsafe += 1,
            None => {}
        }
        let needs_manifest = |help: &String| help.contains("`--edit-manifest`");
        self.n_held += usize::from(finding.help.iter().any(needs_manifest));
    }
}

pub(super) fn write(report: &Report, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let Tally { total, rules, crates, files } = Tally::of(report);
    let bold = |text: &str| match style.colour {
        true => format!("\x1b[1m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    if total.total() > 0 {
        table(out, "rule", &rules, &bold)?;
        // Logs and queries belong to no crate.
        let (name, rows) = match (report.n_entries, report.n_queries) {
            (None, None) => ("crate", &crates),
            (Some(_), _) => ("log", &files),
            (None, Some(_)) => ("file", &files),
        };
        table(out, name, rows, &bold)?;
    }
    not_shown(report, out)?;
    let checked = checked(report);
    if total.total() == 0 {
        return writeln!(out, "{}: no findings{}", bold(&checked), left_out(report));
    }
    let n_files = report.files.iter().filter(|file| !file.findings.is_empty()).count();
    let headline = format!(
        "{} in {}",
        plural(total.total(), "finding", "findings"),
        plural(n_files, "file", "files")
    );
    let levels = match (total.n_deny, total.n_warn) {
        (0, _) => "all warnings".to_owned(),
        (_, 0) => "all denied".to_owned(),
        (n_deny, n_warn) => {
            format!("{} denied, {}", group(n_deny), plural(n_warn, "warning", "warnings"))
        }
    };
    let left_out = left_out(report);
    for habit in &report.house {
        writeln!(out, "house style: {habit}; `cargo klog init` writes it down")?;
    }
    writeln!(out, "{} ({levels}); checked {checked}{left_out}", bold(&headline))?;
    next_steps(out, report, &total, rules.keys().next().copied().unwrap_or_default())
}

/// Findings that were only counted, and entries of the baseline that are gone.
fn not_shown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (_, rest) = report.shown();
    // Where nothing was to be shown, the table says it all.
    let rest: Vec<_> = rest.into_iter().filter(|_| report.limit != Some(0)).collect();
    for (rule, count) in &rest {
        writeln!(out, "{}", more(rule, *count))?;
    }
    if !rest.is_empty() {
        writeln!(out)?;
    }
    if !report.gone.is_empty() {
        let n_gone: usize = report.gone.iter().map(|gone| gone.count).sum();
        let entries = plural(n_gone, "finding of the baseline is", "findings of the baseline are");
        writeln!(out, "{entries} gone; `cargo klog lint --write-baseline` takes them out:")?;
        for gone in &report.gone {
            writeln!(out, "  {:>5}  {}  {}", gone.count, gone.path, gone.rule)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What a cap left out.
pub(super) fn more(rule: &str, count: usize) -> String {
    let more = plural(count, "more finding", "more findings");
    format!("{more} of {rule}, not shown (`--max-findings`)")
}

/// The table of rules alone.
pub(super) fn write_rules(
    report: &Report,
    style: TextStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Tally { total, rules, .. } = Tally::of(report);
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by_key(|(name, row)| (std::cmp::Reverse(row.total()), **name));
    let width = group(total.total()).len();
    for (rule, row) in sorted {
        let fixable = match row.n_safe + row.n_unsafe {
            0 => " ",
            _ => "*",
        };
        let name = if style.colour { format!("\x1b[1m{rule}\x1b[0m") } else { (*rule).to_owned() };
        let known = report.rules.iter().find(|known| known.name == *rule);
        let what = known.map_or("", |known| known.summary);
        let level = if row.n_deny > 0 { "deny" } else { "warn" };
        writeln!(out, "{:>width$}  {level}  [{fixable}] {name}: {what}", group(row.total()))?;
    }
    let checked = checked(report);
    let n_fixable = total.n_safe + total.n_unsafe;
    writeln!(
        out,
        "{}, [*] {} fixable; checked {checked}{}",
        plural(total.total(), "finding", "findings"),
        group(n_fixable),
        left_out(report)
    )
}

fn checked(report: &Report) -> String {
    let checked = match (report.n_entries, report.n_queries) {
        (None, None) => plural(report.n_calls, "log call", "log calls"),
        (Some(n_entries), _) => plural(n_entries, "log entry", "log entries"),
        (None, Some(n_queries)) => plural(n_queries, "query", "queries"),
    };
    format!("{checked} in {}", plural(report.n_files, "file", "files"))
}

fn left_out(report: &Report) -> String {
    let mut left_out = String::new();
    if report.n_accepted > 0 {
        left_out += &format!("; {} accepted by the baseline", group(report.n_accepted));
    }
    if report.n_generated > 0 {
        let files = plural(report.n_generated, "file", "files");
        left_out += &format!("; {files} marked `@generated` left alone (`--generated`)");
    }
    if report.n_unchanged > 0 {
        left_out += &format!("; {} on unchanged lines", group(report.n_unchanged));
    }
    left_out
}

fn next_steps(out: &mut dyn Write, report: &Report, total: &Row, rule: &str) -> io::Result<()> {
    let n_fixable = total.n_safe + total.n_unsafe;
    let mut steps: Vec<(String, String)> = Vec::new();
    if n_fixable > 0 && report.n_queries.is_some() {
        let what = format!("writes the fixes ({} fixable); review them", group(n_fixable));
        steps.push(("cargo klog queries --fix".to_owned(), what));
    } else if n_fixable > 0 {
        let mut what = match (total.n_safe, total.n_unsafe) {
            (safe, 0) => format!("{} fixable", group(safe)),
            (0, risky) => format!("{} fixable with --unsafe-fixes", group(risky)),
            (safe, risky) => {
                format!("{} fixable, {} more with --unsafe-fixes", group(safe), group(risky))
            }
        };
        if total.n_held > 0 {
            what += &format!(", {} more with --edit-manifest", group(total.n_held));
        }
        let flag = if total.n_safe == 0 { " --unsafe-fixes" } else { "" };
        steps.push((format!("cargo klog lint --diff{flag}"), format!("shows the fixes ({what})")));
    }
    if n_fixable == 0 && total.n_held > 0 {
        let what = format!("shows the fixes ({} fixable)", group(total.n_held));
        steps.push(("cargo klog lint --diff --unsafe-fixes --edit-manifest".to_owned(), what));
    }
    let most = report.findings().map(|(_, finding)| finding.rule).fold(
        BTreeMap::<&str, usize>::new(),
        |mut counts, rule| {
            *counts.entry(rule).or_default() += 1;
            counts
        },
    );
    let most = most.iter().rev().max_by_key(|(_, count)| **count).map_or(rule, |(rule, _)| rule);
    steps.push((format!("cargo klog explain {most}"), "says why and what to write".to_owned()));
    let is_source = report.n_entries.is_none() && report.n_queries.is_none();
    if is_source && report.n_accepted == 0 && total.total() > 20 {
        let why = "accepts these; reports only new ones";
        steps.push(("cargo klog lint --write-baseline".to_owned(), why.to_owned()));
    }
    let width = steps.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, why) in steps {
        writeln!(out, "  {command:<width$}  {why}")?;
    }
    Ok(())
}

fn table(
    out: &mut dyn Write,
    name: &str,
    rows: &BTreeMap<&str, Row>,
    bold: &dyn Fn(&str) -> String,
) -> io::Result<()> {
    let width = rows.keys().map(|name| name.chars().count()).max().unwrap_or(0).max(name.len());
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by_key(|(name, row)| (std::cmp::Reverse(row.total()), **name));
    let header = format!("{name:<width$}  {:>7}  {:>7}  {:>7}", "denied", "warned", "fixable");
    writeln!(out, "{}", bold(&header))?;
    for (name, row) in sorted {
        let (deny, warn, fix) = (row.n_deny, row.n_warn, row.n_safe + row.n_unsafe);
        writeln!(out, "{name:<width$}  {:>7}  {:>7}  {:>7}", cell(deny), cell(warn), cell(fix))?;
    }
    writeln!(out)
}

fn cell(count: usize) -> String {
    if count == 0 { "-".to_owned() } else { group(count) }
}

/// `1 file`, `2,000 files`.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", group(count), if count == 1 { one } else { many })
}

/// `12345` → `12,345`.
pub(crate) fn group(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
