//! One page with charts that needs no network; a script of a few lines sorts and filters its tables.
//!
//! Bars are boxes, map and trend are SVG; colours come from variables, so that the page follows the reader's light or dark scheme.
//! Every figure that a chart shows is also text in a table.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::treemap::{self, Rectangle};
use super::{Counts, State, Stats, tables, target};
use crate::dialect;
use crate::report::{group, plural};

pub(super) fn write(stats: &Stats, out: &mut dyn Write) -> io::Result<()> {
    let total = stats.total();
    let title = format!("Log calls of {}", escape(&stats.name));
    let mut page = String::new();
    page += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    page += &format!("<title>{title}</title>\n<style>\n{}</style>\n", include_str!("page.css"));
    page += &format!("</head>\n<body>\n<header>\n<h1>{title}</h1>\n");
    if total.total() == 0 {
        page += "<p>No log calls were found.</p>\n</header>\n</body>\n</html>\n";
        return out.write_all(page.as_bytes());
    }
    headline(stats, &total, &mut page);
    page += "</header>\n<main>\n";
    if stats.trend.len() > 1 {
        trend(stats, &mut page);
    }
    map(stats, &mut page);
    crates(stats, &mut page);
    tables::rules(stats, &mut page);
    tables::owners(stats, &mut page);
    tables::files(stats, &mut page);
    families(&total, &mut page);
    let script = include_str!("page.js");
    page += &format!("</main>\n<script>\n{script}</script>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

fn headline(stats: &Stats, total: &Counts, page: &mut String) {
    let (percent, left) = (total.percent(), group(total.left()));
    let calls = plural(total.total(), "call", "calls");
    *page += &format!(
        "<p class=\"share\"><strong>{percent}%</strong> migrated: {left} of {calls} \
         still put values into text</p>\n"
    );
    let words = target::forecast(&stats.trend, stats.target).words(stats.target);
    *page += &format!("<p>{}</p>\n", escape(&words));
    bar(total, total.total(), page);
    *page += "<ul class=\"legend\">\n";
    for state in State::ALL {
        let (name, count) = (state.name(), group(total.state(state)));
        *page += &format!(
            "<li><i class=\"{name}\"></i><b>{name}</b> {count} <small>{}</small></li>\n",
            escape(state.meaning())
        );
    }
    *page += "</ul>\n";
}

/// A bar of states, as long as the group is large beside `largest`.
fn bar(counts: &Counts, largest: usize, page: &mut String) {
    let share = |count: usize, of: usize| count as f64 * 100.0 / of.max(1) as f64;
    let width = share(counts.total(), largest).max(0.5);
    let words = State::ALL.map(|state| format!("{} {}", state.name(), counts.state(state)));
    let words = words.join(", ");
    let _ =
        write!(page, "<div class=\"bar\" role=\"img\" aria-label=\"{words}\" title=\"{words}\"");
    let _ = write!(page, " style=\"width:{width:.2}%\">");
    for state in State::ALL.into_iter().filter(|state| counts.state(*state) > 0) {
        let (name, width) = (state.name(), share(counts.state(state), counts.total()));
        let _ = write!(page, "<i class=\"{name}\" style=\"width:{width:.3}%\"></i>");
    }
    *page += "</div>\n";
}

fn trend(stats: &Stats, page: &mut String) {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 180.0;
    const LEFT: f64 = 60.0;
    let n_steps = (stats.trend.len() - 1) as f64;
    let points: Vec<(f64, f64)> = stats
        .trend
        .iter()
        .enumerate()
        .map(|(index, snapshot)| {
            let x = LEFT + index as f64 / n_steps * (WIDTH - LEFT - 20.0);
            let share = snapshot.total() - snapshot.left();
            let share = share as f64 / snapshot.total().max(1) as f64;
            (x, 14.0 + (1.0 - share) * (HEIGHT - 44.0))
        })
        .collect();
    *page += "<section>\n<h2>Trend</h2>\n";
    let _ = writeln!(
        page,
        "<svg class=\"trend\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"share migrated by day\">"
    );
    for percent in [0, 50, 100] {
        let y = 14.0 + (1.0 - f64::from(percent) / 100.0) * (HEIGHT - 44.0);
        let right = WIDTH - 20.0;
        let _ = writeln!(
            page,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y}\" y2=\"{y}\"/>"
        );
        let y = y + 4.0;
        let _ = writeln!(
            page,
            "<text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{percent}%</text>",
            LEFT - 6.0
        );
    }
    let y = 14.0 + (1.0 - stats.target as f64 / 100.0) * (HEIGHT - 44.0);
    let _ = writeln!(
        page,
        "<line class=\"target\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\">\
         <title>target: {}%</title></line>",
        WIDTH - 20.0,
        stats.target
    );
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(page, "<polyline points=\"{}\"/>", line.join(" "));
    for ((x, y), snapshot) in points.iter().zip(&stats.trend) {
        let (date, percent, left) = (escape(&snapshot.date), snapshot.percent(), snapshot.left());
        let _ = writeln!(
            page,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"><title>{date}: {percent}%, {left} left</title></circle>"
        );
    }
    let ends = [(stats.trend.first(), LEFT, "start"), (stats.trend.last(), WIDTH - 20.0, "end")];
    for (snapshot, x, anchor) in ends {
        let date = snapshot.map_or("", |snapshot| snapshot.date.as_str());
        let (y, date) = (HEIGHT - 8.0, escape(date));
        let _ = writeln!(page, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{date}</text>");
    }
    *page += "</svg>\n<details><summary>Figures</summary>\n\
              <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Figures of the trend\"><table>\n";
    *page += "<tr><th>Date<th>Commit<th>Migrated<th>Left<th>Calls</tr>\n";
    for snapshot in stats.trend.iter().rev() {
        let (date, commit) = (escape(&snapshot.date), escape(&snapshot.commit));
        let (percent, left) = (snapshot.percent(), group(snapshot.left()));
        let total = group(snapshot.total());
        let _ = writeln!(
            page,
            "<tr><td>{date}<td><code>{commit}</code><td>{percent}%<td>{left}<td>{total}</tr>"
        );
    }
    *page += "</table></div></details>\n</section>\n";
}

/// Modules by size, coloured by what is left to do.
fn map(stats: &Stats, page: &mut String) {
    const WIDTH: f64 = 960.0;
    const HEIGHT: f64 = 360.0;
    let mut modules = stats.modules();
    modules.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.total()));
    modules.truncate(150);
    let weights: Vec<f64> = modules.iter().map(|(_, counts)| counts.total() as f64).collect();
    let whole = Rectangle { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT };
    *page +=
        "<section tabindex=\"0\" aria-labelledby=\"modules\">\n<h2 id=\"modules\">Modules</h2>\n";
    *page += "<p class=\"note\">Area: number of calls. Colour: share left to migrate, \
              <span class=\"scale\" aria-hidden=\"true\"></span> from none to all.</p>\n";
    let _ = writeln!(
        page,
        "<svg class=\"map\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"modules by number of calls\">"
    );
    for ((name, counts), place) in modules.iter().zip(treemap::layout(&weights, whole)) {
        let Rectangle { x, y, width, height } = place;
        let left = counts.left() as f64 * 100.0 / counts.total().max(1) as f64;
        let words = format!(
            "{}: {}, {}% migrated",
            escape(name),
            plural(counts.total(), "call", "calls"),
            counts.percent()
        );
        let _ = write!(page, "<g><title>{words}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" ");
        let _ = write!(page, "width=\"{width:.1}\" height=\"{height:.1}\" ");
        let _ = writeln!(page, "style=\"--left:{left:.0}%\"/>");
        // About 7 units a letter at the size of the style sheet.
        let room = ((width - 10.0) / 7.0) as usize;
        if room >= 4 && height >= 22.0 {
            let label = fit(name, room);
            let (x, y) = (x + 6.0, y + 16.0);
            let _ = writeln!(page, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escape(&label));
            if height >= 40.0 {
                let (y, percent) = (y + 15.0, counts.percent());
                let _ = writeln!(page, "<text x=\"{x:.1}\" y=\"{y:.1}\">{percent}%</text>");
            }
        }
        *page += "</g>\n";
    }
    *page += "</svg>\n</section>\n";
}

fn crates(stats: &Stats, page: &mut String) {
    let crates = stats.crates();
    let largest = crates.iter().map(|(_, counts)| counts.total()).max().unwrap_or(0);
    *page += "<section>\n<h2>Crates</h2>\n";
    for (name, counts) in &crates {
        // A single crate is opened: there is nothing else to look at.
        let open = if crates.len() == 1 { " open" } else { "" };
        let _ = writeln!(page, "<details{open}><summary>");
        row(name, counts, largest, page);
        *page += "</summary>\n<div class=\"inner\">\n";
        let modules = stats.modules_of(name);
        let largest = modules.iter().map(|(_, counts)| counts.total()).max().unwrap_or(0);
        for (name, counts) in &modules {
            row(name, counts, largest, page);
        }
        *page += "</div></details>\n";
    }
    *page += "</section>\n";
}

fn row(name: &str, counts: &Counts, largest: usize, page: &mut String) {
    let (percent, left, total) = (counts.percent(), group(counts.left()), group(counts.total()));
    let name = escape(name);
    let _ = write!(page, "<div class=\"row\"><span class=\"name\" title=\"{name}\">{name}</span>");
    let _ =
        write!(page, "<span class=\"figures\">{percent}% <small>{left} left of {total}</small>");
    *page += "</span><div class=\"track\">";
    bar(counts, largest, page);
    *page += "</div></div>\n";
}

fn families(total: &Counts, page: &mut String) {
    *page += "<section>\n<h2 id=\"families\">Macro families</h2>\n\
              <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"families\"><table>\n<tr><th>Family";
    for state in State::ALL {
        let _ = write!(page, "<th>{}", state.name());
    }
    *page += "</tr>\n";
    for dialect in dialect::ALL {
        let row = total.dialect(dialect);
        if row.iter().sum::<usize>() > 0 {
            let _ = write!(page, "<tr><td>{}", dialect.name);
            for count in row {
                let _ = write!(page, "<td>{}", group(count));
            }
            *page += "</tr>\n";
        }
    }
    *page += "</table></div>\n</section>\n";
}

/// The end of a path says more than its beginning.
fn fit(name: &str, room: usize) -> String {
    let name =
        if name.chars().count() > room { name.rsplit("::").next().unwrap_or(name) } else { name };
    let length = name.chars().count();
    if length <= room {
        return name.to_owned();
    }
    let start: String = name.chars().take(room.saturating_sub(1)).collect();
    format!("{start}…")
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
