//! Source files in, log calls out.

mod facts;
mod plain;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::call::{Facts, LogCall, Span};
use crate::source::Source;
use crate::workspace::{Problem, SourceFile, Workspace};

/// What the configuration tells the scanner.
#[derive(Clone, Debug, Default)]
pub struct ScanConfig {
    /// Wrappers that cannot be recognised by themselves.
    pub wrappers: Vec<WrapperConfig>,
}

/// A `[[wrapper]]` of the configuration: a macro that stands for another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrapperConfig {
    /// Name of the macro as called, without path (`net_trace`).
    pub name: String,
    /// What it stands for, with its crate (`log::trace`, `slog::info`, `tracing::event`).
    pub like: String,
    /// The wrapper supplies slog's logger itself.
    pub without_logger: bool,
    /// Number of arguments before the message's arguments that belong to the wrapper alone.
    pub skip: usize,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Index into [`Workspace::files`].
    pub file: usize,
    /// Its text.
    pub source: Source,
    /// Log calls in source order; a call inside another's arguments follows it.
    pub calls: Vec<LogCall>,
    /// What rules need besides the calls.
    pub facts: Facts,
    /// Comments that begin with `klog:`, in source order.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A comment that speaks to the linter: `// klog: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its `//` or `/*` to its end.
    pub span: Span,
    /// What follows `klog:`, trimmed.
    pub text: String,
    /// `//!`: speaks for the whole file.
    pub inner: bool,
    /// Nothing but white space stands before it on its line: speaks for the statement below.
    pub own_line: bool,
}

/// What a text without a workspace is judged by: standard input, tests.
#[derive(Clone, Debug, Default)]
pub struct CrateFacts {
    /// `2015`, `2018`, `2021`, `2024`; 0 stands for 2021.
    pub edition: u16,
    /// Dependencies by code name and package; empty stands for `log`, `tracing`, `slog` and `klog` by their own names.
    pub dependencies: Vec<(String, String)>,
    /// The text is test code as a whole.
    pub test_code: bool,
    /// Its module path.
    pub module: Vec<String>,
}

/// Scans all files of a workspace on all processors, in the order of [`Workspace::files`].
///
/// `progress` is called with 1 for each file done, from any thread. Files that are not selected are read and left out.
pub fn workspace(
    workspace: &Workspace,
    config: &ScanConfig,
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Scanned> {
    let scan = |(index, file): (usize, &SourceFile)| {
        let package = file.crate_index.and_then(|index| workspace.crates.get(index));
        let facts = CrateFacts {
            dependencies: package.map_or_else(Vec::new, |package| {
                let names = package.dependencies.iter();
                names.map(|one| (one.name.clone(), one.package.clone())).collect()
            }),
            test_code: file.test_code,
            module: file.module.clone(),
            ..CrateFacts::default()
        };
        let mut scanned = match Source::read(&file.absolute) {
            Ok(source) => plain::scan(source, &facts, &config.wrappers),
            Err(error) => {
                let message = format!("cannot be read: {error}");
                let problems = vec![Problem { path: PathBuf::new(), line: None, message }];
                Scanned { problems, ..Scanned::default() }
            }
        };
        for problem in &mut scanned.problems {
            problem.path.clone_from(&file.path);
        }
        scanned.file = index;
        progress(1);
        scanned
    };
    workspace.files.par_iter().enumerate().map(scan).collect()
}

/// Scans one text.
pub fn source(text: &str, facts: &CrateFacts) -> Scanned {
    plain::scan(Source::new(text.to_owned()), facts, &[])
}
