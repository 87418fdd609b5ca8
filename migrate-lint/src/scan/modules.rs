//! The modules of a workspace: which file is which module of which crate.

mod build;
mod crates;
pub(super) mod places;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::item_tree::{FILE, ItemTree, ScopeId};
use crate::dialect::KnownCrate;
use crate::workspace::{SourceFile, Workspace};

pub(super) use build::build;
use crates::Externs;

/// Index into [`Modules::list`].
pub(super) type ModuleId = u32;
/// Index into [`Workspace::files`].
pub(super) type FileId = u32;

/// Every module of a workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules {
    /// The modules.
    pub(super) list: Vec<Module>,
    /// Compilation units.
    pub(super) units: Vec<Unit>,
    /// For each file, the scopes that are modules, in order; the file itself comes first.
    pub(super) of_file: Vec<Vec<(ScopeId, ModuleId)>>,
    /// The files that are modules in several places: their scopes in all but the one that they are read for.
    pub(super) views: BTreeMap<Place, View>,
}

/// Where a file is a module once more: the unit, and the how manieth time there.
pub(super) type Place = (u32, u32);

/// Files as modules of one place.
pub(super) type View = HashMap<FileId, Vec<(ScopeId, ModuleId)>>;

/// A module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// The module around it; `None` for a crate's root.
    pub(super) parent: Option<ModuleId>,
    /// Its name; the crate's for a root.
    pub(super) name: Box<str>,
    /// Its crate.
    pub(super) unit: u32,
    /// Its file.
    pub(super) file: FileId,
    /// Its scope in that file.
    pub(super) scope: ScopeId,
    /// Modules below; a name occurs twice where `cfg` chooses among files.
    pub(super) children: BTreeMap<Box<str>, Vec<ModuleId>>,
    /// File, scope and byte of its declaration, for names that a `macro_rules!` before it brings.
    pub(super) declared: Option<(FileId, ScopeId, u32)>,
    /// Test code as a whole.
    pub(super) is_test: bool,
}

/// A compilation unit: a library, a program, a test.
#[derive(Clone, Debug, Default)]
pub(super) struct Unit {
    /// The package's name, as published.
    pub(super) package: Box<str>,
    /// Its root.
    pub(super) root: ModuleId,
    /// 2015, 2018, …
    pub(super) edition: u16,
    /// Crates by the name that code uses.
    pub(super) externs: Externs,
    /// `#[macro_use] extern crate`: the crate, the names, empty for all, and its place among the root's `extern crate`s.
    pub(super) macro_use: Vec<(External, Vec<String>, u32)>,
    /// Module path of the root, where a file stands for a crate that is not there as a whole.
    pub(super) prefix: Vec<String>,
    /// Library of the same package.
    pub(super) library: Option<u32>,
}

/// What a crate's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum External {
    /// A crate whose macros are known.
    Known(KnownCrate),
    /// A library of the workspace: index into [`Modules::units`].
    Unit(u32),
    /// Another crate.
    Foreign,
}

impl Module {
    /// The first module of this name below.
    pub(super) fn child(&self, name: &str) -> Option<ModuleId> {
        self.children.get(name).and_then(|children| children.first()).copied()
    }

    fn add_child(&mut self, name: Box<str>, child: ModuleId) {
        self.children.entry(name).or_default().push(child);
    }
}

/// The module around a scope, by the scopes of a file that are modules, in order.
pub(super) fn around(
    modules: &[(ScopeId, ModuleId)],
    item_tree: &ItemTree,
    scope: ScopeId,
) -> Option<ModuleId> {
    let mut scope = item_tree.scopes.get(scope as usize)?.module;
    loop {
        let at = modules.partition_point(|(other, _)| *other < scope);
        if let Some((_, id)) = modules.get(at).filter(|(other, _)| *other == scope) {
            return Some(*id);
        }
        if scope == FILE {
            return None;
        }
        let parent = item_tree.scopes.get(scope as usize)?.parent;
        scope = item_tree.scopes.get(parent as usize)?.module;
    }
}

impl Modules {
    /// The module of a file's scope, which may be any scope inside it.
    pub(super) fn at(
        &self,
        item_tree: &ItemTree,
        file: FileId,
        scope: ScopeId,
    ) -> Option<ModuleId> {
        around(self.of_file.get(file as usize)?, item_tree, scope)
    }

    /// The module that a file is read as.
    pub(super) fn root_of(&self, file: FileId) -> ModuleId {
        let root = self.of_file.get(file as usize).and_then(|found| found.first());
        root.map_or(0, |(_, root)| *root)
    }

