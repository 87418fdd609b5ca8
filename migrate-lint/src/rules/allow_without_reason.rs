//! `// klog: allow(print-macro)`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::directive::{Directive, Saying};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "allow-without-reason",
    group: "directives",
    level: Level::Warn,
    summary: "a `// klog: allow(…)` that does not say why",
    origin: "clippy `allow_attributes_without_reason`",
    fix: FixKind::None,
    page: include_str!("allow-without-reason.md"),
    check: Check::Directives(check),
};

fn check(_: &Context<'_>, directives: &[Directive], findings: &mut Vec<Finding>) {
    for directive in directives {
        let Saying::Allow { reason, .. } = &directive.saying else { continue };
        if reason.chars().any(char::is_alphanumeric) {
            continue;
        }
        let mut finding = finding(directive.span.clone(), "`allow` without a reason");
        finding.help.push(
            "write it after the parentheses: `allow(rule) why this is right here`".to_owned(),
        );
        findings.push(finding);
    }
}
