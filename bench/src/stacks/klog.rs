//! klog's own macros with an explicit logger, and `tracing`'s macros on klog's layer.

use std::sync::OnceLock;

use klog::{
    Logger, Output, Severity,
    config::Vmodule,
    kref, kvs,
    sink::{Buffered, Sink, Stream},
};
use tracing_subscriber::layer::SubscriberExt;

use super::{log, tracing};
use crate::{
    Format, ID, Stack, count,
    destination::{self, BATCH, Destination, deliver},
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 4] {
    const BOTH: &[Format] = &[Format::Text, Format::Json];
    let klog = Stack {
        name: "klog",
        formats: BOTH,
        install,
        in_context: |f| f(),
        w1: || {
            let pod = pod();
            klog::info!(logger: logger(), "Pod status updated", pod = kref(pod.0, pod.1), status = status(), count = count());
        },
        w2: || {
            let pod = pod();
            klog::info!(
                "Pod status updated",
                pod = kref(pod.0, pod.1),
                status = status(),
                count = count()
            );
        },
        w3: || klog::info!("Pod status updated"),
        w4: || {
            klog::info!(v: 4, "Pod status updated", pod = kref(pod().0, pod().1), status = status(), count = count());
        },
        w7: Some(|| {
            let logger = Logger::background()
                .with_values(kvs! { controller = "deployment", reconcileID = ID });
            klog::info!(logger: logger, "Pod status updated");
        }),
        everyday: EVERYDAY,
    };
    let through_tracing =
        Stack { name: "klog, tracing's macros in a span", install, ..tracing::calls(BOTH) };
    let through_log = Stack { name: "klog, log's macros", install, ..log::calls(BOTH) };
    let as_layer = Stack { name: "klog, as a layer", install: install_layer, ..klog };
    [klog, as_layer, through_tracing, through_log]
}

const EVERYDAY: &[Row] = &[
    ("W8", || klog::info!("Pod status updated", output = everyday::escapes())),
    ("W9", || klog::info!("Pod status updated", output = everyday::letters())),
    ("W10", || klog::info!("Pod status updated", output = everyday::lines())),
    ("W11", || klog::error!(err: everyday::error(), "Could not update pod status")),
    ("W12", || klog::info!("Pod status updated", containers = ?everyday::structs())),
    ("W13", || klog::info!("Pod status updated", object = klog::json(everyday::object()))),
    ("W14", || klog::info!("Pod status updated", output = everyday::long())),
    ("30-pairs", || {
        klog::info!(
            "Pod status updated",
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
        );
    }),
    ("W15", || klog::info!(logger: logger(), "Pod status updated", controller = status())),
];

struct Nowhere;

impl Sink for Nowhere {
    fn write(&self, _: Severity, line: &[u8]) -> std::io::Result<()> {
        deliver(line);
        Ok(())
    }
}

static LOGGER: OnceLock<Logger> = OnceLock::new();

fn logger() -> &'static Logger {
    LOGGER.get().expect("the stack is installed")
}

/// klog alone: nobody else sees its events.
fn install(format: Format) {
    // The guard would flush at the end of this function.
    std::mem::forget(output(format).install().expect("the first one"));
    make_logger();
}

/// klog in a subscriber that may have other layers.
fn install_layer(format: Format) {
    let subscriber = tracing_subscriber::registry().with(output(format).layer());
    ::tracing::subscriber::set_global_default(subscriber).expect("the first one");
    make_logger();
}

/// The logger of W1, for which pairs are rendered in the format of what was installed before.
fn make_logger() {
    let logger =
        Logger::background().with_values(kvs! { controller = "deployment", reconcileID = ID });
    LOGGER.set(logger).expect("installed once");
}

fn output(format: Format) -> Output {
    let format = match format {
        Format::Text => klog::Format::Text,
        Format::Json => klog::Format::Json,
    };
    let output = match destination::current() {
        Destination::Nowhere => Output::new(format, Nowhere),
        Destination::File => Output::new(format, Stream::stderr()),
        Destination::Batches => Output::new(format, Buffered::new(Stream::stderr(), BATCH)),
    };
    output.with_verbosity(2, Vmodule::default())
}
