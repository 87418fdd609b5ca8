//! Keys as the statements of a program repeat them: an entry's next key is compared with the one that was there the
//! last time, and read only where they differ.

use super::bytes;
use crate::call::Span;

/// Keys that are remembered; others with the same place overwrite them.
const N_PLACES: usize = 2048;
/// Bytes of a key, with the one after it, that can be compared at once.
const WIDTH: usize = 16;

/// The keys that came last, by their message and number.
#[derive(Debug, Default)]
pub(super) struct KeyCache(Vec<Key>);

#[derive(Clone, Copy, Debug)]
struct Key {
    /// With the byte after it.
    text: [u8; WIDTH],
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

impl KeyCache {
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
        let place = place(message, number);
        let key = self.0.get(place)?;
        let text = bytes.get(at..)?.first_chunk::<WIDTH>()?;
        // A key has no control characters, so that it does not go on in the next line.
        (text_of(text, key.length) == u128::from_le_bytes(key.text)).then(|| {
            let cached = Cached { place: Some(place), after: key.after };
            (at..at + key.length, key.hash, cached)
        })
    }

    /// Reads a key's hash and remembers the key; an `=` follows it, or the quote of JSON.
    pub(super) fn learn(&mut self, bytes: &[u8], key: &Span, message: u64, number: usize) -> u64 {
        let hash = bytes::hash(bytes, key);
        let text = bytes.get(key.start..).and_then(<[u8]>::first_chunk::<WIDTH>);
        if let Some(text) = text
            && key.len() < WIDTH
        {
            // No text of this length is like that.
            const NONE: Key = Key { text: [1; WIDTH], hash: 0, after: 0, length: 0 };
            self.0.resize(N_PLACES, NONE);
            let length = key.len();
            let text = text_of(text, length).to_le_bytes();
            self.0[place(message, number)] = Key { text, hash, after: 0, length };
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

/// A key with the byte after it, without what follows.
#[inline]
fn text_of(bytes: &[u8; WIDTH], length: usize) -> u128 {
    u128::from_le_bytes(*bytes) & (u128::MAX >> (8 * (WIDTH - 1 - length)))
}

#[inline]
fn place(message: u64, number: usize) -> usize {
    // The keys of a message are spread, so that two messages have few places in common.
    ((message >> 32) as usize).wrapping_add(number.wrapping_mul(1_629)) % N_PLACES
}
