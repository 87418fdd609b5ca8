//! Types of the standard library beside numbers and strings: paths, addresses, atomics, maps, sets, tuples, results.

use std::{
    cmp,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    error::Error,
    ffi::{OsStr, OsString},
    fmt, net, num,
    path::{Path, PathBuf},
    sync::atomic::{self, Ordering::Relaxed},
};

use super::{Fields, List, LogValue, Value};

macro_rules! values {
    ($([$($generics:tt)*] $type:ty => |$self:ident| $value:expr,)*) => {$(
        impl<$($generics)*> LogValue for $type {
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

values! {
    [] num::NonZeroI8 => |value| Value::I64(value.get().into()),
    [] num::NonZeroI16 => |value| Value::I64(value.get().into()),
    [] num::NonZeroIsize => |value| Value::I64(value.get() as i64),
    [] num::NonZeroI128 => |value| Value::I128(value.get()),
    [] num::NonZeroU8 => |value| Value::U64(value.get().into()),
    [] num::NonZeroU128 => |value| Value::U128(value.get()),
    [] atomic::AtomicBool => |value| Value::Bool(value.load(Relaxed)),
    [] atomic::AtomicI8 => |value| Value::I64(value.load(Relaxed).into()),
    [] atomic::AtomicI16 => |value| Value::I64(value.load(Relaxed).into()),
    [] atomic::AtomicI32 => |value| Value::I64(value.load(Relaxed).into()),
    [] atomic::AtomicI64 => |value| Value::I64(value.load(Relaxed)),
    [] atomic::AtomicIsize => |value| Value::I64(value.load(Relaxed) as i64),
    [] atomic::AtomicU8 => |value| Value::U64(value.load(Relaxed).into()),
    [] atomic::AtomicU16 => |value| Value::U64(value.load(Relaxed).into()),
    [] atomic::AtomicU32 => |value| Value::U64(value.load(Relaxed).into()),
    [] atomic::AtomicU64 => |value| Value::U64(value.load(Relaxed)),
    [] atomic::AtomicUsize => |value| Value::U64(value.load(Relaxed) as u64),
    [] net::IpAddr => |value| Value::Display(value),
    [] net::Ipv4Addr => |value| Value::Display(value),
    [] net::Ipv6Addr => |value| Value::Display(value),
    [] net::SocketAddr => |value| Value::Display(value),
    [] net::SocketAddrV4 => |value| Value::Display(value),
    [] net::SocketAddrV6 => |value| Value::Display(value),
    [] &Path => |value| text(value.as_os_str()),
    [] PathBuf => |value| text(value.as_os_str()),
    [] Box<Path> => |value| text(value.as_os_str()),
    [] &OsStr => |value| text(value),
    [] OsString => |value| text(value),
    // A point of a clock that says nothing by itself.
    [] std::time::Instant => |value| Value::Debug(value),
    [] std::thread::ThreadId => |value| Value::Debug(value),
    [T: LogValue] num::Saturating<T> => |value| value.0.__capture(),
    [T: LogValue] cmp::Reverse<T> => |value| value.0.__capture(),
    [T: LogValue, E: Error] Result<T, E> => |value| match value {
        Ok(value) => value.__capture(),
        Err(error) => Value::Error(error),
    },
    [T: LogValue] VecDeque<T> => |value| Value::List(value),
    [T: LogValue] LinkedList<T> => |value| Value::List(value),
    [T: LogValue] BTreeSet<T> => |value| Value::List(value),
    [T: LogValue] BinaryHeap<T> => |value| Value::List(value),
    [T: LogValue, S] HashSet<T, S> => |value| Value::List(value),
    [K: fmt::Display, V: LogValue] BTreeMap<K, V> => |value| Value::Fields(value),
    [K: fmt::Display, V: LogValue, S] HashMap<K, V, S> => |value| Value::Fields(value),
}

/// The text of a path or of a name of the operating system; one that is not Unicode is shown as its bytes.
fn text(name: &OsStr) -> Value<'_> {
    name.to_str().map_or(Value::Bytes(name.as_encoded_bytes()), Value::Str)
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        impl<T: LogValue, $($generics)*> List for $type {
            fn len(&self) -> usize {
                <$type>::len(self)
            }

            fn get(&self, index: usize) -> Value<'_> {
                self.iter().nth(index).map_or(Value::Null, LogValue::__capture)
            }

            fn for_each(&self, each: &mut dyn FnMut(Value<'_>)) {
                self.iter().for_each(|element| each(element.__capture()));
            }
        }
    )*};
}

lists! { [] VecDeque<T>; [] LinkedList<T>; [] BTreeSet<T>; [] BinaryHeap<T>; }

/// Sorted, so that the lines of two runs compare.
impl<T: LogValue, S> List for HashSet<T, S> {
    fn len(&self) -> usize {
        HashSet::len(self)
    }

    fn get(&self, index: usize) -> Value<'_> {
        sorted(self)[index].1.__capture()
    }

    fn for_each(&self, each: &mut dyn FnMut(Value<'_>)) {
        sorted(self).iter().for_each(|(_, element)| each(element.__capture()));
    }
}

/// The elements with what they are sorted by: numbers by size, everything else by its text.
fn sorted<T: LogValue, S>(set: &HashSet<T, S>) -> Vec<((i128, String), &T)> {
    let by = |element: &T| match element.__capture() {
        Value::I64(number) => (number.into(), String::new()),
        Value::U64(number) => (number.into(), String::new()),
        Value::I128(number) => (number, String::new()),
        value => (0, value.to_string()),
    };
    let mut elements: Vec<_> = set.iter().map(|element| (by(element), element)).collect();
    elements.sort_by(|(a, _), (b, _)| a.cmp(b));
    elements
}

/// Sorted by the text of the key, as Go's `encoding/json` sorts them.
impl<K: fmt::Display, V: LogValue> Fields for BTreeMap<K, V> {
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
        fields(self.iter(), each);
    }
}

/// Sorted by the text of the key, as Go's `encoding/json` sorts them.
impl<K: fmt::Display, V: LogValue, S> Fields for HashMap<K, V, S> {
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
        fields(self.iter(), each);
    }
}

fn fields<'a, K: fmt::Display + 'a, V: LogValue + 'a>(
    map: impl Iterator<Item = (&'a K, &'a V)>,
    each: &mut dyn FnMut(&str, &Value<'_>),
) {
    let mut fields: Vec<(String, &V)> = map.map(|(key, value)| (key.to_string(), value)).collect();
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (key, value) in fields {
        each(&key, &value.__capture());
    }
}

macro_rules! tuples {
    ($($n:literal: $($name:ident $index:tt),*;)*) => {$(
        /// A list of its elements.
        impl<$($name: LogValue),*> LogValue for ($($name,)*) {
            #[inline]
            fn log_value(&self) -> Value<'_> {
                Value::List(self)
            }

            #[inline]
            fn __capture(&self) -> Value<'_> {
                Value::List(self)
            }
        }

        impl<$($name: LogValue),*> List for ($($name,)*) {
            fn len(&self) -> usize {
                $n
            }

            fn get(&self, index: usize) -> Value<'_> {
                match index {
                    $($index => self.$index.__capture(),)*
                    _ => Value::Null,
                }
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
