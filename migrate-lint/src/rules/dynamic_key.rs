//! `slog::info!(log, "…"; key => value)`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::LogCall;
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "dynamic-key",
    group: "parameters",
    level: Level::Warn,
    summary: "a key that is not a constant",
    origin: "logcheck `parameters`",
    fix: FixKind::None,
    page: include_str!("dynamic-key.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    // tracing takes constants only, also between braces.
    if call.dialect.traits.has_constant_keys {
        return;
    }
    for pair in &call.pairs {
        // `slog::info!(log, "…"; &object)` brings keys of its own.
        if pair.key.is_some() || pair.shorthand {
            continue;
        }
        let written = context.text(&pair.key_span).trim_matches(['{', '}', ' ', '(', ')']);
        let name = written.rsplit("::").next().unwrap_or_default();
        let is_constant = !name.is_empty()
            && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '$')
            && !name.contains(|c: char| c.is_lowercase() && !name.starts_with('$'));
        if is_constant || written.contains("concat!") || written.contains("stringify!") {
            continue;
        }
        let mut finding = finding(pair.key_span.clone(), "the key is made at run time");
        finding.help.push(
            "nobody can query for a key that the source does not name; make what varies a value"
                .to_owned(),
        );
        findings.push(finding);
    }
}
