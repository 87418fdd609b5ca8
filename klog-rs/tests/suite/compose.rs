//! klog's layer beside others: in any order, filtered on both sides, wrapped in whatever `tracing_subscriber` has.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
    task, thread,
};

use crate::support::Memory;
use klog::{Format, Logger, Output, config::Vmodule, kref, kvs};
use tracing::{
    Dispatch, Event, Instrument as _, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
    subscriber::Interest,
};
use tracing_subscriber::{
    Layer, Registry,
    filter::{Targets, filter_fn},
    layer::{Context, Filter},
    prelude::*,
    registry::LookupSpan,
    reload,
};

/// A layer of somebody else's: notes events and spans with the fields it is shown and their types.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

impl Notes {
    fn note(
        &self,
        kind: &str,
        metadata: &Metadata<'_>,
        record: impl FnOnce(&mut dyn Visit),
        further: &str,
    ) {
        let mut line = format!("{kind} {}", metadata.level());
        if metadata.is_span() {
            let _ = write!(line, " {}", metadata.name());
        }
        record(&mut Typed(&mut line));
        self.0.lock().expect("no test panics in here").push_str(&(line + further + "\n"));
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().expect("no test panics in here"))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Notes {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.note("span", attributes.metadata(), |visit| attributes.record(visit), "");
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("the registry has the span");
        self.note("record", span.metadata(), |visit| values.record(visit), "");
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut of_logger = String::new();
        let logger = Logger::current();
        if let Some(name) = logger.name() {
            let _ = write!(of_logger, " logger {:?}", name.joined);
        }
        logger.for_each_pair(|key, value| {
            let _ = write!(of_logger, " {key}={value}");
        });
        self.note("event", event.metadata(), |visit| event.record(visit), &of_logger);
    }
}

/// Appends ` name:type=value`.
struct Typed<'a>(&'a mut String);

macro_rules! typed {
    ($($method:ident($type:ty) $name:literal,)*) => {
        impl Visit for Typed<'_> {
            $(fn $method(&mut self, field: &Field, value: $type) {
                let _ = write!(self.0, concat!(" {}:", $name, "={:?}"), field.name(), value);
            })*
        }
    };
}

typed! {
    record_debug(&dyn std::fmt::Debug) "debug",
    record_str(&str) "str",
    record_i64(i64) "i64",
    record_u64(u64) "u64",
    record_i128(i128) "i128",
    record_u128(u128) "u128",
    record_f64(f64) "f64",
    record_bool(bool) "bool",
}

fn output() -> (Output, Memory) {
    let memory = Memory::default();
    let output = Output::new(Format::Text, memory.clone())
        .with_header(false)
        .with_verbosity(2, Vmodule::default());
    (output, memory)
}

/// A subscriber of klog's layer at V2 and another that sees `DEBUG` and up, put together in one way.
type Way = fn(&Output, Notes) -> Dispatch;

const WAYS: &[(&str, Way)] = &[
    ("klog first", |klog, notes| {
        tracing_subscriber::registry()
            .with(klog.layer())
            .with(notes.with_filter(LevelFilter::DEBUG))
            .into()
    }),
    ("klog last", |klog, notes| {
        tracing_subscriber::registry()
            .with(notes.with_filter(LevelFilter::DEBUG))
            .with(klog.layer())
            .into()
    }),
    ("klog filtered again", |klog, notes| {
        tracing_subscriber::registry()
            .with(klog.layer().with_filter(Targets::new().with_default(LevelFilter::TRACE)))
            .with(
                notes.with_filter(filter_fn(|metadata| *metadata.level() <= tracing::Level::DEBUG)),
            )
            .into()
    }),
    ("one layer of both", |klog, notes| {
        tracing_subscriber::registry()
            .with(klog.layer().and_then(notes.with_filter(LevelFilter::DEBUG)))
            .into()
    }),
    ("options", |klog, notes| {
        tracing_subscriber::registry()
            .with(None::<klog::output::Layer<_>>)
            .with(Some(klog.layer()))
            .with(Some(notes.with_filter(LevelFilter::DEBUG)))
            .into()
    }),
    ("boxes", |klog, notes| {
        let layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> =
            vec![notes.with_filter(LevelFilter::DEBUG).boxed(), klog.layer().boxed()];
        tracing_subscriber::registry().with(layers).into()
    }),
    ("reloadable", |klog, notes| {
        let (klog, _) = reload::Layer::new(klog.layer());
        let (filter, _) = reload::Layer::new(LevelFilter::DEBUG);
        tracing_subscriber::registry().with(klog).with(notes.with_filter(filter)).into()
    }),
    ("a filter for all", |klog, notes| {
        tracing_subscriber::registry()
            .with(klog.layer())
            .with(notes)
            .with(LevelFilter::DEBUG)
            .into()
    }),
    ("a filter for all below", |klog, notes| {
        tracing_subscriber::registry()
            .with(LevelFilter::DEBUG)
            .with(klog.layer())
            .with(notes)
            .into()
    }),
];

