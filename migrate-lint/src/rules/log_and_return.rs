//! `error!("…: {e}"); return Err(e);`.

use super::{Check, Context, FixKind, Rule, finding, values};
use crate::call::{CallKind, Level as CallLevel, LogCall, Shape};
use crate::finding::{Finding, Level};
use crate::rewrite::error;
use crate::tokens::identifiers;

pub(super) static RULE: Rule = Rule {
    name: "log-and-return",
    group: "style",
    level: Level::Allow,
    summary: "an error that is logged and then returned",
    origin: "Kubernetes logging conventions",
    fix: FixKind::None,
    page: include_str!("log-and-return.md"),
    check: Check::Call(check),
};

fn check(_: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let is_complaint =
        matches!(call.level, Some(CallLevel::Warn | CallLevel::Error | CallLevel::Fatal));
    if !is_complaint || call.kind != CallKind::Event || call.place.test_code {
        return;
    }
    let Some(next) = call.place.next_statement.as_deref().map(str::trim) else { return };
    let returned = next.strip_prefix("return ").unwrap_or(next).trim();
    let is_new_error = ["Err(", "bail!(", "anyhow::bail!(", "eyre::bail!("]
        .iter()
        .any(|start| returned.starts_with(start));
    let passes_on = || {
        let first = identifiers(returned).next();
        errors(call).any(|error| first.is_some_and(|(at, name)| at == 0 && name == error))
    };
    if is_new_error || passes_on() {
        let mut finding = finding(call.span.clone(), "the error is logged and returned");
        finding.help.push("who handles it logs it again: return it with what is known here, and let the top of the chain log".to_owned());
        findings.push(finding);
    }
}

/// Variables that hold an error which the call logs.
fn errors(call: &LogCall) -> impl Iterator<Item = String> {
    let prefix = call.prefix.iter().filter(|argument| argument.name == "err");
    let prefix = prefix.map(|argument| argument.value.shape.clone());
    let logged = values::logged(call).into_iter().map(|logged| logged.shape);
    let shapes: Vec<Shape> = prefix.chain(logged).collect();
    let errors = shapes.into_iter().filter(|shape| error::is_surely_error(call, shape));
    errors.filter_map(|shape| match values::bare(&shape) {
        Shape::Ident(name) => Some(name.clone()),
        _ => None,
    })
}
