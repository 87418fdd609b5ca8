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

/// What is shown of a value that is nested too deeply.
pub(crate) const TOO_DEEP: &str = "values are nested more than 120 deep";

/// Why a value could not be rendered; kept off the path of values that can.
#[derive(Debug)]
pub(crate) enum Failed {
    /// It panicked with this text.
    Panic(String),
    /// It said that it cannot be encoded.
    Internal(String),
    /// It is nested deeper than [`super::depth::MAX`]; then the value around it is not shown either.
    TooDeep,
}

impl Failed {
    /// The failure as a value.
    pub(crate) fn value(&self) -> Value<'_> {
        Value::Failed(match self {
            Failed::Panic(text) => Failure::Panic(text),
            Failed::Internal(text) => Failure::Internal(text),
            Failed::TooDeep => Failure::Internal(TOO_DEEP),
        })
    }

    /// A `Display` or `Debug` that returned an error.
    pub(crate) fn formatting() -> Self {
        Failed::Internal("a formatting trait implementation returned an error".into())
    }
}
