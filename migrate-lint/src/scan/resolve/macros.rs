//! The macros of a module: its own, and those that its imports bring.

use super::{Found, Names, Seen, Site, Space, known_in, split};
use crate::dialect;
use crate::scan::item_tree::{FILE, ItemTree, ScopeId};
use crate::scan::modules::{FileId, ModuleId};

impl<'a> Names<'a> {
    /// A macro that a module has by its own names.
    pub(super) fn in_module(
        &self,
        module: ModuleId,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        if !seen.begin(module, false, name) {
            return None;
        }
        let found = self.in_module_once(module, name, asker, seen);
        // Only what is looked for in vain, or is being looked for, need not be looked for again.
        seen.end(module, false, name, found.is_some());
        found
    }

    pub(super) fn in_module_once(
        &self,
        module: ModuleId,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        let found = self.modules.list.get(module as usize)?;
        if found.parent.is_none()
            && let Some(&(file, index)) = self.exported.get(&(found.unit, name.into()))
        {
            return Some(self.defined(file, index));
        }
        self.imported(self.contents(module)?, module, name, asker, seen)
    }

    /// A macro that the `use` declarations of one scope bring.
    pub(super) fn imported(
        &self,
        (item_tree, file, scope): (&'a ItemTree, FileId, ScopeId),
        module: ModuleId,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        // `cfg` may choose among several; one that logs is the one to look at.
        let mut named = None;
        for item in item_tree.uses_of(scope, name) {
            let found = self.macro_at(item_tree, scope, module, &item.path, seen);
            if found.is_some() {
                self.note(file, item);
            }
            match found {
                Some(Found::Known(_)) => return found,
                Some(Found::Macro(..)) => named = found,
                Some(Found::Other) => named = named.or(found),
                None => {}
            }
        }
        if named.is_some() {
            return named;
        }
        for item in item_tree.uses_of(scope, "*") {
            if !seen.goes_on(1) {
                break;
            }
            if !self.is_visible(item.visibility, module, asker) {
                continue;
            }
            let Some(space) = self.space(module, &split(&item.path), true, seen) else { continue };
            // What a foreign crate exports is unknown, and most of it is no macro.
            let found = self.macro_in(space, name, asker, seen);
            if let Some(found @ (Found::Known(_) | Found::Macro(..))) = found {
                self.note(file, item);
                return Some(found);
            }
        }
        None
    }

    /// The macro at the path of a `use`.
    pub(super) fn macro_at(
        &self,
        item_tree: &ItemTree,
        scope: ScopeId,
        module: ModuleId,
        path: &'a str,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        let mut words = split(path);
        let name = words.pop()?;
        if words.is_empty() {
            // `pub(crate) use name;` of a `macro_rules!`, or a name that another `use` brings.
            let file = self.contents(module).map(|(_, file, _)| file)?;
            let file = match self.newer {
                Some(newer) if std::ptr::eq(newer.item_tree, item_tree) => newer.file,
                _ => file,
            };
            let site = Site { file, scope, offset: u32::MAX };
            return self.textual(site, name).or_else(|| self.in_module(module, name, module, seen));
        }
        let space = self.space(module, &words, true, seen)?;
        self.macro_in(space, name, module, seen)
    }

    pub(super) fn macro_in(
        &self,
        space: Space,
        name: &'a str,
        asker: ModuleId,
        seen: &mut Seen<'a>,
    ) -> Option<Found> {
        match space {
            Space::Known(known) => known_in(known, name),
            Space::Foreign => Some(Found::Other),
            Space::Module(module) => self.in_module(module, name, asker, seen),
        }
    }

    /// A `macro_rules!`, or the known macro that it defines.
    pub(super) fn defined(&self, file: FileId, index: u32) -> Found {
        let known = || {
            let item = self.item_tree(file)?.macros.get(index as usize)?;
            let module = self.module(file, FILE)?;
            let unit = self.modules.list.get(module as usize)?.unit;
            let package = &self.modules.units.get(unit as usize)?.package;
            dialect::of_package(package)?.find(&item.name)
        };
        known().map_or(Found::Macro(file, index), Found::Known)
    }
}
