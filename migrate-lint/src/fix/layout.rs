//! What rustfmt changes of a fixed text, as far as it concerns the fixed calls.

use std::ops::Range;

use similar::DiffOp;

use crate::lines;

/// The fixed text with the lines that rustfmt lays out in another way, where only calls and lines that are new differ:
/// what is around a call stays as its author left it.
pub(super) fn of_calls(
    before: &str,
    after: &str,
    formatted: &str,
    calls: &[Range<usize>],
) -> String {
    let changed: Vec<Range<usize>> = lines::ops(before, after)
        .iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(DiffOp::new_range)
        .collect();
    let is_changed = |line: usize| {
        let before = changed.partition_point(|lines| lines.start <= line);
        before.checked_sub(1).is_some_and(|at| changed[at].contains(&line))
    };
    let (old, new) = (Lines::of(after), Lines::of(formatted));
    let mut text = String::with_capacity(formatted.len());
    for op in lines::ops(after, formatted) {
        let (lines, instead) = (op.old_range(), new.text(op.new_range()));
        let written = old.text(lines.clone());
        let place = old.bytes(lines.clone());
        // Calls are in the order of their starts; those inside of others end before them.
        let n_before = calls.partition_point(|call| call.start < place.end);
        let inside = calls[..n_before].iter().filter(|call| place.start < call.end);
        let inside: Vec<&Range<usize>> = inside.collect();
        let is_ours = !lines.is_empty() && lines.clone().all(is_changed);
        let is_layout = inside.is_empty() || keeps_what_is_around(after, &place, &inside, instead);
        text += if is_ours && is_layout { instead } else { written };
    }
    text
}

/// Whether a text has all that is around calls, to the letter.
fn keeps_what_is_around(
    text: &str,
    place: &Range<usize>,
    calls: &[&Range<usize>],
    instead: &str,
) -> bool {
    let mut rest = instead;
    let mut done = place.start;
    for call in calls {
        let between = text.get(done..call.start.max(done)).unwrap_or_default();
        // The first piece is a beginning; the others are somewhere after it.
        let found = match done == place.start {
            true => rest.starts_with(between).then_some(0),
            false => rest.find(between),
        };
        let Some(at) = found else { return false };
        rest = &rest[at + between.len()..];
        done = call.end;
    }
    let end = text.get(done.min(place.end)..place.end).unwrap_or_default();
    rest.ends_with(end)
}

struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.split_inclusive('\n').scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }));
        Self { text, starts }
    }

    fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        start(lines.start)..start(lines.end)
    }

    fn text(&self, lines: Range<usize>) -> &'a str {
        &self.text[self.bytes(lines)]
    }
}
