//! What a query should not be. A rule is a page in `rules/` and a line here.

use std::sync::LazyLock;

use crate::finding::{Level, RuleText};

/// A rule about queries.
#[derive(Debug)]
pub struct QueryRule {
    /// Identifier, named for what it flags.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown; its cases are tests.
    pub page: &'static str,
    /// Level without a setting.
    pub level: Level,
}

/// The group of all rules about queries.
pub const GROUP: &str = "queries";

macro_rules! rules {
    ($($id:ident $name:literal $level:ident $summary:literal;)*) => {
        /// A rule by its place in [`RULES`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Id { $($id),* }

        static RULES: &[QueryRule] = &[$(QueryRule {
            name: $name,
            summary: $summary,
            page: include_str!(concat!("rules/", $name, ".md")),
            level: Level::$level,
        }),*];
    };
}

rules! {
    MatchesNothing "query-matches-nothing" Deny "a query that no log statement can match";
    OnText "query-on-text" Warn "a line filter on a value or on half a message";
    UnknownKey "unknown-key" Deny "a label that no matching statement logs";
    KeyKind "key-kind" Deny "a text read as a number, or a number as a duration";
    PartialMatch "partial-match" Warn "a label that some statements of the same message lack";
    GainsStatement "query-gains-statement" Warn "a new statement caught by a query that was not written for it";
    UnreachableVerbosity "unreachable-verbosity" Warn "a query for statements above the verbosity in production";
}

/// All rules.
pub fn all() -> impl Iterator<Item = &'static QueryRule> {
    RULES.iter()
}

/// The rules as reports describe them.
pub(super) fn texts() -> &'static [RuleText] {
    static TEXTS: LazyLock<Vec<RuleText>> = LazyLock::new(|| {
        let text = |rule: &QueryRule| RuleText {
            name: rule.name,
            summary: rule.summary,
            page: rule.explain(),
            level: rule.level,
            group: GROUP,
        };
        RULES.iter().map(text).collect()
    });
    &TEXTS
}

impl QueryRule {
    /// The page without the cases that only tests need.
    pub fn explain(&self) -> String {
        let page = self.page.split("## More cases").next().unwrap_or_default().trim_end();
        let (title, rest) = page.split_once('\n').unwrap_or((page, ""));
        format!("{title}\n\nGroup {GROUP}, level {}.\n{rest}\n", self.level.name())
    }
}

impl Id {
    pub(super) fn rule(self) -> &'static QueryRule {
        &RULES[self as usize]
    }
}
