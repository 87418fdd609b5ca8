//! The fields of a struct as one value.

use super::Value;

/// Fields that are logged as one object: `{"name":"web","replicas":3}` in both formats.
///
/// `#[derive(LogValue)]` implements it; implement it yourself for a type whose keys are known at run time:
///
/// ```
/// use std::collections::BTreeMap;
/// use klog::{LogValue, Value, value::Fields};
///
/// struct Labels(BTreeMap<String, String>);
///
/// impl Fields for Labels {
///     fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
///         self.0.iter().for_each(|(key, value)| each(key, &Value::Str(value)));
///     }
/// }
///
/// impl LogValue for Labels {
///     fn log_value(&self) -> Value<'_> {
///         Value::Fields(self)
///     }
/// }
///
/// klog::info!("Labels set", labels = Labels([("app".into(), "web".into())].into()));
/// // I1025 00:15:15.525108       1 main.rs:18] "Labels set" labels={"app":"web"}
/// ```
pub trait Fields {
    /// Calls `each` with every field and its value, in the order in which they are logged.
    ///
    /// A field whose value panics shows the panic and leaves the others alone.
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>));
}

/// The named data of an enum's variant, as the derive lists it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Named<'a>(pub &'a [(&'a str, Value<'a>)]);

impl Fields for Named<'_> {
    fn for_each(&self, each: &mut dyn FnMut(&str, &Value<'_>)) {
        self.0.iter().for_each(|(key, value)| each(key, value));
    }
}
