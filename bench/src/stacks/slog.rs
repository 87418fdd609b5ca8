//! slog with its JSON drain.

use std::sync::{Mutex, OnceLock};

use slog::{Drain, Logger, o};

use crate::{
    Format, ID, Stack, count,
    destination::Writer,
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 1] {
    [Stack {
        name: "slog-json",
        formats: &[Format::Json],
        install,
        in_context: |f| f(),
        w1: || {
            slog::info!(derived(), "Pod status updated"; "pod" => %pod(), "status" => status(), "count" => count());
        },
        w2: || {
            slog::info!(root(), "Pod status updated"; "pod" => %pod(), "status" => status(), "count" => count());
        },
        w3: || slog::info!(root(), "Pod status updated"),
        w4: || {
            slog::debug!(derived(), "Pod status updated"; "pod" => %pod(), "status" => status(), "count" => count());
        },
        w7: Some(|| {
            let logger = root().new(o!("controller" => "deployment", "reconcileID" => ID));
            slog::info!(logger, "Pod status updated");
        }),
        everyday: EVERYDAY,
    }]
}

const EVERYDAY: &[Row] = &[
    ("W8", || slog::info!(root(), "Pod status updated"; "output" => everyday::escapes())),
    ("W9", || slog::info!(root(), "Pod status updated"; "output" => everyday::letters())),
    ("W10", || slog::info!(root(), "Pod status updated"; "output" => everyday::lines())),
    ("W11", || slog::error!(root(), "Could not update pod status"; "error" => %everyday::error())),
    ("W12", || slog::info!(root(), "Pod status updated"; "containers" => ?everyday::structs())),
    ("W14", || slog::info!(root(), "Pod status updated"; "output" => everyday::long())),
    ("W15", || slog::info!(derived(), "Pod status updated"; "controller" => status())),
];

static ROOT: OnceLock<Logger> = OnceLock::new();
static DERIVED: OnceLock<Logger> = OnceLock::new();

fn root() -> &'static Logger {
    ROOT.get().expect("the stack is installed")
}

fn derived() -> &'static Logger {
    DERIVED.get().expect("the stack is installed")
}

fn install(_: Format) {
    let drain = slog_json::Json::default(Writer);
    let drain = slog::LevelFilter::new(Mutex::new(drain).fuse(), slog::Level::Info);
    let root = Logger::root(drain.fuse(), o!());
    let derived = root.new(o!("controller" => "deployment", "reconcileID" => ID));
    assert!(ROOT.set(root).is_ok() && DERIVED.set(derived).is_ok(), "installed once");
}
