//! What a package may use, and whose manifest says so.

use super::{Crate, Dependency, Reach};

impl Crate {
    /// The package's entries for another package that its code, or its tests, can use.
    pub fn entries<'a>(
        &'a self,
        package: &'a str,
        in_tests: bool,
    ) -> impl Iterator<Item = &'a Dependency> {
        self.dependencies.iter().filter(move |known| {
            known.package == package && (in_tests || known.reach != Reach::Development)
        })
    }

    /// Whether the manifest asks for a feature of another package, or for one whose name begins with it.
    pub fn asks_for(&self, package: &str, feature: &str, in_tests: bool) -> bool {
        let asks = |known: &Dependency| known.features.iter().any(|own| own.starts_with(feature));
        let always = |known: &Dependency| !known.is_conditional && known.reach != Reach::Optional;
        let entries = || self.entries(package, in_tests);
        entries().any(|known| asks(known) && always(known))
            || entries().next().is_some() && entries().all(asks)
    }
}

/// The packages whose manifests bring another package to a crate's code: its own, else the nearest of the workspace's
/// that it depends on.
pub fn bringing(crates: &[Crate], index: usize, package: &str, in_tests: bool) -> Vec<usize> {
    let mut seen = vec![false; crates.len()];
    let mut level = vec![index];
    let mut in_tests = in_tests;
    while !level.is_empty() {
        for index in &level {
            if let Some(seen) = seen.get_mut(*index) {
                *seen = true;
            }
        }
        let members = || level.iter().filter_map(|index| Some((*index, crates.get(*index)?)));
        let found: Vec<usize> = members()
            .filter(|(_, member)| member.entries(package, in_tests).next().is_some())
            .map(|(index, _)| index)
            .collect();
        if !found.is_empty() {
            return found;
        }
        let uses = |(_, member): (usize, &Crate)| {
            let used = member.dependencies.iter();
            let used = used.filter(|known| in_tests || known.reach != Reach::Development);
            let place = |known: &Dependency| {
                crates.iter().position(|package| package.name == known.package)
            };
            used.filter_map(place).collect::<Vec<_>>()
        };
        let mut next: Vec<usize> = members().flat_map(uses).filter(|index| !seen[*index]).collect();
        next.sort_unstable();
        next.dedup();
        (level, in_tests) = (next, false);
    }
    Vec::new()
}
