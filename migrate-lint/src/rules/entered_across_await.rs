//! `let _guard = span.enter(); work().await;`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "entered-across-await",
    group: "contextual",
    level: Level::Deny,
    summary: "the guard of an entered span held over an `.await`",
    origin: "tracing's documentation of `Span::enter`; clippy `await_holding_invalid_type`",
    fix: FixKind::None,
    page: include_str!("entered-across-await.md"),
    check: Check::File(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (guard, first) in &context.scanned.facts.guards_across_await {
        let message = "the span stays entered while another task runs";
        let mut finding = finding(guard.clone(), message);
        finding
            .related
            .push((first.clone(), "here other tasks run, and log within this span".to_owned()));
        finding.help.push(
            "use `.instrument(span)` on the future, or `#[instrument]` on the function".to_owned(),
        );
        findings.push(finding);
    }
}
