//! `klog::info!("…")` in a function that has a logger.

use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::{CallKind, Family, LogCall};
use crate::finding::{Applicability, Edit, Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "global-logger",
    group: "contextual",
    level: Level::Allow,
    summary: "a call without logger in a function that has one",
    origin: "logcheck `contextual`; KEP-3077",
    fix: FixKind::Safe,
    page: include_str!("global-logger.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.family != Family::Klog || call.kind != CallKind::Event || call.wrapper.is_some() {
        return;
    }
    if call.prefix.iter().any(|argument| argument.name == "logger") {
        return;
    }
    let at = call.span.start;
    let Some(function) = context.function_at(at) else { return };
    if call.place.test_code || function.scopes.iter().any(|scope| scope.contains(&at)) {
        return;
    }
    let in_force = function.loggers.iter().rfind(|(_, scope)| scope.contains(&at));
    let Some((logger, scope)) = in_force else { return };
    let message = format!("the call does not use the logger `{logger}` of this function");
    let mut finding = finding(call.path_span.clone(), message);
    finding
        .help
        .push("what the caller has put into its logger is missing from the entry".to_owned());
    // A closure may outlive the logger around it.
    let is_behind_closure = function
        .closures
        .iter()
        .any(|closure| closure.contains(&at) && !closure.contains(&scope.start));
    if !is_behind_closure
        && call.place.inside_macros.is_empty()
        && call.place.macro_definition.is_none()
    {
        let start = call.args_span.start;
        let separator = if context.text(&call.args_span).trim().is_empty() { "" } else { ", " };
        let edit = Edit { span: start..start, text: format!("logger: {logger}{separator}") };
        finding.fix = fix(Applicability::Safe, format!("log through `{logger}`"), vec![edit]);
    }
    findings.push(finding);
}
