//! Whether an import brings anything that code uses, besides macros that log.
//!
//! A glob brings what its module has, so those items are listed by name, and every word that can mean one of them keeps
//! the import. What cannot be listed, the exports of a foreign crate, keeps it as well.

mod standard;
mod used;

use std::collections::HashSet;
use std::rc::Rc;

use super::items::{Items, plain};
use crate::dialect;
use crate::scan::item_tree::{FILE, ScopeId, Use, Visibility};
use crate::scan::modules::{FileId, ModuleId};
use crate::scan::resolve::{Names, Seen, Space};
use crate::scan::workspace_index::WorkspaceIndex;
use crate::syntax::token::{self, Kind, Reader};
use crate::tokens::block_end;

/// What the workspace says of an import whose macros nothing needs.
pub(super) struct Others<'a> {
    /// Names after the fixes.
    index: &'a WorkspaceIndex,
    /// Texts after the fixes.
    text: &'a dyn Fn(FileId) -> Option<Rc<str>>,
    /// The file whose imports are looked at.
    file: FileId,
    /// Where its paths begin, once they are asked for.
    paths: Option<used::Paths>,
    /// Globs of the file that were looked at.
    n_globs: usize,
}

/// Each glob takes a look at all of a file; the others stay.
const N_GLOBS: usize = 64;

/// What an import brings besides macros that log.
#[derive(Debug, Default)]
struct Brought {
    names: HashSet<String>,
    /// What its traits declare.
    members: HashSet<String>,
    /// It may bring a trait of which nothing is known.
    has_unknown_trait: bool,
    /// It may bring names that are not known.
    is_open: bool,
    seen: HashSet<ModuleId>,
}

impl<'a> Others<'a> {
    pub(super) fn new(
        index: &'a WorkspaceIndex,
        text: &'a dyn Fn(FileId) -> Option<Rc<str>>,
        file: FileId,
    ) -> Self {
        Self { index, text, file, paths: None, n_globs: 0 }
    }

    /// Nothing uses what comes by an import of the file.
    pub(super) fn is_unused(&mut self, item: &Use) -> bool {
        let names = self.index.names(None);
        let Some(module) = names.module(self.file, item.scope) else { return false };
        let Some(text) = (self.text)(self.file) else { return false };
        if item.visibility == Visibility::Public && self.is_exported(module) {
            return false;
        }
        let scope = scope_of(&names, &text, self.file, item);
        if *item.name != *"*" {
            let paths = self.paths.get_or_insert_with(|| used::Paths::of(&text));
            return !paths.begin_with(&item.name, scope);
        }
        self.n_globs += 1;
        if self.n_globs > N_GLOBS {
            return false;
        }
        let mut brought = Brought::default();
        self.add_glob(&mut brought, module, item, module);
        if brought.is_open {
            return false;
        }
        let bodies = |name: &str| self.bodies(name);
        let is_used =
            |text: &str, scope, is_own| used::has_any(text, scope, is_own, &brought, &bodies);
        !is_used(&text, scope, true)
            && !self.users(module, item).iter().any(|text| is_used(text, 0..text.len(), false))
    }

    /// What the workspace's macros of a name make.
    fn bodies(&self, name: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        for (file, item_tree) in (0..).zip(&self.index.item_trees) {
            for item in item_tree.macros.iter().filter(|item| *item.name == *name) {
                let text = (self.text)(file);
                bodies.extend(text.and_then(|text| Some(text.get(item.body.clone())?.to_owned())));
            }
        }
        bodies
    }

    /// Texts of other files that may lean on an import of a module.
    fn users(&self, module: ModuleId, item: &Use) -> Vec<Rc<str>> {
        let names = self.index.names(None);
        let modules = &self.index.modules.list;
        let Some(own) = modules.get(module as usize) else { return Vec::new() };
        let unit = own.unit;
        let sees = |(id, other): &(ModuleId, &crate::scan::modules::Module)| {
            other.file != own.file
                && (other.unit == unit || item.visibility == Visibility::Public)
                && names.is_visible(item.visibility, module, *id)
        };
        let files: HashSet<FileId> =
            (0..).zip(modules).filter(sees).map(|(_, other)| other.file).collect();
        let is_named = |text: &Rc<str>| {
            let name = if own.name.is_empty() { "crate" } else { &own.name };
            text.contains("super") || text.contains(name)
        };
        files.into_iter().filter_map(|file| (self.text)(file)).filter(is_named).collect()
    }

    /// Other crates can name what a module has, or it is not sure that they cannot.
    fn is_exported(&self, module: ModuleId) -> bool {
        let names = self.index.names(None);
        let list = &self.index.modules.list;
        let mut at = module;
        while let Some(found) = list.get(at as usize)
            && let Some(parent) = found.parent
        {
            let declared = names.contents(parent).and_then(|(item_tree, _, scope)| {
                let items = item_tree.modules_of(scope).iter();
                let mut items = items.map(|index| &item_tree.modules[*index as usize]);
                items.find(|item| item.name == found.name)
            });
            if declared.is_some_and(|item| item.visibility != Visibility::Public) {
                return self.is_named_by_public(&found.name);
            }
            at = parent;
        }
        true
    }

    /// A `pub use` goes through a module of this name.
    fn is_named_by_public(&self, name: &str) -> bool {
        let uses = self.index.item_trees.iter().flat_map(|item_tree| &item_tree.uses);
        let mut public = uses.filter(|item| item.visibility == Visibility::Public);
        public.any(|item| item.path.split("::").any(|word| plain(word) == name))
    }

