//! `tracing`'s macros in front of several subscribers.

use tracing_subscriber::{fmt, layer::SubscriberExt};

use crate::{
    Format, ID, Stack, count,
    destination::Writer,
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 4] {
    [
        Stack { name: "tracing fmt", install: install_text, ..calls(&[Format::Text]) },
        Stack { name: "tracing fmt::json", install: install_json, ..calls(&[Format::Json]) },
        Stack { name: "json-subscriber", install: install_subscriber, ..calls(&[Format::Json]) },
        Stack { name: "tracing-glog", install: install_glog, ..calls(&[Format::Text]) },
    ]
}

/// The workloads with `tracing`'s macros.
pub(super) fn calls(formats: &'static [Format]) -> Stack {
    Stack {
        name: "",
        formats,
        install: |_| {},
        in_context: |f| {
            tracing::info_span!("reconcile", controller = "deployment", reconcileID = ID)
                .in_scope(f);
        },
        w1: event,
        w2: event,
        w3: || tracing::info!("Pod status updated"),
        w4: || {
            tracing::debug!(pod = %pod(), status = status(), count = count(), "Pod status updated");
        },
        w7: Some(|| {
            tracing::info_span!("reconcile", controller = "deployment", reconcileID = ID)
                .in_scope(|| tracing::info!("Pod status updated"));
        }),
        everyday: EVERYDAY,
    }
}

const EVERYDAY: &[Row] = &[
    ("W8", || tracing::info!(output = everyday::escapes(), "Pod status updated")),
    ("W9", || tracing::info!(output = everyday::letters(), "Pod status updated")),
    ("W10", || tracing::info!(output = everyday::lines(), "Pod status updated")),
    ("W11", || tracing::error!(error = %everyday::error(), "Could not update pod status")),
    ("W12", || tracing::info!(containers = ?everyday::structs(), "Pod status updated")),
    ("W14", || tracing::info!(output = everyday::long(), "Pod status updated")),
    ("30-pairs", || {
        tracing::info!(
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
            key30 = count(),
            "Pod status updated"
        );
    }),
    ("W15", || tracing::info!(controller = status(), "Pod status updated")),
];

fn event() {
    tracing::info!(pod = %pod(), status = status(), count = count(), "Pod status updated");
}

fn install_text(_: Format) {
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_file(true)
        .with_line_number(true)
        .with_writer(|| Writer)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
}

fn install_json(_: Format) {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_file(true)
        .with_line_number(true)
        .with_writer(|| Writer)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
}

fn install_subscriber(_: Format) {
    let layer =
        json_subscriber::fmt::layer().with_file(true).with_line_number(true).with_writer(|| Writer);
    let subscriber = tracing_subscriber::registry()
        .with(layer)
        .with(tracing_subscriber::filter::LevelFilter::INFO);
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
}

fn install_glog(_: Format) {
    let subscriber = fmt::Subscriber::builder()
        .with_ansi(false)
        .event_format(tracing_glog::Glog::default())
        .fmt_fields(tracing_glog::GlogFields::default())
        .with_writer(|| Writer)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
}
