//! The cost of a line grows no faster than its size, context and settings: 16 times the size is at most 25 times the instructions.
//!
//! `cargo bench --manifest-path bench/Cargo.toml -p klog-instructions` counts them with callgrind.

use std::{collections::BTreeMap, error, fmt, hint::black_box, process::ExitCode};

use klog::{Format, Logger, Output, Value, config::Vmodule};

#[path = "../src/callgrind.rs"]
mod callgrind;

use callgrind::{Nowhere, instructions, of_all};

/// Things that can be large, and the size that is compared with 16 times as much.
const SHAPES: [(&str, usize); 21] = [
    ("pairs of a call", 64),
    ("pairs of a call with one key", 64),
    ("pairs of a logger", 64),
    ("pairs of a logger and a call", 64),
    ("pairs of a logger with one key", 64),
    ("spans with one key", 16),
    ("spans with four keys", 16),
    ("values that a span records", 64),
    ("objects", 64),
    ("a map of maps", 64),
    ("a text with escapes", 1024),
    ("a text of other letters", 1024),
    ("a text of lines", 1024),
    ("a text that is formatted", 1024),
    ("a list", 256),
    ("an object", 64),
    ("the Debug of a list", 256),
    ("causes of an error", 64),
    ("patterns that do not match", 64),
    ("an asterisk in a pattern", 64),
    ("parts of a line", 1024),
];

/// Lines that a shape logs.
const N_LINES: usize = 20;

/// `cargo bench` passes `--bench`; `SHAPE N` logs the lines of one shape.
fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match &arguments[..] {
        [shape, n] => run(shape, n.parse().expect("a size")),
        _ => return compare(),
    }
    ExitCode::SUCCESS
}

/// Says which shapes grow faster than they should.
fn compare() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let counts = of_all(&SHAPES, |(shape, n)| {
        [0, *n, 16 * n].map(|n| Some(instructions(&[shape, &n.to_string()])?.0))
    });
    for ((shape, _), counts) in SHAPES.into_iter().zip(counts) {
        let [Some(none), Some(one), Some(sixteen)] = counts else {
            println!("valgrind does not run here: nothing was measured");
            return ExitCode::FAILURE;
        };
        // What a run without size takes is no growth.
        let (one, sixteen) = ((one - none).max(1), sixteen - none);
        let verdict = if sixteen <= 25 * one { "ok" } else { "TOO MANY" };
        if verdict != "ok" {
            code = ExitCode::FAILURE;
        }
        let growth = sixteen as f64 / one as f64;
        println!("{shape:30} {growth:5.1} times the instructions: {verdict}");
    }
    code
}

/// Logs the lines of one shape.
fn run(shape: &str, n: usize) {
    let vmodule = |text: String| text.parse::<Vmodule>().expect("patterns");
    let settings = match shape {
        "patterns that do not match" => {
            vmodule((0..n).map(|n| format!("a{n}*=4,")).collect::<String>() + "growth=1")
        }
        "an asterisk in a pattern" => vmodule(format!("{}x=4", "*o".repeat(n))),
        _ => Vmodule::default(),
    };
    let output = Output::new(Format::Text, Nowhere).with_verbosity(1, settings);
    let _guard = output.install().expect("the first one");
    let is_known = match shape {
        "patterns that do not match" | "an asterisk in a pattern" => {
            lines(|| klog::info!(v: 3, "Pod status updated"));
            true
        }
        _ if shape.starts_with("pairs of") => pairs(shape, n),
        _ => spans(shape, n) || value(shape, n) || text(shape, n),
    };
    assert!(is_known, "no shape {shape}");
}

fn lines(mut line: impl FnMut()) {
    (0..N_LINES).for_each(|_| line());
}

