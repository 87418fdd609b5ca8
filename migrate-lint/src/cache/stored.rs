//! How an answer is written: numbers in as few bytes as they need, lists and texts after their length.
//!
//! What is read may be anything; it is none then, and asks for no more memory than its bytes.

use std::ops::Range;
use std::path::PathBuf;

/// What can be kept.
pub(crate) trait Stored: Sized {
    /// Appends its bytes.
    fn put(&self, out: &mut Vec<u8>);

    /// Reads it; none where the bytes are not its own.
    fn take(input: &mut Input<'_>) -> Option<Self>;
}

/// Bytes that are not read yet.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn len(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next bytes.
    #[inline]
    pub(crate) fn bytes(&mut self, n_bytes: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(n_bytes)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }
}

/// Keeps a type by its fields, all of them: one that is forgotten does not compile.
macro_rules! stored {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl $crate::cache::Stored for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::cache::Stored::put($field, out);)*
            }

            #[inline]
            fn take(input: &mut $crate::cache::Input<'_>) -> Option<Self> {
                $(let $field = $crate::cache::Stored::take(input)?;)*
                Some(Self { $($field),* })
            }
        }
    };
    (enum $type:ty { $($variant:ident),* $(,)? }) => {
        impl $crate::cache::Stored for $type {
            fn put(&self, out: &mut Vec<u8>) {
                (*self as usize).put(out);
            }

            fn take(input: &mut $crate::cache::Input<'_>) -> Option<Self> {
                let number = <usize as $crate::cache::Stored>::take(input)?;
                [$(Self::$variant),*].into_iter().find(|it| *it as usize == number)
            }
        }
    };
}
pub(crate) use stored;

impl Stored for u64 {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        while left >= 0x80 {
            out.push(left as u8 | 0x80);
            left >>= 7;
        }
        out.push(left as u8);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        let first = input.byte()?;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = input.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

macro_rules! as_u64 {
    ($($type:ty)*) => {
        $(impl Stored for $type {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                (*self as u64).put(out);
            }

            #[inline]
            fn take(input: &mut Input<'_>) -> Option<Self> {
                u64::take(input)?.try_into().ok()
            }
        })*
    };
}
as_u64!(u16 u32 usize);

impl Stored for u128 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(Self::from_le_bytes(*input.bytes(16)?.first_chunk()?))
    }
}

impl Stored for bool {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for Box<str> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend(self.as_bytes());
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        let n_bytes = usize::take(input)?;
        Some(std::str::from_utf8(input.bytes(n_bytes)?).ok()?.into())
    }
}

impl Stored for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend(self.as_bytes());
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Box::<str>::take(input).map(Into::into)
    }
}

/// As text: what cargo names is UTF-8, and no other is written.
impl Stored for PathBuf {
    fn put(&self, out: &mut Vec<u8>) {
        self.to_string_lossy().into_owned().put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        String::take(input).map(Into::into)
    }
}

impl<T: Stored> Stored for Option<T> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(if bool::take(input)? { Some(T::take(input)?) } else { None })
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|value| value.put(out));
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let n_values = usize::take(input)?;
        // Each has a byte at least.
        let mut values = Vec::with_capacity(Some(n_values).filter(|&it| it <= input.len())?);
        for _ in 0..n_values {
            values.push(T::take(input)?);
        }
        Some(values)
    }
}

impl<T: Stored, U: Stored> Stored for (T, U) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some((T::take(input)?, U::take(input)?))
    }
}

/// A place in a text: the end by its distance.
impl Stored for Range<usize> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.start.put(out);
        self.end.saturating_sub(self.start).put(out);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        let start = usize::take(input)?;
        Some(start..start.checked_add(usize::take(input)?)?)
    }
}
