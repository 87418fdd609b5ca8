//! `info!(pod = a, pod = b, "…")`.

use std::collections::HashMap;

use super::{Check, Context, FixKind, Rule, finding, pair_in_context};
use crate::call::{CallKind, LogCall, Pair, Span};
use crate::finding::{Finding, Level};
use crate::scan::made;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-key",
    group: "parameters",
    level: Level::Deny,
    summary: "one key twice in a call, or in a call and the logger or span around it",
    origin: "logcheck `parameters`; KEP-3077",
    fix: FixKind::None,
    page: include_str!("duplicate-key.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let is_test = call.place.test_code || context.file.test_code;
    let has_parent = call.prefix.iter().any(|argument| argument.name == "parent");
    let around = if call.kind == CallKind::Event && !is_test && !has_parent {
        around(context, call)
    } else {
        Vec::new()
    };
    let mut seen: HashMap<&str, &Span> = HashMap::new();
    let mut of_around: HashMap<&str, &Around> = HashMap::new();
    for one in &around {
        of_around.entry(&one.key).or_insert(one);
    }
    for pair in &call.pairs {
        let Some(key) = &pair.key else { continue };
        let earlier = seen.get(key.as_str()).copied();
        if let Some(first) = earlier {
            let words = format!("key `{key}` is set twice, and readers keep one of them");
            findings.push(twice(pair, words, first, "first set here"));
            continue;
        }
        seen.insert(key, &pair.span);
        if let Some(first) = of_around.get(key.as_str()) {
            let what = first.what;
            let is_same =
                first.value.as_ref().zip(pair.value.as_ref()).is_some_and(|(first, value)| {
                    *first == value.text.trim_start_matches('&').trim()
                });
            // The other rule says so with a fix.
            if is_same && is_reported(context, call, pair) {
                continue;
            }
            let words = match is_same {
                true => format!("key `{key}` is set by the {what} too, to the same value"),
                false => {
                    format!("key `{key}` is set by the {what} too, and readers keep one of them")
                }
            };
            let mut finding = twice(pair, words, &first.span, "first set here");
            finding.is_soft = is_same;
            findings.push(finding);
        }
    }
}

/// `pair-in-context` reports the pair.
fn is_reported(context: &Context<'_>, call: &LogCall, pair: &Pair) -> bool {
    context.active.iter().any(|rule| rule.name == "pair-in-context")
        && pair_in_context::repeated(context, call).iter().any(|(one, _)| one.span == pair.span)
}

fn twice(pair: &Pair, words: String, first: &Span, label: &str) -> Finding {
    let mut finding = finding(pair.span.clone(), words);
    finding.related.push((first.clone(), label.to_owned()));
    finding
}

/// A key that comes with the call's logger or the span around it.
struct Around {
    key: String,
    span: Span,
    what: &'static str,
    /// The expression of its value, where it is in sight.
    value: Option<String>,
}

/// Pairs of a logger, and fields of a function's span, that are looked at: nobody reads lines with more.
const N_FIELDS: usize = 256;

/// Keys that come with the call's logger or the span around it, where that can be seen.
fn around(context: &Context<'_>, call: &LogCall) -> Vec<Around> {
    let facts = &context.scanned.facts;
    let at = call.span.start;
    let mut keys = Vec::new();
    if let Some(logger) = call.prefix.iter().find(|argument| argument.name == "logger") {
        // Of one key the last one counts.
        let derived = facts.derivations(&logger.value.text, at).into_iter().rev();
        let derived = derived.flat_map(|one| &one.keys).take(N_FIELDS);
        keys.extend(derived.map(|(key, span)| Around {
            key: key.clone(),
            span: span.clone(),
            what: "logger",
            value: None,
        }));
    }
    if !call.dialect.traits.has_spans {
        return keys;
    }
    let mut around: Vec<_> = facts.spans_around(at).collect();
    around.reverse();
    for (entered, _) in around {
        {
            let calls = &context.scanned.calls;
            let first = calls.partition_point(|one| one.span.start < entered.start);
            let span = calls[first..].iter().take(2).find(|one| one.span == *entered);
            let pairs = span.into_iter().flat_map(|span| &span.pairs);
            keys.extend(pairs.filter_map(|pair| {
                let value = pair.value.as_ref();
                let value = value.map(|value| value.text.trim_start_matches('&').trim().to_owned());
                let (key, span) = (pair.key.clone()?, pair.span.clone());
                Some(Around { key, span, what: "span", value })
            }));
        }
    }
    for attribute in context.function_at(at).iter().flat_map(|one| &one.instruments) {
        let span = &attribute.span;
        let fields = context.scanned.loggers.made(span, || made::span(&attribute.arguments));
        let of_fields = |key: &String, value| Around {
            key: key.clone(),
            span: span.clone(),
            what: "span",
            value,
        };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let name = |value: &String| value.chars().all(is_name).then(|| value.clone());
        let pairs = fields.pairs.iter().map(|(key, _, value)| of_fields(key, name(value)));
        keys.extend(
            pairs.chain(fields.names.iter().map(|key| of_fields(key, None))).take(N_FIELDS),
        );
    }
    keys
}
