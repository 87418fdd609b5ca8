//! A crate before, after one run of the fixes, and after two.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use migrate_lint::internal::call::{CallKind, LogCall};
use migrate_lint::internal::dialect::slog;
use migrate_lint::internal::scan::{self, ScanConfig};
use migrate_lint::internal::workspace::Selection;
use serde_json::Value;

use crate::compiler::{self, Messages};
use crate::statements::{self, Faults};
use crate::subject::{self, Subject};
use crate::{outside, report};

/// A crate as it is published.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) directory: PathBuf,
    pub(crate) edition: String,
    pub(crate) messages: Messages,
    pub(crate) files: BTreeMap<PathBuf, File>,
    pub(crate) writes_slog: bool,
}

/// A file with its log calls.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) text: String,
    pub(crate) calls: Vec<LogCall>,
}

/// What became of a crate in one dialect.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Outcome {
    pub(crate) subject: String,
    pub(crate) dialect: String,
    pub(crate) n_statements: usize,
    /// Calls with values in their message.
    pub(crate) n_interpolated: usize,
    /// Those of wrappers that take expressions and so can have no pairs; they are left out of the shares.
    pub(crate) n_closed: usize,
    /// Those of the others that have a fix, and those that have a safe one.
    pub(crate) n_with_fix: usize,
    pub(crate) n_with_safe_fix: usize,
    pub(crate) n_errors: (usize, usize),
    pub(crate) n_warnings: (usize, usize),
    pub(crate) n_files: usize,
    /// Values that went in a way that is allowed, by reason.
    pub(crate) allowed: BTreeMap<String, usize>,
    pub(crate) new_messages: Vec<String>,
    pub(crate) statement_faults: Vec<String>,
    pub(crate) outside_faults: Vec<String>,
    pub(crate) format_faults: Vec<String>,
    pub(crate) second_run: Vec<String>,
}

/// Copies and checks a crate.
pub(crate) fn prepare(work: &Path, subject: &Subject, is_checked: bool) -> Before {
    let name = format!("{}-{}", subject.name, subject.version);
    let directory = work.join("before").join(&name);
    eprintln!("{name}");
    if !directory.join(".prepared").exists() {
        subject.copy(work, &directory);
        let manifest = directory.join("Cargo.toml");
        let mut text = std::fs::read_to_string(&manifest).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        text +=
            &format!("\n[patch.crates-io]\nklog-rs = {{ path = {:?} }}\n", root.join("klog-rs"));
        std::fs::write(&manifest, text).unwrap();
        std::fs::write(directory.join(".prepared"), "").unwrap();
    }
    // The crate and its compiler stay the same from run to run.
    let known = work.join("before").join(format!("{name}.json"));
    let messages = match std::fs::read(&known) {
        Ok(json) => serde_json::from_slice(&json).unwrap(),
        Err(_) if !is_checked => Messages::default(),
        Err(_) => {
            let messages = compiler::check(work, &directory, subject);
            std::fs::write(&known, serde_json::to_vec(&messages).unwrap()).unwrap();
            messages
        }
    };
    let (edition, files) = scanned(&directory);
    let writes_slog = files
        .values()
        .flat_map(|file| &file.calls)
        .any(|call| call.dialect == &slog::DIALECT && call.kind == CallKind::Event);
    Before { directory, edition, messages, files, writes_slog }
}

/// The outcome of an earlier run.
pub(crate) fn known(work: &Path, subject: &Subject, dialect: &str) -> Option<Outcome> {
    let name = format!("{}-{}.json", subject.name, subject.version);
    serde_json::from_slice(&std::fs::read(work.join(dialect).join(name)).ok()?).ok()
}

/// Fixes a copy and looks at what has become of it.
pub(crate) fn run(
    work: &Path,
    subject: &Subject,
    before: &Before,
    dialect: &str,
    is_checked: bool,
) -> Outcome {
    let name = format!("{}-{}", subject.name, subject.version);
    let directory = work.join(dialect).join(&name);
    let _ = std::fs::remove_dir_all(&directory);
    subject::copy(&before.directory, &directory);
    git(&directory, &["init", "--quiet"]);
    commit(&directory, "before");
    let mut outcome = Outcome {
        subject: name,
        dialect: dialect.to_owned(),
        n_statements: before.files.values().map(|file| file.calls.len()).sum(),
        ..Outcome::default()
    };
    count_fixes(before, &directory, dialect, &mut outcome);
    lint(&directory, dialect, &["--fix", "--unsafe-fixes", "--format=short"]);
    let messages = match is_checked {
        true => compiler::check(work, &directory, subject),
        false => before.messages.clone(),
    };
    outcome.n_errors = (before.messages.n_errors(), messages.n_errors());
    outcome.n_warnings = (before.messages.n_warnings(), messages.n_warnings());
    outcome.new_messages = messages.new_since(&before.messages);
    compare(before, &directory, &mut outcome);
    commit(&directory, "after");
    lint(&directory, dialect, &["--fix", "--unsafe-fixes", "--format=short"]);
    let changed = git(&directory, &["diff", "--name-only"]);
    outcome.second_run = changed.lines().map(str::to_owned).collect();
    git(&directory, &["checkout", "--quiet", "."]);
    report::log(&directory, &outcome);
    outcome
}

