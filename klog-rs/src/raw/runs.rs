//! Escaping a run at a time: bytes that stay as they are are copied together, so that a text costs what its length and its
//! escapes cost.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128i, __m256i};

#[cfg(target_arch = "x86_64")]
use super::marks::vectors;
use super::marks::{BLOCK, Rule, WINDOW};

/// What a block may take: its bytes may all be escaped, in up to six bytes each, the last of them may begin a character
/// that takes ten, and the last copy is of sixteen.
const ROOM: usize = BLOCK * 6 + 32;

/// Appends a text with its escapes; says whether it came to its end.
///
/// The text is one of whole characters; of other bytes something is written.
#[inline(never)]
pub(crate) fn escape<R: Rule>(text: &[u8], out: &mut Vec<u8>) -> bool {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has them.
        unsafe { escape_by_32::<R>(text, out) }
    } else {
        escape_by_16::<R>(text, out)
    }
    #[cfg(not(target_arch = "x86_64"))]
    escape_bytewise::<R>(text, out)
}

/// The same, 32 bytes at a time.
///
/// # Safety
///
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2")]
unsafe fn escape_by_32<R: Rule>(text: &[u8], out: &mut Vec<u8>) -> bool {
    // SAFETY: the caller's promise.
    escape_by::<R>(|window| unsafe { vectors::marks::<R, __m256i>(window) }, text, out)
}

/// The same, sixteen bytes at a time.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
pub(crate) fn escape_by_16<R: Rule>(text: &[u8], out: &mut Vec<u8>) -> bool {
    // SAFETY: every x86_64 has these instructions.
    escape_by::<R>(|window| unsafe { vectors::marks::<R, __m128i>(window) }, text, out)
}

/// The same as machines without vectors do it.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline(never)]
pub(crate) fn escape_bytewise<R: Rule>(text: &[u8], out: &mut Vec<u8>) -> bool {
    escape_by::<R>(super::marks::bytes::marks::<R>, text, out)
}

#[inline(always)]
fn escape_by<R: Rule>(
    marks: impl Fn(&[u8; WINDOW]) -> u64,
    text: &[u8],
    out: &mut Vec<u8>,
) -> bool {
    out.reserve(text.len() + ROOM);
    let mut at = 0;
    while let Some((window, _)) = text[at..].split_first_chunk::<WINDOW>() {
        let Some(n_bytes) = block::<R>(marks(window), window, BLOCK, out) else { return false };
        at += n_bytes;
    }
    // What is left is copied to where a window can be read.
    let rest = &text[at..];
    let mut last = [b' '; 2 * WINDOW];
    last[..rest.len()].copy_from_slice(rest);
    let mut at = 0;
    while at < rest.len() {
        let window = last[at..].first_chunk::<WINDOW>().expect("less than two blocks are left");
        let Some(n_bytes) = block::<R>(marks(window), window, rest.len() - at, out) else {
            return false;
        };
        at += n_bytes;
    }
    true
}

/// Appends the first `len` bytes of a window, at most a block; gives how many bytes were done, or nothing where the work ends.
///
/// A character that begins in the block is done as a whole.
#[inline(always)]
fn block<R: Rule>(
    marks: u64,
    window: &[u8; WINDOW],
    len: usize,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let len = len.min(BLOCK);
    out.reserve(ROOM);
    let mut marks = marks & (u64::MAX >> (BLOCK - len));
    // SAFETY: there is room for `ROOM` bytes after the end. Each run and each escape is of bytes of the window that no
    // other is of, so that no more than `ROOM` are written, what the last copy writes after them included.
    unsafe {
        let start = out.as_mut_ptr().add(out.len());
        let mut to = start;
        let mut run = 0;
        while marks != 0 {
            let at = marks.trailing_zeros() as usize;
            marks &= marks - 1;
            let byte = window[at];
            let Some(escape) = R::ASCII.get(usize::from(byte)) else {
                let (code, n_bytes) = decode(window, at);
                if R::is_escaped(code) {
                    to = hex(code, copy(window, run, at, to));
                    run = at + n_bytes;
                    // What is no text may have marks within a character.
                    marks &= u64::MAX.checked_shl(run as u32).unwrap_or(0);
                }
                continue;
            };
            if R::STOPS_AT_LINE_BREAK && byte == b'\n' {
                return None;
            }
            if escape[7] != 0 {
                to = copy(window, run, at, to);
                to.cast::<[u8; 8]>().write(*escape);
                to = to.add(usize::from(escape[7]));
                run = at + 1;
            }
        }
        let done = len.max(run);
        if run < len {
            to = copy(window, run, len, to);
        }
        out.set_len(out.len() + to.offset_from_unsigned(start));
        Some(done)
    }
}

/// Copies bytes of a block in chunks of sixteen and gives the place after them.
///
/// # Safety
///
/// There must be room for the bytes and fifteen more at `to`, and `first <= end <= BLOCK`.
#[inline(always)]
unsafe fn copy(window: &[u8; WINDOW], first: usize, end: usize, to: *mut u8) -> *mut u8 {
    let mut at = first;
    // SAFETY: a chunk begins in front of the end, at most at `BLOCK`, and a window has sixteen bytes after that.
    unsafe {
        loop {
            let chunk = window.as_ptr().add(at).cast::<[u8; 16]>().read();
            to.add(at - first).cast::<[u8; 16]>().write(chunk);
            at += 16;
            if at >= end {
                return to.add(end - first);
            }
        }
    }
}

/// The character that begins at a place of the block, and how many bytes it has.
#[inline(always)]
fn decode(window: &[u8; WINDOW], at: usize) -> (u32, usize) {
    let low = |further: usize| u32::from(window[at + further] & 0x3f);
    let first = u32::from(window[at]);
    if first < 0xe0 {
        ((first & 0x1f) << 6 | low(1), 2)
    } else if first < 0xf0 {
        ((first & 0xf) << 12 | low(1) << 6 | low(2), 3)
    } else {
        ((first & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4)
    }
}

/// Writes `\uNNNN` or `\UNNNNNNNN` and gives the place after it.
///
/// # Safety
///
/// There must be room for ten bytes at `to`.
#[inline(never)]
unsafe fn hex(code: u32, to: *mut u8) -> *mut u8 {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (letter, n_digits) = if code < 0x1_0000 { (b'u', 4) } else { (b'U', 8) };
    // SAFETY: two bytes and up to eight are written.
    unsafe {
        to.cast::<[u8; 2]>().write([b'\\', letter]);
        for digit in 0..n_digits {
            let value = code >> (4 * (n_digits - 1 - digit)) & 0xf;
            to.add(2 + digit).write(HEX[value as usize]);
        }
        to.add(2 + n_digits)
    }
}
