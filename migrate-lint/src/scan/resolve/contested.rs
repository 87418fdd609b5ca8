//! Names that `cfg` gives to different macros: `#[cfg(feature = "defmt")] use defmt::info;` beside
//! `#[cfg(not(feature = "defmt"))] use log::info;`.

use super::{Found, Names, Seen, Site, Space, blocks, plain};
use crate::dialect;
use crate::scan::item_tree::{ItemTree, ScopeId};
use crate::scan::modules::{FileId, ModuleId};

impl<'a> Names<'a> {
    /// Whether imports of one scope bring different macros that log by the name of a call: what suits one of them need not
    /// suit the other.
    pub(in crate::scan) fn is_contested(&self, site: Site, path: &'a str) -> bool {
        let name = plain(path.trim());
        if !name.contains("::") && self.textual(site, name).is_some() {
            return false;
        }
        let scope = self.item_tree(site.file).and_then(|tree| tree.scopes.get(site.scope as usize));
        scope.is_some_and(|scope| self.is_contested_from(site.file, scope.naming, name))
    }

    /// The same from a scope with names of its own on, remembered.
    fn is_contested_from(&self, file: FileId, scope: ScopeId, name: &'a str) -> bool {
        match self.answers {
            Some(answers) => answers.contested(self, file, scope, name),
            None => self.is_contested_in(file, scope, name),
        }
    }

    pub(super) fn is_contested_in(&self, file: FileId, scope: ScopeId, name: &'a str) -> bool {
        let (Some(module), Some(item_tree)) = (self.module(file, scope), self.item_tree(file))
        else {
            return false;
        };
        let mut own = blocks(item_tree, scope).map(|scope| (item_tree, file, scope));
        if name.contains("::") {
            let inner = own.next();
            let mut found = inner.and_then(|from| self.led_to(from, module, name));
            if found.is_none()
                && let Some((.., around)) = own.next()
            {
                return self.is_contested_from(file, around, name);
            }
            let mut contents = self.contents(module).into_iter();
            found = found.or_else(|| contents.find_map(|from| self.led_to(from, module, name)));
            let found = found.unwrap_or_default();
            return found.first().is_some_and(|one| found.iter().any(|other| differ(*one, *other)));
        }
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
        let is_certain = item_tree.uses_of(scope, name).iter().any(|item| !item.has_cfg);
        if !named.is_empty() && is_certain {
            return named;
        }
        let globs = item_tree
            .uses_of(scope, "*")
            .iter()
            .take(N_GLOBS)
            .filter_map(|item| {
                let mut seen = Seen::default();
                let space = self.space(module, &super::split(&item.path), true, &mut seen)?;
                self.macro_in(space, name, module, &mut seen)
            })
            .filter(|found| *found != Found::Other);
        named.into_iter().chain(globs).collect()
    }

    /// What a path means by each of the crates and modules that a scope may call by its first word; `None` where the scope
    /// gives that name to none.
    fn led_to(
        &self,
        (item_tree, _, scope): (&'a ItemTree, FileId, ScopeId),
        module: ModuleId,
        path: &'a str,
    ) -> Option<Vec<Found>> {
        let mut words: Vec<&str> = path.split("::").map(str::trim).map(plain).collect();
        let name = words.pop()?;
        let (first, rest) = words.split_first()?;
        let uses = item_tree.uses_of(scope, first);
        let externs = item_tree.externs.iter().filter(|item| item.scope == scope);
        let externs_of_name: Vec<_> = externs.filter(|item| *item.alias == **first).collect();
        let may_lack_extern = externs_of_name.iter().all(|item| item.has_cfg);
        let n_externs = externs_of_name.len();
        if uses.is_empty() && (n_externs == 0 || n_externs == 1 && !may_lack_extern) {
            return None;
        }
        let paths = uses.iter().map(|item| match &*item.path {
            path if path == *first => vec!["", path],
            path => super::split(path),
        });
        // Without any of the imports the crate of this name is meant.
        let is_crate = may_lack_extern && uses.iter().all(|item| item.has_cfg);
        let paths = paths.chain(is_crate.then(|| vec!["", *first]));
        let spaces = paths.filter_map(|path| self.space(module, &path, true, &mut Seen::default()));
        // A crate by its own name, which another may have now.
        let externs =
            externs_of_name.iter().filter_map(|item| match dialect::of_package(&item.name) {
                Some(known) => Some(Space::Known(known)),
                None => self.space(module, &["", &*item.name], true, &mut Seen::default()),
            });
        // Where `cfg` leaves the `extern crate` out, its name is the dependency's own.
        let own = (is_crate && !externs_of_name.is_empty()).then(|| dialect::of_package(first));
        let own = own.flatten().map(Space::Known);
        let found = spaces.chain(externs).chain(own).filter_map(|mut space| {
            let mut seen = Seen::default();
            for word in rest {
                space = self.inside(space, word, module, &mut seen)?;
            }
            self.macro_in(space, name, module, &mut seen)
        });
        Some(found.filter(|found| *found != Found::Other).collect())
    }
}

/// Macros of the workspace are wrappers of one logger, mostly.
fn differ(one: Found, other: Found) -> bool {
    one != other && (matches!(one, Found::Known(_)) || matches!(other, Found::Known(_)))
}
