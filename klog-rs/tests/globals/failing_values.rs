//! A value that fails costs itself only: all others are formatted once, and the failure is counted once. And what is written
//! around the values is data as well.

use std::{
    cell::Cell,
    fmt,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use crate::support::Memory;
use klog::{Format, Logger, Output, Value, encode::Clock, logger::Entry};
use tracing::{Event, Subscriber, field::Visit};
use tracing_subscriber::{layer::Context, prelude::*};

/// Can be formatted once.
#[derive(Default)]
struct Once(Cell<bool>);

impl fmt::Display for Once {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(!self.0.replace(true), "formatted twice");
        formatter.write_str("once")
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

struct Boom;

impl fmt::Display for Boom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a part")?;
        panic!("boom")
    }
}

impl fmt::Debug for Boom {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

/// What `log` writes in text and in JSON, the number of panics, and that of calls of the hook.
fn written(log: impl Fn()) -> (String, String, u64, usize) {
    static N_HOOKS: AtomicUsize = AtomicUsize::new(0);
    // It is there already when another test was first.
    let _ = log::set_logger(&klog::LogBridge);
    log::set_max_level(log::LevelFilter::Info);
    let [text, json] = [Format::Text, Format::Json].map(|format| {
        let lines = Memory::default();
        let output = Output::new(format, lines.clone()).with_header(false);
        let output = output.with_clock(Clock::Fixed { nanos: 0, offset: 0 });
        let subscriber = tracing_subscriber::registry().with(output.layer());
        // The program's own hook is set last.
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {
            N_HOOKS.fetch_add(1, SeqCst);
        }));
        N_HOOKS.store(0, SeqCst);
        let n_panics = klog::stats().value_panics;
        tracing::subscriber::with_default(subscriber, &log);
        let n_panics = klog::stats().value_panics - n_panics;
        std::panic::set_hook(before);
        (lines.take(), n_panics, N_HOOKS.load(SeqCst))
    });
    assert_eq!((text.1, text.2), (json.1, json.2), "{text:?} {json:?}");
    let json_line = json.0.split_once("\"msg\":").map_or("", |(_, rest)| rest).to_owned();
    (text.0, json_line, text.1, text.2)
}

#[track_caller]
fn check(log: impl Fn(), text: &str, json: &str, n_panics: usize) {
    let got = written(log);
    let expected = (format!("{text}\n"), format!("{json}\n"), n_panics as u64, n_panics);
    assert_eq!(got, expected);
}

#[test]
fn a_value_that_fails_costs_itself_only() {
    let _alone = crate::alone();
    check(
        || klog::info!("m", a = %Once::default(), b = %Boom, c = ?Once::default()),
        r#""m" a="once" b="<panic: boom>" c="once""#,
        r#""m","v":0,"a":"once","bError":"PANIC=boom","c":"once"}"#,
        1,
    );
    check(
        || tracing::info!(a = %Once::default(), b = %Boom, c = ?Once::default(), d = %Boom, "m"),
        r#""m" a="once" b="<panic: boom>" c="once" d="<panic: boom>""#,
        r#""m","v":0,"a":"once","bError":"PANIC=boom","c":"once","dError":"PANIC=boom"}"#,
        2,
    );
    check(
        || tracing::info!(a = ?Boom, b = %Once::default(), "m {}", Once::default()),
        r#""m once" a="<internal error: a formatting trait implementation returned an error>" b="once""#,
        r#""m once","v":0,"aError":"a formatting trait implementation returned an error","b":"once"}"#,
        0,
    );
    check(
        || tracing::info!(a = %Once::default(), "m {}", Boom),
        r#""<panic: boom>" a="once""#,
        r#""<panic: boom>","v":0,"a":"once"}"#,
        1,
    );
    // The key of the failure is taken.
    check(
        || klog::info!("m", a = %Boom, aError = %Once::default(), b = "{\",\":[,"),
        r#""m" a="<panic: boom>" aError="once" b="{\",\":[,""#,
        r#""m","v":0,"aError":"once","b":"{\",\":[,"}"#,
        1,
    );
    check(
        || tracing::info!(aError = %Once::default(), a = %Boom, "m, \"q"),
        r#""m, \"q" aError="once" a="<panic: boom>""#,
        r#""m, \"q","v":0,"aError":"PANIC=boom"}"#,
        1,
    );
    check(
        || log::info!(a:% = Once::default(), b:% = Boom; "m {}", Once::default()),
        r#""m once" a="once" b="<panic: boom>""#,
        r#""m once","v":0,"a":"once","bError":"PANIC=boom"}"#,
        1,
    );
}

