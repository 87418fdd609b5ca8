//! Prints one entry of every kind, always the same bytes: `cargo run -p klog-rs --example corpus -- text|json`.
//!
//! Readers of klog's lines are tested with it, see `recipes/` in the repository.

use std::{
    cell::Cell, collections::BTreeMap, error::Error, fmt, process::ExitCode, time::Duration,
};

use klog::sink::Sink;
use klog::{Format, LogValue, Logger, Output, Severity, Value, json, kobjs, kref, kvs, pretty};
use klog::{encode::Clock, logger::Entry};

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_else(|| "text".into());
    let Ok(format) = name.parse::<Format>() else {
        eprintln!("usage: corpus text|json");
        return ExitCode::FAILURE;
    };
    let corpus = Corpus { output: Output::new(format, Standard), seconds: Cell::new(0) };
    corpus.severities();
    corpus.scalars();
    corpus.strings();
    corpus.blocks();
    corpus.structures();
    corpus.keys();
    ExitCode::SUCCESS
}

/// Writes to standard output.
struct Standard;

impl Sink for Standard {
    fn write(&self, _: Severity, line: &[u8]) -> std::io::Result<()> {
        std::io::Write::write_all(&mut std::io::stdout().lock(), line)
    }
}

struct Corpus {
    output: Output,
    seconds: Cell<i64>,
}

impl Corpus {
    /// A logger at a fixed time, a second and a bit later than that of the entry before.
    fn next(&self) -> Logger {
        let seconds = self.seconds.replace(self.seconds.get() + 1);
        let nanos = 1_772_600_767_089_012_345 + seconds * 1_000_100_000;
        let clock = Clock::Fixed { nanos, offset: 0 };
        self.output
            .clone()
            .with_clock(clock)
            .with_pid(4711)
            .with_verbosity(5, klog::config::Vmodule::default())
            .logger()
    }

    fn log(&self, message: &str, pairs: &[(&str, Value<'_>)]) {
        let file = Some("src/corpus.rs");
        self.next().log(&Entry { message, pairs, file, line: 7, ..Entry::default() });
    }

    fn severities(&self) {
        let pod = kref("kube-system", "kubedns");
        klog::info!(logger: self.next(), "Pod status updated", pod, status = "ready");
        klog::info!(logger: self.next(), v: 4, "Cache hit", key = "default/web-0");
        klog::warn!(logger: self.next(), "Certificate expires soon", days = 3);
        let logger = self.next().with_name("scheduler").with_name("binder");
        let logger = logger.with_values(kvs! { controller = "deployment", pod });
        klog::error!(logger: logger, err: Refused, "Could not update pod status", attempt = 3);
        klog::error!(logger: self.next(), "No quorum");
        self.next().log(&Entry {
            severity: Severity::Fatal,
            message: "Could not start",
            err: Some(Value::Error(&Refused)),
            file: Some("src/main.rs"),
            line: 40,
            ..Entry::default()
        });
        self.next().log(&Entry { message: "No call site", ..Entry::default() });
    }

    fn scalars(&self) {
        klog::info!(
            logger: self.next(), "Integers", zero = 0, negative = -42, largest = u64::MAX, smallest = i64::MIN,
            wide = u128::MAX,
        );
        klog::info!(
            logger: self.next(), "Floats", fraction = 0.1, tiny = 5e-324, huge = 1e100, single = 0.1_f32,
            notANumber = f64::NAN, infinite = f64::INFINITY,
        );
        klog::info!(
            logger: self.next(), "Scalars", yes = true, no = false, nothing = None::<u8>, some = Some(1),
            letter = 'ß', duration = Duration::from_millis(90_500), bytes = b"ok\xff\n\"".as_slice(),
            time = Value::Time { nanos: 1_772_600_767_089_012_345, offset: 3600 },
        );
    }

    fn strings(&self) {
        klog::info!(
            logger: self.next(), "Strings", empty = "", blank = "a b", quote = r#"say "hi""#,
            backslash = r"C:\dir\", equals = r#"a=1 b="2""#, comma = "a, b, c", brackets = "] } > =<",
            unicode = "naïve 日本語 🦀",
        );
        klog::info!(
            logger: self.next(), "Escapes", tab = "a\tb", carriageReturn = "a\rb",
            escape = "\x1b[31mred\x1b[0m", null = "a\0b", bell = "\x07\x08\x0b\x0c\x7f", next = "\u{85}\u{9b}",
            rightToLeft = "\u{202e}txt", private = "\u{10ffff}", separators = "\u{2028}\u{2029}",
            mark = "\u{feff}", looksLikeOne = r"\x1b \u0041",
        );
        self.log("Message with \"quotes\", a\ttab and a\nline break", &[]);
        self.log("", &[]);
        let at = Value::Str("x.go:70] y");
        self.log("called from main.rs:12] \"Forged\" pod=\"a/b\"", &[("at", at)]);
        klog::info!(logger: self.next(), "Hello, 世界", emoji = "🦀");
    }

    fn blocks(&self) {
        klog::info!(
            logger: self.next(), "Container failed", exitCode = 101,
            output = "thread 'main' panicked:\n\tno route\n\nI0102 15:04:05.000000       1 main.rs:1] \"Forged\" a=\"b\"",
            reason = "Error", tail = "a\n >\nb\n", last = true,
        );
        klog::info!(logger: self.next(), "Only a line break", text = "\n");
        klog::info!(logger: self.next(), "Object over several lines", spec = pretty(&spec()));
        klog::error!(logger: self.next(), err: "first\nsecond", "Error of two lines");
    }

    fn structures(&self) {
        let pods = [kref("default", "web-0"), kref("default", "web-1"), kref("", "node")];
        klog::info!(
            logger: self.next(), "Objects", pod = pods[0], node = pods[2], pods = kobjs(&pods),
            none = kobjs(&pods[..0]),
        );
        klog::info!(
            logger: self.next(), "Lists", numbers = [1, 2, 3], words = ["a b", "c\"d", "] e=1"], empty = [0_i64; 0],
        );
        klog::info!(
            logger: self.next(), "Structures", spec = json(&spec()),
            map = json(&BTreeMap::from([("a b", 1), ("c=\"d\"", 2)])), phase = Phase::CrashLoop,
            container = Container { name: "app", restarts: 3, token: "secret" },
        );
        klog::info!(
            logger: self.next(), "Failures", panics = ?Panics, refuses = json(&f64::NAN), after = "still here",
        );
    }

    fn keys(&self) {
        let one = Value::U64(1);
        let logger = self.next().with_values(kvs! { pod = "old", node = "n" });
        klog::info!(logger: logger, "The last value of a key counts", pod = "new");
        let reserved = ["ts", "msg", "v", "caller", "severity"];
        self.log("Reserved keys", &reserved.map(|key| (key, one)));
        let odd = ["", "a b", "c=\"d\"", "e\nf", "schlüssel", "app.kubernetes.io/name"];
        self.log("Odd keys", &odd.map(|key| (key, one)));
    }
}

#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("connection refused")
    }
}

impl Error for Refused {}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no \"text\"")
    }
}

#[derive(LogValue)]
enum Phase {
    CrashLoop,
}

#[derive(LogValue)]
struct Container {
    name: &'static str,
    restarts: u32,
    #[log(redact)]
    token: &'static str,
}

#[derive(serde::Serialize)]
struct Spec {
    replicas: u32,
    command: [&'static str; 2],
    note: Option<&'static str>,
}

fn spec() -> Spec {
    Spec { replicas: 3, command: ["sh -c", "echo \"a b\" > {x}"], note: None }
}
