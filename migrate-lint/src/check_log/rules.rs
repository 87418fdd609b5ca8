//! What an emitted line should not be. A rule is a page in `rules/` and a line here.

use std::sync::LazyLock;

use crate::finding::{Level, RuleText};

/// A rule about emitted lines.
#[derive(Debug)]
pub struct LineRule {
    /// Identifier, named for what it flags.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Markdown that `explain` prints.
    pub page: &'static str,
    /// Level without a setting.
    pub level: Level,
    /// What it is about: `format`, `pairs`, `content` or `contract`.
    pub group: &'static str,
}

macro_rules! rules {
    ($($id:ident $name:literal $level:ident $group:literal $summary:literal;)*) => {
        /// A rule by its place in [`RULES`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Id { $($id),* }

        static RULES: &[LineRule] = &[$(LineRule {
            name: $name,
            summary: $summary,
            page: include_str!(concat!("rules/", $name, ".md")),
            level: Level::$level,
            group: $group,
        }),*];
    };
}

rules! {
    MalformedHeader "malformed-header" Deny "format" "a header that is not klog's";
    UnknownSeverity "unknown-severity" Deny "format" "a severity other than I, W, E and F";
    FractionWidth "fraction-width" Deny "format" "a time without exactly six digits of fraction";
    BadFile "bad-file" Warn "format" "a file name with a colon or a space in the header";
    OrphanContinuation "orphan-continuation" Deny "format" "a line of a block that nothing has opened";
    UnterminatedBlock "unterminated-block" Deny "format" "a block or a quoted string without an end";
    HeaderLookAlike "header-look-alike" Warn "format" "text inside an entry that looks like the end of a header";
    UnstructuredLine "unstructured-line" Warn "format" "a line that is no structured entry";
    ControlCharacter "control-character" Deny "format" "a raw control character, or bytes that are not UTF-8";
    InvalidJson "invalid-json" Deny "format" "a line that is not one JSON object";
    LongLine "long-line" Warn "format" "a line that container runtimes cut";
    MixedFormat "mixed-format" Warn "format" "text and JSON in one stream";
    MissingField "missing-field" Deny "pairs" "a JSON entry without `ts` or `msg`, or with one of another kind";
    TimestampUnit "timestamp-unit" Deny "pairs" "a `ts` that is not in milliseconds";
    BadKey "bad-key" Deny "pairs" "a raw key that cannot be told from its surroundings";
    OddKey "odd-key" Warn "pairs" "a key that has to be quoted";
    BadValue "bad-value" Deny "pairs" "a value that is neither quoted, nor a block, nor JSON";
    DuplicateKey "duplicate-key" Deny "pairs" "one key twice in an entry";
    TypeChange "type-change" Warn "pairs" "a key whose values change their kind within a run";
    SecretValue "secret-value" Deny "content" "a token, a private key or a password";
    ValuePanic "value-panic" Warn "content" "a value that failed while it was formatted";
    DynamicMessage "dynamic-message" Warn "content" "many messages that differ only in numbers and names";
    UnknownStatement "unknown-statement" Warn "contract" "an entry of no statement in the catalog";
    ForbiddenKey "forbidden-key" Deny "contract" "a key that `--forbid` names";
    MissingEntry "missing-entry" Deny "contract" "no entry as `--require` demands";
    LostPair "lost-pair" Deny "contract" "an entry that lacks a pair, or a value of its message, that it had in the log of `--same-as`";
    ChangedValue "changed-value" Deny "contract" "a pair or a V level that was another one in the log of `--same-as`";
    LostEntry "lost-entry" Deny "contract" "an entry of the log of `--same-as` that has not come again";
    NewEntry "new-entry" Deny "contract" "an entry that the log of `--same-as` has not";
    ChangedOrder "changed-order" Warn "contract" "an entry that came earlier in the log of `--same-as`";
}

/// Number of rules.
pub(super) const COUNT: usize = RULES.len();

/// All rules, in the order of their groups.
pub fn all() -> impl Iterator<Item = &'static LineRule> {
    RULES.iter()
}

/// What reports say about them.
pub(super) fn texts() -> &'static [RuleText] {
    static TEXTS: LazyLock<Vec<RuleText>> = LazyLock::new(|| {
        let text = |rule: &LineRule| RuleText {
            name: rule.name,
            summary: rule.summary,
            page: rule.page.to_owned(),
            level: rule.level,
            group: rule.group,
        };
        RULES.iter().map(text).collect()
    });
    &TEXTS
}

impl Id {
    pub(super) fn rule(self) -> &'static LineRule {
        &RULES[self as usize]
    }
}
