//! Takes back fixes that do not compile.

use std::collections::BTreeSet;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Message, PackageId};

use crate::files;
use crate::fix::{Change, Plan};

/// Files with errors, as the compiler sees them.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// Where errors are.
    errors: BTreeSet<PathBuf>,
    /// Where notes to errors point, too.
    noted: BTreeSet<PathBuf>,
    /// Packages that errors are in.
    packages: Vec<PackageId>,
    /// Why cargo did not get as far as the compiler.
    failure: Option<String>,
}

/// What was reverted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reverted {
    /// Paths of the files.
    pub paths: Vec<String>,
    /// Files that did not compile before, so that nothing can be said of their fixes.
    pub unknown: Vec<String>,
}

/// What does not compile before anything is changed.
///
/// # Errors
///
/// Cargo cannot be run, or cannot build the workspace.
pub fn before(root: &Path) -> Result<Check> {
    let check = check(root)?;
    if let Some(failure) = check.failure {
        bail!("`--verify` needs a workspace that `cargo check` can read: {failure}");
    }
    Ok(check)
}

/// Runs `cargo check` until the changed files compile, and writes back those that do not.
///
/// An error in a file that has not been changed is blamed on the changed files that its notes name, else on all of its
/// package.
///
/// # Errors
///
/// Cargo cannot be run, or a file cannot be written.
pub fn revert(root: &Path, plan: &Plan, before: &Check) -> Result<Reverted> {
    let mut reverted = Reverted::default();
    let (mut left, unknown): (Vec<&Change>, Vec<&Change>) = plan
        .changes
        .iter()
        .partition(|change| !before.errors.contains(&canonical(&change.absolute)));
    reverted.unknown = unknown.iter().map(|change| change.path.clone()).collect();
    while !left.is_empty() {
        let check = check(root)?;
        let blamed = |change: &Change| {
            let path = canonical(&change.absolute);
            let is_in = |list: &BTreeSet<PathBuf>| list.contains(&path);
            let is_of_package = || {
                check.packages.iter().any(|package| is_below(&path, package))
                    && !before.packages.iter().any(|package| is_below(&path, package))
            };
            (is_in(&check.errors), is_in(&check.noted), check.failure.is_some() || is_of_package())
        };
        let of = |which: &dyn Fn((bool, bool, bool)) -> bool| {
            left.iter().copied().filter(|change| which(blamed(change))).collect::<Vec<_>>()
        };
        let mut back = of(&|(error, _, _)| error);
        if back.is_empty() {
            back = of(&|(_, noted, package)| noted && package);
        }
        if back.is_empty() {
            back = of(&|(_, _, package)| package);
        }
        if back.is_empty() {
            break;
        }
        let texts: Vec<(&Path, &[u8])> =
            back.iter().map(|change| (&*change.absolute, change.before.as_bytes())).collect();
        files::write_all(&[], &texts)?;
        reverted.paths.extend(back.iter().map(|change| change.path.clone()));
        left.retain(|change| !back.iter().any(|back| std::ptr::eq(*back, *change)));
    }
    reverted.paths.sort();
    Ok(reverted)
}

/// Runs `cargo check` for all members and targets.
fn check(root: &Path) -> Result<Check> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "check",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--message-format=json",
            "--quiet",
        ])
        .current_dir(root)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run `cargo check`")?;
    // Both pipes are read, so that none fills up.
    let stderr = cargo.stderr.take();
    let words = std::thread::spawn(move || {
        let mut words = String::new();
        stderr.map(|mut stderr| stderr.read_to_string(&mut words));
        words
    });
    let mut check = Check::default();
    let mut has_started = false;
    if let Some(output) = cargo.stdout.take() {
        for message in Message::parse_stream(BufReader::new(output)) {
            match message {
                Ok(Message::CompilerMessage(message)) => {
                    has_started = true;
                    if message.message.level == DiagnosticLevel::Error {
                        add(root, &message.message, &mut check);
                        if !check.packages.contains(&message.package_id) {
                            check.packages.push(message.package_id);
                        }
                    }
                }
                Ok(Message::BuildFinished(_)) => has_started = true,
                _ => {}
            }
        }
    }
    let status = cargo.wait().context("`cargo check` was lost")?;
    let words = words.join().unwrap_or_default();
    if !status.success() && !has_started {
        let words: Vec<&str> = words.lines().map(str::trim).collect();
        check.failure = Some(words.join(" "));
    }
    Ok(check)
}

fn add(root: &Path, message: &Diagnostic, check: &mut Check) {
    message.spans.iter().for_each(|span| add_span(root, span, &mut check.errors));
    for child in &message.children {
        child.spans.iter().for_each(|span| add_span(root, span, &mut check.noted));
    }
}

/// The place of a span, and of the macro calls that it comes from.
fn add_span(root: &Path, span: &DiagnosticSpan, files: &mut BTreeSet<PathBuf>) {
    files.insert(canonical(&root.join(&span.file_name)));
    if let Some(expansion) = &span.expansion {
        add_span(root, &expansion.span, files);
    }
}

/// `path+file:///home/me/agent#0.1.0` is the package of all below.
fn is_below(path: &Path, package: &PackageId) -> bool {
    let place = package.repr.split_once("file://").map_or("", |(_, place)| place);
    let place = place.split('#').next().unwrap_or_default();
    !place.is_empty() && path.starts_with(canonical(Path::new(place)))
}

fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
