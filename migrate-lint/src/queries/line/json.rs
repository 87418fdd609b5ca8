//! component-base's JSON: `{"ts":1,"caller":"src/main.rs:42","msg":"Pod is ready","v":0,"pod":{"name":"web"},"err":"…"}`.

use super::{Class, Line, Meaning, file_name, is_optional, json_text};
use crate::catalog::{Kind, Statement};

pub(super) fn write(statement: &Statement, line: &mut Line) {
    line.fixed(Meaning::Sign, "{\"");
    line.fixed(Meaning::Header, "ts");
    line.fixed(Meaning::Sign, "\":");
    line.open(Class::Number);
    if let Some(logger) = &statement.logger {
        // Names of outer loggers come before it.
        line.fixed(Meaning::Header, ",\"logger\":\"");
        line.open(Class::Context);
        line.fixed(Meaning::Header, &json_text(logger));
        line.fixed(Meaning::Sign, "\"");
    } else {
        line.open(Class::Context);
    }
    line.fixed(Meaning::Header, ",\"caller\":\"");
    line.open(Class::Context);
    line.fixed(Meaning::Header, &format!("{}:", file_name(&statement.file)));
    line.open(Class::Number);
    line.fixed(Meaning::Header, "\",\"msg\":\"");
    line.message(&statement.message, json_text);
    line.fixed(Meaning::Sign, "\"");
    severity(statement, line);
    line.open(Class::Context);
    for key in statement.keys.iter().filter(|key| key.name != "err") {
        if is_optional(key) {
            line.open(Class::Context);
            continue;
        }
        if key.name == "{}" {
            line.open(Class::Any);
            continue;
        }
        line.fixed(Meaning::Sign, ",\"");
        line.fixed(Meaning::Key, &json_text(&key.name));
        line.fixed(Meaning::Sign, "\":");
        if key.kind == Kind::Object {
            object(line);
        } else {
            line.json_value(key.kind);
        }
    }
    if statement.keys.iter().any(|key| key.name == "err") {
        line.fixed(Meaning::Sign, ",\"");
        line.fixed(Meaning::Key, "err");
        line.fixed(Meaning::Sign, "\":");
        line.json_value(Kind::String);
    }
    line.fixed(Meaning::Sign, "}");
}

fn severity(statement: &Statement, line: &mut Line) {
    let level = |line: &mut Line| {
        line.fixed(Meaning::Header, ",\"v\":");
        match statement.v {
            Some(v) => line.fixed(Meaning::Header, &v.to_string()),
            None if statement.severity == "warning" => line.fixed(Meaning::Header, "0"),
            None => line.open(Class::Number),
        }
    };
    match statement.severity.as_str() {
        "info" => level(line),
        "warning" => {
            level(line);
            line.fixed(Meaning::Header, ",\"severity\":\"warning\"");
        }
        "error" => {}
        "fatal" => line.fixed(Meaning::Header, ",\"severity\":\"fatal\""),
        _ => line.open(Class::Words),
    }
}

/// The reference of a Kubernetes object.
fn object(line: &mut Line) {
    line.fixed(Meaning::Sign, "{\"");
    line.fixed(Meaning::Key, "name");
    line.fixed(Meaning::Sign, "\":");
    line.fixed(Meaning::Quote, "\"");
    line.open(Class::Text);
    line.fixed(Meaning::Sign, "\"");
    // Objects of a cluster as a whole have no namespace.
    line.open(Class::Any);
    line.fixed(Meaning::Sign, "}");
}