    /// The views of other places that have a file.
    pub(super) fn views_of(&self, file: FileId) -> impl Iterator<Item = (Place, &View)> {
        let views = self.views.iter().filter(move |(_, view)| view.contains_key(&file));
        views.map(|(place, view)| (*place, view))
    }

    /// Names from the crate's root to a module.
    pub(super) fn path(&self, module: ModuleId) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at.and_then(|at| self.list.get(at as usize)) {
            if module.parent.is_some() && !module.name.is_empty() {
                path.push(module.name.to_string());
            }
            if module.parent.is_none() {
                let unit = self.units.get(module.unit as usize);
                path.extend(unit.into_iter().flat_map(|unit| unit.prefix.iter().rev().cloned()));
            }
            at = module.parent;
        }
        path.reverse();
        path
    }

    /// The modules with one more file, which is none of the workspace's yet.
    pub(super) fn with_stray(
        &self,
        workspace: &Workspace,
        file: &SourceFile,
        id: FileId,
    ) -> Modules {
        let mut modules = self.clone();
        modules.of_file.resize_with(id as usize + 1, Vec::new);
        let package = file.crate_index.and_then(|index| workspace.crates.get(index));
        let parent =
            modules.parent_of_stray(package.map(|package| package.name.as_str()), file, id);
        let unit = match parent {
            Some(parent) => modules.list[parent as usize].unit,
            None => {
                modules.units.push(Unit {
                    package: package.map_or("", |package| package.name.as_str()).into(),
                    root: modules.list.len() as ModuleId,
                    edition: package.map_or(2021, |package| package.edition),
                    externs: match package {
                        Some(package) => crates::dependencies(package),
                        None => crates::usual(),
                    },
                    prefix: file.module.clone(),
                    ..Unit::default()
                });
                modules.units.len() as u32 - 1
            }
        };
        modules.of_file[id as usize].push((FILE, modules.list.len() as ModuleId));
        modules.list.push(Module {
            parent,
            name: file.module.last().map_or("", String::as_str).into(),
            unit,
            file: id,
            scope: FILE,
            children: BTreeMap::new(),
            declared: None,
            is_test: file.test_code,
        });
        modules
    }

    /// The module that a file which no `mod` reaches most likely belongs below.
    fn parent_of_stray(
        &self,
        package: Option<&str>,
        file: &SourceFile,
        id: FileId,
    ) -> Option<ModuleId> {
        let package = package?;
        let found =
            self.units.iter().find(|unit| *unit.package == *package && unit.library.is_some());
        let found = found.or_else(|| self.units.iter().find(|unit| *unit.package == *package))?;
        // As deep as modules of that name exist, then below.
        let mut parent = found.root;
        for name in &file.module {
            match self.list[parent as usize].child(name) {
                Some(child) if self.list[child as usize].file != id => parent = child,
                _ => break,
            }
        }
        Some(parent)
    }

    /// The scopes of a newer text that are modules; those that are new are added.
    pub(super) fn match_scopes<'a>(
        mut modules: Cow<'a, Self>,
        item_tree: &ItemTree,
        file: FileId,
        root: ModuleId,
    ) -> (Cow<'a, Self>, Vec<(ScopeId, ModuleId)>) {
        let mut found = vec![(FILE, root)];
        // A module's declaration is before its content.
        for item in &item_tree.modules {
            let Some(body) = item.body else { continue };
            // Bodies are in the order of their scopes.
            let at = found.partition_point(|(scope, _)| *scope < item.scope);
            let Some(&(_, parent)) = found.get(at).filter(|(scope, _)| *scope == item.scope) else {
                continue;
            };
            let Some(above) = modules.list.get(parent as usize) else { continue };
            let mut children = above.children.get(&item.name).into_iter().flatten();
            let child = children.find(|child| {
                modules.list.get(**child as usize).is_some_and(|child| child.file == file)
            });
            let child = match child {
                Some(child) => *child,
                None => {
                    let module = Module {
                        parent: Some(parent),
                        name: item.name.clone(),
                        file,
                        scope: body,
                        children: BTreeMap::new(),
                        declared: None,
                        is_test: above.is_test || item.is_test,
                        unit: above.unit,
                    };
                    let modules = modules.to_mut();
                    let id = modules.list.len() as ModuleId;
                    modules.list[parent as usize].add_child(item.name.clone(), id);
                    modules.list.push(module);
                    id
                }
            };
            found.push((body, child));
        }
        (modules, found)
    }
}
