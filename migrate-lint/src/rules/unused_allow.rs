//! `// klog: allow(print-macro) …` where nothing prints.

use super::names::{is_known, selects};
use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::directive::{AllowedName, Directive, Saying};
use crate::finding::{Edit, Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "unused-allow",
    group: "directives",
    level: Level::Warn,
    summary: "a `// klog: allow(…)` that takes back no finding",
    origin: "rustc `unfulfilled_lint_expectations`; ruff `unused-noqa`",
    fix: FixKind::Safe,
    page: include_str!("unused-allow.md"),
    check: Check::Directives(check),
};

fn check(context: &Context<'_>, directives: &[Directive], findings: &mut Vec<Finding>) {
    for directive in directives {
        let Saying::Allow { names, list, .. } = &directive.saying else { continue };
        let is_unused = |name: &&AllowedName| is_unused(context, name);
        let unused: Vec<&AllowedName> = names.iter().filter(is_unused).collect();
        let (Some(first), Some(last)) = (unused.first(), unused.last()) else { continue };
        let written: Vec<String> = unused.iter().map(|name| format!("`{}`", name.name)).collect();
        let there_is = "nothing here needs";
        let message = format!("{there_is} `allow` of {}", written.join(" and "));
        let mut finding = finding(first.span.start..last.span.end, message);
        let edit = if unused.len() == names.len() {
            without_comment(context, directive)
        } else {
            let kept = names.iter().filter(|name| !self::is_unused(context, name));
            let kept: Vec<&str> = kept.map(|name| name.name.as_str()).collect();
            Edit { span: list.clone(), text: kept.join(", ") }
        };
        finding.fix = fix(&[], "take it out", vec![edit]);
        findings.push(finding);
    }
}

/// Nothing used the name, although a rule that it stands for was in force; of a rule that is off nobody knows.
fn is_unused(context: &Context<'_>, name: &AllowedName) -> bool {
    let is_about = |rule: &&&'static Rule| {
        !matches!(rule.check, Check::Directives(_)) && selects(&name.name, rule.name)
    };
    !name.used && is_known(&name.name) && context.active.iter().any(|rule| is_about(&rule))
}

/// The comment with its line, where it has one of its own, else with the spaces before it.
fn without_comment(context: &Context<'_>, directive: &Directive) -> Edit {
    let text = &context.scanned.source.text;
    let before = text.get(..directive.span.start).unwrap_or_default();
    let start_of_line = crate::tokens::line_start(before, before.len());
    let has_own_line = before.get(start_of_line..).unwrap_or_default().trim().is_empty();
    let span = if has_own_line {
        let after = text.get(directive.span.end..).unwrap_or_default();
        let n_ending =
            if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with('\n')) };
        start_of_line..directive.span.end + n_ending
    } else {
        before.trim_end_matches([' ', '\t']).len()..directive.span.end
    };
    Edit { span, text: String::new() }
}
