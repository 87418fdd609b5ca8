//! rustfmt: what it is asked about the width of lines, and what it makes of a text.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// How long rustfmt lets lines become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Longest line.
    pub line: usize,
    /// Longest list of arguments on one line.
    pub arguments: usize,
}

impl Default for Widths {
    fn default() -> Self {
        Self { line: 100, arguments: 60 }
    }
}

/// The widths of the nearest `rustfmt.toml` of a directory.
pub(crate) fn widths(directory: &Path) -> Widths {
    let names = ["rustfmt.toml", ".rustfmt.toml"];
    let mut files = directory.ancestors().flat_map(|above| names.map(|name| above.join(name)));
    let text = files.find_map(|file| crate::files::read_to_string(&file).ok());
    let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let number = |name| usize::try_from(table.get(name)?.as_integer()?).ok();
    let line = number("max_width").unwrap_or(Widths::default().line);
    let heuristics = table.get("use_small_heuristics").and_then(toml::Value::as_str);
    let scaled = if heuristics == Some("Max") { line } else { line * 60 / 100 };
    Widths { line, arguments: number("fn_call_width").unwrap_or(scaled) }
}

/// What rustfmt makes of a text in a directory; `None` where it is not at hand or cannot read the text.
pub(crate) fn formatted(directory: &Path, edition: u16, text: &str) -> Option<String> {
    let mut rustfmt = Command::new(std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into()))
        .args(["--edition", &edition.to_string(), "--emit", "stdout", "--quiet"])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = rustfmt.stdin.take()?;
    let bytes = text.as_bytes().to_vec();
    // Both pipes move at once, so that none fills up.
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = rustfmt.wait_with_output().ok()?;
    let is_written = writer.join().is_ok_and(|written| written.is_ok());
    let formatted = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && is_written && !formatted.is_empty()).then_some(formatted)
}
