//! `lint --fix --rule R --commit`: one commit for each rule and package.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use super::Lint;
use crate::git::git;
use crate::report::{FileReport, plural};
use crate::rules;
use crate::workspace::Workspace;

/// What a batch has written.
pub(super) struct Batch {
    pub(super) n_fixes: usize,
    pub(super) paths: Vec<PathBuf>,
    /// The workspace with the manifests that fixes need.
    pub(super) workspace: Workspace,
    /// None had to be taken back.
    pub(super) is_all_fixed: bool,
}

impl Lint {
    /// Leaves only the fixes of the rules that are asked for.
    pub(super) fn keep_rules(&self, file: &mut FileReport) {
        if self.rules.is_empty() {
            return;
        }
        for finding in &mut file.findings {
            let also = finding.also.iter().map(|(rule, _)| *rule);
            let is_wanted = also.chain([finding.rule]).any(|rule| self.is_wanted(rule));
            if !is_wanted {
                finding.fix = None;
            }
        }
    }

    fn is_wanted(&self, rule: &str) -> bool {
        self.rules.iter().any(|wanted| wanted == rule)
    }

    pub(super) fn check_rules(&self) -> Result<()> {
        match self.rules.iter().find(|name| rules::all().all(|rule| rule.name != **name)) {
            Some(name) => bail!("there is no rule `{name}`; `cargo klog explain` lists all"),
            None => Ok(()),
        }
    }

    /// Fixes package by package and rule by rule, with a commit after each.
    pub(super) fn commits(&self, quiet: bool) -> Result<ExitCode> {
        let (workspace, _) = self.place.load()?;
        let root = &workspace.root;
        git(root, &["rev-parse", "--verify", "--quiet", "HEAD"])
            .context("`--commit` needs a git repository with a commit")?;
        let mut n_commits = 0;
        for package in workspace.crates.iter().filter(|package| package.selected) {
            for rule in &self.rules {
                let mut one = self.clone();
                one.rules = vec![rule.clone()];
                one.place.packages.workspace = false;
                one.place.packages.all = false;
                one.place.packages.exclude.clear();
                one.place.packages.package = vec![package.name.clone()];
                let (workspace, config) = one.configured()?;
                let Some(written) = one.apply(&workspace, &config, quiet)? else { continue };
                if written.paths.is_empty() {
                    continue;
                }
                commit(root, &message(rule, &package.name, &written), &written.paths)?;
                n_commits += 1;
            }
        }
        if !quiet {
            eprintln!("{}", plural(n_commits, "commit", "commits"));
        }
        let (workspace, config) = self.configured()?;
        self.print(self.filtered(&workspace, &config, quiet)?, quiet)
    }
}

fn message(rule: &str, package: &str, written: &Batch) -> String {
    let fixes = plural(written.n_fixes, "fix", "fixes");
    let files = plural(written.paths.len(), "file", "files");
    let summary = rules::all().find(|known| known.name == rule).map_or("", |known| known.summary);
    format!(
        "Fix {rule} in {package}\n\n{fixes} in {files}: {summary}.\n\n\
         Written by `cargo klog lint --fix --rule {rule} -p {package}`.\n"
    )
}

/// Commits these files alone, without hooks.
fn commit(root: &Path, message: &str, paths: &[PathBuf]) -> Result<()> {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let all = |first: &[&str]| -> Result<String> {
        let rest = ["--"].into_iter().chain(paths.iter().map(String::as_str));
        git(root, &first.iter().copied().chain(rest).collect::<Vec<_>>())
    };
    // A filter would be run, or left out: both are for a person to decide.
    let attributes = all(&["check-attr", "filter"])?;
    if let Some(line) = attributes.lines().find(|line| !line.ends_with(": unspecified")) {
        bail!("{line}: git filters this file, so commit what was written by hand");
    }
    all(&["add"])?;
    all(&["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message])?;
    Ok(())
}
