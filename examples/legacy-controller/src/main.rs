//! The controller of `../controller` as it was before its migration: the same job, with unstructured logs.
//!
//! Its logs are what code bases have: `log` and `tracing` side by side, renamed imports, wrappers, prints.

#[macro_use]
extern crate log;

#[macro_use]
mod macros;

mod apiserver;
mod readiness;
mod reconciler;
mod settings;
mod shop;
mod stats;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

use crate::settings::Settings;
use crate::stats::Stats;

const GRACE_PERIOD: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|e| {
        eprintln!("RUST_LOG not usable ({e}), logging at level info");
        EnvFilter::new("info")
    });
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    println!("legacy-controller {} (pid {})", env!("CARGO_PKG_VERSION"), std::process::id());

    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err(e) => die!("bad settings: {e:#}"),
    };
    let started = Instant::now();
    match run(settings).await {
        Ok(()) => {
            info!("done after {:.1}s", started.elapsed().as_secs_f64());
            ExitCode::SUCCESS
        }
        Err(e) => {
            error!("controller failed: {:?}", e);
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<()> {
    let store = match settings.kubeconfig {
        Some(_) => None,
        None => Some(Arc::new(apiserver::Store::default())),
    };
    let config = connect(&settings, store.as_ref()).await?;
    info!("using cluster {} (namespace {})", config.cluster_url, config.default_namespace);
    let client = Client::try_from(config).context("no client")?;

    let (stop, stopped) = watch::channel(false);
    let stats = Arc::new(Stats::default());
    let reporter = {
        let (stats, interval, stopped) =
            (Arc::clone(&stats), settings.stats_interval, stopped.clone());
        tokio::spawn(async move { stats::report_regularly(&stats, interval, stopped).await })
    };
    let controller = tokio::spawn(reconciler::run(client, settings, Arc::clone(&stats), stopped));

    let story = async {
        match &store {
            Some(store) => shop::play(store).await,
            None => std::future::pending().await,
        }
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let result = tokio::select! {
        result = story => {
            info!("story is over, ok={}", result.is_ok());
            result
        }
        received = terminate.recv() => {
            warn!("got SIGTERM ({received:?}), shutting down");
            Ok(())
        }
        received = interrupt.recv() => {
            warn!("got SIGINT ({:?}), shutting down", received);
            Ok(())
        }
    };
    stop.send_replace(true);
    for (name, task) in [("controller", controller), ("stats reporter", reporter)] {
        match timeout(GRACE_PERIOD, task).await {
            Ok(Ok(())) => trace!("task {name} has ended"),
            Ok(Err(e)) => error!("task {name:?} ended badly: {e}"),
            Err(_) => warn!("task {:?} did not end within {}s", name, GRACE_PERIOD.as_secs()),
        }
    }
    stats.report();
    result
}

async fn connect(settings: &Settings, store: Option<&Arc<apiserver::Store>>) -> Result<Config> {
    if let Some(path) = &settings.kubeconfig {
        debug!("reading {:?}", path);
        let kubeconfig = Kubeconfig::read_from(path)
            .inspect_err(|e| error!("cannot read kubeconfig {}: {}", path.display(), e))?;
        return Ok(Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?);
    }
    let store = store.context("no cluster at all")?;
    shop::set_the_stage(store);
    let address = apiserver::start(Arc::clone(store)).await?;
    Ok(Config::new(format!("http://{address}").parse()?))
}
