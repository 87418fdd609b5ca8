//! Where a key of an entry was seen, so that a line of any number of pairs costs the same for each.

use super::raw::RawPair;
use crate::work;

/// The pairs of an entry by the hashes of their keys. It is used again for the next entry, without being emptied.
#[derive(Debug, Default)]
pub(super) struct PairIndex {
    /// A power of two of them, of which at most half are of this entry.
    slots: Vec<Slot>,
    /// What slots of this entry have.
    entry: u32,
    n_pairs: usize,
    #[cfg(test)]
    n_steps: std::cell::Cell<usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    entry: u32,
    pair: u32,
}

impl PairIndex {
    pub(super) fn clear(&mut self) {
        self.n_pairs = 0;
        self.entry = self.entry.wrapping_add(1);
        if self.entry == 0 {
            self.slots.clear();
        }
    }

    /// Whether one of the pairs has this key; all pairs are those that were there the last time, and further ones.
    pub(super) fn has(&mut self, bytes: &[u8], pairs: &[RawPair], hash: u64, key: &[u8]) -> bool {
        if pairs.len() * 2 > self.slots.len() {
            self.slots = vec![Slot::default(); (pairs.len() * 4).next_power_of_two().max(64)];
            (self.n_pairs, self.entry) = (0, 1);
        }
        while self.n_pairs < pairs.len() {
            let slot = self.find(
                bytes,
                pairs,
                pairs[self.n_pairs].hash,
                &bytes[pairs[self.n_pairs].key.clone()],
            );
            self.slots[slot] = Slot { entry: self.entry, pair: self.n_pairs as u32 };
            self.n_pairs += 1;
        }
        let slot = self.find(bytes, pairs, hash, key);
        self.slots[slot].entry == self.entry
    }

    /// The slot of a key, or the free one where it would be.
    fn find(&self, bytes: &[u8], pairs: &[RawPair], hash: u64, key: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (hash ^ (hash >> 32)) as usize & mask;
        loop {
            work::count(1);
            #[cfg(test)]
            self.n_steps.set(self.n_steps.get() + 1);
            let slot = self.slots[at];
            if slot.entry != self.entry {
                return at;
            }
            let pair = &pairs[slot.pair as usize];
            if pair.hash == hash && &bytes[pair.key.clone()] == key {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bytes;
    use super::super::key_cache::Cached;
    use super::super::raw::{Kind, Raw, RawPair};

    /// Each pair costs the same, however many there are; each key that comes again is found.
    #[test]
    fn wide_lines_cost_what_their_pairs_cost() {
        const N_PAIRS: usize = 20_000;
        let keys: Vec<String> =
            (0..N_PAIRS).map(|index| format!("k{:05}", index % 15_000)).collect();
        let line = keys.concat();
        let mut raw = Raw::default();
        for round in 0..2 {
            raw.clear();
            for at in (0..line.len()).step_by(6) {
                let hash = bytes::hash(line.as_bytes(), &(at..at + 6));
                let (key, value) = (at..at + 6, at..at);
                let pair = RawPair { key, is_quoted_key: false, value, kind: Kind::Number, hash };
                raw.push(line.as_bytes(), pair, Cached::default());
            }
            assert_eq!(raw.defects.len(), 5_000, "round {round}");
        }
        let n_steps = raw.index.n_steps.get();
        assert!(n_steps < 2 * 4 * N_PAIRS, "{n_steps}");
    }
}
