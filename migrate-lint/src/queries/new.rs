//! `--new`: a rule that matches a statement.

use std::fmt::Write as _;

use super::judge::string;
use crate::catalog::{Catalog, Kind, Statement};

/// A rule for the statements that have a message and keys, or why there is none.
///
/// # Errors
///
/// No statement has them, or statements with different messages do.
pub fn rule(catalog: &Catalog, wanted: &super::input::Wanted) -> Result<String, String> {
    let matches = |statement: &&Statement| {
        wanted.message.as_ref().is_none_or(|message| statement.has_message(message))
            && wanted.keys.iter().all(|(key, _)| statement.keys.iter().any(|it| it.name == *key))
    };
    let found: Vec<&Statement> = catalog.statements.iter().filter(matches).collect();
    let Some(first) = found.first() else {
        let text = wanted.message.clone().unwrap_or_default();
        let near = super::judge::nearest_message(catalog, &text);
        let hint =
            near.map_or_else(String::new, |near| format!("; the nearest message is \"{near}\""));
        return Err(format!("no statement has this message and these keys{hint}"));
    };
    let mut messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    messages.sort_unstable();
    messages.dedup();
    if messages.len() > 1 {
        let shown: Vec<String> =
            messages.iter().take(5).map(|message| format!("\"{message}\"")).collect();
        return Err(format!(
            "{} messages are meant: {}; name one with `msg=`",
            messages.len(),
            shown.join(", ")
        ));
    }
    if first.message.contains("{}") {
        return Err(
            "the message holds values, so that no filter can name it; make it constant first"
                .to_owned(),
        );
    }
    Ok(written(first, &found, wanted))
}

fn written(first: &Statement, found: &[&Statement], wanted: &super::input::Wanted) -> String {
    let is_shared = |name: &str| found.iter().all(|it| it.keys.iter().any(|key| key.name == name));
    let mut labels = Vec::new();
    let mut keys = Vec::new();
    for key in first.keys.iter().filter(|key| is_shared(&key.name)) {
        keys.push(format!("{} ({})", key.name, key.kind.name()));
        if key.kind == Kind::Object {
            labels.push(format!("{}_namespace", key.name));
            labels.push(format!("{}_name", key.name));
        }
    }
    let mut filters = format!("| json | msg={}", string(&first.message));
    for (key, value) in &wanted.keys {
        let value = value.as_ref().map(|value| string(value));
        let _ = write!(
            filters,
            " | {key}{}",
            value.map_or_else(|| "!=\"\"".to_owned(), |value| format!("={value}"))
        );
    }
    let by = if labels.is_empty() { String::new() } else { format!(" by ({})", labels.join(", ")) };
    let places: Vec<String> = found.iter().map(|it| format!("{}:{}", it.file, it.line)).collect();
    let mut out = String::new();
    let _ = writeln!(out, "# \"{}\" ({})", first.message, places.join(", "));
    if !keys.is_empty() {
        let _ = writeln!(out, "# keys: {}", keys.join(", "));
    }
    let severity = match first.severity.as_str() {
        "error" | "fatal" => "critical",
        "warning" => "warning",
        _ => "info",
    };
    let app = if first.crate_name.is_empty() { "my-app" } else { &first.crate_name };
    let _ = writeln!(
        out,
        "groups:\n  - name: {app}\n    rules:\n      - alert: {}",
        alert_name(&first.message)
    );
    let _ = writeln!(out, "        expr: |");
    let _ =
        writeln!(out, "          sum{by} (count_over_time({{app=\"{app}\"}} {filters} [5m])) > 0");
    let _ = writeln!(out, "        labels:\n          severity: {severity}");
    let subject = labels.chunks(2).next().map_or_else(String::new, |pair| {
        format!(
            ": {}",
            pair.iter()
                .map(|label| format!("{{{{ $labels.{label} }}}}"))
                .collect::<Vec<_>>()
                .join("/")
        )
    });
    let summary = format!("{}{subject}", first.message);
    let summary = serde_json::Value::from(summary).to_string();
    let _ = writeln!(out, "        annotations:\n          summary: {summary}");
    out
}

/// `Could not update pod status` as `CouldNotUpdatePodStatus`.
fn alert_name(message: &str) -> String {
    let words = message.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_ascii_uppercase())
        })
        .collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("Log{name}"),
    }
}
