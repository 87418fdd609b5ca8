//! Version requirements: whether a version that is recent enough meets one, and how one is raised.

use cargo_metadata::semver::{Comparator, Op, Version, VersionReq};

/// What a requirement is to become so that no version without a feature meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raised {
    /// No version with the feature meets it.
    Never,
    /// It can stay.
    AsItIs,
    /// It allows versions with the feature and older ones.
    To(String),
}

/// Whether a version from this one on meets the requirement.
pub fn allows(requirement: &VersionReq, since: [u64; 3]) -> bool {
    let since = version(since);
    versions(requirement, &since).any(|version| version >= since && requirement.matches(&version))
}

/// The requirement as its author writes it: cargo adds `^` to a plain version.
pub fn spelled(requirement: &VersionReq) -> String {
    let text = requirement.to_string();
    if text.contains(',') { text } else { text.trim_start_matches('^').to_owned() }
}

/// A requirement that only versions from `since` on meet, so that a lock file holds no older one either; `enough` is
/// the version to ask for where it is free to choose. `locked` are the versions that the lock file holds.
///
/// `0.4` and `0.4.*` ask for any version of a line, and get the newest; they stay unless the lock file holds one without
/// the feature.
pub fn raised(written: &str, since: [u64; 3], enough: &str, locked: &[Version]) -> Raised {
    let Ok(requirement) = VersionReq::parse(written) else { return Raised::Never };
    if !allows(&requirement, since) {
        return Raised::Never;
    }
    let since = version(since);
    let allows_older = |requirement: &VersionReq| {
        versions(requirement, &since).any(|older| older < since && requirement.matches(&older))
    };
    let holds_older = || locked.iter().any(|held| *held < since && requirement.matches(held));
    let is_met = is_of_a_line(&requirement) && !holds_older();
    // Who writes `*` asks for no version at all.
    if !allows_older(&requirement) || is_met || written.trim() == "*" {
        return Raised::AsItIs;
    }
    for target in [enough.parse().ok(), Some(since.clone())].into_iter().flatten() {
        let text = with_lowest(written, &target);
        let is_right = |new: &VersionReq| new.matches(&target) && !allows_older(new);
        if requirement.matches(&target) && VersionReq::parse(&text).is_ok_and(|new| is_right(&new))
        {
            return Raised::To(text);
        }
    }
    Raised::Never
}

/// Whether a requirement names a line of versions, not one to begin with: `0.4`, `^0.4`, `0.4.*`, but not `0.4.17`.
fn is_of_a_line(requirement: &VersionReq) -> bool {
    let mut lowest =
        requirement.comparators.iter().filter(|one| !matches!(one.op, Op::Less | Op::LessEq));
    let Some(first) = lowest.next() else { return false };
    let is_line = |one: &Comparator| one.patch.is_none() && one.op != Op::Greater;
    is_line(first) && lowest.all(is_line)
}

fn version([major, minor, patch]: [u64; 3]) -> Version {
    Version::new(major, minor, patch)
}

/// Versions that tell what a requirement allows: at its edges, and around `since`.
fn versions(requirement: &VersionReq, since: &Version) -> impl Iterator<Item = Version> {
    let edges = requirement.comparators.iter().flat_map(|comparator| {
        let (minor, patch) = (comparator.minor, comparator.patch);
        let (minor, patch) = (minor.unwrap_or(0), patch.unwrap_or(0));
        let mut edge = Version::new(comparator.major, minor, patch);
        edge.pre = comparator.pre.clone();
        let after = Version::new(comparator.major, minor, patch + 1);
        // `>0.4` begins with 0.5.0.
        let next = match (comparator.op, comparator.minor, comparator.patch) {
            (Op::Greater, None, _) => Version::new(comparator.major + 1, 0, 0),
            (Op::Greater, _, None) => Version::new(comparator.major, minor + 1, 0),
            _ => after.clone(),
        };
        [edge, after, next]
    });
    let before = Version::new(since.major, since.minor, since.patch.saturating_sub(1));
    let around = [Version::new(0, 0, 0), before, since.clone()];
    edges.chain(around).collect::<Vec<_>>().into_iter()
}

/// The requirement with another lower bound; upper bounds and spaces stay.
fn with_lowest(written: &str, lowest: &Version) -> String {
    let mut has_lower = false;
    let parts = written.split(',').map(|part| {
        let indent = part.len() - part.trim_start().len();
        let (space, rest) = part.split_at(indent);
        if rest.starts_with('<') {
            return part.to_owned();
        }
        has_lower = true;
        let number = rest.trim_start_matches(['^', '~', '=', '>']);
        let operator = &rest[..rest.len() - number.len()];
        let gap = &number[..number.len() - number.trim_start().len()];
        match operator {
            "" | "=" => format!("{space}{lowest}"),
            ">" => format!("{space}>={gap}{lowest}"),
            operator => format!("{space}{operator}{gap}{lowest}"),
        }
    });
    let parts: Vec<String> = parts.collect();
    let text = parts.join(",");
    if has_lower { text } else { format!(">={lowest}, {text}") }
}
