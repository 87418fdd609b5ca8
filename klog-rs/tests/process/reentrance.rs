//! Whatever may log while klog uses it logs, through all three APIs and into all kinds of outputs.
//!
//! What comes out of a sink or an encoder that is in use would come out of it again, for ever: it is kept out, and
//! counted. All else that logs is written.

use std::{
    fmt, io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};

use klog::{
    Format, Guard, Output, Severity, Value,
    encode::{Encoder, Key, Line, PairEncoder},
    output::Edit,
    sink::{Buffered, LossReason, NonBlocking, Sink, WhenFull},
};
use tracing_subscriber::prelude::*;

use crate::{child::child, run_child};

const N_ENTRIES: usize = 5;

const APIS: [&str; 4] = ["klog", "logger", "tracing", "log"];

const OUTPUTS: [&str; 5] = ["install", "layer", "two-layers", "queue", "buffer"];

/// What logs; and whether that is kept out.
const PLACES: [(&str, bool); 16] = [
    ("write", true),
    ("write-twice", true),
    ("flush", true),
    ("encoder-line", true),
    ("encoder-pair", true),
    ("hook-of-write", true),
    ("value", false),
    ("value-in-encoder", false),
    ("drop-of-value", false),
    ("edit", true),
    ("value-in-edit", true),
    ("log-value", false),
    ("serialize", false),
    ("source-of-error", false),
    ("value-of-logger", false),
    ("value-of-span", false),
];

