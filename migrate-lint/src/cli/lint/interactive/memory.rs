//! What a person has decided, kept for the next run: in git's directory, which no commit takes along.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::has_fix;
use crate::files;
use crate::finding::{Finding, content_hash};
use crate::git::git;
use crate::report::FileReport;
use crate::settings::Wording;

#[derive(Debug, Default)]
pub(super) struct Memory {
    declined: BTreeSet<String>,
    /// Words in place of those of a fix.
    pub(super) chosen: BTreeMap<Wording, Wording>,
}

impl Memory {
    /// What is kept; nothing where there is no git repository, or a file that cannot be read.
    pub(super) fn read(root: &Path) -> Self {
        let text = place(root).and_then(|path| std::fs::read_to_string(path).ok());
        let value: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
        value.map(|value| Self::of(&value)).unwrap_or_default()
    }

    fn of(value: &Value) -> Self {
        let list = |value: &Value| -> Vec<Value> { value.as_array().cloned().unwrap_or_default() };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let wording = |value: &Value| Wording {
            message: text(&value["message"]),
            keys: list(&value["keys"]).iter().map(text).collect(),
        };
        Self {
            declined: list(&value["declined"]).iter().map(text).collect(),
            chosen: list(&value["chosen"])
                .iter()
                .map(|pair| (wording(&pair["from"]), wording(&pair["to"])))
                .filter(|(from, to)| from.keys.len() == to.keys.len())
                .collect(),
        }
    }

    /// Keeps it, where there is a git repository.
    pub(super) fn write(&self, root: &Path) {
        let Some(path) = place(root) else { return };
        let wording =
            |wording: &Wording| json!({ "message": wording.message, "keys": wording.keys });
        let chosen: Vec<Value> = self
            .chosen
            .iter()
            .map(|(from, to)| json!({ "from": wording(from), "to": wording(to) }))
            .collect();
        let value = json!({ "declined": self.declined, "chosen": chosen });
        // What is lost is a convenience.
        if let Some(directory) = path.parent() {
            let _ = files::write(directory, &path, format!("{value:#}\n").as_bytes());
        }
    }

    pub(super) fn is_declined(&self, key: &str) -> bool {
        self.declined.contains(key)
    }

    pub(super) fn decline(&mut self, key: String) {
        self.declined.insert(key);
    }

    pub(super) fn forget_declined(&mut self) {
        self.declined.clear();
    }

    /// Fixes of a file that were declined.
    pub(super) fn count_declined(&self, file: &FileReport) -> usize {
        let findings = file.findings.iter().filter(has_fix);
        findings.filter(|finding| self.is_declined(&key(file, finding))).count()
    }
}

/// A fix, wherever in its file it is: the rule, the words that it is about, and which of equal ones it is.
pub(super) fn key(file: &FileReport, finding: &Finding) -> String {
    let words = |finding: &Finding| file.source.slice(&finding.span).to_owned();
    let own = words(finding);
    let equal = |other: &&Finding| {
        other.rule == finding.rule && other.span.start < finding.span.start && words(other) == own
    };
    let number = file.findings.iter().filter(equal).count();
    content_hash(&format!("{}\n{}\n{own}\n{number}", file.path, finding.rule))
}

fn place(root: &Path) -> Option<PathBuf> {
    let path = git(root, &["rev-parse", "--git-path", "klog-interactive.json"]).ok()?;
    Some(root.join(path.trim_end_matches(['\n', '\r'])))
}
