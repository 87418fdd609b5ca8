//! Source files in, log calls out.
//!
//! Three steps: every file's names by itself (`item_tree`), then what they mean together (`workspace_index`), then the calls
//! of every file by that index (`file`).

mod attributes;
mod bindings;
mod item_tree;
mod use_tree;

mod modules;
mod resolve;
mod wrapper;

mod workspace_index;

mod imports;
mod instrument;

mod facts;
mod file;
pub mod flow;
mod grammar;
pub(crate) mod made;
mod place;
mod reach;
mod spans;

pub(crate) use file::is_level;
pub use imports::unneeded;
pub use reach::load;
pub use workspace_index::WorkspaceIndex;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use self::flow::Flow;
use self::made::Made;

use crate::call::{Facts, LogCall, Span};
use crate::source::Source;
use crate::workspace::{Crate, Dependency, Problem, SourceFile, Workspace};

/// What the scanner needs of the configuration.
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

impl WrapperConfig {
    /// Whether the macro in `like` is a known one.
    pub fn leads_somewhere(&self) -> bool {
        wrapper::Wrapper::declared(self).is_some()
    }
}

/// Macros that are known, with their crates as code names them.
pub fn known_macros() -> Vec<String> {
    let all = crate::dialect::packages();
    let of = |known: crate::dialect::KnownCrate| {
        known
            .libraries()
            .iter()
            .flat_map(move |library| known.macros().map(move |name| format!("{library}::{name}")))
    };
    all.flat_map(of).collect()
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Index into [`Workspace::files`].
    pub file: usize,
    /// Names of the packages that have it as a module.
    pub packages: Vec<String>,
    /// Its module path within the crate.
    pub module: Vec<String>,
    /// Its module is test code.
    pub is_test: bool,
    /// Its text.
    pub source: Source,
    /// Log calls in source order; a call inside another's arguments follows it.
    pub calls: Vec<LogCall>,
    /// What rules need besides the calls.
    pub facts: Facts,
    /// Crates whose names all come in by a glob somewhere: `use tracing::*`.
    pub globs: BTreeSet<String>,
    /// Names of logging crates that it gives to something else: `mod log { … }`, `use tracing as log`.
    pub covered: BTreeSet<&'static str>,
    /// Comments that begin with `klog:`, in source order.
    pub comments: Vec<Comment>,
    /// Calls of macros with the name of one that logs, which lead to no logger that is known: names and lines.
    pub unknown: Vec<(String, usize)>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Gathered when a rule asks for it.
    flow: OnceLock<Flow>,
    /// By macro of the program: its calls, and those in its body; gathered when a rule asks for them.
    by_macro: OnceLock<HashMap<String, [Vec<usize>; 2]>>,
    /// Words that rules have looked for in its text, and whether it has them.
    mentioned: Mutex<HashMap<&'static str, bool>>,
    /// Where clippy is asked to let prints be, by its lint; looked for when a rule asks.
    pub(crate) allowed_prints: OnceLock<HashMap<&'static str, Vec<Span>>>,
    /// Whether its text is about access to something; looked for when a rule asks.
    pub(crate) is_about_access: OnceLock<bool>,
    /// The words in what makes loggers and spans; looked for when a rule asks.
    pub(crate) words_of_contexts: OnceLock<HashSet<String>>,
    /// What rules have found out about names of loggers, by function or scope.
    pub(crate) loggers: Loggers,
}

impl Scanned {
    /// What happens to values within the functions of the file; nothing is known of code that does not parse.
    pub fn flow(&self) -> &Flow {
        self.flow.get_or_init(|| flow::of(&self.source))
    }

    /// Whether its text has a word anywhere; each word is looked for once.
    pub(crate) fn mentions(&self, word: &'static str) -> bool {
        let mut mentioned = self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        *mentioned.entry(word).or_insert_with(|| {
            crate::work::count(self.source.text.len() / 8);
            memchr::memmem::find(self.source.text.as_bytes(), word.as_bytes()).is_some()
        })
    }

