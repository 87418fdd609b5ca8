//! `async fn run() { let logger = Logger::background(); … }`.

use std::collections::HashMap;

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::Span;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "unnamed-component",
    group: "contextual",
    level: Level::Allow,
    summary: "an entry point, `main`, `run` or a spawned worker, whose logger has no name",
    origin: "KEP-3077",
    fix: FixKind::None,
    page: include_str!("unnamed-component.md"),
    check: Check::File(check),
};

/// Functions that a component begins with.
const ENTRIES: [&str; 3] = ["main", "run", "start"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let facts = &context.scanned.facts;
    let mut named: HashMap<Span, bool> = HashMap::new();
    for made in &facts.logger_calls {
        let is_new =
            made.receiver == "Logger" && ["background", "current"].contains(&made.method.as_str());
        if !is_new || made.bound_to.is_none() || made.test_code || context.file.test_code {
            continue;
        }
        let flow = context.scanned.flow();
        let at = made.span.start;
        let Some(here) = flow.body_at(at) else { continue };
        let worker = flow.is_spawned(here).then_some(here);
        let function = flow.function_of(here);
        let entry = flow.bodies.get(function).filter(|body| ENTRIES.contains(&body.name.as_str()));
        let (body, what) = match (worker, entry) {
            (Some(worker), _) => (flow.bodies.get(worker), "this worker".to_owned()),
            (None, Some(entry)) => (Some(entry), format!("`{}`", entry.name)),
            (None, None) => continue,
        };
        let Some(span) = body.map(|body| &body.span) else { continue };
        let is_named = || context.text(span).contains("with_name(");
        if *named.entry(span.clone()).or_insert_with(is_named) {
            continue;
        }
        let mut finding = finding(made.span.clone(), format!("the logger of {what} has no name"));
        finding.help.push("`.with_name(\"…\")` says which component a line comes from".to_owned());
        findings.push(finding);
    }
}
