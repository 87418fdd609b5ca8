//! `--require`: entries that a run has to have.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::entry::{self, Severity};
use super::raw::Raw;

/// Pairs that one entry must have together: `msg="Pod status updated" pod=default/web`.
///
/// `msg`, `severity` (`info`, `warning`, `error`, `fatal`), `file` and `v` stand for the parts of the header.
/// A value without quotes ends at a space; `key=*` asks for the key with any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    text: String,
    pairs: Vec<(String, String)>,
}

/// What came of a requirement.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub is_met: bool,
    /// How many of the pairs the best entry had, its line, and the first pair that it lacked.
    pub best: Option<(usize, usize, String)>,
}

impl Requirement {
    /// Keys with their values.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Compares an entry.
    #[cold]
    pub(super) fn look(&self, bytes: &[u8], raw: &Raw, line: usize, progress: &mut Progress) {
        let mut n_met = 0;
        let mut lacks = None;
        for (key, expected) in &self.pairs {
            match is_met(key, expected, bytes, raw) {
                true => n_met += 1,
                false => lacks = lacks.or(Some((key, expected))),
            }
        }
        let Some((key, expected)) = lacks else {
            progress.is_met = true;
            return;
        };
        if n_met > progress.best.as_ref().map_or(0, |(n_best, ..)| *n_best) {
            progress.best = Some((n_met, line, format!("{key}={expected}")));
        }
    }
}

fn is_met(key: &str, expected: &str, bytes: &[u8], raw: &Raw) -> bool {
    let is = |actual: &str| expected == "*" || expected == actual;
    match key {
        "msg" => is(&entry::message(bytes, raw)),
        "severity" => is(match entry::severity(raw) {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal",
        }),
        "file" => {
            let file = String::from_utf8_lossy(bytes.get(raw.file.clone()).unwrap_or_default());
            is(&file) || file.rsplit('/').next().is_some_and(is)
        }
        "v" => match &raw.v {
            Some(v) => is(&String::from_utf8_lossy(bytes.get(v.clone()).unwrap_or_default())),
            None => false,
        },
        key => raw.pairs.iter().any(|pair| {
            let name = &bytes[pair.key.clone()];
            let is_same = match pair.is_quoted_key || raw.is_json {
                true => entry::unquoted(name) == key,
                false => name == key.as_bytes(),
            };
            is_same
                && (expected == "*"
                    || match entry::value(bytes, pair) {
                        Value::String(text) => text == expected,
                        value @ (Value::Object(_) | Value::Array(_)) => {
                            serde_json::from_str::<Value>(expected).is_ok_and(|it| it == value)
                                || is_object(&value, expected)
                        }
                        value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => {
                            let text = value.to_string();
                            text == expected
                        }
                    })
        }),
    }
}

/// JSON writes an object's reference as an object, text as `namespace/name`: both mean the same here.
pub(super) fn is_object(value: &Value, expected: &str) -> bool {
    let Some(name) = value.get("name").and_then(Value::as_str) else { return false };
    match value.get("namespace").and_then(Value::as_str) {
        Some(namespace) => expected.split_once('/') == Some((namespace, name)),
        None => expected == name,
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Requirement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pairs = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (key, value) = rest
                .split_once('=')
                .filter(|(key, _)| !key.is_empty() && !key.contains([' ', '"']))
                .ok_or_else(|| {
                    format!("`{rest}` is not key=value; write for instance `msg=\"Pod is ready\" pod=default/web`")
                })?;
            let (value, after) = match value.strip_prefix('"') {
                Some(inner) => {
                    let end = closing_quote(inner)
                        .ok_or_else(|| format!("the value of `{key}` has no closing quote"))?;
                    (entry::unquoted(&inner.as_bytes()[..end]), &inner[end + 1..])
                }
                None => {
                    let end = value.find(' ').unwrap_or(value.len());
                    (value[..end].to_owned(), &value[end..])
                }
            };
            if !after.is_empty() && !after.starts_with(' ') {
                return Err(format!("a space is missing after the value of `{key}`"));
            }
            pairs.push((key.to_owned(), value));
            rest = after.trim_start();
        }
        match pairs.is_empty() {
            true => Err("write for instance `msg=\"Pod is ready\" pod=default/web`".to_owned()),
            false => Ok(Self { text: text.trim().to_owned(), pairs }),
        }
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}
