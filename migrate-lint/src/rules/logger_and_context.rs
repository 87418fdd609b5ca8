//! `fn sync(ctx: &Context, logger: &Logger)`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "logger-and-context",
    group: "contextual",
    level: Level::Warn,
    summary: "a function that takes both a logger and a context",
    origin: "logcheck `with-helpers`, KEP-3077",
    fix: FixKind::None,
    page: include_str!("logger-and-context.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for function in &context.scanned.facts.functions {
        let is_logger = |(_, kind): &&(String, String)| {
            let kind = kind.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
            kind == "Logger" || kind.ends_with("::Logger")
        };
        let Some((name, _)) = function.parameters.iter().find(is_logger) else { continue };
        if !function.has_context || function.test_code {
            continue;
        }
        let message = format!("`{}` takes a logger and a context", function.name);
        let mut finding = finding(function.signature.clone(), message);
        finding.help.push(format!(
            "the two can disagree: take `{name}` out of the context, or pass only the logger"
        ));
        findings.push(finding);
    }
}
