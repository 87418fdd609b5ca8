//! klog's entries as OpenTelemetry log records, and spans with them, over OTLP.

mod of_logger;
pub mod receiver;
pub mod telemetry;
pub mod work;
