//! What a workspace knows as a whole: its modules, what they export, and which of its macros stand for known ones.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::file::{self, Resolver};
use super::item_tree::{self, FILE, ItemTree, ScopeId};
use super::modules::{self, FileId, ModuleId, Modules, Place};
use super::resolve::{self, Answers, Names, Newer, Passed};
use super::wrapper::{Definitions, Wrapper};
use super::{ScanConfig, Scanned, facts};
use crate::cache::{Cache, Kind};
use crate::call::known::Methods;
use crate::call::{Facts, Known};
use crate::dialect;
use crate::files;
use crate::source::Source;
use crate::workspace::{Problem, SourceFile, Workspace};

/// What the files of a workspace say together, by which each is scanned.
#[derive(Debug, Default)]
pub struct WorkspaceIndex {
    pub(super) item_trees: Vec<ItemTree>,
    pub(super) modules: Modules,
    exported: HashMap<(u32, Box<str>), (FileId, u32)>,
    callable: HashSet<Box<str>>,
    defined: HashSet<Box<str>>,
    passed: Passed<'static>,
    wrappers: HashMap<(FileId, u32), Wrapper>,
    declared: HashMap<String, Wrapper>,
    /// What methods of its types give.
    methods: Arc<Methods>,
    /// Why a file could not be read.
    unreadable: HashMap<usize, String>,
}

impl WorkspaceIndex {
    /// Reads the names of all files of a workspace.
    pub fn gather(workspace: &Workspace, config: &ScanConfig) -> Self {
        let read = |file: &SourceFile| Source::read(&file.absolute);
        Self::gather_with_sources(workspace, config, &read).0
    }

    /// Also hands back the texts, so that each file is read once.
    pub(super) fn gather_with_sources(
        workspace: &Workspace,
        config: &ScanConfig,
        read: &(dyn Fn(&SourceFile) -> io::Result<Source> + Sync),
    ) -> (Self, Vec<Source>) {
        let cache = Cache::open(workspace.cache.as_deref(), Kind::Names);
        let read: Vec<(Source, ItemTree, Option<String>)> = workspace
            .files
            .par_iter()
            .map(|file| match read(file) {
                Ok(mut source) => {
                    let item_tree = item_tree::read_or_take(&source.text, &cache);
                    // Generated files may be large and hold nothing to look at.
                    if item_tree.is_silent() && !facts::may_have_some(&source.text) {
                        source.text = String::new();
                    }
                    (source, item_tree, None)
                }
                Err(error) => {
                    let item_tree = item_tree::read("");
                    (Source::default(), item_tree, Some(format!("cannot be read: {error}")))
                }
            })
            .collect();
        cache.save();
        let mut workspace_index = Self::default();
        let mut sources = Vec::with_capacity(read.len());
        for (index, (source, item_tree, error)) in read.into_iter().enumerate() {
            sources.push(source);
            workspace_index.item_trees.push(item_tree);
            if let Some(error) = error {
                workspace_index.unreadable.insert(index, error);
            }
        }
        for wrapper in &config.wrappers {
            if let Some(declared) = Wrapper::declared(wrapper) {
                workspace_index.declared.insert(wrapper.name.clone(), declared);
            }
        }
        workspace_index.modules = modules::build(workspace, &workspace_index.item_trees);
        workspace_index.exported = workspace_index.exports();
        workspace_index.methods = Arc::new(methods(&workspace_index.item_trees));
        let callable = workspace_index.item_trees.iter().flat_map(resolve::callable);
        workspace_index.callable =
            callable.map(Into::into).chain(dialect::names().map(Into::into)).collect();
        let macros = workspace_index.item_trees.iter().flat_map(|item_tree| &item_tree.macros);
        workspace_index.defined = macros.map(|item| item.name.clone()).collect();
        workspace_index.passed = Passed::of_all(&workspace_index.names(None));
        workspace_index.find_wrappers(&sources);
        (workspace_index, sources)
    }

    fn exports(&self) -> HashMap<(u32, Box<str>), (FileId, u32)> {
        let mut exported = HashMap::new();
        for (file, item_tree) in self.item_trees.iter().enumerate() {
            let file = file as FileId;
            let Some(module) = self.modules.at(item_tree, file, FILE) else { continue };
            let unit = self.modules.list[module as usize].unit;
            for (index, item) in item_tree.macros.iter().enumerate() {
                if item.exported {
                    exported.entry((unit, item.name.clone())).or_insert((file, index as u32));
                }
            }
        }
        exported
    }

