//! W17: what is between four threads and a file: a buffer that they share, or a queue with a thread of its own.

use std::{
    sync::{Mutex, OnceLock},
    time::Duration,
};

use klog::{
    Output,
    sink::{Buffered, NonBlocking, Stream, WhenFull},
};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

use crate::{count, pod, status};

/// A way for lines of several threads to standard error, which is a file.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// How the table calls it.
    pub name: &'static str,
    /// Installs it for the process.
    pub install: fn(),
    /// W2.
    pub call: fn(),
    /// Waits until all lines are written.
    pub flush: fn(),
}

const CAPACITY: usize = 1 << 20;

/// All ways.
pub fn all() -> [Way; 4] {
    let klog = Way {
        name: "klog, `Buffered`",
        install: || {
            install(Output::new(klog::Format::Text, Buffered::new(Stream::stderr(), 64 * 1024)))
        },
        call: || {
            let pod = pod();
            klog::info!(
                "Pod status updated",
                pod = klog::kref(pod.0, pod.1),
                status = status(),
                count = count()
            );
        },
        flush: || assert!(klog::flush(Duration::from_secs(10)), "standard error is a file"),
    };
    let tracing = Way {
        name: "tracing fmt, `BufWriter` in a `Mutex`",
        install: || {
            let writer = std::io::BufWriter::with_capacity(64 * 1024, std::io::stderr());
            fmt().with_writer(Mutex::new(writer)).init();
        },
        call: || tracing::info!(pod = %pod(), status = status(), count = count(), "Pod status updated"),
        flush: || {},
    };
    [
        klog,
        Way {
            name: "klog, `NonBlocking`",
            install: || {
                install(Output::new(
                    klog::Format::Text,
                    NonBlocking::new(Stream::stderr(), CAPACITY, WhenFull::Block),
                ));
            },
            ..klog
        },
        tracing,
        Way {
            name: "tracing fmt, tracing-appender",
            install: || {
                let queue = NonBlockingBuilder::default().lossy(false).buffered_lines_limit(8_192);
                let (writer, guard) = queue.finish(std::io::stderr());
                GUARD.set(Mutex::new(Some(guard))).ok().expect("installed once");
                fmt().with_writer(writer).init();
            },
            flush: || {
                let guard = GUARD.get().and_then(|guard| guard.lock().ok()?.take());
                drop(guard);
            },
            ..tracing
        },
    ]
}

static GUARD: OnceLock<Mutex<Option<WorkerGuard>>> = OnceLock::new();

fn install(output: Output) {
    std::mem::forget(output.install().expect("the first one"));
}

fn fmt() -> tracing_subscriber::fmt::SubscriberBuilder {
    tracing_subscriber::fmt().with_ansi(false).with_file(true).with_line_number(true)
}
