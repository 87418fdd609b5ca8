//! `info!(v: 12, "…")`.

use super::{Check, Context, FixKind, Rule, finding, values};
use crate::call::LogCall;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "verbosity-range",
    group: "verbosity",
    level: Level::Warn,
    summary: "a V level below 0 or above 10",
    origin: "Kubernetes logging conventions",
    fix: FixKind::None,
    page: include_str!("verbosity-range.md"),
    check: Check::Call(check),
};

fn check(_: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if !call.dialect.traits.has_verbosity {
        return;
    }
    let Some(v) = call.prefix.iter().find(|argument| argument.name == "v") else { return };
    let Some(level) = values::number(&v.value) else { return };
    let message = match level {
        0..=10 => return,
        ..0 => format!("V level {level} is below 0"),
        _ => format!("V level {level} is above 10"),
    };
    let mut finding = finding(v.span.clone(), message);
    finding
        .help
        .push("Kubernetes uses 0 to 5, and up to 10 for whole requests and responses".to_owned());
    findings.push(finding);
}