/// Compares the texts and the calls of every file.
fn compare(before: &Before, directory: &Path, outcome: &mut Outcome) {
    let (_, after) = scanned(directory);
    let paths: BTreeSet<&PathBuf> = before.files.keys().chain(after.keys()).collect();
    for path in paths {
        let (Some(old), Some(new)) = (before.files.get(path), after.get(path)) else {
            outcome.outside_faults.push(format!("{}: there in one state only", path.display()));
            continue;
        };
        if old.text == new.text {
            continue;
        }
        outcome.n_files += 1;
        let mut faults = Faults::default();
        statements::compare(old, new, &mut faults);
        let place = |line: &String| format!("{}: {line}", path.display());
        outcome.statement_faults.extend(faults.faults.iter().map(place));
        for (reason, n) in faults.allowed {
            *outcome.allowed.entry(reason.to_owned()).or_default() += n;
        }
        outcome.outside_faults.extend(outside::differences(old, new).iter().map(place));
        let is_formatted =
            |text: &str| compiler::is_formatted(&before.directory, &before.edition, text);
        if is_formatted(&old.text) == Some(true) && is_formatted(&new.text) != Some(true) {
            outcome.format_faults.push(path.display().to_string());
        }
    }
    let changed = git(directory, &["diff", "--name-only"]);
    let is_foreign =
        |path: &&str| !path.ends_with(".rs") && !["Cargo.toml", "Cargo.lock"].contains(path);
    outcome.outside_faults.extend(changed.lines().filter(is_foreign).map(str::to_owned));
}

/// How many calls could be fixed, as the report says.
fn count_fixes(before: &Before, directory: &Path, dialect: &str, outcome: &mut Outcome) {
    let report = lint(directory, dialect, &["-Aall", "-Winterpolated-message", "--format=json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    outcome.n_interpolated = findings.len();
    let is_closed = |finding: &&Value| {
        let path = Path::new(finding["path"].as_str().unwrap_or_default());
        let start = finding["range"]["start"]["offset"].as_u64();
        let mut calls = before.files.get(path).into_iter().flat_map(|file| &file.calls);
        calls.any(|call| !call.forwards_tokens && Some(call.span.start as u64) == start)
    };
    outcome.n_closed = findings.iter().filter(is_closed).count();
    let with = |safety: &[&str]| {
        let is_such = |finding: &&Value| {
            let found = finding["fix"]["applicability"].as_str();
            found.is_some_and(|found| safety.contains(&found))
        };
        findings.iter().filter(is_such).count()
    };
    outcome.n_with_fix = with(&["safe", "unsafe"]);
    outcome.n_with_safe_fix = with(&["safe"]);
}

fn lint(directory: &Path, dialect: &str, arguments: &[&str]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["lint", "--quiet", "--no-baseline", "--edit-manifest", "--to", dialect])
        .args(arguments)
        .current_dir(directory)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{dialect}: could not run");
    String::from_utf8(output.stdout).unwrap()
}

/// The log calls of every file.
fn scanned(directory: &Path) -> (String, BTreeMap<PathBuf, File>) {
    let selection = Selection { directory: directory.to_owned(), ..Selection::default() };
    let workspace = scan::load(&selection);
    let (_, scanned) = scan::workspace(&workspace, &ScanConfig::default(), &|_| {});
    let edition = workspace.crates.first().map_or(2021, |package| package.edition);
    let mut files = BTreeMap::new();
    for scanned in scanned {
        let file = &workspace.files[scanned.file];
        let Ok(text) = std::fs::read_to_string(&file.absolute) else { continue };
        let calls = scanned.calls.into_iter().filter(|call| call.kind != CallKind::Enabled);
        files.insert(file.path.clone(), File { text, calls: calls.collect() });
    }
    (edition.to_string(), files)
}

fn commit(directory: &Path, message: &str) {
    git(directory, &["add", "--all", "--force"]);
    let who = ["-c", "user.name=corpus", "-c", "user.email=corpus@localhost"];
    git(directory, &[&who[..], &["commit", "--quiet", "--allow-empty", "-m", message]].concat());
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
