//! Keys as the statements of a program repeat them: an entry's next key is compared with the one that was there the
//! last time, and read only where they differ.

use super::bytes;
use crate::call::Span;

/// Keys that are remembered; of those with one place, and the place beside it, two.
const N_PLACES: usize = 2048;
/// Bytes of a key, with those after it, that can be compared at once.
const WIDTH: usize = 16;

/// The keys that came last, by their message and number; with each the bytes after it that have to come again: `=` in text,
/// `":` in JSON.
#[derive(Debug, Default)]
pub(super) struct KeyCache<const N_AFTER: usize>(Vec<Key>);

#[derive(Clone, Copy, Debug)]
struct Key {
    /// With the bytes after it.
    text: u128,
    /// Which bytes these are.
    mask: u128,
    hash: u64,
    /// The keys before it, as a hash, among which it was not.
    after: u64,
    length: usize,
}

/// What the cache has of a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cached {
    place: Option<usize>,
    /// The keys before it, as a hash, among which it was not; 0 if it is not known.
    pub after: u64,
}

impl<const N_AFTER: usize> KeyCache<N_AFTER> {
    /// The key at `at` and its hash, if it is the one that was there the last time.
    ///
    /// `message` is the hash of the entry's message, `number` counts its pairs or fields.
    #[inline]
    pub(super) fn key(
        &self,
        bytes: &[u8],
        at: usize,
        message: u64,
        number: usize,
    ) -> Option<(Span, u64, Cached)> {
        let text = bytes.get(at..)?.first_chunk::<WIDTH>()?;
        let place = place(text, message, number);
        let found = self.key_in(place, text).or_else(|| self.key_beside(place, text));
        found.map(|(length, hash, cached)| (at..at + length, hash, cached))
    }

    #[inline(always)]
    fn key_in(&self, place: usize, text: &[u8; WIDTH]) -> Option<(usize, u64, Cached)> {
        let key = self.0.get(place)?;
        // A key has no control characters, so that it does not go on in the next line.
        (u128::from_le_bytes(*text) & key.mask == key.text).then(|| {
            let cached = Cached { place: Some(place), after: key.after };
            (key.length, key.hash, cached)
        })
    }

    /// Of a hundred keys of a message a few have one place, and one of them has gone to the place beside it.
    #[cold]
    fn key_beside(&self, place: usize, text: &[u8; WIDTH]) -> Option<(usize, u64, Cached)> {
        self.key_in(place ^ 1, text)
    }

    /// Reads a key's hash and remembers the key, if it is followed as a key should be.
    pub(super) fn learn(
        &mut self,
        bytes: &[u8],
        key: &Span,
        after: &[u8; N_AFTER],
        message: u64,
        number: usize,
    ) -> u64 {
        let hash = bytes::hash(bytes, key);
        let (length, width) = (key.len(), key.len() + N_AFTER);
        let text = bytes.get(key.start..).and_then(<[u8]>::first_chunk::<WIDTH>);
        if let Some(text) = text
            && width <= WIDTH
            && text[length..width] == after[..]
        {
            // No text without these bytes is like that.
            const NONE: Key = Key { text: 1, mask: 0, hash: 0, after: 0, length: 0 };
            self.0.resize(N_PLACES, NONE);
            let mask = u128::MAX >> (8 * (WIDTH - width));
            let place = place(text, message, number);
            let text = u128::from_le_bytes(*text) & mask;
            let key = Key { text, mask, hash, after: 0, length };
            self.0[place ^ 1] = std::mem::replace(&mut self.0[place], key);
        }
        hash
    }

    /// Remembers that a key is not among those before it.
    pub(super) fn confirm(&mut self, cached: Cached, after: u64) {
        if let Some(key) = cached.place.and_then(|place| self.0.get_mut(place)) {
            key.after = after;
        }
    }
}

#[inline]
fn place(text: &[u8; WIDTH], message: u64, number: usize) -> usize {
    // The keys of a message are spread, so that two messages have few places in common, and so have two keys of which
    // sometimes one and sometimes the other is at the same place.
    let first = usize::from(u16::from_le_bytes([text[0], text[1]]));
    let spread = number.wrapping_mul(1_629) ^ first.wrapping_mul(37);
    ((message >> 32) as usize).wrapping_add(spread) % N_PLACES
}
