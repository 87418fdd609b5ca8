//! What the user wants checked: `klog.toml` or `[workspace.metadata.klog]`.
//!
//! A level is looked up in four steps, a later one wins: the rule's own, `[levels]`, each `[[path]]` that matches the file
//! in the order of the file, the command line. Within one step a rule's name wins over its group, and a group over `all`.
//! The list of `[[path]]` entries is the ledger of a migration: what is done, and what still waits.

mod error;
mod read;
mod show;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use crate::finding::Level;
use crate::rules::{Rule, names};
use crate::scan::WrapperConfig;
use crate::settings::Settings;
pub use error::{ConfigError, ConfigProblem};

/// Name of the file that is looked for.
pub const FILE_NAME: &str = "klog.toml";

/// The configuration in force.
#[derive(Debug)]
pub struct Config {
    /// File that it was read from; `None` for the defaults.
    pub path: Option<PathBuf>,
    /// Directory that the patterns are relative to.
    pub directory: PathBuf,
    /// What rules and rewrites ask for.
    pub settings: Settings,
    /// Files that are not read at all.
    pub exclude: PathSet,
    /// Where the baseline is kept.
    pub baseline: PathBuf,
    /// Where `cargo klog stats --save` keeps its snapshots.
    pub history: PathBuf,
    /// `[levels]`.
    pub levels: Levels,
    /// `[[path]]`, in order.
    pub overrides: Vec<PathOverride>,
    /// `[[wrapper]]`.
    pub wrappers: Vec<WrapperConfig>,
    /// `[queries]`.
    pub queries: Queries,
    /// `-A`, `-W` and `-D` of the command line, in order.
    pub command_line: Vec<(String, Level)>,
}

/// `[queries]`: what `cargo klog queries` reads, and what it cannot see in the source.
#[derive(Debug, Default)]
pub struct Queries {
    /// Files of queries; without patterns those that are in `alerts` and `dashboards`.
    pub files: PathSet,
    /// Keys that any line can have.
    pub keys: Vec<String>,
}

/// Levels by the name of a rule, of a group, or `all`.
pub type Levels = BTreeMap<String, Level>;

/// The part of a configuration that is about one file.
#[derive(Debug)]
pub struct InForce<'a> {
    config: &'a Config,
    overrides: Vec<&'a PathOverride>,
}

/// One `[[path]]`.
#[derive(Debug)]
pub struct PathOverride {
    /// Which files it is about.
    pub paths: PathSet,
    /// Levels for them.
    pub levels: Levels,
    /// Line in the configuration, for `--show-config`.
    pub line: usize,
}

/// Patterns as in a `.gitignore`: `crates/legacy` is a directory and all below it, `*.rs` any file of that ending.
#[derive(Debug, Default)]
pub struct PathSet {
    /// As written.
    pub patterns: Vec<String>,
    matcher: Option<Gitignore>,
}

/// Where a level comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelOrigin {
    /// The rule's own default.
    Default,
    /// The rule is about the dialect that fixes write.
    Dialect,
    /// `[levels]`, by this name.
    Levels(String),
    /// The `[[path]]` at this line, by this name.
    Path(usize, String),
    /// The command line, by this name.
    CommandLine(String),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            directory: PathBuf::new(),
            settings: Settings::default(),
            exclude: PathSet::default(),
            baseline: PathBuf::from("klog-baseline.json"),
            history: PathBuf::from("klog-stats.jsonl"),
            levels: Levels::new(),
            overrides: Vec::new(),
            wrappers: Vec::new(),
            queries: Queries::default(),
            command_line: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the configuration that is in force for a directory: the file given, else the nearest `klog.toml`
    /// or `[workspace.metadata.klog]` up to the root of the repository, else the defaults.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, at once.
    pub fn load(explicit: Option<&Path>, directory: &Path) -> Result<Self, ConfigError> {
        match explicit {
            Some(path) => read::file(path),
            None => match read::find(directory)? {
                Some(config) => Ok(config),
                None => Ok(Self { directory: directory.to_owned(), ..Self::default() }),
            },
        }
    }

    /// Reads a configuration from text, for tests and editors.
    ///
    /// # Errors
    ///
    /// As [`Config::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        read::text(text, path)
    }

    /// Sets levels from the command line; they win over the file's.
    ///
    /// # Errors
    ///
    /// A name that is neither a rule nor a group.
    pub fn set_command_line(&mut self, levels: Vec<(String, Level)>) -> Result<(), String> {
        for (name, _) in &levels {
            if name != "warnings" {
                names::check_selector(name)?;
            }
        }
        self.command_line = levels;
        Ok(())
    }

    /// What is in force for a file; patterns are matched once, not for each rule.
    pub fn in_force(&self, file: &Path) -> InForce<'_> {
        let relative = self.relative(file);
        let overrides = self.overrides.iter().filter(|path| path.paths.contains(&relative));
        InForce { config: self, overrides: overrides.collect() }
    }

    /// The file is not to be read.
    pub fn excludes(&self, file: &Path) -> bool {
        self.exclude.contains(&self.relative(file))
    }

    /// Prints what is in force for a file or directory.
    pub fn show(&self, file: &Path) -> impl fmt::Display {
        show::Shown { config: self, file: file.to_owned() }
    }

    fn relative(&self, file: &Path) -> PathBuf {
        file.strip_prefix(&self.directory).unwrap_or(file).to_owned()
    }
}

