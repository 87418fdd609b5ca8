//! What a fix needs of a `Cargo.toml`: a dependency, or a feature of one.

mod entry;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::semver::Version;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use crate::dialect::{self, Dialect, Feature, Requirement};
use crate::fix::Plan;
use crate::report::Report;
use crate::settings::FixDialect;
use crate::workspace::{self, Crate, Dependency, Raised, Reach, Workspace};

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
/// A feature goes where the dependency is declared: in the crate's own manifest, in the workspace's, or in that of the
/// crate of the workspace that brings the macros.
///
/// # Errors
///
/// A manifest cannot be read, or is no TOML.
pub fn changes(workspace: &Workspace, report: &Report, plan: &Plan) -> Result<Vec<ManifestChange>> {
    let mut manifests = Manifests { root: workspace.root.join("Cargo.toml"), list: Vec::new() };
    for (index, dialect, in_tests) in needed(workspace, report, plan) {
        let Some(requirement) = dialect.requirement else { continue };
        let name = dialect.package().name;
        let places = workspace::bringing(&workspace.crates, index, name, in_tests);
        let place =
            places.first().filter(|place| **place == index || requirement.feature.is_some());
        match (place, requirement.feature) {
            (Some(_), None) => {}
            (Some(place), Some(feature)) => {
                let members = places.iter().filter_map(|place| workspace.crates.get(*place));
                let is_there = |member: &Crate| member.asks_for(name, feature.name, in_tests);
                if !members.into_iter().any(is_there) {
                    let manifest = &workspace.crates[*place].manifest;
                    manifests.add_feature(
                        manifest,
                        name,
                        in_tests,
                        feature,
                        requirement.version,
                    )?;
                }
            }
            (None, _) => {
                manifests.add(&workspace.crates[index].manifest, name, in_tests, requirement)?;
            }
        }
    }
    let changes = manifests.list.into_iter().map(|manifest| ManifestChange {
        after: as_written(&manifest.before, &manifest.document.to_string()),
        path: manifest.path,
        before: manifest.before,
    });
    Ok(changes.filter(|change| change.after != change.before).collect())
}

/// A manifest as its author's editor writes it: with its byte order mark and its line ends, which toml_edit leaves out.
fn as_written(before: &str, after: &str) -> String {
    let mark = if before.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let n_windows = before.matches("\r\n").count();
    let is_windows = n_windows > 0 && 2 * n_windows >= before.matches('\n').count();
    let after = after.replace("\r\n", "\n");
    format!("{mark}{}", if is_windows { after.replace('\n', "\r\n") } else { after })
}

/// The dependencies that the changes of a plan add to a workspace's packages, for a second look: another call of the
/// package may be fixed by one.
pub fn added(workspace: &Workspace, report: &Report, plan: &Plan) -> Vec<(usize, Dependency)> {
    let added =
        needed(workspace, report, plan).into_iter().filter_map(|(index, dialect, in_tests)| {
            let package = dialect.package().name;
            dialect.requirement?;
            let is_brought =
                !workspace::bringing(&workspace.crates, index, package, in_tests).is_empty();
            (!is_brought).then(|| (index, dependency(package, in_tests)))
        });
    added.collect()
}

/// Adds the crate of a dialect to the dependencies of all packages, as `--edit-manifest` does where one needs it.
pub fn add_to(workspace: &mut Workspace, dialect: FixDialect) {
    let FixDialect::Of(dialect) = dialect else { return };
    let package = dialect.package().name;
    for unit in &mut workspace.crates {
        let is_taken =
            |known: &Dependency| known.package == package || dialect.is_called(&known.name);
        if !unit.dependencies.iter().any(is_taken) {
            unit.dependencies.push(dependency(package, false));
        }
    }
}

fn dependency(package: &str, in_tests: bool) -> Dependency {
    let (name, package) = (package.replace('-', "_"), package.to_owned());
    let reach = if in_tests { Reach::Development } else { Reach::All };
    Dependency { name, package, reach, ..Dependency::default() }
}

