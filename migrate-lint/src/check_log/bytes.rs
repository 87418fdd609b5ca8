//! Scans of bytes, eight at a time: the inner loops of both parsers.

use crate::call::Span;
use crate::work;

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;
const QUOTE: u64 = b'"' as u64;
const BACKSLASH: u64 = b'\\' as u64;

/// The first byte at or after `at` that means something inside quotes: `"`, `\` or a control character below 0x20.
/// The length of `bytes` when there is none.
#[inline]
pub(super) fn string_end(bytes: &[u8], at: usize) -> usize {
    first(bytes, at, string_marks, |byte| byte < 0x20 || byte == b'"' || byte == b'\\')
}

/// The same, sooner where strings are long, as values are; keys are short.
#[inline(always)]
pub(super) fn long_string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(words) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        work::count(2);
        let words = u128::from_le_bytes(*words);
        let (low, high) = (string_marks(words as u64), string_marks((words >> 64) as u64));
        if low | high != 0 {
            // Borrows run upwards only, so that the lowest mark is right.
            let (from, marks) = if low == 0 { (at + 8, high) } else { (at, low) };
            return from + (marks.trailing_zeros() / 8) as usize;
        }
        at += 16;
    }
    short_string_end(bytes, at)
}

/// The same among eight bytes, if it is there.
#[inline(always)]
pub(super) fn string_end_in(bytes: &[u8; 8]) -> Option<usize> {
    work::count(1);
    let marks = string_marks(u64::from_le_bytes(*bytes));
    (marks != 0).then(|| (marks.trailing_zeros() / 8) as usize)
}

/// The same where a line ends soon.
fn short_string_end(bytes: &[u8], at: usize) -> usize {
    string_end(bytes, at)
}

/// Marks of the bytes that string scans end at. No byte that is looked for has a high bit, so it is asked for once.
#[inline]
fn string_marks(word: u64) -> u64 {
    (word.wrapping_sub(ONES * 0x20)
        | zeros(word ^ (ONES * QUOTE))
        | zeros(word ^ (ONES * BACKSLASH)))
        & !word
        & HIGH
}

/// The first byte at or after `at` that ends a raw key: `=`, `"`, a space or a control character.
/// The length of `bytes` when there is none.
#[inline]
pub(super) fn key_end(bytes: &[u8], at: usize) -> usize {
    name_end(bytes, at, b'=')
}

/// The first byte at or after `at` that ends a file name: `:`, `"`, a space or a control character.
/// The length of `bytes` when there is none.
#[inline]
pub(super) fn file_end(bytes: &[u8], at: usize) -> usize {
    name_end(bytes, at, b':')
}

#[inline(always)]
fn name_end(bytes: &[u8], at: usize, end: u8) -> usize {
    first(
        bytes,
        at,
        |word| {
            (word.wrapping_sub(ONES * 0x21)
                | zeros(word ^ (ONES * u64::from(end)))
                | zeros(word ^ (ONES * QUOTE))
                | zeros(word ^ (ONES * 0x7f)))
                & !word
                & HIGH
        },
        |byte| byte == end || matches!(byte, b'"' | 0..=b' ' | 0x7f),
    )
}

/// The first byte at or after `at` that is marked; the two functions mark the same bytes.
#[inline(always)]
fn first(
    bytes: &[u8],
    mut at: usize,
    marks: impl Fn(u64) -> u64,
    is_marked: impl Fn(u8) -> bool,
) -> usize {
    while let Some(word) = word(bytes, at) {
        work::count(1);
        let found = marks(word);
        if found != 0 {
            // Borrows run upwards only, so that the lowest mark is right.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        work::count(1);
        if is_marked(byte) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// The first control character below 0x20 or DEL, if any.
#[inline]
pub(super) fn control_at(bytes: &[u8]) -> Option<usize> {
    work::count(bytes.len().div_ceil(8));
    // A fold without an exit is what compilers make vectors of.
    let any = bytes.iter().fold(false, |any, &byte| any | (byte < 0x20) | (byte == 0x7f));
    if !any {
        return None;
    }
    bytes.iter().position(|&byte| byte < 0x20 || byte == 0x7f)
}

/// The decimal number in `bytes`, which are digits; 0 when it is too large.
#[inline]
pub(super) fn number(bytes: &[u8]) -> u32 {
    let digit = |number: u32, byte: &u8| number.checked_mul(10)?.checked_add(u32::from(byte & 15));
    bytes.iter().try_fold(0, digit).unwrap_or(0)
}

/// A hash of `bytes[span]` for tables of this process; not proof against people who look for collisions, which cost
/// figures only.
#[inline]
pub(super) fn hash(bytes: &[u8], span: &Span) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    work::count(1 + span.len() / 8);
    let mut hash = (span.len() as u64).wrapping_mul(FACTOR);
    let mut at = span.start;
    while at + 8 <= span.end {
        let Some(word) = word(bytes, at) else { break };
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
        at += 8;
    }
    let n_left = span.end.saturating_sub(at);
    let last = match word(bytes, at) {
        // Bytes after the span are masked; a shift by 64 is avoided for an empty rest.
        Some(word) => word & !(u64::MAX << (n_left * 8)),
        None => {
            let rest = bytes.get(at..span.end).unwrap_or_default();
            rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte))
        }
    };
    hash = (hash.rotate_left(23) ^ last).wrapping_mul(FACTOR);
    hash ^ hash >> 29
}

