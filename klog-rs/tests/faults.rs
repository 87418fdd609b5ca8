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
        other => panic!("no case {other}"),
    }
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
