//! The pipeline: scanned files → rules → suppressions → levels → report.

mod judge;
mod merge;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rayon::prelude::*;

use crate::call::{CallKind, LogCall, Span};
use crate::config::Config;
use crate::directive;
use crate::finding::{Finding, Level};
use crate::report::{FileReport, Report};
use crate::rules::{self, Check, Context, Rule, WorkspaceFacts};
use crate::scan::{self, Scanned, WorkspaceIndex};
use crate::settings::{Settings, Wording};
use crate::source::Source;
use crate::suppress;
use crate::workspace::{Problem, SourceFile, Workspace};

/// What every file of a run is judged by.
#[derive(Debug)]
pub struct Linter<'a> {
    workspace: &'a Workspace,
    config: &'a Config,
    workspace_index: WorkspaceIndex,
    facts: WorkspaceFacts,
    by_path: HashMap<&'a Path, &'a SourceFile>,
    settings: Settings,
}

/// Judges scanned files.
pub fn report(linter: &Linter<'_>, scanned: Vec<Scanned>) -> Report {
    let Linter { workspace, .. } = linter;
    let n_files = scanned.len();
    let n_calls = scanned.iter().map(|scanned| scanned.calls.len()).sum();
    let problems = scanned.iter().flat_map(|scanned| scanned.problems.iter().cloned());
    let problems = workspace.problems.iter().cloned().chain(problems);
    let problems = problems.chain(unknown(workspace, &scanned)).collect();
    let seen = scanned.iter().map(|scanned| printed(&workspace.files[scanned.file])).collect();
    let n_generated = scanned.iter().filter(|it| linter.is_left_alone(&it.source)).count();
    let files: Vec<FileReport> = scanned
        .into_par_iter()
        .filter_map(|scanned| {
            let file = &workspace.files[scanned.file];
            let findings = linter.findings(&scanned, file);
            (!findings.is_empty()).then(|| file_report(file, scanned, findings))
        })
        .collect();
    Report {
        files,
        seen,
        problems,
        rules: rules::texts(),
        crates: workspace.crates.clone(),
        root: workspace.root.clone(),
        repository_prefix: repository_prefix(&workspace.root),
        n_files,
        n_calls,
        n_generated,
        ..Report::default()
    }
}

/// The mark that rustfmt knows too, in one of the first lines.
fn is_generated(text: &str) -> bool {
    text.lines().take(5).any(|line| line.contains("@generated"))
}

impl<'a> Linter<'a> {
    /// Gathers what rules ask of the workspace as a whole.
    pub fn new(
        workspace: &'a Workspace,
        config: &'a Config,
        workspace_index: WorkspaceIndex,
        scanned: &[Scanned],
    ) -> Self {
        let by_path = workspace.files.iter().map(|file| (file.absolute.as_path(), file)).collect();
        let mut facts = WorkspaceFacts::gather(workspace, scanned);
        facts.has_own_values = workspace_index.has_own_values();
        for index in workspace_index.files_with_to_string() {
            let file = workspace.files.get(index);
            facts.to_string.extend(file.and_then(|file| file.crate_index));
        }
        let settings = config.settings.clone();
        Self { workspace, config, workspace_index, facts, by_path, settings }
    }

    /// Takes words that a person has chosen, for all fixes from now on.
    pub fn choose(&mut self, chosen: BTreeMap<Wording, Wording>) {
        self.settings.chosen = chosen;
    }

    /// Findings of a new text of a file that was reported before.
    pub fn relint(&self, file: &FileReport, text: &str) -> Option<FileReport> {
        let place = self.by_path.get(file.absolute.as_path()).copied();
        let fallback = SourceFile { absolute: file.absolute.clone(), ..SourceFile::default() };
        let place = place.unwrap_or(&fallback);
        let source = Source::new(text.to_owned());
        let scanned = self.workspace_index.scan_fixed(self.workspace, place, source, None);
        let findings = self.findings(&scanned, place);
        Some(FileReport { path: file.path.clone(), ..file_report(place, scanned, findings) })
    }

    /// The calls of a text of a file that make entries, in their order.
    pub fn entries(&self, path: &Path, text: &str) -> Vec<Span> {
        let fallback = SourceFile { absolute: path.to_owned(), ..SourceFile::default() };
        let place = self.by_path.get(path).copied().unwrap_or(&fallback);
        let source = Source::new(text.to_owned());
        let scanned = self.workspace_index.scan_fixed(self.workspace, place, source, None);
        let entries = scanned.calls.into_iter().filter(|call| call.kind == CallKind::Event);
        entries.map(|call| call.span).collect()
    }

