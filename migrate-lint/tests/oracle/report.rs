//! The outcome as Markdown.

use std::fmt::Write as _;

use crate::compare::Outcome;

/// One line of the table.
pub(crate) fn row(outcome: &Outcome) -> String {
    let recall = percent(outcome.n_found, outcome.n_uses);
    let wrong = outcome.wrong.len();
    let n_not_compiled: usize = outcome.not_compiled.values().sum();
    let right = outcome.n_found + outcome.n_wrapped_confirmed;
    format!(
        "| {} | {} | {} | {recall} | {} | {} | {wrong} | {} | {n_not_compiled} |\n",
        outcome.subject,
        outcome.n_uses,
        outcome.n_found,
        outcome.n_wrapped,
        outcome.n_wrapped_confirmed,
        percent(right, right + wrong),
    )
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    format!("{:.2} %", part as f64 * 100.0 / whole as f64)
}

/// The whole report.
pub(crate) fn markdown(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "# What the compiler says\n\nMade by the program beside this file; its README says how.\n\n\
         | crate | uses that the compiler names | found | recall | wrapper calls found | of them confirmed | wrong | precision | not compiled here |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut total = Outcome { subject: "**all**".to_owned(), ..Outcome::default() };
    for outcome in outcomes {
        text.push_str(&row(outcome));
        total.n_uses += outcome.n_uses;
        total.n_parts += outcome.n_parts;
        total.n_found += outcome.n_found;
        total.n_wrapped += outcome.n_wrapped;
        total.n_wrapped_confirmed += outcome.n_wrapped_confirmed;
        total.wrong.extend(outcome.wrong.iter().cloned());
        for (reason, n) in &outcome.not_compiled {
            *total.not_compiled.entry(reason).or_default() += n;
        }
    }
    text.push_str(&row(&total));
    let _ = writeln!(
        text,
        "\nLeft out: {} uses of macros that make a part of a record and log nothing (`record_static!`).",
        total.n_parts
    );
    text.push_str("\n## What is not compiled here\n\n| reason | calls |\n|---|--:|\n");
    for (reason, n) in &total.not_compiled {
        let _ = writeln!(text, "| {reason} | {n} |");
    }
    for outcome in outcomes.iter().filter(|one| !one.missed.is_empty() || !one.wrong.is_empty()) {
        let _ = writeln!(text, "\n## {}\n", outcome.subject);
        text.push_str(&differences(outcome));
    }
    text
}

/// What the two lists do not share, one line each.
pub(crate) fn differences(outcome: &Outcome) -> String {
    let missed = outcome.missed.iter().map(|line| format!("- missed: {line}\n"));
    let wrong = outcome.wrong.iter().map(|line| format!("- wrong: {line}\n"));
    missed.chain(wrong).collect()
}
