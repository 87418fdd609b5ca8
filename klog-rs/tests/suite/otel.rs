//! OpenTelemetry: entries carry the ids of its current span, and its layer sees klog's events.

use std::{
    fmt, io,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Waker},
    thread,
};

use crate::support::Memory;
use klog::{Format, Logger, Output, config::Vmodule, kref, kvs};
use opentelemetry::{
    SpanId, TraceId,
    trace::{TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{IdGenerator, SdkTracer, SdkTracerProvider, SpanData, SpanExporter},
};
use tracing::Instrument as _;
use tracing::{Subscriber, span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    layer::Context as LayerContext,
    prelude::*,
    registry::LookupSpan,
};

/// Gives the ids 1, 2, 3…; traces and spans count for themselves.
#[derive(Debug, Default)]
struct Counting {
    traces: AtomicU64,
    spans: AtomicU64,
}

impl IdGenerator for Counting {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from(u128::from(self.traces.fetch_add(1, Relaxed)) + 0xa1)
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(self.spans.fetch_add(1, Relaxed) + 0xb1)
    }
}

/// The spans that have ended.
#[derive(Clone, Debug, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Ended {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no test panics in here").extend(batch);
        Ok(())
    }
}

fn provider(ended: &Ended) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_id_generator(Counting::default())
        .with_simple_exporter(ended.clone())
        .build()
}

#[derive(Clone, Copy, Debug)]
enum Order {
    KlogFirst,
    OtelFirst,
}

/// What `log` writes with a layer of klog at V2 and one of OpenTelemetry for everything.
fn lines(format: Format, order: Order, log: impl FnOnce(&SdkTracer)) -> String {
    let memory = Memory::default();
    let output = Output::new(format, memory.clone())
        .with_header(false)
        .with_clock(klog::encode::Clock::Fixed { nanos: 0, offset: 0 })
        .with_verbosity(2, Vmodule::default());
    let tracer = provider(&Ended::default()).tracer("test");
    let registry = tracing_subscriber::registry();
    let dispatch = match order {
        Order::KlogFirst => tracing::Dispatch::new(
            registry
                .with(output.layer())
                .with(tracing_opentelemetry::layer().with_tracer(tracer.clone())),
        ),
        Order::OtelFirst => tracing::Dispatch::new(
            registry
                .with(tracing_opentelemetry::layer().with_tracer(tracer.clone()))
                .with(output.layer()),
        ),
    };
    tracing::dispatcher::with_default(&dispatch, || log(&tracer));
    memory.take()
}

/// `t1` and `s1` stand for the pairs with the first trace's and span's id.
#[track_caller]
fn check(log: impl Fn(&SdkTracer), expected: &str) {
    let mut expected = expected.to_owned();
    for n in (1..10).rev() {
        expected = expected
            .replace(&format!("t{n}"), &format!("traceID=\"{:030}a{n}\"", 0))
            .replace(&format!("s{n}"), &format!("spanID=\"{:014}b{n}\"", 0));
    }
    for order in [Order::KlogFirst, Order::OtelFirst] {
        assert_eq!(lines(Format::Text, order, &log), expected, "{order:?}");
    }
}

#[test]
fn ids_stand_between_spans_and_logger() {
    let log = |_: &SdkTracer| {
        klog::info!("Before");
        let _root = tracing::info_span!("root", root = 1).entered();
        tracing::warn!(last = 4, "plain");
        let _leaf = tracing::info_span!("leaf", leaf = 2).entered();
        let logger = Logger::background().with_name("a").with_values(kvs! { first = 3 });
        klog::error!(logger: logger, err: "no", "All", last = 4);
        logger.in_scope(|| tracing::info!("plain"));
    };
    check(
        log,
        "\"Before\"\n\
         \"plain\" root=1 t1 s1 last=4\n\
         \"All\" err=\"no\" logger=\"a\" root=1 leaf=2 t1 s2 first=3 last=4\n\
         \"plain\" logger=\"a\" root=1 leaf=2 t1 s2 first=3\n",
    );
    let json = lines(Format::Json, Order::KlogFirst, log);
    let line = json.lines().nth(2).and_then(|line| line.split_once("\"msg\"")).expect("a message");
    assert_eq!(
        line.1,
        ":\"All\",\"root\":1,\"leaf\":2,\"traceID\":\"000000000000000000000000000000a1\",\
         \"spanID\":\"00000000000000b2\",\"first\":3,\"last\":4,\"err\":\"no\"}",
    );
}

