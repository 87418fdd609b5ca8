//! Values that serde serialises.

use serde_core::Serialize;

use super::{
    LogValue, Value,
    serializer::{Error, Serializer, Style},
};

/// Something that writes itself as JSON; made by [`json`] and [`pretty`].
pub trait Json {
    /// Appends compact JSON.
    #[doc(hidden)]
    fn write(&self, style: Style, out: &mut Vec<u8>) -> Result<(), Error>;
}

/// Logs what serde makes of `value`: `spec={"replicas":3}` in text, the same object in JSON.
///
/// Numbers, escapes and refusals are those of Go's `encoding/json` (NaN is refused, strings have `<` as `\u003c` in
/// text). A value that fails to serialise, or is nested deeper than 100 levels, costs itself only:
/// `spec="<internal error: text>"`, `"specError":"text"`.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Spec { replicas: u32 }
///
/// klog::info!("Scaled", spec = klog::json(&Spec { replicas: 3 }));
/// // I1025 00:15:15.525108       1 main.rs:6] "Scaled" spec={"replicas":3}
/// ```
#[inline]
pub fn json<T: Serialize + ?Sized>(value: &T) -> Serialized<'_, T> {
    Serialized { value, pretty: false }
}

/// Like [`json`], and indented over several lines in text (klog's `Format`).
///
/// ```
/// # #[derive(serde::Serialize)] struct Spec { replicas: u32 }
/// klog::info!(v: 5, "Scaling", spec = klog::pretty(&Spec { replicas: 3 }));
/// // I1025 00:15:15.525108       1 main.rs:4] "Scaling" spec=<
/// //         {
/// //           "replicas": 3
/// //         }
/// //  >
/// ```
#[inline]
pub fn pretty<T: Serialize + ?Sized>(value: &T) -> Serialized<'_, T> {
    Serialized { value, pretty: true }
}

/// The value that [`json`] and [`pretty`] make.
#[derive(Clone, Copy, Debug)]
pub struct Serialized<'a, T: ?Sized> {
    value: &'a T,
    pretty: bool,
}

impl<T: Serialize + ?Sized> Json for Serialized<'_, T> {
    fn write(&self, style: Style, out: &mut Vec<u8>) -> Result<(), Error> {
        self.value.serialize(Serializer::new(style, out))
    }
}

impl<T: Serialize + ?Sized> LogValue for Serialized<'_, T> {
    #[inline]
    fn log_value(&self) -> Value<'_> {
        if self.pretty { Value::Pretty(self) } else { Value::Json(self) }
    }

    #[inline]
    fn __capture(&self) -> Value<'_> {
        self.log_value()
    }
}
