//! What rules ask of the workspace as a whole.

use std::collections::BTreeMap;

use super::values::{Kind, kind};
use crate::call::Pair;
use crate::scan::Scanned;
use crate::workspace::{Dependency, Workspace};

/// Facts of all files together, gathered once before the files are judged.
#[derive(Debug, Default)]
pub struct WorkspaceFacts {
    /// By crate: what it depends on.
    dependencies: Vec<Vec<Dependency>>,
    /// By key: each kind of value that it has, how often, and where first.
    kinds: BTreeMap<String, BTreeMap<Kind, (usize, String)>>,
}

/// A key whose value is of another kind elsewhere.
#[derive(Debug)]
pub(super) struct Conflict<'a> {
    pub(super) here: Kind,
    /// The kind that most calls have.
    pub(super) elsewhere: Kind,
    /// Path and line of one of them.
    pub(super) place: &'a str,
}

impl WorkspaceFacts {
    /// Gathers them.
    pub fn gather(workspace: &Workspace, scanned: &[Scanned]) -> Self {
        let crates = workspace.crates.iter();
        let dependencies = crates.map(|package| package.dependencies.clone()).collect();
        let mut kinds: BTreeMap<String, BTreeMap<Kind, (usize, String)>> = BTreeMap::new();
        for scanned in scanned {
            let Some(file) = workspace.files.get(scanned.file).filter(|file| !file.test_code)
            else {
                continue;
            };
            let calls = scanned.calls.iter().filter(|call| !call.place.test_code);
            for pair in calls.flat_map(|call| &call.pairs) {
                let (Some(key), Some(kind)) = (&pair.key, kind(pair)) else { continue };
                let (n_calls, _) =
                    kinds.entry(key.clone()).or_default().entry(kind).or_insert_with(|| {
                        let line = scanned.source.position(pair.span.start).line;
                        (0, format!("{}:{line}", file.path.display()))
                    });
                *n_calls += 1;
            }
        }
        kinds.retain(|_, kinds| kinds.len() > 1);
        Self { dependencies, kinds }
    }

    /// The crate depends on klog-rs.
    pub fn has_klog(&self, crate_index: Option<usize>) -> bool {
        self.package(crate_index, "klog-rs").is_some()
    }

    /// The crate's dependency on a package.
    pub fn package(&self, crate_index: Option<usize>, package: &str) -> Option<&Dependency> {
        let dependencies = self.dependencies.get(crate_index?)?;
        dependencies.iter().find(|dependency| dependency.package == package)
    }

    /// Whether it is known what the crate depends on.
    pub fn knows(&self, crate_index: Option<usize>) -> bool {
        crate_index.is_some_and(|index| index < self.dependencies.len())
    }

    /// What most other calls log under the pair's key, where that is of another kind.
    pub(super) fn conflict(&self, pair: &Pair) -> Option<Conflict<'_>> {
        let here = kind(pair)?;
        let kinds = self.kinds.get(pair.key.as_ref()?)?;
        let (elsewhere, (_, place)) = kinds
            .iter()
            .max_by_key(|(kind, (n_calls, _))| (*n_calls, std::cmp::Reverse(**kind)))?;
        (*elsewhere != here).then_some(Conflict { here, elsewhere: *elsewhere, place })
    }
}
