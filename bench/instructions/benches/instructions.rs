//! Instructions and allocations of a log call, which must not grow.
//!
//! `cargo bench --manifest-path bench/Cargo.toml -p klog-instructions` counts instructions with callgrind and compares them with `instructions.txt`: more than 5 %
//! above the recorded number is an error, and so is any allocation. Instructions depend on the compiler: the file names the
//! version that made it, and with another minor version of rustc 15 % are allowed.
//! `UPDATE_INSTRUCTIONS=1` in front of it records the numbers of this compiler; look at the difference.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fmt::Write as _,
    hint::black_box,
    path::Path,
    process::{Command, ExitCode},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

#[path = "../../src/everyday.rs"]
#[expect(dead_code, reason = "the formatters are the other bench's")]
mod everyday;

#[path = "../src/callgrind.rs"]
mod callgrind;

use callgrind::{Nowhere, instructions, of_all};
use klog::{Format, Logger, Output, config::Vmodule, kref, kvs};
use tracing_subscriber::prelude::*;

const ID: &str = "6d1f6a44-8a2c-4c61-9e2f-0f8b7a9d2c11";

/// The last of ten patterns enables the calls of this file.
const VMODULE: &str = "a*=1,b*=1,c*=1,d*=1,e*=1,f*=1,g*=1,h*=1,ins?x=1,instruct*=4";

/// `cargo bench` passes `--bench`; `FORMAT WORKLOAD N` makes N calls.
fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match &arguments[..] {
        [format, workload, n_calls] => {
            calls(format, workload, n_calls.parse().expect("a number of calls"));
            ExitCode::SUCCESS
        }
        _ => compare(),
    }
}

/// One column of the file.
struct Case {
    format: &'static str,
    workload: &'static str,
    call: fn(&Logger),
}

fn cases() -> Vec<Case> {
    type Call = fn(&Logger);
    let w1: Call = |logger| {
        klog::info!(logger: logger, "Pod status updated", pod = black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64));
    };
    let workloads: [(&str, Call); 19] = [
        // Context and three pairs.
        ("W1", w1),
        // The same in a subscriber that may have other layers.
        ("layer", w1),
        // The same in two spans that are entered.
        ("spans", w1),
        // Three pairs.
        ("W2", |_| {
            klog::info!(
                "Pod status updated",
                pod = black_box(kref("kube-system", "kubedns")),
                status = black_box("ready"),
                count = black_box(7_u64)
            );
        }),
        // The message.
        ("W3", |_| klog::info!("Pod status updated")),
        // Disabled.
        ("W4", |_| {
            klog::info!(v: 4, "Pod status updated", pod = black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64));
        }),
        // Context is made for one line.
        ("W7", |_| {
            let logger = Logger::background()
                .with_values(kvs! { controller = "deployment", reconcileID = ID });
            klog::info!(logger: logger, "Pod status updated");
        }),
        // Plain `tracing` in a span.
        ("tracing", |_| {
            tracing::info!(pod = %black_box(kref("kube-system", "kubedns")), status = black_box("ready"), count = black_box(7_u64), "Pod status updated");
        }),
        // One value of everyday lines each.
        ("W8", |_| klog::info!("Pod status updated", output = everyday::escapes())),
        ("W9", |_| klog::info!("Pod status updated", output = everyday::letters())),
        ("W10", |_| klog::info!("Pod status updated", output = everyday::lines())),
        ("W11", |_| klog::error!(err: everyday::error(), "Could not update pod status")),
        ("W12", |_| klog::info!("Pod status updated", containers = ?everyday::structs())),
        ("W13", |_| klog::info!("Pod status updated", object = klog::json(everyday::object()))),
        ("W14", |_| klog::info!("Pod status updated", output = everyday::long())),
        // A key of the span comes again.
        ("W15", |_| tracing::info!(controller = black_box("ready"), "Pod status updated")),
        // Pairs of the `log` crate.
        ("log", |_| {
            log::info!(status = black_box("ready"), count = black_box(7_u64); "Pod status updated");
        }),
        // A line that ten patterns enable.
        ("vmodule", |_| klog::info!(v: 4, "Pod status updated")),
        // A disabled call of the `log` crate under `--vmodule=other=5`.
        ("log off", |_| log::debug!("Pod status updated")),
    ];
    ["text", "json"]
        .into_iter()
        .flat_map(|format| workloads.map(|(workload, call)| Case { format, workload, call }))
        .collect()
}

