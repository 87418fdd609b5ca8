//! Tables of the page that can be sorted and filtered: findings by rule, owners, files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::html::escape;
use super::{Counts, FileStats, Stats, csv, sum};
use crate::report::group;

/// Lines of a file that are linked one by one.
const N_LINES: usize = 12;

/// Findings by rule and level.
pub(super) fn rules(stats: &Stats, page: &mut String) {
    if stats.rules.is_empty() {
        return;
    }
    let head = ["Rule", "Denied", "Warned", "Fixable"];
    open(page, "findings", "Findings by rule", &head);
    for it in &stats.rules {
        let name = format!("<code>{}</code>", escape(&it.rule));
        row(page, &name, &it.rule, &[it.n_deny, it.n_warn, it.n_fixable]);
    }
    close(page);
}

/// Calls and findings by owner; a file of several owners counts for each.
pub(super) fn owners(stats: &Stats, page: &mut String) {
    let mut by_owner = BTreeMap::<&str, Vec<&FileStats>>::new();
    for file in &stats.files {
        let names = file.owners.iter().map(String::as_str);
        let nobody = file.owners.is_empty().then_some("(nobody)");
        names.chain(nobody).for_each(|name| by_owner.entry(name).or_default().push(file));
    }
    if by_owner.keys().all(|name| *name == "(nobody)") {
        return;
    }
    open(page, "owners", "Owners", &["Owner", "Left", "Calls", "Migrated %", "Findings"]);
    for (name, files) in by_owner {
        let n_findings = files.iter().map(|file| file.n_findings).sum();
        let counts: Counts = sum(files.into_iter());
        let figures = [counts.left(), counts.total(), counts.percent(), n_findings];
        row(page, &escape(name), name, &figures);
    }
    close(page);
}

/// Files, those with most left to do first, with links to the lines.
pub(super) fn files(stats: &Stats, page: &mut String) {
    let mut files: Vec<&FileStats> = stats.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse((file.counts.left(), file.n_findings)));
    let head = ["File", "Owners", "Left", "Calls", "Migrated %", "Findings"];
    open(page, "files", "Files", &head);
    for file in files {
        let name = format!("<code>{}</code>", escape(&file.path));
        let name = match &stats.links {
            Some(links) => {
                let first = file.left.first().copied().unwrap_or(1);
                let mut cell = anchor(&links.line(&file.path, first), &name);
                if !file.left.is_empty() {
                    cell += "<span class=\"lines\">";
                    for line in file.left.iter().take(N_LINES) {
                        let text = format!("{line}");
                        let label = format!(" aria-label=\"{}, line {line}\"", escape(&file.path));
                        let address = escape(&links.line(&file.path, *line));
                        let _ = write!(cell, "<a href=\"{address}\"{label}>{text}</a> ");
                    }
                    if file.left.len() > N_LINES {
                        let _ = write!(cell, "and {} more", group(file.left.len() - N_LINES));
                    }
                    cell += "</span>";
                }
                cell
            }
            None => name,
        };
        let owners = escape(&file.owners.join(" "));
        let counts = &file.counts;
        let figures = [counts.left(), counts.total(), counts.percent(), file.n_findings];
        let _ = write!(page, "<tr><th scope=\"row\" data-key=\"{}\">{name}", escape(&file.path));
        let _ = write!(page, "<td>{owners}");
        cells(page, &figures);
    }
    close(page);
    let data: String = csv::of(stats)
        .bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let _ = writeln!(
        page,
        "<p><a download=\"log-calls.csv\" href=\"data:text/csv;charset=utf-8,{data}\">Files as CSV</a></p>"
    );
}

fn anchor(address: &str, text: &str) -> String {
    format!("<a href=\"{}\">{text}</a>", escape(address))
}

/// Buttons sort, a field filters; without scripts it is a table all the same.
fn open(page: &mut String, id: &str, title: &str, head: &[&str]) {
    let _ = writeln!(page, "<section>\n<h2 id=\"{id}-title\">{title}</h2>");
    let _ = writeln!(
        page,
        "<p class=\"filter\" hidden><label for=\"{id}-filter\">Filter {}</label> \
         <input id=\"{id}-filter\" type=\"search\" data-of=\"{id}\"> \
         <span role=\"status\"></span></p>",
        title.to_lowercase()
    );
    let _ = writeln!(
        page,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}-title\">\
         <table id=\"{id}\" class=\"sortable\">\n<thead><tr>"
    );
    for name in head {
        let _ = write!(page, "<th scope=\"col\">{name}");
    }
    *page += "</tr></thead>\n<tbody>\n";
}

fn close(page: &mut String) {
    *page += "</tbody>\n</table></div>\n</section>\n";
}

fn row(page: &mut String, name: &str, key: &str, figures: &[usize]) {
    let _ = write!(page, "<tr><th scope=\"row\" data-key=\"{}\">{name}", escape(key));
    cells(page, figures);
}

fn cells(page: &mut String, figures: &[usize]) {
    for figure in figures {
        let _ = write!(page, "<td data-key=\"{figure}\">{}", group(*figure));
    }
    *page += "</tr>\n";
}
