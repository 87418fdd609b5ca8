//! Which of 64 bytes an escaping rule has to look at one by one: found for sixteen at a time, with the instructions that
//! every x86_64 has, elsewhere byte by byte with a table.

#[cfg(not(target_arch = "x86_64"))]
pub(super) use bytes::marks;
#[cfg(target_arch = "x86_64")]
pub(super) use sse2::marks;

/// Bytes of a block that are judged.
pub(super) const BLOCK: usize = 64;

/// Bytes that are read: two more decide about the last character, and a run is copied in chunks of sixteen.
pub(super) const WINDOW: usize = BLOCK + 16;

/// How an ASCII byte is written: up to seven bytes, and how many they are; none for one that stays as it is.
pub(crate) type Escape = [u8; 8];

/// Which characters above ASCII are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Above {
    /// None: all stay as they are.
    Nothing,
    /// Those that begin as U+2028 and U+2029 do.
    Separators,
    /// Those that begin as controls and invisible characters do.
    Hostile,
    /// Those of which some begin like one that Go does not print.
    Unprintable,
    /// All.
    All,
}

/// What a format escapes.
pub(crate) trait Rule {
    /// How each ASCII byte is written.
    const ASCII: &'static [Escape; 128];
    /// Whether `"` and `\` are escaped.
    const QUOTES: bool = true;
    /// Whether `<`, `>` and `&` are escaped.
    const HTML: bool = false;
    /// Whether U+007F is escaped.
    const DELETE: bool = false;
    /// Whether a line break ends the work.
    const STOPS_AT_LINE_BREAK: bool = false;
    /// Characters above ASCII of which `is_escaped` is asked.
    const ABOVE: Above;

