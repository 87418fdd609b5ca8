//! The `log` crate's macros with pairs, in front of several loggers.

use std::io::Write as _;

use log::kv::{Error, Key, Value, VisitSource};
use logforth::{
    Append, Diagnostic, Layout,
    layout::{JsonLayout, TextLayout},
    record::Record,
};

use crate::{
    Format, ID, Stack, count,
    destination::{Writer, deliver},
    everyday::{self, Row},
    pod, status,
};

pub(super) fn stacks() -> [Stack; 4] {
    const TEXT: &[Format] = &[Format::Text];
    const JSON: &[Format] = &[Format::Json];
    [
        Stack { name: "log + fern", install: install_fern, ..calls(TEXT) },
        Stack { name: "env_logger", install: install_env_logger, ..calls(TEXT) },
        Stack {
            name: "logforth",
            install: install_logforth,
            ..calls(&[Format::Text, Format::Json])
        },
        Stack { name: "structured-logger", install: install_structured, ..calls(JSON) },
    ]
}

/// The workloads with `log`'s macros.
pub(super) fn calls(formats: &'static [Format]) -> Stack {
    Stack {
        name: "",
        formats,
        install: |_| {},
        in_context: |f| f(),
        w1: || {
            log::info!(controller = "deployment", reconcileID = ID, pod:% = pod(), status = status(), count = count(); "Pod status updated");
        },
        w2: || {
            log::info!(pod:% = pod(), status = status(), count = count(); "Pod status updated");
        },
        w3: || log::info!("Pod status updated"),
        w4: || {
            log::debug!(controller = "deployment", reconcileID = ID, pod:% = pod(), status = status(), count = count(); "Pod status updated");
        },
        w7: None,
        everyday: EVERYDAY,
    }
}

const EVERYDAY: &[Row] = &[
    ("W8", || log::info!(output = everyday::escapes(); "Pod status updated")),
    ("W9", || log::info!(output = everyday::letters(); "Pod status updated")),
    ("W10", || log::info!(output = everyday::lines(); "Pod status updated")),
    ("W11", || log::error!(error:% = everyday::error(); "Could not update pod status")),
    ("W12", || log::info!(containers:? = everyday::structs(); "Pod status updated")),
    ("W14", || log::info!(output = everyday::long(); "Pod status updated")),
    ("30-pairs", || {
        log::info!(
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
            key30 = count();
            "Pod status updated"
        );
    }),
];

struct Pairs<'a, 'b>(&'a mut std::fmt::Formatter<'b>);

impl<'kvs> VisitSource<'kvs> for Pairs<'_, '_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        write!(self.0, " {key}={value}").map_err(Error::from)
    }
}

struct AllPairs<'a>(&'a dyn log::kv::Source);

impl std::fmt::Display for AllPairs<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.visit(&mut Pairs(formatter)).map_err(|_| std::fmt::Error)
    }
}

/// fern leaves time and pairs to the program; seconds are the cheapest time that a program could want.
fn install_fern(_: Format) {
    let now =
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    fern::Dispatch::new()
        .format(move |out, message, record| {
            let now = now();
            out.finish(format_args!(
                "{}.{:06} {} {}:{} {message}{}",
                now.as_secs(),
                now.subsec_micros(),
                record.level(),
                record.file().unwrap_or_default(),
                record.line().unwrap_or_default(),
                AllPairs(record.key_values()),
            ));
        })
        .level(log::LevelFilter::Info)
        .chain(Box::new(Writer) as Box<dyn std::io::Write + Send>)
        .apply()
        .expect("the first one");
}

fn install_env_logger(_: Format) {
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Info)
        .write_style(env_logger::WriteStyle::Never)
        .target(env_logger::Target::Pipe(Box::new(Writer)))
        .init();
}

fn install_structured(_: Format) {
    structured_logger::Builder::with_level("info")
        .with_default_writer(structured_logger::json::new_writer(Writer))
        .init();
}

#[derive(Debug)]
struct ToWriter(Box<dyn Layout>);

impl Append for ToWriter {
    fn append(
        &self,
        record: &Record<'_>,
        diagnostics: &[Box<dyn Diagnostic>],
    ) -> Result<(), logforth::Error> {
        let mut line = self.0.format(record, diagnostics)?;
        line.push(b'\n');
        deliver(&line);
        Ok(())
    }

    fn flush(&self) -> Result<(), logforth::Error> {
        Writer.flush().map_err(logforth::Error::from_io_error)
    }
}

fn install_logforth(format: Format) {
    let layout: Box<dyn Layout> = match format {
        Format::Text => Box::new(TextLayout::default().no_color()),
        Format::Json => Box::new(JsonLayout::default()),
    };
    logforth::starter_log::builder().dispatch(|dispatch| dispatch.append(ToWriter(layout))).apply();
    log::set_max_level(log::LevelFilter::Info);
}
