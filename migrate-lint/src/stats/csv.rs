//! A line for each file, by RFC 4180.

use super::{State, Stats};

/// All files with their figures.
pub(super) fn of(stats: &Stats) -> String {
    let mut text = "path,crate,module,owners,calls,left".to_owned();
    for state in State::ALL {
        text += &format!(",{}", state.name());
    }
    text += ",percent,findings\r\n";
    for file in &stats.files {
        let counts = &file.counts;
        let names = [&file.path, &file.crate_name, &file.module.join("::"), &file.owners.join(" ")];
        let names: Vec<String> = names.map(|name| cell(name)).to_vec();
        text += &format!("{},{},{}", names.join(","), counts.total(), counts.left());
        for state in State::ALL {
            text += &format!(",{}", counts.state(state));
        }
        text += &format!(",{},{}\r\n", counts.percent(), file.n_findings);
    }
    text
}

/// A name as a cell: no spreadsheet takes it for a formula.
fn cell(name: &str) -> String {
    let is_formula = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let name = if is_formula { format!("'{name}") } else { name.to_owned() };
    match name.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name,
    }
}
