//! An installed output, whose entries go straight to it: nothing may be missing that they show as events of `tracing`.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use klog::{Format, Logger, Output, kvs};
use tracing::{Dispatch, Subscriber, dispatcher};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::{child::child, run_child, support::Memory};

/// Counts the events of a subscriber.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU32>);

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A value that logs while it is formatted.
struct Talks;

impl fmt::Display for Talks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        klog::info!("Formatted");
        formatter.write_str("done")
    }
}

pub(crate) fn an_installed_output() {
    let output = run_child(child("installed")).expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn run() {
    let memory = Memory::default();
    let output = Output::new(Format::Text, memory.clone()).with_header(false);
    let _guard = output.install().expect("it is the only one of this process");
    let logger = Logger::background().with_name("a").with_values(kvs! { n = 1 });
    let check = |log: &mut dyn FnMut(), expected: &str| {
        log();
        assert_eq!(memory.take(), expected);
    };

    check(&mut || klog::info!("Bare"), "\"Bare\"\n");
    check(&mut || klog::info!(v: 1, "Hidden"), "");
    check(
        &mut || klog::info!(logger: logger, "With a logger", m = 2),
        "\"With a logger\" logger=\"a\" n=1 m=2\n",
    );
    check(
        &mut || tracing::info_span!("span", s = 3).in_scope(|| klog::info!("In a span", n = 4)),
        "\"In a span\" s=3 n=4\n",
    );
    // While an entry is written its logger is the current one.
    check(
        &mut || klog::info!(logger: logger, "Talks", value = %Talks),
        "\"Formatted\" logger=\"a\" n=1\n\"Talks\" logger=\"a\" n=1 value=\"done\"\n",
    );
    // The installed one is the same where it is scoped, and on another thread.
    let scoped = dispatcher::get_default(Dispatch::clone);
    check(&mut || dispatcher::with_default(&scoped, || klog::info!("Scoped")), "\"Scoped\"\n");
    check(
        &mut || std::thread::scope(|scope| _ = scope.spawn(|| klog::info!("On a thread"))),
        "\"On a thread\"\n",
    );
    // Another subscriber gets the events, and the installed one does not.
    let count = Count::default();
    let scoped = Dispatch::new(tracing_subscriber::registry().with(count.clone()));
    check(&mut || dispatcher::with_default(&scoped, || klog::info!("Elsewhere")), "");
    assert_eq!(count.0.load(Relaxed), 1);
    // As a layer the same output is no more alone.
    let count = Count::default();
    let scoped = tracing_subscriber::registry().with(output.layer()).with(count.clone());
    let scoped = Dispatch::new(scoped);
    check(
        &mut || dispatcher::with_default(&scoped, || klog::info!("Both", n = 5)),
        "\"Both\" n=5\n",
    );
    assert_eq!(count.0.load(Relaxed), 1);
}
