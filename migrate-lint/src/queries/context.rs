//! Keys that lines have besides those of their statement: pairs of loggers, fields of spans.

use std::collections::BTreeSet;

use crate::call::CallKind;
use crate::dialect::klog::SUPPRESSED;
use crate::scan::Scanned;

/// Keys that klog itself, kube's runtime and OpenTelemetry add.
const KNOWN: &[&str] = &[
    "controller",
    "controllerGroup",
    "controllerKind",
    "logger",
    "name",
    "namespace",
    "object",
    "reconcileID",
    "reconcileReason",
    "spanID",
    SUPPRESSED,
    "traceID",
];

/// The keys that any line can have.
pub fn keys(scanned: &[Scanned], configured: &[String]) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = KNOWN.iter().map(|key| (*key).to_owned()).collect();
    keys.extend(configured.iter().cloned());
    for file in scanned {
        for call in file.calls.iter().filter(|call| call.kind == CallKind::Span) {
            keys.extend(call.pairs.iter().filter_map(|pair| pair.key.clone()));
        }
        let text = &file.source.text;
        for word in ["kvs!", "instrument("] {
            for (at, _) in text.match_indices(word) {
                let rest = text[at + word.len()..].trim_start();
                match word {
                    "kvs!" => names(inside(rest), &mut keys),
                    _ => instrument(&text[at + word.len() - 1..], &mut keys),
                }
            }
        }
    }
    keys
}

/// `#[instrument(fields(a, b = 1))] fn f(c: u32)`: fields and arguments.
fn instrument(text: &str, keys: &mut BTreeSet<String>) {
    let attribute = inside(text);
    if let Some(at) = attribute.find("fields(") {
        names(inside(&attribute[at + "fields".len()..]), keys);
    }
    if attribute.contains("skip_all") {
        return;
    }
    let after = &text[(attribute.len() + 2).min(text.len())..];
    let Some(at) = after.find("fn ").filter(|at| *at < 200) else { return };
    let Some(open) = after[at..].find('(') else { return };
    for argument in split(inside(&after[at + open..])) {
        if let Some((name, _)) = argument.split_once(':') {
            keys.insert(name.trim().trim_start_matches("mut ").to_owned());
        }
    }
}

/// The names of `a, ?b, c = 1, "d" = 2`.
fn names(text: &str, keys: &mut BTreeSet<String>) {
    for part in split(text) {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        let name =
            name.trim().trim_start_matches(['?', '%']).trim_start_matches("r#").trim_matches('"');
        if !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        {
            keys.insert(name.to_owned());
        }
    }
}

/// What is inside of the bracket that a text begins with.
fn inside(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return text.get(1..at).unwrap_or_default();
                }
            }
            _ if depth == 0 => return "",
            _ => {}
        }
    }
    ""
}

/// Apart at commas outside of brackets and strings.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut in_string) = (0_usize, 0, false);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