    /// The calls in the body of a macro of the program, or those that go through it.
    pub(crate) fn of_macro(&self, name: &str, in_body: bool) -> impl Iterator<Item = &LogCall> {
        let gather = || {
            let mut found = HashMap::<String, [Vec<usize>; 2]>::new();
            for (index, call) in self.calls.iter().enumerate() {
                let names = [&call.wrapper, &call.place.macro_definition];
                for (place, name) in names.into_iter().enumerate() {
                    if let Some(name) = name {
                        found.entry(name.clone()).or_default()[place].push(index);
                    }
                }
            }
            found
        };
        let of_name = self.by_macro.get_or_init(gather).get(name);
        let indexes = of_name.map_or(&[][..], |places| &places[usize::from(in_body)]);
        indexes.iter().filter_map(|index| self.calls.get(*index))
    }
}

/// Answers about loggers that many calls ask for: each takes a look at a whole function or file.
#[derive(Debug, Default)]
pub(crate) struct Loggers {
    /// By a function or the file, a name, and whether it is a variable's.
    pub(crate) uses: Mutex<HashMap<(Span, String, bool), Uses>>,
    /// By a function and a name: where the name is first, and where a `let` binds it.
    pub(crate) bound: Mutex<HashMap<(Span, String), Bound>>,
    /// By an expression that makes a logger, or the attribute of a span.
    made: Mutex<HashMap<Span, Arc<Made>>>,
}

impl Loggers {
    /// What the expression at a place makes a logger of; read once for all calls that ask.
    pub(crate) fn made(&self, place: &Span, read: impl FnOnce() -> Made) -> Arc<Made> {
        let known = self.made.lock().ok().and_then(|all| all.get(place).cloned());
        known.unwrap_or_else(|| {
            let made = Arc::new(read());
            if let Ok(mut all) = self.made.lock() {
                all.insert(place.clone(), Arc::clone(&made));
            }
            made
        })
    }
}

/// What uses a name of a logger but calls that are taken over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uses {
    /// The last place that does.
    pub(crate) last: Option<usize>,
    /// Another file may.
    pub(crate) stays_elsewhere: bool,
}

/// Where a name is in a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    /// Its first place.
    pub(crate) first: Option<usize>,
    /// The word before it, and its place, of each `let`.
    pub(crate) lets: Arc<Vec<(usize, usize)>>,
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
    /// Nothing but white space is before it on its line: speaks for the statement below.
    pub own_line: bool,
}

/// Scans the selected files of a workspace on all processors, in the order of [`Workspace::files`], and hands back what
/// the workspace knows, by which a newer text of a file can be scanned.
///
/// `progress` is called with 1 for each file done, from any thread. Files that are not selected are read for their names.
pub fn workspace(
    workspace: &Workspace,
    config: &ScanConfig,
    progress: &(dyn Fn(usize) + Sync),
) -> (WorkspaceIndex, Vec<Scanned>) {
    let read = |file: &SourceFile| Source::read(&file.absolute);
    let (workspace_index, sources) = WorkspaceIndex::gather_with_sources(workspace, config, &read);
    let scan = |(index, source): (usize, Source)| {
        progress(1);
        let file = workspace.files.get(index).filter(|file| file.selected)?;
        let mut scanned = workspace_index.scan_file(index, source);
        scanned.problems.extend(workspace_index.left_outside(workspace, index));
        for problem in &mut scanned.problems {
            problem.path.clone_from(&file.path);
        }
        Some(scanned)
    };
    let scanned = sources.into_par_iter().enumerate().filter_map(scan).collect();
    (workspace_index, scanned)
}

/// What a text without a workspace is judged by.
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

/// Scans one text by itself.
pub fn source(text: &str, facts: &CrateFacts) -> Scanned {
    let file = SourceFile {
        absolute: "text.rs".into(),
        crate_index: Some(0),
        module: facts.module.clone(),
        test_code: facts.test_code,
        selected: true,
        ..SourceFile::default()
    };
    let usual = ["log", "tracing", "slog", "slog_scope", "slog_global", "klog"];
    let usual = usual.map(|name| (name.to_owned(), name.to_owned()));
    let named = if facts.dependencies.is_empty() { &usual[..] } else { &facts.dependencies[..] };
    let dependencies = named.iter().map(|(name, package)| Dependency {
        name: name.clone(),
        package: package.clone(),
        ..Dependency::default()
    });
    let package = Crate {
        edition: if facts.edition == 0 { 2021 } else { facts.edition },
        dependencies: dependencies.collect(),
        ..Crate::default()
    };
    let workspace = Workspace { crates: vec![package], ..Workspace::default() };
    let workspace_index = WorkspaceIndex::gather(&Workspace::default(), &ScanConfig::default());
    workspace_index.scan_text(&workspace, &file, Source::new(text.to_owned()))
}
