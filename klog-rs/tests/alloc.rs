//! An enabled call does not allocate after warm-up; a derived logger costs two allocations.
//!
//! Each thread has its own counter: the test harness allocates while it waits.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use klog::{Format, Logger, Output, Severity, config::Vmodule, kref, kvs};
use tracing_subscriber::prelude::*;

struct Counting;

thread_local! {
    static N_ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static N_BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that is ending is none that is measured.
        let _ = N_ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
        let _ = N_BYTES.try_with(|n| n.set(n.get() + layout.size()));
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Nowhere;

impl klog::sink::Sink for Nowhere {
    fn write(&self, _: Severity, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn check(name: &str, expected: u64, mut call: impl FnMut()) {
    for _ in 0..10 {
        call();
    }
    let before = N_ALLOCATIONS.get();
    for _ in 0..100 {
        call();
    }
    assert_eq!(N_ALLOCATIONS.get() - before, expected * 100, "{name}");
}

#[test]
fn calls_do_not_allocate() {
    for format in [Format::Text, Format::Json] {
        let output = Output::new(format, Nowhere).with_verbosity(2, Vmodule::default());
        let subscriber = tracing_subscriber::registry().with(output.layer());
        tracing::subscriber::with_default(subscriber, || {
            calls();
            values();
            contexts();
        });
    }
}

fn logger() -> Logger {
    let id = "6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11";
    Logger::background().with_values(kvs! { controller = "deployment", reconcileID = id })
}

fn calls() {
    let logger = logger();
    check("context and pairs", 0, || {
        klog::info!(logger: logger, "Pod status updated", pod = kref("kube-system", "kubedns"), status = "ready", count = 7_u64);
    });
    check("pairs", 0, || {
        klog::info!(
            "Pod status updated",
            pod = kref("kube-system", "kubedns"),
            status = "ready",
            count = 7_u64
        );
    });
    check("message", 0, || klog::info!("Pod status updated"));
    check("disabled", 0, || {
        klog::info!(v: 4, "Pod status updated", pod = kref("kube-system", "kubedns"), status = "ready", count = 7_u64);
    });
    check("limited", 0, || {
        klog::every!(std::time::Duration::from_secs(3600), info!("Pod status updated", count = 7));
        klog::every_n!(2, info!("Pod status updated", count = 7));
    });
}

fn values() {
    check("numbers, times and durations", 0, || {
        klog::info!(
            "Values",
            float = 1.5,
            time = std::time::SystemTime::UNIX_EPOCH,
            duration = std::time::Duration::from_millis(90),
            flag = true,
            none = None::<u8>
        );
    });
    check("display and debug", 0, || klog::info!("Values", shown = %7, debugged = ?Some(7)));
    let text = "say \"hi\"\n\u{7}zażółć\u{200b} 再試行\u{3000}🚀".repeat(40);
    let error = std::io::Error::other("cannot get \"pods\"");
    let wrapped = Wrapped(error);
    check("texts with escapes, and errors with sources", 0, || {
        klog::error!(err: &wrapped, "Values", text = text, lines = %text, debugged = ?text);
        klog::info!("Values", error = %wrapped);
    });
}

fn contexts() {
    let logger = logger();
    check("current logger", 0, || {
        logger.in_scope(|| klog::info!("Pod status updated", count = 7));
    });
    let span = tracing::info_span!("reconcile", controller = "deployment");
    span.in_scope(|| {
        check("in a span", 0, || klog::info!("Pod status updated", count = 7));
        check("plain tracing", 0, || {
            tracing::info!(count = 7, status = "ready", "Pod status updated");
        });
    });
    span.in_scope(|| {
        check("a key of the span", 0, || {
            tracing::info!(count = 7, controller = "statefulset", "Pod status updated");
            klog::info!("Pod status updated", controller = "daemonset");
        });
        let nested = tracing::info_span!("attempt", controller = "job", attempt = 3);
        nested.in_scope(|| {
            check("spans that share keys", 0, || {
                tracing::info!(count = 7, "Pod status updated");
            });
        });
    });
    #[cfg(feature = "opentelemetry")]
    {
        use opentelemetry::trace::{SpanContext, TraceContextExt as _};
        let span = SpanContext::new(
            0xa1_u128.into(),
            0xb1_u64.into(),
            Default::default(),
            false,
            Default::default(),
        );
        let _current = opentelemetry::Context::new().with_remote_span_context(span).attach();
        check("ids of a trace", 0, || klog::info!("Pod status updated", count = 7));
    }
    check("derived logger", 2, || klog::info!(logger: self::logger(), "Pod status updated"));
}

/// A logger that is derived again and again keeps the pairs that a line shows, and no others.
#[test]
fn overridden_pairs_are_dropped() {
    let mut logger = Logger::background().with_values(kvs! { cluster = "a" });
    let mut derive = |attempt: u64| {
        let before = N_BYTES.get();
        logger = logger.with_values(kvs! { attempt = attempt % 10, phase = "retry" });
        N_BYTES.get() - before
    };
    let first = (0..10).map(&mut derive).max();
    let last = (10..5_000).map(&mut derive).max();
    assert_eq!(first, last);
}

/// An error with a source.
#[derive(Debug)]
struct Wrapped(std::io::Error);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("cannot reconcile")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
