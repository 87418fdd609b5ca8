//! `logger.with_values(kvs! { pod })` … `info!(logger: logger, "Synced", pod)`.

use super::{Check, Context, FixKind, Rule, carried, edits, finding, fix, unchanged};
use crate::call::{LogCall, Pair};
use crate::finding::{Edit, Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "pair-in-context",
    group: "contextual",
    level: Level::Warn,
    summary: "a pair that the logger or the span around the call carries already, with the same value",
    origin: "KEP-3077",
    fix: FixKind::Safe,
    page: include_str!("pair-in-context.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if !carried::may_repeat(context, call) {
        return;
    }
    for (pair, at) in repeated(context, call) {
        let key = pair.key.clone().unwrap_or_default();
        let what = at.what;
        let mut finding = finding(
            pair.span.clone(),
            format!("the {what} carries `{key}` already, with this value"),
        );
        finding.related.push((at.place.clone(), format!("the {what} takes it here")));
        let edits: Vec<Edit> = without(context, call, &[pair]).unwrap_or_default();
        if !edits.is_empty() {
            finding.fix = fix(&[], "leave out the pair", edits);
        }
        findings.push(finding);
    }
}

/// Pairs of the call that come with it anyhow.
pub(super) fn repeated<'a>(
    context: &Context<'_>,
    call: &'a LogCall,
) -> Vec<(&'a Pair, carried::Carried)> {
    let around = carried::around(context, call);
    let same = |pair: &'a Pair| {
        // Of several with one key the innermost counts.
        let known = around.iter().find(|one| pair.key.as_ref() == Some(&one.key))?;
        let roots = unchanged::roots(context, &pair.value.as_ref()?.shape).ok()?;
        let is_same = known.is(pair)
            && known.is_sure_of(call)
            && unchanged::is_unchanged(context, &roots, known.at, call.span.start);
        is_same.then(|| (pair, known.clone()))
    };
    call.pairs.iter().filter_map(same).collect()
}

/// Takes pairs out of a call; none where nothing would be left to say.
pub(super) fn without(context: &Context<'_>, call: &LogCall, pairs: &[&Pair]) -> Option<Vec<Edit>> {
    if call.wrapper.is_some() || (call.message.is_none() && call.pairs.len() == pairs.len()) {
        return None;
    }
    let text = &context.scanned.source.text;
    let mut edits = Vec::new();
    for pair in pairs {
        let before = text.get(..pair.span.start)?.trim_end();
        let is_alone = before.ends_with(';') && call.pairs.len() == pairs.len();
        if is_alone {
            // slog's pairs are after a semicolon.
            if pair.span == call.pairs.first()?.span {
                let end = call.pairs.last()?.span.end;
                edits.push(Edit { span: before.len() - 1..end, text: String::new() });
            }
            continue;
        }
        edits.push(match before.ends_with(',') {
            true => edits::without_last(context, &pair.span)?,
            false => edits::without_argument(context, &pair.span),
        });
    }
    // Comments between the delimiters may speak of what goes.
    let is_silent = edits.iter().all(|edit| {
        call.comments.iter().all(|one| one.end <= edit.span.start || one.start >= edit.span.end)
    });
    is_silent.then_some(edits)
}
