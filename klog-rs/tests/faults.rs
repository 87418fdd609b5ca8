//! What goes wrong around a logging process: closed and full streams, slow readers, forks, signals, panics.
//!
//! This program runs itself as a child with `KLOG_CHILD` set, and reads what it writes.

use std::process::ExitCode;

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
    ])
}

/// What a child does: the case's name is the first word, flags follow.
fn run_child(child: &str) {
    let mut words = child.split(' ');
    let case = words.next().unwrap_or_default();
    let config = child::Args::parse_from(["child"].into_iter().chain(words)).logging.config();
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
    std::thread::scope(|scope| {
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
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        is_over.store(true, Relaxed);
    });
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if std::thread::panicking() {
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
    let worker = std::thread::Builder::new().name("worker-1".into());
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
        let log = std::fs::File::create(&path).expect("a file");
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
