//! `macro_rules!` by the order of the text: a definition holds from where it is to the end of its block or module, and on
//! after a module with `#[macro_use]`.

use std::collections::{HashMap, HashSet};

use super::{Found, N_SCOPES, Names, Newer, Site};
use crate::scan::item_tree::{FILE, ItemTree, ScopeId};
use crate::scan::modules::{FileId, ModuleId};
use crate::work;

/// The macros that modules pass on to the text after them, by the module around them.
#[derive(Debug, Default)]
pub(in crate::scan) struct Passed<'a> {
    found: HashMap<ModuleId, Definitions>,
    /// What holds for modules that are not looked at again.
    before: Option<&'a Passed<'a>>,
}

/// Definitions by name, in source order.
type Definitions = HashMap<Box<str>, Vec<Definition>>;

#[derive(Clone, Copy, Debug)]
struct Definition {
    /// First byte of the module that passes it on.
    start: u32,
    file: FileId,
    index: u32,
    /// How many modules have passed it on.
    n_modules: u32,
}

impl Names<'_> {
    /// A `macro_rules!` that precedes the call, in this file or before the declaration of its module.
    pub(super) fn textual(&self, site: Site, name: &str) -> Option<Found> {
        let is_new = |newer: Newer<'_>| newer.callable.contains(name);
        if !self.defined.contains(name) && !self.newer.is_some_and(is_new) {
            return None;
        }
        let Site { mut file, mut scope, offset: mut before } = site;
        for _ in 0..256 {
            let item_tree = self.item_tree(file)?;
            if let Some(found) = self.textual_in_file(file, item_tree, scope, before, name) {
                return Some(found);
            }
            let root = self.module(file, FILE)?;
            (file, scope, before) = self.modules.list.get(root as usize)?.declared?;
        }
        None
    }

    fn textual_in_file(
        &self,
        file: FileId,
        item_tree: &ItemTree,
        mut scope: ScopeId,
        mut before: u32,
        name: &str,
    ) -> Option<Found> {
        for n_scopes in 0.. {
            let around = item_tree.scopes.get(scope as usize)?;
            let next = if n_scopes < N_SCOPES { around.naming } else { around.module };
            if next != scope {
                // Of what is around the scope, that counts which comes before it.
                before = around.start;
                scope = next;
            }
            if let Some(found) = self.textual_in(file, item_tree, scope, before, name) {
                return Some(found);
            }
            if scope == FILE {
                break;
            }
            let found = item_tree.scopes.get(scope as usize)?;
            (before, scope) = (found.start, found.parent);
        }
        None
    }

    /// The last definition of a macro in one scope before a byte, also inside modules with
    /// `#[macro_use]`.
    fn textual_in(
        &self,
        file: FileId,
        item_tree: &ItemTree,
        scope: ScopeId,
        before: u32,
        name: &str,
    ) -> Option<Found> {
        work::count(1);
        let own = item_tree.macros_before(scope, name, before).last();
        let own = own.map(|&index| (item_tree.macros[index as usize].start, index));
        let is_module = item_tree.scopes.get(scope as usize).is_some_and(|it| it.module == scope);
        let passed = || {
            let passed = self.passed.of(self.module(file, scope)?)?.get(name)?;
            let end = passed.partition_point(|one| one.start < before);
            passed[..end].last().copied()
        };
        match (is_module.then(passed).flatten(), own) {
            (Some(passed), own) if own.is_none_or(|(start, _)| start <= passed.start) => {
                Some(Found::Macro(passed.file, passed.index))
            }
            (_, own) => own.map(|(_, index)| Found::Macro(file, index)),
        }
    }
}

impl<'a> Passed<'a> {
    /// What the modules of a workspace pass on.
    pub(in crate::scan) fn of_all(names: &Names<'_>) -> Self {
        let mut passed = Self::default();
        for module in 0..names.modules.list.len() as ModuleId {
            passed.gather(names, module, None);
        }
        passed
    }

    /// The same where one file has a newer text: its modules, and those around them, are looked at again.
    pub(in crate::scan) fn with_newer(names: &Names<'a>, newer: Newer<'a>) -> Self {
        let mut passed = Self { before: Some(names.passed), ..Self::default() };
        let old = names.item_trees.get(newer.file as usize);
        let passes = |item_tree: &ItemTree| {
            !item_tree.macros.is_empty() || !item_tree.macro_modules.is_empty()
        };
        if !passes(newer.item_tree) && !old.is_some_and(passes) {
            return passed;
        }
        let mut again: HashSet<ModuleId> = newer.modules.iter().map(|(_, id)| *id).collect();
        let mut at = newer.modules.first().map(|(_, root)| *root);
        while let Some(id) = at {
            again.insert(id);
            at = names.modules.list.get(id as usize).and_then(|module| module.parent);
        }
        for &module in &again {
            passed.gather(names, module, Some(&again));
        }
        passed
    }

    fn of(&self, module: ModuleId) -> Option<&Definitions> {
        let before = || self.before.and_then(|before| before.of(module));
        self.found.get(&module).or_else(before)
    }

    fn gather(&mut self, names: &Names<'_>, module: ModuleId, again: Option<&HashSet<ModuleId>>) {
        // A module has as many of one name as `cfg` chooses among.
        const N_OF_NAME: usize = 16;
        // How far a macro is passed on.
        const N_MODULES: u32 = 16;
        let is_known = self.found.contains_key(&module);
        if is_known || again.is_some_and(|again| !again.contains(&module)) {
            return;
        }
        // A module that is inside of itself passes on nothing.
        self.found.insert(module, Definitions::new());
        let Some((item_tree, _, scope)) = names.contents(module) else { return };
        let children = names.modules.list.get(module as usize).map(|module| &module.children);
        let mut found = Definitions::new();
        for index in item_tree.macro_modules_of(scope) {
            let item = &item_tree.modules[*index as usize];
            let children = children.and_then(|children| children.get(&item.name));
            for &child in children.into_iter().flatten().take(N_OF_NAME) {
                let Some((inner, file, inside)) = names.contents(child) else { continue };
                // The declaration says it, or the module itself: `#![macro_use]`.
                let says_it = inner.scopes.get(inside as usize).is_some_and(|it| it.macro_use);
                if !item.macro_use && !says_it {
                    continue;
                }
                self.gather(names, child, again);
                let passed = self.last_of(inner, file, inside, child);
                let is_empty = passed.is_empty();
                for (name, mut definition) in passed {
                    definition.start = item.start;
                    definition.n_modules += 1;
                    if definition.n_modules <= N_MODULES {
                        found.entry(name).or_default().push(definition);
                    }
                }
                if !is_empty {
                    break;
                }
            }
        }
        self.found.insert(module, found);
    }

    /// The last definition of each name in a module.
    fn last_of(
        &self,
        item_tree: &ItemTree,
        file: FileId,
        scope: ScopeId,
        module: ModuleId,
    ) -> HashMap<Box<str>, Definition> {
        let mut last: HashMap<Box<str>, Definition> = HashMap::new();
        let passed = self.of(module).into_iter().flatten();
        last.extend(passed.filter_map(|(name, all)| Some((name.clone(), *all.last()?))));
        // In the order of their places.
        for &index in item_tree.macros_of(scope) {
            let item = &item_tree.macros[index as usize];
            if last.get(&item.name).is_none_or(|one| one.start <= item.start) {
                let (start, n_modules) = (item.start, 0);
                last.insert(item.name.clone(), Definition { start, file, index, n_modules });
            }
        }
        last
    }
}
