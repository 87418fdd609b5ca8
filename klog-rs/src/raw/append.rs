//! Appending short pieces to a buffer: room is made once for all of them, none of them is a call of `memcpy`, and whether
//! a text has to be quoted is found on the way.
//!
//! A line consists of a dozen pieces of a few bytes, so that `Vec::extend_from_slice`, which checks the room and calls
//! `memcpy` for each, costs more than all the rest of an encoder.

use std::ptr;

use super::odd::Odd;

/// Text that can stand in a line only if it is plain, see [`is_plain`].
#[derive(Clone, Copy)]
pub(crate) struct IfPlain<'a>(pub(crate) &'a str);

/// Appends the pieces, one behind the other.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u8>, pieces: impl Pieces) {
    let _ = append_if_plain(out, pieces);
}

/// Appends the pieces if all texts among them are plain; else it appends nothing and says so.
#[inline(always)]
#[must_use = "if it says no, nothing was appended"]
pub(crate) fn append_if_plain(out: &mut Vec<u8>, pieces: impl Pieces) -> bool {
    let n_bytes = pieces.n_bytes();
    out.reserve(n_bytes);
    // SAFETY: there is room for all bytes.
    unsafe { write::<false>(out, pieces, n_bytes) }
}

/// The same, but it also says no where the pieces are many bytes or the buffer has no room for them.
///
/// So it calls no function, and has no registers to save.
#[inline(always)]
#[must_use = "if it says no, nothing was appended"]
pub(crate) fn append_short(out: &mut Vec<u8>, pieces: impl Pieces) -> bool {
    let n_bytes = pieces.n_bytes();
    if n_bytes > SHORT || n_bytes > out.capacity() - out.len() {
        return false;
    }
    // SAFETY: there is room for all bytes, which are not too many.
    unsafe { write::<true>(out, pieces, n_bytes) }
}

/// Appends bytes of which most calls have few.
#[inline(always)]
pub(crate) fn append_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    #[cold]
    #[inline(never)]
    fn append_many(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend_from_slice(bytes);
    }
    if !append_short(out, bytes) {
        append_many(out, bytes);
    }
}

/// Up to this many bytes are copied in place; for more a call of `memcpy` is worth it.
const SHORT: usize = 256;

/// # Safety
///
/// There must be room for `n_bytes` more, and so many the pieces must have, which are up to [`SHORT`] if they are short.
#[inline(always)]
unsafe fn write<const ARE_SHORT: bool>(
    out: &mut Vec<u8>,
    pieces: impl Pieces,
    n_bytes: usize,
) -> bool {
    let len = out.len();
    // SAFETY: the room is the caller's. The buffer is borrowed mutably, so that no piece overlaps it. Where a text is not
    // plain, what was written is behind the buffer's end.
    unsafe {
        let (_, odd) = pieces.write::<ARE_SHORT>(out.as_mut_ptr().add(len), Odd::NONE);
        if odd.is_none() {
            out.set_len(len + n_bytes);
        }
        odd.is_none()
    }
}

/// The sum of two lengths; one that is too large for a number becomes one that no buffer has room for.
#[inline(always)]
fn sum(one: usize, other: usize) -> usize {
    if cfg!(target_pointer_width = "64") {
        // The pieces lie in memory, of which no such machine has as much as 64 bits can count, times seven.
        one + other
    } else {
        // The same slice may be given several times.
        one.saturating_add(other)
    }
}

/// A piece of a line, or several in a tuple: bytes, or [`IfPlain`].
///
/// # Safety
///
/// `write` must write as many bytes as `n_bytes` says, and no others.
pub(crate) unsafe trait Pieces: Copy {
    /// A sum that is too large for a number, as the same slice may be given several times, is one that no buffer has
    /// room for.
    fn n_bytes(self) -> usize;

    /// Writes all bytes and gives the place behind them; adds to `odd` the bytes of texts that are not plain.
    ///
    /// # Safety
    ///
    /// There must be room for the bytes at `to`, outside of the pieces, and not more than [`SHORT`] if they are short.
    unsafe fn write<const ARE_SHORT: bool>(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd);
}

// SAFETY: all bytes of the slice are copied.
unsafe impl Pieces for &[u8] {
    #[inline(always)]
    fn n_bytes(self) -> usize {
        self.len()
    }

    #[inline(always)]
    unsafe fn write<const ARE_SHORT: bool>(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            copy::<ARE_SHORT>(self, to);
            (to.add(self.len()), odd)
        }
    }
}

