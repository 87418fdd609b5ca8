//! Applies the edits of findings.
//!
//! Fixes of one file are taken in order; one that touches another's edits waits for the next pass, which looks at the text again.
//! A pass whose result does not parse where the text before did is thrown away for that file, and reported.

mod layout;
mod marks;
mod statements;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use rayon::prelude::*;

use crate::files;
use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::git::git;
use crate::lines;
use crate::report::{FileReport, Report};
use crate::rustfmt;
use crate::scan::{self, ScanConfig};
use crate::syntax::parse;
use crate::work;
use crate::workspace::Workspace;

/// What may be changed, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// Change files that have uncommitted changes.
    pub allow_dirty: bool,
    /// Change files whose changes are staged.
    pub allow_staged: bool,
    /// Change files outside of a repository.
    pub allow_no_vcs: bool,
    /// The command shows fixes without writing them, with `--diff`.
    pub has_diff: bool,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As the report prints it.
    pub path: String,
    /// To write to.
    pub absolute: PathBuf,
    /// Text before.
    pub before: String,
    /// Text after.
    pub after: String,
    /// Number of fixes that made it.
    pub n_fixes: usize,
}

/// Changes by file, and what could not be fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order of the paths.
    pub changes: Vec<Change>,
    /// Files whose fixes were thrown away, and why.
    pub refused: Vec<(String, String)>,
}

/// Fixes that are left out: of whole files, and of calls, which are counted through the file as they stay in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Files.
    pub files: BTreeSet<PathBuf>,
    /// File, and the number of the call.
    pub calls: BTreeSet<(PathBuf, usize)>,
}

impl Skipped {
    fn has(&self, file: &FileReport, finding: &Finding) -> bool {
        let number = finding.call.and_then(|call| file.numbers.get(call));
        self.files.contains(&file.absolute)
            || number.is_some_and(|number| self.calls.contains(&(file.absolute.clone(), *number)))
    }
}

/// Fixes files in memory, again and again until nothing is left to fix.
///
/// `relint` looks at a new text of a file: its findings as the first report has them.
pub fn plan(
    report: &Report,
    with_unsafe: bool,
    relint: &(dyn Fn(&FileReport, &str) -> Option<FileReport> + Sync),
) -> Plan {
    plan_without(report, with_unsafe, &Skipped::default(), relint)
}

/// The same without some of the fixes.
pub fn plan_without(
    report: &Report,
    with_unsafe: bool,
    skipped: &Skipped,
    relint: &(dyn Fn(&FileReport, &str) -> Option<FileReport> + Sync),
) -> Plan {
    let outcomes: Vec<Outcome> = report
        .files
        .par_iter()
        .filter(|file| !file.source.lossy)
        .filter_map(|file| fix_file(file, with_unsafe, skipped, relint))
        .collect();
    let mut plan = Plan::default();
    for outcome in outcomes {
        plan.changes.extend(outcome.change);
        plan.refused.extend(outcome.refused);
    }
    plan
}

/// What became of a file that has fixes.
struct Outcome {
    change: Option<Change>,
    refused: Option<(String, String)>,
}

fn fix_file(
    file: &FileReport,
    with_unsafe: bool,
    skipped: &Skipped,
    relint: &(dyn Fn(&FileReport, &str) -> Option<FileReport> + Sync),
) -> Option<Outcome> {
    // A rule whose fix makes its own finding again must not run for ever.
    const N_PASSES: usize = 10;
    let (mut text, mut n_fixes) = pass(file, with_unsafe, skipped);
    if n_fixes == 0 {
        return None;
    }
    let before = &file.source.text;
    if !parse::is_shallow(before) {
        let why = "it is nested too deeply, or an expression of it is too long".to_owned();
        return Some(Outcome { change: None, refused: Some((file.path.clone(), why)) });
    }
    let mut outcome = Outcome { change: None, refused: None };
    for n_passes in 1.. {
        // Nearly every text parses, so that the one before is seldom asked.
        if !parses(&text) && parses(before) {
            let why =
                "a fix would have left a file that does not parse; please report it with the file"
                    .to_owned();
            outcome.refused = Some((file.path.clone(), why));
            break;
        }
        if text != *before {
            outcome.change = Some(Change {
                path: file.path.clone(),
                absolute: file.absolute.clone(),
                before: before.clone(),
                after: text.clone(),
                n_fixes,
            });
        }
        if n_passes == N_PASSES {
            break;
        }
        let Some(newer) = relint(file, &text) else { break };
        let (next, n_more) = pass(&newer, with_unsafe, skipped);
        if n_more == 0 || next == text {
            break;
        }
        (text, n_fixes) = (next, n_fixes + n_more);
    }
    Some(outcome)
}

