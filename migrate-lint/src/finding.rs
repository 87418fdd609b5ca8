//! What a rule reports: where, what is wrong, how to fix it.

use crate::call::Span;
pub use crate::safety::Applicability;
use crate::safety::{self, Reason};

/// How a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported, exit code 0.
    Warn,
    /// Reported, exit code 1.
    Deny,
}

/// One finding of one rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Identifier of the rule (`interpolated-message`).
    pub rule: &'static str,
    /// Level in force for the file; set after the rule has run.
    pub level: Level,
    /// What is wrong here, one line, lower case, without a full stop.
    pub message: String,
    /// The place that the report underlines.
    pub span: Span,
    /// Words at the underline, when they say more than the message.
    pub label: Option<String>,
    /// Further places with their words.
    pub related: Vec<(Span, String)>,
    /// What to do or to know, each one line.
    pub help: Vec<String>,
    /// A change of the source that fixes it.
    pub fix: Option<Fix>,
    /// The call as it should be, as data.
    pub rewrite: Option<Rewrite>,
    /// Index of the call in its file, for findings about a call.
    pub call: Option<usize>,
    /// What other rules say of the call, where the same fix answers them: their names and places.
    pub also: Vec<(&'static str, Span)>,
    /// A warning also where the rule denies, unless somebody has said so of the rule itself.
    pub is_soft: bool,
}

/// What reports say about a rule, whatever it judges.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// Identifier.
    pub name: &'static str,
    /// What is flagged, one line.
    pub summary: &'static str,
    /// Its page for people.
    pub page: String,
    /// Level without a setting.
    pub level: Level,
    /// Group.
    pub group: &'static str,
}

/// A change of the source.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, one line, imperative (`log the value as a pair`).
    pub title: String,
    /// Why it may not be applied unattended; none of a safe fix.
    pub reasons: Vec<Reason>,
    /// Replacements, in source order, not overlapping.
    pub edits: Vec<Edit>,
    /// The library whose macros it writes, which `Cargo.toml` has to name; none where it leaves a call in its own.
    pub writes: Option<&'static str>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// The structured form of a call, as data: what `--format json` carries as `rewrite`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// `klog`, `tracing` or `log`.
    pub dialect: &'static str,
    /// Level of the rewritten call (`info`, `v4`).
    pub level: String,
    /// Message without placeholders.
    pub message: String,
    /// Expression that is the error, with its mode's sigil.
    pub err: Option<String>,
    /// Pairs in order.
    pub pairs: Vec<RewritePair>,
    /// Why a person should look at it; none where it is safe.
    pub reasons: Vec<Reason>,
}

impl Fix {
    /// May it be applied unattended?
    pub fn applicability(&self) -> Applicability {
        safety::applicability(&self.reasons)
    }
}

impl Rewrite {
    /// May it be written unattended?
    pub fn safety(&self) -> Applicability {
        safety::applicability(&self.reasons)
    }
}

/// One pair of a [`Rewrite`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewritePair {
    /// Key as it will be logged.
    pub key: String,
    /// Expression as text.
    pub expr: String,
    /// `value`, `display`, `debug` or `format`.
    pub mode: &'static str,
}

impl Level {
    /// `allow`, `warn`, `deny`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// FNV-1a of a text without white space, as 16 hexadecimal digits; equal on every machine and release.
pub fn content_hash(text: &str) -> String {
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
