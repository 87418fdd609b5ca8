//! The children of `faults`: programs around which something goes wrong.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use clap::Parser as _;
use klog::Config;

use crate::child::Args;

/// How often the case `fork` forks; every fourth child does so once again.
pub(crate) const N_FORKS: usize = 40;
/// How often the case `fork-and-exit` forks.
pub(crate) const N_EXITS: usize = 1_000;
/// Lines that a slow reader gets.
pub(crate) const BURST: usize = 20_000;
/// Threads that share a pipe, and the lines of each.
pub(crate) const N_THREADS: usize = 16;
pub(crate) const N_LINES: usize = 100_000;

/// A name, and what a child of it does with the configuration that its flags make.
type Case = (&'static str, fn(&Config));

/// What a child can be asked to do.
const CASES: &[Case] = &[
    ("panic", panic_with_hook),
    ("panic-before-install", panic_before_install),
    ("panic-both", panic_both),
    ("panic-abort", panic_abort),
    ("panic-in-value", panic_in_value),
    ("panic-in-sink", panic_in_sink),
    #[cfg(unix)]
    ("fork", fork),
    #[cfg(unix)]
    ("fork-and-exit", fork_and_exit),
    #[cfg(unix)]
    ("closed", closed),
    ("lose", lose),
    #[cfg(unix)]
    ("partial", partial),
    ("burst", burst),
    ("threads", threads),
    #[cfg(unix)]
    ("signal", signal),
    #[cfg(unix)]
    ("signal-handled", signal_handled),
];

/// What a child does: the case's name is the first word, flags follow.
pub(crate) fn run(child: &str) {
    let mut words = child.split(' ');
    let name = words.next().unwrap_or_default();
    let mut config = Args::parse_from(["child"].into_iter().chain(words)).logging.config();
    if let Ok(queue) = std::env::var("KLOG_QUEUE") {
        config.queue = serde_json::from_str(&queue).expect("the options of a queue");
    }
    let (_, case) = CASES.iter().find(|(case, _)| *case == name).expect("a case");
    case(&config);
}

fn panic_with_hook(config: &Config) {
    klog::panic_hook(klog::EarlierHook::Skip);
    let _guard = config.install().expect("the configuration is valid");
    panic();
}

fn panic_before_install(_: &Config) {
    klog::panic_hook(klog::EarlierHook::Skip);
    panic();
}

fn panic_both(config: &Config) {
    let _guard = config.install().expect("the configuration is valid");
    klog::panic_hook(klog::EarlierHook::Call);
    panic();
}

fn panic_abort(config: &Config) {
    let guard = config.install().expect("the configuration is valid");
    klog::panic_hook(klog::EarlierHook::Skip);
    std::mem::forget(guard);
    klog::info!("buffered");
    // A panic in a destructor during a panic ends the program without unwinding.
    let _bomb = Bomb;
    panic!("first");
}

fn panic_in_value(config: &Config) {
    let _guard = config.install().expect("the configuration is valid");
    klog::panic_hook(klog::EarlierHook::Call);
    klog::info!("before", value = ?Bomb);
    klog::info!("after");
}

fn panic_in_sink(_: &Config) {
    klog::panic_hook(klog::EarlierHook::Skip);
    let sink = klog::sink::Buffered::new(PanicsOnce::default(), 10);
    let logger = klog::Output::new(klog::Format::Text, sink).with_header(false).logger();
    for message in ["a line", "lost with it", "through"] {
        klog::Logger::info(&logger, message, &[]);
    }
}

#[cfg(unix)]
fn fork(config: &Config) {
    let _guard = config.install().expect("the configuration is valid");
    fork_while_logging();
}

#[cfg(unix)]
fn closed(config: &Config) {
    let _guard = config.install().expect("the configuration is valid");
    // SAFETY: the declaration is that of POSIX; nobody else uses standard error here.
    unsafe extern "C" {
        safe fn close(descriptor: i32) -> i32;
    }
    assert_eq!(close(2), 0);
    for n in 0..10 {
        klog::info!("line", n);
    }
    print_losses();
}

fn lose(config: &Config) {
    let guard = config.install().expect("the configuration is valid");
    // The reader goes away at some time; then everything is lost.
    while n_lost() < 10 {
        klog::info!("line", n = 0);
    }
    drop(guard);
    print_losses();
}

#[cfg(unix)]
fn partial(config: &Config) {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let _guard = config.install().expect("the configuration is valid");
    // Who goes beyond the limit gets this signal, and an error if the signal is handled.
    let noticed = std::sync::Arc::default();
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, noticed).expect("a handler");
    let mut limit = getrlimit(Resource::Fsize);
    let before = limit.current;
    limit.current = Some(1_000);
    setrlimit(Resource::Fsize, limit).expect("a lower limit");
    (0..30).for_each(|n| klog::info!("line", thread = 0, n));
    limit.current = before;
    setrlimit(Resource::Fsize, limit).expect("the limit from before");
    (30..40).for_each(|n| klog::info!("line", thread = 0, n));
}

