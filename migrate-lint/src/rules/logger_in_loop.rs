//! `for … { let logger = Logger::current(); }`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "logger-in-loop",
    group: "contextual",
    level: Level::Warn,
    summary: "a logger looked up in each turn of a loop, or growing with each",
    origin: "KEP-3077",
    fix: FixKind::None,
    page: include_str!("logger-in-loop.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for call in context.scanned.facts.logger_calls.iter().filter(|call| call.loop_depth > 0) {
        let (message, help) = match call.method.as_str() {
            "current" if call.receiver == "Logger" && !is_derived_from(context, call) => (
                "the logger is looked up in each turn of the loop",
                "look it up once, before the loop",
            ),
            // `let` in a loop is a new variable in each turn; an assignment goes on with the old one.
            "with_values" | "with_name"
                if call.bound_to.as_ref() == Some(&call.receiver) && is_assigned(context, call) =>
            {
                (
                    "the logger grows with each turn of the loop",
                    "derive a new one from that outside of the loop",
                )
            }
            _ => continue,
        };
        let mut finding = finding(call.span.clone(), message);
        finding.help.push(help.to_owned());
        findings.push(finding);
    }
}

/// `Logger::current().with_values(…)`: each turn has a logger of its own pairs.
fn is_derived_from(context: &Context<'_>, call: &crate::call::LoggerCall) -> bool {
    context.scanned.facts.logger_calls_around(call.span.start).any(|one| {
        one.method == "with_values"
            && call.span.end < one.span.end
            && one.receiver.contains("current()")
    })
}

fn is_assigned(context: &Context<'_>, call: &crate::call::LoggerCall) -> bool {
    let before = context.text(&(0..call.span.start)).trim_end();
    let before = before.strip_suffix('=').unwrap_or(before).trim_end();
    let name = call.bound_to.as_deref().unwrap_or_default();
    let before = before.strip_suffix(name).unwrap_or(before).trim_end();
    !before.ends_with("let") && !before.ends_with("let mut")
}
