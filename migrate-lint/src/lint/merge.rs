//! One call, one finding: what one fix answers is said once, with all its reasons.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::work;

/// Joins findings of a call that have the same fix, or would have it; they stay in the order of their places.
pub(super) fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut by_place = HashMap::<_, Vec<usize>>::new();
    for finding in findings {
        let Some(place) = place(&finding) else {
            kept.push(finding);
            continue;
        };
        let of_place = by_place.entry(place).or_default();
        match of_place.iter().copied().find(|index| is_same(&kept[*index], &finding)) {
            Some(index) => join(&mut kept[index], finding),
            None => {
                of_place.push(kept.len());
                kept.push(finding);
            }
        }
    }
    kept.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
    kept
}

/// The call, and where the fix begins, if there is one; none where no other finding can be the same.
fn place(finding: &Finding) -> Option<(usize, Option<usize>)> {
    let call = finding.call?;
    match (&finding.fix, &finding.rewrite) {
        (Some(fix), _) => Some((call, Some(fix.edits.first()?.span.start))),
        (None, Some(_)) => Some((call, None)),
        (None, None) => None,
    }
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    work::count(1);
    match (&one.fix, &other.fix) {
        (Some(one), Some(other)) => !one.edits.is_empty() && one.edits == other.edits,
        (None, None) => one.rewrite.is_some() && one.rewrite == other.rewrite,
        _ => false,
    }
}

/// The finding of the higher level leads, else the first.
fn join(leading: &mut Finding, mut other: Finding) {
    if other.level > leading.level {
        std::mem::swap(leading, &mut other);
    }
    leading.help.push(format!("{}: {}", other.rule, other.message));
    for help in other.help {
        if !leading.help.contains(&help) {
            leading.help.push(help);
        }
    }
    if let (Some(fix), Some(other)) = (&mut leading.fix, &other.fix) {
        fix.writes = fix.writes.or(other.writes);
    }
    for reason in other.fix.into_iter().flat_map(|fix| fix.reasons) {
        let of_leading = leading.fix.iter_mut().map(|fix| &mut fix.reasons);
        let of_leading = of_leading.chain(leading.rewrite.iter_mut().map(|it| &mut it.reasons));
        for reasons in of_leading.filter(|reasons| !reasons.contains(&reason)) {
            reasons.push(reason);
        }
    }
    leading.rewrite = leading.rewrite.take().or(other.rewrite);
    leading.also.push((other.rule, other.span));
    leading.also.append(&mut other.also);
}
