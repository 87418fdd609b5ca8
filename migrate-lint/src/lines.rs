//! The lines in which two texts differ, found in a time that grows with the texts alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, TextDiff, group_diff_ops};

use crate::work;

/// Texts of more lines than this together are compared line after line: the shortest difference of texts that differ
/// nearly everywhere takes the product of their lengths.
const N_EXACT: usize = 2_000;

/// How many lines further on both texts are searched for the lines that they share again.
const REACH: usize = 40;

/// What makes the new lines of the old ones.
pub(crate) fn ops(before: &str, after: &str) -> Vec<DiffOp> {
    let count = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    if count(before) + count(after) <= N_EXACT {
        return TextDiff::from_lines(before, after).ops().to_vec();
    }
    let hashed = |text: &str| -> Vec<u64> { text.split_inclusive('\n').map(hash).collect() };
    let (old, new) = (hashed(before), hashed(after));
    let (mut ops, mut at, mut changed) = (Vec::new(), (0, 0), (0, 0));
    while at.0 < old.len() && at.1 < new.len() {
        if old[at.0] == new[at.1] {
            push(&mut ops, changed, at);
            let equal =
                old[at.0..].iter().zip(&new[at.1..]).take_while(|(one, other)| one == other);
            let len = equal.count();
            ops.push(DiffOp::Equal { old_index: at.0, new_index: at.1, len });
            at = (at.0 + len, at.1 + len);
            changed = at;
        } else {
            let (n_old, n_new) = meeting(&old[at.0..], &new[at.1..]).unwrap_or((1, 1));
            at = (at.0 + n_old, at.1 + n_new);
        }
    }
    push(&mut ops, changed, (old.len(), new.len()));
    ops
}

/// A patch as `diff -u` writes it.
pub(crate) fn patch(old: &str, new: &str, before: &str, after: &str) -> String {
    const N_AROUND: usize = 3;
    let mut patch = format!("--- {old}\n+++ {new}\n");
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let mut add = |sign: char, line: &str| {
        patch.push(sign);
        patch.push_str(line);
        if !line.ends_with('\n') {
            patch.push_str("\n\\ No newline at end of file\n");
        }
    };
    for hunk in group_diff_ops(ops(before, after), N_AROUND) {
        let header = format!("{}\n", UnifiedHunkHeader::new(&hunk));
        add('@', &header[1..]);
        for op in &hunk {
            let is_equal = matches!(op, DiffOp::Equal { .. });
            for line in &old[op.old_range()] {
                add(if is_equal { ' ' } else { '-' }, line);
            }
            for line in new[op.new_range()].iter().filter(|_| !is_equal) {
                add('+', line);
            }
        }
    }
    patch
}

fn hash(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

/// The fewest lines to pass over in both so that two lines follow that they share.
fn meeting(old: &[u64], new: &[u64]) -> Option<(usize, usize)> {
    let meets = |n_old: usize, n_new: usize| {
        let two = |lines: &[u64], at: usize| (lines.get(at).copied(), lines.get(at + 1).copied());
        n_old <= old.len() && n_new <= new.len() && two(old, n_old) == two(new, n_new)
    };
    let all = (1..=REACH).flat_map(|n| (0..=n).map(move |n_old| (n_old, n - n_old)));
    work::count(1);
    all.into_iter().find(|(n_old, n_new)| meets(*n_old, *n_new))
}

/// Adds the difference of the lines from one place to another.
fn push(ops: &mut Vec<DiffOp>, from: (usize, usize), to: (usize, usize)) {
    let ((old_index, new_index), (old_len, new_len)) = (from, (to.0 - from.0, to.1 - from.1));
    match (old_len, new_len) {
        (0, 0) => {}
        (_, 0) => ops.push(DiffOp::Delete { old_index, old_len, new_index }),
        (0, _) => ops.push(DiffOp::Insert { old_index, new_index, new_len }),
        _ => ops.push(DiffOp::Replace { old_index, old_len, new_index, new_len }),
    }
}
