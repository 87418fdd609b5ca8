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
