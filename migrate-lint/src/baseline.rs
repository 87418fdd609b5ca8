//! Findings that are accepted for now, by file, rule and content.
//!
//! Content is the flagged text without white space, so that moved and reformatted lines stay accepted, and a file that moves takes
//! its entries along. An edited call is a new finding: whoever touches it fixes it. A written baseline only shrinks,
//! unless its owner says `--accept-new`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use crate::files;
use crate::finding::content_hash;
use crate::report::{Gone, Report};

/// The file's content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    /// Path → rule → hashes of the content, sorted, one for each finding.
    files: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What writing a baseline did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Findings in the file now.
    pub n_kept: usize,
    /// Entries taken out.
    pub n_gone: usize,
    /// Findings that were left out because a baseline only shrinks.
    pub n_refused: usize,
}

const VERSION: u32 = 1;

impl Baseline {
    /// Reads a baseline; `None` when there is no file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is none.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let text = match files::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let baseline: Self = serde_json::from_str(&text).with_context(|| {
            format!("{} is not a baseline; delete it and write it again", path.display())
        })?;
        if baseline.version != VERSION {
            let (name, version) = (path.display(), baseline.version);
            bail!("{name} has version {version}, this program knows {VERSION}; write it again");
        }
        Ok(Some(baseline))
    }

    /// All findings of a report.
    pub fn of(report: &Report) -> Self {
        let mut baseline = Self { version: VERSION, files: BTreeMap::new() };
        for (file, finding) in report.findings() {
            let rules = baseline.files.entry(file.path.clone()).or_default();
            let hash = content_hash(file.source.slice(&finding.span));
            rules.entry(finding.rule.to_owned()).or_default().push(hash);
        }
        baseline.sort();
        baseline
    }

    /// Takes the accepted findings out of a report and returns the baseline without entries that are gone.
    pub fn apply(&self, report: &mut Report) -> Self {
        let mut left = self.clone();
        let mut kept = Self { version: VERSION, files: BTreeMap::new() };
        // A file's own entries first, so that a copy of a file does not take those of the original.
        for own_file in [true, false] {
            for file in &mut report.files {
                let source = &file.source;
                let path = &file.path;
                file.findings.retain(|finding| {
                    let hash = content_hash(source.slice(&finding.span));
                    let accepted = left.take(own_file.then_some(path), finding.rule, &hash);
                    if accepted {
                        report.n_accepted += 1;
                        let rules = kept.files.entry(path.clone()).or_default();
                        rules.entry(finding.rule.to_owned()).or_default().push(hash);
                    }
                    !accepted
                });
            }
        }
        report.files.retain(|file| !file.findings.is_empty());
        for (path, rules) in left.files {
            // A file that this run did not look at keeps its entries, unless it is no more.
            let is_judged = report.seen.contains(&path) || !report.root.join(&path).exists();
            for (rule, hashes) in rules.into_iter().filter(|(_, hashes)| !hashes.is_empty()) {
                if is_judged {
                    report.gone.push(Gone { path: path.clone(), rule, count: hashes.len() });
                } else {
                    kept.files.entry(path.clone()).or_default().insert(rule, hashes);
                }
            }
        }
        kept.sort();
        kept
    }

    /// Writes the file; an empty baseline removes it.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn write(&self, root: &Path, path: &Path) -> Result<()> {
        if self.n_findings() == 0 {
            return files::remove(root, path);
        }
        let text = serde_json::to_string_pretty(self).context("a baseline is plain data")?;
        files::write(root, path, (text + "\n").as_bytes())
    }

    /// Number of accepted findings.
    pub fn n_findings(&self) -> usize {
        self.files.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    fn sort(&mut self) {
        for hashes in self.files.values_mut().flat_map(BTreeMap::values_mut) {
            hashes.sort_unstable();
        }
    }

    /// Adds the entries of another baseline.
    pub fn extend(&mut self, other: Self) {
        for (path, rules) in other.files {
            let own = self.files.entry(path).or_default();
            for (rule, hashes) in rules {
                own.entry(rule).or_default().extend(hashes);
            }
        }
        self.sort();
    }

    fn take(&mut self, path: Option<&String>, rule: &str, hash: &str) -> bool {
        let mut take_from = |rules: &mut BTreeMap<String, Vec<String>>| {
            let Some(hashes) = rules.get_mut(rule) else { return false };
            let Some(index) = hashes.iter().position(|known| known == hash) else { return false };
            hashes.remove(index);
            true
        };
        match path {
            Some(path) => self.files.get_mut(path).is_some_and(&mut take_from),
            None => self.files.values_mut().any(&mut take_from),
        }
    }
}
