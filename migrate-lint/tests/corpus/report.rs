//! The outcome as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::fixed::Outcome;

/// Nothing got worse, and as many calls are fixed as are promised.
pub(crate) fn is_good(outcome: &Outcome) -> bool {
    faults(outcome).is_empty()
}

/// One line of the table.
pub(crate) fn row(outcome: &Outcome) -> String {
    let Outcome { subject, dialect, n_interpolated, n_with_fix, n_with_safe_fix, .. } = outcome;
    let n_open = n_interpolated - outcome.n_closed;
    let (with_fix, safe) = (percent(*n_with_fix, n_open), percent(*n_with_safe_fix, n_open));
    let n_closed = outcome.n_closed;
    let change = |(old, new): (usize, usize)| format!("{old} → {new}");
    let mark = |faults: &[String]| match faults.len() {
        0 => "–".to_owned(),
        n => format!("**{n}**"),
    };
    format!(
        "| {subject} | {dialect} | {} | {n_interpolated} | {n_closed} | {with_fix} | {safe} | {} | {} | {} | {} | {} | {} | {} |\n",
        outcome.n_statements,
        outcome.n_files,
        change(outcome.n_errors),
        change(outcome.n_warnings),
        mark(&outcome.statement_faults),
        mark(&outcome.outside_faults),
        mark(&outcome.format_faults),
        mark(&outcome.second_run),
    )
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}

/// The whole report.
pub(crate) fn markdown(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "# Real crates before and after the fixes\n\n\
         Made by the program beside this file; its README says how, and what the columns mean.\n\n\
         | crate | to | statements | interpolated | by closed wrappers | with a fix | with a safe fix | files changed | errors | warnings | statements changed | changed outside | unformatted | changed by a second run |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut total = Outcome { subject: "**all**".to_owned(), ..Outcome::default() };
    let mut allowed: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        text.push_str(&row(outcome));
        total.n_statements += outcome.n_statements;
        total.n_interpolated += outcome.n_interpolated;
        total.n_closed += outcome.n_closed;
        total.n_with_fix += outcome.n_with_fix;
        total.n_with_safe_fix += outcome.n_with_safe_fix;
        total.n_files += outcome.n_files;
        total.n_errors = sum(total.n_errors, outcome.n_errors);
        total.n_warnings = sum(total.n_warnings, outcome.n_warnings);
        total.statement_faults.extend(outcome.statement_faults.iter().cloned());
        total.outside_faults.extend(outcome.outside_faults.iter().cloned());
        total.format_faults.extend(outcome.format_faults.iter().cloned());
        total.second_run.extend(outcome.second_run.iter().cloned());
        for (reason, n) in &outcome.allowed {
            *allowed.entry(reason).or_default() += n;
        }
    }
    text.push_str(&row(&total));
    text.push_str(
        "\n## Values that went in a way that is allowed\n\n| how | values |\n|---|--:|\n",
    );
    for (reason, n) in allowed {
        let _ = writeln!(text, "| {reason} | {n} |");
    }
    for outcome in outcomes.iter().filter(|outcome| !is_good(outcome)) {
        let _ = writeln!(text, "\n## {} to {}\n", outcome.subject, outcome.dialect);
        text.push_str(&faults(outcome));
    }
    text
}

fn sum(left: (usize, usize), right: (usize, usize)) -> (usize, usize) {
    (left.0 + right.0, left.1 + right.1)
}

/// What is wrong, one line each.
pub(crate) fn faults(outcome: &Outcome) -> String {
    let mut text = String::new();
    let mut list = |what: &str, faults: &[String]| {
        for fault in faults {
            let fault = fault.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "- {what}: {fault}");
        }
    };
    list("compiler", &outcome.new_messages);
    list("statement", &outcome.statement_faults);
    list("outside", &outcome.outside_faults);
    list("unformatted", &outcome.format_faults);
    list("second run", &outcome.second_run);
    text
}

/// Leaves the patch and what is wrong with it beside the crate, to be read.
pub(crate) fn log(directory: &Path, outcome: &Outcome) {
    let beside = |what| directory.with_file_name(format!("{}.{what}", outcome.subject));
    let json = serde_json::to_vec(outcome).unwrap();
    let _ = std::fs::write(beside("json"), json);
    let _ = std::fs::write(beside("faults"), faults(outcome));
    let patch = std::process::Command::new("git")
        .args(["diff", "HEAD~1", "--", "*.rs", "Cargo.toml"])
        .current_dir(directory)
        .output()
        .unwrap();
    let _ = std::fs::write(beside("patch"), patch.stdout);
}
