//! Tables for people: a section for each crate, a row for each statement.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Catalog, Statement};
use crate::report::{code, plain_or_code, plural};

pub(super) fn write(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let mut crates = BTreeMap::<&str, Vec<&Statement>>::new();
    for statement in &catalog.statements {
        crates.entry(&statement.crate_name).or_default().push(statement);
    }
    let statements = plural(catalog.statements.len(), "statement", "statements");
    writeln!(out, "# Log statements\n\n{statements}.")?;
    for (name, statements) in crates {
        let name = if name.is_empty() { "(no package)".to_owned() } else { plain_or_code(name) };
        writeln!(out, "\n## {name}\n")?;
        writeln!(out, "| severity | message | keys | where |\n|---|---|---|---|")?;
        for statement in statements {
            let severity = match statement.v {
                Some(v @ 1..) => format!("{} V{v}", statement.severity),
                _ => statement.severity.clone(),
            };
            let keys = statement
                .keys
                .iter()
                .map(|key| format!("{} ({})", code(&key.name), key.kind.name()));
            let keys = keys.collect::<Vec<_>>().join(", ");
            let place = plain_or_code(&format!("{}:{}", statement.file, statement.line));
            let message = code(&statement.message);
            writeln!(out, "| {severity} | {message} | {keys} | {place} |")?;
        }
    }
    Ok(())
}
