//! `info!(pod = a, pod = b, "…")`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::LogCall;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "duplicate-key",
    group: "parameters",
    level: Level::Deny,
    summary: "one key twice in a call",
    origin: "logcheck `parameters`",
    fix: FixKind::None,
    page: include_str!("duplicate-key.md"),
    check: Check::Call(check),
};

fn check(_: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let pairs = &call.pairs;
    for (index, pair) in pairs.iter().enumerate() {
        let Some(key) = &pair.key else { continue };
        if let Some(first) = pairs[..index].iter().find(|first| first.key.as_ref() == Some(key)) {
            let words = format!("key `{key}` is set twice, and readers keep one of them");
            let mut finding = finding(pair.span.clone(), words);
            finding.related.push((first.span.clone(), "first set here".to_owned()));
            findings.push(finding);
        }
    }
}
