//! One entry of a table of dependencies: a feature more, in the layout that its author chose.

use cargo_metadata::semver::Version;
use toml_edit::{Array, InlineTable, Item, RawString, Value, value};

use crate::dialect::Feature;
use crate::workspace::{self, Raised};

/// Whether the entry leaves everything to the workspace's table: `log.workspace = true`.
pub(super) fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

/// Asks for a feature, and for a version that has it; nothing where the requirement allows none.
pub(super) fn add_feature(item: &mut Item, feature: Feature, enough: &str, locked: &[Version]) {
    let raised = |written: &str| workspace::raised(written, feature.since, enough, locked);
    if let Some(written) = item.as_str() {
        let version = match raised(written) {
            Raised::Never => return,
            Raised::AsItIs => written.to_owned(),
            Raised::To(version) => version,
        };
        // The comment after the version stays.
        let decor = item.as_value().map(|value| value.decor().clone());
        let mut inline = Value::InlineTable(entry(&version, feature));
        if let Some(decor) = decor {
            *inline.decor_mut() = decor;
        }
        *item = Item::Value(inline);
        return;
    }
    let Some(table) = item.as_table_like_mut() else { return };
    if let Some(version) = table.get_mut("version").and_then(Item::as_value_mut)
        && let Some(written) = version.as_str()
    {
        match raised(written) {
            Raised::Never => return,
            Raised::AsItIs => {}
            Raised::To(new) => {
                let decor = version.decor().clone();
                *version = new.into();
                *version.decor_mut() = decor;
            }
        }
    }
    match table.get_mut("features").and_then(Item::as_array_mut) {
        Some(features) => push(features, feature.name),
        None => insert_features(item, feature.name),
    }
}

/// `{ version = "0.4.22", features = ["kv"] }`.
pub(super) fn entry(version: &str, feature: Feature) -> InlineTable {
    let mut table = InlineTable::new();
    table.insert("version", version.into());
    table.insert("features", Value::Array(Array::from_iter([feature.name])));
    table
}

/// A key more, after the last one and laid out as it is.
fn insert_features(item: &mut Item, feature: &str) {
    let features = Array::from_iter([feature]);
    let Some(table) = item.as_inline_table_mut() else {
        if let Some(table) = item.as_table_like_mut() {
            table.insert("features", value(features));
        }
        return;
    };
    let has_comma = table.trailing_comma();
    let trailing = table.trailing().as_str().unwrap_or_default().to_owned();
    let Some((key, last)) = table.iter_mut().last() else {
        table.insert("features", Value::Array(features));
        return;
    };
    let before = text(key.leaf_decor().prefix());
    let after = if has_comma { trailing } else { text(last.decor().suffix()) };
    if !has_comma {
        last.decor_mut().set_suffix("");
    }
    let Room { prefix, end } = Room::after(&before, &after);
    let mut features = Value::Array(features);
    features.decor_mut().set_prefix(" ");
    if has_comma {
        table.set_trailing(end);
        features.decor_mut().set_suffix("");
    } else {
        features.decor_mut().set_suffix(end);
    }
    table.insert("features", features);
    if let Some(mut key) = table.key_mut("features") {
        key.leaf_decor_mut().set_prefix(if prefix.is_empty() { " " } else { &prefix });
        key.leaf_decor_mut().set_suffix(" ");
    }
}

/// What is around an entry that becomes the last one of a list.
struct Room {
    /// Comments of the entry before it, and its own line's indent.
    prefix: String,
    /// What is between it and the bracket.
    end: String,
}

impl Room {
    /// Of what is before the entry that was the last one, and after it or its comma.
    fn after(before: &str, after: &str) -> Self {
        let Some(line) = before.rfind('\n') else {
            return Self { prefix: before.to_owned(), end: after.to_owned() };
        };
        // A comment after the last entry stays on its line.
        let (comments, end) = after.split_at(after.rfind('\n').unwrap_or(0));
        Self { prefix: format!("{comments}{}", &before[line..]), end: end.to_owned() }
    }
}

fn text(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

/// An element more, on a line of its own where the others have one.
fn push(features: &mut Array, feature: &str) {
    if features.iter().any(|other| other.as_str() == Some(feature)) {
        return;
    }
    let has_comma = features.trailing_comma();
    let trailing = features.trailing().as_str().unwrap_or_default().to_owned();
    let index = features.len();
    let Some(last) = index.checked_sub(1).and_then(|last| features.get_mut(last)) else {
        features.push(feature);
        return;
    };
    let before = text(last.decor().prefix());
    let after = if has_comma { trailing } else { text(last.decor().suffix()) };
    if !has_comma {
        last.decor_mut().set_suffix("");
    }
    let Room { prefix, end } = Room::after(&before, &after);
    let mut added = Value::from(feature);
    added.decor_mut().set_prefix(if prefix.trim().is_empty() && !prefix.contains('\n') {
        " ".to_owned()
    } else {
        prefix
    });
    if has_comma {
        features.set_trailing(end);
    } else {
        added.decor_mut().set_suffix(end);
    }
    features.push_formatted(added);
}
