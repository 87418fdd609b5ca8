//! What layers that know nothing of klog see of its loggers.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use klog::{Format, Logger, Output, Value, WithLogger as _, kvs, logger::set_pairs_as_fields};
use tracing::{Event, Subscriber, field::Field};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::Context, prelude::*};

use crate::{alone, support::Memory};

/// Keeps the fields of events with their types.
#[derive(Clone, Default)]
struct Fields(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Fields {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Visit(String);
        impl tracing::field::Visit for Visit {
            fn record_i64(&mut self, field: &Field, value: i64) {
                self.0.push_str(&format!("{field}={value}i64 "));
            }
            fn record_str(&mut self, field: &Field, value: &str) {
                self.0.push_str(&format!("{field}={value} "));
            }
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                self.0.push_str(&format!("{field}={value:?} "));
            }
        }
        let mut visit = Visit(String::new());
        event.record(&mut visit);
        self.0.lock().expect("no panic").push(visit.0.trim_end().to_owned());
    }
}

fn work() {
    klog::info!("Worked", n = 3);
}

/// By all ways in which an entry gets a logger.
fn log() {
    let logger = Logger::background().with_name("controller").with_name("pods");
    let logger = logger.with_values(kvs! { pod = klog::kref("shop", "web-0"), n = 1 });
    klog::info!(logger: logger, "By a macro", attempt = 2);
    klog::error!(logger: logger, err: "refused", "With an error");
    logger.in_scope(work);
    let mut future = std::pin::pin!(async { work() }.with_logger(logger.clone()));
    let _ = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    logger.info("By a function", &[("a", Value::I64(1))]);
    let odd = Logger::background().with_pairs(&[("a key", true.into()), ("err", "e".into())]);
    klog::info!(logger: odd, "Odd keys");
    klog::info!(logger: Logger::background(), "No logger");
}

#[test]
fn name_and_pairs_of_a_logger_are_fields_for_every_layer() {
    let _alone = alone();
    let (fields, lines) = (Fields::default(), Memory::default());
    let run = || {
        // One of the layers decides again each time.
        let subscriber = tracing_subscriber::registry()
            .with(
                fields
                    .clone()
                    .with_filter(tracing_subscriber::filter::dynamic_filter_fn(|_, _| true)),
            )
            .with(Output::new(Format::Text, lines.clone()).with_header(false).layer())
            .with(Fields::default().with_filter(LevelFilter::ERROR));
        tracing::subscriber::with_default(subscriber, log);
        (std::mem::take(&mut *fields.0.lock().expect("no panic")), lines.take())
    };
    let (plain, lines_before) = run();
    set_pairs_as_fields(true);
    let shown = [run(), run()];
    set_pairs_as_fields(false);
    assert_eq!(
        plain,
        [
            "message=By a macro attempt=2i64",
            "message=With an error err=refused",
            "message=Worked n=3i64",
            "message=Worked n=3i64",
            "message=By a function pairs=a=1",
            "message=Odd keys",
            "message=No logger",
        ]
    );
    for (fields, lines) in shown {
        let pod = "logger=controller.pods pod=shop/web-0";
        assert_eq!(
            fields,
            [
                format!("message=By a macro attempt=2i64 {pod} n=1i64"),
                format!("message=With an error err=refused {pod} n=1i64"),
                format!("message=Worked n=3i64 {pod}"),
                format!("message=Worked n=3i64 {pod}"),
                format!("message=By a function pairs=a=1 {pod} n=1i64"),
                "message=Odd keys a key=true err=e".into(),
                "message=No logger".into(),
            ]
        );
        assert_eq!(lines, lines_before, "klog's own lines are as before");
    }
    // Nothing new has room after it.
    sets_of_keys_have_an_end();
}

/// Keys that a program makes up do not take memory for ever.
fn sets_of_keys_have_an_end() {
    set_pairs_as_fields(true);
    let fields = Fields::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(fields.clone()), || {
        for n in 0..1_100 {
            let key = format!("key{n}");
            let logger = Logger::background().with_pairs(&[(&key, n.into())]);
            klog::info!(logger: logger, "m");
        }
    });
    set_pairs_as_fields(false);
    let fields = fields.0.lock().expect("no panic");
    let n_with = fields.iter().filter(|fields| fields.contains("key")).count();
    assert!(fields.len() == 1_100 && (1_000..=1_024).contains(&n_with), "{n_with}");
}
