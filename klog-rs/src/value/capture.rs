//! Which Rust types are log values, and what each becomes.

use std::{borrow::Cow, num, rc::Rc, sync::Arc, time::Duration};

use super::{Instant, LogValue, Value};

macro_rules! plain {
    ($($type:ty => |$self:ident| $value:expr,)*) => {$(
        impl LogValue for $type {
            #[inline]
            fn log_value(&self) -> Value<'_> {
                let $self = self;
                $value
            }

            #[inline]
            fn __capture(&self) -> Value<'_> {
                self.log_value()
            }
        }
    )*};
}

plain! {
    bool => |value| Value::Bool(*value),
    i8 => |value| Value::I64(i64::from(*value)),
    i16 => |value| Value::I64(i64::from(*value)),
    i32 => |value| Value::I64(i64::from(*value)),
    i64 => |value| Value::I64(*value),
    isize => |value| Value::I64(*value as i64),
    i128 => |value| Value::I128(*value),
    u16 => |value| Value::U64(u64::from(*value)),
    u32 => |value| Value::U64(u64::from(*value)),
    u64 => |value| Value::U64(*value),
    usize => |value| Value::U64(*value as u64),
    u128 => |value| Value::U128(*value),
    num::NonZeroI32 => |value| Value::I64(i64::from(value.get())),
    num::NonZeroI64 => |value| Value::I64(value.get()),
    num::NonZeroU16 => |value| Value::U64(u64::from(value.get())),
    num::NonZeroU32 => |value| Value::U64(u64::from(value.get())),
    num::NonZeroU64 => |value| Value::U64(value.get()),
    num::NonZeroUsize => |value| Value::U64(value.get() as u64),
    f32 => |value| Value::F32(*value),
    f64 => |value| Value::F64(*value),
    char => |value| Value::Char(*value),
    &str => |value| Value::Str(value),
    String => |value| Value::Str(value),
    Box<str> => |value| Value::Str(value),
    Arc<str> => |value| Value::Str(value),
    Rc<str> => |value| Value::Str(value),
    Cow<'_, str> => |value| Value::Str(value),
    () => |_value| Value::Null,
    // Go's durations end at 292 years; a longer one is logged as that limit.
    Duration => |value| Value::Duration(i64::try_from(value.as_nanos()).unwrap_or(i64::MAX)),
    std::time::SystemTime => |value| Instant::from(*value).value(),
    Value<'_> => |value| *value,
    &(dyn std::error::Error + '_) => |value| Value::Error(*value),
    &(dyn std::error::Error + Send + '_) => |value| Value::Error(*value),
    &(dyn std::error::Error + Send + Sync + '_) => |value| Value::Error(*value),
    Box<dyn std::error::Error + '_> => |value| Value::Error(&**value),
    Box<dyn std::error::Error + Send + '_> => |value| Value::Error(&**value),
    Box<dyn std::error::Error + Send + Sync + '_> => |value| Value::Error(&**value),
    std::io::Error => |value| Value::Error(value),
    std::fmt::Arguments<'_> => |value| Value::Display(value),
    &dyn LogValue => |value| Value::Custom(*value),
}

impl LogValue for u8 {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        Value::U64(u64::from(*self))
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        self.log_value()
    }

    #[inline]
    fn __bytes(slice: &[u8]) -> Option<&[u8]> {
        Some(slice)
    }
}

#[cfg(feature = "jiff")]
plain! {
    jiff::SignedDuration => |value| Value::Duration(
        i64::try_from(value.as_nanos()).unwrap_or(if value.is_negative() { i64::MIN } else { i64::MAX })
    ),
    jiff::Timestamp => |value| Value::Time { nanos: value.as_nanosecond(), offset: 0 },
    jiff::ZonedDateTime => |value| Value::Time { nanos: value.timestamp().as_nanosecond(), offset: value.offset().seconds() },
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> LogValue for chrono::DateTime<Tz> {
    fn log_value(&self) -> Value<'_> {
        let nanos = i128::from(self.timestamp()) * 1_000_000_000
            + i128::from(self.timestamp_subsec_nanos());
        Value::Time { nanos, offset: chrono::Offset::fix(self.offset()).local_minus_utc() }
    }
}

macro_rules! through {
    ($([$($generics:tt)*] $type:ty => |$self:ident| $inner:expr,)*) => {$(
        impl<$($generics)*> LogValue for $type {
            #[inline]
            fn log_value(&self) -> Value<'_> {
                let $self = self;
                LogValue::log_value($inner)
            }

            #[inline]
            fn __capture(&self) -> Value<'_> {
                let $self = self;
                LogValue::__capture($inner)
            }
        }
    )*};
}

