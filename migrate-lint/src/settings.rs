//! What the user wants of rules and rewrites, as plain data; [`config`](crate::config) reads it.

use std::collections::BTreeMap;

/// The settings that rules and rewrites ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// What `--fix` writes.
    pub dialect: Dialect,
    /// Fixes may need a dependency or feature that the manifest lacks: `--edit-manifest` adds it.
    pub edit_manifest: bool,
    /// `[keys]`.
    pub keys: Keys,
}

/// `[keys]`: what a key may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Case; `None` means lowerCamelCase for klog and snake_case for the others.
    pub case: Option<KeyCase>,
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

/// How words of a key are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCase {
    /// `podName`, as in Kubernetes.
    LowerCamelCase,
    /// `pod_name`, as in most Rust programs.
    SnakeCase,
    /// `pod-name`.
    KebabCase,
    /// `PodName`.
    UpperCamelCase,
}

/// The macros that a fix writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Those that the file uses.
    #[default]
    Own,
    /// `klog`'s.
    Klog,
    /// `tracing`'s.
    Tracing,
    /// `log`'s, with key-values.
    Log,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Dialect; 4] = [Self::Own, Self::Klog, Self::Tracing, Self::Log];

    /// The dialect of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// As written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Klog => "klog",
            Self::Tracing => "tracing",
            Self::Log => "log",
        }
    }
}

impl KeyCase {
    /// As written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::LowerCamelCase => "lowerCamelCase",
            Self::SnakeCase => "snake_case",
            Self::KebabCase => "kebab-case",
            Self::UpperCamelCase => "UpperCamelCase",
        }
    }
}