    /// A report about one text, as if it were the content of a file.
    pub fn text(&self, path: &Path, bytes: Vec<u8>) -> Report {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let known = self.by_path.get(absolute.as_path()).copied();
        let place = known.cloned().unwrap_or_else(|| SourceFile {
            path: path.to_owned(),
            absolute: absolute.clone(),
            ..SourceFile::default()
        });
        let source = Source::from_bytes(bytes);
        let mut scanned = self.workspace_index.scan_text(self.workspace, &place, source);
        let n_calls = scanned.calls.len();
        let problems = std::mem::take(&mut scanned.problems);
        let findings = if self.config.excludes(&absolute) {
            Vec::new()
        } else {
            self.findings(&scanned, &place)
        };
        Report {
            files: vec![file_report(&place, scanned, findings)],
            problems,
            rules: rules::texts(),
            crates: self.workspace.crates.clone(),
            root: self.workspace.root.clone(),
            repository_prefix: repository_prefix(&self.workspace.root),
            n_files: 1,
            n_calls,
            ..Report::default()
        }
    }

    /// Whether a file says that a program has written it; such a file is looked at only where the user asks for it.
    fn is_left_alone(&self, source: &Source) -> bool {
        !self.config.settings.generated && is_generated(&source.text)
    }

    fn findings(&self, scanned: &Scanned, file: &SourceFile) -> Vec<Finding> {
        if self.is_left_alone(&scanned.source) {
            return Vec::new();
        }
        let in_force = self.config.in_force(&file.absolute);
        let level = |rule: &Rule| in_force.level(rule).0;
        let mut findings = check(scanned, file, &self.settings, &self.facts, &level);
        findings.retain(|finding| finding.level != Level::Allow);
        for finding in findings.iter_mut().filter(|finding| finding.is_soft) {
            let rule = rules::all().find(|rule| rule.name == finding.rule);
            if rule.is_some_and(|rule| !in_force.is_meant(rule)) {
                finding.level = finding.level.min(Level::Warn);
            }
        }
        findings.sort_by_key(|finding| (finding.span.start, finding.span.end, finding.rule));
        let mut findings = merge::merge(findings);
        if let Some(applied) = judge::apply(&scanned.source.text, &findings) {
            let facts = scanned.facts.moved(&|at| applied.place_of(at));
            let judge::Applied { text, places, .. } = applied;
            let source = Source::new(text);
            let index = &self.workspace_index;
            let fixed = index.scan_fixed(self.workspace, file, source, Some(facts));
            let calls: Vec<Span> = fixed.calls.iter().map(|call| call.span.clone()).collect();
            let is_fixed = |call: usize| judge::place(&places, &calls[call]).is_some();
            let only = Some(&is_fixed as &dyn Fn(usize) -> bool);
            let judged = check_calls(&fixed, file, &self.settings, &self.facts, &level, only);
            judge::judge(&mut findings, &places, &calls, &judged);
        }
        findings
    }
}

/// Macros with the name of one that logs that lead to no known logger, where several calls do.
fn unknown(workspace: &Workspace, scanned: &[Scanned]) -> Vec<Problem> {
    const SEVERAL: usize = 3;
    let mut names: BTreeMap<&str, (usize, &Path, usize)> = BTreeMap::new();
    for scanned in scanned {
        let Some(file) = workspace.files.get(scanned.file) else { continue };
        for (name, line) in &scanned.unknown {
            names.entry(name).or_insert((0, &file.path, *line)).0 += 1;
        }
    }
    let several = names.into_iter().filter(|(_, (n_calls, ..))| *n_calls >= SEVERAL);
    let problems = several.map(|(path, (n_calls, file, line))| {
        let name = path.rsplit("::").next().unwrap_or(path).trim();
        let level = name.split('_').find(|word| scan::is_level(word)).unwrap_or("info");
        Problem {
            path: file.to_owned(),
            line: Some(line),
            message: format!(
                "{n_calls} calls of `{path}!` lead to no logger that is known; if they log, say so in \
                 klog.toml: [[wrapper]] with name = \"{name}\" and like = \"log::{level}\""
            ),
        }
    });
    problems.collect()
}

