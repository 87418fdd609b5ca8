//! Calls that people have migrated by hand, found in the history of a clone.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use migrate_lint::internal::call::{HoleArgument, LogCall, MessageForm, Piece};
use migrate_lint::internal::scan::{self, CrateFacts};
use serde_json::{Value as Json, json};

use super::score;

/// The migrated calls of a repository, the oldest commit first.
pub(crate) fn repository(clone: &Path) -> Vec<Json> {
    let name = clone.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let pattern = "-G(trace|debug|info|warn|error)!";
    let log =
        git(clone, &["log", "--no-merges", "--reverse", "--format=%H", pattern, "--", "*.rs"]);
    let mut found: Vec<Json> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for commit in log.unwrap_or_default().lines() {
        let changed = [
            "diff-tree",
            "-r",
            "--no-commit-id",
            "--name-only",
            "--diff-filter=M",
            commit,
            "--",
            "*.rs",
        ];
        for file in git(clone, &changed).unwrap_or_default().lines() {
            let before = git(clone, &["show", &format!("{commit}^:{file}")]);
            let after = git(clone, &["show", &format!("{commit}:{file}")]);
            let (Some(before), Some(after)) = (before, after) else { continue };
            for mut migration in of_file(&before, &after) {
                let call = migration["call"].as_str().unwrap_or_default().to_owned();
                if seen.insert(call) {
                    migration["id"] = json!(format!("{name}-{}", found.len() + 1));
                    migration["commit"] = json!(commit.get(..10));
                    migration["file"] = json!(file);
                    found.push(migration);
                }
            }
        }
    }
    found
}

/// Calls of a file that formatted values before, and pass them as pairs now.
fn of_file(before: &str, after: &str) -> Vec<Json> {
    let facts = CrateFacts::default();
    let old = scan::source(before, &facts).calls;
    let new = scan::source(after, &facts).calls;
    let texts = |calls: &[LogCall], source: &str| -> HashSet<String> {
        calls.iter().filter_map(|call| source.get(call.span.clone()).map(plain)).collect()
    };
    let (old_texts, new_texts) = (texts(&old, before), texts(&new, after));
    let is_gone = |call: &&LogCall| {
        before.get(call.span.clone()).is_some_and(|text| !new_texts.contains(&plain(text)))
    };
    let is_new = |call: &&LogCall| {
        after.get(call.span.clone()).is_some_and(|text| !old_texts.contains(&plain(text)))
    };
    let mut candidates: Vec<&LogCall> =
        new.iter().filter(is_new).filter(|call| is_structured(call)).collect();
    let mut found = Vec::new();
    for call in old.iter().filter(is_gone) {
        let values = values(call);
        let Some(place) = candidates.iter().position(|other| is_migrated(call, &values, other))
        else {
            continue;
        };
        let other = candidates.remove(place);
        found.push(described(call, before, other));
    }
    found
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What a call formats into its message.
fn values(call: &LogCall) -> Vec<String> {
    let Some(MessageForm::Literal { pieces, .. }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return Vec::new();
    };
    let holes = pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(hole) => Some(&hole.argument),
        Piece::Text(_) => None,
    });
    let text = |argument: &HoleArgument| match argument {
        HoleArgument::Capture(name) => Some(name.clone()),
        HoleArgument::Index(index) => {
            call.format_args.get(*index).map(|argument| plain(&argument.value.text))
        }
        HoleArgument::Missing => None,
    };
    holes.filter_map(text).collect()
}

/// A constant message, and what was formatted before as pairs.
fn is_structured(call: &LogCall) -> bool {
    let has_values =
        !call.pairs.is_empty() || call.prefix.iter().any(|prefix| prefix.name == "err");
    has_values && values(call).is_empty() && message(call).is_some()
}

fn message(call: &LogCall) -> Option<&str> {
    match &call.message.as_ref()?.form {
        MessageForm::Literal { value, .. } => Some(value),
        _ => None,
    }
}

/// Whether a call is another one in structured form: it is in the same function, and its new values were formatted.
fn is_migrated(call: &LogCall, values: &[String], other: &LogCall) -> bool {
    let known: Vec<String> = call.pairs.iter().filter_map(|pair| pair.key.clone()).collect();
    let new =
        other.pairs.iter().filter(|pair| pair.key.as_ref().is_none_or(|key| !known.contains(key)));
    let new: Vec<String> =
        new.filter_map(|pair| pair.value.as_ref()).map(|value| plain(&value.text)).collect();
    let said = [score::words(&text(call)), score::words(message(other).unwrap_or_default())];
    !values.is_empty()
        && call.level == other.level
        && call.place.function == other.place.function
        && call.place.macro_definition.is_none()
        && new.iter().all(|value| values.iter().any(|known| bare(known) == bare(value)))
        && (!new.is_empty() || other.prefix.iter().any(|prefix| prefix.name == "err"))
        && said[1].iter().filter(|word| said[0].contains(word)).count() * 2 > said[1].len()
}

fn bare(value: &str) -> &str {
    let value = value.trim_start_matches(['&', '*', '%', '?']);
    [".clone()", ".to_string()"].iter().find_map(|end| value.strip_suffix(end)).unwrap_or(value)
}

/// The text of a call's message without its values.
fn text(call: &LogCall) -> String {
    let Some(MessageForm::Literal { pieces, .. }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return String::new();
    };
    let texts = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        Piece::Hole(_) => " ",
    });
    texts.collect()
}

fn described(call: &LogCall, source: &str, other: &LogCall) -> Json {
    let is_error = |key: &str| matches!(key, "err" | "error" | "e");
    let mut error: Option<String> = other
        .prefix
        .iter()
        .find(|prefix| prefix.name == "err")
        .map(|prefix| prefix.value.text.clone());
    let mut pairs = Vec::new();
    for pair in &other.pairs {
        let (Some(key), Some(value)) = (&pair.key, &pair.value) else { continue };
        if is_error(key) {
            error = Some(value.text.clone());
        } else {
            pairs.push(json!({ "key": key, "expr": value.text }));
        }
    }
    let message = message(other).unwrap_or_default();
    let old = score::words(&text(call));
    let n_new = score::words(message).iter().filter(|word| !old.contains(word)).count();
    json!({
        "id": "",
        "call": source.get(call.span.clone()),
        "message": message,
        "err": error,
        "pairs": pairs,
        "reworded": n_new > 1,
    })
}

/// What git prints; `None` where it fails.
fn git(clone: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(clone).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
