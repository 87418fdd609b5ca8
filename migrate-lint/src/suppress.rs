//! Which findings a comment takes back.

use crate::directive::{Directive, Saying};
use crate::finding::Finding;
use crate::rules::names::selects;
use crate::work;

/// Takes out the findings that a directive allows, and marks the names that did so.
pub(crate) fn apply(directives: &mut [Directive], findings: &mut Vec<Finding>) {
    if directives.is_empty() {
        return;
    }
    let mut by_place: Vec<usize> = (0..findings.len()).collect();
    by_place.sort_by_key(|&index| findings[index].span.start);
    let mut by_scope: Vec<usize> = (0..directives.len()).collect();
    by_scope.sort_by_key(|&index| directives[index].scope.start);
    let mut allowed = vec![false; findings.len()];
    // Directives whose scope has begun, and has not ended where the finding begins.
    let mut open: Vec<usize> = Vec::new();
    let mut n_begun = 0;
    for index in by_place {
        let finding = &findings[index];
        let begins_by =
            |at: usize| by_scope.partition_point(|&one| directives[one].scope.start < at);
        let n_by_start = begins_by(finding.span.start.saturating_add(1));
        let n_by_end = begins_by(finding.span.end);
        open.extend(&by_scope[n_begun..n_by_start.max(n_begun)]);
        n_begun = n_begun.max(n_by_start);
        open.retain(|&one| directives[one].scope.end > finding.span.start);
        let inside = by_scope.get(n_by_start..n_by_end).unwrap_or_default();
        let covering: Vec<usize> = open
            .iter()
            .copied()
            .chain(inside.iter().copied().filter(|&one| is_after_code(&directives[one])))
            .collect();
        work::count(1 + covering.len());
        for one in covering {
            let Saying::Allow { names, .. } = &mut directives[one].saying else { continue };
            for name in names.iter_mut().filter(|name| selects(&name.name, finding.rule)) {
                name.used = true;
                allowed[index] = true;
            }
        }
    }
    let mut index = 0;
    findings.retain(|_| {
        index += 1;
        !allowed[index - 1]
    });
}

/// A comment after the last line of a call speaks for the call too: its scope lies in one of the call's lines.
fn is_after_code(directive: &Directive) -> bool {
    let scope = &directive.scope;
    scope.contains(&directive.span.start) && scope.start < directive.span.start
}
