//! Every way in which a program ends, with every output that keeps lines for a while.

use std::{cell::RefCell, process, sync::OnceLock, thread, time::Duration};

use klog::{
    Config, Format, Guard, Logger, Output,
    config::Quantity,
    sink::{Buffered, NonBlocking, Stream, WhenFull},
};
use tracing_subscriber::prelude::*;

use crate::{child::child, run_child};

const N_LINES: u64 = 300;

const OUTPUTS: [&str; 10] = [
    "text-buffer",
    "json-buffer",
    "text-queue",
    "json-queue",
    "text-both",
    "json-both",
    "own-buffer",
    "own-queue",
    "layer",
    "logger",
];

/// The end, and what is written besides the lines of the program.
const ENDS: [(&str, &[&str]); 24] = [
    ("return", &[]),
    ("dropped", &[]),
    ("ignored", &[]),
    ("forgotten", &[]),
    ("exit", &[]),
    ("exit-forgotten", &[]),
    ("exit-on-thread", &[]),
    ("exit-while-logging", &[]),
    ("panic", &[]),
    ("panic-on-thread", &[]),
    ("panic-hook", &[]),
    ("abort-in-drop", &[]),
    ("abort-in-extern", &[]),
    ("fatal", &[]),
    ("flush-and-exit", &[]),
    ("thread-local", &["thread-local"]),
    ("at-exit", &["registered last", "registered first"]),
    ("terminated", &[]),
    ("exit-in-value", &[]),
    ("exit-in-edit", &[]),
    ("dropped-on-thread", &[]),
    ("guard-in-thread-local", &["after the guard"]),
    ("exit-in-hook", &[]),
    ("exit-by-child", &["in the child", "in the parent"]),
];

