//! `--vmodule`: verbosity by source file.

use std::{
    fmt,
    str::{Chars, FromStr},
};

use crate::go::quote::go_quote;

/// Verbosity of files by patterns of their names: `reconcile*=4,server=5`.
///
/// A pattern is compared with the file's name without directories, as it is and without the suffix `.rs` (klog: `.go`).
/// Without any of `\ * ? [ ]` it must be equal; else it matches as Go's `filepath.Match` does: `*`, `?`, `[a-z]`, `[^a]`,
/// `\c`. A malformed pattern matches nothing. A pattern with `::` is one of modules, `kube_runtime::*`, and matches the path
/// of the module, or of one that it is in. The first match counts; entries with 0 are left out (klog's
/// `internal/verbosity`).
///
/// ```
/// let vmodule: klog::config::Vmodule = "reconcile*=4,server=5".parse()?;
/// assert_eq!(vmodule.verbosity_for("src/reconcile_pods.rs"), 4);
/// assert_eq!(vmodule.verbosity_for("src/main.rs"), 0);
/// assert_eq!("reconcile".parse::<klog::config::Vmodule>().unwrap_err().to_string(), r#""reconcile" does not have the pattern=N format"#);
/// # Ok::<(), klog::config::ParseVmoduleError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vmodule(Vec<(String, u32)>);

impl Vmodule {
    /// Returns `true` if there is no entry.
    ///
    /// ```
    /// assert!(klog::config::Vmodule::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Patterns with their verbosity, in order.
    ///
    /// ```
    /// let vmodule: klog::config::Vmodule = "server=5,*=1".parse()?;
    /// assert_eq!(vmodule.iter().collect::<Vec<_>>(), [("server", 5), ("*", 1)]);
    /// # Ok::<(), klog::config::ParseVmoduleError>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.0.iter().map(|(pattern, verbosity)| (pattern.as_str(), *verbosity))
    }

    /// The verbosity of a file; 0 if no pattern matches.
    ///
    /// ```
    /// let vmodule: klog::config::Vmodule = "server=5,*=1".parse()?;
    /// assert_eq!(vmodule.verbosity_for("src/http/server.rs"), 5);
    /// assert_eq!(vmodule.verbosity_for("src/http/mod.rs"), 1);
    /// # Ok::<(), klog::config::ParseVmoduleError>(())
    /// ```
    pub fn verbosity_for(&self, file: &str) -> u32 {
        self.verbosity_of(Some(file), None)
    }

    /// The verbosity of a place; 0 if no pattern matches.
    pub(crate) fn verbosity_of(&self, file: Option<&str>, module: Option<&str>) -> u32 {
        let name = file.map(|file| file.rsplit(['/', '\\']).next().unwrap_or(file));
        let stem =
            name.and_then(|name| name.strip_suffix(".go").or_else(|| name.strip_suffix(".rs")));
        let is_match = |pattern: &str| {
            if pattern.contains("::") {
                return module.is_some_and(|module| matches_module(pattern, module));
            }
            [name, stem].into_iter().flatten().any(|name| matches(pattern, name))
        };
        self.iter()
            .filter(|(_, verbosity)| *verbosity > 0)
            .find(|(pattern, _)| is_match(pattern))
            .map_or(0, |(_, verbosity)| verbosity)
    }
}

impl FromIterator<(String, u32)> for Vmodule {
    fn from_iter<I: IntoIterator<Item = (String, u32)>>(entries: I) -> Self {
        Vmodule(entries.into_iter().collect())
    }
}

/// Why a text is no `--vmodule`, in Kubernetes' words.
///
/// ```
/// let error = "reconcile=x".parse::<klog::config::Vmodule>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"parsing verbosity in "reconcile=x": strconv.ParseUint: parsing "x": invalid syntax"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseVmoduleError(String);

impl fmt::Display for ParseVmoduleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ParseVmoduleError {}

impl FromStr for Vmodule {
    type Err = ParseVmoduleError;