/// How many entries precede each call.
fn numbers(scanned: &Scanned) -> Vec<usize> {
    let mut n_before = 0;
    let number = |call: &LogCall| {
        let number = n_before;
        n_before += usize::from(call.kind == CallKind::Event);
        number
    };
    scanned.calls.iter().map(number).collect()
}

fn file_report(file: &SourceFile, scanned: Scanned, findings: Vec<Finding>) -> FileReport {
    FileReport {
        path: printed(file),
        absolute: file.absolute.clone(),
        crate_index: file.crate_index,
        numbers: numbers(&scanned),
        packages: scanned.packages,
        source: scanned.source,
        findings,
    }
}

/// A path as reports print it, the same on every system.
fn printed(file: &SourceFile) -> String {
    crate::files::shown(&file.path)
}

/// Way from the repository to the workspace, for systems that count paths from the repository.
pub(crate) fn repository_prefix(root: &Path) -> String {
    let repository = root.ancestors().find(|directory| directory.join(".git").exists());
    let below = repository.and_then(|repository| root.strip_prefix(repository).ok());
    match below.map(|below| below.to_string_lossy().replace('\\', "/")) {
        Some(below) if !below.is_empty() => format!("{below}/"),
        _ => String::new(),
    }
}

/// Findings of a file, at the levels in force, without those that a comment allows.
pub fn check(
    scanned: &Scanned,
    file: &SourceFile,
    settings: &Settings,
    workspace: &WorkspaceFacts,
    level: &dyn Fn(&Rule) -> Level,
) -> Vec<Finding> {
    check_calls(scanned, file, settings, workspace, level, None)
}

/// The same of some calls alone, by their indexes; of them only what rules say of one call.
fn check_calls(
    scanned: &Scanned,
    file: &SourceFile,
    settings: &Settings,
    workspace: &WorkspaceFacts,
    level: &dyn Fn(&Rule) -> Level,
    only: Option<&dyn Fn(usize) -> bool>,
) -> Vec<Finding> {
    let levels: Vec<(&'static Rule, Level)> = rules::all()
        .map(|rule| (rule, level(rule)))
        .filter(|(_, level)| *level != Level::Allow)
        .collect();
    let active: Vec<&'static Rule> = levels.iter().map(|(rule, _)| *rule).collect();
    let context = Context { scanned, file, settings, workspace, active: &active };
    let mut findings = Vec::new();
    let mut directives = directive::read(scanned);
    let contested = scanned.calls.iter().find(|call| call.is_contested);
    for (rule, level) in &levels {
        let first = findings.len();
        match rule.check {
            Check::Call(check) => {
                for (index, call) in scanned.calls.iter().enumerate() {
                    if only.is_some_and(|only| !only(index)) {
                        continue;
                    }
                    let first = findings.len();
                    check(&context, call, &mut findings);
                    for finding in &mut findings[first..] {
                        finding.call = Some(index);
                        // A file is fixed for all its targets or for none.
                        if let Some(contested) = contested {
                            leave_to_a_person(finding, &contested.written);
                        }
                    }
                }
            }
            Check::File(check) if only.is_none() => check(&context, &mut findings),
            Check::File(_) | Check::Directives(_) => {}
        }
        stamp(&mut findings[first..], rule, *level);
    }
    suppress::apply(&mut directives, &mut findings);
    if only.is_some() {
        return findings;
    }
    let mut about_directives = Vec::new();
    for (rule, level) in &levels {
        let first = about_directives.len();
        if let Check::Directives(check) = rule.check {
            check(&context, &directives, &mut about_directives);
        }
        stamp(&mut about_directives[first..], rule, *level);
    }
    suppress::apply(&mut directives, &mut about_directives);
    findings.append(&mut about_directives);
    // What is not UTF-8 is shown with other characters, and is not written.
    if scanned.source.lossy {
        findings.iter_mut().for_each(|finding| finding.fix = None);
    }
    findings
}

/// What a target may write another one need not understand.
fn leave_to_a_person(finding: &mut Finding, name: &str) {
    if finding.fix.take().is_some() {
        finding.help.push(format!(
            "another target, module or `cfg` has another `{name}!` for this file, so a fix would be for one of them"
        ));
    }
}

fn stamp(findings: &mut [Finding], rule: &'static Rule, level: Level) {
    for finding in findings {
        finding.rule = rule.name;
        finding.level = level;
    }
}
