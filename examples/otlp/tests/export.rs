//! What arrives at a collector: each entry as a log record with typed attributes, beside the span it belongs to.

use std::{
    io,
    sync::{Arc, Mutex},
};

use klog::{Format, Output, Severity, config::Vmodule, sink::Sink};
use otlp::{
    receiver::{Hex, Receiver},
    telemetry::{Telemetry, subscriber},
    work,
};

/// klog's own lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Sink for Lines {
    fn write(&self, _: Severity, line: &[u8]) -> io::Result<()> {
        self.0.lock().expect("no test panics in here").push(String::from_utf8_lossy(line).into());
        Ok(())
    }
}

#[test]
fn a_collector_gets_what_klog_logs() {
    let runtime = tokio::runtime::Runtime::new().expect("tokio starts");
    let _entered = runtime.enter();
    let receiver = runtime.block_on(Receiver::start()).expect("a port is free");
    let lines = Lines::default();
    let output = Output::new(Format::Text, lines.clone())
        .with_header(false)
        .with_verbosity(0, Vmodule::default());
    let telemetry = Telemetry::start(&receiver.endpoint()).expect("the endpoint is a URL");
    tracing::subscriber::with_default(subscriber(&output, &telemetry), work::reconcile_all);
    telemetry.stop().expect("the collector takes everything");

    // Ids are random: spans are numbered in the order in which they have ended.
    let spans = receiver.spans();
    let known = |text: String| {
        spans.iter().enumerate().fold(text, |text, (index, span)| {
            text.replace(&Hex(&span.trace_id).to_string(), &format!("trace{index}"))
                .replace(&Hex(&span.span_id).to_string(), &format!("span{index}"))
        })
    };
    let lines: String = lines.0.lock().expect("no test panics in here").concat();
    let records: String = receiver.records().iter().map(|record| format!("{record}\n")).collect();
    insta::assert_snapshot!(known(format!("{lines}---\n{records}")));
    for span in &spans {
        assert_eq!(
            (span.name.as_str(), span.trace_id.len(), span.span_id.len()),
            ("reconcile", 16, 8)
        );
    }
}