    fn from_str(text: &str) -> Result<Self, ParseVmoduleError> {
        let mut entries = Vec::new();
        for item in text.split(',').filter(|item| !item.is_empty()) {
            let (pattern, verbosity) = item
                .split_once('=')
                .filter(|(pattern, verbosity)| {
                    !pattern.is_empty() && !verbosity.is_empty() && !verbosity.contains('=')
                })
                .ok_or_else(|| {
                    ParseVmoduleError(format!(
                        "{} does not have the pattern=N format",
                        go_quote(item)
                    ))
                })?;
            let verbosity = parse_verbosity(verbosity).map_err(|error| {
                ParseVmoduleError(format!("parsing verbosity in {}: {error}", go_quote(item)))
            })?;
            entries.push((pattern.to_owned(), verbosity));
        }
        Ok(Vmodule(entries))
    }
}

/// Reads what Go's `strconv.ParseUint(text, 10, 31)` reads, with its errors.
pub(crate) fn parse_verbosity(text: &str) -> Result<u32, String> {
    parse_uint(text, i32::MAX as u32)
}

/// Go's `strconv.ParseUint` in base 10. It reads from the left and stops at the first trouble: `99999999999x` is out of range.
pub(crate) fn parse_uint(text: &str, max: u32) -> Result<u32, String> {
    let error = |what: &str| Err(format!("strconv.ParseUint: parsing {}: {what}", go_quote(text)));
    if text.is_empty() {
        return error("invalid syntax");
    }
    let mut number = 0_u64;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return error("invalid syntax");
        }
        number = number * 10 + u64::from(byte - b'0');
        if number > u64::from(max) {
            return error("value out of range");
        }
    }
    Ok(number as u32)
}

impl fmt::Display for Vmodule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (pattern, verbosity)) in self.iter().enumerate() {
            write!(formatter, "{}{pattern}={verbosity}", if index > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

/// A module and all modules in it; `path::*` is the same as `path`.
fn matches_module(pattern: &str, module: &str) -> bool {
    let pattern = pattern.strip_suffix("::*").unwrap_or(pattern);
    // Of `a::b::c` these are `a`, `a::b` and all of it.
    let ends = module.match_indices("::").map(|(at, _)| at).chain([module.len()]);
    ends.into_iter().any(|end| matches(pattern, &module[..end]))
}

fn matches(pattern: &str, name: &str) -> bool {
    if pattern.contains(['\\', '*', '?', '[']) { glob(pattern, name) } else { pattern == name }
}

/// Go's `filepath.Match`; going back to the last `*` only keeps it linear in the number of stars.
fn glob(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name, mut retry) = (pattern.chars(), name.chars(), None);
    loop {
        if let Some(after) = pattern.as_str().strip_prefix('*') {
            pattern = after.chars();
            retry = Some((after, name.as_str()));
            continue;
        }
        let is_pattern_done = pattern.as_str().is_empty();
        let is_matched = match name.next() {
            None => return is_pattern_done,
            Some(_) if is_pattern_done => false,
            Some(char) => match one(&mut pattern, char) {
                Some(is_matched) => is_matched,
                // Malformed.
                None => return false,
            },
        };
        if !is_matched {
            let Some((star, start)) = &mut retry else { return false };
            // The star takes one character more.
            let mut chars = start.chars();
            chars.next();
            *start = chars.as_str();
            (pattern, name) = (star.chars(), chars);
        }
    }
}

/// Takes the element at the pattern's beginning and says whether it matches the character; `None` if it is malformed.
fn one(pattern: &mut Chars<'_>, char: char) -> Option<bool> {
    Some(match pattern.next()? {
        '?' => true,
        '\\' => pattern.next()? == char,
        '[' => {
            let negated = pattern.as_str().starts_with('^');
            if negated {
                pattern.next();
            }
            let (mut found, mut is_first) = (false, true);
            while is_first || !pattern.as_str().starts_with(']') {
                let low = escaped(pattern)?;
                let high = if pattern.as_str().starts_with('-') {
                    pattern.next();
                    escaped(pattern)?
                } else {
                    low
                };
                found |= (low..=high).contains(&char);
                is_first = false;
            }
            pattern.next();
            found != negated
        }
        other => other == char,
    })
}

/// A character of a class.
fn escaped(pattern: &mut Chars<'_>) -> Option<char> {
    let mut char = pattern.next()?;
    if char == '-' || char == ']' {
        return None;
    }
    if char == '\\' {
        char = pattern.next()?;
    }
    Some(char)
}
