//! spdlog-rs.

use std::sync::{Arc, OnceLock};

use spdlog::{
    Level, LevelFilter, Logger,
    formatter::{FullFormatter, JsonFormatter},
    sink::WriteSink,
};

use crate::{
    Format, ID, Stack, count,
    destination::Writer,
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 1] {
    [Stack {
        name: "spdlog-rs",
        formats: &[Format::Text, Format::Json],
        install,
        in_context: |f| f(),
        w1: || {
            spdlog::info!(logger: logger(), "Pod status updated", kv: { controller = "deployment", reconcileID = ID, pod: = pod(), status = status(), count = count() });
        },
        w2: || {
            spdlog::info!(logger: logger(), "Pod status updated", kv: { pod: = pod(), status = status(), count = count() });
        },
        w3: || spdlog::info!(logger: logger(), "Pod status updated"),
        w4: || {
            spdlog::debug!(logger: logger(), "Pod status updated", kv: { controller = "deployment", reconcileID = ID, pod: = pod(), status = status(), count = count() });
        },
        w7: None,
        everyday: EVERYDAY,
    }]
}

const EVERYDAY: &[Row] = &[
    (
        "W8",
        || spdlog::info!(logger: logger(), "Pod status updated", kv: { output = everyday::escapes() }),
    ),
    (
        "W9",
        || spdlog::info!(logger: logger(), "Pod status updated", kv: { output = everyday::letters() }),
    ),
    (
        "W10",
        || spdlog::info!(logger: logger(), "Pod status updated", kv: { output = everyday::lines() }),
    ),
    (
        "W11",
        || spdlog::error!(logger: logger(), "Could not update pod status", kv: { error: = everyday::error() }),
    ),
    (
        "W12",
        || spdlog::info!(logger: logger(), "Pod status updated", kv: { containers:? = everyday::structs() }),
    ),
    (
        "W14",
        || spdlog::info!(logger: logger(), "Pod status updated", kv: { output = everyday::long() }),
    ),
    ("30-pairs", || {
        spdlog::info!(logger: logger(), "Pod status updated", kv: {
            key1 = count(),
            key2 = count(),
            key3 = count(),
            key4 = count(),
            key5 = count(),
            key6 = count(),
            key7 = count(),
            key8 = count(),
            key9 = count(),
            key10 = count(),
            key11 = count(),
            key12 = count(),
            key13 = count(),
            key14 = count(),
            key15 = count(),
            key16 = count(),
            key17 = count(),
            key18 = count(),
            key19 = count(),
            key20 = count(),
            key21 = count(),
            key22 = count(),
            key23 = count(),
            key24 = count(),
            key25 = count(),
            key26 = count(),
            key27 = count(),
            key28 = count(),
            key29 = count(),
            key30 = count()
        });
    }),
];

static LOGGER: OnceLock<Arc<Logger>> = OnceLock::new();

fn logger() -> &'static Arc<Logger> {
    LOGGER.get().expect("the stack is installed")
}

fn install(format: Format) {
    let sink = WriteSink::builder().target(Writer);
    let sink = match format {
        Format::Text => sink.formatter(FullFormatter::new()),
        Format::Json => sink.formatter(JsonFormatter::new()),
    };
    let sink = Arc::new(sink.build().expect("a target is given"));
    let logger = Logger::builder()
        .sink(sink)
        .level_filter(LevelFilter::MoreSevereEqual(Level::Info))
        .build()
        .expect("no name is given");
    assert!(LOGGER.set(Arc::new(logger)).is_ok(), "installed once");
}
