//! `info!(msg = …)`.

use super::{Check, Context, FixKind, Rule, edits, finding, fix, keys, values};
use crate::call::{LogCall, Pair, Shape};
use crate::finding::{Edit, Finding, Level};
use crate::guide;
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "reserved-key",
    group: "parameters",
    level: Level::Deny,
    summary: "a key that the output writes itself (`ts`, `msg`, `level`, …)",
    origin: "logcheck `key`; KEP-1602",
    fix: FixKind::Unsafe,
    page: include_str!("reserved-key.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    for pair in &call.pairs {
        let Some(key) = pair.key.as_deref() else { continue };
        let is_configured = context.settings.keys.reserved.iter().any(|reserved| reserved == key);
        let known = guide::RESERVED.iter().find(|(reserved, _)| *reserved == key);
        if !is_configured && (known.is_none() || is_right_here(call, pair, key)) {
            continue;
        }
        if keys::is_allowed(context, key) {
            continue;
        }
        let message = format!("key `{key}` is one that the output writes itself");
        let mut finding = finding(pair.key_span.clone(), message);
        // Until a crate of the workspace logs by klog, the output may be one that writes them elsewhere.
        finding.is_soft = !is_configured && !context.workspace.may_print_by_klog();
        if call.dialect.has_error_prefix() && key == "err" {
            finding.help.push("pass the error as `err: error` before the message".to_owned());
            let edits = edits::as_prefix(context, call, pair, "err");
            finding.fix = edits
                .and_then(|edits| fix(&[Reason::ErrorMoved], "pass it before the message", edits));
        } else if let Some(new) = known.and_then(|(_, instead)| *instead) {
            let new = keys::in_case(new, keys::case_of(context, call), call.dialect);
            finding.help.push("readers keep one of the two values, or refuse the line".to_owned());
            finding.fix = new.and_then(|new| {
                let edits: Vec<Edit> =
                    keys::rename(context, call, pair, &new).into_iter().collect();
                fix(&[Reason::KeyRenamed], format!("rename it `{new}`"), edits)
            });
        }
        finding.fix = finding.fix.filter(|fix| !fix.edits.is_empty());
        findings.push(finding);
    }
}

/// tracing's field `message` is the message, and an error belongs under `err`; `error` is
/// [`error_not_under_err`](super::error_not_under_err)'s.
fn is_right_here(call: &LogCall, pair: &Pair, key: &str) -> bool {
    let is_error = || {
        let value = pair.value.as_ref().map(|value| values::bare(&value.shape));
        !matches!(value, Some(Shape::Str(_) | Shape::Literal(_)))
    };
    match key {
        "message" => call.dialect.traits.has_message_field && call.message.is_none(),
        "err" => !call.dialect.has_error_prefix() && is_error(),
        "error" => is_error(),
        "target" => !call.dialect.traits.shows_target,
        _ => false,
    }
}