fn burst(config: &Config) {
    let guard = config.install().expect("the configuration is valid");
    for n in 0..BURST {
        if n % 100 == 99 {
            klog::error!("line", thread = 0, n);
        } else {
            klog::info!("line", thread = 0, n);
        }
    }
    drop(guard);
    print_losses();
}

fn threads(config: &Config) {
    let guard = config.install().expect("the configuration is valid");
    thread::scope(|scope| {
        for thread in 0..N_THREADS {
            scope.spawn(move || {
                for n in 0..N_LINES {
                    klog::info!("line", thread, n);
                }
            });
        }
    });
    drop(guard);
    print_losses();
}

#[cfg(unix)]
fn signal(config: &Config) {
    let _guard = config.install().expect("the configuration is valid");
    for n in 0..BURST {
        klog::info!("line", thread = 0, n);
    }
    klog::error!("ready");
    thread::park();
}

#[cfg(unix)]
fn signal_handled(config: &Config) {
    use signal_hook::{consts::SIGTERM, iterator::Signals};

    let mut signals = Signals::new([SIGTERM]).expect("a signal to wait for");
    let _guard = config.install().expect("the configuration is valid");
    for n in 0..BURST {
        klog::info!("line", thread = 0, n);
    }
    klog::error!("ready");
    signals.forever().next();
    klog::flush_and_exit(0);
}

/// The id of a child of this process; 0 in the child.
#[cfg(unix)]
fn forked() -> i32 {
    // SAFETY: the declaration is that of POSIX.
    unsafe extern "C" {
        safe fn fork() -> i32;
    }
    fork()
}

/// Threads start and end, for which the standard library takes a lock, while another one forks. Each child ends.
#[cfg(unix)]
fn fork_and_exit(config: &Config) {
    use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

    let _guard = config.install().expect("the configuration is valid");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Relaxed) {
                    let threads = [(); 8].map(|()| thread::spawn(|| {}));
                    for thread in threads {
                        thread.join().expect("it does nothing");
                    }
                }
            });
        }
        for n in 0..N_EXITS {
            let child = forked();
            if child == 0 {
                klog::info!("line", n);
                klog::flush_and_exit(0);
            }
            let child = Pid::from_raw(child);
            let begin = Instant::now();
            while let Ok(None) = waitpid(child, WaitOptions::NOHANG) {
                thread::sleep(Duration::from_micros(100));
                if begin.elapsed() > Duration::from_secs(20) {
                    println!("child {n} does not end");
                    kill_process(child.expect("a child"), Signal::KILL).expect("it runs");
                }
            }
        }
        is_over.store(true, Relaxed);
    });
}

/// Two threads log short and long lines, which take the locks in both ways, while the third forks.
#[cfg(unix)]
fn fork_while_logging() {
    fn log(n: usize) {
        klog::info!("line", pid = std::process::id(), n);
        if n.is_multiple_of(8) {
            klog::info!("line", pid = std::process::id(), n, long = "x".repeat(5_000));
        }
        klog::error!("line", pid = std::process::id(), n);
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..).take_while(|_| !is_over.load(Relaxed)).for_each(log));
        }
        for n in 0..N_FORKS {
            log(0);
            if forked() == 0 {
                log(n);
                // A child of the child.
                if n % 4 == 0 && forked() == 0 {
                    log(n);
                }
                klog::flush_and_exit(0);
            }
            thread::sleep(Duration::from_millis(1));
        }
        is_over.store(true, Relaxed);
    });
}

fn n_lost() -> u64 {
    klog::stats().lost.iter().flatten().sum()
}

/// Reasons and numbers of lost lines, on standard output.
fn print_losses() {
    let lost = klog::stats().lost;
    for (index, reason) in klog::sink::LossReason::ALL.into_iter().enumerate() {
        let n_lines: u64 = lost.iter().map(|by_reason| by_reason[index]).sum();
        if n_lines > 0 {
            println!("{reason:?} {n_lines}");
        }
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if thread::panicking() {
            panic!("second");
        }
    }
}

impl std::fmt::Debug for Bomb {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("in a value");
    }
}

#[derive(Default)]
struct PanicsOnce(AtomicBool);

impl klog::sink::Sink for PanicsOnce {
    fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
        assert!(self.0.swap(true, Relaxed), "the sink fails");
        print!("{}", String::from_utf8_lossy(line));
        Ok(())
    }
}

fn panic() {
    let logger = klog::Logger::background().with_name("worker");
    let worker = thread::Builder::new().name("worker-1".into());
    let running = worker.spawn(move || logger.in_scope(|| panic!("pod {}\nis gone", "web-0")));
    running.expect("a thread").join().expect_err("it panics");
    klog::info!("still running");
}
