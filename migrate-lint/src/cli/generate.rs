//! What is made from the command's own description: completions, man pages, schemas.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory as _};

use super::Cli;
use crate::schema;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Directory for the pages
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// What the schema is of
    of: schema::Of,
}

impl Completions {
    pub(super) fn run(&self) -> Result<ExitCode> {
        // Shells complete the program; cargo calls it with the word `klog` before all others.
        let klog = Cli::command().name("klog").bin_name("cargo-klog klog");
        let mut program = clap::Command::new("cargo-klog").bin_name("cargo-klog").subcommand(klog);
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut program, "cargo-klog", &mut text);
        io::stdout().lock().write_all(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Man {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let directory = self.output.display();
        std::fs::create_dir_all(&self.output)
            .with_context(|| format!("cannot make {directory}"))?;
        // `man cargo-klog` and, as `cargo help klog` looks for it, cargo-klog(1); each command has a page of its own.
        let command =
            Cli::command().name("cargo-klog").bin_name("cargo klog").display_name("cargo-klog");
        clap_mangen::generate_to(command, &self.output)
            .with_context(|| format!("cannot write the pages to {directory}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Schema {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &self.of.schema())?;
        writeln!(out)?;
        Ok(ExitCode::SUCCESS)
    }
}
