//! All figures as one JSON document.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Counts, State, Stats};
use crate::dialect;

pub(super) fn write(stats: &Stats, out: &mut dyn Write) -> io::Result<()> {
    let named = |groups: Vec<(String, Counts)>| -> Vec<Value> {
        let entry = |(name, counts): (String, Counts)| {
            let mut entry = counts_json(&counts);
            entry.shift_insert(0, "name".to_owned(), json!(name));
            Value::Object(entry)
        };
        groups.into_iter().map(entry).collect()
    };
    let total = stats.total();
    let families: Map<String, Value> = dialect::ALL
        .iter()
        .map(|dialect| {
            let row = total.dialect(dialect);
            let states = State::ALL.iter().zip(row);
            let states = states.map(|(state, count)| (state.name().to_owned(), json!(count)));
            (dialect.name.to_owned(), Value::Object(states.collect()))
        })
        .collect();
    let files: Vec<Value> = stats
        .files
        .iter()
        .map(|file| {
            let mut entry = counts_json(&file.counts);
            entry.shift_insert(0, "path".to_owned(), json!(file.path));
            entry.shift_insert(1, "crate".to_owned(), json!(file.crate_name));
            entry.shift_insert(2, "module".to_owned(), json!(file.module.join("::")));
            entry.insert("findings".to_owned(), json!(file.n_findings));
            entry.insert("owners".to_owned(), json!(file.owners));
            entry.insert("leftLines".to_owned(), json!(file.left));
            Value::Object(entry)
        })
        .collect();
    let rules: Vec<Value> = stats
        .rules
        .iter()
        .map(|it| {
            json!({ "rule": it.rule, "deny": it.n_deny, "warn": it.n_warn, "fixable": it.n_fixable })
        })
        .collect();
    let document = json!({
        "version": 1,
        "total": counts_json(&total),
        "families": families,
        "crates": named(stats.crates()),
        "modules": named(stats.modules()),
        "rules": rules,
        "files": files,
        "trend": stats.trend,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn counts_json(counts: &Counts) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("calls".to_owned(), json!(counts.total()));
    entry.insert("percent".to_owned(), json!(counts.percent()));
    for state in State::ALL {
        entry.insert(state.name().to_owned(), json!(counts.state(state)));
    }
    entry
}
