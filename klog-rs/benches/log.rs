//! The log call against the floor F1, a hand-written function that puts exactly that line into a buffer of the thread.
//!
//! `cargo bench -p klog-rs` prints nanoseconds, the minimum of many rounds, and the ratio to F1 of the same run; the ratio
//! is the figure. `cargo bench -p klog-rs -- W1 text` runs one of them in a loop, for callgrind.
//!
//! W1: message and three pairs on a logger with two pairs. W2: without the logger. W3: message only. W4: disabled, with
//! the pairs. `tracing` is the same call with `tracing`'s own macro on klog's layer.

use std::{
    cell::RefCell,
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use klog::{Format, Logger, Output, Severity, Vmodule, kref, kvs};
use tracing_subscriber::prelude::*;

const ROUNDS: usize = 400;
const CALLS: u32 = 2_000;
const ID: &str = "6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11";

static BYTES: AtomicU64 = AtomicU64::new(0);

/// Copies the line once, as a sink that batches would, and counts it.
struct Count;

thread_local! {
    static COPY: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(4096));
}

fn sink(line: &[u8]) {
    COPY.with_borrow_mut(|copy| {
        copy.clear();
        copy.extend_from_slice(line);
        black_box(&copy[..]);
    });
    BYTES.fetch_add(line.len() as u64, Relaxed);
}

impl klog::Sink for Count {
    fn write(&self, _: Severity, line: &[u8]) -> std::io::Result<()> {
        sink(line);
        Ok(())
    }
}

/// F1.
mod floor {
    use super::*;

    thread_local! {
        static LINE: RefCell<(Vec<u8>, u64, [u8; 15])> = const { RefCell::new((Vec::new(), 0, [0; 15])) };
    }

    fn plain(text: &str) -> bool {
        text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\')
    }

    fn string(text: &str, line: &mut Vec<u8>) {
        if plain(text) {
            line.push(b'"');
            line.extend_from_slice(text.as_bytes());
            line.push(b'"');
        }
    }

    pub(crate) fn text(
        message: &str,
        context: &[u8],
        pod: Option<(&str, &str)>,
        status: &str,
        count: u64,
    ) {
        LINE.with_borrow_mut(|(line, second, prefix)| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
            if now.as_secs() != *second {
                *second = now.as_secs();
                *prefix = *b"I1025 00:15:15.";
            }
            line.clear();
            line.reserve(512);
            line.extend_from_slice(prefix);
            let mut micros = now.subsec_micros();
            let mut digits = [b'0'; 6];
            for digit in digits.iter_mut().rev() {
                *digit = b'0' + (micros % 10) as u8;
                micros /= 10;
            }
            line.extend_from_slice(&digits);
            line.extend_from_slice(b"   12345 log.rs:42] ");
            line.extend_from_slice(message.as_bytes());
            line.extend_from_slice(context);
            if let Some((namespace, name)) = pod {
                if plain(namespace) && plain(name) {
                    line.extend_from_slice(b" pod=\"");
                    line.extend_from_slice(namespace.as_bytes());
                    line.push(b'/');
                    line.extend_from_slice(name.as_bytes());
                    line.push(b'"');
                }
                line.extend_from_slice(b" status=");
                string(status, line);
                line.extend_from_slice(b" count=");
                line.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
            }
            line.push(b'\n');
            sink(line);
        });
    }

    pub(crate) fn json(
        message: &str,
        context: &[u8],
        pod: Option<(&str, &str)>,
        status: &str,
        count: u64,
    ) {
        LINE.with_borrow_mut(|(line, ..)| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
            line.clear();
            line.reserve(512);
            line.extend_from_slice(b"{\"ts\":");
            line.extend_from_slice(itoa::Buffer::new().format(now.as_millis() as u64).as_bytes());
            line.push(b'.');
            line.extend_from_slice(
                itoa::Buffer::new().format(now.subsec_nanos() / 100 % 10_000).as_bytes(),
            );
            line.extend_from_slice(b",\"caller\":\"benches/log.rs:42\",\"msg\":");
            line.extend_from_slice(message.as_bytes());
            line.extend_from_slice(context);
            line.extend_from_slice(b",\"v\":0");
            if let Some((namespace, name)) = pod {
                if plain(namespace) && plain(name) {
                    line.extend_from_slice(b",\"pod\":{\"name\":\"");
                    line.extend_from_slice(name.as_bytes());
                    line.extend_from_slice(b"\",\"namespace\":\"");
                    line.extend_from_slice(namespace.as_bytes());
                    line.extend_from_slice(b"\"}");
                }
                line.extend_from_slice(b",\"status\":");
                string(status, line);
                line.extend_from_slice(b",\"count\":");
                line.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
            }
            line.extend_from_slice(b"}\n");
            sink(line);
        });
    }
}

