//! `info!(v: 0, "…")`.

use super::{Check, Context, FixKind, Rule, edits, finding, fix};
use crate::call::LogCall;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "verbosity-zero",
    group: "verbosity",
    level: Level::Warn,
    summary: "`v: 0` written out",
    origin: "logcheck `verbosity-zero`",
    fix: FixKind::Safe,
    page: include_str!("verbosity-zero.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if !call.dialect.traits.has_verbosity {
        return;
    }
    let Some(v) = call.prefix.iter().find(|argument| argument.name == "v") else { return };
    if v.value.text != "0" {
        return;
    }
    let mut finding = finding(v.span.clone(), "`v: 0` is the default");
    let edits = vec![edits::without_argument(context, &v.span)];
    finding.fix = fix(&[], "leave it out", edits);
    findings.push(finding);
}
