//! Tables for a terminal.

use std::io::{self, Write};

use super::{Counts, FAMILIES, State, Stats};
use crate::report::{Style, group, plural};

const N_ROWS: usize = 20;

pub(super) fn write(stats: &Stats, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let total = stats.total();
    if total.total() == 0 {
        return writeln!(out, "no log calls found");
    }
    let calls = plural(total.total(), "call", "calls");
    writeln!(out, "{calls}, {} with a constant message", percent(&total))?;
    for state in State::ALL {
        let count = total.state(state);
        let bar = "#".repeat((count * 24).div_ceil(total.total()));
        let row =
            format!("  {:<12} {:>7}  {bar:<24}  {}", state.name(), group(count), state.meaning());
        writeln!(out, "{}", clip(row.trim_end(), style.width))?;
    }
    let names =
        FAMILIES.iter().filter(|(family, _)| total.family(*family).iter().sum::<usize>() > 0);
    let families: Vec<String> = names
        .map(|(family, name)| format!("{name} {}", group(total.family(*family).iter().sum())))
        .collect();
    writeln!(out, "  by macro: {}\n", families.join(", "))?;
    let crates = stats.crates();
    if crates.len() > 1 {
        table(out, "crate", &crates, style)?;
    }
    table(out, "module", &stats.modules(), style)?;
    let hottest: Vec<(String, Counts)> =
        stats.hottest(10).into_iter().map(|file| (file.path.clone(), file.counts)).collect();
    if !hottest.is_empty() {
        table(out, "most left to do", &hottest, style)?;
    }
    if stats.trend.len() > 1 {
        writeln!(out, "trend")?;
        let first = stats.trend.len().saturating_sub(10);
        for snapshot in &stats.trend[first..] {
            let (left, total) = (group(snapshot.left()), group(snapshot.total()));
            let share = format!("{}%", snapshot.percent());
            writeln!(out, "  {}  {share:>4}  {left:>7} left of {total}", snapshot.date)?;
        }
    }
    Ok(())
}

fn table(
    out: &mut dyn Write,
    name: &str,
    rows: &[(String, Counts)],
    style: Style,
) -> io::Result<()> {
    // Seven columns of figures take 62 characters; names share what a narrow terminal leaves.
    let room = style.width.saturating_sub(62).clamp(18, 60);
    let shown = &rows[..rows.len().min(N_ROWS)];
    let width = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let width = width.max(name.len()).min(room);
    writeln!(
        out,
        "{name:<width$} {:>7} {:>5} {:>10} {:>8} {:>8} {:>7} {:>6}",
        "calls", "done", "contextual", "struct.", "constant", "interp.", "print"
    )?;
    for (name, counts) in shown {
        let cell = |state| match counts.state(state) {
            0 => "-".to_owned(),
            count => group(count),
        };
        let name = shorten(name, width);
        writeln!(
            out,
            "{name:<width$} {:>7} {:>5} {:>10} {:>8} {:>8} {:>7} {:>6}",
            group(counts.total()),
            percent(counts),
            cell(State::Contextual),
            cell(State::Structured),
            cell(State::Constant),
            cell(State::Interpolated),
            cell(State::Print),
        )?;
    }
    if rows.len() > shown.len() {
        writeln!(out, "and {} more; --format json has all", rows.len() - shown.len())?;
    }
    writeln!(out)
}

fn percent(counts: &Counts) -> String {
    format!("{}%", counts.percent())
}

/// The end of a path says more than its beginning.
fn shorten(name: &str, width: usize) -> String {
    let length = name.chars().count();
    if length <= width {
        return name.to_owned();
    }
    let end: String = name.chars().skip(length + 2 - width).collect();
    format!("..{end}")
}

fn clip(row: &str, width: usize) -> String {
    row.chars().take(width).collect()
}
