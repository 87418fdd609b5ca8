//! `info!(addr = …)`: the guide's words.

use super::{Check, Context, FixKind, Rule, finding, fix, keys};
use crate::call::{LogCall, Pair};
use crate::finding::{Finding, Level};
use crate::guide;
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "key-name",
    group: "key",
    level: Level::Warn,
    summary: "a key that the guide or the configuration replaces or forbids",
    origin: "Kubernetes guide",
    fix: FixKind::Unsafe,
    page: include_str!("key-name.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    for pair in &call.pairs {
        let Some(key) = pair.key.as_deref() else { continue };
        if !keys::is_allowed(context, key) {
            findings.extend(judge(context, call, pair, key));
        }
    }
}

fn judge(context: &Context<'_>, call: &LogCall, pair: &Pair, key: &str) -> Option<Finding> {
    let settings = &context.settings.keys;
    let words = keys::words(key).join(" ");
    let is_same = |other: &String| keys::words(other).join(" ") == words;
    if settings.forbid.iter().any(is_same) {
        let message = format!("key `{key}` is forbidden by the configuration");
        return Some(finding(pair.key_span.clone(), message));
    }
    if let Some((_, right)) = settings.replace.iter().find(|(wrong, _)| is_same(wrong)) {
        // The user's own spelling is right in any case.
        return (right != key).then(|| replaced(context, call, pair, key, right));
    }
    let (_, instead) = guide::REPLACEMENTS.iter().find(|(wrong, _)| *wrong == words)?;
    let case = keys::case_of(context, call);
    let instead: Vec<String> =
        instead.iter().filter_map(|right| keys::in_case(right, case, call.dialect)).collect();
    match &instead[..] {
        // `ip` in snake_case is the guide's `IP`.
        [right] if right == key => None,
        [right] => Some(replaced(context, call, pair, key, right)),
        several => {
            let mut finding =
                finding(pair.key_span.clone(), format!("key `{key}` says too little"));
            let list: Vec<String> = several.iter().map(|right| format!("`{right}`")).collect();
            finding.help.push(format!("say which one it is, as in {}", list.join(" or ")));
            Some(finding)
        }
    }
}

fn replaced(context: &Context<'_>, call: &LogCall, pair: &Pair, key: &str, right: &str) -> Finding {
    let message = format!("key `{key}` is called `{right}` elsewhere");
    let mut finding = finding(pair.key_span.clone(), message);
    finding.help.push("one name for one thing lets a query find all of its entries".to_owned());
    if let Some(edit) = keys::rename(context, call, pair, right) {
        finding.fix = fix(&[Reason::KeyRenamed], format!("rename it `{right}`"), vec![edit]);
    }
    finding
}
