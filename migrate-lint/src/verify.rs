//! Finds the fixes that do not compile.

use std::collections::BTreeSet;
use std::io::{BufReader, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Message, PackageId};
use similar::DiffOp;

use crate::fix::{Change, Skipped};
use crate::lines;
use crate::workspace::{Crate, SourceFile, Workspace};

/// Errors, as the compiler sees them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Check {
    errors: Vec<CompilerError>,
    /// The package of each error.
    error_packages: Vec<PackageId>,
    /// Why cargo did not get as far as the compiler.
    failure: Option<String>,
}

/// One of them.
#[derive(Clone, Debug)]
struct CompilerError {
    words: String,
    /// As cargo prints its first lines.
    rendered: String,
    places: Vec<Place>,
    /// Where its notes point.
    noted: Vec<Place>,
}

/// Bytes of a file.
#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    span: Range<usize>,
}

/// A change, and its calls that make entries.
#[derive(Clone, Debug)]
pub(crate) struct Fixed<'a> {
    /// What was written.
    pub change: &'a Change,
    /// Places of the calls in the text after.
    pub calls: Vec<Range<usize>>,
}

/// A fix that does not compile: of a call, or of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refused {
    /// File.
    pub path: PathBuf,
    /// Number of the call.
    pub call: Option<usize>,
    /// What the compiler says.
    pub words: String,
}

/// What does not compile before anything is changed.
///
/// # Errors
///
/// Cargo cannot be run or build the workspace, or code that is to be fixed, or that it depends on, does not compile: what
/// its fixes break would not be seen.
pub(crate) fn before(workspace: &Workspace, changes: &[Change]) -> Result<Check> {
    let check = check(&workspace.root)?;
    if let Some(failure) = check.failure {
        bail!("`--verify` needs a workspace that `cargo check` can read: {failure}");
    }
    let needed = needed(workspace, changes);
    for (error, package) in check.errors.iter().zip(&check.error_packages) {
        let home = home(package);
        let mut needed = workspace.crates.iter().zip(&needed).filter(|(_, is_needed)| **is_needed);
        let is_it = |known: &Crate| known.manifest.parent().map(canonical) == home;
        let Some((broken, _)) = needed.find(|(known, _)| is_it(known)) else { continue };
        bail!(
            "`{}` does not compile before its fixes, so `--verify` cannot say what they break; nothing is written\n  {}",
            broken.name,
            error.rendered
        );
    }
    Ok(check)
}

/// The packages that have changes, and those that these depend on.
fn needed(workspace: &Workspace, changes: &[Change]) -> Vec<bool> {
    let mut is_needed = vec![false; workspace.crates.len()];
    let changed = |file: &&SourceFile| changes.iter().any(|it| it.absolute == file.absolute);
    let mut left: Vec<usize> =
        workspace.files.iter().filter(changed).filter_map(|file| file.crate_index).collect();
    while let Some(index) = left.pop() {
        if std::mem::replace(&mut is_needed[index], true) {
            continue;
        }
        for dependency in &workspace.crates[index].dependencies {
            let mut packages = workspace.crates.iter();
            left.extend(packages.position(|package| package.name == dependency.package));
        }
    }
    is_needed
}

impl Check {
    /// Whether a file has errors.
    pub(crate) fn is_in(&self, path: &Path) -> bool {
        let path = canonical(path);
        self.errors.iter().flat_map(|error| &error.places).any(|place| place.path == path)
    }

