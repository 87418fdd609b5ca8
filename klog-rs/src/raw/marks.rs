//! Which of 64 bytes an escaping rule has to look at one by one: found for 32 at a time where the processor has AVX2, for
//! sixteen with the instructions that every x86_64 has, elsewhere byte by byte with a table.

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

/// The same in vectors of 16 bytes, which every x86_64 has, or of 32.
#[cfg(target_arch = "x86_64")]
pub(super) mod vectors {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_add_epi8, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8,
        _mm_cmpgt_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8, _mm256_add_epi8, _mm256_and_si256, _mm256_andnot_si256, _mm256_cmpeq_epi8,
        _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{Above, BLOCK, Rule, WINDOW};

    /// Several bytes at once.
    ///
    /// # Safety
    ///
    /// The processor must have the vector's instructions.
    pub(in crate::raw) trait Vector: Copy {
        const LEN: usize;
        /// Reads [`LEN`](Self::LEN) bytes, which must be there.
        unsafe fn load(from: *const u8) -> Self;
        unsafe fn all(byte: u8) -> Self;
        unsafe fn bits(self) -> u64;
        unsafe fn is_equal(self, other: Self) -> Self;
        /// As signed numbers.
        unsafe fn is_greater(self, other: Self) -> Self;
        unsafe fn least(self, other: Self) -> Self;
        unsafe fn plus(self, other: Self) -> Self;
        unsafe fn or(self, other: Self) -> Self;
        unsafe fn and(self, other: Self) -> Self;
        unsafe fn without(self, other: Self) -> Self;
    }

    macro_rules! vector {
        ($vector:ty, $load:ident, $all:ident, $bits:ident, $equal:ident, $greater:ident, $least:ident, $plus:ident, $or:ident, $and:ident, $andnot:ident) => {
            impl Vector for $vector {
                const LEN: usize = size_of::<$vector>();

                #[inline(always)]
                unsafe fn load(from: *const u8) -> Self {
                    // SAFETY: the caller's promise; no alignment is asked.
                    unsafe { $load(from.cast()) }
                }

                #[inline(always)]
                unsafe fn all(byte: u8) -> Self {
                    // SAFETY: the caller's promise, here and below.
                    unsafe { $all(byte.cast_signed()) }
                }

                #[inline(always)]
                unsafe fn bits(self) -> u64 {
                    // SAFETY: as above.
                    u64::from(unsafe { $bits(self) }.cast_unsigned())
                }

                #[inline(always)]
                unsafe fn is_equal(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $equal(self, other) }
                }

                #[inline(always)]
                unsafe fn is_greater(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $greater(self, other) }
                }

                #[inline(always)]
                unsafe fn least(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $least(self, other) }
                }