    /// Wrappers of known macros, then wrappers of those, until there are no more.
    fn find_wrappers(&mut self, sources: &[Source]) {
        let has_macros = |(_, item_tree): &(FileId, &ItemTree)| !item_tree.macros.is_empty();
        let all: Vec<(FileId, &ItemTree)> =
            (0..).zip(&self.item_trees).filter(has_macros).collect();
        for _ in 0..8 {
            let of_file = |&(file, item_tree): &(FileId, &ItemTree)| {
                let known = |file, index| self.wrappers.get(&(file, index));
                let answers = Answers::default();
                let names = Names { answers: Some(&answers), ..self.names(None) };
                let definitions = Definitions { names, known: &known };
                let text = sources.get(file as usize).map_or("", |source| &source.text);
                let wrapper = |index| {
                    let wrapper = definitions.read(text, file, index)?;
                    let is_new = self.wrappers.get(&(file, index)) != Some(&wrapper);
                    is_new.then_some(((file, index), wrapper))
                };
                (0..item_tree.macros.len() as u32).filter_map(wrapper).collect::<Vec<_>>()
            };
            let found: Vec<_> = all.par_iter().flat_map_iter(of_file).collect();
            if found.is_empty() {
                break;
            }
            self.wrappers.extend(found);
        }
    }

    pub(super) fn names<'a>(&'a self, newer: Option<Newer<'a>>) -> Names<'a> {
        Names {
            modules: &self.modules,
            item_trees: &self.item_trees,
            exported: &self.exported,
            callable: &self.callable,
            defined: &self.defined,
            passed: &self.passed,
            newer,
            view: None,
            used_imports: None,
            answers: None,
        }
    }

    /// Files that define a function called `to_string`, or name the trait `ToString`.
    pub fn files_with_to_string(&self) -> impl Iterator<Item = usize> {
        let item_trees = self.item_trees.iter().enumerate();
        item_trees.filter(|(_, item_tree)| item_tree.has_to_string).map(|(index, _)| index)
    }

    /// A file implements a trait for values of a logging library.
    pub fn has_own_values(&self) -> bool {
        self.item_trees.iter().any(|item_tree| item_tree.has_own_values)
    }

    /// Modules and included files of a file that nobody looks at: they lie outside of the workspace or where cargo builds, or
    /// are called otherwise than Rust's files are.
    pub(super) fn left_outside(&self, workspace: &Workspace, index: usize) -> Vec<Problem> {
        let (Some(item_tree), Some(file)) =
            (self.item_trees.get(index), workspace.files.get(index))
        else {
            return Vec::new();
        };
        let modules = item_tree.modules.iter().filter(|item| item.body.is_none());
        let paths = modules.flat_map(|item| &item.paths);
        let included = item_tree.includes.iter().map(|(_, path)| path);
        let directory = file.absolute.parent().unwrap_or(Path::new(""));
        let at = |path: &String| files::normal(&directory.join(path));
        // What a build writes is often included.
        let paths = paths.chain(included.filter(|path| !workspace.is_built(&at(path))));
        let why = |path: &PathBuf| match () {
            () if !workspace.is_inside(path) => Some("lies outside of the workspace"),
            () if workspace.is_built(path) => Some("lies where cargo builds"),
            () if path.extension().is_none_or(|end| end != "rs") => {
                Some("is a module, but does not end in `.rs`")
            }
            () => None,
        };
        let left = paths.filter_map(|path| {
            let place = at(path);
            let why = why(&place).filter(|_| place.is_file())?;
            let is_known = workspace.files.iter().any(|known| known.absolute == place);
            let message = format!("`{path}` {why}, and is not looked at");
            (!is_known).then(|| problem(None, &message))
        });
        left.collect()
    }

    /// Scans a file of the workspace as it was read.
    pub(super) fn scan_file(&self, index: usize, source: Source) -> Scanned {
        let mut scanned = Scanned { file: index, ..Scanned::default() };
        if let Some(message) = self.unreadable.get(&index) {
            scanned.problems.push(problem(None, message));
            return scanned;
        }
        let Some(item_tree) = self.item_trees.get(index) else { return scanned };
        let known = |file, index| self.wrappers.get(&(file, index));
        let answers = Answers::default();
        let names = Names { answers: Some(&answers), ..self.names(None) };
        let definitions = Definitions { names, known: &known };
        let id = index as FileId;
        let views: Vec<_> = self.modules.views_of(id).map(|(_, view)| view).collect();
        let answers: Vec<Answers> = views.iter().map(|_| Answers::default()).collect();
        let others: Vec<Names<'_>> = views
            .iter()
            .zip(&answers)
            .map(|(view, answers)| Names {
                view: Some(view),
                answers: Some(answers),
                ..self.names(None)
            })
            .collect();
        scanned.packages = self.packages(&self.modules, id);
        let resolver = Resolver { definitions, declared: &self.declared, others: &others };
        fill(&mut scanned, &resolver, source, item_tree, id, None);
        add_known(&mut scanned, &self.methods);
        // Most files log nothing, and a text that no finding points into need not be kept.
        let has_facts = !scanned.facts.functions.is_empty();
        if scanned.calls.is_empty() && scanned.comments.is_empty() && !has_facts {
            scanned.source = Source::default();
        }
        scanned
    }

