//! Which of several bytes a format has to quote: found for sixteen at a time, with the instructions that every x86_64 has,
//! elsewhere for eight.

#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::Odd;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use words::Odd;

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
        _mm_set_epi64x, _mm_set1_epi8,
    };

    /// Has ones where a byte is odd.
    #[derive(Clone, Copy)]
    pub(crate) struct Odd(__m128i);

    // All of these are part of x86_64, so that there is no machine of that kind without them.
    impl Odd {
        // SAFETY: a vector of zeros is one.
        pub(crate) const NONE: Odd = Odd(unsafe { std::mem::zeroed() });

        #[inline(always)]
        pub(crate) fn of_16<const HTML: bool>(bytes: &[u8; 16]) -> Odd {
            // SAFETY: there are sixteen bytes, for which no alignment is asked.
            Odd::of::<HTML>(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
        }

        #[inline(always)]
        pub(crate) fn of_8<const HTML: bool>(one: u64, other: u64) -> Odd {
            // SAFETY: every x86_64 has this instruction.
            Odd::of::<HTML>(unsafe { _mm_set_epi64x(other.cast_signed(), one.cast_signed()) })
        }

        #[inline(always)]
        fn of<const HTML: bool>(bytes: __m128i) -> Odd {
            // SAFETY: every x86_64 has these instructions.
            unsafe {
                let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed()));
                // As signed numbers bytes above ASCII are less than a space, too.
                let control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(b' '.cast_signed()));
                let quoted = _mm_or_si128(is(b'"'), is(b'\\'));
                let odd = _mm_or_si128(_mm_or_si128(control, is(0x7f)), quoted);
                if !HTML {
                    return Odd(odd);
                }
                // `<` and `>` differ in one bit.
                let brackets = _mm_or_si128(bytes, _mm_set1_epi8(2));
                let brackets = _mm_cmpeq_epi8(brackets, _mm_set1_epi8(b'>'.cast_signed()));
                Odd(_mm_or_si128(odd, _mm_or_si128(brackets, is(b'&'))))
            }
        }

        #[inline(always)]
        pub(crate) fn or(self, other: Odd) -> Odd {
            // SAFETY: every x86_64 has this instruction.
            Odd(unsafe { _mm_or_si128(self.0, other.0) })
        }

        #[inline(always)]
        pub(crate) fn is_none(self) -> bool {
            // SAFETY: every x86_64 has this instruction.
            unsafe { _mm_movemask_epi8(self.0) == 0 }
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
#[cfg_attr(target_arch = "x86_64", expect(dead_code, reason = "the test takes a part of it"))]
mod words {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;

    /// Has a high bit where a byte is odd.
    #[derive(Clone, Copy)]
    pub(crate) struct Odd(u64);

    impl Odd {
        pub(crate) const NONE: Odd = Odd(0);

        #[inline(always)]
        pub(crate) fn of_16<const HTML: bool>(bytes: &[u8; 16]) -> Odd {
            let word =
                |at: usize| u64::from_ne_bytes(std::array::from_fn(|index| bytes[at + index]));
            Odd::of_8::<HTML>(word(0), word(8))
        }

        #[inline(always)]
        pub(crate) fn of_8<const HTML: bool>(one: u64, other: u64) -> Odd {
            Odd(odd_bytes::<HTML>(one) | odd_bytes::<HTML>(other))
        }

        #[inline(always)]
        pub(crate) fn or(self, other: Odd) -> Odd {
            Odd(self.0 | other.0)
        }

        #[inline(always)]
        pub(crate) fn is_none(self) -> bool {
            self.0 & HIGH == 0
        }
    }

    /// The usual tests of bytes for "less than" and "equal" in parallel; only high bits count, and only whether there is one.
    #[inline(always)]
    fn odd_bytes<const HTML: bool>(word: u64) -> u64 {
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let control = word.wrapping_sub(ONES * u64::from(b' '));
        // A byte of 0x7f becomes 0x80; one above has its high bit already.
        let delete = word.wrapping_add(ONES);
        let odd = (control | delete | word)
            | zero(word ^ (ONES * u64::from(b'"')))
            | zero(word ^ (ONES * u64::from(b'\\')));
        if !HTML {
            return odd;
        }
        // `<` and `>` differ in one bit.
        let brackets = (word | (ONES * 2)) ^ (ONES * u64::from(b'>'));
        odd | zero(brackets) | zero(word ^ (ONES * u64::from(b'&')))
    }
}

#[cfg(test)]
mod tests {
    use super::{Odd, words};

    /// Machines without such instructions come to the same answer.
    #[test]
    fn words_find_what_sixteen_bytes_find() {
        for at in 0..16 {
            for (byte, neighbour) in (0..=255).flat_map(|byte| [(byte, b'!'), (byte, b'[')]) {
                let mut bytes = [neighbour; 16];
                bytes[at] = byte;
                let expected = (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
                assert_eq!(Odd::of_16::<false>(&bytes).is_none(), expected, "{bytes:?}");
                assert_eq!(words::Odd::of_16::<false>(&bytes).is_none(), expected, "{bytes:?}");
                let expected = expected && !matches!(byte, b'<' | b'>' | b'&');
                assert_eq!(Odd::of_16::<true>(&bytes).is_none(), expected, "{bytes:?}");
                assert_eq!(words::Odd::of_16::<true>(&bytes).is_none(), expected, "{bytes:?}");
            }
        }
    }
}
