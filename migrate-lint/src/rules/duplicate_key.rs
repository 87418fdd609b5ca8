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
            let values = first.value.as_deref().zip(pair.value.as_ref());
            let is_same = values.is_some_and(|(first, value)| inside(first) == inside(&value.text));
            // The other rule says so with a fix.
            if is_same && is_reported(context, call, pair) {
                continue;
            }
            let words = match () {
                () if is_same => format!("key `{key}` is set by the {what} too, to the same value"),
                () if first.is_empty => format!("key `{key}` is a field of the {what} too"),
                () => {
                    format!("key `{key}` is set by the {what} too, and readers keep one of them")
                }
            };
            let mut finding = twice(pair, words, &first.span, "first set here");
            // What is recorded for an empty field, if anything, is most often what the call has.
            finding.is_soft = is_same || first.is_empty;
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
    /// A field without a value, for other code to record one.
    is_empty: bool,
}

/// An expression without what shows the same value: `&pod`, `pod.as_str()`.
fn inside(text: &str) -> &str {
    const SHOWING: &[&str] =
        &[".as_str()", ".as_ref()", ".as_deref()", ".clone()", ".to_string()", ".to_owned()"];
    let mut text = text.trim();
    loop {
        let shorter = text.trim_start_matches(['&', '*', ' ']);
        let shorter = SHOWING.iter().find_map(|end| shorter.strip_suffix(end)).unwrap_or(shorter);
        if shorter.len() == text.len() {
            return text;
        }
        text = shorter;
    }
}

/// `tracing::field::Empty`.
fn is_empty(value: &str) -> bool {
    value == "Empty" || value.ends_with("field::Empty")
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
            is_empty: false,
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
                let value = value.map(|value| value.text.clone());
                let is_empty = value.as_deref().is_some_and(is_empty);
                let (key, span) = (pair.key.clone()?, pair.span.clone());
                Some(Around { key, span, what: "span", value, is_empty })
            }));
        }
    }
    for attribute in context.function_at(at).iter().flat_map(|one| &one.instruments) {
        let span = &attribute.span;
        let fields = context.scanned.loggers.made(span, || made::span(&attribute.arguments));
        let of_fields = |key: &String, value: Option<String>, is_empty| Around {
            key: key.clone(),
            span: span.clone(),
            what: "span",
            value,
            is_empty,
        };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let name = |value: &String| inside(value).chars().all(is_name).then(|| value.clone());
        let pairs = fields.pairs.iter();
        let pairs = pairs.map(|(key, _, value)| of_fields(key, name(value), is_empty(value)));
        let names = fields.names.iter().map(|key| of_fields(key, None, true));
        keys.extend(pairs.chain(names).take(N_FIELDS));
    }
    keys
}