    /// The fixes that are to blame for errors that were not there before: those of the call that an error is in or that
    /// its notes point to, else those of the changed lines around, of the file, of the package.
    ///
    /// What is among the `skipped` is left out already.
    pub(crate) fn blame(
        &self,
        before: &Self,
        fixed: &[Fixed<'_>],
        skipped: &Skipped,
    ) -> Vec<Refused> {
        let fixed: Vec<&Fixed<'_>> =
            fixed.iter().filter(|fixed| !before.is_in(&fixed.change.absolute)).collect();
        let is_new = |path: &Path, packages: &[PackageId]| {
            packages.iter().any(|package| is_below(path, package))
        };
        let mut refused = BTreeSet::new();
        for error in &self.errors {
            for place in &error.places {
                refused.extend(at(place, &fixed, skipped, &error.words));
            }
        }
        let of_package = |path: &Path| {
            let path = canonical(path);
            self.failure.is_some()
                || is_new(&path, &self.error_packages) && !is_new(&path, &before.error_packages)
        };
        if refused.is_empty() {
            for error in &self.errors {
                let noted = error.noted.iter().filter(|place| of_package(&place.path));
                for place in noted {
                    refused.extend(at(place, &fixed, skipped, &error.words));
                }
            }
        }
        if refused.is_empty() {
            let words = self.errors.first().map(|error| error.words.clone());
            let words = words.or_else(|| self.failure.clone()).unwrap_or_default();
            let changes = fixed.iter().map(|fixed| &fixed.change.absolute);
            refused.extend(changes.filter(|path| of_package(path)).map(|path| Refused {
                path: path.clone(),
                call: None,
                words: words.clone(),
            }));
        }
        refused.into_iter().collect()
    }
}

/// The fixes at a place.
fn at(place: &Place, fixed: &[&Fixed<'_>], skipped: &Skipped, words: &str) -> Vec<Refused> {
    let is_it = |fixed: &&&Fixed<'_>| canonical(&fixed.change.absolute) == place.path;
    let Some(Fixed { change, calls }) = fixed.iter().find(is_it) else { return Vec::new() };
    let path = &change.absolute;
    let touches = |span: &Range<usize>, other: &Range<usize>| {
        span.start <= other.end && other.start <= span.end
    };
    let inside = |span: &Range<usize>| -> Vec<usize> {
        let numbers = (0..calls.len()).filter(|number| touches(&calls[*number], span));
        numbers.filter(|number| !skipped.calls.contains(&(path.clone(), *number))).collect()
    };
    let mut numbers = inside(&place.span);
    if numbers.is_empty() {
        numbers = changed_lines(change)
            .into_iter()
            .filter(|lines| touches(lines, &place.span))
            .flat_map(|lines| inside(&lines))
            .collect();
    }
    let refused = |call| Refused { path: path.clone(), call, words: words.to_owned() };
    if numbers.is_empty() {
        return vec![refused(None)];
    }
    numbers.into_iter().map(|number| refused(Some(number))).collect()
}

/// Bytes of the lines of the new text that differ from the old one.
fn changed_lines(change: &Change) -> Vec<Range<usize>> {
    let ops = lines::ops(&change.before, &change.after);
    let mut starts = vec![0];
    starts.extend(change.after.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    }));
    let start = |line: usize| starts.get(line).copied().unwrap_or(change.after.len());
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.map(|op| start(op.new_range().start)..start(op.new_range().end)).collect()
}

/// Runs `cargo check` for all members and targets.
///
/// # Errors
///
/// Cargo cannot be run.
pub(crate) fn check(root: &Path) -> Result<Check> {
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
                        check.errors.push(error(root, &message.message));
                        check.error_packages.push(message.package_id);
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

fn error(root: &Path, message: &Diagnostic) -> CompilerError {
    let rendered = message.rendered.as_deref().unwrap_or(&message.message);
    let lines: Vec<&str> = rendered.lines().take(2).map(str::trim).collect();
    let mut error = CompilerError {
        words: words(message),
        rendered: lines.join(" "),
        places: Vec::new(),
        noted: Vec::new(),
    };
    message.spans.iter().for_each(|span| add_span(root, span, &mut error.places));
    for child in &message.children {
        child.spans.iter().for_each(|span| add_span(root, span, &mut error.noted));
    }
    error
}

/// `E0277: the trait bound is not satisfied`, one line.
fn words(message: &Diagnostic) -> String {
    let text = message.message.split_whitespace().collect::<Vec<_>>().join(" ");
    match &message.code {
        Some(code) => format!("{}: {text}", code.code),
        None => text,
    }
}

/// The place of a span, and of the macro calls that it comes from.
fn add_span(root: &Path, span: &DiagnosticSpan, places: &mut Vec<Place>) {
    let path = canonical(&root.join(&span.file_name));
    places.push(Place { path, span: span.byte_start as usize..span.byte_end as usize });
    if let Some(expansion) = &span.expansion {
        add_span(root, &expansion.span, places);
    }
}

/// `path+file:///home/me/agent#0.1.0` is the package of all below.
fn is_below(path: &Path, package: &PackageId) -> bool {
    home(package).is_some_and(|home| path.starts_with(home))
}

fn home(package: &PackageId) -> Option<PathBuf> {
    let place = package.repr.split_once("file://")?.1;
    let place = place.split('#').next().filter(|place| !place.is_empty())?;
    Some(canonical(Path::new(place)))
}

fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
