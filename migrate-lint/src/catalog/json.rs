//! The catalog's own form: a document with one line for each statement, made to be compared.

use std::fmt;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Catalog, Key, Kind, Statement};

/// Version of the form.
const VERSION: u64 = 1;

/// A text is no catalog.
#[derive(Debug)]
pub struct ReadError(String);

pub(super) fn write(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\n\"version\": {VERSION},\n\"statements\": [")?;
    let mut separator = "\n";
    for statement in &catalog.statements {
        write!(out, "{separator}{}", record(statement))?;
        separator = ",\n";
    }
    writeln!(out, "\n]\n}}")
}

/// Reads what `cargo klog catalog` has written.
///
/// # Errors
///
/// The text is not JSON, or not a catalog, or one of a later version.
pub fn read(text: &str) -> Result<Catalog, ReadError> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| ReadError(format!("not a catalog, because it is not JSON: {error}")))?;
    match document.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(version) => {
            return Err(ReadError(format!(
                "a catalog of version {version}, and this program reads version {VERSION}"
            )));
        }
        None => {
            let hint = "not a catalog: `cargo klog catalog > catalog.json` writes one";
            return Err(ReadError(hint.to_owned()));
        }
    }
    let records = document.get("statements").and_then(Value::as_array);
    let records = records.ok_or_else(|| ReadError("a catalog without `statements`".to_owned()))?;
    let statements = records.iter().enumerate().map(|(index, record)| {
        statement(record).map_err(|name| {
            ReadError(format!("statement {} of the catalog has no usable `{name}`", index + 1))
        })
    });
    Ok(Catalog { statements: statements.collect::<Result<_, _>>()? })
}

fn record(statement: &Statement) -> Value {
    let keys: Map<String, Value> =
        statement.keys.iter().map(|key| (key.name.clone(), key.kind.name().into())).collect();
    json!({
        "id": statement.id,
        "crate": statement.crate_name,
        "module": statement.module,
        "function": statement.function,
        "file": statement.file,
        "line": statement.line,
        "severity": statement.severity,
        "v": statement.v,
        "message": statement.message,
        "keys": keys,
        "logger": statement.logger,
        "dialect": statement.dialect,
    })
}

fn statement(record: &Value) -> Result<Statement, &'static str> {
    let text = |name: &'static str| {
        record.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(name)
    };
    let number = |name: &str| record.get(name).and_then(Value::as_u64);
    let mut keys = Vec::new();
    for (name, kind) in record.get("keys").and_then(Value::as_object).ok_or("keys")? {
        let kind = kind.as_str().and_then(Kind::named).ok_or("keys")?;
        keys.push(Key { name: name.clone(), kind });
    }
    Ok(Statement {
        id: text("id")?,
        crate_name: text("crate")?,
        module: text("module")?,
        function: text("function")?,
        file: text("file")?,
        line: number("line").and_then(|line| line.try_into().ok()).unwrap_or(0),
        severity: text("severity")?,
        v: number("v").and_then(|v| v.try_into().ok()),
        message: text("message")?,
        keys,
        logger: text("logger").ok(),
        dialect: text("dialect")?,
    })
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}