through! {
    [T: LogValue] &T => |value| &**value,
    [T: LogValue] &mut T => |value| &**value,
    [T: LogValue] Box<T> => |value| &**value,
    [T: LogValue] Arc<T> => |value| &**value,
    [T: LogValue] Rc<T> => |value| &**value,
    [T: LogValue + Copy] num::Wrapping<T> => |value| &value.0,
}

/// As the slice that it is.
impl<T: LogValue + Clone> LogValue for Cow<'_, [T]> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        T::__bytes(self).map_or(Value::List(self), Value::Bytes)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        self.log_value()
    }
}

impl<T: LogValue + Clone> super::List for Cow<'_, [T]> {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }

    fn get(&self, index: usize) -> Value<'_> {
        self[index].__capture()
    }
}

/// `None` is `null`.
impl<T: LogValue> LogValue for Option<T> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, LogValue::log_value)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, LogValue::__capture)
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty => |$self:ident| $slice:expr,)*) => {$(
        impl<T: LogValue, $($generics)*> LogValue for $type {
            #[inline]
            fn log_value(&self) -> Value<'_> {
                let $self = self;
                T::__bytes(&$self[..]).map_or(Value::List($slice), Value::Bytes)
            }

            #[inline]
            fn __capture(&self) -> Value<'_> {
                self.log_value()
            }
        }
    )*};
}

// A list borrows a sized reference to the slice, which only its owner can lend: for `&[T]` that is the reference itself.
lists! {
    [] Vec<T> => |value| value,
    [const N: usize] [T; N] => |value| value,
    [] &[T] => |value| value,
    [] Box<[T]> => |value| value,
    [] Arc<[T]> => |value| value,
}

macro_rules! list_of {
    ($([$($generics:tt)*] $type:ty,)*) => {$(
        impl<T: LogValue, $($generics)*> super::List for $type {
            fn len(&self) -> usize {
                <[T]>::len(self)
            }

            fn get(&self, index: usize) -> Value<'_> {
                self[index].__capture()
            }
        }
    )*};
}

list_of! { [] Vec<T>, [const N: usize] [T; N], [] &[T], [] Box<[T]>, [] Arc<[T]>, }

impl<'a, T: LogValue> From<&'a T> for Value<'a> {
    fn from(value: &'a T) -> Self {
        value.__capture()
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Str(text)
    }
}

macro_rules! from_copies {
    ($($type:ty,)*) => {$(
        impl From<$type> for Value<'_> {
            fn from(value: $type) -> Self {
                // What is copied borrows nothing.
                match LogValue::log_value(&value) {
                    Value::Bool(value) => Value::Bool(value),
                    Value::I64(value) => Value::I64(value),
                    Value::U64(value) => Value::U64(value),
                    Value::I128(value) => Value::I128(value),
                    Value::U128(value) => Value::U128(value),
                    Value::F32(value) => Value::F32(value),
                    Value::F64(value) => Value::F64(value),
                    Value::Char(value) => Value::Char(value),
                    Value::Duration(value) => Value::Duration(value),
                    Value::Time { nanos, offset } => Value::Time { nanos, offset },
                    _ => Value::Null,
                }
            }
        }
    )*};
}

from_copies! {
    bool, i8, i16, i32, i64, isize, i128, u8, u16, u32, u64, usize, u128, f32, f64, char, (), Duration,
    std::time::SystemTime,
}

impl<'a> From<super::ObjectRef<'a>> for Value<'a> {
    fn from(object: super::ObjectRef<'a>) -> Self {
        Value::Object(object)
    }
}

impl<'a> From<&'a (dyn std::error::Error + 'a)> for Value<'a> {
    fn from(error: &'a (dyn std::error::Error + 'a)) -> Self {
        Value::Error(error)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