// SAFETY: all bytes of the array are copied.
unsafe impl<const N: usize> Pieces for &[u8; N] {
    #[inline(always)]
    fn n_bytes(self) -> usize {
        N
    }

    #[inline(always)]
    unsafe fn write<const ARE_SHORT: bool>(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            to.cast::<[u8; N]>().write(*self);
            (to.add(N), odd)
        }
    }
}

// SAFETY: all bytes of the text are copied.
unsafe impl Pieces for IfPlain<'_> {
    #[inline(always)]
    fn n_bytes(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    unsafe fn write<const ARE_SHORT: bool>(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            let found = copy_and_look(self.0.as_bytes(), to);
            (to.add(self.0.len()), odd.or(found))
        }
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        tuples! { @ $($name)+ }
        tuples! { < $($name)+ }
    };
    (@ $($name:ident)+) => {
        // SAFETY: the pieces are written one behind the other.
        unsafe impl<$($name: Pieces),+> Pieces for ($($name,)+) {
            #[inline(always)]
            fn n_bytes(self) -> usize {
                #[expect(non_snake_case, reason = "the names are those of the types")]
                let ($($name,)+) = self;
                let n_bytes = 0;
                $(let n_bytes = sum(n_bytes, $name.n_bytes());)+
                n_bytes
            }

            #[inline(always)]
            unsafe fn write<const ARE_SHORT: bool>(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
                #[expect(non_snake_case, reason = "the names are those of the types")]
                let ($($name,)+) = self;
                // SAFETY: the room at `to` is that of all pieces, by the caller's contract.
                $(let (to, odd) = unsafe { $name.write::<ARE_SHORT>(to, odd) };)+
                (to, odd)
            }
        }
    };
    (< $first:ident) => {};
    (< $first:ident $($name:ident)+) => {
        tuples! { $($name)+ }
    };
}

tuples! { A B C D E F G }

/// Whether `text` can stand between quotes as it is, in text and in JSON: printable ASCII without `"` and `\`.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // The last bytes are looked at together with bytes before them.
    if let Some(last) = text.last_chunk::<16>() {
        let (chunks, _) = text.as_chunks::<16>();
        chunks.iter().fold(Odd::of_16(last), |odd, chunk| odd.or(Odd::of_16(chunk))).is_none()
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        Odd::of_8(u64::from_ne_bytes(*first), u64::from_ne_bytes(*last)).is_none()
    } else {
        let mut few = [b' '; 8];
        few.iter_mut().zip(text).for_each(|(to, byte)| *to = *byte);
        let few = u64::from_ne_bytes(few);
        Odd::of_8(few, few).is_none()
    }
}

/// Copies up to 32 bytes as two words, which may overlap, and up to [`SHORT`] in chunks.
///
/// # Safety
///
/// There must be room for all of `from` at `to`, outside of `from`.
#[inline(always)]
unsafe fn copy<const IS_SHORT: bool>(from: &[u8], to: *mut u8) {
    let n_bytes = from.len();
    // SAFETY: each length is one that the function takes, and the room is the caller's.
    unsafe {
        if n_bytes >= 16 {
            if n_bytes <= 32 {
                copy_ends::<[u8; 16]>(from, to);
            } else if IS_SHORT || n_bytes <= SHORT {
                copy_chunks::<32>(from, to, |_| {});
            } else {
                ptr::copy_nonoverlapping(from.as_ptr(), to, n_bytes);
            }
        } else if n_bytes >= 8 {
            copy_ends::<[u8; 8]>(from, to);
        } else if n_bytes >= 4 {
            copy_ends::<[u8; 4]>(from, to);
        } else if n_bytes > 0 {
            copy_three(from, to);
        }
    }
}

/// The same, and says whether a byte among them has to be quoted.
///
/// # Safety
///
/// That of [`copy`].
#[inline(always)]
unsafe fn copy_and_look(from: &[u8], to: *mut u8) -> Odd {
    let n_bytes = from.len();
    // SAFETY: each length is one that the function takes, and the room is the caller's.
    unsafe {
        if n_bytes >= 16 {
            let mut odd = Odd::NONE;
            copy_chunks::<16>(from, to, |chunk| odd = odd.or(Odd::of_16(chunk)));
            odd
        } else if n_bytes >= 8 {
            let (first, last) = copy_ends::<[u8; 8]>(from, to);
            Odd::of_8(u64::from_ne_bytes(first), u64::from_ne_bytes(last))
        } else if n_bytes >= 4 {
            let (first, last) = copy_ends::<[u8; 4]>(from, to);
            let (first, last) = (u32::from_ne_bytes(first), u32::from_ne_bytes(last));
            let both = u64::from(first) | u64::from(last) << 32;
            Odd::of_8(both, both)
        } else if n_bytes > 0 {
            let three = copy_three(from, to);
            Odd::of_8(three, three)
        } else {
            Odd::NONE
        }
    }
}

