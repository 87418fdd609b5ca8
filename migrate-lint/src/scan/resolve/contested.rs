//! Names that `cfg` gives to different macros: `#[cfg(feature = "defmt")] use defmt::info;` beside
//! `#[cfg(not(feature = "defmt"))] use log::info;`.

use super::{Found, Names, Seen, Site, blocks, plain};
use crate::scan::item_tree::{ItemTree, ScopeId};
use crate::scan::modules::{FileId, ModuleId};

impl<'a> Names<'a> {
    /// Whether imports of one scope bring different macros that log by the name of a call: what suits one of them need not
    /// suit the other.
    pub(in crate::scan) fn is_contested(&self, site: Site, path: &'a str) -> bool {
        let name = plain(path.trim());
        if name.contains("::") || self.textual(site, name).is_some() {
            return false;
        }
        let scope = self.item_tree(site.file).and_then(|tree| tree.scopes.get(site.scope as usize));
        scope.is_some_and(|scope| match self.answers {
            Some(answers) => answers.contested(self, site.file, scope.naming, name),
            None => self.is_contested_in(site.file, scope.naming, name),
        })
    }

    pub(super) fn is_contested_in(&self, file: FileId, scope: ScopeId, name: &'a str) -> bool {
        let (Some(module), Some(item_tree)) = (self.module(file, scope), self.item_tree(file))
        else {
            return false;
        };
        let own = blocks(item_tree, scope).map(|scope| (item_tree, file, scope));
        for from in own.chain(self.contents(module)) {
            let found = self.brought(from, module, name);
            if let Some(first) = found.first() {
                return found.iter().any(|other| differ(*first, *other));
            }
        }
        let unit = self.modules.list.get(module as usize).map(|module| module.unit);
        let unit = unit.and_then(|unit| self.modules.units.get(unit as usize));
        let crates = unit.into_iter().flat_map(|unit| &unit.macro_use);
        let named = crates
            .filter(|(_, names, _)| names.is_empty() || names.iter().any(|listed| listed == name));
        let found: Vec<Found> = named
            .filter_map(|(external, ..)| self.external(*external))
            .filter_map(|space| self.macro_in(space, name, module, &mut Seen::default()))
            .filter(|found| *found != Found::Other)
            .collect();
        found.first().is_some_and(|first| found.iter().any(|other| differ(*first, *other)))
    }

    /// What the imports of a scope bring by a name, or what its globs do where no import names it.
    fn brought(
        &self,
        (item_tree, _, scope): (&'a ItemTree, FileId, ScopeId),
        module: ModuleId,
        name: &'a str,
    ) -> Vec<Found> {
        const N_GLOBS: usize = 32;
        let named: Vec<Found> = item_tree
            .uses_of(scope, name)
            .iter()
            .filter_map(|item| {
                self.macro_at(item_tree, scope, module, &item.path, &mut Seen::default())
            })
            .collect();
        let named: Vec<Found> = named.into_iter().filter(|found| *found != Found::Other).collect();
        if !named.is_empty() {
            return named;
        }
        item_tree
            .uses_of(scope, "*")
            .iter()
            .take(N_GLOBS)
            .filter_map(|item| {
                let mut seen = Seen::default();
                let space = self.space(module, &super::split(&item.path), true, &mut seen)?;
                self.macro_in(space, name, module, &mut seen)
            })
            .filter(|found| *found != Found::Other)
            .collect()
    }
}

/// Macros of the workspace are wrappers of one logger, mostly.
fn differ(one: Found, other: Found) -> bool {
    one != other && (matches!(one, Found::Known(_)) || matches!(other, Found::Known(_)))
}
