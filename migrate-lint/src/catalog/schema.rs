//! A JSON Schema (draft 2020-12) of JSON entries, with all keys of the catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Catalog, Kind};

pub(super) fn write(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let mut keys = BTreeMap::<&str, BTreeSet<Kind>>::new();
    for key in catalog.statements.iter().flat_map(|statement| &statement.keys) {
        if key.name != "{}" {
            keys.entry(&key.name).or_default().insert(key.kind);
        }
    }
    let mut properties = Map::new();
    properties.insert(
        "ts".to_owned(),
        json!({ "type": "number", "description": "milliseconds since 1970" }),
    );
    properties.insert("caller".to_owned(), json!({ "type": "string" }));
    properties.insert("msg".to_owned(), json!({ "type": "string" }));
    properties.insert("v".to_owned(), json!({ "type": "integer", "minimum": 0 }));
    properties.insert("logger".to_owned(), json!({ "type": "string" }));
    properties.insert("err".to_owned(), json!({ "type": "string" }));
    for (key, kinds) in keys {
        properties.entry(key).or_insert_with(|| property(&kinds));
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Log entry",
        "type": "object",
        "required": ["ts", "msg"],
        "properties": properties,
    });
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)
}

fn property(kinds: &BTreeSet<Kind>) -> Value {
    // What one statement does not say, no schema should forbid.
    if kinds.contains(&Kind::Unknown) {
        return json!({});
    }
    let types = kinds.iter().map(|kind| match kind {
        Kind::String => "string",
        Kind::Number => "number",
        Kind::Bool => "boolean",
        Kind::List => "array",
        Kind::Object | Kind::Unknown => "object",
    });
    // A value that is absent at run time is `null`.
    let types: Vec<&str> = types.chain(["null"]).collect();
    json!({ "type": types })
}
