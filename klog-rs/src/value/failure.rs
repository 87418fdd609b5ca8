//! Values that could not be rendered.

use super::Value;

/// Why a value could not be rendered.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Failure<'a> {
    /// It panicked with this text.
    Panic(&'a str),
    /// It could not be encoded.
    Internal(&'a str),
}

/// Why a value could not be rendered; kept off the path of values that can.
#[derive(Debug)]
pub(crate) enum Failed {
    /// It panicked with this text.
    Panic(String),
    /// It said that it cannot be encoded.
    Internal(String),
}

impl Failed {
    /// The failure as a value.
    pub(crate) fn value(&self) -> Value<'_> {
        Value::Failed(match self {
            Failed::Panic(text) => Failure::Panic(text),
            Failed::Internal(text) => Failure::Internal(text),
        })
    }

    /// A `Display` or `Debug` that returned an error.
    pub(crate) fn formatting() -> Self {
        Failed::Internal("a formatting trait implementation returned an error".into())
    }
}
