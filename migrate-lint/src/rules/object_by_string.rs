//! `info!(pod = %pod.name_any(), "…")`.

use super::{Check, Context, FixKind, Rule, edits, finding, fix, keys, values};
use crate::call::{CallKind, Expr, LogCall, Mode, Pair, Shape};
use crate::finding::{Edit, Finding, Level};
use crate::safety::Reason;
use crate::syntax::parse;

pub(super) static RULE: Rule = Rule {
    name: "object-by-string",
    group: "values",
    level: Level::Warn,
    summary: "an object of Kubernetes logged as a text, or as name and namespace apart",
    origin: "Kubernetes guide (`KObj`, `KRef`)",
    fix: FixKind::Unsafe,
    page: include_str!("object-by-string.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.kind != CallKind::Event || call.dialect.prints {
        return;
    }
    if let Some((namespace, name)) = apart(context, call) {
        findings.push(together(context, call, namespace, name));
        return;
    }
    for pair in &call.pairs {
        let Some(value) = &pair.value else { continue };
        let Some(written) = object(value) else { continue };
        let message = "an object of Kubernetes is logged as a text";
        let mut finding = finding(value.span.clone(), message);
        finding.help.push(format!("`{written}` logs name and namespace, in JSON as an object"));
        if can_write_klog(context, call) {
            let edit = replaced(context, call, pair, &written);
            let edits =
                edit.map_or_else(Vec::new, |edit| edits::on_lines(context, call, vec![edit]));
            finding.fix = fix(&[Reason::ObjectForText], "log the object", edits)
                .filter(|fix| !fix.edits.is_empty());
        }
        findings.push(finding);
    }
}

/// `pod.name_any()` → `klog::kobj!(pod)`, `format!("{ns}/{name}")` → `klog::kref(&ns, &name)`.
fn object(value: &Expr) -> Option<String> {
    match values::bare(&value.shape) {
        Shape::Method(_, name, arguments) if name == "name_any" && arguments.is_empty() => {
            let base_text =
                value.text.trim_start_matches('&').split(".name_any").next()?.trim_end();
            Some(format!("klog::kobj!({base_text})"))
        }
        Shape::MacroCall(path, _) if path.last().is_some_and(|name| name == "format") => {
            let inner = value.text.split_once('(')?.1.strip_suffix(')')?.trim();
            let (namespace, name) = joined(inner)?;
            Some(format!("klog::kref({}, {})", borrowed(&namespace), borrowed(&name)))
        }
        _ => None,
    }
}

/// Namespace and name of `"{ns}/{name}"` or `"{}/{}", ns, name`.
fn joined(arguments: &str) -> Option<(String, String)> {
    let (template, rest) = arguments.strip_prefix("\"{")?.split_once("}\"")?;
    let (left, right) = template.split_once("}/{")?;
    let (namespace, name) = if left.is_empty() && right.is_empty() {
        let values = rest.trim().trim_end_matches(',').strip_prefix(',')?;
        let (namespace, name) = values.split_once(',')?;
        (namespace.trim(), name.trim())
    } else if rest.is_empty() {
        (left, right)
    } else {
        return None;
    };
    let is_expression = |text: &str| parse::expression(text).is_some();
    (is_namespace(namespace) && is_expression(namespace) && is_expression(name))
        .then(|| (namespace.to_owned(), name.to_owned()))
}

/// `&name` for `name`, which may be a `String`: a reference too much is one less by itself.
fn borrowed(text: &str) -> String {
    let is_path = text.chars().all(|char| char.is_alphanumeric() || "_.:()?".contains(char));
    match text.starts_with(['&', '"']) {
        true => text.to_owned(),
        false if is_path => format!("&{text}"),
        false => format!("&({text})"),
    }
}

/// A parameter whose type is a reference, and which no variable hides.
fn is_reference(context: &Context<'_>, call: &LogCall, shape: &Shape) -> bool {
    let (Shape::Ident(name), Some(function)) = (shape, &call.place.function) else { return false };
    let before = context.text(&(0..call.span.start));
    let Some(start) = before.rfind(&format!("fn {function}")) else { return false };
    let (signature, body) = before[start..].split_once('{').unwrap_or((&before[start..], ""));
    let is_parameter =
        ["(", " "].iter().any(|left| signature.contains(&format!("{left}{name}: &")));
    let is_hidden = ["let ", "mut ", "for ", "Some(", "Ok(", "|"]
        .iter()
        .any(|left| body.contains(&format!("{left}{name}")));
    is_parameter && !is_hidden
}

