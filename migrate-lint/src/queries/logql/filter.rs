//! Conditions on labels: `status="ready" and (attempt > 3 or err!="")`.

use super::cursor::{Cursor, Read};
use super::{Compare, CompareOp, Condition, StageKind, Value};

const OPERATORS: [(&str, CompareOp); 9] = [
    ("==", CompareOp::Is),
    ("=~", CompareOp::Matches),
    ("!=", CompareOp::IsNot),
    ("!~", CompareOp::Differs),
    (">=", CompareOp::Order),
    ("<=", CompareOp::Order),
    ("=", CompareOp::Is),
    (">", CompareOp::Order),
    ("<", CompareOp::Order),
];

/// How deep brackets may be inside of each other.
const MAX_DEPTH: usize = 32;

impl Cursor<'_> {
    /// A stage that is a condition, or unknown.
    pub(super) fn condition_stage(&mut self, start: usize) -> Read<StageKind> {
        let at = self.at;
        let n_unknown = self.unknown.len();
        if let Some(condition) = self.any_of(0) {
            return Ok(StageKind::Label(condition));
        }
        self.at = at;
        self.unknown.truncate(n_unknown);
        self.skip_stage();
        if self.at == at {
            return self.stop("a stage is missing here");
        }
        self.note(start..self.at, "this stage is unknown");
        Ok(StageKind::Unknown)
    }

    fn any_of(&mut self, depth: usize) -> Option<Condition> {
        let mut all = vec![self.all_of(depth)?];
        while self.take_word("or") {
            all.push(self.all_of(depth)?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Condition::Any(all) })
    }

    fn all_of(&mut self, depth: usize) -> Option<Condition> {
        let mut all = vec![self.one(depth)?];
        loop {
            let is_joined = self.take_word("and") || self.take(",");
            let at = self.at;
            // A space joins conditions as `and` does.
            let is_next = is_joined || self.is_comparison();
            if !is_next {
                self.at = at;
                break;
            }
            all.push(self.one(depth)?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Condition::All(all) })
    }

    /// Whether `label op` comes next.
    fn is_comparison(&mut self) -> bool {
        let word = self.next_word();
        let after = self.text[self.at + word.len()..].trim_start();
        !word.is_empty()
            && !matches!(word, "or" | "and" | "unless" | "offset")
            && OPERATORS.into_iter().any(|(sign, _)| after.starts_with(sign))
    }

    fn one(&mut self, depth: usize) -> Option<Condition> {
        if self.take("(") {
            if depth > MAX_DEPTH {
                return None;
            }
            let inner = self.any_of(depth + 1)?;
            return self.take(")").then_some(inner);
        }
        self.space();
        let start = self.at;
        let label = self.name()?;
        let operator = OPERATORS.into_iter().find(|(sign, _)| self.take(sign));
        let Some((_, op)) = operator else {
            // A variable may be a whole condition.
            return label.name.is_empty().then_some(Condition::Unknown);
        };
        let value = self.value()?;
        let is_text = matches!(value, Value::Text(_) | Value::Any);
        if matches!(op, CompareOp::Matches | CompareOp::Differs) && !is_text {
            return None;
        }
        Some(Condition::Compare(Compare { span: start..self.at, label, op, value }))
    }
}
