//! Fixes are judged by the rules before they are offered: what a rule would say of a fixed call speaks against its fix.

use std::collections::HashSet;
use std::ops::Range;

use crate::finding::{Finding, Fix, Level};
use crate::safety::Reason;

/// The fixes of calls that can be applied together, the text with them, and where each is in it.
pub(super) struct Applied {
    pub(super) text: String,
    /// Index of the finding, and the range of its fix.
    pub(super) places: Vec<(usize, Range<usize>)>,
    /// What was at each range of the old text, and what is there now.
    edits: Vec<(Range<usize>, Range<usize>)>,
}

impl Applied {
    /// Where a place of the old text is in the new one.
    pub(super) fn place_of(&self, old: usize) -> usize {
        let before = self.edits.partition_point(|(was, _)| was.start <= old).checked_sub(1);
        match before.map(|at| &self.edits[at]) {
            None => old,
            Some((was, is)) if old < was.end => is.end.min(is.start + (old - was.start)),
            Some((was, is)) => is.end + (old - was.end),
        }
    }
}

/// Applies the fixes of calls to a text; of two that touch the first.
pub(super) fn apply(text: &str, findings: &[Finding]) -> Option<Applied> {
    let mut fixes: Vec<(usize, &Fix)> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.call.is_some() && finding.rewrite.is_some())
        .filter_map(|(index, finding)| Some((index, finding.fix.as_ref()?)))
        .filter(|(_, fix)| !fix.edits.is_empty())
        .collect();
    fixes.sort_by_key(|(_, fix)| fix.edits[0].span.start);
    let mut applied =
        Applied { text: String::with_capacity(text.len()), places: Vec::new(), edits: Vec::new() };
    let mut done = 0;
    for (index, fix) in fixes {
        if fix.edits[0].span.start < done {
            continue;
        }
        let mut start = None;
        for edit in &fix.edits {
            applied.text += text.get(done..edit.span.start)?;
            start.get_or_insert(applied.text.len());
            let at = applied.text.len();
            applied.text += &edit.text;
            applied.edits.push((edit.span.clone(), at..applied.text.len()));
            done = edit.span.end;
        }
        applied.places.push((index, start?..applied.text.len()));
    }
    applied.text += text.get(done..)?;
    (!applied.places.is_empty()).then_some(applied)
}

/// The fix that a call of the new text is of, of those that are in `places`.
pub(super) fn place<'a>(
    places: &'a [(usize, Range<usize>)],
    span: &Range<usize>,
) -> Option<&'a (usize, Range<usize>)> {
    // The last fix that begins before the call ends.
    let after = places.partition_point(|(_, place)| place.start < span.end);
    after.checked_sub(1).and_then(|at| places.get(at)).filter(|(_, place)| place.end > span.start)
}

/// Adds what the rules say of the fixed calls to the fixes: `calls` are those of the new text by their places, and
/// `judged` what is found there.
pub(super) fn judge(
    findings: &mut [Finding],
    places: &[(usize, Range<usize>)],
    calls: &[Range<usize>],
    judged: &[Finding],
) {
    let known: HashSet<(usize, &str)> = findings
        .iter()
        .filter_map(|finding| Some((finding.call?, finding)))
        .flat_map(|(call, finding)| {
            let also = finding.also.iter().map(|(rule, _)| *rule);
            also.chain([finding.rule]).map(move |rule| (call, rule))
        })
        .collect();
    let mut against: Vec<(usize, &Finding)> = Vec::new();
    for one in judged {
        let Some(span) = one.call.and_then(|call| calls.get(call)) else { continue };
        let Some((index, _)) = place(places, span) else { continue };
        let is_new = findings[*index].call.is_some_and(|call| !known.contains(&(call, one.rule)));
        // A second pass fixes what can be fixed unattended.
        let is_fixed = one.fix.as_ref().is_some_and(|fix| fix.reasons.is_empty());
        if is_new && !is_fixed {
            against.push((*index, one));
        }
    }
    for (index, one) in against {
        let finding = &mut findings[index];
        if one.level == Level::Deny {
            finding.fix = None;
            finding.help.push(format!(
                "a fix would leave a call that `{}` denies: {}",
                one.rule, one.message
            ));
            continue;
        }
        let of_fix = finding.fix.iter_mut().map(|fix| &mut fix.reasons);
        let of_rewrite = finding.rewrite.iter_mut().map(|rewrite| &mut rewrite.reasons);
        for reasons in of_fix.chain(of_rewrite) {
            if !reasons.contains(&Reason::FlaggedAfterwards) {
                reasons.push(Reason::FlaggedAfterwards);
            }
        }
    }
}
