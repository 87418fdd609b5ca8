//! How a baseline is written: one finding a line, so that git merges two of them.
//!
//! Each line ends with a comma, because the last element is the same in every baseline: two branches that take entries
//! out or add some touch no line that the other one needs.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::{Baseline, Entry};

const VERSION: u32 = 2;

/// What may be in the file.
#[derive(Deserialize)]
struct File {
    version: u32,
    /// `path rule hash`, sorted, one for each finding, and an empty one at the end.
    #[serde(default)]
    findings: Vec<String>,
    /// Version 1: path → rule → hashes.
    #[serde(default)]
    files: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

pub(super) fn read(text: &str) -> Result<Baseline> {
    let File { version, findings, files } = serde_json::from_str(text)?;
    if !(1..=VERSION).contains(&version) {
        bail!("it has version {version}, and this program knows 1 to {VERSION}");
    }
    let mut baseline = Baseline::default();
    for finding in findings.iter().filter(|finding| !finding.is_empty()) {
        let mut words = finding.rsplitn(3, ' ');
        let entry = (words.next(), words.next(), words.next());
        let (Some(hash), Some(rule), Some(path)) = entry else {
            bail!("`{}` is no path with a rule and a hash", finding.escape_debug());
        };
        baseline.add(Entry { path: path.into(), rule: rule.into(), hash: hash.into() }, 1);
    }
    for (path, rules) in files {
        for (rule, hashes) in rules {
            for hash in hashes {
                baseline.add(Entry { path: path.clone(), rule: rule.clone(), hash }, 1);
            }
        }
    }
    Ok(baseline)
}

pub(super) fn write(baseline: &Baseline) -> Result<String> {
    let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [\n");
    for (Entry { path, rule, hash }, count) in &baseline.entries {
        let line = serde_json::to_string(&format!("{path} {rule} {hash}"))
            .context("a string is always JSON")?;
        text += &format!("    {line},\n").repeat(*count);
    }
    Ok(text + "    \"\"\n  ]\n}\n")
}

/// Our and their text of a file with conflicts; `None` where it has none.
pub(super) fn sides(text: &str) -> Option<Vec<String>> {
    #[derive(Clone, Copy, PartialEq)]
    enum In {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let is_mark = |line: &str, mark: &str| {
        line.strip_prefix(mark)
            .is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
    };
    let (mut ours, mut theirs) = (String::new(), String::new());
    let mut place = In::Both;
    let mut has_conflict = false;
    for line in text.split_inclusive('\n') {
        place = match place {
            In::Both if is_mark(line, "<<<<<<<") => In::Ours,
            In::Ours if is_mark(line, "|||||||") => In::Base,
            In::Ours | In::Base if is_mark(line, "=======") => In::Theirs,
            In::Theirs if is_mark(line, ">>>>>>>") => In::Both,
            _ => {
                if matches!(place, In::Both | In::Ours) {
                    ours += line;
                }
                if matches!(place, In::Both | In::Theirs) {
                    theirs += line;
                }
                continue;
            }
        };
        has_conflict = true;
    }
    has_conflict.then(|| vec![ours, theirs])
}
