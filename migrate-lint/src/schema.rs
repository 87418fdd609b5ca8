//! JSON Schemas (draft 2020-12) of what `cargo klog` reads and writes, for editors and other programs.
//!
//! `schema/` has them as files; a test compares, and tries that of klog.toml beside its reader.

use serde_json::{Value, json};

use crate::catalog::Kind;
use crate::finding::Level;
use crate::settings::{ErrorKey, FixDialect, KeyCase, MessageCase};
use crate::{check_log, queries, rules};

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Of {
    /// `klog.toml`
    Config,
    /// What `--format json` of `lint`, `check-log` and `queries` prints
    Report,
    /// What `cargo klog catalog` prints
    Catalog,
    /// `klog-baseline.json`
    Baseline,
}

impl Of {
    /// All that there are.
    pub const ALL: [Of; 4] = [Of::Config, Of::Report, Of::Catalog, Of::Baseline];

    /// Name of the file in `schema/`.
    pub fn file_name(self) -> &'static str {
        match self {
            Of::Config => "klog.toml.schema.json",
            Of::Report => "report.schema.json",
            Of::Catalog => "catalog.schema.json",
            Of::Baseline => "baseline.schema.json",
        }
    }

    /// The schema.
    pub fn schema(self) -> Value {
        let (title, mut schema) = match self {
            Of::Config => ("Configuration of cargo klog", config()),
            Of::Report => ("Findings of cargo klog", report()),
            Of::Catalog => ("Log statements of a workspace", catalog()),
            Of::Baseline => ("Findings that are accepted", baseline()),
        };
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["title"] = json!(title);
        schema
    }
}

fn config() -> Value {
    let cases: Vec<&str> = KeyCase::ALL.into_iter().map(KeyCase::name).collect();
    let dialects: Vec<&str> = FixDialect::all().map(FixDialect::name).collect();
    let keys = closed(
        json!({
            "case": { "enum": cases, "description": "Case of keys; else lowerCamelCase for klog and snake_case for the others" },
            "error": { "enum": ErrorKey::ALL.map(ErrorKey::name), "description": "Key for errors" },
            "allow": described(strings(), "Keys that are always right"),
            "forbid": described(strings(), "Keys that are always wrong"),
            "replace": {
                "type": "object",
                "additionalProperties": { "type": "string" },
                "description": "Wrong key to right key",
            },
            "reserved": described(strings(), "Keys that the output writes itself"),
            "secret": described(strings(), "Parts of names that make a value a secret"),
        }),
        &[],
    );
    let messages = closed(
        json!({
            "case": { "enum": MessageCase::ALL.map(MessageCase::name), "description": "How messages begin" },
        }),
        &[],
    );
    let path = closed(
        json!({
            "path": described(patterns(), "Files, by patterns as in a .gitignore"),
            "levels": levels(),
            "reason": { "type": "string", "description": "Why" },
        }),
        &["path", "levels"],
    );
    let wrapper = closed(
        json!({
            "name": { "type": "string", "description": "Name of the macro" },
            "like": { "type": "string", "pattern": "::", "description": "What it stands for, such as `log::info`" },
            "skip": { "type": "integer", "minimum": 0, "description": "Arguments before the message's" },
            "without-logger": { "type": "boolean", "description": "It takes no logger, although what it stands for does" },
        }),
        &["name", "like"],
    );
    let queries = closed(
        json!({
            "files": described(patterns(), "Files of alert rules and dashboards"),
            "keys": described(strings(), "Keys that any line can have"),
        }),
        &[],
    );
    closed(
        json!({
            "dialect": { "enum": dialects, "description": "Macros that fixes write" },
            "exclude": described(patterns(), "Files that are not read"),
            "baseline": { "type": "string", "description": "File of accepted findings" },
            "history": { "type": "string", "description": "File of the figures that the trend is drawn from" },
            "levels": levels(),
            "path": { "type": "array", "minItems": 1, "items": path, "description": "The ledger: in order, a later entry wins" },
            "wrapper": { "type": "array", "minItems": 1, "items": wrapper, "description": "Macros whose definition does not make plain what they stand for" },
            "keys": keys,
            "messages": messages,
            "queries": queries,
            "query": { "description": "Queries, as in a file of rules" },
        }),
        &[],
    )
}

