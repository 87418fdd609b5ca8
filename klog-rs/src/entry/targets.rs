//! Levels by target: what is written of each crate and module, more or less than of the rest.

use std::{fmt, str::FromStr};

use crate::base::Severity;

/// Levels of crates and modules, by the beginning of their targets: `hyper=warn,kube_runtime=5,h2=off`.
///
/// A level is a V level, or one of `off`, `error`, `warn`, `info` (0), `debug` (4) and `trace` (5). It holds for the module
/// and all modules in it, instead of `-v`; of several entries the one with the longest path counts. `warn` leaves out
/// information, `error` warnings as well, and `off` everything. What `--vmodule` names is written in any case.
///
/// A target is the path of a module, unless the call names another one (`target: "audit"`).
/// The text is that of the variable `RUST_LOG`, without its parts in brackets: a level alone is that of all others, a path
/// alone is `trace`.
///
/// ```
/// use klog::config::Targets;
///
/// let targets: Targets = "hyper=warn,kube_runtime::controller=5,h2=off".parse()?;
/// assert_eq!(targets.to_string(), "hyper=warn,kube_runtime::controller=5,h2=off");
/// let config = klog::Config { targets, ..Default::default() };
/// // With the variable RUST_LOG, where it is set:
/// let targets: Targets = std::env::var("RUST_LOG").unwrap_or_default().parse()?;
/// # let _ = (config, targets);
/// # Ok::<(), klog::config::ParseTargetsError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Paths with their limits, in the order in which they were given; the empty path is for all others.
    entries: Vec<(String, Limit)>,
}

/// The least important entry that is written: a V level, or below zero [`Limit::WARNING`] and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limit(i64);

impl Limit {
    const WARNING: Limit = Limit(-1);
    const ERROR: Limit = Limit(-2);
    const NOTHING: Limit = Limit(-3);

    /// That of an entry itself.
    #[inline]
    pub(crate) fn of(severity: Severity, verbosity: u32) -> Self {
        match severity {
            Severity::Info => Limit(i64::from(verbosity)),
            Severity::Warning => Limit::WARNING,
            Severity::Error => Limit::ERROR,
            // The program ends with it.
            Severity::Fatal => Limit::NOTHING,
        }
    }

    pub(crate) const fn verbosity(verbosity: i32) -> Self {
        Limit(verbosity as i64)
    }

    /// As a number from zero on.
    pub(crate) fn to_index(self) -> u32 {
        u32::try_from(self.0 - Limit::NOTHING.0).unwrap_or(0)
    }

    pub(crate) fn from_index(index: u32) -> Self {
        Limit(i64::from(index) + Limit::NOTHING.0)
    }

    /// The V level, 0 if no information is written at all.
    pub(crate) fn max_verbosity(self) -> i64 {
        self.0.max(0)
    }
}

impl Targets {
    /// Returns `true` if there is no entry.
    ///
    /// ```
    /// assert!(klog::config::Targets::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The limit of a target, if an entry is about it.
    pub(crate) fn limit(&self, target: &str) -> Option<Limit> {
        let is_about = |path: &str| {
            let rest = target.strip_prefix(path);
            path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        // Of entries with one path the last counts.
        let entries = self.entries.iter().filter(|(path, _)| is_about(path));
        entries.max_by_key(|(path, _)| path.len()).map(|(_, limit)| *limit)
    }

    /// The largest limit.
    pub(crate) fn max(&self) -> Option<Limit> {
        self.entries.iter().map(|(_, limit)| *limit).max()
    }
}

/// Why a text is no [`Targets`].
///
/// ```
/// let error = "hyper=loud".parse::<klog::config::Targets>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"level "loud" in "hyper=loud" is none of off, error, warn, info, debug, trace and V levels from 0 to 2147483647"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTargetsError(String);

impl fmt::Display for ParseTargetsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ParseTargetsError {}

impl FromStr for Targets {
    type Err = ParseTargetsError;

    fn from_str(text: &str) -> Result<Self, ParseTargetsError> {
        let mut entries = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            if item.contains(['[', ']', '{', '}']) {
                return Err(ParseTargetsError(format!(
                    "{item:?} selects by span or field, which only tracing_subscriber's EnvFilter does"
                )));
            }
            let (path, level) = match item.split_once('=') {
                Some((path, level)) => (path.trim(), Some(level.trim())),
                None if level(item).is_some() => ("", Some(item)),
                None => (item, None),
            };
            let limit = match level {
                None => Limit::verbosity(5),
                Some(text) => self::level(text).ok_or_else(|| {
                    ParseTargetsError(format!(
                        "level {text:?} in {item:?} is none of off, error, warn, info, debug, trace and V levels from 0 to {}",
                        i32::MAX
                    ))
                })?,
            };
            // A package's name has dashes where its crate has underscores.
            entries.push((path.replace('-', "_"), limit));
        }
        Ok(Targets { entries })
    }
}

fn level(text: &str) -> Option<Limit> {
    Some(match text.to_ascii_lowercase().as_str() {
        "off" => Limit::NOTHING,
        "error" => Limit::ERROR,
        "warn" => Limit::WARNING,
        "info" => Limit::verbosity(0),
        "debug" => Limit::verbosity(4),
        "trace" => Limit::verbosity(5),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Limit::verbosity(number.parse().ok()?)
        }
        _ => return None,
    })
}

impl fmt::Display for Targets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (path, limit)) in self.entries.iter().enumerate() {
            formatter.write_str(if index > 0 { "," } else { "" })?;
            if !path.is_empty() {
                write!(formatter, "{path}=")?;
            }
            match *limit {
                Limit::NOTHING => formatter.write_str("off")?,
                Limit::ERROR => formatter.write_str("error")?,
                Limit::WARNING => formatter.write_str("warn")?,
                Limit(verbosity) => write!(formatter, "{verbosity}")?,
            }
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Targets {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Targets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
