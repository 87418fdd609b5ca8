//! What the compiler and rustfmt say of a crate.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::subject::Subject;

/// Messages of the compiler without their places, and how often each is said.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Messages {
    pub(crate) errors: BTreeMap<String, usize>,
    pub(crate) warnings: BTreeMap<String, usize>,
}

impl Messages {
    /// What is said more often than before.
    pub(crate) fn new_since(&self, before: &Self) -> Vec<String> {
        let more = |now: &BTreeMap<String, usize>, then: &BTreeMap<String, usize>| {
            now.iter()
                .filter(|(message, n)| then.get(*message).is_none_or(|before| before < n))
                .map(|(message, _)| message.clone())
                .collect::<Vec<_>>()
        };
        let mut new = more(&self.errors, &before.errors);
        new.extend(more(&self.warnings, &before.warnings));
        new
    }

    /// Errors and warnings together.
    pub(crate) fn n_errors(&self) -> usize {
        self.errors.values().sum()
    }

    /// Number of warnings.
    pub(crate) fn n_warnings(&self) -> usize {
        self.warnings.values().sum()
    }
}

/// Checks all targets of a crate. An example or benchmark whose dependencies cannot be built counts with its errors.
pub(crate) fn check(work: &Path, directory: &Path, subject: &Subject) -> Messages {
    let output = Command::new("cargo")
        .args(["check", "--all-targets", "--keep-going", "--message-format=json", "--quiet"])
        .args(&subject.arguments)
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(directory)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let mut messages = Messages::default();
    let mut has_finished = false;
    for line in output.stdout.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
        has_finished |= message["reason"] == "build-finished";
        let from = message["manifest_path"].as_str().unwrap_or_default();
        if message["reason"] != "compiler-message" || !Path::new(from).starts_with(directory) {
            continue;
        }
        let message = &message["message"];
        let (text, level) = (text(message), message["level"].as_str().unwrap_or_default());
        let is_summary = text.contains("previous error")
            || text.contains("warnings emitted")
            || text.contains("warning emitted");
        let list = match level {
            "error" => &mut messages.errors,
            "warning" => &mut messages.warnings,
            _ => continue,
        };
        if !is_summary {
            *list.entry(text).or_default() += 1;
        }
    }
    if !has_finished {
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        messages.errors.insert(format!("cargo: {text}"), 1);
    }
    messages
}

/// `error[E0277]: …`, with its file but without the line.
fn text(message: &Value) -> String {
    let level = message["level"].as_str().unwrap_or_default();
    let code = message["code"]["code"].as_str().map_or(String::new(), |code| format!("[{code}]"));
    let words = message["message"].as_str().unwrap_or_default().replace('\n', " ");
    let span = &message["spans"][0];
    let file = span["file_name"].as_str().unwrap_or_default();
    format!("{level}{code}: {words} ({file})")
}

/// Whether rustfmt would leave a text as it is; `None` where it cannot read it.
pub(crate) fn is_formatted(directory: &Path, edition: &str, text: &str) -> Option<bool> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", edition, "--emit", "stdout"])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = rustfmt.stdin.take().unwrap();
    let bytes = text.as_bytes().to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = rustfmt.wait_with_output().unwrap();
    writer.join().unwrap().ok();
    output.status.success().then(|| output.stdout == text.as_bytes())
}
