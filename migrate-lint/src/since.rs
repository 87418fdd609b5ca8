//! `--since REV`: only what changed since a branch or commit was left.
//!
//! Compared is the working tree with the merge base of REV and HEAD, so that work on the other branch is not ours.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::report::Report;

/// Changed lines of the files of a repository.
#[derive(Debug, Default)]
pub struct Changes {
    /// Absolute path → ranges of changed lines, from 1; a new file has one range of all lines.
    pub lines: HashMap<PathBuf, Vec<Range<usize>>>,
}

impl Changes {
    /// Asks git what changed since a revision; untracked files count as new.
    ///
    /// # Errors
    ///
    /// No git, no repository, no such revision.
    pub fn since(revision: &str, directory: &Path) -> Result<Self> {
        if revision.starts_with('-') {
            bail!("`--since {revision}` is not a revision");
        }
        let top = git(directory, &["rev-parse", "--show-toplevel"])
            .context("`--since` needs a git repository")?;
        let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
        let commit = format!("{revision}^{{commit}}");
        if git(directory, &["rev-parse", "--verify", "--quiet", &commit]).is_err() {
            bail!(
                "`--since {revision}`: git knows no such revision (in a shallow clone, fetch it first)"
            );
        }
        // Without a common ancestor, as in a shallow clone, the revision itself is compared.
        let base = git(directory, &["merge-base", revision, "HEAD"]);
        let base = base.map_or_else(|_| revision.to_owned(), |base| base.trim().to_owned());
        let diff = git(
            &top,
            &[
                "-c",
                "core.quotePath=false",
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                "--no-renames",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                &base,
                "--",
                "*.rs",
            ],
        )?;
        let mut changes = parse(&diff, &top);
        let untracked =
            git(&top, &["ls-files", "-z", "--others", "--exclude-standard", "--", "*.rs"])?;
        for path in untracked.split('\0').filter(|path| !path.is_empty()) {
            changes.lines.insert(top.join(path), std::iter::once(1..usize::MAX).collect());
        }
        Ok(changes)
    }

    /// Leaves findings out that touch no changed line.
    pub fn apply(&self, report: &mut Report) {
        for file in &mut report.files {
            let absolute = file.absolute.canonicalize().unwrap_or_else(|_| file.absolute.clone());
            let changed = self.lines.get(&absolute).map_or(&[][..], Vec::as_slice);
            let before = file.findings.len();
            let source = &file.source;
            file.findings.retain(|finding| {
                let first = source.position(finding.span.start).line;
                let last = source.position(finding.span.end).line;
                changed.iter().any(|lines| lines.start <= last && first < lines.end)
            });
            report.n_unchanged += before - file.findings.len();
        }
        report.files.retain(|file| !file.findings.is_empty());
    }
}

/// Reads `git diff --unified=0`.
fn parse(diff: &str, top: &Path) -> Changes {
    let mut changes = Changes::default();
    let mut file = None;
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("+++ ") {
            file = path.strip_prefix("b/").map(|path| top.join(path.trim_end_matches('\t')));
        } else if let Some(hunk) = line.strip_prefix("@@ ")
            && let Some(file) = &file
            && let Some(lines) = added_lines(hunk)
        {
            changes.lines.entry(file.clone()).or_default().push(lines);
        }
    }
    changes
}

/// `-3,2 +3,4 @@` → `3..7`; where lines were only taken away, the two around the gap.
fn added_lines(hunk: &str) -> Option<Range<usize>> {
    let added = hunk.split(' ').find_map(|part| part.strip_prefix('+'))?;
    let (start, count) = added.split_once(',').unwrap_or((added, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    Some(if count == 0 { start..start + 2 } else { start..start + count })
}

/// Runs git and returns what it printed.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> Result<String> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(arguments)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        let error = error.trim().trim_start_matches("fatal: ");
        bail!("git {}: {error}", arguments[0]);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
