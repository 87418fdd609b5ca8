//! Pieces of a line: how many bytes each of them takes, and how it is copied without a call of `memcpy`.

use super::odd::Odd;

/// Text that can be in a line only if it is plain, see [`is_plain`].
#[derive(Clone, Copy)]
pub(crate) struct IfPlain<'a>(pub(crate) &'a str);

/// The same, and `<`, `>` and `&` are not plain either.
#[derive(Clone, Copy)]
pub(crate) struct IfPlainHtml<'a>(pub(crate) &'a str);

/// The first `N` bytes of sixteen, which are copied at once; those after them are overwritten by what follows.
#[derive(Clone, Copy)]
pub(crate) struct Prefix16<'a, const N: usize>(pub(crate) &'a [u8; 16]);

/// Up to eight bytes, which are copied at once as well.
#[derive(Clone, Copy)]
pub(crate) struct Short8 {
    pub(crate) bytes: [u8; 8],
    /// More than eight are eight.
    pub(crate) len: usize,
}

/// A short text with bytes of no account after it, so that it is copied without a look at its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Padded31 {
    bytes: [u8; Padded31::MAX],
    /// Up to [`Padded31::MAX`].
    len: u8,
}

impl Padded31 {
    const MAX: usize = 31;

    /// The text, if it is short enough.
    pub(crate) fn new(text: &[u8]) -> Option<Padded31> {
        let mut bytes = [b' '; Padded31::MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Padded31 { bytes, len: text.len() as u8 })
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

/// A piece of a line, or several in a tuple.
///
/// # Safety
///
/// `write` must write no byte outside of the room that `room` asks for, and must have written all bytes in front of the
/// place that it gives.
pub(crate) unsafe trait Pieces: Copy {
    /// How many bytes may be written.
    fn room(self) -> usize;

    /// Writes all bytes and gives the place after them; adds to `odd` the bytes of texts that are not plain.
    ///
    /// # Safety
    ///
    /// There must be room for the bytes at `to`, outside of the pieces.
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd);
}

// SAFETY: all bytes of the slice are copied.
unsafe impl Pieces for &[u8] {
    #[inline(always)]
    fn room(self) -> usize {
        self.len()
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            copy(self, to);
            (to.add(self.len()), odd)
        }
    }
}

// SAFETY: all bytes of the array are copied.
unsafe impl<const N: usize> Pieces for &[u8; N] {
    #[inline(always)]
    fn room(self) -> usize {
        N
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
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
    fn room(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            let found = copy_and_look::<false>(self.0.as_bytes(), to);
            (to.add(self.0.len()), odd.or(found))
        }
    }
}

// SAFETY: all bytes of the text are copied.
unsafe impl Pieces for IfPlainHtml<'_> {
    #[inline(always)]
    fn room(self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract; the end of the room is a place that a pointer may have.
        unsafe {
            let found = copy_and_look::<true>(self.0.as_bytes(), to);
            (to.add(self.0.len()), odd.or(found))
        }
    }
}

// SAFETY: sixteen bytes are copied, of which the place after the first ones is given.
unsafe impl<const N: usize> Pieces for Prefix16<'_, N> {
    #[inline(always)]
    fn room(self) -> usize {
        const { assert!(N <= 16, "there are sixteen bytes") };
        16
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract, and `N` is not more than sixteen.
        unsafe {
            to.cast::<[u8; 16]>().write(*self.0);
            (to.add(N), odd)
        }
    }
}

// SAFETY: eight bytes are copied, of which a place among them or after them is given.
unsafe impl Pieces for Short8 {
    #[inline(always)]
    fn room(self) -> usize {
        8
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract.
        unsafe {
            to.cast::<[u8; 8]>().write(self.bytes);
            (to.add(self.len.min(8)), odd)
        }
    }
}

