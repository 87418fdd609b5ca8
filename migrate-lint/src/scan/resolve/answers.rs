//! Answers that were given before: a file asks for few names, and for each of them often.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use super::{Found, Import, Names, UsedImports};
use crate::scan::item_tree::ScopeId;
use crate::scan::modules::FileId;

/// What paths mean in scopes, and the imports that say so.
#[derive(Debug, Default)]
pub(in crate::scan) struct Answers {
    found: Mutex<HashMap<(FileId, ScopeId), OfScope>>,
    contested: Mutex<HashMap<(FileId, ScopeId), Doubts>>,
}

type OfScope = HashMap<Box<str>, Answer>;
type Answer = (Option<Found>, BTreeSet<Import>);
type Doubts = HashMap<Box<str>, bool>;

impl Answers {
    /// What a path means in a scope.
    pub(super) fn of<'a>(
        &self,
        names: &Names<'a>,
        file: FileId,
        scope: ScopeId,
        path: &'a str,
    ) -> Option<Found> {
        let known = |all: &HashMap<_, OfScope>| {
            let (found, imports) = all.get(&(file, scope))?.get(path)?;
            names.note_all(imports);
            Some(*found)
        };
        if let Some(found) = self.found.lock().ok().and_then(|all| known(&all)) {
            return found;
        }
        let used_imports = UsedImports::default();
        let noting = names.used_imports.map(|_| &used_imports);
        let found = Names { used_imports: noting, ..*names }.find_in_scope(file, scope, path);
        let imports = used_imports.into_imports();
        names.note_all(&imports);
        if let Ok(mut all) = self.found.lock() {
            all.entry((file, scope)).or_default().insert(path.into(), (found, imports));
        }
        found
    }

    /// Whether a name may mean different macros in a scope.
    pub(super) fn contested<'a>(
        &self,
        names: &Names<'a>,
        file: FileId,
        scope: ScopeId,
        name: &'a str,
    ) -> bool {
        let known = self
            .contested
            .lock()
            .ok()
            .and_then(|all| all.get(&(file, scope)).and_then(|known| known.get(name).copied()));
        known.unwrap_or_else(|| {
            let is_contested = names.is_contested_in(file, scope, name);
            if let Ok(mut all) = self.contested.lock() {
                all.entry((file, scope)).or_default().insert(name.into(), is_contested);
            }
            is_contested
        })
    }
}
