//! `sync(&Logger::background(), pod)` in a function that has a logger.

use std::collections::HashMap;

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::Span;
use crate::finding::{Finding, Level};
use crate::scan::flow::Called;

pub(super) static RULE: Rule = Rule {
    name: "logger-not-passed",
    group: "contextual",
    level: Level::Allow,
    summary: "a function with a logger that calls another one with the background or the current logger",
    origin: "KEP-3077",
    fix: FixKind::None,
    page: include_str!("logger-not-passed.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let facts = &context.scanned.facts;
    let mut by_end: Option<HashMap<usize, Vec<(&Called, &Span)>>> = None;
    for made in &facts.logger_calls {
        if made.receiver != "Logger" || !["background", "current"].contains(&made.method.as_str()) {
            continue;
        }
        let function = made.function_index.and_then(|index| facts.functions.get(index));
        let at = made.span.start;
        let Some((logger, _)) =
            function.filter(|one| !one.test_code).and_then(|one| one.loggers_at(at).next())
        else {
            continue;
        };
        let by_end = by_end.get_or_insert_with(|| calls_by_end(context));
        let called = by_end.get(&made.span.end).into_iter().flatten().find(|(_, argument)| {
            let text = context.text(argument);
            text.trim_start_matches('&').trim() == context.text(&made.span)
        });
        let Some(name) = called.and_then(|(call, _)| call.path.last()) else { continue };
        if !context.workspace.takes_logger(name) {
            continue;
        }
        let words = format!("`{name}` gets the {} logger, and not `{logger}`", made.method);
        let mut finding = finding(made.span.clone(), words);
        finding.help.push(format!(
            "pass `{logger}`: its name and pairs belong to the lines of `{name}` too"
        ));
        findings.push(finding);
    }
}

/// Calls with their arguments, by where these end.
fn calls_by_end<'a>(context: &Context<'a>) -> HashMap<usize, Vec<(&'a Called, &'a Span)>> {
    let mut by_end: HashMap<usize, Vec<(&Called, &Span)>> = HashMap::new();
    for call in &context.scanned.flow().calls {
        for argument in &call.arguments {
            by_end.entry(argument.span.end).or_default().push((call, &argument.span));
        }
    }
    by_end
}
