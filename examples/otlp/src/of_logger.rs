//! Name and pairs of klog's loggers as attributes of log records.

use klog::{Logger, Value};
use opentelemetry::{
    InstrumentationScope, Key,
    logs::{AnyValue, LogRecord as _},
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogProcessor, SdkLogRecord},
};

/// Adds what the entry's logger adds to klog's lines: `logger`, and its pairs.
///
/// They are no fields of the `tracing` event, so the bridge does not know them; but a processor runs while the event is
/// dispatched, when the entry's logger is the current one.
#[derive(Debug)]
pub(crate) struct OfLogger;

impl LogProcessor for OfLogger {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        let logger = Logger::current();
        if let Some(name) = logger.name() {
            add(record, "logger", name.joined.clone().into());
        }
        logger.for_each_pair(|key, value| add(record, key, attribute(value)));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Adds an attribute, unless the call has a pair of that key.
fn add(record: &mut SdkLogRecord, key: &str, value: AnyValue) {
    if !record.attributes_iter().any(|(known, _)| known.as_str() == key) {
        record.add_attribute(Key::from(key.to_owned()), value);
    }
}

/// The value by its type; text for what OTLP has no type for.
fn attribute(value: &Value<'_>) -> AnyValue {
    match *value {
        Value::Bool(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::U64(value) => match i64::try_from(value) {
            Ok(value) => value.into(),
            Err(_) => value.to_string().into(),
        },
        ref other => other.to_string().into(),
    }
}