impl Plan {
    /// Takes out imports that the changed calls needed and nothing needs any more.
    pub fn trim_imports(&mut self, workspace: &Workspace, config: &ScanConfig) {
        if self.changes.is_empty() {
            return;
        }
        let changes = self.changes.iter();
        let texts = changes.map(|change| (change.absolute.clone(), change.after.clone())).collect();
        for (index, edits) in scan::unneeded(workspace, config, &texts) {
            let Some(file) = workspace.files.get(index) else { continue };
            let known = self.changes.iter_mut().find(|change| change.absolute == file.absolute);
            let change = match known {
                Some(change) => change,
                None => {
                    let Ok(before) = files::read_to_string(&file.absolute) else { continue };
                    let path = files::shown(&file.path);
                    let (absolute, after) = (file.absolute.clone(), before.clone());
                    self.changes.push(Change { path, absolute, before, after, n_fixes: 0 });
                    let last = self.changes.len() - 1;
                    &mut self.changes[last]
                }
            };
            for edit in edits.iter().rev() {
                change.after.replace_range(edit.span.clone(), &edit.text);
            }
        }
        self.changes.sort_by(|left, right| left.path.cmp(&right.path));
    }

    /// Formats the fixed calls of files that were as rustfmt writes them: a shorter call may fit where it did not.
    ///
    /// `entries` gives the places of the calls of a file's text.
    pub fn format(
        &mut self,
        workspace: &Workspace,
        entries: &dyn Fn(&Path, &str) -> Vec<Range<usize>>,
    ) {
        let all: Vec<usize> = (0..self.changes.len()).collect();
        let braced = self.format_some(workspace, entries, &all);
        // What rustfmt has put into braces because it took several lines may fit one without them.
        if !braced.is_empty() {
            self.format_some(workspace, entries, &braced);
        }
    }

    /// Formats the calls of some files, by their indexes; gives those in which braces have come.
    fn format_some(
        &mut self,
        workspace: &Workspace,
        entries: &dyn Fn(&Path, &str) -> Vec<Range<usize>>,
        some: &[usize],
    ) -> Vec<usize> {
        let edition = |change: &Change| {
            let file = workspace.files.iter().find(|file| file.absolute == change.absolute)?;
            Some(workspace.crates.get(file.crate_index?)?.edition)
        };
        let known: Vec<(usize, u16)> = some
            .iter()
            .filter_map(|&index| Some((index, edition(&self.changes[index])?)))
            .collect();
        let mut braced = Vec::new();
        let texts = known.iter().map(|&(index, edition)| {
            let Change { absolute: path, before, after, .. } = &self.changes[index];
            rustfmt::Text { path, edition, before, after }
        });
        let formatted = rustfmt::formatted(&workspace.root, &texts.collect::<Vec<_>>());
        for ((index, _), formatted) in known.into_iter().zip(formatted) {
            let change = &mut self.changes[index];
            if let Some(formatted) = formatted.filter(|formatted| *formatted != change.after) {
                let calls = |text: &str| entries(&change.absolute, text);
                let width = change.absolute.parent().map(rustfmt::widths).unwrap_or_default().line;
                let after = laid_out(change, &formatted, width, &calls);
                // What a fix has made counts for more than how it looks.
                if parses(&after) || !parses(&change.after) {
                    let n_braces = |text: &str| text.matches('{').count();
                    if n_braces(&after) > n_braces(&change.after) {
                        braced.push(index);
                    }
                    change.after = after;
                }
            }
        }
        braced
    }

