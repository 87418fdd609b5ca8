//! `Logger::background()`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "unconverted-logger",
    group: "contextual",
    level: Level::Allow,
    summary: "`Logger::background()` outside of `main`, initialisation and tests",
    origin: "KEP-3077",
    fix: FixKind::None,
    page: include_str!("unconverted-logger.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let facts = &context.scanned.facts;
    for call in &facts.logger_calls {
        if call.method != "background" || call.test_code || context.file.test_code {
            continue;
        }
        let function = call.function_index.and_then(|index| facts.functions.get(index));
        let is_root = function.is_none_or(|function| {
            let name = function.name.as_str();
            ["main", "run", "init", "initialize", "setup"].contains(&name)
                || ["init_", "setup_", "start_"].iter().any(|start| name.starts_with(start))
        });
        if is_root {
            continue;
        }
        let mut finding = finding(call.span.clone(), "the caller's logger is lost here");
        finding.help.push("take a logger as parameter, or `Logger::current()`".to_owned());
        findings.push(finding);
    }
}