fn levels() -> Value {
    let mut names: Vec<&str> = rules::all().flat_map(|rule| [rule.group, rule.name]).collect();
    names.push("all");
    names.sort_unstable();
    names.dedup();
    let all = [Level::Allow, Level::Warn, Level::Deny].map(Level::name);
    json!({
        "type": "object",
        "propertyNames": { "enum": names },
        "additionalProperties": { "enum": all },
        "description": "Levels by rule, group or `all`",
    })
}

fn report() -> Value {
    let text = json!({ "type": "string" });
    let maybe_text = json!({ "type": ["string", "null"] });
    let count = json!({ "type": "integer", "minimum": 0 });
    let position = open(json!({ "line": count, "column": count, "offset": count }));
    let range = open(json!({ "start": position, "end": position }));
    let safety = json!({ "enum": ["safe", "unsafe"] });
    let edit = open(json!({ "range": range, "text": text }));
    let fix = open(json!({ "title": text, "applicability": safety, "edits": list(&edit) }));
    let related = open(json!({ "message": text, "range": range }));
    let names = rules::all().map(|rule| rule.name);
    let names = names.chain(check_log::rules().map(|rule| rule.name));
    let mut names: Vec<&str> = names.chain(queries::rules().map(|rule| rule.name)).collect();
    names.sort_unstable();
    names.dedup();
    let finding = open(json!({
        "rule": { "enum": names },
        "also": described(list(&json!({ "enum": names })), "Rules that the same fix answers"),
        "level": { "enum": ["warn", "deny"] },
        "message": text,
        "label": maybe_text,
        "crate": maybe_text,
        "path": text,
        "range": range,
        "related": list(&related),
        "help": list(&text),
        "fix": { "anyOf": [fix, { "type": "null" }] },
        "rewrite": { "type": ["object", "null"] },
        "fingerprint": text,
    }));
    let problem = open(json!({
        "path": text,
        "line": { "type": ["integer", "null"] },
        "message": text,
    }));
    let gone = open(json!({ "path": text, "rule": text, "count": count }));
    open(json!({
        "version": { "const": 1 },
        "findings": list(&finding),
        "problems": list(&problem),
        "baselineGone": list(&gone),
        "summary": { "type": "object", "additionalProperties": count },
    }))
}

fn catalog() -> Value {
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let kinds = Kind::ALL.map(Kind::name);
    let statement = open(json!({
        "id": text,
        "crate": text,
        "module": text,
        "function": text,
        "file": text,
        "line": count,
        "severity": text,
        "v": { "type": ["integer", "null"] },
        "message": text,
        "keys": { "type": "object", "additionalProperties": { "enum": kinds } },
        "logger": { "type": ["string", "null"] },
        "dialect": text,
    }));
    open(json!({ "version": { "const": 1 }, "statements": list(&statement) }))
}

fn baseline() -> Value {
    let words = "`path rule hash`, one for each finding; the last one is empty";
    open(json!({
        "version": { "const": 2 },
        "findings": described(list(&json!({ "type": "string" })), words),
    }))
}

/// An object that a user writes: nothing else may be in it.
fn closed(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "properties": {}, "additionalProperties": false });
    schema["properties"] = properties;
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// An object that a program writes: all of it is there, and a later version may have more.
fn open(properties: Value) -> Value {
    let names: Vec<String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let mut schema = json!({ "type": "object", "properties": {}, "required": names });
    schema["properties"] = properties;
    schema
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn strings() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
}

/// A pattern cannot exclude.
fn patterns() -> Value {
    let pattern = json!({ "type": "string", "not": { "pattern": "^!" } });
    json!({ "anyOf": [pattern, { "type": "array", "items": pattern }] })
}

fn described(mut schema: Value, words: &str) -> Value {
    schema["description"] = json!(words);
    schema
}
