//! `info!(port = 80, "…")` here and `info!(port = %port, "…")` there.

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::LogCall;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "key-type-conflict",
    group: "key",
    level: Level::Allow,
    summary: "one key with different kinds of values across the workspace",
    origin: "mapping conflicts of log stores",
    fix: FixKind::None,
    page: include_str!("key-type-conflict.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.place.test_code || context.file.test_code {
        return;
    }
    for pair in &call.pairs {
        let Some(conflict) = context.workspace.conflict(pair) else { continue };
        let key = pair.key.as_deref().unwrap_or_default();
        let message = format!(
            "key `{key}` is {} here and {} elsewhere",
            conflict.here.words(),
            conflict.elsewhere.words()
        );
        let mut finding = finding(pair.span.clone(), message);
        finding.help.push(format!(
            "as at {}; a log store takes one kind for a key and refuses the other",
            conflict.place
        ));
        findings.push(finding);
    }
}
