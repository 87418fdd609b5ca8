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

/// Half a line of the processor's cache; few programs have more keys than its nearest cache has room for.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Key {
    /// With the bytes after it; others are 0.
    text: u128,
    hash: u64,
    /// The keys before it, as a hash, among which it was not; in the last byte the bits of its text and of what comes after.
    tail: u64,
}

impl Key {
    /// No text is like that.
    const NONE: Self = Self { text: 0, hash: 0, tail: u8::MAX as u64 };

    #[inline]
    fn n_bits(self) -> u32 {
        u32::from(self.tail as u8)
    }
}

/// What the cache has of a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cached {
    place: Option<usize>,
    /// See [`Key::tail`].
    tail: u64,
}

impl Cached {
    /// Whether the key was not among the keys before it when they had this hash.
    #[inline]
    pub(super) fn is_after(self, keys: u64) -> bool {
        (self.tail ^ keys) <= u64::from(u8::MAX)
    }
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
        let mut place = place(text, message, number);
        if !self.has(place, text) {
            place = self.beside(place, text)?;
        }
        let key = self.0.get(place)?;
        let length = key.n_bits() as usize / 8 - N_AFTER;
        Some((at..at + length, key.hash, Cached { place: Some(place), tail: key.tail }))
    }

    /// Whether the key at a place is how a text begins.
    #[inline(always)]
    fn has(&self, place: usize, text: &[u8; WIDTH]) -> bool {
        // A key has no control characters, so that it does not go on in the next line.
        self.0.get(place).is_some_and(|key| {
            (u128::from_le_bytes(*text) ^ key.text).trailing_zeros() >= key.n_bits()
        })
    }

    /// Of a hundred keys of a message a few have one place, and one of them has gone to the place beside it.
    #[cold]
    fn beside(&self, place: usize, text: &[u8; WIDTH]) -> Option<usize> {
        self.has(place ^ 1, text).then_some(place ^ 1)
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
            self.0.resize(N_PLACES, Key::NONE);
            let mask = u128::MAX >> (8 * (WIDTH - width));
            let place = place(text, message, number);
            let text = u128::from_le_bytes(*text) & mask;
            let key = Key { text, hash, tail: 8 * width as u64 };
            self.0[place ^ 1] = std::mem::replace(&mut self.0[place], key);
        }
        hash
    }

    /// Remembers that a key is not among those before it.
    pub(super) fn confirm(&mut self, cached: Cached, after: u64) {
        if let Some(key) = cached.place.and_then(|place| self.0.get_mut(place)) {
            key.tail = after & !u64::from(u8::MAX) | u64::from(key.n_bits());
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
