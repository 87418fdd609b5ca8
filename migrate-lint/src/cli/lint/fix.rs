//! `cargo klog lint --fix` and `--diff`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::batches::Batch;
use super::{Lint, lint_workspace, print_fixed, report_problem, to_output};
use crate::config::Config;
use crate::files;
use crate::fix::{self, Plan, Skipped};
use crate::manifest::{self, ManifestChange};
use crate::report::plural;
use crate::scan::ScanConfig;
use crate::settings::FixDialect;
use crate::since::Changes;
use crate::source::Source;
use crate::verify::{self, Fixed, Refused};
use crate::workspace::{Problem, Workspace};

/// What is to be written.
struct Planned {
    /// The workspace as it will be with the edited manifests.
    later: Workspace,
    plan: Plan,
    manifests: Vec<ManifestChange>,
    /// For each change, the calls that make entries: their lines before, and their places after.
    calls: Vec<(Vec<usize>, Vec<std::ops::Range<usize>>)>,
}

impl Planned {
    fn write(&self, roots: &[PathBuf]) -> Result<()> {
        let manifests: Vec<(&Path, &[u8])> =
            self.manifests.iter().map(|change| (&*change.path, change.after.as_bytes())).collect();
        self.plan.write(roots, &manifests)
    }

    /// Writes everything back as it was.
    fn restore(&self, roots: &[PathBuf]) -> Result<()> {
        let manifests =
            self.manifests.iter().map(|change| (&*change.path, change.before.as_bytes()));
        let changes = &self.plan.changes;
        let files = changes.iter().map(|change| (&*change.absolute, change.before.as_bytes()));
        files::write_all(roots, &manifests.chain(files).collect::<Vec<_>>())
    }
}

impl Lint {
    /// Prints or writes fixes, and then reports what is left.
    pub(super) fn fix(
        &self,
        workspace: &Workspace,
        config: &Config,
        quiet: bool,
    ) -> Result<ExitCode> {
        let Some(batch) = self.apply(workspace, config, quiet)? else {
            return Ok(ExitCode::SUCCESS);
        };
        // What was fixed is looked at again.
        let code = self.print(self.filtered(&batch.workspace, config, quiet)?, quiet)?;
        Ok(if batch.is_all_fixed { code } else { ExitCode::FAILURE })
    }

    /// Prints or writes fixes, also of what the baseline accepts; what was written, if it was to be.
    pub(super) fn apply(
        &self,
        workspace: &Workspace,
        config: &Config,
        quiet: bool,
    ) -> Result<Option<Batch>> {
        if let (true, Some((manifest, words))) = (self.fix, &workspace.unread) {
            bail!(
                "`--fix` needs to know the crates of {}, which cargo cannot read; \
                 `--diff` shows the fixes: {words}",
                manifest.display()
            );
        }
        let mut planned = self.planned(workspace, config, quiet, &Skipped::default())?;
        for (path, why) in &planned.plan.refused {
            let message = format!("not fixed: {why}");
            report_problem(&Problem { path: path.into(), line: None, message });
        }
        if self.diff {
            let plan = &planned.plan;
            to_output(self.output.as_deref(), |out, _| out.write_all(plan.diff().as_bytes()))?;
            if !quiet {
                let fixes = plural(plan.n_fixes(), "fix", "fixes");
                let files = plural(plan.changes.len(), "file", "files");
                eprintln!("{fixes} in {files}; `--fix` instead of `--diff` writes them");
            }
            return Ok(None);
        }
        planned.plan.check(&workspace.root, self.guard.guard(true))?;
        let mut is_all_fixed = true;
        if self.verify && !planned.plan.changes.is_empty() {
            (planned, is_all_fixed) = self.verified(planned, workspace, config, quiet)?;
        } else {
            planned.write(&workspace.roots())?;
        }
        if !quiet {
            for change in &planned.manifests {
                let path = change.path.strip_prefix(&workspace.root).unwrap_or(&change.path);
                print_fixed(&path.display().to_string(), "dependencies");
            }
            for change in &planned.plan.changes {
                print_fixed(&change.path, &plural(change.n_fixes, "fix", "fixes"));
            }
        }
        let manifests = planned.manifests.iter().map(|change| change.path.clone());
        let changes = planned.plan.changes.iter().map(|change| change.absolute.clone());
        Ok(Some(Batch {
            n_fixes: planned.plan.n_fixes(),
            paths: manifests.chain(changes).collect(),
            workspace: planned.later,
            is_all_fixed,
        }))
    }