pub(crate) fn nothing_is_lost() {
    let mut failures = Vec::new();
    for (end, late) in ENDS {
        for output in OUTPUTS {
            if !cfg!(unix) && matches!(end, "at-exit" | "terminated" | "exit-by-child") {
                continue;
            }
            if let Err(failure) = check(end, output, late) {
                failures.push(format!("{end}, {output}: {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(end: &str, output: &str, late: &[&str]) -> Result<(), String> {
    let result = run_child(child(&format!("ends {end} {output}"))).ok_or("it does not end")?;
    let stdout = String::from_utf8_lossy(&result.stdout);
    let n_lines = (0..N_LINES).filter(|n| stdout.contains(&line(output, *n))).count();
    // And none twice, as a child could write them.
    let n_written = stdout.matches("\"line\"").count();
    let n_late = late.iter().filter(|text| stdout.contains(&format!("\"{text}\""))).count();
    // Another thread logs on meanwhile; all that it has seen written is there.
    let n_others = stdout.matches("\"meanwhile\"").count();
    let n_expected = match end {
        "exit-while-logging" => {
            let stderr = String::from_utf8_lossy(&result.stderr);
            stderr.matches('.').count()
        }
        _ => 0,
    };
    let is_all = n_lines as u64 == N_LINES && n_written == n_lines;
    if is_all && n_late == late.len() && n_others >= n_expected {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&result.stderr).chars().take(300).collect::<String>();
    Err(format!(
        "{n_lines} of {N_LINES} in {n_written}, {n_late} of {} late, {n_others} of {n_expected} others; {}; {stderr}",
        late.len(),
        result.status
    ))
}

fn line(output: &str, n: u64) -> String {
    if output.starts_with("json") {
        format!("\"msg\":\"line\",\"v\":0,\"n\":{n}}}\n")
    } else {
        format!("] \"line\" n={n}\n")
    }
}

/// What a child does: the end, and the output.
pub(crate) fn run(case: &str) {
    let (end, output) = case.split_once(' ').expect("an end and an output");
    if end == "panic-hook" {
        klog::panic_hook(klog::EarlierHook::Skip);
    }
    #[cfg(unix)]
    if end == "at-exit" {
        at_exit(first_handler);
    }
    if end == "ignored" {
        let _ = install(end, output);
        return log_lines();
    }
    let guard = install(end, output);
    let (_, run) = WAYS.iter().find(|(name, _)| *name == end).expect("an end");
    run(guard);
}

/// An end, and how a child comes to it with the guard of what is installed.
type Way = (&'static str, fn(Option<Guard>));

const WAYS: &[Way] = &[
    ("return", returns),
    ("dropped", dropped),
    ("forgotten", forgotten),
    ("exit", exit),
    ("exit-forgotten", exit_forgotten),
    ("exit-on-thread", exit_on_thread),
    ("exit-while-logging", ends_while_logging),
    ("exit-in-value", exit_in_value),
    ("exit-in-edit", exit_in_edit),
    ("dropped-on-thread", dropped_on_thread),
    ("guard-in-thread-local", guard_in_thread_local),
    ("exit-in-hook", exit_in_hook),
    #[cfg(unix)]
    ("exit-by-child", ends_by_child),
    ("panic", panic),
    ("panic-on-thread", panic_on_thread),
    ("panic-hook", panic_hook),
    ("abort-in-drop", abort_in_drop),
    ("abort-in-extern", abort_in_extern),
    ("fatal", fatal),
    ("flush-and-exit", flush_and_exit),
    ("thread-local", thread_local),
    #[cfg(unix)]
    ("at-exit", ends_before_handlers),
    #[cfg(unix)]
    ("terminated", ends_by_signal),
];

fn returns(_guard: Option<Guard>) {
    log_lines();
}

fn dropped(guard: Option<Guard>) {
    drop(guard);
    log_lines();
}

fn forgotten(guard: Option<Guard>) {
    std::mem::forget(guard);
    log_lines();
}

fn exit(_guard: Option<Guard>) {
    log_lines();
    process::exit(0);
}

fn exit_forgotten(guard: Option<Guard>) {
    std::mem::forget(guard);
    log_lines();
    process::exit(0);
}

fn exit_on_thread(_guard: Option<Guard>) {
    thread::spawn(|| {
        log_lines();
        process::exit(0);
    });
    loop {
        thread::park();
    }
}

fn ends_while_logging(_guard: Option<Guard>) {
    exit_while_logging();
}

fn exit_in_value(_guard: Option<Guard>) {
    log_lines();
    info("never written", &[("value", klog::Value::Display(&ExitsProcess))]);
}

fn exit_in_edit(_guard: Option<Guard>) {
    log_lines();
    info("never written", &[("exits", klog::Value::Null)]);
}

fn dropped_on_thread(guard: Option<Guard>) {
    log_lines();
    thread::spawn(|| drop(guard)).join().expect("no panic");
}

fn guard_in_thread_local(guard: Option<Guard>) {
    LATE.with(|late| *late.borrow_mut() = Some(LateDrop(guard, "after the guard")));
    log_lines();
}

fn exit_in_hook(_guard: Option<Guard>) {
    std::panic::set_hook(Box::new(|_| process::exit(1)));
    log_lines();
    panic!("as it should");
}

#[cfg(unix)]
fn ends_by_child(_guard: Option<Guard>) {
    log_lines();
    exit_by_child();
}

fn panic(_guard: Option<Guard>) {
    log_lines();
    panic!("as it should");
}

fn panic_on_thread(_guard: Option<Guard>) {
    thread::spawn(|| {
        log_lines();
        panic!("as it should");
    })
    .join()
    .expect_err("it panics");
    process::exit(1);
}

fn panic_hook(guard: Option<Guard>) {
    std::mem::forget(guard);
    log_lines();
    panic!("as it should");
}

fn abort_in_drop(_guard: Option<Guard>) {
    log_lines();
    let _bomb = Bomb;
    panic!("first");
}

fn abort_in_extern(_guard: Option<Guard>) {
    log_lines();
    cannot_unwind();
}

fn fatal(_guard: Option<Guard>) {
    log_lines();
    klog::fatal!("Could not go on");
}

fn flush_and_exit(_guard: Option<Guard>) {
    log_lines();
    klog::flush_and_exit(0);
}

fn thread_local(_guard: Option<Guard>) {
    LATE.with(|late| *late.borrow_mut() = Some(LateDrop(None, "thread-local")));
    log_lines();
}

#[cfg(unix)]
fn ends_before_handlers(_guard: Option<Guard>) {
    at_exit(last_handler);
    log_lines();
    process::exit(0);
}

#[cfg(unix)]
fn ends_by_signal(_guard: Option<Guard>) {
    terminated();
}

static LOGGER: OnceLock<Logger> = OnceLock::new();

fn install(end: &str, output: &str) -> Option<Guard> {
    let edited = |output: Output| match end {
        "exit-in-edit" => output.with_edit(|key, _| {
            if key == "exits" {
                process::exit(0);
            }
            klog::output::Edit::Keep
        }),
        _ => output,
    };
    let own = |sink| edited(Output::new(Format::Text, sink));
    let buffer = || Buffered::new(Stream::stdout(), 1 << 20);
    match output {
        "own-buffer" => Some(own(buffer()).install().expect("the first one")),
        "own-queue" => {
            let sink = NonBlocking::new(Stream::stdout(), 1 << 20, WhenFull::Block);
            Some(edited(Output::new(Format::Text, sink)).install().expect("the first one"))
        }
        "layer" => {
            let subscriber = tracing_subscriber::registry().with(own(buffer()).layer());
            tracing::subscriber::set_global_default(subscriber).expect("the first one");
            None
        }
        "logger" => {
            LOGGER.set(own(buffer()).logger()).expect("the first one");
            None
        }
        _ => {
            let (format, what) = output.split_once('-').expect("a format");
            let mut config = Config { format: format.into(), ..Config::default() };
            let options = [&mut config.options.text, &mut config.options.json];
            for options in options {
                options.split_stream = true;
                if what != "queue" {
                    options.info_buffer_size = Quantity::from_bytes(1 << 20);
                }
            }
            if what != "buffer" {
                config.queue.size = Quantity::from_bytes(1 << 20);
            }
            // With a thread that flushes, unless the output is changed.
            let guard = match end {
                "exit-in-edit" => edited(config.output().expect("it is valid")).install(),
                _ => config.install(),
            };
            Some(guard.expect("the first one"))
        }
    }
}

fn info(message: &str, pairs: &[(&str, klog::Value<'_>)]) {
    LOGGER.get().cloned().unwrap_or_default().info(message, pairs);
}

fn log_lines() {
    (0..N_LINES).for_each(|n| info("line", &[("n", klog::Value::U64(n))]));
}

/// Another thread logs while this one exits; it says so when the logger has returned.
fn exit_while_logging() {
    log_lines();
    thread::spawn(|| {
        loop {
            info("meanwhile", &[]);
            // One system call, as the program may end at any time.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b".");
        }
    });
    thread::sleep(Duration::from_millis(20));
    process::exit(0);
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("second");
    }
}

extern "C" fn cannot_unwind() {
    panic!("as it should");
}

/// Drops the guard and logs then.
struct LateDrop(Option<Guard>, &'static str);

impl Drop for LateDrop {
    fn drop(&mut self) {
        drop(self.0.take());
        info(self.1, &[]);
    }
}

struct ExitsProcess;

impl std::fmt::Display for ExitsProcess {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        process::exit(0)
    }
}

/// A forked child logs and exits, and then its parent.
#[cfg(unix)]
fn exit_by_child() {
    // SAFETY: the declarations are those of C.
    unsafe extern "C" {
        safe fn fork() -> i32;
        unsafe fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    }
    match fork() {
        0 => {
            info("in the child", &[]);
            process::exit(0);
        }
        pid => {
            // SAFETY: no status is asked for.
            unsafe { waitpid(pid, std::ptr::null_mut(), 0) };
            info("in the parent", &[]);
            process::exit(0);
        }
    }
}

thread_local! {
    static LATE: RefCell<Option<LateDrop>> = const { RefCell::new(None) };
}

#[cfg(unix)]
extern "C" fn first_handler() {
    info("registered first", &[]);
}

#[cfg(unix)]
extern "C" fn last_handler() {
    info("registered last", &[]);
}

#[cfg(unix)]
fn at_exit(handler: extern "C" fn()) {
    // SAFETY: the declaration is that of C.
    unsafe extern "C" {
        safe fn atexit(handler: extern "C" fn()) -> i32;
    }
    assert_eq!(atexit(handler), 0);
}

#[cfg(unix)]
fn terminated() {
    use rustix::process::{Signal, getpid, kill_process};
    use signal_hook::{consts::SIGTERM, iterator::Signals};

    let mut signals = Signals::new([SIGTERM]).expect("a signal to wait for");
    let waiting = thread::spawn(move || {
        signals.forever().next();
        klog::flush_and_exit(0);
    });
    log_lines();
    kill_process(getpid(), Signal::TERM).expect("it runs");
    waiting.join().expect("the process ends");
}
