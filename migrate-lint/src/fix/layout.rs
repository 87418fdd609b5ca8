//! What rustfmt changes of a fixed text, as far as it concerns the fixed calls.

use std::ops::Range;

use similar::DiffOp;

use super::marks::Marks;
use super::statements;
use crate::lines;

/// A text and its calls, in the order of their starts.
#[derive(Clone, Copy)]
pub(super) struct Called<'a> {
    pub(super) text: &'a str,
    pub(super) calls: &'a [Range<usize>],
}

/// The fixed text with the statements of changed calls as rustfmt lays them out; `None` where that is how they are.
///
/// It leaves a statement alone that has a line longer than `width`. One that had such a line stays as its author left
/// it, although rustfmt would change it now.
pub(super) fn of_statements(
    before: Called<'_>,
    after: Called<'_>,
    formatted: &str,
    width: usize,
) -> Option<String> {
    if before.calls.len() != after.calls.len() {
        // Nobody knows which was which.
        return None;
    }
    let mut long = Marks::new(before.text.lines().count());
    for (index, line) in before.text.lines().enumerate() {
        if line.chars().count() > width {
            long.mark(index..index + 1);
        }
    }
    let (long, changed) = (long.counts(), changed_lines(before.text, after.text).counts());
    let (old, new) = (Lines::of(before.text), Lines::of(after.text));
    let earlier = statements::of_calls(before.text, before.calls);
    let later = statements::of_calls(after.text, after.calls);
    let of_call = after.calls.iter().zip(earlier).zip(later).filter(|((call, earlier), _)| {
        changed.any(&new.around(call)) && !long.any(&old.around(earlier))
    });
    let mut places: Vec<Range<usize>> = of_call.map(|(_, later)| later).collect();
    places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let (written, laid_out) = (Letters::of(after.text), Letters::of(formatted));
    let mut text = String::with_capacity(formatted.len());
    let mut done = 0;
    for place in places {
        let letters = written.within(&place);
        if place.start < done || letters.is_empty() {
            continue;
        }
        let (old, new) = (written.text(&letters), laid_out.text(&letters));
        if old != new && is_layout(old, new, Braces::MayCome) {
            let start = written.starts[letters.start];
            text += &after.text[done..start];
            text += new;
            done = start + old.len();
        }
    }
    (done > 0).then(|| text + &after.text[done..])
}

/// The fixed text with the lines that rustfmt lays out in another way, where only calls and lines that are new differ:
/// what is around a call stays as it is.
pub(super) fn of_calls(before: &str, after: Called<'_>, formatted: &str) -> String {
    let Called { text: after, calls } = after;
    let mut changed = changed_lines(before, after);
    let lines = Lines::of(after);
    let counts = changed.clone().counts();
    // The last line of a call may be the one that it was.
    for call in calls.iter().map(|call| lines.around(call)).filter(|call| counts.any(call)) {
        changed.mark(call);
    }
    let changed = changed.counts();
    let is_changed = |line: usize| changed.any(&(line..line + 1));
    let (old, new) = (Lines::of(after), Lines::of(formatted));
    let ops = lines::ops(after, formatted);
    // Nothing is between two changed lines that belongs to somebody else.
    let is_ours = |op: &DiffOp| {
        let lines = op.old_range();
        if lines.is_empty() {
            lines.start > 0 && is_changed(lines.start - 1) && is_changed(lines.start)
        } else {
            lines.into_iter().all(is_changed)
        }
    };
    let of_op = |op: &DiffOp| {
        let (written, instead) = (old.text(op.old_range()), new.text(op.new_range()));
        let place = old.bytes(op.old_range());
        // Calls are in the order of their starts; those inside of others end before them.
        let n_before = calls.partition_point(|call| call.start < place.end);
        let inside = calls[..n_before].iter().filter(|call| place.start < call.end);
        let inside: Vec<&Range<usize>> = inside.collect();
        let is_kept = is_ours(op)
            && is_layout(written, instead, Braces::Stay)
            && (inside.is_empty() || keeps_what_is_around(after, &place, &inside, instead));
        if is_kept { instead } else { written }
    };
    let mut text = String::with_capacity(formatted.len());
    // What belongs together may be several differences, such as the braces around the body of a closure.
    for group in ops.chunk_by(|left, right| is_ours(left) && is_ours(right)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let written = old.text(first.old_range().start..last.old_range().end);
        let instead = new.text(first.new_range().start..last.new_range().end);
        let has_other_braces = !is_layout(written, instead, Braces::Stay)
            && is_layout(written, instead, Braces::MayCome);
        if is_ours(first) && has_other_braces {
            text += instead;
        } else {
            text.extend(group.iter().map(of_op));
        }
    }
    text
}

