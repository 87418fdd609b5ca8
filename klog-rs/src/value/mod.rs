//! Values of key/value pairs: what `key = expr` accepts and what encoders see.

mod capture;
pub(crate) mod choice;
pub(crate) mod depth;
mod error;
mod failure;
mod fields;
#[cfg(any(
    feature = "anyhow",
    feature = "bytes",
    feature = "http",
    feature = "serde_json",
    feature = "url",
    feature = "uuid"
))]
mod foreign;
pub(crate) mod guard;
mod json;
mod object;
mod secret;
mod serializer;
pub(crate) mod shape;
mod std_types;
mod time;

use std::fmt;

#[cfg(feature = "kube")]
pub use self::object::KubeResource;
#[cfg(all(feature = "k8s-openapi", not(feature = "kube")))]
pub use self::object::OpenapiObject;
#[cfg(feature = "kube-runtime")]
pub use self::object::RuntimeRef;
pub(crate) use self::{
    error::{Chained, chain},
    failure::{Failed, TOO_DEEP},
    time::Instant,
};
#[doc(hidden)]
pub use self::{
    failure::Failure,
    serializer::{Error as JsonError, Style},
    shape::KubernetesObject,
};
pub use self::{
    fields::{Fields, Named},
    json::{Json, Serialized, json, pretty},
    object::{KMetadata, KObject, ObjectRef, ObjectRefs, Objects, Own, Through, kobj, kobjs, kref},
    secret::Secret,
    shape::{ObjectShape, ObjectShapes},
};

/// What a key/value pair may hold.
///
/// `key = expr` in a macro takes every type that implements this, and logs it as what it is: a number stays a number.
/// Else it takes an error (`std::error::Error`, `anyhow::Error`), logged with its sources; else whatever has a `Display`
/// text, as Go takes a `Stringer`; and an `Option` of these.
///
/// It is implemented for strings, characters, integers up to 128 bit, atomics, floats, `bool`, `Option`, `Result`,
/// references and smart pointers, slices, arrays, vectors, deques, sets and tuples of such values (of `u8` they are
/// bytes), maps (objects whose keys are sorted), paths, IP and socket addresses, `Duration`, `SystemTime`, errors by
/// reference (`&dyn Error`), objects ([`kobj`], [`kref`], [`kobjs`]) and anything that serde can serialise ([`json`]).
/// With features of these names also for points in time of `jiff` and `chrono`, `anyhow::Error`, `Bytes`, `Url`, `Uuid`,
/// `serde_json::Value`, and the parts of a request of `http`: also in a `Vec`, an `Option` or a map.
///
/// Derive it for your own structs and enums: [`macro@crate::LogValue`]. Or implement it by saying which value it is.
/// A panic in the implementation costs that value only: the text line shows `key="<panic: text>"`, the JSON line
/// `"keyError":"PANIC=text"`.
///
/// ```
/// use klog::{LogValue, Value};
///
/// struct Phase(&'static str);
///
/// impl LogValue for Phase {
///     fn log_value(&self) -> Value<'_> {
///         Value::Str(self.0)
///     }
/// }
///
/// klog::info!("Pod updated", phase = Phase("Running"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a log value",
    label = "not a log value",
    note = "a plain value is a log value, an error, or something with a `Display` text",
    note = "write `?x` to log its `Debug` text, or `key = klog::json(&x)` to log what serde makes of it",
    note = "or derive `klog::LogValue` for it; types of `anyhow`, `bytes`, `chrono`, `http`, `jiff`, `serde_json`, `url` and `uuid` are values with klog-rs' feature of that name"
)]
pub trait LogValue {
    /// The value to log.
    fn log_value(&self) -> Value<'_>;

    /// The value of a type whose `log_value` cannot panic, else a value that asks for it under a guard.
    #[doc(hidden)]
    fn __capture(&self) -> Value<'_>
    where
        Self: Sized,
    {
        Value::Custom(self)
    }

    /// The slice as bytes, when it is one of bytes: that is a value of its own and no list of numbers.
    #[doc(hidden)]
    fn __bytes(_slice: &[Self]) -> Option<&[u8]>
    where
        Self: Sized,
    {
        None
    }
}