#[test]
fn a_parent_that_is_named_gives_its_ids() {
    check(
        |_| {
            let outer = tracing::info_span!("outer");
            let other = tracing::info_span!("other");
            let inside = tracing::info_span!(parent: &other, "inside", n = 1);
            other.in_scope(|| ());
            let _outer = outer.entered();
            tracing::info!(parent: &other, "entered before");
            tracing::info!(parent: &inside, "never entered, its parent was");
            tracing::info!(parent: None, "root");
            tracing::info!("contextual");
        },
        "\"entered before\" t1 s1\n\
         \"never entered, its parent was\" n=1 t1 s1\n\
         \"root\"\n\
         \"contextual\" t2 s2\n",
    );
}

/// A span that has started takes no remote parent any more.
#[test]
fn an_entry_does_not_start_a_span() {
    check(
        |tracer| {
            let remote = tracer.start("remote");
            let remote = opentelemetry::Context::new().with_span(remote);
            let span = tracing::info_span!("request");
            tracing::info!(parent: &span, "not started");
            span.set_parent(remote).expect("the span has not started");
            span.in_scope(|| klog::info!("Started"));
        },
        "\"not started\"\n\"Started\" t1 s2\n",
    );
}

#[test]
fn spans_that_klog_hides_count() {
    check(
        |_| {
            let _info = tracing::info_span!("info", shown = 1).entered();
            let _trace = tracing::trace_span!("trace", hidden = 1).entered();
            klog::info!("Inside");
        },
        "\"Inside\" shown=1 t1 s2\n",
    );
}

#[test]
fn spans_of_opentelemetry_itself_count() {
    check(
        |tracer| {
            tracer.in_span("manual", |_| {
                klog::info!("Inside");
                tracing::info_span!("span").in_scope(|| klog::info!("Deeper"));
            });
        },
        "\"Inside\" t1 s1\n\"Deeper\" t1 s2\n",
    );
}

#[test]
fn a_pair_of_the_same_key_wins() {
    check(
        |_| {
            let _span = tracing::info_span!("span").entered();
            klog::info!("Own", traceID = "mine");
            let logger = Logger::background().with_pairs(&[("spanID", "mine".into())]);
            klog::info!(logger: logger, "Own");
        },
        "\"Own\" s1 traceID=\"mine\"\n\"Own\" t1 spanID=\"mine\"\n",
    );
}

#[test]
fn ids_follow_futures_and_threads() {
    check(
        |_| {
            async fn work(n: u32) {
                std::future::ready(()).await;
                klog::info!("Worked", n);
            }
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            let span = tracing::info_span!("first");
            let mut first = pin!(work(1).instrument(span.clone()));
            let polled = |future: std::pin::Pin<&mut dyn Future<Output = ()>>| {
                future.poll(&mut Context::from_waker(Waker::noop())).is_ready()
            };
            assert!(polled(first.as_mut()));
            thread::scope(|scope| {
                scope.spawn(|| {
                    tracing::dispatcher::with_default(&dispatch, || {
                        klog::info!("Elsewhere");
                        let mut second = pin!(work(2).instrument(span));
                        assert!(polled(second.as_mut()));
                        tracing::info_span!("second").in_scope(|| klog::info!("Own span"));
                    });
                });
            });
        },
        "\"Worked\" t1 s1 n=1\n\"Elsewhere\"\n\"Worked\" t1 s1 n=2\n\"Own span\" t2 s2\n",
    );
}

#[test]
fn the_logger_of_an_output_has_them_too() {
    let memory = Memory::default();
    let logger = Output::new(Format::Text, memory.clone()).with_header(false).logger();
    let tracer = provider(&Ended::default()).tracer("test");
    tracer.in_span("span", |_| klog::info!(logger: logger.with_values(kvs! { n = 1 }), "Bound"));
    klog::info!(logger: logger, "After");
    assert_eq!(
        memory.take(),
        "\"Bound\" traceID=\"000000000000000000000000000000a1\" spanID=\"00000000000000b1\" n=1\n\"After\"\n",
    );
}

#[test]
fn without_a_layer_of_opentelemetry_there_are_none() {
    let memory = Memory::default();
    let output = Output::new(Format::Text, memory.clone()).with_header(false);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), || {
        let span = tracing::info_span!("span", n = 1).entered();
        klog::info!("Inside");
        tracing::info!(parent: &*span, "plain");
    });
    assert_eq!(memory.take(), "\"Inside\" n=1\n\"plain\" n=1\n");
}

