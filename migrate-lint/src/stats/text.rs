//! Tables for a terminal.

use std::io::{self, Write};

use super::{Counts, State, Stats};
use crate::dialect;
use crate::report::{TextStyle, group, plural};

const N_ROWS: usize = 20;

pub(super) fn write(stats: &Stats, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let total = stats.total();
    if total.total() == 0 {
        return writeln!(out, "no log calls found");
    }
    let calls = plural(total.total(), "call", "calls");
    writeln!(out, "{calls}, {} with a constant message", percent(&total))?;
    for state in State::ALL {
        let count = total.state(state);
        let bar = "#".repeat((count * 24).div_ceil(total.total()));
        let row = format!("  {:<12} {:>7}  {bar:<24}", state.name(), group(count));
        match style.width < 96 {
            true => writeln!(out, "{}", row.trim_end())?,
            false => writeln!(out, "{row}  {}", state.meaning())?,
        }
    }
    let names =
        dialect::ALL.iter().filter(|dialect| total.dialect(dialect).iter().sum::<usize>() > 0);
    let families: Vec<String> = names
        .map(|dialect| format!("{} {}", dialect.name, group(total.dialect(dialect).iter().sum())))
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
    style: TextStyle,
) -> io::Result<()> {
    let columns = Columns::for_width(style.width);
    // Names share what a narrow terminal leaves beside the figures.
    let room = style.width.saturating_sub(columns.width()).clamp(18, 60);
    let shown = &rows[..rows.len().min(N_ROWS)];
    let width = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let width = width.max(name.len()).min(room);
    writeln!(out, "{name:<width$}{}", columns.row(&columns.names()))?;
    for (name, counts) in shown {
        let name = shorten(name, width);
        writeln!(out, "{name:<width$}{}", columns.row(&columns.figures(counts)))?;
    }
    if rows.len() > shown.len() {
        writeln!(out, "and {} more; --format json has all", rows.len() - shown.len())?;
    }
    writeln!(out)
}

/// Columns of figures: all states, or what is left where there is no room.
#[derive(Clone, Copy)]
enum Columns {
    States,
    Left,
}

impl Columns {
    fn for_width(width: usize) -> Self {
        if width < 100 { Self::Left } else { Self::States }
    }

    fn names(self) -> Vec<String> {
        let names: &[&str] = match self {
            Self::States => {
                &["calls", "done", "contextual", "structured", "constant", "interp.", "print"]
            }
            Self::Left => &["calls", "done", "interp.", "print"],
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn figures(self, counts: &Counts) -> Vec<String> {
        let states: &[State] = match self {
            Self::States => &State::ALL,
            Self::Left => &[State::Interpolated, State::Print],
        };
        let cells = states.iter().map(|state| match counts.state(*state) {
            0 => "-".to_owned(),
            count => group(count),
        });
        [group(counts.total()), percent(counts)].into_iter().chain(cells).collect()
    }

    fn row(self, cells: &[String]) -> String {
        let widths = self.names().into_iter().map(|name| name.len().max(7));
        cells.iter().zip(widths).map(|(cell, width)| format!("  {cell:>width$}")).collect()
    }

    fn width(self) -> usize {
        self.row(&self.names()).len()
    }
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