/// `ns`, `pod.namespace`, `self.namespace()`.
fn is_namespace(text: &str) -> bool {
    let last = text.trim_end_matches("()").rsplit(['.', ':', '&', '_']).next().unwrap_or_default();
    matches!(last, "ns" | "namespace")
}

/// The pairs of a namespace and of a name, in a file that has to do with Kubernetes.
fn apart<'a>(context: &Context<'_>, call: &'a LogCall) -> Option<(&'a Pair, &'a Pair)> {
    let key_is = |pair: &Pair, allowed: &[&str]| {
        pair.key.as_deref().is_some_and(|key| allowed.contains(&key))
    };
    let namespace = call.pairs.iter().find(|pair| key_is(pair, &["namespace", "ns"]))?;
    let is_name = |pair: &&Pair| {
        let words = keys::words(pair.key.as_deref().unwrap_or_default());
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["name"] => true,
            [kind, "name"] => KINDS.contains(&kind),
            [kind] => {
                KINDS.contains(&kind)
                    && pair.value.as_ref().is_some_and(|value| {
                        values::last_name(&value.shape)
                            .is_some_and(|name| name.ends_with("name") || name == "name_any")
                    })
            }
            _ => false,
        }
    };
    let name = call.pairs.iter().find(is_name)?;
    let is_kubernetes = call.dialect.traits.has_objects
        || ["kube", "k8s_openapi"].iter().any(|word| context.scanned.mentions(word));
    // What a document holds under a key is no text.
    let is_element = |pair: &Pair| {
        let shape = pair.value.as_ref().map(|value| values::bare(&value.shape));
        matches!(shape, Some(Shape::Index(_, Some(_))))
    };
    (is_kubernetes && !is_element(namespace) && !is_element(name)).then_some((namespace, name))
}

const KINDS: &[&str] = &[
    "pod",
    "node",
    "service",
    "deployment",
    "job",
    "secret",
    "configmap",
    "ingress",
    "object",
    "namespace",
    "statefulset",
    "daemonset",
    "replicaset",
    "cronjob",
    "pvc",
    "resource",
];

fn together(context: &Context<'_>, call: &LogCall, namespace: &Pair, name: &Pair) -> Finding {
    let message = "namespace and name of an object are logged apart";
    let mut finding = finding(name.span.clone(), message);
    finding.related.push((namespace.span.clone(), "the namespace".to_owned()));
    let (Some(namespace_value), Some(name_value)) = (&namespace.value, &name.value) else {
        return finding;
    };
    let key = keys::words(name.key.as_deref().unwrap_or_default());
    let key = key.first().filter(|kind| *kind != "name").map_or("object", String::as_str);
    let [namespace_text, name_text] = [namespace_value, name_value].map(|value| {
        let is_borrowed = is_reference(context, call, &value.shape);
        if is_borrowed { value.text.clone() } else { borrowed(&value.text) }
    });
    let written = format!("klog::kref({namespace_text}, {name_text})");
    finding.help.push(format!("`{key} = {written}` logs them as one object"));
    if can_write_klog(context, call) && call.dialect.traits.has_objects {
        let edits = edits::without_last(context, &namespace.span).map(|removed| {
            let mut edits =
                vec![removed, Edit { span: name.span.clone(), text: format!("{key} = {written}") }];
            edits.sort_by_key(|edit| edit.span.start);
            edits::on_lines(context, call, edits)
        });
        finding.fix =
            edits.and_then(|edits| fix(&[Reason::ObjectForText], "log them as one object", edits));
    }
    finding
}

fn replaced(context: &Context<'_>, call: &LogCall, pair: &Pair, written: &str) -> Option<Edit> {
    let key = context.text(&pair.key_span);
    if pair.shorthand || !matches!(pair.mode, Mode::Plain | Mode::Display) {
        return None;
    }
    let sigil = if call.dialect.traits.has_objects { "" } else { "%" };
    let text = call.dialect.pair(key, sigil, written)?;
    Some(Edit { span: pair.span.clone(), text })
}

/// `klog::kobj!` is at hand: the call is klog's, or the crate depends on it.
fn can_write_klog(context: &Context<'_>, call: &LogCall) -> bool {
    (call.dialect.traits.has_objects || context.workspace.has_klog(context.file.crate_index))
        && call.place.macro_definition.is_none()
}
