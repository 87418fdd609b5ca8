//! What rules ask of the workspace as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::loggers::kept_name;
use super::plain_functions;
use super::values::{Kind, kind};
use super::wrappers::{self, Wrappers};
use crate::call::{LogCall, MessageForm, Pair, Piece};
use crate::dialect::{self, Logger};
use crate::rustfmt::{self, Widths};
use crate::scan::Scanned;
use crate::workspace::{Crate, Dependency, Reach, Workspace};

/// Facts of all files together, gathered once before the files are judged.
#[derive(Debug, Default)]
pub struct WorkspaceFacts {
    /// Packages, and what they depend on.
    crates: Vec<Crate>,
    /// By crate: how long rustfmt lets lines become.
    widths: Vec<Widths>,
    /// By crate: names of its modules, and of other things that are called like a logging crate.
    modules: Vec<BTreeSet<String>>,
    /// By crate: names of fields and methods from which calls that are left as they are take slog's logger.
    loggers: Vec<BTreeSet<String>>,
    /// Crates in which a type may have a method `to_string` and no `Display`.
    pub(crate) to_string: BTreeSet<usize>,
    /// Some type is a value of a logging library by its own word, and has no text perhaps.
    pub(crate) has_own_values: bool,
    /// Functions that only make a text of what they are given, by name.
    plain_functions: BTreeSet<String>,
    /// Functions that take a logger, by name.
    takes_logger: BTreeSet<String>,
    /// Words that messages begin with a capital letter in the middle of a phrase.
    names: BTreeSet<String>,
    /// Macros that hand their arguments on.
    wrappers: Wrappers,
    /// By key: each kind of value that it has, how often, and where first.
    kinds: BTreeMap<String, BTreeMap<Kind, (usize, String)>>,
}

/// Words of a call's message that have a capital letter although a small one's word is before them.
fn inner_names(call: &LogCall) -> impl Iterator<Item = &str> {
    let pieces = match call.message.as_ref().map(|message| &message.form) {
        Some(MessageForm::Literal { pieces, .. }) => &pieces[..],
        _ => &[],
    };
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Hole(_) => None,
    });
    texts.flat_map(|text| {
        let words = text.split(' ').zip(text.split(' ').skip(1));
        words.filter_map(|(before, word)| {
            let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let is_small = before.chars().all(char::is_lowercase) && !before.is_empty();
            let mut letters = word.chars();
            let is_name = letters.next().is_some_and(char::is_uppercase)
                && letters.all(char::is_lowercase)
                && word.len() > 1;
            (is_small && is_name).then_some(word)
        })
    })
}

/// A key whose value is of another kind elsewhere.
#[derive(Debug)]
pub(super) struct Conflict<'a> {
    pub(super) here: Kind,
    /// The kind that most calls have.
    pub(super) elsewhere: Kind,
    /// Path and line of one of them.
    pub(super) place: &'a str,
}

impl WorkspaceFacts {
    /// Gathers them.
    pub fn gather(workspace: &Workspace, scanned: &[Scanned]) -> Self {
        let mut modules = vec![BTreeSet::new(); workspace.crates.len()];
        let mut loggers = vec![BTreeSet::new(); workspace.crates.len()];
        for file in &workspace.files {
            if let Some(modules) = file.crate_index.and_then(|index| modules.get_mut(index)) {
                modules.extend(file.module.last().cloned());
            }
        }
        for scanned in scanned {
            let file = workspace.files.get(scanned.file);
            let crate_index = file.and_then(|file| file.crate_index);
            if let Some(modules) = crate_index.and_then(|index| modules.get_mut(index)) {
                modules.extend(scanned.covered.iter().map(|name| (*name).to_owned()));
            }
            if let Some(loggers) = crate_index.and_then(|index| loggers.get_mut(index)) {
                let calls =
                    scanned.calls.iter().filter(|call| call.dialect.logger == Logger::First);
                loggers.extend(calls.filter_map(kept_name).map(str::to_owned));
            }
        }
        let mut kinds: BTreeMap<String, BTreeMap<Kind, (usize, String)>> = BTreeMap::new();
        for scanned in scanned {
            let Some(file) = workspace.files.get(scanned.file).filter(|file| !file.test_code)
            else {
                continue;
            };
            let calls = scanned.calls.iter().filter(|call| !call.place.test_code);
            for pair in calls.flat_map(|call| &call.pairs) {
                let (Some(key), Some(kind)) = (&pair.key, kind(pair)) else { continue };
                let (n_calls, _) =
                    kinds.entry(key.clone()).or_default().entry(kind).or_insert_with(|| {
                        let line = scanned.source.position(pair.span.start).line;
                        (0, format!("{}:{line}", file.path.display()))
                    });
                *n_calls += 1;
            }
        }
        let calls = scanned.iter().flat_map(|scanned| &scanned.calls);
        let names = calls.flat_map(inner_names).map(str::to_owned).collect();
        let (mut plain_functions, mut others) = (BTreeSet::new(), BTreeSet::new());
        for scanned in scanned {
            plain_functions::gather(&scanned.source.text, &mut plain_functions, &mut others);
        }
        // A name that means several functions is none of them.
        plain_functions.retain(|name| !others.contains(name));
        let functions = scanned.iter().flat_map(|scanned| &scanned.facts.functions);
        let takes_logger = functions
            .filter(|one| one.parameters.iter().any(|(_, kind)| kind.trim().ends_with("Logger")))
            .map(|one| one.name.clone())
            .collect();
        kinds.retain(|_, kinds| kinds.len() > 1);
        let directories = workspace.crates.iter().filter_map(|package| package.manifest.parent());
        let widths = directories.map(rustfmt::widths).collect();
        let crates = workspace.crates.clone();
        Self {
            crates,
            widths,
            modules,
            loggers,
            plain_functions,
            takes_logger,
            names,
            kinds,
            wrappers: wrappers::gather(workspace, scanned),
            ..Self::default()
        }
    }

