//! What an entry has lost beside the one of before. What it has gained is no fault.

use serde_json::Value;

use super::super::expect;
use super::super::rules::Id;
use super::waiting::Waiting;
use crate::call::Span;

/// What is not as before.
#[derive(Debug)]
pub(super) enum Fault {
    /// The pair is missing: key and value.
    Lost(String, Value),
    /// The pair at this place has another value than this one.
    Changed(usize, Value),
    /// Another V level than this one.
    Level(i64),
    /// A value of the message is nowhere.
    Text(String),
}

/// Whether the new entry says all that the old one said.
pub(super) fn fits(old: &Waiting, new: &Waiting, vary: &[String]) -> bool {
    old.has_severity_of(new)
        && level(old, new, vary).is_none()
        && old.pairs.iter().all(|(key, value)| {
            new.value(key).is_some_and(|(_, now)| same(value, now) || vary.contains(key))
        })
}

/// The pairs that the new entry has lost or changed.
pub(super) fn faults(old: &Waiting, new: &Waiting, vary: &[String]) -> Vec<Fault> {
    let fault = |(key, value): &(String, Value)| match new.value(key) {
        None => Some(Fault::Lost(key.clone(), value.clone())),
        Some((_, now)) if same(value, now) || vary.contains(key) => None,
        Some((at, _)) => Some(Fault::Changed(at, value.clone())),
    };
    let level = level(old, new, vary).map(Fault::Level);
    old.pairs.iter().filter_map(fault).chain(level).collect()
}

/// The old V level, where the new one differs.
fn level(old: &Waiting, new: &Waiting, vary: &[String]) -> Option<i64> {
    old.level_beside(new).filter(|_| !vary.iter().any(|key| key == "v"))
}

/// Equal, also where one is JSON's form of an object's reference and the other one text's.
fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => old == new || old.as_f64() == new.as_f64(),
        (Value::Object(_), Value::String(text)) => expect::is_object(old, text),
        (Value::String(text), Value::Object(_)) => expect::is_object(new, text),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
        }
        _ => old == new,
    }
}

impl Fault {
    /// Rule, place in the new entry, and words; `line` is the old entry's, in the log `path`.
    pub(super) fn finding(&self, new: &Waiting, path: &str, line: usize) -> (Id, Span, String) {
        match self {
            Self::Lost(key, value) => {
                let words =
                    format!("`{key}={}` is missing, line {line} of {path} has it", short(value));
                (Id::LostPair, new.head.clone(), words)
            }
            Self::Changed(at, value) => {
                let (key, span) = (&new.pairs[*at].0, new.spans[*at].clone());
                let words = format!("`{key}` was {} in line {line} of {path}", short(value));
                (Id::ChangedValue, span, words)
            }
            Self::Level(v) => {
                let words = format!("the V level was {v} in line {line} of {path}");
                (Id::ChangedValue, new.head.clone(), words)
            }
            Self::Text(text) => {
                let words = format!(
                    "`{text}` of the message in line {line} of {path} is in no value of this entry"
                );
                (Id::LostPair, new.head.clone(), words)
            }
        }
    }
}

fn short(value: &Value) -> String {
    const LIMIT: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
