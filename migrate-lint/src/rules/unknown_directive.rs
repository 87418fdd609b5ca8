//! `// klog: allow(interpolated-mesage) …`.

use super::names::{is_known, known, unknown_name};
use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::directive::{Directive, Saying};
use crate::finding::{Edit, Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "unknown-directive",
    group: "directives",
    level: Level::Warn,
    summary: "a `// klog:` comment that allows nothing: a misspelt word or name",
    origin: "clippy `unknown_lints`; ruff `invalid-rule-code`",
    fix: FixKind::Safe,
    page: include_str!("unknown-directive.md"),
    check: Check::Directives(check),
};

fn check(_: &Context<'_>, directives: &[Directive], findings: &mut Vec<Finding>) {
    for directive in directives {
        let names = match &directive.saying {
            Saying::Allow { names, .. } => names,
            Saying::Unknown(word) => {
                let message = format!("`{word}` is no directive");
                let mut finding = finding(directive.span.clone(), message);
                finding.help.push("write `// klog: allow(rule) reason`".to_owned());
                findings.push(finding);
                continue;
            }
        };
        if names.is_empty() {
            let message = "`allow()` names no rule";
            findings.push(finding(directive.span.clone(), message));
        }
        for name in names.iter().filter(|name| !is_known(&name.name)) {
            let mut finding = finding(name.span.clone(), unknown_name(&name.name));
            if let Some(right) = closest(&name.name) {
                let edit = Edit { span: name.span.clone(), text: right.to_owned() };
                finding.fix = fix(&[], format!("write `{right}`"), vec![edit]);
            }
            findings.push(finding);
        }
    }
}

/// The one name that is meant beyond doubt.
fn closest(name: &str) -> Option<&'static str> {
    let written = name.replace('_', "-").to_lowercase();
    known()
        .iter()
        .copied()
        .map(|known| (strsim::jaro_winkler(&written, known), known))
        .filter(|(similarity, _)| *similarity > 0.9)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known)
}
