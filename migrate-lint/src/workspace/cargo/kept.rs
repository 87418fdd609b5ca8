//! Cargo's answer, kept with all that it is made of: while none of that has changed, cargo is not asked again.

use std::path::{Path, PathBuf};

use cargo_metadata::semver::VersionReq;

use super::witness::{self, Witness};
use super::{Cargo, or_inside, outside, run_outside};
use crate::cache::{self, Cache, Input, Key, Kind, Stored, stored};
use crate::workspace::{Crate, Dependency, Reach, Selection, Target, TargetKind};

/// What cargo said, and how its witnesses were then.
struct Kept {
    witnesses: Vec<Witness>,
    states: Vec<Key>,
    cargo: Cargo,
}

/// Asks cargo unless an answer is kept that still holds.
pub(super) fn ask(selection: &Selection, manifest: &Path) -> Result<Cargo, String> {
    let question = witness::question(manifest, selection);
    let places = places(manifest);
    let kept = places
        .iter()
        .find_map(|place| Cache::open(Some(place), Kind::Packages).find::<Kept>(question));
    let now = kept.as_ref().map(|kept| witness::states(&kept.witnesses));
    match kept {
        Some(kept) if now.as_ref() == Some(&kept.states) => Ok(kept.cargo),
        kept => {
            let before = kept.map(|kept| kept.witnesses).zip(now);
            ask_and_keep(selection, manifest, &places, question, before)
        }
    }
}

/// Asks cargo. The answer is kept if its witnesses were the same before and after it: one that changed meanwhile may have
/// changed before cargo looked at it or after.
fn ask_and_keep(
    selection: &Selection,
    manifest: &Path,
    places: &[PathBuf],
    question: Key,
    before: Option<(Vec<Witness>, Vec<Key>)>,
) -> Result<Cargo, String> {
    let cargo = match run_outside(selection, manifest) {
        Ok(cargo) => cargo,
        answer => return or_inside(answer, selection, manifest),
    };
    let place = cache::directory(&cargo.root, &cargo.target);
    let Some(place) = place.filter(|place| places.contains(place)) else { return Ok(cargo) };
    let Some(witnesses) = witness::of(&cargo, manifest) else { return Ok(cargo) };
    let before = before.filter(|(before, _)| *before == witnesses);
    // Whose states are not known from before is asked about twice.
    let (states, cargo) = match before {
        Some((_, states)) => (states, cargo),
        None => {
            let states = witness::states(&witnesses);
            let Ok(again) = run_outside(selection, manifest) else {
                return Ok(cargo);
            };
            (states, again)
        }
    };
    if witness::of(&cargo, manifest).as_ref() == Some(&witnesses)
        && witness::states(&witnesses) == states
    {
        let cache = Cache::open(Some(&place), Kind::Packages);
        let kept = Kept { witnesses, states, cargo };
        cache.add(question, &kept);
        cache.save();
        return Ok(kept.cargo);
    }
    Ok(cargo)
}

/// Where an answer may be kept: before cargo has said where it builds, that is a guess.
fn places(manifest: &Path) -> Vec<PathBuf> {
    let named =
        ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].into_iter().find_map(std::env::var_os);
    if let Some(target) = named.filter(|target| !target.is_empty()) {
        let target = outside(manifest).join(target);
        return cache::directory(&target, &target).into_iter().collect();
    }
    let above = manifest.ancestors().skip(1);
    above.filter_map(|root| cache::directory(root, &root.join("target"))).collect()
}

stored!(Kept { witnesses, states, cargo });
stored!(Cargo { root, target, packages, nearby });
stored!(Crate { name, manifest, edition, selected, targets, dependencies, has_proc_macro });
stored!(Target { name, kind, root });
stored!(Dependency { name, package, features, requirement, is_conditional, reach });
stored!(
    enum TargetKind {
        Library,
        Binary,
        Example,
        Test,
        Bench,
        BuildScript,
    }
);
stored!(
    enum Reach {
        All,
        Optional,
        Development,
    }
);

impl Stored for VersionReq {
    fn put(&self, out: &mut Vec<u8>) {
        self.to_string().put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Self::parse(&String::take(input)?).ok()
    }
}