/// Lines of the run-time interface with these pairs.
fn log(pairs: &[(&str, Value<'_>)]) {
    let logger = Logger::background();
    lines(|| logger.info("Pod status updated", black_box(pairs)));
}

fn keys(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("key{n}")).collect()
}

/// Pairs of calls and of loggers. As those below, it answers whether it knows the shape.
fn pairs(shape: &str, n: usize) -> bool {
    let keys = keys(n);
    let pairs: Vec<_> = keys.iter().map(|key| (key.as_str(), Value::from(7))).collect();
    let others: Vec<String> = (0..n).map(|n| format!("other{n}")).collect();
    let others: Vec<_> = others.iter().map(|key| (key.as_str(), Value::from(7))).collect();
    let logger = Logger::background();
    let of_logger = |logger: Logger, pairs: &[(&str, Value<'_>)]| {
        lines(|| logger.info("Pod status updated", pairs));
    };
    match shape {
        "pairs of a call" => log(&pairs),
        "pairs of a call with one key" => log(&vec![("key", Value::from(7)); n]),
        "pairs of a logger" => of_logger(logger.with_pairs(&pairs), &[]),
        "pairs of a logger and a call" => of_logger(logger.with_pairs(&pairs), &others),
        "pairs of a logger with one key" => {
            let derive = |logger: Logger, _| logger.with_pairs(&[("key", 7.into())]);
            of_logger((0..n).fold(logger, derive), &[]);
        }
        _ => return false,
    }
    true
}

/// Spans that are entered, and what they record.
fn spans(shape: &str, n: usize) -> bool {
    match shape {
        "spans with one key" | "spans with four keys" => {
            let is_one_key = shape.ends_with("one key");
            let spans = (0..n).map(|n| match n % 4 {
                _ if is_one_key => tracing::info_span!("sync", key = 7),
                0 => tracing::info_span!("sync", a = 7),
                1 => tracing::info_span!("sync", b = 7),
                2 => tracing::info_span!("sync", c = 7),
                _ => tracing::info_span!("sync", d = 7),
            });
            let _entered: Vec<_> = spans.map(tracing::Span::entered).collect();
            lines(|| tracing::info!("Pod status updated"));
        }
        "values that a span records" => {
            let span = tracing::info_span!("sync", key = tracing::field::Empty);
            let _entered = span.enter();
            (0..n).for_each(|n| {
                span.record("key", n);
            });
            lines(|| tracing::info!("Pod status updated"));
        }
        _ => return false,
    }
    true
}

/// A value that holds others.
fn value(shape: &str, n: usize) -> bool {
    match shape {
        "objects" => {
            let keys = keys(n);
            let objects: Vec<_> = keys.iter().map(|key| klog::kref("shop", key)).collect();
            lines(|| klog::info!("Pods updated", pods = klog::kobjs(&objects)));
        }
        "a map of maps" => {
            let keys = keys(n);
            let map: BTreeMap<&str, BTreeMap<&str, u64>> =
                keys.iter().map(|key| (key.as_str(), BTreeMap::from([("a", 1)]))).collect();
            lines(|| klog::info!("Pod status updated", map = &map));
        }
        "a list" => log(&[("key", Value::from(&vec![7_u64; n]))]),
        "an object" => {
            let keys = keys(n);
            let object: BTreeMap<&str, u64> = keys.iter().map(|key| (key.as_str(), 7)).collect();
            lines(|| klog::info!("Pod status updated", object = klog::json(&object)));
        }
        "the Debug of a list" => {
            let list = vec![Some("a\"b"); n];
            lines(|| klog::info!("Pod status updated", list = ?list));
        }
        "causes of an error" => {
            let err = (0..n).fold(Failed(None), |cause, _| Failed(Some(Box::new(cause))));
            lines(|| klog::error!(err: &err, "Could not update pod status"));
        }
        _ => return false,
    }
    true
}

/// A text, by its letters, or by the parts that it is written in.
fn text(shape: &str, n: usize) -> bool {
    let text = |piece: &str| piece.repeat(n.div_ceil(16));
    match shape {
        "a text with escapes" => log(&[("key", Value::from(text("a list of pods \"").as_str()))]),
        "a text of other letters" => log(&[("key", Value::from(text("Zażółć gęśl").as_str()))]),
        "a text of lines" => log(&[("key", Value::from(text("a line of pods\n").as_str()))]),
        "a text that is formatted" => {
            log(&[("key", Value::Display(&text("a list of pods \"")))]);
        }
        "parts of a line" => {
            struct Parts(usize);
            impl fmt::Display for Parts {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    (0..self.0).try_for_each(|_| f.write_str("\""))
                }
            }
            log(&[("key", Value::Display(&Parts(n)))]);
        }
        _ => return false,
    }
    true
}

/// An error with causes.
#[derive(Debug)]
struct Failed(Option<Box<Self>>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection \"refused\"")
    }
}

impl error::Error for Failed {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(self.0.as_deref()? as &dyn error::Error)
    }
}