    /// Whether a character above ASCII is written as `\uNNNN`, or as `\UNNNNNNNN`.
    fn is_escaped(code: u32) -> bool;
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi8, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi8,
        _mm_cmplt_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8,
    };

    use super::{Above, BLOCK, Rule, WINDOW};

    /// Has a bit for each byte that begins something which may be escaped.
    #[inline(always)]
    pub(crate) fn marks<R: Rule>(window: &[u8; WINDOW]) -> u64 {
        let mut marks = mask(window, odd::<R>);
        match R::ABOVE {
            Above::Nothing => {}
            Above::Separators => marks |= mask(window, |at| is(at[0], 0xe2)),
            // What is above ASCII was taken for odd.
            Above::Hostile | Above::Unprintable | Above::All if marks == 0 => {}
            above => {
                let high = mask(window, |at| at[0]);
                if high != 0 {
                    marks &= !high;
                    marks |= high
                        & match above {
                            Above::Hostile => mask(window, hostile),
                            Above::Unprintable => mask(window, unprintable),
                            _ => mask(window, |at| more(at[0], 0xbf)),
                        };
                }
            }
        }
        marks
    }

    /// What `judge` says of sixteen bytes at a time, which it gets with those one and two places further.
    #[inline(always)]
    fn mask(window: &[u8; WINDOW], judge: impl Fn([__m128i; 3]) -> __m128i) -> u64 {
        let mut mask = 0;
        for chunk in 0..BLOCK / 16 {
            // SAFETY: the last bytes are those before 48 + 2 + 16, of 80; no alignment is asked.
            let at = [0, 1, 2].map(|further| unsafe {
                _mm_loadu_si128(window.as_ptr().add(chunk * 16 + further).cast())
            });
            // SAFETY: every x86_64 has this instruction.
            let bits = unsafe { _mm_movemask_epi8(judge(at)) };
            mask |= u64::from(bits.cast_unsigned()) << (chunk * 16);
        }
        mask
    }

    /// Bytes of ASCII that are escaped, and all above where some are asked about.
    #[inline(always)]
    fn odd<R: Rule>([bytes, ..]: [__m128i; 3]) -> __m128i {
        let mut odd = if matches!(R::ABOVE, Above::Nothing | Above::Separators) {
            // SAFETY: every x86_64 has these instructions.
            unsafe { _mm_cmpeq_epi8(_mm_min_epu8(bytes, all(0x1f)), bytes) }
        } else {
            // SAFETY: as above. As signed numbers bytes above ASCII are less than a space, too.
            unsafe { _mm_cmplt_epi8(bytes, all(b' ')) }
        };
        if R::QUOTES {
            odd = or(odd, or(is(bytes, b'"'), is(bytes, b'\\')));
        }
        if R::DELETE {
            odd = or(odd, is(bytes, 0x7f));
        }
        if R::HTML {
            // `<` and `>` differ in one bit.
            odd = or(odd, or(is(or(bytes, all(2)), b'>'), is(bytes, b'&')));
        }
        odd
    }

    /// First bytes of characters that a block escapes: C1 controls, U+061C, what is invisible, U+FEFF, tags.
    #[inline(always)]
    fn hostile([bytes, ..]: [__m128i; 3]) -> __m128i {
        let two = or(is(bytes, 0xc2), is(bytes, 0xd8));
        or(or(two, is(bytes, 0xe2)), or(is(bytes, 0xef), is(bytes, 0xf3)))
    }

    /// First bytes of which some characters are not printed, without those of common scripts that are.
    ///
    /// All characters are that begin with C3 to CC, CF to D3, D9, DA, E4 to E9, EB and EC.
    #[inline(always)]
    fn unprintable([bytes, second, third]: [__m128i; 3]) -> __m128i {
        let two = or(or(is(bytes, 0xc2), within(bytes, 0xcd, 0xce)), within(bytes, 0xd4, 0xd8));
        let three = or(or(within(bytes, 0xdb, 0xe3), is(bytes, 0xea)), more(bytes, 0xec));
        let greek = and(is(bytes, 0xce), without(more(second, 0x8d), is(second, 0xa2)));
        // U+3001 to U+30FF.
        let wrong = or(is(third, 0x80), and(is(second, 0x82), within(third, 0x97, 0x98)));
        let kana = and(is(bytes, 0xe3), without(within(second, 0x80, 0x83), wrong));
        let arabic = and(is(bytes, 0xd8), without(more(second, 0x85), is(second, 0x9c)));
        without(or(two, three), or(or(greek, kana), arabic))
    }

    #[inline(always)]
    fn all(byte: u8) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_set1_epi8(byte.cast_signed()) }
    }

    #[inline(always)]
    fn is(bytes: __m128i, byte: u8) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_cmpeq_epi8(bytes, all(byte)) }
    }

    /// Bytes above ASCII that are greater than `byte`, which is above ASCII as well; of the others nothing is said.
    #[inline(always)]
    fn more(bytes: __m128i, byte: u8) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_cmpgt_epi8(bytes, all(byte)) }
    }

    #[inline(always)]
    fn within(bytes: __m128i, first: u8, last: u8) -> __m128i {
        // The first one becomes the least signed number.
        let past = (last - first + 1).wrapping_add(0x80);
        // SAFETY: every x86_64 has these instructions.
        unsafe { _mm_cmplt_epi8(_mm_add_epi8(bytes, all(0x80_u8.wrapping_sub(first))), all(past)) }
    }

    #[inline(always)]
    fn or(one: __m128i, other: __m128i) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_or_si128(one, other) }
    }

    #[inline(always)]
    fn and(one: __m128i, other: __m128i) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_and_si128(one, other) }
    }

    #[inline(always)]
    fn without(one: __m128i, other: __m128i) -> __m128i {
        // SAFETY: every x86_64 has this instruction.
        unsafe { _mm_andnot_si128(other, one) }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) mod bytes {
    use super::{Above, BLOCK, Rule, WINDOW};

    /// Has a bit for each byte that begins something which may be escaped.
    #[inline(always)]
    pub(crate) fn marks<R: Rule>(window: &[u8; WINDOW]) -> u64 {
        let mut marks = 0;
        for (at, &byte) in window[..BLOCK].iter().enumerate() {
            let is_marked = match R::ASCII.get(usize::from(byte)) {
                Some(escape) => escape[7] != 0,
                None => match R::ABOVE {
                    Above::Nothing => false,
                    Above::Separators => byte == 0xe2,
                    Above::Hostile => matches!(byte, 0xc2 | 0xd8 | 0xe2 | 0xef | 0xf3),
                    Above::Unprintable | Above::All => byte >= 0xc0,
                },
            };
            marks |= u64::from(is_marked) << at;
        }
        marks
    }
}
