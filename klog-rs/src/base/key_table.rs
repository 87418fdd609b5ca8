//! Which keys were seen: asked as often as there are pairs, at the same cost each time.

use smallvec::SmallVec;

/// Places of keys in a list of the caller's, by their hashes.
#[derive(Debug, Default)]
pub(crate) struct KeyTable {
    /// The hash, and the place plus one; a power of two of them, of which at most half are taken.
    slots: SmallVec<[(u32, u32); 32]>,
    n_keys: usize,
}

impl KeyTable {
    /// The place at which the key was seen last; from now on it is `place`.
    ///
    /// `is_it` says whether the key at a place is this one.
    pub(crate) fn replace(
        &mut self,
        hash: u32,
        place: usize,
        is_it: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if self.n_keys * 2 >= self.slots.len() {
            self.grow();
        }
        let mut slot = self.first_slot(hash);
        loop {
            let (other, next) = self.slots[slot];
            if next == 0 {
                self.slots[slot] = (hash, place as u32 + 1);
                self.n_keys += 1;
                return None;
            }
            if other == hash && is_it(next as usize - 1) {
                self.slots[slot].1 = place as u32 + 1;
                return Some(next as usize - 1);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn first_slot(&self, hash: u32) -> usize {
        let mixed = u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        mixed as usize & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(32);
        let before = std::mem::replace(&mut self.slots, SmallVec::from_elem((0, 0), len));
        for (hash, next) in before.into_iter().filter(|(_, next)| *next != 0) {
            let mut slot = self.first_slot(hash);
            while self.slots[slot].1 != 0 {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = (hash, next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::KeyTable;
    use crate::base::Key;

    /// What is looked at grows with the number of keys, and not with its square.
    #[test]
    fn a_key_is_found_where_it_was_seen_last() {
        let keys: Vec<String> = (0..10_000).map(|index| format!("key{}", index % 7_000)).collect();
        let n_compared = Cell::new(0);
        let mut table = KeyTable::default();
        for (place, key) in keys.iter().enumerate() {
            let before = table.replace(Key::hash(key), place, |at| {
                n_compared.set(n_compared.get() + 1);
                keys[at] == *key
            });
            assert_eq!(before, place.checked_sub(7_000));
        }
        assert!(n_compared.get() < 3_100, "{n_compared:?}");
    }
}
