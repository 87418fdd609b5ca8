//! A process forks while its other threads take every lock that the library has.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::Duration,
};

use klog::{
    Format, Logger, Output, Value,
    encode::{Key, Line, PairEncoder},
    sink::{Buffered, Stream},
};

use crate::{child::child, run_child};

const N_FORKS: usize = 40;

pub(crate) fn children_go_on() {
    for work in WORKS {
        let output = run_child(child(&format!("forks {}", work.0)));
        let output = output.unwrap_or_else(|| panic!("{}: a child hangs", work.0));
        assert!(output.status.success(), "{}: {output:?}", work.0);
    }
}

/// What several threads do again and again, and the child once.
const WORKS: [(&str, fn()); 7] = [
    ("layers", || {
        let output = Output::new(Format::Text, Buffered::new(Stream::stderr(), 1 << 10));
        let layer = output.layer::<tracing_subscriber::Registry>();
        drop(layer);
        output.logger().info("", &[]);
    }),
    ("flush", || {
        assert!(klog::flush(Duration::from_secs(20)));
    }),
    ("verbosity", || {
        klog::set_verbosity(klog::debug_flags::verbosity() ^ 1);
        klog::debug_flags::set_vmodule(klog::debug_flags::vmodule());
    }),
    ("vmodule", || {
        let output = Output::new(Format::Text, Nowhere);
        let output = output.with_verbosity(0, "a*=4,b=5,forks=3".parse().expect("it is valid"));
        klog::info!(logger: output.logger(), v: 3, "line");
        klog::info!(v: 3, "line");
        std::hint::black_box(Logger::background().enabled(3));
    }),
    ("formats", || {
        klog::encode::register_format("own", Nothing);
        std::hint::black_box(klog::encode::formats());
        drop(Logger::background().with_name("a"));
    }),
    ("stats", || {
        thread::spawn(|| klog::info!("of a new thread")).join().expect("no panic");
        std::hint::black_box(klog::stats());
    }),
    ("for-a-while", || {
        klog::debug_flags::set_verbosity_for(2, Duration::from_millis(1)).expect("a thread");
    }),
];

pub(crate) fn run(case: &str) {
    // SAFETY: the declarations are those of POSIX.
    unsafe extern "C" {
        safe fn fork() -> i32;
    }
    let sink = Buffered::new(Nowhere, 1 << 10);
    let _guard = Output::new(Format::Text, sink).install().expect("the first one");
    let (_, work) = WORKS.iter().find(|(name, _)| *name == case).expect("some work");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Relaxed) {
                    work();
                }
            });
        }
        for _ in 0..N_FORKS {
            let pid = fork();
            if pid == 0 {
                // A child starts no threads.
                if !matches!(case, "stats" | "for-a-while") {
                    work();
                }
                klog::info!("of the child");
                std::hint::black_box(klog::stats());
                klog::set_verbosity(3);
                std::process::exit(0);
            }
            let pid = rustix::process::Pid::from_raw(pid).expect("a child");
            let status = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
            assert!(status.expect("a child").is_some_and(|(_, status)| status.exited()));
        }
        is_over.store(true, Relaxed);
    });
}

struct Nowhere;

impl klog::sink::Sink for Nowhere {
    fn write(&self, _: klog::Severity, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

struct Nothing;

impl PairEncoder for Nothing {
    fn pair(&self, _: Key<'_>, _: &Value<'_>, _: &mut Vec<u8>) {}
}

impl klog::encode::Encoder for Nothing {
    fn line(&self, _: &Line<'_>, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}