    /// As a patch that `git apply` and `patch -p1` read.
    pub fn diff(&self) -> String {
        let mut patch = String::new();
        for change in &self.changes {
            let (old, new) = (format!("a/{}", change.path), format!("b/{}", change.path));
            patch += &lines::patch(&old, &new, &change.before, &change.after);
        }
        patch
    }

    /// Whether git could undo the changes.
    ///
    /// # Errors
    ///
    /// What git could not undo, and the flag that allows it.
    pub fn check(&self, root: &Path, guard: Guard) -> Result<()> {
        if self.changes.is_empty() { Ok(()) } else { check_tree(root, guard, &self.changes) }
    }

    /// Writes the manifests and the files: all or, where one cannot be written, none.
    ///
    /// # Errors
    ///
    /// Errors of the file system.
    pub fn write(&self, roots: &[PathBuf], manifests: &[(&Path, &[u8])]) -> Result<()> {
        let sources =
            self.changes.iter().map(|change| (&*change.absolute, change.after.as_bytes()));
        files::write_all(roots, &manifests.iter().copied().chain(sources).collect::<Vec<_>>())
    }

    /// Leaves out files outside of the workspace, and links that lead there.
    pub fn stay_inside(&mut self, roots: &[PathBuf]) {
        let (out, inside) = std::mem::take(&mut self.changes)
            .into_iter()
            .partition::<Vec<_>, _>(|change| files::leads_out(roots, &change.absolute));
        self.changes = inside;
        let why = "it lies outside of the workspace, or is a link that leads there";
        self.refused.extend(out.into_iter().map(|change| (change.path, why.to_owned())));
    }

    /// Number of fixes in all files.
    pub fn n_fixes(&self) -> usize {
        self.changes.iter().map(|change| change.n_fixes).sum()
    }
}

/// A text with the edits of one fix; `None` where they are no ranges of it, or where it does not parse any more.
pub fn applied(text: &str, edits: &[Edit]) -> Option<String> {
    let mut fixed = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        fixed += text.get(done..edit.span.start)?;
        fixed += &edit.text;
        done = edit.span.end;
    }
    fixed += text.get(done..)?;
    let can_be_parsed = parse::is_shallow(text) && parse::is_shallow(&fixed);
    (can_be_parsed && (parses(&fixed) || !parses(text))).then_some(fixed)
}

/// One pass over a file: its text with all fixes that do not touch each other, and how many those are.
fn pass(file: &FileReport, with_unsafe: bool, skipped: &Skipped) -> (String, usize) {
    let allowed = |fix: &&Fix| match fix.applicability() {
        Applicability::Safe => true,
        Applicability::Unsafe => with_unsafe,
    };
    let text = &file.source.text;
    let mut taken = BTreeMap::<(usize, usize), &Edit>::new();
    let mut n_fixes = 0;
    let findings = file.findings.iter().filter(|finding| !skipped.has(file, finding));
    for fix in findings.filter_map(|finding| finding.fix.as_ref()).filter(allowed) {
        let is_taken = |edit: &Edit| taken.get(&(edit.span.start, edit.span.end)) == Some(&edit);
        // Two fixes may add the same import. Any other edit that they share is a part of each of them.
        let is_same = fix.edits.iter().all(is_taken);
        let fits = |edit: &Edit| {
            let span = &edit.span;
            let is_shared = (is_same || is_import(edit)) && is_taken(edit);
            // Those that are taken are apart: the last one that begins before the end is the one that can be in the way.
            let near = taken.range(..=(span.end, usize::MAX)).next_back();
            text.get(span.clone()).is_some()
                && (is_shared || near.is_none_or(|(_, other)| apart(span, &other.span)))
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            // By start and end, so that an insertion is before a replacement at the same place.
            taken.extend(fix.edits.iter().map(|edit| ((edit.span.start, edit.span.end), edit)));
            n_fixes += 1;
        }
    }
    let mut fixed = String::with_capacity(text.len());
    let mut done = 0;
    for edit in taken.values() {
        // The edits of one fix are in order and apart by contract; a rule that breaks it changes nothing.
        let Some(kept) = text.get(done..edit.span.start) else { return (text.clone(), 0) };
        fixed += kept;
        fixed += &edit.text;
        done = edit.span.end;
    }
    fixed += &text[done..];
    (fixed, n_fixes)
}

