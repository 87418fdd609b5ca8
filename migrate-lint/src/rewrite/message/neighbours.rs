//! Which tokens of a message are next to each other once others have left.
//!
//! Each token that has left points on to the next place, and a look shortens the way for the next one: who asks at each of
//! many places does not go over all of them.

use std::cell::Cell;

use super::row::Row;
use crate::work;

pub(super) struct Neighbours {
    /// By place: itself, or where to look on to the right. One more than there are tokens.
    right: Vec<Cell<usize>>,
    /// By place and one: itself, or where to look on to the left; 0 for none.
    left: Vec<Cell<usize>>,
}

impl Neighbours {
    /// Of tokens, by whether they count.
    pub(super) fn of(counts: &Row<bool>) -> Self {
        let all = || (0..=counts.len()).map(Cell::new).collect();
        let mut one = Self { right: all(), left: all() };
        for at in 0..counts.len() {
            if !counts[at] {
                one.leave(at);
            }
        }
        one
    }

    pub(super) fn leave(&mut self, at: usize) {
        self.right[at].set(at + 1);
        self.left[at + 1].set(at);
    }

    pub(super) fn left(&self, at: usize) -> Option<usize> {
        end_of(&self.left, at).checked_sub(1)
    }

    pub(super) fn right(&self, at: usize) -> Option<usize> {
        let n_tokens = self.right.len() - 1;
        let right = end_of(&self.right, (at + 1).min(n_tokens));
        (right < n_tokens).then_some(right)
    }
}

/// Where a way ends; each place on it points further on from now on.
fn end_of(ways: &[Cell<usize>], from: usize) -> usize {
    let mut at = from;
    loop {
        work::count(1);
        let next = ways[at].get();
        if next == at {
            return at;
        }
        let after = ways[next].get();
        ways[at].set(after);
        at = after;
    }
}
