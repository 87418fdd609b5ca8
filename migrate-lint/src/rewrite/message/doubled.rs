//! A noun that stood for two values, and says nothing twice: `event {} and event {}`.

use super::line::Line;
use crate::rewrite::words;

impl Line<'_> {
    /// `from view {} to view {}` goes whole, `and event {}` after `event {}` with its value.
    pub(super) fn doubled(&mut self) {
        for at in 0..self.len() {
            let Some(noun) = self.word(at) else { continue };
            let Some(joint) = self.right(at).filter(|joint| self.is_gap(at, *joint)) else {
                continue;
            };
            let is_joint = self.word(joint).is_some_and(|joint| words::has("and or to vs", joint))
                || self.separator(joint).is_some_and(|sign| matches!(sign, "," | "/" | "->"));
            let second = self.right(joint).filter(|second| {
                is_joint
                    && !self.is_gap(joint, *second)
                    && self.word(*second).is_some_and(|second| second == noun)
            });
            let Some(second) = second else { continue };
            if !self.is_gap(second, self.right(second).unwrap_or(self.len())) {
                continue;
            }
            let from = self
                .left(at)
                .filter(|from| self.word(*from) == Some("from") && self.word(joint) == Some("to"));
            // What changes may have no other name.
            let has_name = from.is_some_and(|from| self.n_content_before(from) > 1);
            self.left_whole.extend([joint, second]);
            self.remove(joint);
            self.remove(second);
            if let Some(from) = from {
                self.remove(from);
                self.left_whole.push(from);
                if has_name {
                    self.left_whole.push(at);
                    self.remove(at);
                }
            }
        }
    }
}
