//! Logs with klog to standard error and over OTLP to a collector; without one it is its own, and prints what arrives.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use otlp::{
    receiver::Receiver,
    telemetry::{Telemetry, subscriber},
    work,
};

/// Logs with klog to standard error, and exports entries and spans over OTLP.
#[derive(Debug, Parser)]
struct Args {
    /// Where an OpenTelemetry collector listens for gRPC, such as http://127.0.0.1:4317; without it, the program is its
    /// own collector and prints what arrives.
    #[arg(long)]
    endpoint: Option<String>,
    #[command(flatten)]
    logging: klog::Flags,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // klog: allow(print-macro) there may be no logging yet
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<()> {
    let output = args.logging.config().output()?;
    // gRPC runs on tokio. The exporters have threads of their own, which enter this runtime.
    let runtime = tokio::runtime::Runtime::new().context("start tokio")?;
    let _entered = runtime.enter();
    let mut receiver = None;
    let endpoint = match args.endpoint {
        Some(endpoint) => endpoint,
        None => runtime
            .block_on(Receiver::start())
            .map(|started| receiver.insert(started).endpoint())?,
    };

    let telemetry = Telemetry::start(&endpoint)?;
    tracing::subscriber::set_global_default(subscriber(&output, &telemetry))
        .context("install the subscriber")?;
    work::reconcile_all();
    telemetry.stop()?;

    if let Some(receiver) = receiver {
        let records = receiver.records();
        // klog: allow(print-macro) what arrived is the program's output
        println!("\n{} records and {} spans have arrived:", records.len(), receiver.spans().len());
        for record in records {
            // klog: allow(print-macro) what arrived is the program's output
            println!("{record}");
        }
    }
    Ok(())
}
