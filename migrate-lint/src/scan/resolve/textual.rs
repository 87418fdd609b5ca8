//! `macro_rules!` by the order of the text: a definition holds from where it is to the end of its block or module.

use super::{Found, Names, Newer, Site};
use crate::scan::item_tree::{FILE, ItemTree, ScopeId};
use crate::scan::modules::FileId;
use crate::work;

impl Names<'_> {
    /// A `macro_rules!` that precedes the call, in this file or before the declaration of its module.
    pub(super) fn textual(&self, site: Site, name: &str) -> Option<Found> {
        let is_new =
            |newer: Newer<'_>| newer.item_tree.macros.iter().any(|item| *item.name == *name);
        if !self.defined.contains(name) && !self.newer.is_some_and(is_new) {
            return None;
        }
        let Site { mut file, mut scope, offset: mut before } = site;
        for _ in 0..256 {
            let item_tree = self.item_tree(file)?;
            loop {
                if let Some(found) = self.textual_in(file, item_tree, scope, before, name, 0) {
                    return Some(found);
                }
                if scope == FILE {
                    break;
                }
                let found = item_tree.scopes.get(scope as usize)?;
                (before, scope) = (found.start, found.parent);
            }
            let root = self.module(file, FILE)?;
            (file, scope, before) = self.modules.list.get(root as usize)?.declared?;
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
        depth: usize,
    ) -> Option<Found> {
        let own = item_tree.macros_before(scope, name, before).last();
        let own =
            own.map(|&index| (item_tree.macros[index as usize].start, Found::Macro(file, index)));
        let from = own.map_or(0, |(start, _)| start);
        work::count(item_tree.macro_modules.len());
        let modules = item_tree.macro_modules.iter().rev();
        let mut modules = modules.map(|&index| &item_tree.modules[index as usize]);
        let through_module = modules.find_map(|item| {
            let is_here = item.scope == scope && item.start < before && item.start >= from;
            if !is_here || depth > 16 {
                return None;
            }
            let parent = self.module(file, scope)?;
            let children = &self.modules.list.get(parent as usize)?.children;
            children.get(&item.name).into_iter().flatten().find_map(|child| {
                let (item_tree, file, scope) = self.contents(*child)?;
                // The declaration says it, or the module itself: `#![macro_use]`.
                let inside = item_tree.scopes.get(scope as usize);
                if !item.macro_use && !inside.is_some_and(|inside| inside.macro_use) {
                    return None;
                }
                self.textual_in(file, item_tree, scope, u32::MAX, name, depth + 1)
            })
        });
        through_module.or(own.map(|(_, found)| found))
    }
}