/// A value as encoders see it.
///
/// Go's rules decide what each becomes: see the variants.
///
/// ```
/// use klog::Value;
///
/// assert_eq!(Value::from("a b").to_string(), "a b");
/// assert_eq!(Value::from(&std::time::Duration::from_millis(1500)).to_string(), "1.5s");
/// assert_eq!(Value::from(&["a b", "c"]).to_string(), r#"["a b","c"]"#);
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// `null`: Go's nil.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A signed integer wider than 64 bit; a JSON number as well, which some readers round.
    I128(i128),
    /// An unsigned integer wider than 64 bit; a JSON number as well, which some readers round.
    U128(u128),
    /// A float with the shortest digits that read back: `1.5`, `3`; text switches to `1e+21` as Go does.
    F64(f64),
    /// A float of single precision with its own shortest digits.
    F32(f32),
    /// A character, logged as a string.
    Char(char),
    /// A string: `"quoted"`, or in text a `=<` block when it has several lines.
    Str(&'a str),
    /// Bytes: quoted with all but ASCII escaped in text, base64 in JSON.
    Bytes(&'a [u8]),
    /// Nanoseconds, logged as Go prints durations: `"1m30s"`, `"1.5µs"`.
    Duration(i64),
    /// A point in time: nanoseconds since 1970 in UTC and the offset of the zone in seconds.
    Time {
        /// Nanoseconds since 1970-01-01T00:00:00Z.
        nanos: i128,
        /// Seconds east of UTC.
        offset: i32,
    },
    /// A Kubernetes object: `"namespace/name"`, `{"name":"name","namespace":"namespace"}`.
    Object(ObjectRef<'a>),
    /// Several Kubernetes objects: `["ns/a","ns/b"]`.
    Objects(&'a dyn ObjectRefs),
    /// A sequence of values.
    List(&'a dyn List),
    /// The fields of a struct: `{"name":"web","replicas":3}`, see `#[derive(LogValue)]`.
    Fields(&'a dyn Fields),
    /// An error: its text and the texts of its sources, joined by `: `.
    Error(&'a (dyn std::error::Error + 'a)),
    /// Text by `Display`.
    Display(&'a dyn fmt::Display),
    /// Text by `Debug`.
    Debug(&'a dyn fmt::Debug),
    /// What serde makes of a value, see [`json`].
    Json(&'a dyn Json),
    /// A serialised value, indented over several lines in text, see [`pretty`].
    Pretty(&'a dyn Json),
    /// A type that says itself what it is.
    Custom(&'a dyn LogValue),
    /// JSON that was rendered before: with a logger, with a span.
    #[doc(hidden)]
    Rendered {
        /// Compact JSON without HTML escapes.
        json: &'a str,
        /// Log it indented.
        pretty: bool,
    },
    /// Objects or a list that was rendered before: JSON for each format.
    #[doc(hidden)]
    Frozen {
        /// For text.
        text: &'a str,
        /// For JSON.
        json: &'a str,
    },
    /// A value that could not be rendered.
    #[doc(hidden)]
    Failed(Failure<'a>),
}

/// A sequence of values, implemented for slices.
///
/// ```
/// use klog::{Value, value::List};
///
/// /// Every second element.
/// struct EverySecond<'a>(&'a [u32]);
///
/// impl List for EverySecond<'_> {
///     fn len(&self) -> usize {
///         self.0.len().div_ceil(2)
///     }
///
///     fn get(&self, index: usize) -> Value<'_> {
///         Value::from(&self.0[index * 2])
///     }
/// }
///
/// assert_eq!(Value::List(&EverySecond(&[1, 2, 3])).to_string(), "[1,3]");
/// ```
pub trait List {
    /// Number of elements.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`, which is below [`List::len`].
    fn get(&self, index: usize) -> Value<'_>;

    /// Calls `each` with every element in order. Implement it where `get` has to search for its element.
    fn for_each(&self, each: &mut dyn FnMut(Value<'_>)) {
        (0..self.len()).for_each(|index| each(self.get(index)));
    }
}

impl<T: LogValue> List for [T] {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> Value<'_> {
        self[index].__capture()
    }
}