/// Takes the comma before the end from calls that rustfmt has put on one line; it leaves commas of macros as they are.
pub(super) fn without_last_comma(before: &str, text: &str, calls: &[Range<usize>]) -> String {
    let mut ends: Vec<usize> = calls
        .iter()
        .filter_map(|call| {
            let written = text.get(call.clone())?;
            let is_short = written.ends_with(",)") && !written.contains('\n');
            (is_short && !before.contains(written)).then_some(call.end)
        })
        .collect();
    ends.sort_unstable();
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    for end in ends {
        kept += text.get(done..end - ",)".len()).unwrap_or_default();
        done = end - ")".len();
    }
    kept + &text[done..]
}

/// Whether a layout may have other braces.
#[derive(Clone, Copy, PartialEq)]
enum Braces {
    Stay,
    /// rustfmt puts them around the body of a closure that takes several lines, and takes them away from others.
    MayCome,
}

/// Whether a letter may come, go or be elsewhere in another layout.
fn is_layout_letter(letter: char, braces: Braces) -> bool {
    letter.is_whitespace()
        || letter == ','
        || braces == Braces::MayCome && matches!(letter, '{' | '}')
}

/// Whether two texts differ only in white space, commas and perhaps pairs of braces.
fn is_layout(written: &str, instead: &str, braces: Braces) -> bool {
    let open = |text: &str| {
        text.bytes().fold(0_isize, |open, byte| match byte {
            b'{' => open + 1,
            b'}' => open - 1,
            _ => open,
        })
    };
    let differ = |letter: &char| !is_layout_letter(*letter, braces);
    written.chars().filter(differ).eq(instead.chars().filter(differ))
        && open(written) == open(instead)
}

fn changed_lines(before: &str, after: &str) -> Marks {
    let mut changed = Marks::new(Lines::of(after).starts.len());
    for op in lines::ops(before, after) {
        if !matches!(op, DiffOp::Equal { .. }) {
            changed.mark(op.new_range());
        }
    }
    changed
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

    /// The lines that hold some bytes.
    fn around(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.starts.partition_point(|start| *start <= bytes.start);
        let end = self.starts.partition_point(|start| *start < bytes.end);
        first.saturating_sub(1)..end
    }

    fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        start(lines.start)..start(lines.end)
    }

    fn text(&self, lines: Range<usize>) -> &'a str {
        &self.text[self.bytes(lines)]
    }
}

/// A text by its letters that each layout has: the same statement has the same numbers in another layout.
struct Letters<'a> {
    text: &'a str,
    /// Where each begins.
    starts: Vec<usize>,
}

impl<'a> Letters<'a> {
    fn of(text: &'a str) -> Self {
        let letters =
            text.char_indices().filter(|(_, letter)| !is_layout_letter(*letter, Braces::MayCome));
        Self { text, starts: letters.map(|(at, _)| at).collect() }
    }

    fn within(&self, bytes: &Range<usize>) -> Range<usize> {
        let n_before = |place: usize| self.starts.partition_point(|start| *start < place);
        n_before(bytes.start)..n_before(bytes.end)
    }

    /// From the first of some letters to the next one after them.
    fn text(&self, letters: &Range<usize>) -> &'a str {
        let start = |number: usize| self.starts.get(number).copied().unwrap_or(self.text.len());
        &self.text[start(letters.start)..start(letters.end)]
    }
}