/// What a thread logs while it ends, when OpenTelemetry's own context may be gone.
#[test]
fn a_thread_that_ends_still_logs() {
    struct Last(Logger);
    impl Drop for Last {
        fn drop(&mut self) {
            klog::info!(logger: self.0, "Last words");
        }
    }
    thread_local! {
        static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() };
    }
    let memory = Memory::default();
    let logger = Output::new(Format::Text, memory.clone()).with_header(false).logger();
    let run = move || {
        LAST.with(|last| assert!(last.set(Last(logger.clone())).is_ok()));
        let tracer = provider(&Ended::default()).tracer("test");
        tracer.in_span("span", |_| klog::info!(logger: logger, "Inside"));
    };
    thread::spawn(run).join().expect("nothing panics");
    let lines = memory.take();
    assert!(lines.ends_with("\n\"Last words\"\n"), "{lines}");
}

/// The events of a span as OpenTelemetry got them.
struct Events<'a>(&'a SpanData);

impl fmt::Display for Events<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Events(span) = self;
        for event in &span.events.events {
            write!(formatter, "{}: {}", span.name, event.name)?;
            for attribute in &event.attributes {
                // Places in this file change too often.
                if !attribute.key.as_str().starts_with("code.") {
                    write!(formatter, " {}={:?}", attribute.key, attribute.value)?;
                }
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

/// A layer as tokio-console's: spans and events of the runtime only, with a list of its own.
#[derive(Clone, Default)]
struct Console(Arc<Mutex<String>>);

impl Console {
    fn note(&self, line: &str) {
        let mut notes = self.0.lock().expect("no test panics in here");
        notes.push_str(line);
        notes.push('\n');
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Console {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: LayerContext<'_, S>) {
        self.note(&format!("new {}", attributes.metadata().name()));
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: LayerContext<'_, S>) {
        let span = context.event_span(event).map_or("none", |span| span.name());
        self.note(&format!("event in {span} with {} fields", event.fields().count()));
    }

    fn on_close(&self, id: span::Id, context: LayerContext<'_, S>) {
        self.note(&format!("closed {}", context.span(&id).map_or("none", |span| span.name())));
    }
}

/// What `tracing_subscriber::fmt` writes.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics in here").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn four_layers_do_not_disturb_each_other() {
    let mut first: Option<String> = None;
    for turn in 0..4 {
        let (memory, written, console, ended) =
            (Memory::default(), Written::default(), Console::default(), Ended::default());
        let output = Output::new(Format::Text, memory.clone()).with_header(false);
        let writer = written.clone();
        let plain = tracing_subscriber::fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_target(false)
            .with_writer(move || writer.clone());
        let otel = tracing_opentelemetry::layer().with_tracer(provider(&ended).tracer("test"));
        let of_runtime = Targets::new().with_target("tokio", LevelFilter::TRACE);
        let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = vec![
            output.layer().boxed(),
            plain.with_filter(LevelFilter::INFO).boxed(),
            otel.with_filter(LevelFilter::DEBUG).boxed(),
            console.clone().with_filter(of_runtime).boxed(),
        ];
        layers.rotate_left(turn);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layers), || {
            let task = tracing::trace_span!(target: "tokio::task", "runtime.spawn", kind = "task")
                .entered();
            let _span = tracing::info_span!("reconcile", queue = "pods").entered();
            let pod = kref("default", "web-0");
            klog::info!(
                "Reconciled",
                pod,
                attempt = 3,
                ratio = 0.5,
                ready = true,
                phase = "Running"
            );
            klog::debug!("Cache hit", key = %"a");
            klog::trace!("Hidden from all");
            tracing::trace!(target: "tokio::task", op = "wake", "waker");
            klog::trace!(target: "tokio::task", "Polled", ready = false);
            klog::error!(err: io::Error::other("refused"), "Could not update", left = -1);
            tracing::warn!(n = 1, "plain");
            drop(task);
        });
        let written = String::from_utf8(written.0.lock().expect("no test panics in here").clone());
        let events: String = ended
            .0
            .lock()
            .expect("no test panics in here")
            .iter()
            .map(|span| Events(span).to_string())
            .collect();
        let all = format!(
            "klog\n{}\nfmt\n{}\nOpenTelemetry\n{events}\nconsole\n{}",
            memory.take(),
            written.expect("fmt writes UTF-8"),
            console.0.lock().expect("no test panics in here"),
        );
        match &first {
            Some(first) => assert_eq!(&all, first, "turn {turn}"),
            None => first = Some(all),
        }
    }
    insta::assert_snapshot!(first.expect("there are turns"));
}
