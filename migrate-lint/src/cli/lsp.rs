//! `cargo klog lsp`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::lsp;

#[derive(Debug, Args)]
pub(super) struct Lsp {
    /// Read the configuration from this file instead of the nearest klog.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Do not run cargo; read the files without their manifests
    #[arg(long)]
    no_cargo: bool,
    /// Do not let cargo use the network
    #[arg(long)]
    offline: bool,
    /// Take nothing from target/klog and keep nothing there; also by KLOG_NO_CACHE=1
    #[arg(long)]
    no_cache: bool,
    /// Speak over the standard input and output, as it always does; some editors pass this
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(self) -> Result<ExitCode> {
        let Self { config, no_cargo, offline, no_cache, .. } = self;
        let cache = super::may_cache(no_cache);
        lsp::serve(&lsp::Options { config, no_cargo, offline, cache })
    }
}
