//! Statements with the same message.

use std::cmp::Reverse;

use super::Found;
use crate::catalog::Statement;

/// All of one message: which one is meant, is said by file and line.
#[derive(Debug)]
pub(super) struct Same {
    /// Bytes of text in the message.
    n_text: usize,
    /// By file: lines in order, and places in the catalog.
    files: Vec<Vec<(usize, usize)>>,
}

impl Same {
    pub(super) fn new(statements: &[Statement], mut indexes: Vec<usize>) -> Self {
        let n_text = indexes.first().map_or(0, |index| statements[*index].n_text());
        let key = |index: &usize| (&*statements[*index].file, statements[*index].line, *index);
        indexes.sort_by(|left, right| key(left).cmp(&key(right)));
        let files =
            indexes.chunk_by(|left, right| statements[*left].file == statements[*right].file);
        let lines =
            |file: &[usize]| file.iter().map(|index| (statements[*index].line, *index)).collect();
        Self { n_text, files: files.map(lines).collect() }
    }

    /// The nearest to a line.
    pub(super) fn nearest(
        &self,
        line: usize,
        is_of_file: &impl Fn(&usize) -> bool,
    ) -> Option<Found> {
        let found = |&(at, index): &(usize, usize)| {
            let distance = at.abs_diff(line);
            let is_here = distance == 0 && self.n_text > 0;
            Found {
                is_here,
                n_text: self.n_text,
                distance: Reverse(distance),
                index: Reverse(index),
            }
        };
        let files = self
            .files
            .iter()
            .filter(|file| file.first().is_some_and(|(_, index)| is_of_file(index)));
        let nearest = files.flat_map(|file| {
            let first_from = |line| file.partition_point(|(at, _)| *at < line);
            let after = first_from(line);
            // Of several at a line the first.
            let before = after.checked_sub(1).map(|last| first_from(file[last].0));
            [before.and_then(|place| file.get(place)), file.get(after)]
        });
        nearest.flatten().map(found).max()
    }
}
