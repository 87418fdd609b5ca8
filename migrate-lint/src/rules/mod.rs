//! Stub.
use crate::finding::Level;
/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// n
    pub name: &'static str,
    /// n
    pub summary: &'static str,
    /// n
    pub page: &'static str,
    /// n
    pub level: Level,
    /// n
    pub group: &'static str,
}
static RULES: &[Rule] = &[
    Rule {
        name: "interpolated-message",
        summary: "values formatted into the message",
        page: "# interpolated-message\n",
        level: Level::Warn,
        group: "structured",
    },
    Rule {
        name: "duplicate-key",
        summary: "one key twice",
        page: "# duplicate-key\n",
        level: Level::Deny,
        group: "parameters",
    },
];
/// All.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter()
}
/// Stub.
#[derive(Debug)]
pub struct WorkspaceFacts;
impl WorkspaceFacts {
    /// Stub.
    pub fn gather(_: &crate::workspace::Workspace, _: &[crate::scan::Scanned]) -> Self {
        Self
    }
}
/// Stub.
pub fn check(
    _: &crate::scan::Scanned,
    _: &crate::workspace::SourceFile,
    _: &crate::config::Config,
    _: &WorkspaceFacts,
    _: &dyn Fn(&Rule) -> Level,
) -> Vec<crate::finding::Finding> {
    Vec::new()
}