    fn add_glob(&self, brought: &mut Brought, module: ModuleId, item: &Use, asker: ModuleId) {
        let names = self.index.names(None);
        let words: Vec<&str> = item.path.split("::").collect();
        match names.space(module, &words, true, &mut Seen::default()) {
            Some(Space::Module(from)) => self.add_module(brought, from, asker),
            Some(Space::Known(_)) => {
                brought.names.extend(standard::EXPORTED.iter().map(|name| (*name).to_owned()));
                brought
                    .members
                    .extend(standard::EXPORTED_METHODS.iter().map(|name| (*name).to_owned()));
            }
            Some(Space::Foreign) | None => brought.is_open = true,
        }
    }

    fn add_module(&self, brought: &mut Brought, module: ModuleId, asker: ModuleId) {
        if !brought.seen.insert(module) {
            return;
        }
        let names = self.index.names(None);
        let Some((item_tree, file, scope)) = names.contents(module) else { return };
        let Some(text) = (self.text)(file) else { return };
        let tokens = token::range(&text, body_of(&names, &text, file, scope));
        let reader = Reader { text: &text, list: &tokens.list };
        let items = Items::read(&reader);
        brought.is_open |= items.is_open;
        brought.names.extend(items.names.iter().map(|name| (*name).to_owned()));
        let members = items.traits.iter().flat_map(|(_, members)| members);
        brought.members.extend(members.map(|name| (*name).to_owned()));
        let externs = item_tree.externs.iter().filter(|item| item.scope == scope);
        brought.names.extend(externs.map(|item| item.alias.to_string()));
        let start = item_tree.uses.partition_point(|item| item.scope < scope);
        for item in item_tree.uses[start..].iter().take_while(|item| item.scope == scope) {
            if !names.is_visible(item.visibility, module, asker) {
                continue;
            }
            if *item.name == *"*" {
                self.add_glob(brought, module, item, asker);
            } else if !is_log_macro(&item.path) {
                brought.names.insert(plain(&item.name).to_owned());
                self.add_trait(brought, module, &item.path, &reader, 0);
            }
        }
    }

    /// What the name at the end of a path declares if it is a trait.
    fn add_trait(
        &self,
        brought: &mut Brought,
        module: ModuleId,
        path: &str,
        reader: &Reader<'_>,
        depth: usize,
    ) {
        let mut words: Vec<&str> = path.split("::").collect();
        let Some(name) = words.pop().map(plain) else { return };
        if !name.starts_with(char::is_uppercase) {
            return;
        }
        let first = words.iter().find(|word| !word.is_empty()).copied().unwrap_or_default();
        if ["std", "core", "alloc"].contains(&first) {
            let members = standard::members(name).iter().map(|name| (*name).to_owned());
            return brought.members.extend(members);
        }
        let names = self.index.names(None);
        let space = names.space(module, &words, true, &mut Seen::default());
        let from = match space {
            Some(Space::Module(from)) => from,
            // An enum's variant, or a name of the module itself.
            None if words.iter().any(|word| word.starts_with(char::is_uppercase)) => return,
            _ => {
                brought.has_unknown_trait |= !is_type(reader, name);
                return;
            }
        };
        let Some((item_tree, file, scope)) = names.contents(from) else { return };
        let Some(text) = (self.text)(file) else { return };
        let tokens = token::range(&text, body_of(&names, &text, file, scope));
        let inner = Reader { text: &text, list: &tokens.list };
        let items = Items::read(&inner);
        if items.names.contains(name) {
            let found = items.traits.iter().filter(|(known, _)| *known == name);
            let members = found.flat_map(|(_, members)| members);
            brought.members.extend(members.map(|name| (*name).to_owned()));
        } else if let Some(item) = item_tree.uses_of(scope, name).first()
            && depth < 8
        {
            self.add_trait(brought, from, &item.path, &inner, depth + 1);
        } else {
            brought.has_unknown_trait |= !is_type(reader, name);
        }
    }
}

/// Where an import holds: in its block.
fn scope_of(names: &Names<'_>, text: &str, file: FileId, item: &Use) -> std::ops::Range<usize> {
    let scopes = names.item_tree(file).map_or(&[][..], |item_tree| &item_tree.scopes);
    match scopes.get(item.scope as usize) {
        Some(found) if item.scope != FILE && found.end > found.start => {
            found.start as usize..found.end as usize
        }
        _ => 0..text.len(),
    }
}

/// A module's text between its brackets.
fn body_of(names: &Names<'_>, text: &str, file: FileId, scope: ScopeId) -> std::ops::Range<usize> {
    let start = names.item_tree(file).and_then(|item_tree| item_tree.scopes.get(scope as usize));
    match start.filter(|_| scope != FILE) {
        Some(found) => {
            let start = found.start as usize + 1;
            start..block_end(text, start)
        }
        None => 0..text.len(),
    }
}

/// `log::info`, `tracing::warn`.
fn is_log_macro(path: &str) -> bool {
    let path = path.trim_start_matches("::");
    let known =
        path.split_once("::").and_then(|(first, last)| Some((dialect::of_package(first)?, last)));
    known.is_some_and(|(known, last)| known.find(last).is_some())
}

/// A name is used as a type, which a trait's cannot be.
fn is_type(reader: &Reader<'_>, name: &str) -> bool {
    (1..reader.list.len()).any(|at| {
        let is_after_sign = reader.is(at - 1, b'&')
            || reader.is(at - 1, b'<')
            || at > 1 && reader.is_pair(at - 2, b"->");
        let is_value = reader.is(at - 1, b':')
            && (reader.is(at + 1, b'=') || reader.kind(at + 1) == Some(Kind::Close(b')')));
        reader.is_word(at, name) && (is_after_sign || is_value) && !reader.is_word(at + 1, "as")
    })
}