/// Both layers see what is theirs, however they are put together.
#[track_caller]
fn check(name: &str, log: fn()) {
    let mut first: Option<String> = None;
    for (way, subscriber) in WAYS {
        let ((output, memory), notes) = (output(), Notes::default());
        tracing::dispatcher::with_default(&subscriber(&output, notes.clone()), log);
        let both = format!("{}---\n{}", memory.take(), notes.take());
        match &first {
            Some(first) => assert_eq!(&both, first, "{way}"),
            None => first = Some(both),
        }
    }
    insta::assert_snapshot!(name, first.expect("there are ways"));
}

#[test]
fn macros_of_klog() {
    #[derive(klog::LogValue)]
    enum Phase {
        Ready,
    }
    check("macros_of_klog", || {
        let _span = tracing::info_span!("reconcile", queue = "pods").entered();
        let pod = kref("default", "web-0");
        klog::info!("Reconciled", pod, attempt = 3, size = 4_u64, ratio = 0.5, ready = true);
        klog::info!("Texts", text = "a b", shown = %1.5, debugged = ?"q", letter = 'x');
        klog::info!("Others", none = None::<u8>, wide = u128::MAX, list = [1, 2].as_slice());
        klog::warn!("Slow", elapsed = std::time::Duration::from_millis(1500), phase = Phase::Ready);
        klog::error!(err: "refused", "Could not update", pod);
        klog::error!("Failed");
        klog::info!(v: 2, "V2");
        klog::info!(v: 3, "V3");
        klog::debug!("V4");
        klog::trace!("V5");
        Logger::background().with_name("a").with_values(kvs! { n = 1 }).in_scope(|| {
            klog::info!("In");
            klog::info!(logger: Logger::current().with_values(kvs! { m = 2 }), "With");
            klog::info!(logger: Logger::background(), "Without");
            tracing::info!("plain");
        });
        Logger::background().info("Late", &[("key", (&1).into()), ("other", "b c".into())]);
    });
}

