//! What the user wants of rules and rewrites, as plain data; [`config`](crate::config) reads it.

use std::collections::BTreeMap;

pub use crate::dialect::KeyCase;
use crate::dialect::{self, Dialect};

/// The settings that rules and rewrites ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What `--fix` writes.
    pub dialect: FixDialect,
    /// Fixes may need a dependency or feature that the manifest lacks: `--edit-manifest` adds it.
    pub edit_manifest: bool,
    /// `--generated`: files marked `@generated` are judged too.
    pub generated: bool,
    /// `[keys]`.
    pub keys: Keys,
    /// `[messages]`.
    pub messages: MessageCase,
    /// What a person wants in place of the words of a fix.
    pub chosen: BTreeMap<Wording, Wording>,
}

/// The message and the keys of a rewritten call.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wording {
    /// The message.
    pub message: String,
    /// The keys of the pairs that were formatted into it, in order.
    pub keys: Vec<String>,
}

/// `[keys]`: what a key may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Case; `None` means lowerCamelCase for klog and snake_case for the others.
    pub case: Option<KeyCase>,
    /// The key for errors, where a pair gives it.
    pub error: ErrorKey,
    /// Keys that are always right, whatever the other settings say.
    pub allow: Vec<String>,
    /// Keys that are always wrong.
    pub forbid: Vec<String>,
    /// Wrong key → right key, in addition to the guide's table.
    pub replace: BTreeMap<String, String>,
    /// Reserved in addition to the formats' own.
    pub reserved: Vec<String>,
    /// Parts of names that make a value a secret, in addition to the usual ones.
    pub secret: Vec<String>,
}

/// `case` of `[messages]`: how messages begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageCase {
    /// With a capital letter, as in Kubernetes.
    #[default]
    Capital,
    /// With a small letter.
    Small,
    /// With either.
    Any,
}

impl MessageCase {
    /// All that there are.
    pub const ALL: [Self; 3] = [Self::Capital, Self::Small, Self::Any];

    /// As written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Capital => "capital",
            Self::Small => "small",
            Self::Any => "any",
        }
    }
}

/// `error` of `[keys]`: the key for errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorKey {
    /// `err`, as in Kubernetes.
    #[default]
    Err,
    /// `error`.
    Error,
}

impl ErrorKey {
    /// All that there are.
    pub const ALL: [Self; 2] = [Self::Err, Self::Error];

    /// The key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Err => "err",
            Self::Error => "error",
        }
    }
}

/// The macros that a fix writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FixDialect {
    /// Those that the call uses.
    #[default]
    Own,
    /// Those of one dialect.
    Of(&'static Dialect),
}

impl FixDialect {
    /// What a user may choose: `own`, and each dialect that a crate can be given.
    pub fn all() -> impl Iterator<Item = Self> {
        let targets = dialect::ALL.into_iter().filter(|dialect| dialect.requirement.is_some());
        std::iter::once(Self::Own).chain(targets.map(Self::Of))
    }

    /// The choice of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|dialect| dialect.name() == name)
    }

    /// As written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Of(dialect) => dialect.name,
        }
    }
}
