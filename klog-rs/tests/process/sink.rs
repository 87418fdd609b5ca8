//! Streams of real processes.

use std::{
    fs::File,
    io::{self, Read},
    process::{Command, Stdio},
    sync::{
        Arc, Condvar, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use clap::Parser;
use klog::{
    Format, Output, Severity,
    sink::{LossReason, NonBlocking, WhenFull},
};

use tracing_subscriber::prelude::*;

use crate::child::{self, lines};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("early entries are written", early_entries),
    ("one stream", one_stream),
    ("split streams", split_streams),
    ("buffer", buffer),
    ("small buffer", small_buffer),
    ("flush by interval", flush_by_interval),
    ("fatal flushes and exits with 1", fatal_flushes),
    ("the time is that of the zone", zone_of_the_system),
    ("a layer is flushed", layers_are_flushed),
    ("installing twice is refused", installing_twice),
    ("losses are reported", losses_are_reported),
    ("a full queue blocks or drops", full_queues),
    ("a queue does not wait for itself", queue_under_itself),
    ("threads write whole lines", threads_write_whole_lines),
    ("a stream that does not block is waited for", non_blocking_stream),
];

fn child(case: &str) -> Command {
    child::child(&format!("sink {case}"))
}

/// What a child does: the case's name is the first word, flags follow.
pub(crate) fn run(child: &str) {
    let mut words = child.split(' ');
    let case = words.next().unwrap_or_default();
    let args = child::Args::parse_from(["child"].into_iter().chain(words));
    match case {
        "early" => early(&args),
        "layer" => {
            let output = args.logging.config().output().expect("the configuration is valid");
            let subscriber = tracing_subscriber::registry().with(output.layer());
            tracing::subscriber::set_global_default(subscriber).expect("the first one");
            klog::info!("buffered");
            klog::fatal!("Could not go on");
        }
        _ => {}
    }
    let guard = args.logging.config().install().expect("the configuration is valid");
    match case {
        "severities" => {
            klog::info!("info");
            klog::info!(v: 2, "v2");
            klog::error!(err: "whoops", "error");
            klog::warn!("warning");
            klog::info!(v: 5, "hidden");
        }
        "sizes" => {
            for (message, index) in [("m", 0), ("m", 1), ("m", 2), ("m", 3), ("m", 4)] {
                klog::Logger::background().info(message, &[("i", (&index).into())]);
            }
            klog::Logger::background().info(&"x".repeat(300), &[]);
            klog::info!("short");
            klog::error!("error");
        }
        "wait" => {
            klog::info!("buffered");
            // The parent ends the wait.
            let _ = io::stdin().read(&mut [0]);
            std::process::exit(0);
        }
        "fatal" => {
            klog::info!("buffered");
            klog::fatal!("Could not go on", reason = "test");
        }
        "twice" => {
            let second = klog::Config::default().install().expect_err("it was installed");
            println!("{second}");
        }
        "threads" => {
            let long = "y".repeat(9_000);
            thread::scope(|scope| {
                for n_thread in 0..16 {
                    let long = &long;
                    scope.spawn(move || {
                        for n_line in 0..200 {
                            if n_line % 20 == 0 {
                                klog::info!("long", thread = n_thread, text = long.as_str());
                            }
                            klog::info!("short", thread = n_thread, line = n_line);
                        }
                    });
                }
            });
        }
        other => panic!("no case {other}"),
    }
    drop(guard);
}

/// Logs before, while and after logging is installed.
fn early(args: &child::Args) {
    let logger = klog::Logger::background().with_name("early");
    klog::info!("info", late = false);
    klog::info!(v: 1, "hidden");
    klog::debug!("hidden");
    klog::info!(logger: &logger, "named");
    klog::info!(logger: logger.v(1), "hidden");
    logger.in_scope(|| klog::warn!("scoped"));
    logger.info("run time", &[("key", (&1).into())]);
    klog::error!(err: "whoops", "error");
    println!("{:?}", [logger.enabled(0), logger.enabled(1)]);
    // A subscriber that is made and not yet the program's: `tracing` has a level then, and nobody who listens.
    let around = |when: &str| klog::info!("around", when);
    let made = tracing::Dispatch::new(tracing_subscriber::registry());
    around("made");
    drop(made);
    let is_installed = AtomicBool::new(false);
    let log = || {
        let mut n_lines = 0;
        loop {
            let was_installed = is_installed.load(Ordering::SeqCst);
            klog::info!("meanwhile", n = n_lines);
            n_lines += 1;
            if was_installed {
                return n_lines;
            }
        }
    };
    thread::scope(|scope| {
        let logging = [log; 4].map(|log| scope.spawn(log));
        std::mem::forget(args.logging.config().install().expect("the configuration is valid"));
        is_installed.store(true, Ordering::SeqCst);
        let n_lines = logging.map(|thread| thread.join().expect("no panic"));
        println!("{}", n_lines.iter().sum::<usize>());
    });
    klog::info!("installed", late = true);
    around("installed");
    std::process::exit(0);
}

#[track_caller]
fn check(case: &str, stdout: &str, stderr: &str) {
    let output = child(case).output().expect("the child runs");
    assert!(output.status.success(), "{case}: {output:?}");
    assert_eq!(
        (lines(&output.stdout), lines(&output.stderr)),
        (stdout.to_owned(), stderr.to_owned()),
        "{case}"
    );
}

fn zone_of_the_system() {
    #[track_caller]
    fn check(zone: &str, offset: i64) {
        let output = child("severities").env("TZ", zone).output().expect("the child runs");
        let shown = format!("1972{}", String::from_utf8_lossy(&output.stderr[1..14]));
        let shown = jiff::civil::DateTime::strptime("%Y%m%d %H:%M:%S", &shown).expect("a header");
        let now = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(offset);
        let now = jiff::tz::Offset::UTC.to_datetime(now);
        let now = now.with().year(1972).build().expect("a leap year has all days");
        let late = now.duration_since(shown).as_secs();
        assert!((0..100).contains(&late) || late < -300 * 86_400, "{zone}: {shown}, {now}");
    }
    check("<+0545>-5:45", 20_700);
    check("nowhere", 0);
}

fn early_entries() {
    let output = child("early --logging-format=json").output().expect("the child runs");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let (enabled, n_meanwhile) = stdout.trim().split_once('\n').expect("two lines");
    assert_eq!(enabled, "[true, false]");
    let (text, json): (Vec<_>, Vec<_>) = {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        stderr.lines().map(str::to_owned).partition(|line| !line.starts_with('{'))
    };
    let is_meanwhile = |line: &&String| line.contains("\"meanwhile\"");
    // Nothing is lost while the one gives way to the other.
    let n_found = text.iter().chain(&json).filter(is_meanwhile).count();
    assert_eq!(n_found.to_string(), n_meanwhile);
    let others = |lines: &[String]| {
        let lines: Vec<_> = lines.iter().filter(|line| !is_meanwhile(line)).cloned().collect();
        child::lines(lines.join("\n").as_bytes())
    };
    assert_eq!(
        others(&text),
        r#"I "info" late=false|I "named" logger="early"|W "scoped" logger="early"|I "run time" logger="early" key=1|E "error" err="whoops"|I "around" when="made""#
    );
    assert_eq!(
        others(&json),
        r#"{"msg":"installed","v":0,"late":true}|{"msg":"around","v":0,"when":"installed"}"#
    );
}

fn one_stream() {
    check("severities -v=2", "", r#"I "info"|I "v2"|E "error" err="whoops"|W "warning""#);
    check(
        "severities -v=2 --logging-format=json",
        "",
        r#"{"msg":"info","v":0}|{"msg":"v2","v":2}|{"msg":"error","err":"whoops"}|{"msg":"warning","v":0,"severity":"warning"}"#,
    );
    check("severities", "", r#"I "info"|E "error" err="whoops"|W "warning""#);
    check(
        "severities --vmodule=sink=2",
        "",
        r#"I "info"|I "v2"|E "error" err="whoops"|W "warning""#,
    );
    check(
        "severities --vmodule=sink=2 --logging-format=json",
        "",
        r#"{"msg":"info","v":0}|{"msg":"v2","v":2}|{"msg":"error","err":"whoops"}|{"msg":"warning","v":0,"severity":"warning"}"#,
    );
    check(
        "severities --log-text-info-buffer-size=1Mi",
        "",
        r#"I "info"|E "error" err="whoops"|W "warning""#,
    );
}

fn split_streams() {
    check(
        "severities -v=2 --log-text-split-stream",
        r#"I "info"|I "v2""#,
        r#"E "error" err="whoops"|W "warning""#,
    );
    check(
        "severities -v=2 --logging-format=json --log-json-split-stream",
        r#"{"msg":"info","v":0}|{"msg":"v2","v":2}|{"msg":"warning","v":0,"severity":"warning"}"#,
        r#"{"msg":"error","err":"whoops"}"#,
    );
    check(
        "severities --log-json-split-stream",
        "",
        r#"I "info"|E "error" err="whoops"|W "warning""#,
    );
}

fn buffer() {
    check(
        "severities -v=2 --log-text-split-stream --log-text-info-buffer-size=1Mi",
        r#"I "info"|I "v2""#,
        r#"E "error" err="whoops"|W "warning""#,
    );
}

fn small_buffer() {
    let long = "x".repeat(300);
    check(
        "sizes --log-text-split-stream --log-text-info-buffer-size=200",
        &format!(r#"I "m" i=0|I "m" i=1|I "m" i=2|I "m" i=3|I "m" i=4|I "{long}"|I "short""#),
        r#"E "error""#,
    );
    // Whole lines only, and never more at once than the buffer holds, unless a line alone is larger.
    let writes = Arc::new(Mutex::new(Vec::new()));
    let sink =
        klog::sink::Buffered::new(Keep { writes: writes.clone(), fails: Arc::default() }, 60);
    let output = Output::new(Format::Text, sink).with_header(false);
    for message in ["a", "b", "c"] {
        output.logger().info(message, &[("pad", "0123456789012".into())]);
    }
    output.logger().info(&"x".repeat(70), &[]);
    output.logger().info("d", &[]);
    assert_eq!(writes.lock().expect("no panic").len(), 3);
    output.flush().expect("the sink takes all");
    let writes = writes.lock().expect("no panic");
    let pair = r#"pad="0123456789012""#;
    let expected = [
        format!("\"a\" {pair}\n\"b\" {pair}\n"),
        format!("\"c\" {pair}\n"),
        format!("\"{}\"\n", "x".repeat(70)),
        "\"d\"\n".into(),
    ];
    assert_eq!(*writes, expected);
}

struct Keep {
    writes: Arc<Mutex<Vec<String>>>,
    fails: Arc<AtomicBool>,
}

impl klog::sink::Sink for Keep {
    fn write(&self, _: Severity, line: &[u8]) -> io::Result<()> {
        if self.fails.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writes.lock().expect("no panic").push(String::from_utf8_lossy(line).into_owned());
        Ok(())
    }
}

fn flush_by_interval() {
    let mut running = child(
        "wait --log-text-split-stream --log-text-info-buffer-size=1Mi --log-flush-frequency=20ms",
    )
    .stdin(Stdio::piped())
    .spawn()
    .expect("the child runs");
    let mut stdout = running.stdout.take().expect("it is piped");
    // It would block for ever if nothing was flushed before the child ends, which it does when it may read.
    let mut line = [0; 64];
    let n_read = stdout.read(&mut line).expect("the child writes");
    assert!(String::from_utf8_lossy(&line[..n_read]).contains("\"buffered\""));
    drop(running.stdin.take());
    assert!(running.wait().expect("the child ends").success());
}

fn fatal_flushes() {
    let output = child("fatal --log-text-split-stream --log-text-info-buffer-size=1Mi")
        .output()
        .expect("the child runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output.stdout), r#"I "buffered""#);
    assert_eq!(lines(&output.stderr), r#"F "Could not go on" reason="test""#);
}

fn layers_are_flushed() {
    let output = child("layer --log-text-split-stream --log-text-info-buffer-size=1Mi")
        .output()
        .expect("the child runs");
    assert_eq!(lines(&output.stdout), r#"I "buffered""#);
    assert_eq!(lines(&output.stderr), r#"F "Could not go on""#);
}

fn installing_twice() {
    check(
        "twice",
        "logging configuration was already applied earlier, changing it is not allowed",
        "",
    );
}

fn losses_are_reported() {
    let (writes, fails) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
    let output = Output::new(Format::Text, Keep { writes: writes.clone(), fails: fails.clone() })
        .with_header(false);
    let before = klog::stats().lost[Severity::Error as usize][LossReason::NoSpace as usize];
    for _ in 0..3 {
        output.logger().error(&io::Error::other("no"), "lost", &[]);
    }
    fails.store(false, Ordering::Relaxed);
    output.logger().info("through", &[]);
    output.logger().info("again", &[]);
    let lost = klog::stats().lost[Severity::Error as usize][LossReason::NoSpace as usize] - before;
    assert!(lost >= 3, "{lost}");
    assert_eq!(
        *writes.lock().expect("no panic"),
        ["\"Log entries lost\" count=3\n", "\"through\"\n", "\"again\"\n"]
    );
}

/// Waits in each write until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Default)]
struct GateState {
    is_open: bool,
    n_entered: usize,
    text: String,
}

impl klog::sink::Sink for Gate {
    fn write(&self, _: Severity, line: &[u8]) -> io::Result<()> {
        let mut state = self.0.0.lock().expect("no panic");
        state.n_entered += 1;
        self.0.1.notify_all();
        state = self.0.1.wait_while(state, |state| !state.is_open).expect("no panic");
        state.text.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }
}

impl Gate {
    fn wait_for_writer(&self) {
        let state = self.0.0.lock().expect("no panic");
        drop(self.0.1.wait_while(state, |state| state.n_entered == 0).expect("no panic"));
    }

    fn open(&self) {
        self.0.0.lock().expect("no panic").is_open = true;
        self.0.1.notify_all();
    }
}

/// Lines of eight bytes, of which four have room while the first is being written, by the letters of their severities.
/// `expected` is what is written at last, with the number of reported losses in its place.
#[track_caller]
fn check_queue(when_full: WhenFull, lines: &str, expected: &str) {
    let (gate, n_lost) = (Gate::default(), || klog::stats().lost.map(|by_reason| by_reason[3]));
    let before = n_lost();
    let sink = NonBlocking::new(gate.clone(), 32, when_full);
    let output = Output::new(Format::Text, sink).with_header(false);
    let log = |n: usize, letter: char| {
        let severity = match letter {
            'I' => Severity::Info,
            'W' => Severity::Warning,
            'E' => Severity::Error,
            _ => Severity::Fatal,
        };
        let (message, n) = (letter.to_string(), n % 10);
        let pairs = &[("n", (&n).into())];
        let entry =
            klog::logger::Entry { severity, message: &message, pairs, ..Default::default() };
        output.logger().log(&entry);
    };
    thread::scope(|scope| {
        log(0, 'I');
        gate.wait_for_writer();
        let (done, is_done) = mpsc::channel();
        scope.spawn(move || {
            for (n, letter) in lines.chars().enumerate() {
                log(n + 1, letter);
            }
            // Nobody waits any more where it was blocked.
            let _ = done.send(());
        });
        if when_full == WhenFull::Block {
            // Nothing can say that a thread will wait for ever; that it does so for a while must do.
            is_done.recv_timeout(Duration::from_millis(50)).expect_err("it waits for room");
        } else {
            is_done.recv().expect("nothing waits for room");
        }
        gate.open();
    });
    output.flush().expect("all is written");
    let lines = gate.0.0.lock().expect("no panic").text.replace("\" n=", "").replace('"', "");
    let lost: [u64; 4] = std::array::from_fn(|severity| n_lost()[severity] - before[severity]);
    let written = format!("{} {lost:?}", lines.trim_end().replace("\n", " "));
    assert_eq!(written, expected, "{when_full:?}");
}

fn full_queues() {
    use WhenFull::{Block, DropInfo, DropNewest};

    check_queue(Block, "IIIIIIIII", "I0 I1 I2 I3 I4 I5 I6 I7 I8 I9 [0, 0, 0, 0]");
    check_queue(DropNewest, "III", "I0 I1 I2 I3 [0, 0, 0, 0]");
    check_queue(DropNewest, "IIIIEE", "I0 I1 I2 I3 Log entries lost count=3 [1, 0, 2, 0]");
    // The last entry of a program is never in the way.
    check_queue(DropNewest, "IIIIFF", "I0 I1 I2 I3 F5 F6 Log entries lost count=1 [1, 0, 0, 0]");
    check_queue(DropInfo, "IIIIE", "I0 I2 I3 E5 Log entries lost count=2 [2, 0, 0, 0]");
    // The least severe of what waits goes first, and within it the oldest.
    check_queue(DropInfo, "IWIE", "I0 W2 I3 E4 Log entries lost count=1 [1, 0, 0, 0]");
    check_queue(DropInfo, "WIEEE", "I0 E3 E4 E5 Log entries lost count=2 [1, 1, 0, 0]");
    check_queue(DropInfo, "EEEEWI", "I0 E1 E2 E3 Log entries lost count=3 [1, 1, 1, 0]");
    check_queue(DropInfo, "WWWI", "I0 W1 W2 W3 Log entries lost count=1 [1, 0, 0, 0]");
}

/// Logs through the output that it belongs to.
#[derive(Clone, Default)]
struct Talks(Arc<(OnceLock<klog::Logger>, Mutex<String>)>);

impl klog::sink::Sink for Talks {
    fn write(&self, _: Severity, line: &[u8]) -> io::Result<()> {
        if !line.starts_with(b"\"writing") {
            for n in 0..3 {
                let pairs = &[("n", (&n).into())];
                self.0.0.get().expect("it was set").info("writing", pairs);
            }
        }
        self.0.1.lock().expect("no panic").push_str(&String::from_utf8_lossy(line));
        Ok(())
    }
}

fn queue_under_itself() {
    let n_kept_out = || klog::stats().lost[Severity::Info as usize][LossReason::Reentrant as usize];
    let before = n_kept_out();
    let sink = Talks::default();
    // Room for the line and one more, not for three.
    let queue = NonBlocking::new(sink.clone(), 24, WhenFull::Block);
    let output = Output::new(Format::Text, queue).with_header(false);
    sink.0.0.set(output.logger()).expect("the first one");
    output.logger().info("a", &[]);
    output.flush().expect("all is written");
    assert_eq!(*sink.0.1.lock().expect("no panic"), "\"a\"\n");
    assert_eq!(n_kept_out() - before, 3);
}

fn threads_write_whole_lines() {
    let output = child("threads").output().expect("the child runs");
    let text = String::from_utf8(output.stderr).expect("lines are UTF-8");
    let (mut n_short, mut n_long) = (0, 0);
    for line in text.lines() {
        let rest = line.split_once("] ").unwrap_or_else(|| panic!("torn line: {line}")).1;
        if rest.starts_with("\"short\" thread=") {
            n_short += 1;
            assert!(
                rest.split_once(" line=").is_some_and(|(_, line)| line.parse::<u8>().is_ok()),
                "torn line: {line}"
            );
        } else {
            n_long += 1;
            assert!(
                rest.starts_with("\"long\"") && rest.ends_with("yyy\""),
                "torn line: {}",
                &line[..80]
            );
            assert_eq!(rest.matches('y').count(), 9_000);
        }
    }
    assert_eq!((n_short, n_long), (16 * 200, 16 * 10));
}

#[cfg(unix)]
fn non_blocking_stream() {
    use rustix::{
        fs::{OFlags, fcntl_getfl, fcntl_setfl},
        pipe::pipe,
    };
    let (reader, writer) = pipe().expect("a pipe");
    fcntl_setfl(&writer, fcntl_getfl(&writer).expect("flags") | OFlags::NONBLOCK).expect("flags");
    let mut running = child("threads").stderr(Stdio::from(writer)).spawn().expect("the child runs");
    thread::sleep(Duration::from_millis(50));
    let mut text = String::new();
    File::from(reader).read_to_string(&mut text).expect("lines are UTF-8");
    assert!(running.wait().expect("the child ends").success());
    assert_eq!(
        text.lines()
            .filter(|line| line.contains("] \"short\"") || line.contains("] \"long\""))
            .count(),
        16 * 210
    );
}

#[cfg(not(unix))]
fn non_blocking_stream() {
    let _ = Duration::ZERO;
}
