//! What goes wrong around a logging process: closed and full streams, slow readers, forks, signals, panics.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command},
    thread,
    time::Duration,
};

use crate::{
    child::{self, lines},
    faulty::{BURST, N_EXITS, N_FORKS, N_LINES, N_THREADS},
};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("panics are logged", panics_are_logged),
    ("a panic shows its stack when it is asked for", panics_show_their_stack),
    ("a panic that ends the program is flushed", panics_are_flushed),
    ("panics while logging", panics_while_logging),
    ("a fork while another thread logs", forks),
    ("a fork while other threads start", forks_that_exit),
    ("a closed stream", closed_streams),
    ("a reader that goes away", closed_readers),
    ("a full disk", full_disk),
    ("a disk that becomes full within a line", partial_lines),
    ("a slow reader", slow_readers),
    ("a signal while a buffer is full", signals),
    ("sixteen threads in one pipe", threads_share_a_pipe),
];

fn child(case: &str) -> Command {
    child::child(&format!("faults {case}"))
}

/// `location="…"` without line and column, `thread` and what follows.
#[track_caller]
fn check_panic(case: &str, expected: &str) {
    let output = child(case).output().expect("the child runs");
    assert!(output.status.success(), "{case}: {output:?}");
    let digits_gone: String = lines(&output.stderr)
        .split_inclusive("faulty.rs:")
        .map(|part| part.trim_start_matches(|char: char| char.is_ascii_digit() || char == ':'))
        .collect();
    assert_eq!(digits_gone, expected, "{case}");
}

fn panics_are_logged() {
    let entry = r#""Observed a panic" logger="worker" panic=<|	pod web-0|	is gone| > location="klog-rs/tests/process/faulty.rs:" thread="worker-1""#;
    check_panic("panic", &format!(r#"E {entry}|I "still running""#));
    check_panic("panic-before-install", &format!(r#"E {entry}|I "still running""#));
    check_panic(
        "panic --logging-format=json",
        r#"{"msg":"Observed a panic","panic":"pod web-0\nis gone","location":"klog-rs/tests/process/faulty.rs:","thread":"worker-1"}|{"msg":"still running","v":0}"#,
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
    assert!(stack.contains("faulty::panic"), "{stack}");
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
    for mut running in [
        child("fork"),
        child("fork --log-text-split-stream --log-text-info-buffer-size=64Ki"),
        child("fork --log-text-split-stream --log-text-info-buffer-size=8Ki"),
        with_queue("fork", "block", "64Ki"),
        with_queue("fork --log-text-split-stream", "block", "1Ki"),
    ] {
        // A pipe keeps lines of several processes whole up to 4096 bytes only, a file all of them.
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fork.log");
        let log = File::create(&path).expect("a file");
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
        assert_eq!(pids.len(), 1 + N_FORKS + N_FORKS / 4, "{pids:?}");
        let in_children = pids.values().filter(|n_lines| **n_lines <= 3).count();
        assert!(in_children >= N_FORKS + N_FORKS / 4, "{pids:?}");
    }
}

#[cfg(not(unix))]
fn forks() {}

#[cfg(unix)]
fn forks_that_exit() {
    let output = child("fork-and-exit").output().expect("the child runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(lines(&output.stderr).split('|').count(), N_EXITS);
}

#[cfg(not(unix))]
fn forks_that_exit() {}

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
    // The queue's losses are those of the stream after it.
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

#[cfg(unix)]
fn partial_lines() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("partial.log");
    let log = File::create(&path).expect("a file");
    assert!(child("partial").stderr(log).status().expect("the child runs").success());
    let text = std::fs::read_to_string(&path).expect("UTF-8");
    assert!(!text[..1000].ends_with('\n'), "a line was written in part: {text}");
    let (whole, rest) = text[..1000].rsplit_once('\n').expect("some are whole");
    let n_whole = whole.lines().count();
    let report = format!("E \"Log entries lost\" count={}|", 30 - n_whole);
    let later: Vec<_> = (30..40).map(|n| format!("I \"line\" thread=0 n={n}")).collect();
    assert_eq!(lines(text[1000..].trim_start_matches('\n').as_bytes()), report + &later.join("|"));
    // What is left of the torn line is on a line of its own.
    assert_eq!(text.as_bytes()[1000], b'\n', "{rest}");
}

#[cfg(not(unix))]
fn partial_lines() {}

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
    for when_full in ["dropNewest", "dropInfo"] {
        check_losses(with_queue("threads", when_full, "64Ki"), n_logged, true, Duration::ZERO);
    }
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
