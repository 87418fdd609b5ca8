//! Which imports an answer leans on.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::Names;
use crate::scan::item_tree::Use;
use crate::scan::modules::FileId;

/// An import, known again in a newer text that has the same items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::scan) enum Import {
    /// A leaf of the file's `use` items: which of them, path and local name.
    Leaf(FileId, u32, Box<str>, Box<str>),
    /// `#[macro_use]`: compilation unit, which of the root's `extern crate`s, and the macro's name.
    MacroUse(u32, u32, Box<str>),
}

/// Imports that were noted, by all threads.
#[derive(Debug, Default)]
pub(in crate::scan) struct UsedImports(Mutex<BTreeSet<Import>>);

impl UsedImports {
    /// What was noted.
    pub(in crate::scan) fn into_imports(self) -> BTreeSet<Import> {
        self.0.into_inner().unwrap_or_default()
    }

    fn add(&self, import: Import) {
        if let Ok(mut imports) = self.0.lock() {
            imports.insert(import);
        }
    }
}

impl Names<'_> {
    pub(super) fn note(&self, file: FileId, item: &Use) {
        if let Some(used_imports) = self.used_imports {
            used_imports.add(Import::Leaf(file, item.item, item.path.clone(), item.name.clone()));
        }
    }

    pub(super) fn note_all(&self, imports: &BTreeSet<Import>) {
        if let Some(used_imports) = self.used_imports {
            imports.iter().for_each(|import| used_imports.add(import.clone()));
        }
    }

    pub(super) fn note_macro_use(&self, unit: u32, place: u32, name: &str) {
        if let Some(used_imports) = self.used_imports {
            used_imports.add(Import::MacroUse(unit, place, name.into()));
        }
    }
}
