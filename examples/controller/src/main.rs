//! A Kubernetes controller that logs with klog.
//!
//! It keeps a condition in the status of every pod that has a readiness gate for it. Without a cluster it runs for a
//! few seconds against an API server of its own, see [`embedded`].

#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use klog::{Logger, WithLogger};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::timeout;

use cluster::Cluster;

mod cluster;
mod controller;
mod debug;
mod embedded;
mod readiness;

/// How long the reconciles under way may take after the controller has been asked to stop.
const GRACE_PERIOD: Duration = Duration::from_secs(10);

/// Keeps the condition `example.com/containers-stable` of pods.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Kubeconfig file of the cluster to work on; default: the cluster this runs in, else an embedded API server
    #[arg(long, value_name = "PATH")]
    kubeconfig: Option<PathBuf>,

    /// Serve /healthz, /metrics and /debug/flags here, for example on 127.0.0.1:8081; whoever reaches it can change the verbosity
    #[arg(long, value_name = "IP:PORT")]
    debug_address: Option<SocketAddr>,

    /// JSON file with the logging configuration, the field `logging` of a Kubernetes component; flags come before it
    #[arg(long, value_name = "PATH")]
    logging_config: Option<PathBuf>,

    #[command(flatten)]
    logging: klog::Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // The guard writes what is buffered when main returns.
    let _guard = match install_logging(&args) {
        Ok(guard) => guard,
        Err(error) => {
            // klog: allow(print-macro) there is no logging yet
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            klog::error!(err: error, "Could not run controller");
            ExitCode::FAILURE
        }
    }
}

fn install_logging(args: &Args) -> Result<klog::Guard> {
    let mut config = match &args.logging_config {
        Some(path) => read_config(path).context("flag `--logging-config`")?,
        None => klog::Config::default(),
    };
    args.logging.apply_to(&mut config);
    Ok(config.install()?)
}

fn read_config(path: &Path) -> Result<klog::Config> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

async fn run(args: &Args) -> Result<()> {
    // Ends when it is dropped.
    let _debug = match args.debug_address {
        Some(address) => Some(debug::serve(address).await.context("flag `--debug-address`")?),
        None => None,
    };
    let Cluster { client, embedded } = cluster::connect(args.kubeconfig.as_deref()).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let (stop, stopped) = oneshot::channel();
    let logger = Logger::background().with_name(controller::NAME);
    let mut controller = tokio::spawn(controller::run(client, stopped).with_logger(logger));

    let story = async {
        match &embedded {
            Some(embedded) => embedded.play().await,
            None => std::future::pending().await,
        }
    };
    let (reason, result) = tokio::select! {
        result = story => ("the story is over", result),
        _ = terminate.recv() => ("SIGTERM", Ok(())),
        _ = interrupt.recv() => ("SIGINT", Ok(())),
        ended = &mut controller => return ended.context("controller ended by itself"),
    };
    klog::info!("Shutting down", reason);
    drop(stop);
    timeout(GRACE_PERIOD, controller).await.context("reconciles did not end in time")??;
    Ok(result?)
}
