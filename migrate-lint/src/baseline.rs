//! Findings that are accepted for now, by file, rule and content.
//!
//! Content is the flagged text without white space, so that moved and reformatted lines stay accepted, and a file that moves takes
//! its entries along. An edited call is a new finding: whoever touches it fixes it. A written baseline only shrinks,
//! unless its owner says `--accept-new`.

mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::call::Span;
use crate::files;
use crate::finding::content_hash;
use crate::report::{Gone, Report};

/// The file's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How many findings each entry accepts.
    entries: BTreeMap<Entry, usize>,
}

/// What findings have in common that are accepted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Entry {
    path: String,
    rule: String,
    hash: String,
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

impl Baseline {
    /// Reads a baseline; `None` when there is no file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is none, also because of a merge that is not done.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let Some(text) = text(path)? else { return Ok(None) };
        if written::sides(&text).is_some() {
            bail!(
                "{} has a conflict; `cargo klog lint --write-baseline` merges it: \
                 what either side accepts and is still there",
                path.display()
            );
        }
        written::read(&text).with_context(|| not_one(path)).map(Some)
    }

    /// Reads a baseline to write it again; of a conflict it takes what either side accepts.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is none.
    pub fn read_to_write(path: &Path) -> Result<Option<Self>> {
        let Some(text) = text(path)? else { return Ok(None) };
        let sides = written::sides(&text).unwrap_or_else(|| vec![text]);
        let mut all = Self::default();
        for side in sides {
            let side = written::read(&side).with_context(|| not_one(path))?;
            for (entry, count) in side.entries {
                let known = all.entries.entry(entry).or_default();
                *known = count.max(*known);
            }
        }
        Ok(Some(all))
    }

    /// All findings of a report.
    pub fn of(report: &Report) -> Self {
        let mut baseline = Self::default();
        for (file, finding) in report.findings() {
            let hash = content_hash(file.source.slice(&finding.span));
            baseline.add(Entry { path: file.path.clone(), rule: finding.rule.to_owned(), hash }, 1);
        }
        baseline
    }

    /// Takes the accepted findings out of a report and returns the baseline without entries that are gone.
    pub fn apply(&self, report: &mut Report) -> Self {
        let mut left = self.entries.clone();
        let mut kept = Self::default();
        // A file's own entries first, so that a copy of a file does not take those of the original.
        accept(report, &mut kept, &mut |entry, _| take(&mut left, entry));
        // A file that this run did not look at keeps its entries, unless it is no more.
        let paths: BTreeSet<String> = left.keys().map(|entry| entry.path.clone()).collect();
        let is_judged = |path: &str| report.seen.contains(path) || !report.root.join(path).exists();
        let judged: BTreeSet<String> = paths.into_iter().filter(|path| is_judged(path)).collect();
        let mut by_content = HashMap::<(String, String), Vec<Entry>>::new();
        for (entry, count) in left.iter().rev().filter(|(entry, _)| judged.contains(&entry.path)) {
            let content = (entry.rule.clone(), entry.hash.clone());
            let same = by_content.entry(content).or_default();
            same.extend(std::iter::repeat_n(entry.clone(), *count));
        }
        accept(report, &mut kept, &mut |entry, is_telling| {
            // `{}` is the whole text of many findings, and none of them is known again by it.
            if !is_telling {
                return false;
            }
            let content = (entry.rule.clone(), entry.hash.clone());
            let moved = by_content.get_mut(&content).and_then(Vec::pop);
            moved.is_some_and(|moved| take(&mut left, &moved))
        });
        report.files.retain(|file| !file.findings.is_empty());
        for (entry, count) in left.into_iter().filter(|(_, count)| *count > 0) {
            let Entry { path, rule, .. } = &entry;
            match report.gone.last_mut() {
                _ if !judged.contains(path) => kept.add(entry, count),
                Some(last) if last.path == *path && last.rule == *rule => last.count += count,
                _ => report.gone.push(Gone { path: path.clone(), rule: rule.clone(), count }),
            }
        }
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
        files::write(root, path, written::write(self)?.as_bytes())
    }

    /// Number of accepted findings.
    pub fn n_findings(&self) -> usize {
        self.entries.values().sum()
    }

    /// Adds the entries of another baseline.
    pub fn extend(&mut self, other: Self) {
        for (entry, count) in other.entries {
            self.add(entry, count);
        }
    }

    fn add(&mut self, entry: Entry, count: usize) {
        *self.entries.entry(entry).or_default() += count;
    }
}

/// Takes findings out of a report that are accepted, and adds their entries to `kept`.
///
/// The function also gets whether the finding's text tells it from others.
fn accept(
    report: &mut Report,
    kept: &mut Baseline,
    is_accepted: &mut dyn FnMut(&Entry, bool) -> bool,
) {
    const N_TELLING: usize = 1;
    for file in &mut report.files {
        let (source, path) = (&file.source, &file.path);
        file.findings.retain(|finding| {
            let entry = |rule: &str, span: &Span| {
                let hash = content_hash(source.slice(span));
                Entry { path: path.clone(), rule: rule.to_owned(), hash }
            };
            let is_telling = |span: &Span| {
                source.slice(span).chars().filter(|c| c.is_alphanumeric()).count() >= N_TELLING
            };
            let own = entry(finding.rule, &finding.span);
            let mut accepted = is_accepted(&own, is_telling(&finding.span));
            // An entry may be of the rule that led when it was written.
            for (rule, span) in &finding.also {
                accepted |= is_accepted(&entry(rule, span), is_telling(span));
            }
            if accepted {
                report.n_accepted += 1;
                kept.add(own, 1);
            }
            !accepted
        });
    }
}

fn take(left: &mut BTreeMap<Entry, usize>, entry: &Entry) -> bool {
    match left.get_mut(entry) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn text(path: &Path) -> Result<Option<String>> {
    match files::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn not_one(path: &Path) -> String {
    // To write it again would accept what is new.
    format!("{} is not a baseline; take the last good one from git", path.display())
}
