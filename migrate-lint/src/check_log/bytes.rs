//! Scans of bytes, eight at a time: the inner loops of both parsers.

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;

/// The first byte at or behind `at` that means something inside quotes: `"`, `\` or a control character below 0x20.
/// The length of `bytes` when there is none.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let found = control(word) | equal(word, b'"') | equal(word, b'\\');
        if found != 0 {
            // Borrows run upwards only, so that the lowest mark is right.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Whether a byte is above ASCII.
#[inline]
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// The first control character below 0x20 or DEL, if any.
#[inline]
pub(super) fn control_at(bytes: &[u8]) -> Option<usize> {
    // A fold without an exit is what compilers make vectors of.
    let any = bytes.iter().fold(false, |any, &byte| any | (byte < 0x20) | (byte == 0x7f));
    if !any {
        return None;
    }
    bytes.iter().position(|&byte| byte < 0x20 || byte == 0x7f)
}

/// A hash for tables of this process; not proof against people who look for collisions, which cost figures only.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = bytes.len() as u64;
    let mut at = 0;
    while let Some(word) = word(bytes, at) {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
        at += 8;
    }
    let mut last = 0;
    for &byte in bytes.get(at..).unwrap_or_default() {
        last = last << 8 | u64::from(byte);
    }
    hash = (hash.rotate_left(23) ^ last).wrapping_mul(FACTOR);
    hash ^ hash >> 29
}

/// Whether eight bytes are those of `pattern`, in which `0` stands for any digit.
#[inline]
pub(super) fn fits(bytes: &[u8], at: usize, pattern: &[u8; 8]) -> bool {
    let Some(word) = word(bytes, at) else { return false };
    let mut limits = [0x7f; 8];
    for (limit, &byte) in limits.iter_mut().zip(pattern) {
        if byte == b'0' {
            *limit = 0x7f - 9;
        }
    }
    let difference = word ^ u64::from_le_bytes(*pattern);
    // A byte overflows into its high bit when it is more than 9 at a digit, more than 0 elsewhere.
    let over = (difference & !HIGH).wrapping_add(u64::from_le_bytes(limits));
    (difference | over) & HIGH == 0
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*eight))
}

#[inline]
fn control(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * u64::from(byte));
    zero.wrapping_sub(ONES) & !zero & HIGH
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
            }
        }
    }

    #[test]
    fn patterns_take_digits_and_nothing_else() {
        for digit in 0..=255_u8 {
            let bytes = [b'0', digit, b':', b'9', b'5', b'.', b'1', b' '];
            assert_eq!(fits(&bytes, 0, b"00:00.0 "), digit.is_ascii_digit(), "{digit}");
            let bytes = [b'0', b'1', digit, b'9', b'5', b'.', b'1', b' '];
            assert_eq!(fits(&bytes, 0, b"00:00.0 "), digit == b':', "{digit}");
        }
    }
}
