//! Which findings a comment takes back.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::directive::{AllowedName, Directive, Saying};
use crate::finding::Finding;
use crate::rules::names::{selectors, selects};
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
    let mut used: Vec<(usize, usize)> = Vec::new();
    let mut open = Open::default();
    let mut n_begun = 0;
    for index in by_place {
        let finding = &findings[index];
        let begins_by =
            |at: usize| by_scope.partition_point(|&one| directives[one].scope.start < at);
        let n_by_start = begins_by(finding.span.start.saturating_add(1));
        let n_by_end = begins_by(finding.span.end);
        for &one in &by_scope[n_begun..n_by_start.max(n_begun)] {
            open.begin(one, &directives[one]);
        }
        n_begun = n_begun.max(n_by_start);
        open.end_by(finding.span.start, directives);
        allowed[index] |= open.allow(finding, directives, &mut used);
        let inside = by_scope.get(n_by_start..n_by_end).unwrap_or_default().iter().copied();
        for one in inside.filter(|&one| is_after_code(&directives[one])) {
            for (at, name) in names(&directives[one]).iter().enumerate() {
                work::count(1);
                if selects(&name.name, finding.rule) {
                    used.push((one, at));
                    allowed[index] = true;
                }
            }
        }
    }
    for (one, at) in used {
        if let Saying::Allow { names, .. } = &mut directives[one].saying {
            names[at].used = true;
        }
    }
    let mut index = 0;
    findings.retain(|_| {
        index += 1;
        !allowed[index - 1]
    });
}

fn names(directive: &Directive) -> &[AllowedName] {
    match &directive.saying {
        Saying::Allow { names, .. } => names,
        Saying::Unknown(_) => &[],
    }
}

/// Directives whose scope has begun, and has not ended where the finding at hand begins. They are looked up by their names:
/// however many there are, a finding asks for its rule's.
#[derive(Default)]
struct Open {
    by_end: BinaryHeap<Reverse<(usize, usize)>>,
    by_name: HashMap<String, Named>,
}

/// Open directives with one name.
#[derive(Default)]
struct Named {
    n_open: usize,
    /// Directives and places of the name in them that have allowed nothing yet; some may have ended.
    unused: Vec<(usize, usize)>,
}

impl Open {
    fn begin(&mut self, one: usize, directive: &Directive) {
        self.by_end.push(Reverse((directive.scope.end, one)));
        for (at, name) in names(directive).iter().enumerate() {
            work::count(1);
            let named = self.by_name.entry(name.name.clone()).or_default();
            named.n_open += 1;
            named.unused.push((one, at));
        }
    }

    /// Ends those whose scope ends at a place or before it.
    fn end_by(&mut self, place: usize, directives: &[Directive]) {
        while let Some(&Reverse((end, one))) = self.by_end.peek()
            && end <= place
        {
            self.by_end.pop();
            for name in names(&directives[one]) {
                work::count(1);
                if let Some(named) = self.by_name.get_mut(&name.name) {
                    named.n_open -= 1;
                }
            }
        }
    }

    /// Whether one of them allows a finding; notes the names that do so for the first time.
    fn allow(
        &mut self,
        finding: &Finding,
        directives: &[Directive],
        used: &mut Vec<(usize, usize)>,
    ) -> bool {
        let mut is_allowed = false;
        for name in selectors(finding.rule) {
            work::count(1);
            let Some(named) = self.by_name.get_mut(name).filter(|named| named.n_open > 0) else {
                continue;
            };
            is_allowed = true;
            work::count(named.unused.len());
            let unused = named.unused.drain(..);
            used.extend(unused.filter(|(one, _)| directives[*one].scope.end > finding.span.start));
        }
        is_allowed
    }
}

/// A comment after the last line of a call speaks for the call too: its scope lies in one of the call's lines.
fn is_after_code(directive: &Directive) -> bool {
    let scope = &directive.scope;
    scope.contains(&directive.span.start) && scope.start < directive.span.start
}
