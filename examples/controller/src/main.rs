//! A Kubernetes controller.
//!
//! It keeps a condition in the status of every pod that has a readiness gate for it. Without a cluster it runs for a
//! few seconds against an API server of its own, see [`embedded`].

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::timeout;

use cluster::Cluster;

mod cluster;
mod controller;
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
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let Cluster { client, embedded } = cluster::connect(args.kubeconfig.as_deref()).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    let (stop, stopped) = oneshot::channel();
    let mut controller = tokio::spawn(controller::run(client, stopped));

    let story = async {
        match &embedded {
            Some(embedded) => embedded.play().await,
            None => std::future::pending().await,
        }
    };
    let result = tokio::select! {
        result = story => result.map_err(Into::into),
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        ended = &mut controller => return ended.context("controller ended by itself"),
    };
    drop(stop);
    timeout(GRACE_PERIOD, controller).await.context("reconciles did not end in time")??;
    result
}
