//! klog's text: `I0304 05:06:07.089012    4711 main.rs:42] "Pod is ready" pod="default/web" attempt=3`.

use super::{Class, Line, Meaning, file_name, is_optional};
use crate::catalog::{Key, Kind, Statement};

pub(super) fn write(statement: &Statement, line: &mut Line) {
    match statement.severity.as_str() {
        "info" => line.fixed(Meaning::Header, "I"),
        "warning" => line.fixed(Meaning::Header, "W"),
        "error" => line.fixed(Meaning::Header, "E"),
        "fatal" => line.fixed(Meaning::Header, "F"),
        _ => line.open(Class::Words),
    }
    line.open(Class::Clock("0304 05:06:07.089012    4711"));
    line.fixed(Meaning::Header, &format!(" {}:", file_name(&statement.file)));
    line.open(Class::Number);
    line.fixed(Meaning::Sign, "] \"");
    line.message(&statement.message, go_text);
    line.fixed(Meaning::Sign, "\"");
    let (errors, others): (Vec<&Key>, Vec<&Key>) =
        statement.keys.iter().partition(|key| key.name == "err");
    for key in errors {
        pair(key, line);
    }
    line.open(Class::Context);
    for key in others {
        if is_optional(key) {
            line.open(Class::Context);
        } else {
            pair(key, line);
        }
    }
}

fn pair(key: &Key, line: &mut Line) {
    line.fixed(Meaning::Sign, " ");
    if key.name == "{}" {
        line.open(Class::Any);
    } else {
        line.fixed(Meaning::Key, &key.name);
    }
    line.fixed(Meaning::Sign, "=");
    match key.kind {
        Kind::String | Kind::Object => {
            line.fixed(Meaning::Quote, "\"");
            line.open(Class::Text);
            line.fixed(Meaning::Sign, "\"");
        }
        Kind::Number => line.open(Class::Number),
        Kind::Bool => line.open(Class::Truth),
        Kind::List | Kind::Unknown => line.open(Class::Any),
    }
}

/// A text as Go quotes it.
fn go_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted
}