    /// The packages that have a file as a module.
    fn packages(&self, modules: &Modules, file: FileId) -> Vec<String> {
        let first = modules.list.get(modules.root_of(file) as usize).map(|module| module.unit);
        let others = modules.views_of(file).map(|((unit, _), _)| unit);
        let units =
            first.into_iter().chain(others).filter_map(|unit| modules.units.get(unit as usize));
        let mut packages: Vec<String> = units.map(|unit| unit.package.to_string()).collect();
        packages.sort_unstable();
        packages.dedup();
        packages
    }

    /// Scans a newer text of a file, or one that is not written yet; `file` says where it belongs.
    pub fn scan_text(&self, workspace: &Workspace, file: &SourceFile, source: Source) -> Scanned {
        let item_tree = item_tree::read(&source.text);
        let mut scanned = self.scan(workspace, file, source, &item_tree, None);
        let own = scanned.file;
        let all = self.item_trees.iter().enumerate().filter(|(file, _)| *file != own);
        let all = all.map(|(_, item_tree)| item_tree).chain([&item_tree]);
        add_known(&mut scanned, &Arc::new(methods(all)));
        scanned
    }

    /// The same of a text that differs from the file's in what fixes have changed, and declares the same types; with the
    /// facts of that text, where they are known.
    pub(crate) fn scan_fixed(
        &self,
        workspace: &Workspace,
        file: &SourceFile,
        source: Source,
        facts: Option<Facts>,
    ) -> Scanned {
        let item_tree = item_tree::read(&source.text);
        let mut scanned = self.scan(workspace, file, source, &item_tree, facts);
        add_known(&mut scanned, &self.methods);
        scanned
    }

    fn scan(
        &self,
        workspace: &Workspace,
        file: &SourceFile,
        source: Source,
        item_tree: &ItemTree,
        facts: Option<Facts>,
    ) -> Scanned {
        let known = workspace.files.iter().position(|one| one.absolute == file.absolute);
        let (id, modules) = match known {
            Some(index) => (index as FileId, Cow::Borrowed(&self.modules)),
            None => {
                let id = self.item_trees.len() as FileId;
                (id, Cow::Owned(self.modules.with_stray(workspace, file, id)))
            }
        };
        let root = modules.root_of(id);
        let (mut modules, scopes) = Modules::match_scopes(modules, item_tree, id, root);
        let mut views: Vec<(Place, Vec<(ScopeId, ModuleId)>)> = Vec::new();
        let roots: Vec<(Place, Option<ModuleId>)> = modules
            .views_of(id)
            .map(|(place, view)| (place, view[&id].first().map(|(_, root)| *root)))
            .collect();
        for (place, root) in roots {
            if let Some(root) = root {
                let (newer, scopes) = Modules::match_scopes(modules, item_tree, id, root);
                (modules, views) = (newer, [views, vec![(place, scopes)]].concat());
            }
        }
        let places = by_module(&scopes);
        let callable = resolve::callable(item_tree).collect();
        let newer =
            Newer { file: id, item_tree, modules: &scopes, scopes: &places, callable: &callable };
        let names = Names { modules: &modules, ..self.names(Some(newer)) };
        let passed = Passed::with_newer(&names, newer);
        let answers = Answers::default();
        let names = Names { passed: &passed, answers: Some(&answers), ..names };
        // Its own macros are read again; those of other files that lean on them stay as they were.
        let old =
            |file: FileId, index| (file != id).then(|| self.wrappers.get(&(file, index))).flatten();
        let mut own: HashMap<u32, Wrapper> = HashMap::new();
        for _ in 0..8 {
            let known =
                |file: FileId, index| if file == id { own.get(&index) } else { old(file, index) };
            let definitions = Definitions { names, known: &known };
            let found: HashMap<u32, Wrapper> = (0..item_tree.macros.len() as u32)
                .filter_map(|index| Some((index, definitions.read(&source.text, id, index)?)))
                .collect();
            let is_done = found.len() == own.len();
            own = found;
            if is_done {
                break;
            }
        }
        let wrappers =
            |file: FileId, index| if file == id { own.get(&index) } else { old(file, index) };
        let definitions = Definitions { names, known: &wrappers };
        let places: Vec<_> = views.iter().map(|(_, scopes)| by_module(scopes)).collect();
        let others = views.iter().zip(&places).map(|((place, scopes), places)| {
            let newer = Newer { modules: scopes, scopes: places, ..newer };
            let view = modules.views.get(place);
            let names = Names { newer: Some(newer), view, answers: None, ..names };
            (names, newer)
        });
        let others: Vec<(Names<'_>, Newer<'_>)> = others.collect();
        let passed: Vec<Passed<'_>> =
            others.iter().map(|(names, newer)| Passed::with_newer(names, *newer)).collect();
        let others: Vec<Names<'_>> = others
            .iter()
            .zip(&passed)
            .map(|((names, _), passed)| Names { passed, ..*names })
            .collect();
        let resolver = Resolver { definitions, declared: &self.declared, others: &others };
        let packages = self.packages(&modules, id);
        let mut scanned = Scanned { file: id as usize, packages, ..Scanned::default() };
        fill(&mut scanned, &resolver, source, item_tree, id, facts);
        scanned
    }
}

