//! What the name of a macro means where it is.
//!
//! The order is the compiler's: `macro_rules!` in textual scope, imports of the blocks around, the module's own names,
//! `#[macro_use] extern crate`, the standard library. What a crate outside of the workspace exports is unknown; only a path
//! that goes through a crate's well-known name (`framework::log::info!`) is taken for that crate.

mod macros;
mod spaces;
mod textual;
mod used_imports;

use std::collections::{HashMap, HashSet};

use spaces::reexported;
pub(super) use used_imports::{Import, UsedImports};

use super::item_tree::{FILE, ItemTree, ScopeId, ScopeKind};
use super::modules::{FileId, ModuleId, Modules, View};
use crate::dialect::{self, KnownCrate, KnownMacro};
use crate::work;

/// What a macro's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A known macro.
    Known(KnownMacro),
    /// A `macro_rules!` of the workspace: file and index into [`ItemTree::macros`].
    Macro(FileId, u32),
    /// Something else.
    Other,
}

/// Where a name is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// The file.
    pub(super) file: FileId,
    /// The innermost scope.
    pub(super) scope: ScopeId,
    /// The byte: a `macro_rules!` holds only after its definition.
    pub(super) offset: u32,
}

/// What holds macros or modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// A module of the workspace.
    Module(ModuleId),
    /// A crate whose macros are known.
    Known(KnownCrate),
    /// Any other crate.
    Foreign,
}

/// All names of a workspace, with a newer text of one file where there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// The modules.
    pub(super) modules: &'a Modules,
    /// Each file's names.
    pub(super) item_trees: &'a [ItemTree],
    /// Exported macros by crate.
    pub(super) exported: &'a HashMap<(u32, Box<str>), (FileId, u32)>,
    /// Every name by which a macro that logs may be called; what is none of them need not be looked for.
    pub(super) callable: &'a HashSet<Box<str>>,
    /// Names of all `macro_rules!`.
    pub(super) defined: &'a HashSet<Box<str>>,
    /// What stands in for a file's item tree.
    pub(super) newer: Option<Newer<'a>>,
    /// Files as another unit has them.
    pub(super) view: Option<&'a View>,
    /// Takes note of the imports that answers lean on.
    pub(super) used_imports: Option<&'a UsedImports>,
}

/// A newer text of one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newer<'a> {
    /// The file; after the last where it is none of the workspace's.
    pub(super) file: FileId,
    /// Its names.
    pub(super) item_tree: &'a ItemTree,
    /// Its scopes that are modules.
    pub(super) modules: &'a [(ScopeId, ModuleId)],
}

/// What a query has looked at, so that modules that import each other end.
pub(super) type Seen<'a> = HashSet<(ModuleId, bool, &'a str)>;