#[test]
fn events_of_tracing() {
    check("events_of_tracing", || {
        tracing::info!("message only");
        tracing::info!(n = 1, "fields and {}", "arguments");
        tracing::info!(n = 1, ok = true, text = "no message");
        tracing::info!(name: "Export.Failed", retries = 3, "");
        tracing::event!(tracing::Level::INFO, "by event!");
        tracing::info!(name: "named", target: "elsewhere", { dotted.key = 1, "quoted key" = 2 }, "keys");
        let error = std::io::Error::other("refused");
        tracing::error!(error = &error as &(dyn std::error::Error + 'static), "an error");
        tracing::error!(err = %error, "klog's word for it");
        tracing::info!(
            empty = tracing::field::Empty,
            none = None::<i32>,
            some = Some(1),
            "optional"
        );
        tracing::error!("ERROR");
        tracing::warn!("WARN");
        tracing::debug!("DEBUG");
        tracing::trace!("TRACE");
        if tracing::enabled!(tracing::Level::INFO) {
            tracing::info!("asked before");
        }
    });
}

#[test]
fn spans_of_tracing() {
    #[tracing::instrument(fields(later = tracing::field::Empty, kind = "job"), skip(hidden))]
    fn job(n: u32, hidden: &str) -> usize {
        tracing::Span::current().record("later", hidden.len());
        klog::info!("Inside");
        tracing::info!("inside");
        hidden.len()
    }
    #[tracing::instrument(ret, err)]
    fn fails(n: u32) -> Result<u32, String> {
        if n == 0 { Err("zero".into()) } else { Ok(n) }
    }
    check("spans_of_tracing", || {
        assert_eq!(job(1, "abc"), 3);
        let _ = fails(0);
        let _ = fails(1);
        let root = tracing::info_span!("root", a = 1, b = tracing::field::Empty);
        let leaf = tracing::info_span!(parent: &root, "leaf", c = 2);
        let other = tracing::info_span!(parent: None, "other", d = 3);
        other.follows_from(&root);
        tracing::info!(parent: &leaf, "explicit");
        root.record("b", "recorded").record("a", 10);
        tracing::info!(parent: &leaf, "after a record");
        let _other = other.entered();
        tracing::info!(parent: None, "without spans");
        leaf.in_scope(|| klog::info!("Leaf"));
        klog::info!("Other");
        let debug = tracing::debug_span!("debug", shown = 1);
        let below = tracing::info_span!(parent: &debug, "below", e = 5);
        tracing::info!(parent: &below, "below a span of DEBUG");
        debug.in_scope(|| {
            klog::info!("In a span of DEBUG");
            tracing::info_span!("child", f = 6).in_scope(|| klog::info!("In its child"));
        });
    });
}

/// A span that klog hides, but somebody else has asked for, has its place among those that klog shows.
#[test]
fn a_hidden_parent_that_is_named() {
    let (output, memory) = output();
    let subscriber = tracing_subscriber::registry().with(output.layer()).with(Notes::default());
    tracing::subscriber::with_default(subscriber, || {
        let shown = tracing::info_span!("shown", a = 1);
        let hidden = tracing::trace_span!(parent: &shown, "hidden", b = 2);
        let deeper = tracing::trace_span!(parent: &hidden, "deeper", c = 3);
        let _other = tracing::info_span!("other", d = 4).entered();
        tracing::info!(parent: &hidden, "hidden");
        tracing::info!(parent: &deeper, "deeper");
        let root = tracing::trace_span!(parent: None, "root");
        tracing::info!(parent: &root, "root");
        tracing::info!("contextual");
    });
    assert_eq!(memory.take(), "\"hidden\" a=1\n\"deeper\" a=1\n\"root\"\n\"contextual\" d=4\n");
}

/// Spans and their fields belong to the future, whatever thread polls it.
#[test]
fn futures_and_threads() {
    async fn work(n: u32) {
        klog::info!("Before", n);
        Yield(false).await;
        tracing::info!(n, "after");
    }
    fn poll(future: std::pin::Pin<&mut (dyn Future<Output = ()> + Send)>) -> bool {
        future.poll(&mut task::Context::from_waker(task::Waker::noop())).is_ready()
    }
    check("futures_and_threads", || {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let span = tracing::info_span!("span", a = 1, b = tracing::field::Empty);
        let mut first = Box::pin(work(1).instrument(span.clone()));
        let mut second =
            Box::pin(work(2).instrument(tracing::info_span!(parent: &span, "inner", c = 2)));
        assert!(!poll(first.as_mut()) && !poll(second.as_mut()));
        klog::info!("Between");
        thread::scope(|scope| {
            let run = || {
                tracing::dispatcher::with_default(&dispatch, || {
                    span.record("b", "elsewhere");
                    assert!(poll(first.as_mut()) && poll(second.as_mut()));
                    klog::info!("Elsewhere");
                });
            };
            scope.spawn(run).join().expect("nothing panics");
        });
        let _entered = span.enter();
        thread::scope(|scope| {
            // A span that this thread has entered is none of another thread.
            let run = || tracing::dispatcher::with_default(&dispatch, || klog::info!("Other"));
            scope.spawn(run).join().expect("nothing panics");
        });
        klog::info!("Entered");
    });
}

/// Is ready when it is polled again.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, _: &mut task::Context<'_>) -> task::Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            task::Poll::Ready(())
        } else {
            task::Poll::Pending
        }
    }
}

