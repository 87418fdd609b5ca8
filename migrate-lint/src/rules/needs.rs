//! What a crate lacks so that a call can be one of a dialect, and whether a fix can add it to a `Cargo.toml`.

use super::Context;
use crate::call::LogCall;
use crate::dialect::{Dialect, Feature};
use crate::workspace::{self, Crate, Dependency, Reach};

/// Something that `Cargo.toml` lacks.
pub(super) struct Need {
    /// What follows "a fix needs".
    pub(super) words: String,
    /// `--edit-manifest` adds it.
    pub(super) is_addable: bool,
}

/// What a call of a dialect needs in a file, if it is not there.
pub(super) fn needs(context: &Context<'_>, call: &LogCall, dialect: &Dialect) -> Option<Need> {
    let crates = context.workspace.crates();
    let index = context.file.crate_index.filter(|index| *index < crates.len())?;
    let others = context.scanned.packages.iter().filter(|name| **name != crates[index].name);
    let others = others.filter_map(|name| crates.iter().position(|other| other.name == *name));
    // Each package that has the file as a module needs it.
    let other = others
        .into_iter()
        .find_map(|other| Some((other, needs_of(context, call, dialect, other)?)));
    match (needs_of(context, call, dialect, index), other) {
        (own, None) => own,
        (own, Some((other, Need { words, is_addable }))) => {
            let name = &crates[other].name;
            let words = format!("{words}, in `{name}` too, which has this file as a module");
            let is_addable = is_addable && own.is_none_or(|own| own.is_addable);
            Some(Need { words, is_addable })
        }
    }
}

/// What it needs in one of the packages that have the file.
fn needs_of(
    context: &Context<'_>,
    call: &LogCall,
    dialect: &Dialect,
    index: usize,
) -> Option<Need> {
    let crates = context.workspace.crates();
    let package = dialect.package().name;
    let feature = dialect.requirement?.feature;
    let in_tests = context.file.test_code;
    if call.dialect == dialect {
        // It is there by some way; what counts is what the manifests say of it.
        let feature = feature?;
        let places = workspace::bringing(crates, index, package, in_tests);
        let places: Vec<&Crate> = places.iter().filter_map(|place| crates.get(*place)).collect();
        return match &places[..] {
            [] => Some(a_dependency(&crates[index], dialect, Some(feature))),
            _ => lacks(&crates[index], &places, package, feature, in_tests),
        };
    }
    if !context.workspace.has_paths(Some(index)) {
        return Some(Need { words: "edition 2018 or later".to_owned(), is_addable: false });
    }
    match context.workspace.usable(Some(index), package, in_tests) {
        Ok(_) => lacks(&crates[index], &[&crates[index]], package, feature?, in_tests),
        Err(Some(Reach::Optional)) => {
            let words = format!("`{package}` as a dependency that is not optional");
            Some(Need { words, is_addable: false })
        }
        Err(_) => Some(a_dependency(&crates[index], dialect, feature)),
    }
}

fn a_dependency(crate_: &Crate, dialect: &Dialect, feature: Option<Feature>) -> Need {
    let package = dialect.package().name;
    let with_feature =
        feature.map_or_else(String::new, |feature| format!(" with the feature `{}`", feature.name));
    let is_other = |known: &&Dependency| dialect.is_called(&known.name) && known.package != package;
    let other = crate_.dependencies.iter().find(is_other);
    match other {
        None => {
            Need { words: format!("a dependency on `{package}`{with_feature}"), is_addable: true }
        }
        Some(other) => Need {
            words: format!(
                "a dependency on `{package}`{with_feature}; that name is taken by `{}` in Cargo.toml",
                other.package
            ),
            is_addable: false,
        },
    }
}

/// A feature that no manifest of these asks for.
fn lacks(
    own: &Crate,
    places: &[&Crate],
    package: &str,
    feature: Feature,
    in_tests: bool,
) -> Option<Need> {
    if places.iter().any(|place| place.asks_for(package, feature.name, in_tests)) {
        return None;
    }
    let entries = || places.iter().flat_map(|place| place.entries(package, in_tests));
    let too_old = entries().find(|known| !workspace::allows(&known.requirement, feature.since));
    let name = feature.name;
    if let Some(known) = too_old {
        let [major, minor, patch] = feature.since;
        let requirement = workspace::spelled(&known.requirement);
        let words = format!(
            "the feature `{name}` of `{package}`, which is there from {major}.{minor}.{patch} on, \
             and Cargo.toml asks for `{requirement}`"
        );
        return Some(Need { words, is_addable: false });
    }
    let of = match places {
        [place, ..] if place.name != own.name => format!(" in the manifest of `{}`", place.name),
        _ => String::new(),
    };
    Some(Need { words: format!("the feature `{name}` of `{package}`{of}"), is_addable: true })
}
