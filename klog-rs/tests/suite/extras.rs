//! What an output does with its entries besides writing them.

use std::io;

use crate::support::Memory;
use klog::{
    Format, Logger, Output, Value, encode::Clock, kvs, logger::Entry, output::Edit, sink::Writer,
};
use tracing_subscriber::prelude::*;

fn output(format: Format) -> (Memory, Output) {
    let lines = Memory::default();
    let output = Output::new(format, lines.clone()).with_header(false);
    (lines, output.with_clock(Clock::Fixed { nanos: 0, offset: 0 }))
}

fn edit(key: &str, value: &Value<'_>) -> Edit {
    match key {
        "token" => Edit::Replace("***".into()),
        "noise" => Edit::Drop,
        "msg" if value.to_string().contains("s3cr3t") => Edit::Replace("hidden".into()),
        "bad" => panic!("the hook fails"),
        "err" => Edit::Replace(format!("short: {}", value.to_string().len())),
        _ => Edit::Keep,
    }
}

/// Pairs of spans, loggers and calls, of all APIs, in both formats.
#[test]
fn pairs_are_edited() {
    let log = || {
        let logger = Logger::background().with_values(kvs! { token = "s3cr3t", of = "logger" });
        klog::info!(logger: logger, "Signed in", user = "ada", noise = 1, n = 2);
        klog::error!(err: "a long text", "Refused", token = "s3cr3t", bad = "s3cr3t");
        let _span = tracing::info_span!("span", token = "s3cr3t", at = 7).entered();
        tracing::info!(token = "s3cr3t", noise = 1, flag = true, "of {}", "tracing");
        tracing::info!("with s3cr3t");
    };
    for (format, expected) in [
        (
            Format::Text,
            [
                r#""Signed in" token="***" of="logger" user="ada" n=2"#,
                r#""Refused" err="short: 11" token="***" bad="<panic: the hook fails>""#,
                r#""of tracing" token="***" at=7 flag=true"#,
                r#""hidden" token="***" at=7"#,
            ],
        ),
        (
            Format::Json,
            [
                r#":"Signed in","v":0,"token":"***","of":"logger","user":"ada","n":2}"#,
                r#":"Refused","token":"***","bad":"<panic: the hook fails>","err":"short: 11"}"#,
                r#":"of tracing","v":0,"token":"***","at":7,"flag":true}"#,
                r#":"hidden","v":0,"token":"***","at":7}"#,
            ],
        ),
    ] {
        let (lines, output) = output(format);
        let subscriber = tracing_subscriber::registry().with(output.with_edit(edit).layer());
        tracing::subscriber::with_default(subscriber, log);
        let text = lines.take();
        let got: Vec<_> = text
            .lines()
            .map(|line| line.split_once("\"msg\"").map_or(line, |(_, rest)| rest))
            .collect();
        assert_eq!(got, expected);
    }
}

#[test]
fn threads_have_names_and_headers_colours() {
    let (lines, output) = output(Format::Text);
    let output = output.with_thread_name(true);
    let logger = output.logger();
    let named = std::thread::Builder::new().name("worker-1".into());
    let running = named.spawn(move || klog::info!(logger: logger, "m", a = 1)).expect("a thread");
    running.join().expect("no panic");
    assert_eq!(lines.take(), "\"m\" a=1 thread=\"worker-1\"\n");

    let output = output.with_header(true).with_pid(1).with_thread_name(false).with_color(true);
    output.logger().log(&Entry {
        severity: klog::Severity::Warning,
        message: "a] b",
        file: Some("x].rs"),
        line: 7,
        ..Entry::default()
    });
    assert_eq!(
        lines.take(),
        "\u{1b}[33mW0101 00:00:00.000000       1 x_.rs:7]\u{1b}[0m \"a] b\"\n"
    );
    let (lines, output) = self::output(Format::Json);
    output.with_color(true).logger().info("m", &[]);
    assert!(!lines.take().contains('\u{1b}'));
}

#[test]
fn whatever_can_be_written_to_is_a_sink() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let output = Output::new(Format::Text, Writer::new(io::BufWriter::new(writer)));
    let output = output.with_header(false);
    klog::info!(logger: output.logger(), "m", a = 1);
    output.flush().expect("the reader is there");
    drop(output);
    assert_eq!(io::read_to_string(reader).expect("UTF-8"), "\"m\" a=1\n");
}

#[test]
fn nobody_reads_what_is_discarded() {
    klog::error!(logger: Logger::discard(), err: "no", "to nobody");
    Logger::discard().with_name("n").info("to nobody", &[]);
    assert!(!Logger::discard().enabled(0));
}

/// The name of the innermost span, and an entry when a span ends.
#[test]
fn spans_have_names_and_ends() {
    let log = |output: Output| {
        let subscriber = tracing_subscriber::registry().with(output.layer());
        tracing::subscriber::with_default(subscriber, || {
            klog::info!("outside");
            let outer = tracing::info_span!("outer", a = 1).entered();
            let slow = tracing::error_span!("slow \"span\"", b = 2).entered();
            std::thread::sleep(std::time::Duration::from_millis(20));
            klog::info!("within");
            tracing::info!("of tracing");
            drop(slow);
            tracing::debug_span!("hidden at V0").in_scope(|| klog::info!("in a debug span"));
            klog::info!(logger: Logger::background().with_values(kvs! { of = "logger" }), "after");
            outer.record("a", 2);
            Logger::background().with_name("n").in_scope(|| drop(outer));
        });
    };
    let (lines, output) = output(Format::Text);
    log(output.clone().with_span_name(true));
    assert_eq!(
        lines.take().lines().collect::<Vec<_>>(),
        [
            r#""outside""#,
            r#""within" a=1 b=2 span="slow \"span\"""#,
            r#""of tracing" a=1 b=2 span="slow \"span\"""#,
            r#""in a debug span" a=1 span="hidden at V0""#,
            r#""after" a=1 of="logger" span="outer""#,
        ]
    );
    for (verbosity, n_ends) in [(0, 2), (4, 3)] {
        log(output.clone().with_verbosity(verbosity, Default::default()).with_span_ends(true));
        let text = lines.take();
        let ends: Vec<_> = text.lines().filter_map(|line| line.split_once(" duration=")).collect();
        assert_eq!(ends.len(), n_ends, "{text}");
        assert_eq!(ends[0].0, r#""Span ended" a=1 b=2 span="slow \"span\"""#);
        let of_last = r#""Span ended" logger="n" a=2 span="outer""#;
        assert_eq!(ends[n_ends - 1].0, of_last);
        // 20 ms, and not seconds for a machine that is busy.
        let duration = ends[0].1.trim_matches('"');
        assert!(
            duration.ends_with("ms") || duration.ends_with('s') && !duration.ends_with("µs"),
            "{text}"
        );
        assert_eq!(text.matches("span=").count(), n_ends, "{text}");
    }
    log(output.with_span_ends(false));
    assert!(!lines.take().contains("Span ended"));
}