    /// Looks at the workspace as it will be, and fixes it in memory.
    fn planned(
        &self,
        workspace: &Workspace,
        config: &Config,
        quiet: bool,
        skipped: &Skipped,
    ) -> Result<Planned> {
        // What fixes write is understood as it will be with the edited manifests.
        let mut later = workspace.clone();
        if self.edit_manifest {
            manifest::add_to(&mut later, config.settings.dialect);
        }
        loop {
            let (linter, mut report) = lint_workspace(&later, config, quiet);
            if let Some(revision) = &self.since {
                Changes::since(revision, &workspace.root)?.apply(&mut report);
            }
            report.files.iter_mut().for_each(|file| self.keep_rules(file));
            let mut plan = fix::plan_without(&report, self.unsafe_fixes, skipped, &|file, text| {
                // A second look would see the unchanged lines too.
                let mut now = if self.since.is_none() { linter.relint(file, text) } else { None };
                now.iter_mut().for_each(|file| self.keep_rules(file));
                now
            });
            let added = match self.edit_manifest {
                true => manifest::added(&later, &report, &plan),
                false => Vec::new(),
            };
            // A dependency that one call needs lets another one be fixed.
            if !added.is_empty() {
                for (index, dependency) in added {
                    later.crates[index].dependencies.push(dependency);
                }
                continue;
            }
            if config.settings.dialect != FixDialect::Own {
                let scan_config = ScanConfig { wrappers: config.wrappers.clone() };
                plan.trim_imports(&later, &scan_config);
            }
            plan.format(&later, &|path, text| linter.entries(path, text));
            plan.stay_inside(&workspace.roots());
            let manifests = match self.edit_manifest {
                true => manifest::changes(workspace, &report, &plan)?,
                false => Vec::new(),
            };
            let mut calls = Vec::new();
            for change in plan.changes.iter().filter(|_| self.verify) {
                let source = Source::new(change.before.clone());
                let before = linter.entries(&change.absolute, &change.before);
                let lines = before.iter().map(|span| source.position(span.start).line).collect();
                calls.push((lines, linter.entries(&change.absolute, &change.after)));
            }
            drop(linter);
            return Ok(Planned { later, plan, manifests, calls });
        }
    }

    /// Writes fixes until all of them compile, and names those that do not; says whether there are none.
    fn verified(
        &self,
        mut planned: Planned,
        workspace: &Workspace,
        config: &Config,
        quiet: bool,
    ) -> Result<(Planned, bool)> {
        // What one error hides another one may show; but no workspace is checked for ever.
        const N_ROUNDS: usize = 12;
        let roots = workspace.roots();
        let before = verify::before(workspace, &planned.plan.changes)?;
        let mut skipped = Skipped::default();
        for round in 0.. {
            planned.write(&roots)?;
            let check = verify::check(&workspace.root);
            let changes = planned.plan.changes.iter().zip(&planned.calls);
            let fixed: Vec<Fixed<'_>> = changes
                .map(|(change, (_, calls))| Fixed { change, calls: calls.clone() })
                .collect();
            let refused = match &check {
                Ok(check) => check.blame(&before, &fixed, &skipped),
                Err(_) => Vec::new(),
            };
            if refused.is_empty() {
                check?;
                break;
            }
            planned.restore(&roots)?;
            for Refused { path, call, words } in refused {
                Self::name(&planned, &path, call, &words);
                match call.filter(|_| round < N_ROUNDS) {
                    Some(call) => skipped.calls.insert((path, call)),
                    None => skipped.files.insert(path),
                };
            }
            planned = self.planned(workspace, config, quiet, &skipped)?;
        }
        Ok((planned, skipped == Skipped::default()))
    }

    /// Says which fix does not compile, and what the compiler says.
    fn name(planned: &Planned, path: &Path, call: Option<usize>, words: &str) {
        let changes = &planned.plan.changes;
        let Some(index) = changes.iter().position(|change| change.absolute == *path) else {
            return;
        };
        let lines = planned.calls.get(index).map(|(lines, _)| lines);
        let line = call.and_then(|call| lines?.get(call).copied());
        let what = if call.is_some() { "the call" } else { "the file" };
        let message = format!("not fixed: {what} would not compile: {words}");
        report_problem(&Problem { path: (&changes[index].path).into(), line, message });
    }
}
