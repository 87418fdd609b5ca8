//! `cargo klog lint --with-check`: cargo's own messages are passed on, so that one command shows both.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::Where;

/// Runs `cargo check` or `cargo clippy` and prints its messages as they come, but the last one; whether it succeeded.
pub(super) fn pass_on(place: &Where, command: &str) -> Result<bool> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([command, "--message-format=json", "--all-targets", "--keep-going"]);
    let packages = &place.packages;
    for (name, values) in [("--package", &packages.package), ("--exclude", &packages.exclude)] {
        for value in values {
            cargo.args([name, value]);
        }
    }
    if packages.workspace || packages.all {
        cargo.arg("--workspace");
    }
    if let Some(path) = &place.manifest.manifest_path {
        cargo.arg("--manifest-path").arg(path);
    }
    if place.offline {
        cargo.arg("--offline");
    }
    let mut cargo = cargo
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run cargo {command}"))?;
    let messages = cargo.stdout.take().context("cargo prints nothing")?;
    let mut out = std::io::stdout().lock();
    for line in BufReader::new(messages).split(b'\n') {
        let line = line.context("cannot read what cargo prints")?;
        // There is one end, after the findings.
        if !line.starts_with(b"{\"reason\":\"build-finished\"") {
            out.write_all(&line)?;
            out.write_all(b"\n")?;
            out.flush()?;
        }
    }
    Ok(cargo.wait().context("cargo went away")?.success())
}
