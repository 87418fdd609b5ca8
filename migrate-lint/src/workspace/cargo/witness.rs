//! All that `cargo metadata --no-deps` looks at.
//!
//! It reads the manifests of the workspace and of those above it, looks for members where a pattern may find them, for
//! targets where they may be without being named, and for its own configuration.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Cargo, outside};
use crate::cache::{Key, key, stored};
use crate::files;
use crate::workspace::Selection;

/// A place that an answer of cargo's depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    what: What,
    path: PathBuf,
}

/// What counts at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The content of a file.
    Content,
    /// The names in a directory.
    Names,
    /// The names in a directory, and which are directories with a `main.rs`.
    Targets,
    /// The names in a directory, and which are directories with a `Cargo.toml`.
    Members,
    /// Size and time of a program.
    Program,
}

stored!(Witness { what, path });
stored!(
    enum What {
        Content,
        Names,
        Targets,
        Members,
        Program,
    }
);

/// What is asked: the manifest, in this environment.
pub(super) fn question(manifest: &Path, selection: &Selection) -> Key {
    let mut asked = vec![manifest.as_os_str().to_owned(), selection.directory.clone().into()];
    asked.push(if selection.offline { "offline" } else { "" }.into());
    let mut variables: Vec<_> = std::env::vars_os().collect();
    variables.retain(|(name, _)| {
        let name = name.to_string_lossy();
        let is_cargo = name.starts_with("CARGO") && !name.starts_with("CARGO_TERM_");
        is_cargo || name.starts_with("RUSTUP") || name == "PATH" || name == "HOME"
    });
    variables.sort_unstable();
    asked.extend(variables.into_iter().flat_map(|(name, value)| [name, value]));
    let asked: Vec<&[u8]> = asked.iter().map(|part| part.as_encoded_bytes()).collect();
    key(&asked.join(&0))
}

/// The witnesses of an answer; none if there may be others.
pub(super) fn of(cargo: &Cargo, manifest: &Path) -> Option<Vec<Witness>> {
    let mut witnesses = Vec::new();
    let mut add = |what, path: PathBuf| witnesses.push(Witness { what, path });
    for directory in manifest.ancestors().skip(1).chain(cargo.root.ancestors()) {
        add(What::Content, directory.join("Cargo.toml"));
    }
    let packages = cargo.packages.iter().filter_map(|(package, _)| package.manifest.parent());
    for directory in packages {
        add(What::Content, directory.join("Cargo.toml"));
        add(What::Content, directory.join("build.rs"));
        add(What::Names, directory.join("src"));
        for targets in ["src/bin", "examples", "tests", "benches"] {
            add(What::Targets, directory.join(targets));
        }
    }
    for directory in &cargo.nearby {
        add(What::Content, directory.join("Cargo.toml"));
    }
    for directory in members(&cargo.root)? {
        add(What::Members, directory);
    }
    for directory in [Some(outside(manifest).join(".cargo")), home("CARGO_HOME", ".cargo")] {
        for name in ["config", "config.toml"] {
            let Some(path) = directory.as_ref().map(|directory| directory.join(name)) else {
                continue;
            };
            // It may name further files.
            if fs::read_to_string(&path).is_ok_and(|text| text.contains("include")) {
                return None;
            }
            add(What::Content, path);
        }
    }
    if let Some(settings) = home("RUSTUP_HOME", ".rustup") {
        add(What::Content, settings.join("settings.toml"));
    }
    add(What::Program, program()?);
    witnesses
        .sort_by(|left, right| (&left.path, left.what as u8).cmp(&(&right.path, right.what as u8)));
    witnesses.dedup();
    Some(witnesses)
}

/// Directories in which patterns of the workspace's manifest look for members; none if a pattern looks in several.
fn members(root: &Path) -> Option<Vec<PathBuf>> {
    let text = files::read_to_string(&root.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = text.parse().ok()?;
    let workspace = manifest.get("workspace").and_then(toml::Value::as_table);
    let lists = ["members", "default-members"].map(|name| workspace?.get(name)?.as_array());
    let patterns = lists.into_iter().flatten().flatten().filter_map(toml::Value::as_str);
    let is_pattern = |text: &str| text.contains(['*', '?', '[']);
    let mut directories = Vec::new();
    for pattern in patterns.filter(|pattern| is_pattern(pattern)) {
        let (directory, name) =
            pattern.trim_end_matches('/').rsplit_once('/').unwrap_or(("", pattern));
        if is_pattern(directory) || name.contains("**") {
            return None;
        }
        directories.push(root.join(directory));
    }
    Some(directories)
}

/// The directory that a variable names, or the one of this name in the user's own.
fn home(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(name)))
}

/// The cargo that is run.
fn program() -> Option<PathBuf> {
    let cargo = PathBuf::from(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if cargo.is_absolute() {
        return Some(cargo);
    }
    let path = std::env::var_os("PATH")?;
    let named = std::env::split_paths(&path).map(|directory| directory.join(&cargo));
    let mut named = named.map(|path| path.with_extension(std::env::consts::EXE_EXTENSION));
    named.find(|path| path.is_file())
}

/// How witnesses are now.
pub(super) fn states(witnesses: &[Witness]) -> Vec<Key> {
    witnesses.iter().map(state).collect()
}

fn state(Witness { what, path }: &Witness) -> Key {
    let marker = match what {
        What::Content => {
            return files::read(path).map_or_else(|error| failed(&error), |it| key(&it));
        }
        What::Program => {
            let stamp = fs::metadata(path).and_then(|it| Ok((it.len(), it.modified()?)));
            return stamp
                .map_or_else(|error| failed(&error), |it| key(format!("{it:?}").as_bytes()));
        }
        What::Names => None,
        What::Targets => Some("main.rs"),
        What::Members => Some("Cargo.toml"),
    };
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return failed(&error),
    };
    let mut names: Vec<Vec<u8>> = entries
        .flatten()
        .map(|entry| {
            let mut name = entry.file_name().into_encoded_bytes();
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            name.push(u8::from(is_file));
            let marked = marker.filter(|_| !is_file);
            name.push(u8::from(marked.is_some_and(|marker| is_file_in(&entry.path(), marker))));
            name
        })
        .collect();
    names.sort_unstable();
    key(&names.join(&0))
}

fn is_file_in(directory: &Path, name: impl AsRef<OsStr>) -> bool {
    directory.join(name.as_ref()).is_file()
}

/// A place that cannot be read is one by the reason.
fn failed(error: &std::io::Error) -> Key {
    key(format!("{:?}", error.kind()).as_bytes())
}
