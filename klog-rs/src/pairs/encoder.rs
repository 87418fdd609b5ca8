//! How a pair is rendered: klog's text, component-base's JSON, or a format of somebody else.

use std::fmt;

use crate::{
    base::Key,
    serialize::{json, text},
    value::{Value, guard},
};

/// Renders pairs; the part of an encoder that loggers and spans need.
///
/// ```
/// use klog::{Value, encode::{Key, PairEncoder}};
///
/// struct Logfmt;
///
/// impl PairEncoder for Logfmt {
///     fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(format!(" {}={value}", key.name).as_bytes());
///     }
/// }
/// ```
pub trait PairEncoder: Send + Sync + 'static {
    /// Appends one pair with whatever separates it from what is before it.
    ///
    /// Pairs of loggers and spans are rendered once with this function and copied into each line.
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>);
}

/// How a format renders pairs.
#[derive(Clone, Copy)]
pub(crate) enum PairFormat {
    Text,
    Json,
    Other(&'static PairsOf),
}

/// The encoder of a format; its address identifies the format.
pub(crate) struct PairsOf(pub(crate) &'static dyn PairEncoder);

impl PairsOf {
    /// Appends a pair; a panic costs it, and so does an encoder that logs what it would have to encode itself.
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        if guard::encoder(self.identity(), || self.0.pair(key, value, out)).is_err() {
            out.truncate(start);
        }
    }

    /// Tells an encoder from others, and from outputs.
    pub(crate) fn identity(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

// An encoder appends to a buffer that is given to it; a panic in it costs a line.
impl std::panic::RefUnwindSafe for PairsOf {}

impl PairFormat {
    #[inline]
    pub(crate) fn pair(self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        match self {
            PairFormat::Text => text::pair(key, value, out),
            PairFormat::Json => {
                json::pair(key, value, out);
            }
            PairFormat::Other(pairs) => pairs.pair(key, value, out),
        }
    }
}

impl PartialEq for PairFormat {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (PairFormat::Text, PairFormat::Text) | (PairFormat::Json, PairFormat::Json) => true,
            (PairFormat::Other(one), PairFormat::Other(other)) => std::ptr::eq(*one, *other),
            (PairFormat::Text | PairFormat::Json | PairFormat::Other(_), _) => false,
        }
    }
}

impl fmt::Debug for PairFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            PairFormat::Text => "Text",
            PairFormat::Json => "Json",
            PairFormat::Other(_) => "Other",
        })
    }
}
