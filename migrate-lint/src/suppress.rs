//! Which findings a comment takes back.

use crate::directive::{Directive, Saying};
use crate::finding::Finding;
use crate::rules::names::selects;

/// Takes out the findings that a directive allows, and marks the names that did so.
pub fn apply(directives: &mut [Directive], findings: &mut Vec<Finding>) {
    findings.retain(|finding| {
        let mut is_allowed = false;
        for directive in directives.iter_mut().filter(|directive| covers(directive, finding)) {
            let Saying::Allow { names, .. } = &mut directive.saying else { continue };
            for name in names.iter_mut().filter(|name| selects(&name.name, finding.rule)) {
                name.used = true;
                is_allowed = true;
            }
        }
        !is_allowed
    });
}

/// The finding begins in the scope, or the scope lies in one of the finding's lines: a comment after the last line of a
/// call speaks for the call too.
fn covers(directive: &Directive, finding: &Finding) -> bool {
    let (scope, span) = (&directive.scope, &finding.span);
    let is_behind_code =
        scope.contains(&directive.span.start) && scope.start < directive.span.start;
    scope.contains(&span.start) || (is_behind_code && span.contains(&scope.start))
}