/// The packages that get calls of a dialect, and whether only their tests do.
fn needed(
    workspace: &Workspace,
    report: &Report,
    plan: &Plan,
) -> Vec<(usize, &'static Dialect, bool)> {
    let mut needed: Vec<(usize, &'static Dialect, bool)> = Vec::new();
    for file in &report.files {
        let own = file.crate_index.filter(|index| *index < workspace.crates.len());
        let with = |index: &usize| file.packages.contains(&workspace.crates[*index].name);
        let others = (0..workspace.crates.len()).filter(with).filter(|index| Some(*index) != own);
        let indexes: Vec<usize> = own.into_iter().chain(others).collect();
        if !plan.changes.iter().any(|change| change.absolute == file.absolute) {
            continue;
        }
        let known = workspace.files.iter().find(|known| known.absolute == file.absolute);
        let in_tests = known.is_some_and(|known| known.test_code);
        let fixes = file.findings.iter().filter_map(|finding| finding.fix.as_ref());
        for dialect in fixes.filter_map(|fix| dialect::named(fix.writes?)) {
            for &index in &indexes {
                let is_it = |(other, known, _): &&mut (usize, &Dialect, bool)| {
                    *other == index && *known == dialect
                };
                match needed.iter_mut().find(is_it) {
                    Some((.., only_tests)) => *only_tests &= in_tests,
                    None => needed.push((index, dialect, in_tests)),
                }
            }
        }
    }
    needed.sort_by_key(|(index, dialect, _)| (*index, dialect.name));
    needed
}

/// The manifests that were looked at, each once.
struct Manifests {
    /// That of the workspace.
    root: PathBuf,
    list: Vec<Manifest>,
}

struct Manifest {
    path: PathBuf,
    before: String,
    document: DocumentMut,
}

impl Manifests {
    fn document(&mut self, path: &Path) -> Result<&mut DocumentMut> {
        let known = self.list.iter().position(|manifest| manifest.path == path);
        let at = match known {
            Some(at) => at,
            None => {
                let before = crate::files::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let document =
                    before.parse().with_context(|| format!("cannot edit {}", path.display()))?;
                self.list.push(Manifest { path: path.to_owned(), before, document });
                self.list.len() - 1
            }
        };
        Ok(&mut self.list[at].document)
    }

    /// Adds a feature to the entries of a package, or to the workspace's where these leave it to that one.
    fn add_feature(
        &mut self,
        manifest: &Path,
        package: &str,
        in_tests: bool,
        feature: Feature,
        enough: &str,
    ) -> Result<()> {
        let locked = locked(&self.root, package);
        let mut inherited = Vec::new();
        each_dependency(self.document(manifest)?, in_tests, &mut |key, item| {
            if entry::is_inherited(item) {
                inherited.push(key.to_owned());
            } else if package_of(key, item) == package {
                entry::add_feature(item, feature, enough, &locked);
            }
        });
        if inherited.is_empty() {
            return Ok(());
        }
        let root = self.root.clone();
        let mut shared = shared(self.document(&root)?);
        for (key, item) in shared.iter_mut().flat_map(|table| table.iter_mut()) {
            let key = key.get().to_owned();
            if inherited.contains(&key) && package_of(&key, item) == package {
                entry::add_feature(item, feature, enough, &locked);
            }
        }
        Ok(())
    }

    /// Adds a dependency: the workspace's where it has one by that name, else one of the package's own.
    fn add(
        &mut self,
        manifest: &Path,
        name: &str,
        in_tests: bool,
        requirement: Requirement,
    ) -> Result<()> {
        let Requirement { version, feature } = requirement;
        let root = self.root.clone();
        let locked = locked(&root, name);
        let mut is_shared = false;
        if let Some(item) = shared(self.document(&root)?).and_then(|table| table.get_mut(name)) {
            let written = item.as_str().or_else(|| item.get("version").and_then(Item::as_str));
            let is_recent = |feature: Feature| {
                written.is_none_or(|written| {
                    workspace::raised(written, feature.since, version, &[]) != Raised::Never
                })
            };
            is_shared = package_of(name, item) == name && feature.is_none_or(is_recent);
            if let Some(feature) = feature.filter(|_| is_shared) {
                entry::add_feature(item, feature, version, &locked);
            }
        }
        let document = self.document(manifest)?;
        let table = if in_tests { "dev-dependencies" } else { "dependencies" };
        let dependencies = document.entry(table).or_insert(Item::Table(Table::new()));
        let Some(dependencies) = dependencies.as_table_like_mut() else { return Ok(()) };
        let item = match feature {
            _ if is_shared => of_workspace(dependencies),
            Some(feature) => value(entry::entry(version, feature)),
            None => value(version),
        };
        if !dependencies.contains_key(name) {
            dependencies.insert(name, item);
        }
        Ok(())
    }
}

/// The versions of a package in the lock file beside the workspace's manifest.
fn locked(root: &Path, package: &str) -> Vec<Version> {
    let text = crate::files::read_to_string(&root.with_file_name("Cargo.lock")).unwrap_or_default();
    let Ok(lock) = text.parse::<DocumentMut>() else { return Vec::new() };
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let of = |table: &Table, key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
    packages
        .into_iter()
        .flatten()
        .filter(|table| of(table, "name").as_deref() == Some(package))
        .filter_map(|table| of(table, "version")?.parse().ok())
        .collect()
}

/// `[workspace.dependencies]`.
fn shared(document: &mut DocumentMut) -> Option<&mut dyn TableLike> {
    let workspace = document.get_mut("workspace")?.as_table_like_mut()?;
    workspace.get_mut("dependencies")?.as_table_like_mut()
}

fn package_of<'a>(key: &'a str, item: &'a Item) -> &'a str {
    item.get("package").and_then(Item::as_str).unwrap_or(key)
}

/// `{ workspace = true }`, or `.workspace = true` where the others are written so.
fn of_workspace(dependencies: &dyn TableLike) -> Item {
    let is_dotted =
        |item: &Item| entry::is_inherited(item) && item.as_table().is_some_and(Table::is_dotted);
    if dependencies.iter().any(|(_, item)| is_dotted(item)) {
        let mut table = Table::new();
        table.insert("workspace", value(true));
        table.set_dotted(true);
        return Item::Table(table);
    }
    let mut table = InlineTable::new();
    table.insert("workspace", Value::from(true));
    value(table)
}

/// Calls `each` for the entries of all tables of dependencies but those of build scripts, and those of tests where only
/// they matter.
fn each_dependency(
    document: &mut DocumentMut,
    in_tests: bool,
    each: &mut dyn FnMut(&str, &mut Item),
) {
    let kinds =
        if in_tests { &["dependencies", "dev-dependencies"][..] } else { &["dependencies"] };
    let mut in_table = |table: &mut dyn TableLike| {
        for kind in kinds {
            let dependencies = table.get_mut(kind).and_then(Item::as_table_like_mut);
            for (key, item) in dependencies.into_iter().flat_map(|table| table.iter_mut()) {
                let key = key.get().to_owned();
                each(&key, item);
            }
        }
    };
    in_table(document.as_table_mut());
    let targets = document.get_mut("target").and_then(Item::as_table_like_mut);
    for (_, target) in targets.into_iter().flat_map(|targets| targets.iter_mut()) {
        if let Some(target) = target.as_table_like_mut() {
            in_table(target);
        }
    }
}