struct Measured {
    name: &'static str,
    format: &'static str,
    stack: &'static str,
    run: Box<dyn FnMut()>,
}

fn workloads(format: Format) -> Vec<Measured> {
    let is_text = format == Format::Text;
    let format = format.name();
    let floor = if is_text { floor::text } else { floor::json };
    let context: &[u8] = if is_text {
        b" controller=\"deployment\" reconcileID=\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\""
    } else {
        b",\"controller\":\"deployment\",\"reconcileID\":\"6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11\""
    };
    let logger =
        Logger::background().with_values(kvs! { controller = "deployment", reconcileID = ID });
    let case = |name, stack, run: Box<dyn FnMut()>| Measured { name, format, stack, run };
    vec![
        case(
            "W1",
            "floor",
            Box::new(move || {
                floor(
                    "\"Pod status updated\"",
                    context,
                    black_box(Some(("kube-system", "kubedns"))),
                    black_box("ready"),
                    black_box(7),
                );
            }),
        ),
        case(
            "W1",
            "klog",
            Box::new(move || {
                klog::info!(logger: logger, "Pod status updated", pod = black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64));
            }),
        ),
        case(
            "W2",
            "floor",
            Box::new(move || {
                floor(
                    "\"Pod status updated\"",
                    b"",
                    black_box(Some(("kube-system", "kubedns"))),
                    black_box("ready"),
                    black_box(7),
                );
            }),
        ),
        case(
            "W2",
            "klog",
            Box::new(|| {
                klog::info!(
                    "Pod status updated",
                    pod = black_box(kref("kube-system", "kubedns")),
                    status = black_box("ready"),
                    count = black_box(7_u64)
                );
            }),
        ),
        case(
            "W2",
            "tracing",
            Box::new(|| {
                tracing::info!(pod = %black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64), "Pod status updated");
            }),
        ),
        case(
            "W3",
            "floor",
            Box::new(move || floor("\"Pod status updated\"", b"", black_box(None), "", 0)),
        ),
        case("W3", "klog", Box::new(|| klog::info!("Pod status updated"))),
        case(
            "W4",
            "klog",
            Box::new(|| {
                klog::info!(v: 4, "Pod status updated", pod = black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64));
            }),
        ),
        case(
            "W4",
            "tracing",
            Box::new(|| {
                tracing::debug!(pod = %black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64), "Pod status updated");
            }),
        ),
    ]
}

fn main() {
    // Cargo passes `--bench`.
    let only: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    println!("{:4} {:5} {:8} {:>9} {:>8}", "", "", "", "ns", "x floor");
    let format: Format =
        only.get(1).map_or(Ok(Format::Text), |name| name.parse()).expect("text or json");
    let formats = if only.len() > 1 { vec![format] } else { vec![Format::Text, Format::Json] };
    // One subscriber a process is the global one, as in programs; the other format runs in a process of its own.
    if formats.len() > 1 {
        for name in ["text", "json"] {
            let mut command = std::process::Command::new(std::env::current_exe().expect("a path"));
            let status = command.arg(only.first().map_or("W", String::as_str)).arg(name).status();
            assert!(status.expect("the bench runs").success());
        }
        return;
    }
    let output = Output::new(format, Count).with_verbosity(2, Vmodule::default());
    let subscriber = tracing_subscriber::registry().with(output.layer());
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
    let mut floor = f64::NAN;
    for Measured { name, format, stack, mut run } in workloads(format) {
        if only.first().is_some_and(|only| !name.starts_with(only.as_str())) {
            continue;
        }
        let best = (0..ROUNDS).map(|_| round(&mut run)).fold(f64::INFINITY, f64::min);
        if stack == "floor" {
            floor = best;
        }
        let ratio = if name == "W4" { String::from("-") } else { format!("{:.2}", best / floor) };
        println!("{name:4} {format:5} {stack:8} {best:9.1} {ratio:>8}");
    }
}

fn round(run: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        run();
    }
    start.elapsed().as_nanos() as f64 / f64::from(CALLS)
}
