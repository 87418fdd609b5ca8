//! What a user may call rules by: a rule's name, a group's, or `all`.

use std::sync::LazyLock;

use super::all;

/// A rule's name, its group's, or `all`: of all rules but those about these comments, else `allow(all)` would hide that it is
/// not needed.
pub fn selects(name: &str, rule: &str) -> bool {
    selectors(rule).any(|one| one == name)
}

/// All names that select a rule.
pub fn selectors(rule: &str) -> impl Iterator<Item = &str> {
    let group = all().find(|known| known.name == rule).map(|known| known.group);
    let everything = group.filter(|group| *group != "directives").map(|_| "all");
    std::iter::once(rule).chain(group).chain(everything)
}

/// Names of rules and groups, each once.
pub fn known() -> &'static [&'static str] {
    static KNOWN: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let names: Vec<&str> = all().flat_map(|rule| [rule.name, rule.group]).collect();
        let is_last = |(at, name): &(usize, &&str)| !names[at + 1..].contains(name);
        names.iter().enumerate().filter(is_last).map(|(_, name)| *name).collect()
    });
    &KNOWN
}

/// A rule, a group, or `all`.
pub fn is_known(name: &str) -> bool {
    name == "all" || all().any(|rule| rule.name == name || rule.group == name)
}

/// Refuses what is neither a rule, nor a group, nor `all`.
///
/// # Errors
///
/// What to write instead.
pub fn check_selector(name: &str) -> Result<(), String> {
    if is_known(name) { Ok(()) } else { Err(unknown_name(name)) }
}

/// What to say about a name that is neither a rule nor a group.
pub fn unknown_name(name: &str) -> String {
    let known = known().iter().copied().chain(["all"]);
    let hint = closest(name, known).map_or_else(
        || "`cargo klog explain` lists them".to_owned(),
        |name| format!("did you mean `{name}`?"),
    );
    format!("unknown rule or group `{name}`; {hint}")
}

/// The known name that is most like a written one, if one is like it.
pub fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}