                #[inline(always)]
                unsafe fn plus(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $plus(self, other) }
                }

                #[inline(always)]
                unsafe fn or(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $or(self, other) }
                }

                #[inline(always)]
                unsafe fn and(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $and(self, other) }
                }

                #[inline(always)]
                unsafe fn without(self, other: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $andnot(other, self) }
                }
            }
        };
    }

    vector!(
        __m128i,
        _mm_loadu_si128,
        _mm_set1_epi8,
        _mm_movemask_epi8,
        _mm_cmpeq_epi8,
        _mm_cmpgt_epi8,
        _mm_min_epu8,
        _mm_add_epi8,
        _mm_or_si128,
        _mm_and_si128,
        _mm_andnot_si128
    );
    vector!(
        __m256i,
        _mm256_loadu_si256,
        _mm256_set1_epi8,
        _mm256_movemask_epi8,
        _mm256_cmpeq_epi8,
        _mm256_cmpgt_epi8,
        _mm256_min_epu8,
        _mm256_add_epi8,
        _mm256_or_si256,
        _mm256_and_si256,
        _mm256_andnot_si256
    );

    /// Has a bit for each byte that begins something which may be escaped.
    ///
    /// # Safety
    ///
    /// The processor must have the vector's instructions.
    #[inline(always)]
    pub(in crate::raw) unsafe fn marks<R: Rule, V: Vector>(window: &[u8; WINDOW]) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            let mut marks = mask::<V>(window, |at| odd::<R, V>(at));
            match R::ABOVE {
                Above::Nothing => {}
                Above::Separators => marks |= mask::<V>(window, |at| is(at[0], 0xe2)),
                // What is above ASCII was taken for odd.
                Above::Hostile | Above::Unprintable | Above::All if marks == 0 => {}
                above => {
                    let high = mask::<V>(window, |at| at[0]);
                    if high != 0 {
                        marks &= !high;
                        marks |= high
                            & match above {
                                Above::Hostile => mask::<V>(window, |at| hostile(at)),
                                Above::Unprintable => mask::<V>(window, |at| unprintable(at)),
                                _ => mask::<V>(window, |at| more(at[0], 0xbf)),
                            };
                    }
                }
            }
            marks
        }
    }

    /// What `judge` says of the bytes of a vector at a time, which it gets with those one and two places further.
    #[inline(always)]
    unsafe fn mask<V: Vector>(window: &[u8; WINDOW], judge: impl Fn([V; 3]) -> V) -> u64 {
        let mut mask = 0;
        for chunk in 0..BLOCK / V::LEN {
            let start = chunk * V::LEN;
            // SAFETY: the last bytes are those before 64 + 2, of 80. The rest is the caller's promise.
            unsafe {
                let from = window.as_ptr().add(start);
                let at = [V::load(from), V::load(from.add(1)), V::load(from.add(2))];
                mask |= judge(at).bits() << start;
            }
        }
        mask
    }

    /// Bytes of ASCII that are escaped, and all above where some are asked about.
    #[inline(always)]
    unsafe fn odd<R: Rule, V: Vector>([bytes, ..]: [V; 3]) -> V {
        // SAFETY: the caller's promise.
        unsafe {
            let mut odd = if matches!(R::ABOVE, Above::Nothing | Above::Separators) {
                bytes.least(V::all(0x1f)).is_equal(bytes)
            } else {
                // As signed numbers bytes above ASCII are less than a space, too.
                V::all(b' ').is_greater(bytes)
            };
            if R::QUOTES {
                odd = odd.or(is(bytes, b'"').or(is(bytes, b'\\')));
            }
            if R::DELETE {
                odd = odd.or(is(bytes, 0x7f));
            }
            if R::HTML {
                // `<` and `>` differ in one bit.
                odd = odd.or(is(bytes.or(V::all(2)), b'>').or(is(bytes, b'&')));
            }
            odd
        }
    }

    /// First bytes of characters that a block escapes: C1 controls, U+061C, what is invisible, U+FEFF, tags.
    #[inline(always)]
    unsafe fn hostile<V: Vector>([bytes, ..]: [V; 3]) -> V {
        // SAFETY: the caller's promise.
        unsafe {
            let two = is(bytes, 0xc2).or(is(bytes, 0xd8));
            two.or(is(bytes, 0xe2)).or(is(bytes, 0xef).or(is(bytes, 0xf3)))
        }
    }

    /// First bytes of which some characters are not printed, without those of common scripts that are.
    ///
    /// All characters are that begin with C3 to CC, CF to D3, D9, DA, E4 to E9, EB and EC.
    #[inline(always)]
    unsafe fn unprintable<V: Vector>([bytes, second, third]: [V; 3]) -> V {
        // SAFETY: the caller's promise.
        unsafe {
            let two = is(bytes, 0xc2).or(within(bytes, 0xcd, 0xce)).or(within(bytes, 0xd4, 0xd8));
            let three = within(bytes, 0xdb, 0xe3).or(is(bytes, 0xea)).or(more(bytes, 0xec));
            let greek = is(bytes, 0xce).and(more(second, 0x8d).without(is(second, 0xa2)));
            // U+3001 to U+30FF.
            let wrong = is(third, 0x80).or(is(second, 0x82).and(within(third, 0x97, 0x98)));
            let kana = is(bytes, 0xe3).and(within(second, 0x80, 0x83).without(wrong));
            let arabic = is(bytes, 0xd8).and(more(second, 0x85).without(is(second, 0x9c)));
            two.or(three).without(greek.or(kana).or(arabic))
        }
    }

    #[inline(always)]
    unsafe fn is<V: Vector>(bytes: V, byte: u8) -> V {
        // SAFETY: the caller's promise.
        unsafe { bytes.is_equal(V::all(byte)) }
    }

    /// Bytes above ASCII that are greater than `byte`, which is above ASCII as well; of the others nothing is said.
    #[inline(always)]
    unsafe fn more<V: Vector>(bytes: V, byte: u8) -> V {
        // SAFETY: the caller's promise.
        unsafe { bytes.is_greater(V::all(byte)) }
    }

    #[inline(always)]
    unsafe fn within<V: Vector>(bytes: V, first: u8, last: u8) -> V {
        // The first one becomes the least signed number.
        let past = (last - first + 1).wrapping_add(0x80);
        // SAFETY: the caller's promise.
        unsafe { V::all(past).is_greater(bytes.plus(V::all(0x80_u8.wrapping_sub(first)))) }
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