impl InForce<'_> {
    /// Whether somebody has set the level of this rule, and not of its group or of all.
    pub fn is_meant(&self, rule: &Rule) -> bool {
        let denies_warnings =
            |(name, level): &(String, Level)| name == "warnings" && *level == Level::Deny;
        let name = match self.level(rule).1 {
            LevelOrigin::Default | LevelOrigin::Dialect => None,
            LevelOrigin::Levels(name)
            | LevelOrigin::Path(_, name)
            | LevelOrigin::CommandLine(name) => Some(name),
        };
        name.is_some_and(|name| name == rule.name)
            || self.config.command_line.iter().any(denies_warnings)
    }

    /// The level of a rule, and why.
    pub fn level(&self, rule: &Rule) -> (Level, LevelOrigin) {
        let mut level = rule.usual_level(&self.config.settings);
        let mut origin = match level == rule.level {
            true => LevelOrigin::Default,
            false => LevelOrigin::Dialect,
        };
        if let Some((found, name)) = select(&self.config.levels, rule) {
            (level, origin) = (found, LevelOrigin::Levels(name.to_owned()));
        }
        for path in &self.overrides {
            if let Some((found, name)) = select(&path.levels, rule) {
                (level, origin) = (found, LevelOrigin::Path(path.line, name.to_owned()));
            }
        }
        for (name, found) in &self.config.command_line {
            let matches = match name.as_str() {
                "all" => true,
                "warnings" => level == Level::Warn,
                name => name == rule.name || name == rule.group,
            };
            if matches {
                (level, origin) = (*found, LevelOrigin::CommandLine(name.clone()));
            }
        }
        (level, origin)
    }
}

fn select<'a>(levels: &'a Levels, rule: &Rule) -> Option<(Level, &'a str)> {
    [rule.name, rule.group, "all"]
        .into_iter()
        .find_map(|name| levels.get_key_value(name))
        .map(|(name, level)| (*level, name.as_str()))
}

impl PathSet {
    /// Compiles patterns.
    ///
    /// # Errors
    ///
    /// The first pattern that is none, and why.
    pub fn new(patterns: Vec<String>) -> Result<Self, String> {
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let mut builder = ignore::gitignore::GitignoreBuilder::new("");
        for pattern in &patterns {
            if pattern.starts_with('!') {
                return Err(format!(
                    "`{pattern}`: a pattern cannot exclude; write a later `[[path]]` that sets the level back"
                ));
            }
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
            builder.add_line(None, pattern).map_err(|error| format!("`{pattern}`: {error}"))?;
        }
        let matcher = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { patterns, matcher: Some(matcher) })
    }

    /// The file, or a directory above it, matches.
    pub fn contains(&self, relative: &Path) -> bool {
        self.matcher.as_ref().is_some_and(|matcher| {
            !relative.is_absolute()
                && matcher.matched_path_or_any_parents(relative, false).is_ignore()
        })
    }
}
