//! `tracing-subscriber`'s JSON: `{"timestamp":"…","level":"INFO","fields":{"message":"Pod is ready","pod":"…"},"target":"…"}`.
//!
//! With `flatten_event(true)` fields are beside `level`; braces around them are therefore open.

use super::{Class, Line, Meaning, json_text};
use crate::catalog::{Kind, Statement};

pub(super) fn write(statement: &Statement, line: &mut Line) {
    line.fixed(Meaning::Header, "{\"timestamp\":\"");
    line.open(Class::Clock("2026-03-04T05:06:07.089012Z"));
    line.fixed(Meaning::Header, "\",\"level\":\"");
    line.fixed(Meaning::Header, level(statement));
    line.fixed(Meaning::Header, "\",");
    line.open(Class::Context);
    // Fields come in the order of their names. A target is none of them: every entry has one, beside them.
    let keys = statement.keys.iter().filter(|key| key.name != "target");
    let mut fields: Vec<(&str, Option<Kind>)> =
        keys.map(|key| (key.name.as_str(), Some(key.kind))).collect();
    fields.push(("message", None));
    fields.sort_by_key(|(name, _)| *name);
    for (index, (name, kind)) in fields.into_iter().enumerate() {
        line.fixed(Meaning::Sign, if index == 0 { "\"" } else { ",\"" });
        line.fixed(if kind.is_some() { Meaning::Key } else { Meaning::Header }, &json_text(name));
        line.fixed(Meaning::Sign, "\":");
        match kind {
            None => {
                line.fixed(Meaning::Sign, "\"");
                line.message(&statement.message, json_text);
                line.fixed(Meaning::Sign, "\"");
            }
            // `?` and `%` make strings of everything.
            Some(Kind::Object | Kind::List) => line.open(Class::Any),
            Some(kind) => line.json_value(kind),
        }
    }
    line.open(Class::Context);
    line.fixed(Meaning::Sign, "}");
}

/// The name of the level in `tracing`.
pub(in crate::queries) fn level(statement: &Statement) -> &'static str {
    match (statement.severity.as_str(), statement.v) {
        ("warning", _) => "WARN",
        ("error" | "fatal", _) => "ERROR",
        (_, Some(5..)) => "TRACE",
        (_, Some(4)) => "DEBUG",
        _ => "INFO",
    }
}
