//! `error!(v: 4, "…")`.

use super::{Check, Context, FixKind, Rule, edits, finding, fix};
use crate::call::{Level as CallLevel, LogCall};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "verbosity-on-error",
    group: "verbosity",
    level: Level::Deny,
    summary: "a V level on an error or a warning",
    origin: "Kubernetes guide",
    fix: FixKind::Safe,
    page: include_str!("verbosity-on-error.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let what = match call.level {
        Some(CallLevel::Error | CallLevel::Fatal) => "an error",
        Some(CallLevel::Warn) => "a warning",
        _ => return,
    };
    if !call.dialect.traits.has_verbosity {
        return;
    }
    let Some(v) = call.prefix.iter().find(|argument| argument.name == "v") else { return };
    let mut finding = finding(v.span.clone(), format!("{what} is written at every verbosity"));
    finding.help.push(
        "what only a verbose log should have is information: `info!(v: …, err: …)`".to_owned(),
    );
    let edits = vec![edits::without_argument(context, &v.span)];
    finding.fix = fix(&[], "leave `v:` out", edits);
    findings.push(finding);
}
