//! The fields of events and spans as values.

use std::fmt;

use tracing::field::{Field, Visit};

use crate::value::Value;

/// Takes fields one by one.
pub(crate) trait OnField {
    /// An implementation that is inlined knows the kind of the value when it is compiled.
    fn field(&mut self, field: &Field, value: &Value<'_>);
}

/// Passes every field on as a value.
pub(crate) struct FieldVisitor<T>(pub(crate) T);

impl<T: OnField> Visit for FieldVisitor<T> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.field(field, &Value::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.field(field, &Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.field(field, &Value::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.0.field(field, &Value::I128(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.0.field(field, &Value::U128(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.field(field, &Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.field(field, &Value::Str(value));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.0.field(field, &Value::Bytes(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.0.field(field, &Value::Error(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.field(field, &Value::Debug(value));
    }
}
