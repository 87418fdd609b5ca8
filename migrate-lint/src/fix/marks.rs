//! Which lines are marked, counted for any range.

use std::ops::Range;

/// Lines that are being marked, many times perhaps.
#[derive(Clone)]
pub(super) struct Marks(Vec<isize>);

impl Marks {
    pub(super) fn new(n_lines: usize) -> Self {
        Self(vec![0; n_lines + 1])
    }

    pub(super) fn mark(&mut self, lines: Range<usize>) {
        let last = self.0.len() - 1;
        let (start, end) = (lines.start.min(last), lines.end.min(last));
        if start < end {
            self.0[start] += 1;
            self.0[end] -= 1;
        }
    }

    pub(super) fn counts(self) -> Counts {
        let (mut depth, mut n_marked) = (0, 0);
        let before = self.0.into_iter().map(|change| {
            let n_before = n_marked;
            depth += change;
            n_marked += usize::from(depth > 0);
            n_before
        });
        Counts(before.collect())
    }
}

/// How many lines are marked before each.
pub(super) struct Counts(Vec<usize>);

impl Counts {
    /// Whether a line of a range is marked.
    pub(super) fn any(&self, lines: &Range<usize>) -> bool {
        let last = self.0.len() - 1;
        self.0[lines.start.min(last)] < self.0[lines.end.min(last)]
    }
}
