//! What a fix needs of a `Cargo.toml`: a dependency, or a feature of one.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use crate::dialect::{self, Feature, Requirement};
use crate::fix::Plan;
use crate::report::Report;
use crate::settings::FixDialect;
use crate::workspace::{Crate, Dependency, Reach, Workspace};

/// A manifest before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestChange {
    /// File.
    pub path: PathBuf,
    /// Text before.
    pub before: String,
    /// Text after.
    pub after: String,
}

/// Changes of the manifests of crates whose files a plan changes: the feature `kv` of `log`, or a dependency on the
/// crate whose macros the fixes write.
///
/// # Errors
///
/// A manifest cannot be read, or is no TOML.
pub fn changes(workspace: &Workspace, report: &Report, plan: &Plan) -> Result<Vec<ManifestChange>> {
    let mut changes = Vec::new();
    for (index, package) in workspace.crates.iter().enumerate() {
        let dialects = report
            .files
            .iter()
            .filter(|file| file.crate_index == Some(index))
            .filter(|file| plan.changes.iter().any(|change| change.absolute == file.absolute))
            .flat_map(|file| &file.findings)
            .filter(|finding| finding.fix.is_some())
            .filter_map(|finding| finding.rewrite.as_ref().map(|rewrite| rewrite.dialect));
        let mut dialects: Vec<&str> = dialects.collect();
        dialects.sort_unstable();
        dialects.dedup();
        if dialects.is_empty() {
            continue;
        }
        let path = &package.manifest;
        let before = crate::files::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let mut after = before.clone();
        for dialect in dialects {
            after = edited(&after, package, dialect)
                .with_context(|| format!("cannot edit {}", path.display()))?;
        }
        if after != before {
            changes.push(ManifestChange { path: path.clone(), before, after });
        }
    }
    Ok(changes)
}

/// Adds the crate of a dialect to the dependencies of all packages, as `--edit-manifest` does where one needs it.
pub fn add_to(workspace: &mut Workspace, dialect: FixDialect) {
    let FixDialect::Of(dialect) = dialect else { return };
    let package = dialect.package().name;
    for unit in &mut workspace.crates {
        if unit.dependencies.iter().all(|dependency| dependency.package != package) {
            let (name, package) = (package.replace('-', "_"), package.to_owned());
            unit.dependencies.push(Dependency { name, package, ..Dependency::default() });
        }
    }
}

/// The manifest with what calls of a dialect need.
fn edited(text: &str, package: &Crate, dialect: &str) -> Result<String> {
    let Some(dialect) = dialect::named(dialect) else { return Ok(text.to_owned()) };
    let Some(requirement) = dialect.requirement else { return Ok(text.to_owned()) };
    let Requirement { version, feature } = requirement;
    let name = dialect.package().name;
    let known = || package.dependencies.iter().filter(|dependency| dependency.package == name);
    // What only tests have is not there for the code that they test.
    let is_there = known().any(|dependency| dependency.reach != Reach::Development);
    let has = |feature: Feature| {
        known().any(|known| known.features.iter().any(|other| other.starts_with(feature.name)))
    };
    if is_there && feature.is_none_or(has) {
        return Ok(text.to_owned());
    }
    let mut document: DocumentMut = text.parse()?;
    each_dependency(&mut document, name, &mut |item| {
        if let Some(feature) = feature {
            add_feature(item, feature, version);
        }
    });
    if !is_there {
        let dependencies = document.entry("dependencies").or_insert(Item::Table(Table::new()));
        if let Some(dependencies) = dependencies.as_table_like_mut() {
            let item = match feature {
                None => value(version),
                Some(feature) => {
                    let mut table = InlineTable::new();
                    table.insert("version", version.into());
                    table.insert("features", Value::Array(Array::from_iter([feature.name])));
                    value(table)
                }
            };
            dependencies.insert(name, item);
        }
    }
    Ok(document.to_string())
}

/// Calls `each` for the entries of a package in all tables of dependencies but those of build scripts.
fn each_dependency(document: &mut DocumentMut, name: &str, each: &mut dyn FnMut(&mut Item)) {
    let mut in_table = |table: &mut dyn TableLike| {
        for kind in ["dependencies", "dev-dependencies"] {
            let Some(dependencies) = table.get_mut(kind).and_then(Item::as_table_like_mut) else {
                continue;
            };
            for (key, item) in dependencies.iter_mut() {
                let package = item.get("package").and_then(Item::as_str).unwrap_or(key.get());
                if package == name {
                    each(item);
                }
            }
        }
    };
    in_table(document.as_table_mut());
    let Some(targets) = document.get_mut("target").and_then(Item::as_table_like_mut) else {
        return;
    };
    for (_, target) in targets.iter_mut() {
        if let Some(target) = target.as_table_like_mut() {
            in_table(target);
        }
    }
}

fn add_feature(item: &mut Item, feature: Feature, enough: &str) {
    let recent = |known: &str| recent(known, feature, enough);
    let feature = feature.name;
    if let Some(version) = item.as_str().map(recent) {
        let decor = item.as_value().map(|value| value.decor().clone());
        let mut table = InlineTable::new();
        table.insert("version", version.into());
        table.insert("features", Value::Array(Array::from_iter([feature])));
        let mut inline = Value::InlineTable(table);
        // The comment after the version stays.
        if let Some(decor) = decor {
            *inline.decor_mut() = decor;
        }
        *item = Item::Value(inline);
        return;
    }
    let Some(table) = item.as_table_like_mut() else { return };
    if let Some(version) = table.get_mut("version").and_then(Item::as_value_mut)
        && let Some(known) = version.as_str()
        && recent(known) != known
    {
        let decor = version.decor().clone();
        *version = recent(known).into();
        *version.decor_mut() = decor;
    }
    match table.get_mut("features").and_then(Item::as_array_mut) {
        Some(features) => {
            if !features.iter().any(|other| other.as_str() == Some(feature)) {
                features.push(feature);
            }
        }
        None => {
            table.insert("features", value(Array::from_iter([feature])));
        }
    }
}

/// A requirement that no version without the feature meets, also not one that a lock file holds.
fn recent(version: &str, feature: Feature, enough: &str) -> String {
    let numbers: Option<Vec<u64>> =
        version.trim_start_matches('^').split('.').map(|part| part.trim().parse().ok()).collect();
    let is_older = numbers.is_some_and(|numbers| {
        let is_open = numbers.len() < feature.since.len() && feature.since.starts_with(&numbers);
        is_open
            || numbers.len() == 3
                && numbers[..2] == feature.since[..2]
                && numbers[2] < feature.since[2]
    });
    if is_older { enough.to_owned() } else { version.to_owned() }
}
