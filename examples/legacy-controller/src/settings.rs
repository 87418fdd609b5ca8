//! Settings from the command line and the environment.

use std::env;
use std::fmt::Debug;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};

#[derive(Debug)]
pub struct Settings {
    pub kubeconfig: Option<PathBuf>,
    pub retry_delay: Duration,
    pub stats_interval: Duration,
    pub max_restarts: i32,
}

impl Settings {
    pub fn load() -> Result<Settings> {
        let mut kubeconfig = None;
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            debug!("parsing argument {:?}", arg);
            match arg.as_str() {
                "--kubeconfig" => {
                    kubeconfig =
                        Some(PathBuf::from(args.next().context("--kubeconfig needs a path")?))
                }
                "-h" | "--help" => {
                    println!("usage: legacy-controller [--kubeconfig PATH]");
                    println!();
                    println!(
                        "environment: RETRY_DELAY_MS, STATS_INTERVAL_MS, MAX_RESTARTS, RUST_LOG"
                    );
                    std::process::exit(0);
                }
                other => bail!("unknown argument {other}"),
            }
        }
        let settings = Settings {
            kubeconfig,
            retry_delay: Duration::from_millis(from_env("RETRY_DELAY_MS", 1000)),
            stats_interval: Duration::from_millis(from_env("STATS_INTERVAL_MS", 1500)),
            max_restarts: from_env("MAX_RESTARTS", 5),
        };
        if let Some(path) = &settings.kubeconfig {
            info!("kubeconfig: {}", path.display());
        }
        info!(
            "retrying after {}ms, stats every {}ms",
            settings.retry_delay.as_millis(),
            settings.stats_interval.as_millis()
        );
        debug!("effective settings: {:#?}", settings);
        Ok(settings)
    }
}

fn from_env<T: Copy + Debug + FromStr>(name: &str, default: T) -> T
where
    T::Err: Debug,
{
    let Ok(text) = env::var(name) else {
        trace!("{name} is not set, default is {default:?}");
        return default;
    };
    match text.parse() {
        Ok(value) => {
            info!("{} = {:?} (from environment)", name, value);
            value
        }
        Err(e) => {
            warn!("ignoring {}={:?}: {:?}, using {:?} instead", name, text, e, default);
            default
        }
    }
}