/// A fixed text with what rustfmt has made of its calls.
fn laid_out(
    change: &Change,
    formatted: &str,
    width: usize,
    calls: &dyn Fn(&str) -> Vec<Range<usize>>,
) -> String {
    let (before, mut after) = (&*change.before, change.after.clone());
    let (calls_before, mut calls_after) = (calls(before), calls(&after));
    let old = layout::Called { text: before, calls: &calls_before };
    let new = layout::Called { text: &after, calls: &calls_after };
    if let Some(text) = layout::of_statements(old, new, formatted, width) {
        (calls_after, after) = (calls(&text), text);
    }
    let new = layout::Called { text: &after, calls: &calls_after };
    let after = layout::of_calls(before, new, formatted);
    layout::without_last_comma(before, &after, &calls(&after))
}

/// `use klog::WithLogger as _;`.
fn is_import(edit: &Edit) -> bool {
    edit.text.trim_start().starts_with("use ")
}

/// Neither overlapping nor touching: two insertions at one place have no order.
fn apart(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.end < right.start || right.end < left.start
}

fn parses(text: &str) -> bool {
    let read = || parse::file(text).is_some();
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(work::STACK).spawn_scoped(scope, read);
        thread.is_ok_and(|thread| thread.join().unwrap_or(false))
    })
}

/// Undoing must be `git checkout`.
fn check_tree(root: &Path, guard: Guard, changes: &[Change]) -> Result<()> {
    let status =
        ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--ignored", "--", "."];
    let Ok(status) = git(root, &status) else {
        if guard.allow_no_vcs {
            return Ok(());
        }
        let or_look = if guard.has_diff { ", or `--diff` to look at them" } else { "" };
        bail!(
            "{} is in no git repository, so the fixes could not be undone; \
             pass `--allow-no-vcs` to write them all the same{or_look}",
            root.display()
        );
    };
    let repository = git(root, &["rev-parse", "--show-toplevel"]);
    let repository = PathBuf::from(repository.unwrap_or_default().trim_end());
    // Files that git does not know are in nobody's way, unless they are to be fixed.
    let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let root = canonical(root);
    let fixed: Vec<PathBuf> = changes.iter().map(|change| canonical(&change.absolute)).collect();
    let is_fixed = |path: &str| {
        let path = repository.join(path);
        fixed.iter().any(|fixed| fixed.starts_with(&path))
    };
    // Nor is a workspace that git ignores as a whole.
    let is_around = |path: &str| root.starts_with(repository.join(path));
    let mut dirty = Vec::new();
    let mut staged = Vec::new();
    let mut entries = status.split('\0').filter(|entry| entry.len() > 3);
    while let Some(entry) = entries.next() {
        let (state, path) = entry.split_at(3);
        if state.starts_with('R') || state.starts_with('C') {
            entries.next();
        }
        match state.as_bytes()[1] {
            b'?' | b'!' if !is_fixed(path) => {}
            b'!' if is_around(path) => {}
            b' ' => staged.push(path.to_owned()),
            _ => dirty.push(path.to_owned()),
        }
    }
    let refused = |files: &[String], flag: &str, what: &str| {
        let list: Vec<String> = files.iter().take(10).map(|path| format!("  {path}")).collect();
        let more = files.len().saturating_sub(list.len());
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        format!(
            "these files have {what}, so the fixes could not be undone alone; commit them, \
             or pass `{flag}`:\n{}{more}",
            list.join("\n")
        )
    };
    if !dirty.is_empty() && !guard.allow_dirty {
        bail!(refused(&dirty, "--allow-dirty", "uncommitted changes"));
    }
    if !staged.is_empty() && !guard.allow_staged && !guard.allow_dirty {
        bail!(refused(&staged, "--allow-staged", "staged changes"));
    }
    Ok(())
}
