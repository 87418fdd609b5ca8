//! What the names of crates stand for in each compilation unit.

use std::collections::HashMap;

use super::{External, Modules};
use crate::dialect::{self, of_package};
use crate::scan::item_tree::{FILE, ItemTree};
use crate::workspace::{Crate, TargetKind, Workspace};

/// Crates by the name that code uses.
pub(super) type Externs = HashMap<Box<str>, External>;

/// Fills in the crates of every unit.
pub(super) fn name(modules: &mut Modules, workspace: &Workspace, item_trees: &[ItemTree]) {
    let libraries: HashMap<Box<str>, u32> = (0..)
        .zip(&modules.units)
        .filter(|(index, unit)| unit.library == Some(*index) && !unit.package.is_empty())
        .map(|(index, unit)| (unit.package.clone(), index))
        .collect();
    for index in 0..modules.units.len() {
        let unit = &modules.units[index];
        let package = workspace.crates.iter().find(|one| *one.name == *unit.package);
        let mut externs = package.map_or_else(usual, dependencies);
        if let Some(package) = package {
            for dependency in &package.dependencies {
                if let Some(&unit) = libraries.get(dependency.package.as_str()) {
                    let is_renamed = dependency.name != dependency.package.replace('-', "_");
                    let name = library_name(workspace, &dependency.package);
                    let name = name.filter(|_| !is_renamed);
                    let name = name.unwrap_or_else(|| dependency.name.as_str().into());
                    externs.insert(name, External::Unit(unit));
                }
            }
            let library = unit.library.filter(|&library| library as usize != index);
            if let Some(library) = library
                && let Some(name) = library_name(workspace, &package.name)
            {
                externs.insert(name, External::Unit(library));
            }
        }
        let root = modules.list.get(unit.root as usize);
        let item_tree = root.and_then(|root| item_trees.get(root.file as usize));
        let mut macro_use = Vec::new();
        for (place, item) in
            (0..).zip(item_tree.into_iter().flat_map(|item_tree| &item_tree.externs))
        {
            let found = match &*item.name {
                "self" => External::Unit(index as u32),
                name => externs.get(name).copied().unwrap_or(External::Foreign),
            };
            if let Some(names) = &item.macro_use {
                macro_use.push((found, names.clone(), place));
            }
            if item.scope == FILE && *item.alias != *item.name && *item.alias != *"_" {
                externs.insert(item.alias.clone(), found);
            }
        }
        modules.units[index].externs = externs;
        modules.units[index].macro_use = macro_use;
    }
}

fn standard() -> Externs {
    let std = dialect::standard();
    std.libraries().iter().map(|name| ((*name).into(), External::Known(std))).collect()
}

/// What names stand for where no `Cargo.toml` says it.
pub(super) fn usual() -> Externs {
    let mut externs = standard();
    for known in dialect::packages() {
        let libraries = known.libraries().iter();
        externs.extend(libraries.map(|name| ((*name).into(), External::Known(known))));
    }
    externs
}

/// What the names of a package's dependencies stand for, where no library of the workspace is among them.
pub(super) fn dependencies(package: &Crate) -> Externs {
    let mut externs = standard();
    for dependency in &package.dependencies {
        let known = of_package(&dependency.package);
        let external = known.map_or(External::Foreign, External::Known);
        externs.insert(dependency.name.as_str().into(), external);
        // A library may have a name of its own, as that of `klog-rs` does.
        if let Some(known) = known
            && dependency.name == dependency.package.replace('-', "_")
        {
            externs.extend(known.libraries().iter().map(|name| ((*name).into(), external)));
        }
    }
    externs
}

/// The name that code uses for a package's library.
fn library_name(workspace: &Workspace, package: &str) -> Option<Box<str>> {
    let package = workspace.crates.iter().find(|one| one.name == package)?;
    let target = package.targets.iter().find(|target| target.kind == TargetKind::Library)?;
    Some(target.name.replace('-', "_").into())
}