/// Makes the calls and says how many allocations the last half of them made.
fn calls(format: &str, workload: &str, n_calls: u64) {
    let parsed: Format = format.parse().expect("text or json");
    let vmodule: Vmodule = match workload {
        "vmodule" => VMODULE.parse().expect("it has patterns"),
        "log off" => "other=5".parse().expect("a pattern"),
        _ => Vmodule::default(),
    };
    let output = Output::new(parsed, Nowhere).with_verbosity(2, vmodule);
    let _guard = if workload == "layer" {
        let subscriber = tracing_subscriber::registry().with(output.layer());
        tracing::subscriber::set_global_default(subscriber).expect("the first one");
        None
    } else {
        Some(output.install().expect("the first one"))
    };
    let logger =
        Logger::background().with_values(kvs! { controller = "deployment", reconcileID = ID });
    let case = cases().into_iter().find(|case| case.format == format && case.workload == workload);
    let call = case.expect("a workload").call;
    let span = tracing::info_span!("reconcile", controller = "deployment", reconcileID = ID);
    let _entered = matches!(workload, "tracing" | "W15").then(|| span.enter());
    // Their keys are not those of the logger: else it would be the way of duplicate keys.
    let outer = tracing::info_span!("work", queue = "pods", worker = 3);
    let _entered_outer = (workload == "spans").then(|| outer.enter());
    let inner = tracing::info_span!("bind", node = "worker-1", attempt = 2);
    let _entered_inner = (workload == "spans").then(|| inner.enter());
    (0..n_calls / 2).for_each(|_| call(&logger));
    let before = N_ALLOCATIONS.load(Relaxed);
    (0..n_calls / 2).for_each(|_| call(&logger));
    println!("{}", (N_ALLOCATIONS.load(Relaxed) - before) / (n_calls / 2));
}

/// Compares with the file, or writes it.
fn compare() -> ExitCode {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    let rustc = rustc_version();
    let same_compiler = recorded.lines().next().and_then(minor) == minor(&rustc);
    let allowed = if same_compiler { 1.05 } else { 1.15 };
    if !same_compiler {
        println!("recorded with another compiler than {rustc}: allowing 15 % instead of 5 %");
    }
    let mut text = format!("{rustc}\n");
    let mut failed = false;
    let cases = cases();
    let measured = of_all(&cases, |Case { format, workload, .. }| {
        // Long values need fewer calls for a figure that repeats.
        let n_calls = if matches!(*workload, "W12" | "W13" | "W14") { 200 } else { 10_000 };
        let (many, n_allocations) = callgrind(format, workload, 200 + n_calls)?;
        let (few, _) = callgrind(format, workload, 200)?;
        Some(((many - few) / i64::from(n_calls), n_allocations))
    });
    for (Case { format, workload, .. }, measured) in cases.into_iter().zip(measured) {
        let Some((count, n_allocations)) = measured else {
            println!("valgrind does not run here: nothing was measured");
            return ExitCode::FAILURE;
        };
        let name = format!("{format} {workload}");
        let _ = writeln!(text, "{name} {count} {n_allocations}");
        let before = recorded.lines().find_map(|line| {
            let mut rest = line.strip_prefix(&name)?.split_ascii_whitespace();
            Some((rest.next()?.parse::<i64>().ok()?, rest.next()?.parse::<u64>().ok()?))
        });
        let verdict = match before {
            None => "new",
            // Two instructions are the noise of the clock's seconds.
            Some((before, _)) if count as f64 > before as f64 * allowed + 2.0 => "TOO MANY",
            Some((_, before)) if n_allocations > before => "TOO MANY ALLOCATIONS",
            Some(_) => "ok",
        };
        failed |= verdict.starts_with("TOO");
        let before = before.map_or("-".into(), |(count, _)| count.to_string());
        println!(
            "{name:14} {count:6} instructions ({before}), {n_allocations} allocations: {verdict}"
        );
    }
    if std::env::var_os("UPDATE_INSTRUCTIONS").is_some() {
        std::fs::write(path, text).expect("the file can be written");
        return ExitCode::SUCCESS;
    }
    if failed {
        println!("if this is meant, run it again with UPDATE_INSTRUCTIONS=1");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Instructions of a whole run, and the allocations that it printed.
fn callgrind(format: &str, workload: &str, n_calls: u32) -> Option<(i64, u64)> {
    let (count, printed) = instructions(&[format, workload, &n_calls.to_string()])?;
    Some((count, printed.trim().parse().ok()?))
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // `rustc 1.95.0 (hash date)`
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// `rustc 1.95` of `rustc 1.95.0`.
fn minor(version: &str) -> Option<&str> {
    version.rsplit_once('.').map(|(minor, _)| minor)
}

struct Counting;

static N_ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is handed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        N_ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
