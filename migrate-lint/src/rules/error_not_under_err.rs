//! `error!("could not connect: {e}")`, `error!(cause = %e, "…")`.

use super::{Check, Context, FixKind, Rule, edits, finding, fix, keys, structured, values};
use crate::call::{CallKind, LogCall, Pair, Shape};
use crate::finding::{Edit, Finding, Level};
use crate::rewrite::error;
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "error-not-under-err",
    group: "values",
    level: Level::Warn,
    summary: "an error that is formatted into the message, or logged under another key than `err`",
    origin: "Kubernetes guide",
    fix: FixKind::Both,
    page: include_str!("error-not-under-err.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.dialect.prints || call.kind != CallKind::Event {
        return;
    }
    for pair in &call.pairs {
        findings.extend(under_other_key(context, call, pair));
    }
    let mut interpolated =
        values::interpolated(call).filter(|argument| error::is_surely_error(call, &argument.shape));
    if let Some(argument) = interpolated.next() {
        let mut finding = finding(argument.span, "an error is formatted into the message");
        let key = key_for(context, call);
        finding.help.push(format!("log it under `{key}`, where readers look for it"));
        finding.related.extend(interpolated.map(|more| (more.span, "and this one".to_owned())));
        structured::add_fix(context, call, &mut finding);
        findings.push(finding);
    }
}

fn under_other_key(context: &Context<'_>, call: &LogCall, pair: &Pair) -> Option<Finding> {
    let (key, value) = (pair.key.as_deref()?, pair.value.as_ref()?);
    let words = keys::words(key);
    let last = words.last().map(String::as_str);
    let is_literal = matches!(values::bare(&value.shape), Shape::Str(_) | Shape::Literal(_));
    let is_error = error::is_surely_error(call, &value.shape) || (key == "error" && !is_literal);
    // Of two errors one has a name of its own: `rollbackErr`.
    let right = key_for(context, call);
    let is_right = last == Some("err") || (right == "error" && last == Some("error"));
    if !is_error || is_right || keys::is_allowed(context, key) {
        return None;
    }
    let has_err = call.pairs.iter().any(|pair| pair.key.as_deref() == Some(right))
        || call.prefix.iter().any(|argument| argument.name == "err");
    if has_err && last == Some("error") && words.len() > 1 {
        return None;
    }
    let message = format!("an error is logged under `{key}`");
    let mut finding = finding(pair.key_span.clone(), message);
    finding.help.push(format!("log it under `{right}`, where readers look for it"));
    if has_err {
        return Some(finding);
    }
    let edits = match call.dialect.has_error_prefix() {
        true => edits::as_prefix(context, call, pair, "err"),
        false => keys::rename(context, call, pair, right).map(|edit: Edit| vec![edit]),
    };
    let title = format!("log it under `{right}`");
    finding.fix = edits.and_then(|edits| fix(&[Reason::ErrorMoved], title, edits));
    Some(finding)
}

/// The key that readers look for: the macro's own, else that of the house.
fn key_for(context: &Context<'_>, call: &LogCall) -> &'static str {
    match call.dialect.has_error_prefix() {
        true => "err",
        false => context.settings.keys.error.name(),
    }
}
