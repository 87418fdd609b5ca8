//! Values that are never logged.

use std::fmt;

use super::{LogValue, Value};

/// Holds something that no log line may show: it prints as `"<redacted>"` by every way, `{:?}` included.
///
/// ```
/// let token = klog::Secret(String::from("hunter2"));
/// assert_eq!(format!("{token} {token:?}"), "<redacted> <redacted>");
/// klog::info!("Logged in", token = &token); // token="<redacted>"
/// let used = token.0;
/// # let _ = used;
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Secret<T>(pub T);

pub(super) const REDACTED: &str = "<redacted>";

impl<T> LogValue for Secret<T> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        Value::Str(REDACTED)
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        Value::Str(REDACTED)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl<T> serde_core::Serialize for Secret<T> {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}
