//! A selection → the packages that cargo knows, and the files that are looked for.

use std::path::{Path, PathBuf};

use super::cargo::{self, Cargo};
use super::finder::{Finder, Wanted};
use super::{Crate, Problem, Selection, Workspace};
use crate::cache;
use crate::files::normal;

pub(super) fn load(selection: &Selection) -> Workspace {
    let mut workspace = Workspace { root: selection.directory.clone(), ..Workspace::default() };
    let manifest = match &selection.manifest_path {
        Some(path) => Some(selection.directory.join(path)),
        None => manifest_above(&selection.directory),
    };
    match manifest.as_deref().map(|manifest| cargo::ask(selection, manifest)) {
        Some(Ok(cargo)) => {
            if selection.cache {
                workspace.cache = cache::directory(&cargo.root, &cargo.target);
            }
            workspace.target = Some(cargo.target.clone());
            packages(selection, cargo, &mut workspace);
        }
        Some(Err(message)) => {
            let path = PathBuf::from("Cargo.toml");
            let words = message.trim_start_matches("read without cargo: ").to_owned();
            workspace.problems.push(Problem { path, line: None, message });
            workspace.unread = manifest.map(|manifest| (manifest, words));
        }
        None => {}
    }
    let paths = selection.paths.iter().map(|path| normal(&selection.directory.join(path)));
    workspace.asked = paths.collect();
    if workspace.asked.is_empty() && workspace.crates.is_empty() {
        workspace.asked.push(selection.directory.clone());
    }
    let asked = workspace.asked.clone();
    let mut finder = Finder::new(workspace);
    for path in &asked {
        finder.walk(path, Wanted::All);
    }
    for index in 0..finder.crates().len() {
        if asked.is_empty() && finder.crates()[index].selected {
            finder.package(index, Wanted::OfSelected);
        }
    }
    finder.around(selection.all_names);
    finder.finish()
}

/// The nearest manifest of a directory or those above, as cargo looks for it.
fn manifest_above(directory: &Path) -> Option<PathBuf> {
    let directory = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    directory.ancestors().map(|above| above.join("Cargo.toml")).find(|path| path.is_file())
}

/// The packages that cargo knows, of which the wanted ones are selected.
fn packages(selection: &Selection, cargo: Cargo, workspace: &mut Workspace) {
    workspace.root = cargo.root;
    for (package, is_default) in cargo.packages {
        let name = &package.name;
        let selected = match (&selection.packages[..], selection.workspace) {
            ([], false) => is_default,
            (packages, all) => all || packages.contains(name),
        };
        let selected = selected && !selection.exclude.contains(name);
        workspace.crates.push(Crate { selected, ..package });
    }
}