// SAFETY: all bytes are copied, of which the place after the text is given.
unsafe impl Pieces for &Padded31 {
    #[inline(always)]
    fn room(self) -> usize {
        Padded31::MAX
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
        // SAFETY: the caller's contract, and the length is not more than `Padded31::MAX`.
        unsafe {
            to.cast::<[u8; Padded31::MAX]>().write(self.bytes);
            (to.add(usize::from(self.len)), odd)
        }
    }
}

macro_rules! tuples {
    ($($name:ident)+) => {
        tuples! { @ $($name)+ }
        tuples! { < $($name)+ }
    };
    (@ $($name:ident)+) => {
        // SAFETY: the pieces are written one after the other.
        unsafe impl<$($name: Pieces),+> Pieces for ($($name,)+) {
            #[inline(always)]
            fn room(self) -> usize {
                #[expect(non_snake_case, reason = "the names are those of the types")]
                let ($($name,)+) = self;
                let room = 0;
                $(let room = sum(room, $name.room());)+
                room
            }

            #[inline(always)]
            unsafe fn write(self, to: *mut u8, odd: Odd) -> (*mut u8, Odd) {
                #[expect(non_snake_case, reason = "the names are those of the types")]
                let ($($name,)+) = self;
                // SAFETY: the room at `to` is that of all pieces, by the caller's contract.
                $(let (to, odd) = unsafe { $name.write(to, odd) };)+
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

/// Whether `text` can be between quotes as it is, in text and in JSON: printable ASCII without `"` and `\`.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // The last bytes are looked at together with bytes before them.
    if let Some(last) = text.last_chunk::<16>() {
        let (chunks, _) = text.as_chunks::<16>();
        chunks
            .iter()
            .fold(Odd::of_16::<false>(last), |odd, chunk| odd.or(Odd::of_16::<false>(chunk)))
            .is_none()
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        Odd::of_8::<false>(u64::from_ne_bytes(*first), u64::from_ne_bytes(*last)).is_none()
    } else {
        let mut few = [b' '; 8];
        few.iter_mut().zip(text).for_each(|(to, byte)| *to = *byte);
        let few = u64::from_ne_bytes(few);
        Odd::of_8::<false>(few, few).is_none()
    }
}

/// Copies up to 32 bytes as two words, which may overlap, and more in chunks.
///
/// # Safety
///
/// There must be room for all of `from` at `to`, outside of `from`.
#[inline(always)]
unsafe fn copy(from: &[u8], to: *mut u8) {
    let n_bytes = from.len();
    // SAFETY: each length is one that the function takes, and the room is the caller's.
    unsafe {
        if n_bytes > 32 {
            copy_chunks::<32>(from, to, |_| {});
        } else if n_bytes >= 16 {
            copy_ends::<[u8; 16]>(from, to);
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
unsafe fn copy_and_look<const HTML: bool>(from: &[u8], to: *mut u8) -> Odd {
    let n_bytes = from.len();
    // SAFETY: each length is one that the function takes, and the room is the caller's.
    unsafe {
        if n_bytes >= 16 {
            let mut odd = Odd::NONE;
            copy_chunks::<16>(from, to, |chunk| odd = odd.or(Odd::of_16::<HTML>(chunk)));
            odd
        } else if n_bytes >= 8 {
            let (first, last) = copy_ends::<[u8; 8]>(from, to);
            Odd::of_8::<HTML>(u64::from_ne_bytes(first), u64::from_ne_bytes(last))
        } else if n_bytes >= 4 {
            let (first, last) = copy_ends::<[u8; 4]>(from, to);
            let (first, last) = (u32::from_ne_bytes(first), u32::from_ne_bytes(last));
            let both = u64::from(first) | u64::from(last) << 32;
            Odd::of_8::<HTML>(both, both)
        } else if n_bytes > 0 {
            let three = copy_three(from, to);
            Odd::of_8::<HTML>(three, three)
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
    // SAFETY: no chunk begins after the last one, which ends with the slice.
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

/// Copies one, two or three bytes and gives them with spaces after them.
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
