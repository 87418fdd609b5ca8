//! The compiler's own list of uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::subject::Subject;

/// A place in a file of the crate: path below its directory, first byte.
pub(crate) type Place = (String, usize);

/// Uses of marked macros.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Where a name is that resolves to a marked macro, with the macro.
    pub(crate) places: BTreeMap<Place, String>,
    /// Uses of macros that log nothing: `record_static!` makes a constant.
    pub(crate) n_parts: usize,
    /// Where a macro is called whose expansion holds such uses, and where those are.
    pub(crate) callers: BTreeMap<Place, BTreeSet<Place>>,
}

/// Runs `cargo check` and reads what it says.
pub(crate) fn check(
    work: &Path,
    directory: &Path,
    subject: &Subject,
    of: &mut dyn FnMut(&Value),
) -> bool {
    // The target directory is shared; the crate itself has to be read again each time.
    let root = directory.join("Cargo.toml");
    for entry in ["src/lib.rs", "src/main.rs"] {
        let path = directory.join(entry);
        if let Ok(text) = std::fs::read(&path) {
            std::fs::write(&path, text).unwrap();
        }
    }
    let output = Command::new("cargo")
        .args(["check", "--message-format=json", "--manifest-path"])
        .arg(root)
        .args(&subject.arguments)
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env("RUSTFLAGS", "--force-warn deprecated")
        .current_dir(directory)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    for line in output.stdout.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Value>(line) else { continue };
        let from = message["manifest_path"].as_str().unwrap_or_default();
        if message["reason"] == "compiler-message" && Path::new(from).starts_with(directory) {
            of(&message["message"]);
        }
    }
    output.status.success()
}

/// Exported macros that log nothing by themselves.
const PARTS: &[&str] = &["record", "record_static", "slog_record", "slog_record_static"];

/// All uses in the crate itself.
pub(crate) fn uses(work: &Path, directory: &Path, subject: &Subject) -> Uses {
    let mut uses = Uses::default();
    let compiles = check(work, directory, subject, &mut |message| {
        let text = message["message"].as_str().unwrap_or_default();
        if message["code"]["code"] != "deprecated" || !text.contains(": oracle ") {
            return;
        }
        if PARTS.iter().any(|part| text.contains(&format!("macro `{part}`"))) {
            uses.n_parts += 1;
            return;
        }
        let from = text.rsplit(": oracle ").next().unwrap_or_default().to_owned();
        for span in message["spans"].as_array().into_iter().flatten() {
            // What `#[instrument]` makes is written by nobody, and an import is no call.
            if span["is_primary"] != true || !is_call(directory, span) {
                continue;
            }
            if let Some(place) = place(directory, span) {
                uses.places.insert(place, from.clone());
            }
            let mut outer = &span["expansion"]["span"];
            while outer.is_object() {
                if let (Some(caller), Some(used)) =
                    (place(directory, outer), place(directory, span))
                {
                    uses.callers.entry(caller).or_default().insert(used);
                }
                outer = &outer["expansion"]["span"];
            }
        }
    });
    assert!(compiles, "{} does not compile", subject.name);
    uses
}

/// A span of the crate's own files.
pub(crate) fn place(directory: &Path, span: &Value) -> Option<Place> {
    let path = directory.join(span["file_name"].as_str()?);
    let path = path.strip_prefix(directory).ok()?.to_string_lossy().into_owned();
    Some((path, usize::try_from(span["byte_start"].as_u64()?).ok()?))
}

/// Whether a `!` follows a span.
fn is_call(directory: &Path, span: &Value) -> bool {
    let path = directory.join(span["file_name"].as_str().unwrap_or_default());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let end = span["byte_end"].as_u64().unwrap_or_default() as usize;
    text.get(end..).is_some_and(|rest| rest.trim_start().starts_with('!'))
}
