//! What the name of a macro means where it is.
//!
//! The order is the compiler's: `macro_rules!` in textual scope, imports of the blocks around, the module's own names,
//! `#[macro_use] extern crate`, the standard library. What a crate outside of the workspace exports is unknown; only a path
//! that goes through a crate's well-known name (`framework::log::info!`) is taken for that crate.

mod answers;
mod contested;
mod macros;
mod seen;
mod spaces;
mod textual;
mod used_imports;

use std::collections::{HashMap, HashSet};

pub(super) use answers::Answers;
pub(super) use seen::Seen;
use spaces::reexported;
pub(super) use textual::Passed;
pub(super) use used_imports::{Import, UsedImports};

use super::item_tree::{ItemTree, ScopeId, ScopeKind};
use super::modules::{self, FileId, ModuleId, Modules, View};
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
    /// What `#[macro_use]` passes on to the text after a module.
    pub(super) passed: &'a Passed<'a>,
    /// What stands in for a file's item tree.
    pub(super) newer: Option<Newer<'a>>,
    /// Files as another unit has them.
    pub(super) view: Option<&'a View>,
    /// Takes note of the imports that answers lean on.
    pub(super) used_imports: Option<&'a UsedImports>,
    /// What was asked before.
    pub(super) answers: Option<&'a Answers>,
}

/// How many scopes with names of their own are looked at, of those inside each other.
const N_SCOPES: usize = 256;

/// A newer text of one file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newer<'a> {
    /// The file; after the last where it is none of the workspace's.
    pub(super) file: FileId,
    /// Its names.
    pub(super) item_tree: &'a ItemTree,
    /// Its scopes that are modules, in order.
    pub(super) modules: &'a [(ScopeId, ModuleId)],
    /// The same by module.
    pub(super) scopes: &'a HashMap<ModuleId, ScopeId>,
    /// Names that it gives to macros.
    pub(super) callable: &'a HashSet<&'a str>,
}

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
        match newer.or_else(viewed) {
            Some(modules) => modules::around(modules, item_tree, scope),
            None => self.modules.at(item_tree, file, scope),
        }
    }

    /// Where a module's own names stand.
    pub(super) fn contents(&self, module: ModuleId) -> Option<(&'a ItemTree, FileId, ScopeId)> {
        let found = self.modules.list.get(module as usize)?;
        if let Some(newer) = self.newer.filter(|newer| newer.file == found.file) {
            let scope = newer.scopes.get(&module)?;
            return Some((newer.item_tree, found.file, *scope));
        }
        Some((self.item_tree(found.file)?, found.file, found.scope))
    }

    /// What a macro's path means at a place; `None` where nothing declares it.
    pub(super) fn find(&self, site: Site, path: &'a str) -> Option<Found> {
        work::count(1);
        let name = path.rsplit("::").next().map_or("", |name| plain(name.trim()));
        let is_new = |newer: Newer<'_>| newer.callable.contains(name);
        if !self.callable.contains(name) && !self.newer.is_some_and(is_new) {
            return None;
        }
        let is_bare = !path.contains("::");
        if is_bare && let Some(found) = self.textual(site, name) {
            return Some(found);
        }
        // All else is the same wherever the call is between two scopes that declare names.
        let scope = self.item_tree(site.file)?.scopes.get(site.scope as usize)?.naming;
        match self.answers {
            Some(answers) => answers.of(self, site.file, scope, path),
            None => self.find_in_scope(site.file, scope, path),
        }
    }

    /// What a path means in a scope, but for `macro_rules!` in textual scope.
    fn find_in_scope(&self, file: FileId, scope: ScopeId, path: &'a str) -> Option<Found> {
        let site = Site { file, scope, offset: u32::MAX };
        let mut module = self.module(file, scope)?;
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
        let mut inner = blocks(item_tree, site.scope);
        let around = inner.find_map(|scope| match item_tree.scopes[scope as usize].kind {
            ScopeKind::Definition(_) => Some(item_tree.scopes[scope as usize].parent),
            _ => None,
        })?;
        let name = plain(path.trim());
        let after = Site { scope: around, offset: u32::MAX, ..site };
        let unit = self.modules.list.get(self.module(site.file, around)? as usize)?.unit;
        let root = self.modules.units.get(unit as usize)?.root;
        let textual = self.textual(after, name);
        textual.or_else(|| self.in_module(root, name, root, &mut Seen::default()))
    }

    fn find_in(&self, site: Site, module: ModuleId, path: &'a str) -> Option<Found> {
        let mut words: Vec<&str> = path.split("::").map(str::trim).map(plain).collect();
        let name = words.pop()?;
        let mut seen = Seen::default();
        if words.is_empty() {
            return self.bare(site, module, name, &mut seen);
        }
        // `log::info!` may lean on a `use … as log` of a block.
        let item_tree = self.item_tree(site.file)?;
        for scope in blocks(item_tree, site.scope) {
            for item in item_tree.uses_of(scope, words[0]) {
                if let Some(mut space) = self.space(module, &split(&item.path), true, &mut seen) {
                    self.note(site.file, item);
                    for word in &words[1..] {
                        space = self.inside(space, word, module, &mut seen)?;
                    }
                    return self.macro_in(space, name, module, &mut seen);
                }
            }
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
        let item_tree = self.item_tree(site.file)?;
        for scope in blocks(item_tree, site.scope) {
            let from = (item_tree, site.file, scope);
            if let Some(found) = self.imported(from, module, name, module, seen) {
                return Some(found);
            }
        }
        if let Some(found) = self.in_module(module, name, module, seen) {
            return Some(found);
        }
        let unit = self.modules.list.get(module as usize)?.unit;
        for (external, names, place) in &self.modules.units.get(unit as usize)?.macro_use {
            if !seen.goes_on(1 + names.len()) {
                break;
            }
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
        const N_ALTERNATIVES: usize = 32;
        let mut found = vec![index];
        let Some(item_tree) = self.item_tree(file) else { return found };
        let item = |index: u32| item_tree.macros.get(index as usize);
        if let Some(one) = item(index).filter(|one| one.has_cfg) {
            let others = item_tree.macros_before(one.scope, &one.name, u32::MAX).iter().copied();
            let others = others.take(N_ALTERNATIVES).filter(|other| *other != index);
            found.extend(others.filter(|other| item(*other).is_some_and(|one| one.has_cfg)));
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

/// The scopes with names of their own around a scope, within its module: from the inside out.
fn blocks(item_tree: &ItemTree, scope: ScopeId) -> impl Iterator<Item = ScopeId> {
    let naming = |scope: ScopeId| {
        let scope = item_tree.scopes.get(scope as usize)?.naming;
        let found = item_tree.scopes.get(scope as usize)?;
        work::count(1);
        (found.module != scope).then_some(scope)
    };
    let around = move |scope: &ScopeId| naming(item_tree.scopes.get(*scope as usize)?.parent);
    std::iter::successors(naming(scope), around).take(N_SCOPES)
}

fn split(path: &str) -> Vec<&str> {
    path.split("::").collect()
}

fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}
