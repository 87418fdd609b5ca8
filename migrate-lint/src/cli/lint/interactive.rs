//! `lint --fix --interactive`: one fix after another, as a person decides.

mod ask;
mod memory;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::{Result, bail};

use self::ask::{Answer, Proposal};
use self::memory::Memory;
use super::{Lint, lint_workspace, print_fixed};
use crate::config::Config;
use crate::finding::Finding;
use crate::fix::{self, Change, Plan};
use crate::lint::Linter;
use crate::report::{FileReport, plural};
use crate::scan::ScanConfig;
use crate::settings::{FixDialect, Wording};
use crate::workspace::Workspace;

/// A walk over the fixes of a workspace.
struct Walk<'a> {
    linter: Linter<'a>,
    memory: Memory,
    /// Rules whose fixes are all wanted.
    rules: BTreeSet<&'static str>,
    n_asked: usize,
    n_left: usize,
}

/// What comes after a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    File,
    End,
}

impl Lint {
    /// Asks about each fix, and writes a file when it is through.
    pub(super) fn ask(
        &self,
        workspace: &Workspace,
        config: &Config,
        quiet: bool,
    ) -> Result<ExitCode> {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            bail!(
                "`--interactive` asks on a terminal, and there is none; `--diff` shows the fixes, \
                 and `--fix` without it writes them"
            );
        }
        let (linter, mut report) = lint_workspace(workspace, config, quiet);
        report.files.iter_mut().for_each(|file| self.keep_rules(file));
        report.files.retain(|file| !file.source.lossy && count(file) > 0);
        self.check_tree(workspace, &report.files)?;
        let mut memory = Memory::read(&workspace.root);
        let n_fixes = report.files.iter().map(count).sum();
        let n_declined = report.files.iter().map(|file| memory.count_declined(file)).sum();
        if n_declined > 0 && n_declined == n_fixes && ask::again(n_declined) {
            memory.forget_declined();
        }
        let mut walk = Walk { linter, memory, rules: BTreeSet::new(), n_asked: 0, n_left: n_fixes };
        walk.linter.choose(walk.memory.chosen.clone());
        let mut n_written = 0;
        for file in &report.files {
            let (change, next) = walk.file(self, file);
            if let Some(change) = change {
                n_written += change.n_fixes;
                self.write_file(workspace, config, &walk.linter, change, quiet)?;
            }
            walk.memory.write(&workspace.root);
            if next == Next::End {
                break;
            }
        }
        ask::done(n_written, walk.n_left);
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses before anything is asked.
    fn check_tree(&self, workspace: &Workspace, files: &[FileReport]) -> Result<()> {
        let change = |file: &FileReport| Change {
            path: file.path.clone(),
            absolute: file.absolute.clone(),
            before: String::new(),
            after: String::new(),
            n_fixes: 0,
        };
        let plan = Plan { changes: files.iter().map(change).collect(), ..Plan::default() };
        plan.check(&workspace.root, self.guard.guard(true))
    }

    fn write_file(
        &self,
        workspace: &Workspace,
        config: &Config,
        linter: &Linter<'_>,
        change: Change,
        quiet: bool,
    ) -> Result<()> {
        let mut plan = Plan { changes: vec![change], ..Plan::default() };
        if config.settings.dialect != FixDialect::Own {
            plan.trim_imports(workspace, &ScanConfig { wrappers: config.wrappers.clone() });
        }
        plan.format(workspace, &|path, text| linter.entries(path, text));
        plan.stay_inside(&workspace.roots());
        plan.write(&workspace.roots(), &[])?;
        for change in plan.changes.iter().filter(|_| !quiet) {
            print_fixed(&change.path, &plural(change.n_fixes, "fix", "fixes"));
        }
        Ok(())
    }
}

impl Walk<'_> {
    /// Asks about the fixes of a file, in its order.
    fn file(&mut self, lint: &Lint, file: &FileReport) -> (Option<Change>, Next) {
        // A rule whose fix makes its own finding again must not be asked about for ever.
        const N_ROUNDS: usize = 10;
        let n_at_first = count(file);
        // What is chosen for one file holds for the next.
        let mut now = self.relinted(lint, file, &file.source.text);
        let (mut at, mut rounds, mut n_fixes) = (0, 0, 0);
        let (mut takes_all, mut next) = (false, Next::File);
        while let Some(finding) = open(&now, at).filter(|_| rounds < N_ROUNDS) {
            let key = memory::key(&now, finding);
            let start = finding.span.start;
            let rule = finding.rule;
            let answer = if self.memory.is_declined(&key) {
                Answer::No
            } else if takes_all || self.rules.contains(rule) {
                Answer::Yes
            } else {
                self.n_asked += 1;
                ask::ask(&Proposal::of(&now, finding, self.n_asked, self.n_left))
            };
            match answer {
                Answer::Yes | Answer::Rule | Answer::File => {
                    takes_all |= answer == Answer::File;
                    if answer == Answer::Rule {
                        self.rules.insert(rule);
                    }
                    let edits = finding.fix.as_ref().map_or(&[][..], |fix| &fix.edits[..]);
                    let text = fix::applied(&now.source.text, edits);
                    rounds = if start == at { rounds + 1 } else { 0 };
                    at = start;
                    match text {
                        Some(text) => {
                            n_fixes += 1;
                            now = self.relinted(lint, file, &text);
                        }
                        None => at = start + 1,
                    }
                }
                Answer::No => {
                    self.memory.decline(key);
                    at = start + 1;
                }
                Answer::Edit => {
                    self.n_asked -= 1;
                    if let Some((from, to)) = ask::edit(finding) {
                        self.choose(from, to);
                        now = self.relinted(lint, file, &now.source.text.clone());
                    }
                }
                Answer::Skip => break,
                Answer::Quit => {
                    next = Next::End;
                    break;
                }
            }
        }
        self.n_left = self.n_left.saturating_sub(n_at_first) + open_count(&now, at);
        let (before, after) = (file.source.text.clone(), now.source.text);
        let (path, absolute) = (file.path.clone(), file.absolute.clone());
        let change = (before != after).then_some(Change { path, absolute, before, after, n_fixes });
        (change, next)
    }

    fn relinted(&self, lint: &Lint, file: &FileReport, text: &str) -> FileReport {
        let mut now = self.linter.relint(file, text).unwrap_or_default();
        lint.keep_rules(&mut now);
        now
    }

    /// Takes a person's words for all calls of this shape.
    fn choose(&mut self, from: Wording, to: Wording) {
        // Words that were chosen before are changed where they were chosen.
        let first = self.memory.chosen.iter().find(|(_, chosen)| **chosen == from);
        let from = first.map_or(from, |(first, _)| first.clone());
        self.memory.chosen.insert(from, to);
        self.linter.choose(self.memory.chosen.clone());
    }
}

fn has_fix(finding: &&Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty())
}

fn count(file: &FileReport) -> usize {
    file.findings.iter().filter(has_fix).count()
}

/// The next finding with a fix, from a place on.
fn open(file: &FileReport, at: usize) -> Option<&Finding> {
    file.findings.iter().filter(has_fix).find(|finding| finding.span.start >= at)
}

fn open_count(file: &FileReport, at: usize) -> usize {
    file.findings.iter().filter(has_fix).filter(|finding| finding.span.start >= at).count()
}
