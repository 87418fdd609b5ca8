//! `[[query]]` of `klog.toml`: a message and keys, for pipelines that speak another language than LogQL.

use toml_edit::{Document, Item, Table, Value};

use super::{Ask, File, Problem, Query, Wanted};

pub(super) fn read(text: &str, file: &mut File) {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            file.problems.push(Problem { at, message: format!("not TOML: {message}") });
            return;
        }
    };
    let Some(item) = document.as_table().get("query") else { return };
    let Some(tables) = item.as_array_of_tables() else {
        let at = item.span().map_or(0, |span| span.start);
        let message = "`query` is a list of tables: write `[[query]]`".to_owned();
        file.problems.push(Problem { at, message });
        return;
    };
    for table in tables {
        let span = table.span().unwrap_or(0..0);
        match query(table) {
            Ok((name, wanted)) => file.queries.push(Query {
                name: format!("query {name}"),
                span: span.clone(),
                ask: Ask::Entry(wanted),
                offsets: Vec::new(),
            }),
            Err(message) => file.problems.push(Problem { at: span.start, message }),
        }
    }
}

fn query(table: &Table) -> Result<(String, Wanted), String> {
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(item) => match item.as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(format!("`{key}` of `[[query]]` is a string")),
        },
    };
    for (key, _) in table {
        if !matches!(key, "name" | "msg" | "keys") {
            return Err(format!("`[[query]]` has no `{key}`; it has `name`, `msg` and `keys`"));
        }
    }
    let message = text("msg")?;
    let name = text("name")?.ok_or("`[[query]]` without a `name`")?;
    let keys = match table.get("keys") {
        None => Vec::new(),
        Some(item) => keys(item).ok_or(
            "`keys` of `[[query]]` is a list, `[\"pod\", \"status=ready\"]`, or a table, `{ pod = \"*\" }`",
        )?,
    };
    if message.is_none() && keys.is_empty() {
        return Err("`[[query]]` without `msg` and `keys` asks for nothing".to_owned());
    }
    Ok((name, Wanted { message, keys }))
}

fn keys(item: &Item) -> Option<Vec<(String, Option<String>)>> {
    let wanted = |value: &str| (value != "*").then(|| value.to_owned());
    if let Some(list) = item.as_array() {
        let one = |value: &Value| {
            let text = value.as_str()?;
            Some(match text.split_once('=') {
                Some((key, value)) => (key.to_owned(), wanted(value.trim_matches('"'))),
                None => (text.to_owned(), None),
            })
        };
        return list.iter().map(one).collect();
    }
    let table = item.as_table_like()?;
    let one = |(key, item): (&str, &Item)| {
        let value = match item.as_value()? {
            Value::String(text) => text.value().clone(),
            Value::Integer(number) => number.value().to_string(),
            Value::Float(number) => number.value().to_string(),
            Value::Boolean(truth) => truth.value().to_string(),
            Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_) => return None,
        };
        Some((key.to_owned(), wanted(&value)))
    };
    table.iter().map(one).collect()
}
