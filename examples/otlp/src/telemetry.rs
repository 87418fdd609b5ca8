//! klog beside the two layers of OpenTelemetry: one for spans, one for log records.

use crate::of_logger::OfLogger;
use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, logs::SdkLoggerProvider, trace::SdkTracerProvider};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{filter::Targets, prelude::*};

/// The exporters.
#[derive(Debug)]
pub struct Telemetry {
    logs: SdkLoggerProvider,
    traces: SdkTracerProvider,
}

impl Telemetry {
    /// Exports to `endpoint` by gRPC, in batches; within a tokio runtime.
    ///
    /// # Errors
    ///
    /// The endpoint is no URL.
    pub fn start(endpoint: &str) -> anyhow::Result<Telemetry> {
        let resource = Resource::builder().with_service_name("otlp-example").build();
        let logs = LogExporter::builder().with_tonic().with_endpoint(endpoint).build();
        let traces = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
        Ok(Telemetry {
            logs: SdkLoggerProvider::builder()
                .with_resource(resource.clone())
                .with_log_processor(OfLogger)
                .with_batch_exporter(logs.context("make the exporter of logs")?)
                .build(),
            traces: SdkTracerProvider::builder()
                .with_resource(resource)
                .with_batch_exporter(traces.context("make the exporter of spans")?)
                .build(),
        })
    }

    /// Exports what is left.
    ///
    /// # Errors
    ///
    /// The collector did not take it.
    pub fn stop(self) -> anyhow::Result<()> {
        self.traces.shutdown().context("export spans")?;
        self.logs.shutdown().context("export logs")
    }
}

/// The subscriber of a program that logs with klog and exports as well.
pub fn subscriber(output: &klog::Output, telemetry: &Telemetry) -> impl Subscriber + use<> {
    let traces = tracing_opentelemetry::layer().with_tracer(telemetry.traces.tracer("otlp"));
    let logs = OpenTelemetryTracingBridge::new(&telemetry.logs);
    tracing_subscriber::registry()
        .with(output.layer())
        .with(traces.with_filter(exported()))
        .with(logs.with_filter(exported()))
}

/// What is exported: V4 and below, but nothing of the exporter itself, whose entries would be exported in turn.
fn exported() -> Targets {
    Targets::new().with_default(LevelFilter::DEBUG).with_targets(
        ["h2", "hyper", "hyper_util", "opentelemetry", "tonic", "tower"]
            .map(|name| (name, LevelFilter::OFF)),
    )
}