/// The current logger lowers what dependencies log, as it lowers klog's own calls.
#[test]
fn a_logger_lowers_plain_events() {
    check("a_logger_lowers_plain_events", || {
        let logger = Logger::background().with_name("a");
        logger.v(2).in_scope(|| {
            tracing::info!("V2");
            tracing::error!("error");
        });
        logger.v(3).in_scope(|| {
            tracing::info!("V3");
            tracing::warn!("warning");
        });
    });
}

/// `tracing`'s feature `log`, which is on in this test, sends events to the `log` crate where there is no subscriber: with
/// one, and klog's bridge, each comes once.
#[cfg(feature = "log")]
#[test]
fn events_and_records_come_once() {
    // The first test that needs the bridge installs it; it does not disturb the others.
    let _ = log::set_logger(&klog::LogBridge);
    log::set_max_level(log::LevelFilter::Trace);
    let ((output, memory), notes) = (output(), Notes::default());
    let subscriber = tracing_subscriber::registry().with(output.layer()).with(notes.clone());
    tracing::subscriber::with_default(subscriber, || {
        let _span = tracing::info_span!("span", a = 1).entered();
        tracing::info!(b = 2, "event");
        klog::info!("Entry", c = 3);
        log::warn!(target: "raft", d = 4; "record");
    });
    assert_eq!(
        memory.take(),
        "\"event\" a=1 b=2\n\"Entry\" a=1 c=3\n\"record\" a=1 target=\"raft\" d=4\n",
    );
    assert_eq!(notes.take().lines().filter(|line| line.starts_with("event")).count(), 3);
}

/// What dependencies log through the `log` crate comes as klog's own bridge would bring it, when a program has installed
/// tracing-log's, as `tracing_subscriber`'s `init()` does.
#[test]
fn records_by_tracing_log() {
    fn log(target: &str, level: log::Level, message: std::fmt::Arguments<'_>) {
        log::Log::log(
            &tracing_log::LogTracer::new(),
            &log::Record::builder()
                .target(target)
                .level(level)
                .args(message)
                .module_path(Some("etcd::store"))
                .file(Some("src/store.rs"))
                .line(Some(42))
                .build(),
        );
    }
    let memory = Memory::default();
    let output = Output::new(Format::Text, memory.clone())
        .with_pid(1)
        .with_clock(klog::encode::Clock::Fixed { nanos: 0, offset: 0 })
        .with_verbosity(0, "store=4".parse().expect("it is valid"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), || {
        log("etcd::store", log::Level::Info, format_args!("leader is {}", "b"));
        log("raft", log::Level::Warn, format_args!("lost leader"));
        log("etcd::store", log::Level::Error, format_args!(""));
        log("etcd::store", log::Level::Debug, format_args!("by --vmodule"));
        log("etcd::store", log::Level::Trace, format_args!("hidden"));
    });
    insta::assert_snapshot!(memory.take());
}

/// A filter that wants to be asked about the target `asked` each time and always says no.
struct Asked;

impl<S> Filter<S> for Asked {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        metadata.target() != "asked"
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == "asked" { Interest::sometimes() } else { Interest::always() }
    }
}

/// A layer that was asked about a call and never given its event would miss the next one.
#[test]
fn a_call_that_is_dropped_leaves_nothing_behind() {
    let cases: [fn(); 3] = [
        || klog::info!(target: "asked", logger: Logger::background().v(9), "Too verbose"),
        || Logger::background().v(9).in_scope(|| klog::info!(target: "asked", "Too verbose")),
        || {
            let (elsewhere, _) = output();
            elsewhere.logger().in_scope(|| klog::info!(target: "asked", "Elsewhere"));
        },
    ];
    for (index, case) in cases.iter().enumerate() {
        let ((output, memory), notes) = (output(), Notes::default());
        let subscriber = tracing_subscriber::registry()
            .with(output.layer())
            .with(notes.clone().with_filter(Asked));
        tracing::subscriber::with_default(subscriber, || {
            case();
            klog::info!("Next");
        });
        assert_eq!(memory.take(), "\"Next\"\n", "case {index}");
        assert_eq!(notes.take(), "event INFO message:str=\"Next\"\n", "case {index}");
    }
}
