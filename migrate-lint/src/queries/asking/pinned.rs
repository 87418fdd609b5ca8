//! Line filters that are there for speed: a later condition on a label says what is meant.

use crate::queries::logql::{CompareOp, Condition, Stage, StageKind, Value};

/// Whether a later condition on a label says the same, or names the message.
pub fn is_pinned(stages: &[Stage], text: &str) -> bool {
    let words = text.trim_matches(|c: char| !c.is_alphanumeric());
    stages.iter().any(|stage| match &stage.kind {
        StageKind::Label(condition) => pins(condition, words),
        _ => false,
    })
}

fn pins(condition: &Condition, words: &str) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| pins(part, words)),
        Condition::Unknown => false,
        Condition::Compare(compare) => {
            let is_positive = matches!(compare.op, CompareOp::Is | CompareOp::Matches);
            let Value::Text(value) = &compare.value else { return false };
            let is_message =
                matches!(compare.label.name.as_str(), "msg" | "message" | "fields_message");
            let value = value.known().unwrap_or_default();
            let mut parts = words.split(['/', '=', '"']).filter(|part| !part.is_empty());
            let is_in = value.contains(words)
                || parts.next_back().is_some_and(|last| value.contains(last) && !value.is_empty());
            is_positive && (is_message || is_in)
        }
    }
}