    /// Messages write a word with a capital letter in the middle of a phrase too.
    pub(super) fn writes_as_name(&self, word: &str) -> bool {
        self.names.contains(word)
    }

    /// The crate's dependency on a package that its code, or its tests, can name: else the closest that there is.
    pub(super) fn usable(
        &self,
        crate_index: Option<usize>,
        package: &str,
        in_tests: bool,
    ) -> Result<&Dependency, Option<Reach>> {
        let package_of = crate_index.and_then(|index| self.crates.get(index));
        let known = || {
            let all = package_of.into_iter().flat_map(|one| &one.dependencies);
            all.filter(|known| known.package == package)
        };
        let is_usable = |known: &&Dependency| match known.reach {
            Reach::All => true,
            Reach::Optional => false,
            Reach::Development => in_tests,
        };
        let optional = || known().find(|known| known.reach == Reach::Optional).or(known().next());
        known().find(is_usable).ok_or_else(|| optional().map(|known| known.reach))
    }

    /// Packages, and what they depend on.
    pub(super) fn crates(&self) -> &[Crate] {
        &self.crates
    }

    /// How long rustfmt lets lines of the crate become.
    pub(super) fn widths(&self, crate_index: Option<usize>) -> Widths {
        let widths = crate_index.and_then(|index| self.widths.get(index));
        widths.copied().unwrap_or_default()
    }

    /// Paths of the crate begin with the names of its dependencies.
    pub(super) fn has_paths(&self, crate_index: Option<usize>) -> bool {
        let package = crate_index.and_then(|index| self.crates.get(index));
        package.is_none_or(|package| package.edition >= 2018)
    }

    /// A module of the crate has this name.
    pub fn has_module(&self, crate_index: Option<usize>, name: &str) -> bool {
        crate_index.and_then(|index| self.modules.get(index)).is_some_and(|all| all.contains(name))
    }

    /// A call that is left as it is takes its logger from a field or method of this name.
    pub fn logs_by(&self, crate_index: Option<usize>, name: &str) -> bool {
        crate_index.and_then(|index| self.loggers.get(index)).is_some_and(|all| all.contains(name))
    }

    /// A function of this name only formats its arguments, so it may also run earlier.
    pub(super) fn is_plain_function(&self, name: &str) -> bool {
        self.plain_functions.contains(name)
    }

    /// A function of this name has a logger among its parameters.
    pub(super) fn takes_logger(&self, name: &str) -> bool {
        self.takes_logger.contains(name)
    }

    /// What keeps a macro, in whose body a call is, from moving with its calls.
    pub(super) fn wrapper(&self, name: &str) -> Option<&Option<String>> {
        self.wrappers.get(name)
    }

    /// The crate depends on klog-rs.
    pub fn has_klog(&self, crate_index: Option<usize>) -> bool {
        self.package(crate_index, dialect::klog::DIALECT.package().name).is_some()
    }

    /// A crate of the workspace depends on klog-rs, or none is known.
    pub fn may_print_by_klog(&self) -> bool {
        self.crates.is_empty() || (0..self.crates.len()).any(|index| self.has_klog(Some(index)))
    }

    /// The crate's dependency on a package.
    pub fn package(&self, crate_index: Option<usize>, package: &str) -> Option<&Dependency> {
        let dependencies = &self.crates.get(crate_index?)?.dependencies;
        dependencies.iter().find(|dependency| dependency.package == package)
    }

    /// Whether it is known what the crate depends on.
    pub fn knows(&self, crate_index: Option<usize>) -> bool {
        crate_index.is_some_and(|index| index < self.crates.len())
    }

    /// What most other calls log under the pair's key, where that is of another kind.
    pub(super) fn conflict(&self, pair: &Pair) -> Option<Conflict<'_>> {
        let here = kind(pair)?;
        let kinds = self.kinds.get(pair.key.as_ref()?)?;
        let (elsewhere, (_, place)) = kinds
            .iter()
            .max_by_key(|(kind, (n_calls, _))| (*n_calls, std::cmp::Reverse(**kind)))?;
        (*elsewhere != here).then_some(Conflict { here, elsewhere: *elsewhere, place })
    }
}
