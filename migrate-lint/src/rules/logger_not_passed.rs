//! `sync(&Logger::background(), pod)` in a function that has a logger.

use super::{Check, Context, FixKind, Rule, finding};
use crate::finding::{Finding, Level};

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
    for made in &facts.logger_calls {
        if made.receiver != "Logger" || !["background", "current"].contains(&made.method.as_str()) {
            continue;
        }
        let function = made.function_index.and_then(|index| facts.functions.get(index));
        let at = made.span.start;
        let Some((logger, _)) = function
            .filter(|one| !one.test_code)
            .and_then(|one| one.loggers.iter().find(|(_, scope)| scope.contains(&at)))
        else {
            continue;
        };
        let flow = context.scanned.flow();
        let called = flow.calls.iter().find(|call| {
            call.arguments.iter().any(|argument| {
                let text = context.text(&argument.span);
                argument.span.end == made.span.end
                    && text.trim_start_matches('&').trim() == context.text(&made.span)
            })
        });
        let Some(name) = called.and_then(|call| call.path.last()) else { continue };
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
