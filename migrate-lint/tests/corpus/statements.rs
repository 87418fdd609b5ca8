//! The log statements of a file before and after: as many, of the same levels, with the same values.

use std::collections::BTreeMap;

use migrate_lint::internal::call::{Level, LogCall};
use migrate_lint::internal::dialect::slog;

use crate::fixed::File;
use crate::values::{self, Values};

/// What is wrong, and what went in a way that is allowed.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) faults: Vec<String>,
    pub(crate) allowed: BTreeMap<&'static str, usize>,
}

/// Compares statement by statement.
pub(crate) fn compare(before: &File, after: &File, faults: &mut Faults) {
    if before.calls.len() != after.calls.len() {
        let (old, new) = (before.calls.len(), after.calls.len());
        faults.faults.push(format!("{old} statements are {new} now"));
        return;
    }
    for (old, new) in before.calls.iter().zip(&after.calls) {
        let (old_text, new_text) = (written(before, old), written(after, new));
        if old_text == new_text {
            continue;
        }
        let was_printed = old.dialect.prints && !new.dialect.prints;
        // slog's `crit!` has no other counterpart than `error!`.
        let was_critical = old.level == Some(Level::Fatal) && old.dialect == &slog::DIALECT;
        let is_same = old.level == new.level || was_critical && new.level == Some(Level::Error);
        if !is_same && !was_printed {
            faults.faults.push(format!("another level: {old_text} → {new_text}"));
        }
        let (old, new) = (values::of(old), values::of_fixed(after, new));
        one(&old, &new, &format!("{old_text} → {new_text}"), faults);
    }
}

fn written<'a>(file: &'a File, call: &LogCall) -> &'a str {
    &file.text[call.span.clone()]
}

/// Every value of the old statement is one of the new, and the other way round.
fn one(old: &Values, new: &Values, what: &str, faults: &mut Faults) {
    let mut allow = |reason| *faults.allowed.entry(reason).or_default() += 1;
    let mut wrong = Vec::new();
    for value in &old.list {
        if new.list.contains(value) {
            continue;
        }
        let is_of_object = |object: &String| {
            value.strip_prefix(object.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        match () {
            () if value.starts_with('"') => allow("a text that was an argument is in the message"),
            () if value.starts_with("if") && value.contains("{\"") => {
                allow("a plural's ending is in the message");
            }
            () if new.objects.iter().any(is_of_object) => allow("an object stands for its names"),
            () if new.list.contains(values::inner(value)) => {
                allow("a value is logged without being formatted first");
            }
            () => wrong.push(format!("`{value}` is lost")),
        }
    }
    for value in new.list.iter().filter(|value| !value.contains(".await") || new.hoisted.is_empty())
    {
        let is_known = old.list.contains(value)
            || old.list.iter().any(|old| values::inner(old) == value)
            || new.objects.contains(value)
            || new.hoisted.contains(value);
        if !is_known {
            wrong.push(format!("`{value}` is new"));
        }
    }
    for fault in wrong {
        faults.faults.push(format!("{fault}: {what}"));
    }
}