impl<'a> Names<'a> {
    /// A file's names.
    pub(super) fn item_tree(&self, file: FileId) -> Option<&'a ItemTree> {
        match self.newer {
            Some(newer) if newer.file == file => Some(newer.item_tree),
            _ => self.item_trees.get(file as usize),
        }
    }

    /// The module around a scope.
    pub(super) fn module(&self, file: FileId, scope: ScopeId) -> Option<ModuleId> {
        let newer = self.newer.filter(|newer| newer.file == file).map(|newer| newer.modules);
        let viewed = || self.view.and_then(|view| view.get(&file)).map(Vec::as_slice);
        let item_tree = self.item_tree(file)?;
        let Some(modules) = newer.or_else(viewed) else {
            return self.modules.at(item_tree, file, scope);
        };
        let mut scope = scope;
        loop {
            if let Some((_, id)) = modules.iter().find(|(at, _)| *at == scope) {
                return Some(*id);
            }
            if scope == FILE {
                return None;
            }
            scope = item_tree.scopes.get(scope as usize)?.parent;
        }
    }

    /// Where a module's own names stand.
    pub(super) fn contents(&self, module: ModuleId) -> Option<(&'a ItemTree, FileId, ScopeId)> {
        let found = self.modules.list.get(module as usize)?;
        if let Some(newer) = self.newer.filter(|newer| newer.file == found.file) {
            let (scope, _) = newer.modules.iter().find(|(_, id)| *id == module)?;
            return Some((newer.item_tree, found.file, *scope));
        }
        Some((self.item_tree(found.file)?, found.file, found.scope))
    }

    /// What a macro's path means at a place; `None` where nothing declares it.
    pub(super) fn find(&self, site: Site, path: &'a str) -> Option<Found> {
        work::count(1);
        let name = path.rsplit("::").next().map_or("", |name| plain(name.trim()));
        let is_new = |newer: Newer<'_>| callable(newer.item_tree).any(|known| known == name);
        if !self.callable.contains(name) && !self.newer.is_some_and(is_new) {
            return None;
        }
        let mut module = self.module(site.file, site.scope)?;
        loop {
            if let Some(found) = self.find_in(site, module, path) {
                return Some(found);
            }
            // An included file has the names of the module around it, too.
            let found = self.modules.list.get(module as usize)?;
            match found.parent.filter(|_| found.name.is_empty()) {
                Some(parent) => module = parent,
                None => break,
            }
        }
        self.in_definition(site, path)
    }

    /// Names in a macro's body mean what they mean where it is called: most often in the same crate, and later.
    fn in_definition(&self, site: Site, path: &'a str) -> Option<Found> {
        let item_tree = self.item_tree(site.file)?;
        let mut scope = site.scope;
        while !is_module(item_tree, scope) {
            let found = item_tree.scopes.get(scope as usize)?;
            if matches!(found.kind, ScopeKind::Definition(_)) {
                let name = plain(path.trim());
                let behind = Site { scope: found.parent, offset: u32::MAX, ..site };
                let unit = self.modules.list.get(self.module(site.file, scope)? as usize)?.unit;
                let root = self.modules.units.get(unit as usize)?.root;
                let textual = self.textual(behind, name);
                return textual.or_else(|| self.in_module(root, name, root, &mut Seen::new()));
            }
            scope = found.parent;
        }
        None
    }

    fn find_in(&self, site: Site, module: ModuleId, path: &'a str) -> Option<Found> {
        let mut words: Vec<&str> = path.split("::").map(str::trim).map(plain).collect();
        let name = words.pop()?;
        let mut seen = Seen::new();
        if words.is_empty() {
            return self.bare(site, module, name, &mut seen);
        }
        // `log::info!` may lean on a `use … as log` of a block.
        let item_tree = self.item_tree(site.file)?;
        let mut scope = site.scope;
        while !is_module(item_tree, scope) {
            for item in item_tree.uses_of(scope, words[0]) {
                if let Some(mut space) = self.space(module, &split(&item.path), true, &mut seen) {
                    self.note(site.file, item);
                    for word in &words[1..] {
                        space = self.inside(space, word, module, &mut seen)?;
                    }
                    return self.macro_in(space, name, module, &mut seen);
                }
            }
            scope = item_tree.scopes[scope as usize].parent;
        }
        match self.space(module, &words, false, &mut seen) {
            Some(space) => self.macro_in(space, name, module, &mut seen),
            // Nothing else than the crate can be meant, by whatever way its name gets here.
            None => match words[..] {
                [word] => known_in(reexported(word)?, name),
                _ => None,
            },
        }
    }

    fn bare(
        &self,
        site: Site,
        module: ModuleId,
        name: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        if let Some(found) = self.textual(site, name) {
            return Some(found);
        }
        let item_tree = self.item_tree(site.file)?;
        let mut scope = site.scope;
        while !is_module(item_tree, scope) {
            let from = (item_tree, site.file, scope);
            if let Some(found) = self.imported(from, module, name, module, seen) {
                return Some(found);
            }
            scope = item_tree.scopes[scope as usize].parent;
        }
        if let Some(found) = self.in_module(module, name, module, seen) {
            return Some(found);
        }
        let unit = self.modules.list.get(module as usize)?.unit;
        for (external, names, place) in &self.modules.units.get(unit as usize)?.macro_use {
            if names.is_empty() || names.iter().any(|listed| listed == name) {
                let found = self.macro_in(self.external(*external)?, name, module, seen);
                if let Some(found @ (Found::Known(_) | Found::Macro(..))) = found {
                    self.note_macro_use(unit, *place, name);
                    return Some(found);
                }
            }
        }
        dialect::standard().find(name).map(Found::Known)
    }

    /// A macro and those that `cfg` may put in its place.
    pub(super) fn alternatives(&self, file: FileId, index: u32) -> Vec<u32> {
        let mut found = vec![index];
        let item_tree = self.item_tree(file);
        let macros = item_tree.map_or(&[][..], |item_tree| &item_tree.macros[..]);
        if let Some(item) = macros.get(index as usize).filter(|item| item.has_cfg) {
            let others = macros.iter().enumerate().filter(|(other, one)| {
                *other as u32 != index
                    && one.has_cfg
                    && one.name == item.name
                    && one.scope == item.scope
            });
            found.extend(others.map(|(other, _)| other as u32));
        }
        found
    }
}

/// What a known crate exports is known as a whole: `use std::error` brings no macro.
fn known_in(from: KnownCrate, name: &str) -> Option<Found> {
    from.find(name).map(Found::Known)
}

/// Names that a file gives to macros: its own, and those of imports that rename.
pub(super) fn callable(item_tree: &ItemTree) -> impl Iterator<Item = &str> {
    let own = item_tree.macros.iter().map(|item| &*item.name);
    let renamed = item_tree.uses.iter().filter(|item| {
        let last = item.path.rsplit("::").next();
        last.is_some_and(|last| last != &*item.name) && *item.name != *"*" && *item.name != *"_"
    });
    own.chain(renamed.map(|item| &*item.name))
}

fn is_module(item_tree: &ItemTree, scope: ScopeId) -> bool {
    let kind = item_tree.scopes.get(scope as usize).map(|scope| &scope.kind);
    matches!(kind, Some(ScopeKind::File | ScopeKind::Module(_)) | None)
}

fn split(path: &str) -> Vec<&str> {
    path.split("::").collect()
}

fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}
