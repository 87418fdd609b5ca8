//! `--since REV`: only what changed since a branch or commit was left.
//!
//! Compared is the working tree with the merge base of REV and HEAD, so that work on the other branch is not ours.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::git::{self, git};
use crate::report::Report;

/// Submodules of submodules are followed so far.
const N_MODULES: usize = 8;

/// Git's name for a tree without files, compared with which all is new.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Changed lines of the files of a repository.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Absolute path → changed lines; a new file has one range of all lines.
    lines: HashMap<PathBuf, Vec<Lines>>,
}

/// What a hunk changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    /// Lines, from 1.
    Added(Range<usize>),
    /// Something is gone between this line and the next.
    Gone(usize),
}

impl Lines {
    fn touches(&self, first: usize, last: usize) -> bool {
        match self {
            Self::Added(lines) => lines.start <= last && first < lines.end,
            Self::Gone(before) => first <= *before && *before < last,
        }
    }
}

impl Changes {
    /// Asks git what changed since a revision; untracked files count as new.
    ///
    /// # Errors
    ///
    /// No git, no repository, no such revision.
    pub(crate) fn since(revision: &str, directory: &Path) -> Result<Self> {
        if revision.starts_with('-') {
            bail!("`--since {revision}` is not a revision");
        }
        let top = git(directory, &["rev-parse", "--show-toplevel"])
            .context("`--since` needs a git repository")?;
        let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
        let commit = format!("{revision}^{{commit}}");
        let is_known = git(directory, &["rev-parse", "--verify", "--quiet", &commit]).is_ok();
        // Before the first commit all is new.
        if !is_known && revision == "HEAD" && git(directory, &["symbolic-ref", "HEAD"]).is_ok() {
            let mut changes = Self::default();
            changes.collect(&top, EMPTY_TREE, N_MODULES)?;
            return Ok(changes);
        }
        if !is_known {
            bail!(
                "`--since {revision}`: git knows no such revision (in a shallow clone, fetch it first)"
            );
        }
        // Without a common ancestor, as in a shallow clone, the revision itself is compared.
        let base = git(directory, &["merge-base", revision, "HEAD"]);
        let base = base.map_or_else(|_| revision.to_owned(), |base| base.trim().to_owned());
        let mut changes = Self::default();
        changes.collect(&top, &base, N_MODULES)?;
        Ok(changes)
    }

    /// Adds what changed in a repository since one of its commits, and in its submodules.
    fn collect(&mut self, top: &Path, base: &str, depth: usize) -> Result<()> {
        // A file whose text has moved to another, and that has a new one, is two files.
        let what = [
            "--no-ext-diff",
            "--no-textconv",
            "--find-renames",
            "--break-rewrites",
            base,
            "--",
            "*.rs",
        ];
        // What is binary by an attribute is text all the same; names are read apart from the lines.
        let patch = [&["diff", "--text", "--unified=0", "--no-color"][..], &what].concat();
        let names = [&["diff", "--name-only", "-z"][..], &what].concat();
        let files: Vec<PathBuf> = git::paths(&git::bytes(top, &names)?).collect();
        self.lines.extend(parse(&git::bytes(top, &patch)?, &files, top)?.lines);
        let others = ["ls-files", "-z", "--others", "--exclude-standard", "--", "*.rs"];
        for path in git::paths(&git::bytes(top, &others)?) {
            self.lines.insert(canonical(&top.join(path)), vec![Lines::Added(1..usize::MAX)]);
        }
        let modules = git::bytes(top, &["ls-files", "-z", "--stage"])?;
        let modules = modules.split(|byte| *byte == 0).filter(|line| line.starts_with(b"160000 "));
        for line in modules.filter(|_| depth > 0) {
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let path = git::path(&line[tab + 1..]);
            let module = top.join(&path);
            // One that is not checked out has no files.
            if !module.join(".git").exists() {
                continue;
            }
            // The commit that belonged to the base; a module that is new is new as a whole.
            let name = path.to_string_lossy();
            let commit = git(top, &["rev-parse", "--verify", "--quiet", &format!("{base}:{name}")]);
            let commit = commit.map(|commit| commit.trim().to_owned()).unwrap_or_default();
            let is_known = !commit.is_empty()
                && git(
                    &module,
                    &["rev-parse", "--verify", "--quiet", &format!("{commit}^{{commit}}")],
                )
                .is_ok();
            match is_known {
                true => self.collect(&module, &commit, depth - 1)?,
                false => self.collect(&module, EMPTY_TREE, depth - 1)?,
            }
        }
        Ok(())
    }

    /// Leaves findings out that touch no changed line.
    pub(crate) fn apply(&self, report: &mut Report) {
        for file in &mut report.files {
            let absolute = canonical(&file.absolute);
            let changed = self.lines.get(&absolute).map_or(&[][..], Vec::as_slice);
            let before = file.findings.len();
            let source = &file.source;
            file.findings.retain(|finding| {
                let first = source.position(finding.span.start).line;
                let last = source.position(finding.span.end).line;
                changed.iter().any(|lines| lines.touches(first, last))
            });
            report.n_unchanged += before - file.findings.len();
        }
        report.files.retain(|file| !file.findings.is_empty());
    }
}

/// Reads `git diff --unified=0`, whose sections are in the order of `files`.
///
/// A hunk's lines are counted: whatever they look like, they are no headers.
fn parse(patch: &[u8], files: &[PathBuf], top: &Path) -> Result<Changes> {
    let mut changes = Changes::default();
    let mut n_sections = 0;
    let mut n_left = 0;
    for line in patch.split(|byte| *byte == b'\n') {
        if n_left > 0 {
            // "\\ No newline at end of file" is no line of its own.
            n_left -= usize::from(matches!(line.first(), Some(b'+' | b'-' | b' ')));
        } else if line.starts_with(b"diff --git ") {
            n_sections += 1;
        } else if let Some(hunk) = line.strip_prefix(b"@@ ")
            && let Some((lines, n_lines)) = hunk_lines(&String::from_utf8_lossy(hunk))
        {
            n_left = n_lines;
            let file: Option<&PathBuf> = files.get(usize::saturating_sub(n_sections, 1));
            if let Some(file) = file {
                changes.lines.entry(canonical(&top.join(file))).or_default().push(lines);
            }
        }
    }
    if n_sections != files.len() {
        bail!("git names {} changed files and shows {n_sections}", files.len());
    }
    Ok(changes)
}

/// `-3,2 +3,4 @@` → the lines 3 to 6, and that six lines follow.
fn hunk_lines(hunk: &str) -> Option<(Lines, usize)> {
    let range = |sign: char| -> Option<(usize, usize)> {
        let range = hunk.split(' ').find_map(|part| part.strip_prefix(sign))?;
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((_, n_gone), (start, n_added)) = (range('-')?, range('+')?);
    let lines = match n_added {
        0 => Lines::Gone(start),
        _ => Lines::Added(start..start + n_added),
    };
    Some((lines, n_gone + n_added))
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