/// Eight bytes in which some are any digit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    bytes: u64,
    limits: u64,
}

impl Pattern {
    /// `0` stands for any digit.
    pub(super) const fn new(pattern: &[u8; 8]) -> Self {
        let mut limits = [0x7f; 8];
        let mut index = 0;
        while index < 8 {
            if pattern[index] == b'0' {
                limits[index] = 0x7f - 9;
            }
            index += 1;
        }
        Self { bytes: u64::from_le_bytes(*pattern), limits: u64::from_le_bytes(limits) }
    }

    /// Whether the bytes from `at` on are like this.
    #[inline]
    pub(super) fn fits(self, bytes: &[u8], at: usize) -> bool {
        word(bytes, at).is_some_and(|word| self.is(word))
    }

    /// The same after any number of spaces instead of the first digits.
    #[inline]
    pub(super) fn fits_padded(self, bytes: &[u8], at: usize) -> bool {
        let Some(word) = word(bytes, at) else { return false };
        // The first byte that is no space; marks above it may be wrong.
        let others = (word ^ (ONES * u64::from(b' '))).trailing_zeros() & !7;
        let spaces = !u64::MAX.checked_shl(others).unwrap_or(0);
        // A space and this bit is `0`.
        self.is(word | (spaces & (ONES * 0x10) & (u64::MAX >> 8)))
    }

    #[inline]
    fn is(self, word: u64) -> bool {
        let difference = word ^ self.bytes;
        // A byte overflows into its high bit when it is more than 9 at a digit, more than 0 elsewhere.
        let over = (difference & !HIGH).wrapping_add(self.limits);
        (difference | over) & HIGH == 0
    }
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*eight))
}

/// High bits where a byte is zero, and where it has one itself.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES)
}

/// How many digits there are from `at` on, if they are less than eight and something follows them.
#[inline]
pub(super) fn n_digits(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = word(bytes, at)? ^ (ONES * u64::from(b'0'));
    // A byte that is no digit is more than 9 now.
    let others = (digits | (digits & !HIGH).wrapping_add(ONES * 0x76)) & HIGH;
    (others != 0).then(|| (others.trailing_zeros() / 8) as usize)
}

/// How many digits there are from `at` on, however many they are.
#[inline]
pub(super) fn all_digits(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        match n_digits(bytes, end) {
            Some(n_digits) => return end + n_digits - at,
            None if word(bytes, end).is_some() => end += 8,
            None => break,
        }
    }
    let rest = bytes.get(end..).unwrap_or_default();
    end - at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_a_simple_loop_says() {
        for text in [
            "",
            "\"",
            "abcdefgh\"",
            "abcdefg\\abc",
            "aé\u{80}ÿ\u{1f}bcdefghijk\"",
            "abcdefghijklmnop",
        ] {
            for start in 0..=text.len() {
                let simple = text.as_bytes()[start..]
                    .iter()
                    .position(|byte| *byte < 0x20 || b"\"\\".contains(byte))
                    .map_or(text.len(), |at| at + start);
                assert_eq!(string_end(text.as_bytes(), start), simple, "{text:?} from {start}");
                assert_eq!(
                    long_string_end(text.as_bytes(), start),
                    simple,
                    "{text:?} from {start}"
                );
            }
        }
    }

    #[test]
    fn digits_are_counted() {
        for byte in 0..=255_u8 {
            for at in 0..8 {
                let mut bytes = *b"01234567";
                bytes[at] = byte;
                let expected = (!byte.is_ascii_digit()).then_some(at);
                assert_eq!(n_digits(&bytes, 0), expected, "{byte} at {at}");
                let more = [*b"76543210", bytes, *b"98 65432"].concat();
                let n_more = expected.map_or(18, |n_digits| 8 + n_digits);
                assert_eq!(all_digits(&more, 0), n_more, "{byte} at {at}");
                assert_eq!(all_digits(&more[..12], 0), n_more.min(12), "{byte} at {at}");
            }
        }
        assert_eq!(n_digits(b"12 ", 0), None);
    }

    #[test]
    fn a_hash_depends_on_the_span_alone() {
        let text = b"abcdefghijklmnopqrstuvwxyz";
        for end in 3..text.len() {
            assert_eq!(hash(text, &(3..end)), hash(&text[3..end], &(0..end - 3)));
            assert_ne!(hash(text, &(3..end)), hash(text, &(3..end + 1)));
        }
    }

    #[test]
    fn patterns_take_digits_and_nothing_else() {
        const PATTERN: Pattern = Pattern::new(b"00:00.0 ");
        for digit in 0..=255_u8 {
            let bytes = [b'0', digit, b':', b'9', b'5', b'.', b'1', b' '];
            assert_eq!(PATTERN.fits(&bytes, 0), digit.is_ascii_digit(), "{digit}");
            let bytes = [b'0', b'1', digit, b'9', b'5', b'.', b'1', b' '];
            assert_eq!(PATTERN.fits(&bytes, 0), digit == b':', "{digit}");
        }
    }
}