/// What methods of the types of files give.
fn methods<'a>(item_trees: impl IntoIterator<Item = &'a ItemTree> + Clone) -> Methods {
    let types = item_trees.clone().into_iter().flat_map(|item_tree| &item_tree.types);
    Methods::of(types, item_trees.into_iter().flat_map(|item_tree| &item_tree.methods))
}

/// Lets the calls of a file ask for the types of what is around them.
fn add_known(scanned: &mut Scanned, methods: &Arc<Methods>) {
    let known = Arc::new(Known::new(Arc::clone(methods)));
    for call in &mut scanned.calls {
        call.place.known = Arc::clone(&known);
    }
}

/// The scopes of modules, the first one of each.
fn by_module(scopes: &[(ScopeId, ModuleId)]) -> HashMap<ModuleId, ScopeId> {
    scopes.iter().rev().map(|(scope, module)| (*module, *scope)).collect()
}

/// Logging crates whose names a module, an import or an `extern crate` has.
fn covered(item_tree: &ItemTree) -> BTreeSet<&'static str> {
    let is_covered = |name: &&str| {
        item_tree.modules.iter().any(|item| *item.name == **name)
            || item_tree
                .uses
                .iter()
                .any(|item| *item.name == **name && item.path.trim_start_matches("::") != *name)
            || item_tree.externs.iter().any(|item| *item.alias == **name && *item.name != **name)
    };
    dialect::ALL.iter().map(|dialect| dialect.library()).filter(is_covered).collect()
}

fn fill(
    scanned: &mut Scanned,
    resolver: &Resolver<'_>,
    source: Source,
    item_tree: &ItemTree,
    file: FileId,
    known: Option<Facts>,
) {
    scanned.calls = file::calls(resolver, &source, item_tree, file);
    scanned.unknown = file::unknown(&source, item_tree, &scanned.calls);
    let globs = item_tree.uses.iter().filter(|item| *item.name == *"*");
    scanned.globs = globs.map(|item| item.path.trim_start_matches("::").to_owned()).collect();
    scanned.covered = covered(item_tree);
    scanned.comments = file::comments(&source, &item_tree.comments);
    let (facts, flow) = known.map_or_else(|| facts::of(&source), |facts| (facts, None));
    scanned.facts = facts;
    if let Some(flow) = flow {
        scanned.flow = OnceLock::from(flow);
    }
    let names = &resolver.definitions.names;
    if let Some(module) = names.module(file, FILE) {
        scanned.module = names.modules.path(module);
        scanned.is_test =
            names.modules.list.get(module as usize).is_some_and(|module| module.is_test);
    }
    if source.lossy {
        let message = "is not UTF-8; positions are approximate and it is not fixed";
        scanned.problems.push(problem(None, message));
    }
    let mut deep = item_tree.invocations.iter().filter(|call| file::is_too_deep(item_tree, call));
    if let Some(call) = deep.next() {
        let line = source.position(call.path.start).line;
        let message = "macro calls are nested too deeply here; those further inside are not judged";
        scanned.problems.push(problem(Some(line), message));
    }
    if let Some((place, message)) = item_tree.faults.first() {
        let line = source.position(*place).line;
        let message = format!("does not parse: {message}; calls after it may be missed");
        scanned.problems.push(problem(Some(line), &message));
    }
    scanned.source = source;
}

fn problem(line: Option<usize>, message: &str) -> Problem {
    Problem { path: PathBuf::new(), line, message: message.to_owned() }
}