/// The header's file is data.
#[test]
fn a_file_cannot_forge_a_header() {
    let _alone = crate::alone();
    fn check(file: Option<&str>, text: &str, json: &str) {
        let lines = |format| {
            let lines = Memory::default();
            let output = Output::new(format, lines.clone()).with_pid(1);
            let output = output.with_clock(Clock::Fixed { nanos: 0, offset: 0 });
            output.logger().log(&Entry { message: "m", file, line: 7, ..Entry::default() });
            lines.take()
        };
        let got = lines(Format::Text);
        assert_eq!(got.split_once("      1 ").expect("a header").1, format!("{text}] \"m\"\n"));
        assert_eq!(lines(Format::Json), format!("{{\"ts\":0{json},\"msg\":\"m\",\"v\":0}}\n"));
    }
    check(Some("dir/x.rs"), "x.rs:7", r#","caller":"dir/x.rs:7""#);
    check(Some("a/b/naïve=1.rs"), "naïve=1.rs:7", r#","caller":"b/naïve=1.rs:7""#);
    check(Some("d/x] \"y\" z=1.rs"), "x_ _y_ z=1.rs:7", r#","caller":"d/x] \"y\" z=1.rs:7""#);
    check(
        Some("d/x.rs:1] \u{1b}[31m\n"),
        "x.rs_1_ _[31m_:7",
        r#","caller":"d/x.rs:1] \u001b[31m\n:7""#,
    );
    check(
        Some("\u{202e}\u{a0}\u{2028}.rs"),
        "___.rs:7",
        ",\"caller\":\"\u{202e}\u{a0}\u{2028}.rs:7\"",
    );
    check(Some("a/"), "???:7", r#","caller":"a/:7""#);
    check(Some(""), "???:7", "");
    check(None, "???:1", "");
}

/// A key gets `_` only where the line has that key already.
#[test]
fn reserved_keys_give_way_only_to_what_is_there() {
    let _alone = crate::alone();
    fn check(log: impl Fn(&Logger), json: &str) {
        let lines = Memory::default();
        let output = Output::new(Format::Json, lines.clone());
        log(&output.with_clock(Clock::Fixed { nanos: 0, offset: 0 }).logger());
        let text = lines.take();
        assert_eq!(text.split_once("\"msg\"").expect("a message").1, format!(":\"m\"{json}}}\n"));
    }
    let pair = |key: &'static str| [(key, Value::U64(1))];
    let error = fmt::Error;
    let text = "an error occurred when formatting an argument";
    check(|logger| logger.info("m", &pair("err")), r#","v":0,"err":1"#);
    check(
        |logger| logger.error(&error, "m", &pair("err")),
        &format!(r#","err_":1,"err":"{text}""#),
    );
    check(|logger| logger.info("m", &pair("logger")), r#","v":0,"logger":1"#);
    check(|logger| logger.with_name("n").info("m", &pair("logger")), r#","v":0,"logger_":1"#);
    check(|logger| logger.info("m", &pair("v")), r#","v":0,"v_":1"#);
    check(|logger| logger.error(&error, "m", &pair("v")), &format!(r#","v":1,"err":"{text}""#));
    check(|logger| logger.info("m", &pair("caller")), r#","v":0,"caller_":1"#);
    check(
        |logger| {
            let entry = Entry { message: "m", pairs: &pair("caller"), ..Entry::default() };
            logger.log(&entry);
        },
        r#","v":0,"caller":1"#,
    );
    check(|logger| logger.info("m", &pair("ts")), r#","v":0,"ts_":1"#);
}

/// Covers the field `token` and sends the event on.
struct Covers(tracing::Dispatch);

impl<S: Subscriber> tracing_subscriber::Layer<S> for Covers {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Texts(Vec<(&'static str, String)>);

        impl Visit for Texts {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
                self.0.push((field.name(), format!("{value:?}")));
            }

            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                self.0.push((field.name(), value.to_owned()));
            }
        }

        let mut texts = Texts(Vec::new());
        event.record(&mut texts);
        let metadata = event.metadata();
        let fields: Vec<String> = metadata
            .fields()
            .iter()
            .map(|field| match texts.0.iter().find(|(name, _)| *name == field.name()) {
                Some(_) if field.name() == "token" => "***".to_owned(),
                Some((_, text)) => text.clone(),
                None => String::new(),
            })
            .collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let values: Vec<Option<&dyn tracing::Value>> =
            fields.iter().map(|text| Some(text as &dyn tracing::Value)).collect();
        let values = metadata.fields().value_set_all(&values);
        let covered = Event::new(metadata, &values);
        self.0.event(&covered);
    }
}

/// The record that travels beside an event belongs to that event, and not to one that another layer makes of it.
#[test]
fn what_a_layer_covers_stays_covered() {
    let _alone = crate::alone();
    for format in [Format::Text, Format::Json] {
        let lines = Memory::default();
        let output = Output::new(format, lines.clone());
        let inner = tracing::Dispatch::new(tracing_subscriber::registry().with(output.layer()));
        let outer = tracing_subscriber::registry().with(Covers(inner));
        tracing::subscriber::with_default(outer, || {
            let token = "secret";
            klog::info!("Signed in", user = "ada", token);
            klog::error!(err: "no", "Refused", token);
            Logger::background()
                .with_name("login")
                .info("Signed in again", &[("user", "ada".into())]);
            tracing::info!(token, "of tracing");
        });
        let text = lines.take();
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(text.matches("***").count(), 3, "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}