pub(crate) fn nothing_comes_back() {
    let mut failures = Vec::new();
    for (place, is_kept_out) in PLACES {
        for output in OUTPUTS {
            for api in APIS {
                let case = format!("{place} {output} {api}");
                if let Err(failure) = check(&case, is_kept_out, output == "two-layers") {
                    failures.push(format!("{case}: {failure}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(case: &str, is_kept_out: bool, is_double: bool) -> Result<(), String> {
    let result = run_child(child(&format!("reentrance {case}"))).ok_or("it does not end")?;
    let stdout = String::from_utf8_lossy(&result.stdout);
    let number = |name: &str| -> Option<u64> {
        stdout.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    };
    let numbers = ["outer", "inner", "logged", "kept out"].map(number);
    let [Some(n_outer), Some(n_inner), Some(n_logged), Some(n_kept_out)] = numbers else {
        let stderr: String = String::from_utf8_lossy(&result.stderr).chars().take(200).collect();
        return Err(format!("{}, {stdout}{stderr}", result.status));
    };
    // An entry that is logged while one of two layers writes is the other's to write.
    let is_right = match (is_kept_out, is_double) {
        (true, false) => n_inner == 0 && n_kept_out == n_logged,
        (true, true) => n_inner <= n_logged && n_kept_out >= n_logged && n_kept_out <= 2 * n_logged,
        (false, _) => n_inner >= n_logged && n_kept_out == 0,
    };
    let n_outputs = if is_double { 2 } else { 1 };
    // A sink that panics loses its line.
    let n_expected = if case.starts_with("hook") { 0 } else { N_ENTRIES as u64 * n_outputs };
    if n_outer == n_expected && n_logged > 0 && is_right {
        return Ok(());
    }
    Err(stdout.replace('\n', ", "))
}

/// What a child does: the place, the output, and the API.
pub(crate) fn run(case: &str) {
    let words: Vec<_> = case.split(' ').collect();
    let [place, output, api] = words[..] else { panic!("a place, an output and an API") };
    let logs = Logs {
        place: place.to_owned(),
        api: api.to_owned(),
        n_logged: Arc::default(),
        is_over: Arc::default(),
    };
    let lines = Arc::new(Mutex::new(String::new()));
    if place == "hook-of-write" {
        let logs = logs.clone();
        std::panic::set_hook(Box::new(move |_| logs.log("hook-of-write")));
    }
    let guard = install(output, &logs, &lines);
    for n in 0..N_ENTRIES {
        log_outer(place, n, &LogsAsValue(logs.clone()));
        // A queue writes at some time.
        klog::flush(std::time::Duration::from_secs(10));
    }
    logs.is_over.store(true, SeqCst);
    drop(guard);
    let text = lines.lock().expect("no panic").clone();
    println!("outer {}", text.lines().filter(|line| line.contains("outer")).count());
    println!("inner {}", text.lines().filter(|line| line.contains("inner")).count());
    println!("logged {}", logs.n_logged.load(SeqCst));
    let reason = LossReason::ALL.iter().position(|reason| *reason == LossReason::Reentrant);
    let lost = klog::stats().lost;
    let reason = reason.expect("it is one of all");
    println!("kept out {}", lost.iter().map(|by_reason| by_reason[reason]).sum::<u64>());
}

/// The entry, of a form in which the value comes to the place.
fn log_outer(place: &str, n: usize, value: &LogsAsValue) {
    match place {
        "log-value" => klog::info!("outer", n, value = LogsInLogValue(&value.0)),
        "serialize" => klog::info!("outer", n, value = klog::json(value)),
        "source-of-error" => klog::info!("outer", n, value = LogsInSource(value)),
        "value-of-logger" => {
            let logger = klog::Logger::background().with_values(klog::kvs! { value = %value });
            klog::info!(logger: logger, "outer", n);
        }
        "value-of-span" => {
            let _span = tracing::info_span!("span", %value).entered();
            klog::info!("outer", n);
        }
        _ => klog::info!("outer", n, value = %value),
    }
}

fn install(output: &str, logs: &Logs, lines: &Arc<Mutex<String>>) -> Option<Guard> {
    klog::encode::register_format("logs", LoggingEncoder(logs.clone()));
    let is_own = logs.place.contains("encoder");
    let format = if is_own { "logs".parse().expect("it is registered") } else { Format::Text };
    let sink = || LoggingSink { logs: logs.clone(), lines: lines.clone() };
    let own = |sink: Box<dyn Sink>| {
        let output = Output::new(format, sink).with_header(false);
        if !logs.place.contains("edit") {
            return output;
        }
        let logs = logs.clone();
        output.with_edit(move |_, value| {
            logs.log("edit");
            Edit::Replace(value.to_string())
        })
    };
    match output {
        "install" => own(Box::new(sink())).install().ok(),
        "queue" => own(Box::new(NonBlocking::new(sink(), 1 << 20, WhenFull::Block))).install().ok(),
        "buffer" => own(Box::new(Buffered::new(sink(), 1 << 10))).install().ok(),
        "layer" | "two-layers" => {
            let other = (output == "two-layers").then(|| own(Box::new(sink())).layer());
            let layers =
                tracing_subscriber::registry().with(own(Box::new(sink())).layer()).with(other);
            tracing::subscriber::set_global_default(layers).expect("the first one");
            log::set_logger(&klog::LogBridge).expect("the first one");
            log::set_max_level(log::LevelFilter::Trace);
            None
        }
        other => panic!("no output {other}"),
    }
}

#[derive(Clone)]
struct Logs {
    place: String,
    api: String,
    n_logged: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

impl Logs {
    /// Logs if this is the place that should.
    fn log(&self, place: &str) {
        let n = if self.place == format!("{place}-twice") {
            2
        } else if self.place == place && !self.is_over.load(SeqCst) {
            1
        } else {
            0
        };
        for _ in 0..n {
            assert!(self.n_logged.fetch_add(1, SeqCst) < 1_000, "it comes back");
            match &*self.api {
                "klog" => klog::error!("inner"),
                "logger" => klog::Logger::background().with_name("x").info("inner", &[]),
                "tracing" => tracing::warn!(a = 1, "inner"),
                "log" => log::info!("inner"),
                other => panic!("no API {other}"),
            }
        }
    }
}

struct LoggingSink {
    logs: Logs,
    lines: Arc<Mutex<String>>,
}

impl Sink for LoggingSink {
    fn write(&self, _: Severity, line: &[u8]) -> io::Result<()> {
        self.logs.log("write");
        assert!(self.logs.place != "hook-of-write", "as it should");
        self.lines.lock().expect("no panic").push_str(&String::from_utf8_lossy(line));
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        self.logs.log("flush");
        Ok(())
    }
}

struct LoggingEncoder(Logs);

impl PairEncoder for LoggingEncoder {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        self.0.log("encoder-pair");
        out.extend_from_slice(format!(" {}={value}", key.name).as_bytes());
    }
}

impl Encoder for LoggingEncoder {
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        self.0.log("encoder-line");
        out.extend_from_slice(line.message().as_bytes());
        line.write_pairs(self, out);
        out.push(b'\n');
    }
}

struct LogsAsValue(Logs);

impl fmt::Display for LogsAsValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in
            ["value", "value-in-encoder", "value-in-edit", "value-of-logger", "value-of-span"]
        {
            self.0.log(place);
        }
        formatter.write_str("text")
    }
}

impl fmt::Debug for LogsAsValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LogsAsValue")
    }
}

impl serde::Serialize for LogsAsValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.log("serialize");
        serializer.serialize_str("text")
    }
}

struct LogsInLogValue<'a>(&'a Logs);

impl klog::LogValue for LogsInLogValue<'_> {
    fn log_value(&self) -> Value<'_> {
        self.0.log("log-value");
        Value::Str("text")
    }
}

#[derive(Debug)]
struct LogsInSource<'a>(&'a LogsAsValue);

impl fmt::Display for LogsInSource<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }
}

impl std::error::Error for LogsInSource<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.0.log("source-of-error");
        None
    }
}

impl Drop for LogsAsValue {
    fn drop(&mut self) {
        self.0.log("drop-of-value");
    }
}
