//! `info!(podName = name, "…")` where keys are in snake_case.

use super::{Check, Context, FixKind, Rule, finding, fix, keys};
use crate::call::{LogCall, Shape};
use crate::finding::{Finding, Level};
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "key-case",
    group: "key",
    level: Level::Warn,
    summary: "a key that is not in lowerCamelCase, or in the case configured",
    origin: "logcheck `key`; Kubernetes guide",
    fix: FixKind::Unsafe,
    page: include_str!("key-case.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let case = keys::case_of(context, call);
    for pair in &call.pairs {
        let Some(key) = pair.key.as_deref() else { continue };
        // A text without a key in a span macro is a message.
        let is_text = pair.shorthand
            && pair.value.as_ref().is_some_and(|value| matches!(value.shape, Shape::Str(_)));
        if is_text {
            continue;
        }
        if keys::is_allowed(context, key) || keys::is_in_case(key, case, call.dialect) {
            continue;
        }
        // Which letters of ASCII it would be is the author's to say.
        if key.chars().any(|c| c.is_alphanumeric() && !c.is_ascii()) {
            let words = format!("key `{key}` has letters that are not ASCII");
            let mut finding = finding(pair.key_span.clone(), words);
            finding.help.push(format!("write a name in {}, in ASCII", case.name()));
            findings.push(finding);
            continue;
        }
        let mut finding =
            finding(pair.key_span.clone(), format!("key `{key}` is not in {}", case.name()));
        if let Some(new) = keys::in_case(key, case, call.dialect) {
            finding.help.push(format!("write `{new}`"));
            if let Some(edit) = keys::rename(context, call, pair, &new) {
                finding.fix = fix(&[Reason::KeyRenamed], format!("rename it `{new}`"), vec![edit]);
            }
        }
        findings.push(finding);
    }
}
