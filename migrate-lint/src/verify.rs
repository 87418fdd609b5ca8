//! Takes back fixes that do not compile.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::{DiagnosticLevel, DiagnosticSpan};

use crate::fix::{Change, Plan};

/// Runs `cargo check` until the changed files compile, and writes back those that do not; gives their paths.
///
/// # Errors
///
/// Cargo cannot be run, or a file cannot be written.
pub fn take_back(root: &Path, plan: &Plan) -> Result<Vec<String>> {
    let mut left: Vec<&Change> = plan.changes.iter().collect();
    let mut taken = Vec::new();
    while !left.is_empty() {
        let broken = files_with_errors(root)?;
        let is_broken = |change: &Change| {
            let path = std::fs::canonicalize(&change.absolute);
            broken.contains(path.as_ref().unwrap_or(&change.absolute))
        };
        let (back, stays): (Vec<&Change>, Vec<&Change>) =
            left.into_iter().partition(|change| is_broken(change));
        if back.is_empty() {
            break;
        }
        for change in back {
            std::fs::write(&change.absolute, &change.before)
                .with_context(|| format!("cannot write {}", change.absolute.display()))?;
            taken.push(change.path.clone());
        }
        left = stays;
    }
    Ok(taken)
}

/// Files in which the compiler finds errors, those of macros' callers included.
fn files_with_errors(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "check",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--message-format=json",
            "--quiet",
        ])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run `cargo check`")?;
    let mut files = BTreeSet::new();
    if let Some(output) = cargo.stdout.take() {
        for message in Message::parse_stream(BufReader::new(output)) {
            if let Ok(Message::CompilerMessage(message)) = message
                && message.message.level == DiagnosticLevel::Error
            {
                message.message.spans.iter().for_each(|span| add(root, span, &mut files));
            }
        }
    }
    cargo.wait().context("`cargo check` was lost")?;
    Ok(files)
}

fn add(root: &Path, span: &DiagnosticSpan, files: &mut BTreeSet<PathBuf>) {
    let path = root.join(&span.file_name);
    files.insert(std::fs::canonicalize(&path).unwrap_or(path));
    if let Some(expansion) = &span.expansion {
        add(root, &expansion.span, files);
    }
}
