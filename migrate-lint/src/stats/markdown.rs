//! Tables for a pull request or an issue.

use std::io::{self, Write};

use super::{Counts, State, Stats};
use crate::report::{code, group, plural};

pub(super) fn write(stats: &Stats, out: &mut dyn Write) -> io::Result<()> {
    let total = stats.total();
    let calls = plural(total.total(), "call", "calls");
    writeln!(out, "## Log calls: {}% migrated\n", total.percent())?;
    writeln!(out, "{calls}, {} left to migrate.\n", group(total.left()))?;
    table(out, "Crate", &stats.crates())?;
    let files = stats.hottest(10).into_iter().map(|file| (file.path.clone(), file.counts));
    let files: Vec<_> = files.collect();
    if !files.is_empty() {
        writeln!(out, "\n### Most left to do\n")?;
        table(out, "File", &files)?;
    }
    if stats.trend.len() > 1 {
        writeln!(out, "\n### Trend\n\n| Date | Migrated | Left | Calls |\n|---|---:|---:|---:|")?;
        for snapshot in &stats.trend {
            let (date, percent) = (&snapshot.date, snapshot.percent());
            let (left, total) = (group(snapshot.left()), group(snapshot.total()));
            writeln!(out, "| {date} | {percent}% | {left} | {total} |")?;
        }
    }
    Ok(())
}

fn table(out: &mut dyn Write, name: &str, rows: &[(String, Counts)]) -> io::Result<()> {
    write!(out, "| {name} | Calls | Migrated |")?;
    for state in State::ALL {
        write!(out, " {} |", state.name())?;
    }
    writeln!(out, "\n|---|---:|---:|{}", "---:|".repeat(State::ALL.len()))?;
    for (name, counts) in rows {
        let name = code(name);
        write!(out, "| {name} | {} | {}% |", group(counts.total()), counts.percent())?;
        for state in State::ALL {
            write!(out, " {} |", group(counts.state(state)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
