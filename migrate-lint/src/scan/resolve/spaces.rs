//! The modules and crates that the words before a name mean.

use super::{Names, Seen, Space, split};
use crate::dialect::{self, KnownCrate};
use crate::scan::item_tree::Visibility;
use crate::scan::modules::{External, ModuleId};

impl<'a> Names<'a> {
    /// The module or crate that a path names.
    pub(in crate::scan) fn space(
        &self,
        module: ModuleId,
        words: &[&'a str],
        is_use: bool,
        seen: &mut Seen<'a>,
    ) -> Option<Space> {
        let found = self.modules.list.get(module as usize)?;
        let unit = self.modules.units.get(found.unit as usize)?;
        let external =
            |name: &str| unit.externs.get(name).and_then(|external| self.external(*external));
        let (first, rest) = words.split_first()?;
        let (mut space, mut rest) = match *first {
            "" => {
                let (first, rest) = rest.split_first()?;
                let local = (unit.edition < 2018)
                    .then(|| self.module_in(unit.root, first, module, seen))
                    .flatten();
                (local.or_else(|| external(first))?, rest)
            }
            "crate" | "$crate" => (Space::Module(unit.root), rest),
            "self" => (Space::Module(module), rest),
            "super" => (Space::Module(found.parent?), rest),
            first => {
                let from = if is_use && unit.edition < 2018 { unit.root } else { module };
                let local = self.module_in(from, first, module, seen);
                (local.or_else(|| external(first))?, rest)
            }
        };
        while let Some((word, after)) = rest.split_first() {
            space = match (*word, space) {
                ("super", Space::Module(module)) => {
                    Space::Module(self.modules.list.get(module as usize)?.parent?)
                }
                (word, space) => self.inside(space, word, module, seen)?,
            };
            rest = after;
        }
        Some(space)
    }

    /// A module or crate inside another.
    pub(super) fn inside(
        &self,
        space: Space,
        word: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Space> {
        match space {
            Space::Module(module) => self.module_in(module, word, asker, seen),
            // Crates export what they log with under its own name.
            Space::Known(_) | Space::Foreign => {
                Some(reexported(word).map_or(Space::Foreign, Space::Known))
            }
        }
    }

    /// A module or crate by the names of a module.
    pub(super) fn module_in(
        &self,
        module: ModuleId,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Space> {
        if !seen.begin(module, true, name) {
            return None;
        }
        let found = self.module_in_once(module, name, asker, seen);
        seen.end(module, true, name, found.is_some());
        found
    }

    pub(super) fn module_in_once(
        &self,
        module: ModuleId,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Space> {
        let found = self.modules.list.get(module as usize)?;
        let unit = self.modules.units.get(found.unit as usize)?;
        let (item_tree, file, scope) = self.contents(module)?;
        if let Some(item) = item_tree.extern_of(scope, name) {
            if *item.name == *"self" {
                return Some(Space::Module(unit.root));
            }
            let external = unit.externs.get(&item.name).copied().unwrap_or(External::Foreign);
            return self.external(external);
        }
        for item in item_tree.uses_of(scope, name) {
            let words = split(&item.path);
            // `use log;` names the crate, not itself.
            let space = match words[..] {
                [word] if word == name => {
                    let external = unit.externs.get(name);
                    external.and_then(|external| self.external(*external))
                }
                _ => self.space(module, &words, true, seen),
            };
            if space.is_some() {
                self.note(file, item);
                return space;
            }
        }
        // Where `cfg` chooses between a crate and a module that stands in for it, the crate is what counts.
        if let Some(child) = found.child(name) {
            return Some(Space::Module(child));
        }
        for item in item_tree.uses_of(scope, "*") {
            if !seen.goes_on(1) {
                break;
            }
            if !self.is_visible(item.visibility, module, asker) {
                continue;
            }
            if let Some(Space::Module(from)) = self.space(module, &split(&item.path), true, seen)
                && let Some(space) = self.module_in(from, name, asker, seen)
            {
                self.note(file, item);
                return Some(space);
            }
        }
        None
    }

    pub(super) fn external(&self, external: External) -> Option<Space> {
        Some(match external {
            External::Known(known) => Space::Known(known),
            External::Foreign => Space::Foreign,
            External::Unit(unit) => Space::Module(self.modules.units.get(unit as usize)?.root),
        })
    }

    /// Whether a module sees another's import.
    pub(in crate::scan) fn is_visible(
        &self,
        visibility: Visibility,
        module: ModuleId,
        asker: ModuleId,
    ) -> bool {
        let unit = |module: ModuleId| self.modules.list.get(module as usize).map(|it| it.unit);
        match visibility {
            Visibility::Public => true,
            Visibility::Crate => unit(module) == unit(asker),
            Visibility::Private => {
                let mut at = Some(asker);
                while let Some(here) = at {
                    if here == module {
                        return true;
                    }
                    at = self.modules.list.get(here as usize).and_then(|found| found.parent);
                }
                false
            }
        }
    }
}

/// A crate that others export under its own name.
pub(super) fn reexported(word: &str) -> Option<KnownCrate> {
    dialect::of_package(word).filter(|known| known.is_reexported())
}
