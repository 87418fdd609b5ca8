//! What `--vmodule` and levels by target give for a place, remembered, so that patterns are compared once for each place and
//! not for each call.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

/// Files that are remembered; of two that meet in a place the last one is.
const N_FILES: usize = 1024;

/// Bits of a place that hold the level; the others are of the file.
const LEVEL_BITS: u32 = 12;

/// Levels of files by the hash of their paths, without a lock: each place is one number.
///
/// Two paths among 2^52 are taken for the same.
#[derive(Debug, Default)]
pub(crate) struct PlaceLevels {
    places: OnceLock<Box<[AtomicU64; N_FILES]>>,
    /// Part of each hash, so that what was remembered before a change is found no more.
    version: AtomicU32,
}

impl PlaceLevels {
    /// The level of a file, which is found out where it is not remembered.
    #[inline]
    pub(crate) fn get_or(&self, file: &str, target: &str, find: impl FnOnce() -> u32) -> u32 {
        let version = self.version.load(Relaxed);
        let places =
            self.places.get_or_init(|| Box::new([const { AtomicU64::new(u64::MAX) }; N_FILES]));
        // The one hash is a part of the other, so that the two texts cannot change places.
        let hash = hash(hash(u64::from(version), file.as_bytes()), target.as_bytes());
        let place = &places[(hash >> 32) as usize % N_FILES];
        let known = place.load(Relaxed);
        if (known ^ hash) >> LEVEL_BITS == 0 {
            return (known & ((1 << LEVEL_BITS) - 1)) as u32;
        }
        let level = find();
        if level < 1 << LEVEL_BITS {
            place.store(hash >> LEVEL_BITS << LEVEL_BITS | u64::from(level), Relaxed);
        }
        level
    }

    /// Forgets all, because the patterns are others now.
    pub(crate) fn forget(&self) {
        self.version.fetch_add(1, Relaxed);
    }
}

/// Eight bytes at a time; the last ones are mixed with bytes before them.
#[inline]
fn hash(seed: u64, text: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
        (product as u64) ^ (product >> 64) as u64
    };
    let mut hash = mix(text.len() as u64, seed.wrapping_add(0x51_7cc1_b727));
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    match text.last_chunk::<8>() {
        Some(last) => mix(hash, u64::from_le_bytes(*last)),
        None => rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte))),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::PlaceLevels;

    /// A place is asked about once, until the patterns change.
    #[test]
    fn a_place_is_asked_about_once() {
        let levels = PlaceLevels::default();
        let n_asked = Cell::new(0);
        let ask = |file: &str, target: &str, level: u32| {
            levels.get_or(file, target, || {
                n_asked.set(n_asked.get() + 1);
                level
            })
        };
        for _ in 0..3 {
            assert_eq!((ask("src/a.rs", "a", 3), ask("src/b.rs", "b", 0)), (3, 0));
            assert_eq!((ask("src/a.rs", "b", 1), ask("", "", 7)), (1, 7));
            assert_eq!((ask("a", "", 2), ask("", "a", 4)), (2, 4));
        }
        assert_eq!(n_asked.get(), 6);
        levels.forget();
        assert_eq!((ask("src/a.rs", "a", 5), n_asked.get()), (5, 7));
        // One that does not fit is asked about each time.
        assert_eq!(
            (ask("src/c.rs", "c", 1 << 20), ask("src/c.rs", "c", 1 << 20)),
            (1 << 20, 1 << 20)
        );
        assert_eq!(n_asked.get(), 9);
    }
}
