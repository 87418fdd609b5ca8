//! Labels that Loki's parsers make of a statement's lines.

use std::collections::HashMap;

use crate::catalog::{Catalog, Key, Kind, Statement};
use crate::queries::line::{Class, Format};

/// Labels by format and name, with the statements that have them.
#[derive(Debug, Default)]
pub(super) struct Labels {
    by_name: [HashMap<String, Vec<(usize, Label)>>; 3],
}

/// The value of a label.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Label {
    /// Always this.
    Fixed(String),
    /// The statement's message.
    Message,
    /// A value of this kind.
    Of(Kind),
    /// Whatever it is, or missing.
    Maybe,
}

impl Labels {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let mut labels = Self::default();
        for (index, statement) in catalog.statements.iter().enumerate() {
            for format in Format::ALL.into_iter().filter(|format| format.is_of(statement)) {
                let mut add = |name: &str, label: Label| {
                    let by_name = &mut labels.by_name[format as usize];
                    by_name.entry(name.to_owned()).or_default().push((index, label));
                };
                match format {
                    Format::Text => {
                        statement.keys.iter().for_each(|key| add(&sanitized(&key.name), text(key)));
                    }
                    Format::Json => json(statement, &mut add),
                    Format::Tracing => tracing(statement, &mut add),
                }
            }
        }
        labels
    }

    /// Statements whose lines have a label when they are taken apart, in this format.
    pub(super) fn of(&self, format: Format, name: &str) -> &[(usize, Label)] {
        self.by_name[format as usize].get(name).map_or(&[], Vec::as_slice)
    }

    /// Names of labels of some statements, in one format.
    pub(super) fn names(&self, format: Format) -> impl Iterator<Item = (&str, &[(usize, Label)])> {
        self.by_name[format as usize].iter().map(|(name, all)| (name.as_str(), all.as_slice()))
    }
}

/// What `logfmt` makes of klog's text: the pairs.
fn text(key: &Key) -> Label {
    match key.kind {
        Kind::Object | Kind::List => Label::Of(Kind::String),
        kind => Label::Of(kind),
    }
}

fn json(statement: &Statement, add: &mut impl FnMut(&str, Label)) {
    add("ts", Label::Of(Kind::Number));
    add("caller", Label::Of(Kind::String));
    add("msg", Label::Message);
    let fixed = |text: &str| Label::Fixed(text.to_owned());
    match statement.severity.as_str() {
        "info" | "warning" => match statement.v {
            Some(v) => add("v", fixed(&v.to_string())),
            None if statement.severity == "warning" => add("v", fixed("0")),
            None => add("v", Label::Of(Kind::Number)),
        },
        "error" | "fatal" => {}
        _ => add("v", Label::Maybe),
    }
    match statement.severity.as_str() {
        severity @ ("warning" | "fatal") => add("severity", fixed(severity)),
        "info" | "error" => {}
        _ => add("severity", Label::Maybe),
    }
    // Errors of callers' loggers have names too.
    add("logger", Label::Maybe);
    for key in &statement.keys {
        let name = sanitized(&key.name);
        match key.kind {
            Kind::Object => {
                add(&format!("{name}_name"), Label::Of(Kind::String));
                add(&format!("{name}_namespace"), Label::Maybe);
            }
            // Lists are no labels.
            Kind::List => {}
            kind => add(&name, Label::Of(kind)),
        }
    }
}

fn tracing(statement: &Statement, add: &mut impl FnMut(&str, Label)) {
    add("timestamp", Label::Of(Kind::String));
    add("level", Label::Fixed(crate::queries::line::tracing_level(statement).to_owned()));
    add("target", Label::Of(Kind::String));
    for name in ["filename", "line_number", "threadName", "threadId", "span_name"] {
        add(name, Label::Maybe);
    }
    for prefix in ["", "fields_"] {
        add(&format!("{prefix}message"), Label::Message);
        for key in &statement.keys {
            add(&format!("{prefix}{}", sanitized(&key.name)), Label::Of(key.kind));
        }
    }
}

/// A key as the name of a label.
pub(super) fn sanitized(key: &str) -> String {
    let one = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == ':' { c } else { '_' };
    let name: String = key.chars().map(one).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// Whether a value of a kind can be written so.
pub(super) fn can_be(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Number => text.parse::<f64>().is_ok() || matches!(text, "NaN" | "+Inf" | "-Inf"),
        Kind::Bool => matches!(text, "true" | "false" | "null" | ""),
        Kind::String | Kind::List | Kind::Object | Kind::Unknown => true,
    }
}

/// The class of a value's text.
pub(super) fn class(kind: Kind) -> Class {
    match kind {
        Kind::Number => Class::Number,
        Kind::Bool => Class::Truth,
        Kind::String | Kind::List | Kind::Object | Kind::Unknown => Class::Any,
    }
}
