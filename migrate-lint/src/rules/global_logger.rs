//! `klog::info!("…")` in a function that has a logger.

use super::{Check, Context, FixKind, Rule, edits, finding, fix};
use crate::call::{CallKind, LogCall};
use crate::dialect::Logger;
use crate::finding::{Finding, Level};

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
    if call.dialect.logger != Logger::Current
        || call.kind != CallKind::Event
        || call.wrapper.is_some()
    {
        return;
    }
    if call.prefix.iter().any(|argument| argument.name == "logger") {
        return;
    }
    let at = call.span.start;
    let Some(function) = context.function_at(at) else { return };
    if call.place.test_code || function.scopes_around(at).next().is_some() {
        return;
    }
    let Some((logger, scope)) = function.loggers_at(at).next() else { return };
    let message = format!("the call does not use the logger `{logger}` of this function");
    let mut finding = finding(call.path_span.clone(), message);
    finding
        .help
        .push("what the caller has put into its logger is missing from the entry".to_owned());
    // A closure may outlive the logger around it.
    let crosses_closure =
        function.closures_around(at).any(|closure| !closure.contains(&scope.start));
    if !crosses_closure
        && call.place.inside_macros.is_empty()
        && call.place.macro_definition.is_none()
    {
        let first = call.prefix.first().map(|argument| argument.span.start);
        let first = first.or(call.message.as_ref().map(|message| message.span.start));
        let edit = first.map(|at| edits::before(context, at, &format!("logger: {logger}")));
        let edits: Vec<_> = edit.into_iter().collect();
        finding.fix =
            fix(&[], format!("log through `{logger}`"), edits).filter(|fix| !fix.edits.is_empty());
    }
    findings.push(finding);
}