/// Copies `N` bytes at a time, of which the last may overlap those before, and shows them to `each`.
///
/// # Safety
///
/// That of [`copy`], and a length of at least `N`.
#[inline(always)]
unsafe fn copy_chunks<const N: usize>(from: &[u8], to: *mut u8, mut each: impl FnMut(&[u8; N])) {
    let last = from.len() - N;
    let mut at = 0;
    // SAFETY: no chunk begins behind the last one, which ends with the slice.
    unsafe {
        loop {
            let chunk = from.as_ptr().add(at).cast::<[u8; N]>().read();
            each(&chunk);
            to.add(at).cast::<[u8; N]>().write(chunk);
            if at == last {
                break;
            }
            at = last.min(at + N);
        }
    }
}

/// Copies the first and the last bytes of a slice that is not shorter than `W`, and at most twice as long.
///
/// # Safety
///
/// That of [`copy`], and those lengths.
#[inline(always)]
unsafe fn copy_ends<W: Copy>(from: &[u8], to: *mut u8) -> (W, W) {
    let last = from.len() - size_of::<W>();
    // SAFETY: both ends lie within `from` and within the room at `to`, by the caller's contract.
    unsafe {
        let first_word = from.as_ptr().cast::<W>().read_unaligned();
        let last_word = from.as_ptr().add(last).cast::<W>().read_unaligned();
        to.cast::<W>().write_unaligned(first_word);
        to.add(last).cast::<W>().write_unaligned(last_word);
        (first_word, last_word)
    }
}

/// Copies one, two or three bytes and gives them with blanks behind them.
///
/// # Safety
///
/// That of [`copy`], and those lengths.
#[inline(always)]
unsafe fn copy_three(from: &[u8], to: *mut u8) -> u64 {
    let (middle, last) = (from.len() / 2, from.len() - 1);
    let bytes = [from[0], from[middle], from[last]];
    // SAFETY: all three lie within the room at `to`, by the caller's contract.
    unsafe {
        to.write(bytes[0]);
        to.add(middle).write(bytes[1]);
        to.add(last).write(bytes[2]);
    }
    let [a, b, c] = bytes.map(u64::from);
    u64::from_ne_bytes([b' '; 8]) & !0xff_ffff | a | b << 8 | c << 16
}

#[cfg(test)]
mod tests {
    use super::{IfPlain, append, append_if_plain, append_short, is_plain};

    /// Every length of pieces around the bounds of the copies, in a buffer without room to spare.
    #[test]
    fn pieces_stand_one_behind_the_other() {
        let source: Vec<u8> = (0..=255).chain(0..=255).collect();
        for first in (0..70).chain([255, 256, 257, 270]) {
            for second in [0, 1, 2, 3, 4, 7, 8, 15, 16, 29] {
                let pieces = [&source[..first], &source[first..first + second], b"\n"];
                let mut line = b"before".to_vec();
                line.shrink_to_fit();
                append(&mut line, (pieces[0], pieces[1], pieces[2]));
                assert_eq!(line, [b"before", pieces[0], pieces[1], pieces[2]].concat());
            }
        }
    }

    /// Every character up to U+00FF at every place of texts of every length up to four chunks.
    #[test]
    fn an_odd_byte_is_found_wherever_it_stands() {
        for length in (0..=64).chain([255, 256, 257, 300]) {
            for at in 0..length {
                for char in '\0'..='\u{ff}' {
                    let mut text = "a".repeat(length);
                    text.replace_range(at..=at, char.encode_utf8(&mut [0; 2]));
                    let expected = matches!(char, ' '..='~') && !matches!(char, '"' | '\\');
                    let mut line = b"=".to_vec();
                    let appended = append_if_plain(&mut line, (IfPlain(&text), b";"));
                    assert_eq!(
                        (appended, is_plain(text.as_bytes())),
                        (expected, expected),
                        "{text:?}"
                    );
                    let mut short = Vec::with_capacity(length * 2 + 1);
                    let is_short = append_short(&mut short, (IfPlain(&text), b";"));
                    assert_eq!(is_short, expected && length < 256, "{text:?}");
                    assert_eq!(short.len(), if is_short { length + 1 } else { 0 });
                    let line_after = if expected { format!("={text};") } else { "=".to_owned() };
                    assert_eq!(line, line_after.as_bytes());
                }
            }
        }
    }
}
