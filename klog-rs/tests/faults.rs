//! What goes wrong around a logging process: closed and full streams, slow readers, forks, signals, panics.
//!
//! This program runs itself as a child with `KLOG_CHILD` set, and reads what it writes.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, ExitCode},
    thread,
    time::Duration,
};

use clap::Parser as _;

#[path = "support/child.rs"]
mod child;
use child::{child, lines};

fn main() -> ExitCode {
    if let Ok(child) = std::env::var("KLOG_CHILD") {
        run_child(&child);
        return ExitCode::SUCCESS;
    }
    child::run_all(&[
        ("panics are logged", panics_are_logged),
        ("a panic shows its stack when it is asked for", panics_show_their_stack),
        ("a panic that ends the program is flushed", panics_are_flushed),
        ("panics while logging", panics_while_logging),
        ("a fork while another thread logs", forks),
        ("a closed stream", closed_streams),
        ("a reader that goes away", closed_readers),
        ("a full disk", full_disk),
        ("a slow reader", slow_readers),
        ("a signal while a buffer is full", signals),
        ("sixteen threads in one pipe", threads_share_a_pipe),
    ])
}

/// What a child does: the case's name is the first word, flags follow.
fn run_child(child: &str) {
    let mut words = child.split(' ');
    let case = words.next().unwrap_or_default();
    let mut config = child::Args::parse_from(["child"].into_iter().chain(words)).logging.config();
    if let Ok(queue) = std::env::var("KLOG_QUEUE") {
        config.queue = serde_json::from_str(&queue).expect("the options of a queue");
    }
    match case {
        "panic" => {
            klog::panic_hook(klog::EarlierHook::Skip);
            let _guard = config.install().expect("the configuration is valid");
            panic();
        }
        "panic-before-install" => {
            klog::panic_hook(klog::EarlierHook::Skip);
            panic();
        }
        "panic-both" => {
            let _guard = config.install().expect("the configuration is valid");
            klog::panic_hook(klog::EarlierHook::Call);
            panic();
        }
        "panic-abort" => {
            let guard = config.install().expect("the configuration is valid");
            klog::panic_hook(klog::EarlierHook::Skip);
            std::mem::forget(guard);
            klog::info!("buffered");
            // A panic in a destructor during a panic ends the program without unwinding.
            let _bomb = Bomb;
            panic!("first");
        }
        "panic-in-value" => {
            let _guard = config.install().expect("the configuration is valid");
            klog::panic_hook(klog::EarlierHook::Call);
            klog::info!("before", value = ?Bomb);
            klog::info!("after");
        }
        "panic-in-sink" => {
            klog::panic_hook(klog::EarlierHook::Skip);
            let sink = klog::Buffered::new(PanicsOnce::default(), 10);
            let logger = klog::Output::new(klog::Format::Text, sink).with_header(false).logger();
            for message in ["a line", "lost with it", "through"] {
                klog::Logger::info(&logger, message, &[]);
            }
        }
        #[cfg(unix)]
        "fork" => {
            let _guard = config.install().expect("the configuration is valid");
            fork_while_logging();
        }
        #[cfg(unix)]
        "closed" => {
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
        "lose" => {
            let guard = config.install().expect("the configuration is valid");
            // The reader goes away at some time; then everything is lost.
            while n_lost() < 10 {
                klog::info!("line", n = 0);
            }
            drop(guard);
            print_losses();
        }
        "burst" => {
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
        "threads" => {
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
        "signal" => {
            let _guard = config.install().expect("the configuration is valid");
            for n in 0..BURST {
                klog::info!("line", thread = 0, n);
            }
            klog::error!("ready");
            thread::park();
        }
        #[cfg(unix)]
        "signal-handled" => {
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
        other => panic!("no case {other}"),
    }
}

#[cfg(unix)]
const N_FORKS: usize = 40;

/// Two threads log short and long lines, which take the locks in both ways, while the third forks.
#[cfg(unix)]
fn fork_while_logging() {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    // SAFETY: the declaration is that of POSIX.
    unsafe extern "C" {
        safe fn fork() -> i32;
    }
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
            if fork() == 0 {
                log(n);
                // A child of the child.
                if n % 4 == 0 && fork() == 0 {
                    log(n);
                }
                klog::flush_and_exit(0);
            }
            thread::sleep(Duration::from_millis(1));
        }
        is_over.store(true, Relaxed);
    });
}

const BURST: usize = 20_000;
const N_THREADS: usize = 16;
const N_LINES: usize = 100_000;

fn n_lost() -> u64 {
    klog::stats().lost.iter().flatten().sum()
}

/// Reasons and numbers of lost lines, on standard output.
fn print_losses() {
    let lost = klog::stats().lost;
    for (index, reason) in klog::LossReason::ALL.into_iter().enumerate() {
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
struct PanicsOnce(std::sync::atomic::AtomicBool);

impl klog::Sink for PanicsOnce {
    fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
        assert!(self.0.swap(true, std::sync::atomic::Ordering::Relaxed), "the sink fails");
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

/// `location="…"` without line and column, `thread` and what follows.
#[track_caller]
fn check_panic(case: &str, expected: &str) {
    let output = child(case).output().expect("the child runs");
    assert!(output.status.success(), "{case}: {output:?}");
    let digits_gone: String = lines(&output.stderr)
        .split_inclusive("faults.rs:")
        .map(|part| part.trim_start_matches(|char: char| char.is_ascii_digit() || char == ':'))
        .collect();
    assert_eq!(digits_gone, expected, "{case}");
}

fn panics_are_logged() {
    let entry = r#""Observed a panic" logger="worker" panic=<|	pod web-0|	is gone| > location="klog-rs/tests/faults.rs:" thread="worker-1""#;
    check_panic("panic", &format!(r#"E {entry}|I "still running""#));
    check_panic("panic-before-install", &format!(r#"E {entry}|I "still running""#));
    check_panic(
        "panic --logging-format=json",
        r#"{"msg":"Observed a panic","panic":"pod web-0\nis gone","location":"klog-rs/tests/faults.rs:","thread":"worker-1"}|{"msg":"still running","v":0}"#,
    );
    let output = child("panic-both").output().expect("the child runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (log, rest) = text.split_once("\nthread 'worker-1' ").expect("the earlier hook ran");
    assert!(log.ends_with(" thread=\"worker-1\"\n"), "{log}");
    assert!(rest.contains("is gone") && rest.contains("] \"still running\""), "{rest}");
}

fn panics_show_their_stack() {
    let output = child("panic").env("RUST_BACKTRACE", "1").output().expect("the child runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, stack) = text.split_once(" stacktrace=<\n").expect("a block");
    assert!(stack.contains("faults::panic"), "{stack}");
    // Every line of it stays inside of the block.
    assert!(
        stack
            .split("\n >\n")
            .next()
            .is_some_and(|block| block.lines().all(|line| line.starts_with('\t')))
    );
}

fn panics_are_flushed() {
    let case = "panic-abort --log-text-split-stream --log-text-info-buffer-size=1Mi";
    let output = child(case).output().expect("the child runs");
    assert!(!output.status.success());
    assert_eq!(lines(&output.stdout), r#"I "buffered""#);
    let panics: Vec<_> = lines(&output.stderr)
        .split('|')
        .take(2)
        .map(|line| line.split(" location=").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        panics,
        [r#"E "Observed a panic" panic="first""#, r#"E "Observed a panic" panic="second""#]
    );
}

fn panics_while_logging() {
    let output = child("panic-in-value").output().expect("the child runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(lines(&output.stderr), r#"I "before" value="<panic: in a value>"|I "after""#);

    let output = child("panic-in-sink").output().expect("the child runs");
    assert!(output.status.success(), "{output:?}");
    // The line that was being written is lost, nothing else is.
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "\"a line\"\n\"Log entries lost\" count=1\n\"through\"\n"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("the sink fails"));
}

#[cfg(unix)]
fn forks() {
    for flags in [
        "--v=0",
        "--log-text-split-stream --log-text-info-buffer-size=64Ki",
        "--log-text-split-stream --log-text-info-buffer-size=8Ki",
    ] {
        // A pipe keeps lines of several processes whole up to 4096 bytes only, a file all of them.
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fork.log");
        let log = File::create(&path).expect("a file");
        let mut running = child(&format!("fork {flags}"));
        // The other end of its stdin closes when the last child has ended: one that waits for a lock keeps the test waiting.
        let (mut ended, open) = std::io::pipe().expect("a pipe");
        running.stdin(open).stdout(log.try_clone().expect("a file")).stderr(log);
        assert!(running.status().expect("the child runs").success());
        drop(running);
        std::io::copy(&mut ended, &mut std::io::sink()).expect("it can be read");
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let mut pids = std::collections::HashMap::new();
        for line in text.lines() {
            // `I1025 00:15:15.525108   12345 faults.rs:5] "line" pid=12345 n=1`
            let pid = line.get(21..29).expect("a header").trim();
            assert!(line.contains(&format!("] \"line\" pid={pid} n=")), "{line}");
            *pids.entry(pid).or_insert(0) += 1;
        }
        // The parent, its children and theirs, and nothing from one in another: each wrote two or three lines.
        assert_eq!(pids.len(), 1 + N_FORKS + N_FORKS / 4, "{flags}");
        let in_children = pids.values().filter(|n_lines| **n_lines <= 3).count();
        assert!(in_children >= N_FORKS + N_FORKS / 4, "{pids:?}");
    }
}

#[cfg(not(unix))]
fn forks() {}

/// With a queue of this size for each stream.
fn with_queue(case: &str, when_full: &str, size: &str) -> Command {
    let mut command = child(case);
    command.env("KLOG_QUEUE", format!(r#"{{"size": "{size}", "whenFull": "{when_full}"}}"#));
    command
}

#[cfg(unix)]
fn closed_streams() {
    let output = child("closed").output().expect("the child runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Closed 10\n");
    // The queue's losses are those of the stream behind it.
    let output = with_queue("closed", "block", "1Ki").output().expect("the child runs");
    assert!(output.status.success(), "{output:?}");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(stdout.is_empty() || stdout.starts_with("Closed "), "{stdout}");
}

#[cfg(not(unix))]
fn closed_streams() {}

fn closed_readers() {
    for (mut command, n_read) in [
        (child("lose"), 0),
        (child("lose"), 5),
        (child("lose --logging-format=json"), 5),
        (with_queue("lose", "block", "4Ki"), 5),
        (with_queue("lose", "dropInfo", "4Ki"), 0),
    ] {
        let mut running = command.spawn().expect("the child runs");
        let stderr = BufReader::new(running.stderr.take().expect("it is piped"));
        let lines = stderr
            .lines()
            .take(n_read)
            .filter(|line| line.as_ref().is_ok_and(|line| line.contains("line")));
        assert_eq!(lines.count(), n_read);
        let output = running.wait_with_output().expect("the child ends");
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout.starts_with(b"BrokenPipe "), "{output:?}");
    }
}

fn full_disk() {
    for mut command in [child("lose"), with_queue("lose", "dropNewest", "4Ki")] {
        let Ok(full) = File::options().write(true).open("/dev/full") else { return };
        let output = command.stderr(full).output().expect("the child runs");
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout.starts_with(b"NoSpace "), "{output:?}");
    }
}

/// What came through, of a child that numbers the lines of each thread.
#[derive(Debug, Default)]
struct Received {
    n_lines: usize,
    n_errors: usize,
    /// Lines that are missing between others of their thread.
    n_missing: usize,
    /// Lines that the log itself says are missing.
    n_reported: usize,
}

/// Reads standard error to its end. A torn line panics, and so does one that comes too early.
fn receive(running: &mut Child) -> Received {
    let mut received = Received::default();
    let mut next = [0; N_THREADS];
    let stderr = BufReader::with_capacity(1 << 16, running.stderr.take().expect("it is piped"));
    for line in stderr.lines() {
        let line = line.expect("lines are UTF-8");
        let (header, rest) = line.split_once("] ").unwrap_or_else(|| panic!("torn: {line}"));
        let number = |text: &str| text.parse::<usize>().unwrap_or_else(|_| panic!("torn: {line}"));
        if let Some(count) = rest.strip_prefix("\"Log entries lost\" count=") {
            received.n_reported += number(count);
            continue;
        }
        let place = rest.strip_prefix("\"line\" thread=").and_then(|rest| rest.split_once(" n="));
        let (thread, n) = place.unwrap_or_else(|| panic!("torn: {line}"));
        let next = &mut next[number(thread)];
        assert!(number(n) >= *next, "{line} comes after {next}");
        received.n_missing += number(n) - *next;
        *next = number(n) + 1;
        received.n_lines += 1;
        received.n_errors += usize::from(header.starts_with('E'));
    }
    received
}

/// Runs a child to its end and compares what came through with what it says it has lost.
#[track_caller]
fn check_losses(mut command: Command, n_logged: usize, may_lose: bool, wait: Duration) -> Received {
    let mut running = command.spawn().expect("the child runs");
    thread::sleep(wait);
    let received = receive(&mut running);
    let output = running.wait_with_output().expect("the child ends");
    assert!(output.status.success(), "{output:?}");
    let losses = String::from_utf8_lossy(&output.stdout).into_owned();
    let n_lost: usize = match losses.trim().split_once(' ') {
        None => 0,
        Some(("QueueFull", n_lost)) => n_lost.parse().expect("a number"),
        Some(_) => panic!("{losses}"),
    };
    assert_eq!(received.n_lines + n_lost, n_logged, "{received:?}");
    assert_eq!(received.n_reported, n_lost, "every lost line is reported");
    assert!(received.n_missing <= n_lost, "{received:?}");
    assert_eq!(n_lost > 0, may_lose, "{received:?}");
    received
}

fn slow_readers() {
    let wait = Duration::from_millis(100);
    check_losses(child("burst"), BURST, false, wait);
    check_losses(with_queue("burst", "block", "16Ki"), BURST, false, wait);
    check_losses(with_queue("burst", "dropNewest", "16Ki"), BURST, true, wait);
    let received = check_losses(with_queue("burst", "dropInfo", "32Ki"), BURST, true, wait);
    // All errors have room where information is.
    assert_eq!(received.n_errors, BURST / 100);
}

fn threads_share_a_pipe() {
    let n_logged = N_THREADS * N_LINES;
    check_losses(child("threads"), n_logged, false, Duration::ZERO);
    check_losses(with_queue("threads", "block", "1Mi"), n_logged, false, Duration::ZERO);
    check_losses(with_queue("threads", "dropNewest", "64Ki"), n_logged, true, Duration::ZERO);
}

/// The state of a program that is ended by a signal, and how many lines of its buffer were written.
#[cfg(unix)]
fn terminate(mut command: Command) -> (Option<i32>, usize) {
    use rustix::process::{Pid, Signal, kill_process};

    let mut running = command.spawn().expect("the child runs");
    let mut stderr = BufReader::new(running.stderr.take().expect("it is piped"));
    stderr.read_line(&mut String::new()).expect("the child is ready");
    // The reader of standard output is slow, so that buffers are full by now.
    thread::sleep(Duration::from_millis(50));
    kill_process(Pid::from_child(&running), Signal::TERM).expect("it runs");
    let mut lines = String::new();
    running.stdout.take().expect("it is piped").read_to_string(&mut lines).expect("UTF-8");
    (running.wait().expect("the child ends").code(), lines.lines().count())
}

#[cfg(unix)]
fn signals() {
    let flags = "--log-text-split-stream --log-text-info-buffer-size=8Mi";
    // Nobody has asked for it to be handled: the buffer is lost with the program.
    assert_eq!(terminate(child(&format!("signal {flags}"))), (None, 0));
    assert_eq!(terminate(child(&format!("signal-handled {flags}"))), (Some(0), BURST));
    let queue = with_queue("signal-handled --log-text-split-stream", "dropNewest", "8Mi");
    assert_eq!(terminate(queue), (Some(0), BURST));
}

#[cfg(not(unix))]
fn signals() {}
