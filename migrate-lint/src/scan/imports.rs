//! Imports that log calls needed, and that nothing needs once the calls are written in another dialect.

mod brought;
mod edit;
mod items;

use std::cell::{LazyCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use rayon::prelude::*;

use super::ScanConfig;
use super::item_tree::{Invocation, ItemTree};
use super::modules::FileId;
use super::resolve::{Answers, Found, Import, Names, Site, UsedImports};
use super::workspace_index::WorkspaceIndex;
use crate::call::Span;
use crate::dialect;
use crate::finding::Edit;
use crate::rustfmt;
use crate::source::Source;
use crate::tokens::{identifiers, statement_at};
use crate::workspace::{SourceFile, Workspace};
use brought::Others;

/// Edits that take such imports out, by file; `texts` holds the new texts of the files that have been changed.
///
/// What other crates may import (`pub use`) stays, and so does all that may bring more than macros that log.
pub fn unneeded(
    workspace: &Workspace,
    config: &ScanConfig,
    texts: &HashMap<PathBuf, String>,
) -> Vec<(usize, Vec<Edit>)> {
    let old = |file: &SourceFile| Source::read(&file.absolute);
    let new = |file: &SourceFile| match texts.get(&file.absolute) {
        Some(text) => Ok(Source::new(text.clone())),
        None => Source::read(&file.absolute),
    };
    let (before, sources) = WorkspaceIndex::gather_with_sources(workspace, config, &old);
    let needed_before = needed(&before, &sources);
    let (after, sources) = WorkspaceIndex::gather_with_sources(workspace, config, &new);
    let needed_after = needed(&after, &sources);
    let last = RefCell::new(None::<(FileId, Rc<str>)>);
    let text_of_file = |file: FileId| {
        let known =
            last.borrow().as_ref().filter(|(at, _)| *at == file).map(|(_, text)| text.clone());
        known.or_else(|| {
            let text: Rc<str> = text_of(workspace.files.get(file as usize)?, texts)?.into();
            *last.borrow_mut() = Some((file, text.clone()));
            Some(text)
        })
    };
    let mut edits = Vec::new();
    for (index, file) in workspace.files.iter().enumerate().filter(|(_, file)| file.selected) {
        let id = index as FileId;
        let is_gone = |import: &&Import| !needed_after.contains_key(*import);
        let gone = leaves_of(&needed_before, id).map(|(import, _)| import).filter(is_gone);
        let mut leaves: HashSet<(u32, &str, &str)> = gone.filter_map(leaf).collect();
        let mut of_file = Vec::new();
        if let Some(new) = texts.get(&file.absolute)
            && let Ok(old) = crate::files::read_to_string(&file.absolute)
        {
            for (import, calls) in rarely_needed(&needed_before, &needed_after, id, &old, new) {
                leaves.extend(leaf(import));
                of_file.extend(calls);
            }
        }
        let uses = macro_uses(&after, id, &needed_before, &needed_after);
        if leaves.is_empty() && uses.is_empty() {
            continue;
        }
        let Some(text) = text_of_file(id) else { continue };
        let Some(item_tree) = after.item_trees.get(index) else { continue };
        let max_width = file.absolute.parent().map(rustfmt::widths).unwrap_or_default().line;
        let mut starts: BTreeMap<u32, edit::Leaves<'_>> = BTreeMap::new();
        let mut others = Others::new(&after, &text_of_file, id);
        for item in &item_tree.uses {
            let is_leaf = leaves.contains(&(item.item, &*item.path, &*item.name));
            if is_leaf && others.is_unused(item) {
                starts.entry(item.start).or_default().insert((&item.path, &item.name));
            }
        }
        of_file.extend(edit::without(&text, &starts, &uses, max_width));
        of_file.sort_by_key(|edit| edit.span.start);
        if !of_file.is_empty() {
            edits.push((index, of_file));
        }
    }
    edits
}

/// The leaves of a file's imports that are needed, with what needs them.
fn leaves_of(users: &Users, file: FileId) -> impl Iterator<Item = (&Import, &Places)> {
    let first = |file| Import::Leaf(file, 0, "".into(), "".into());
    users.range(first(file)..first(file + 1))
}

/// Item, path and name of a leaf.
fn leaf(import: &Import) -> Option<(u32, &str, &str)> {
    match import {
        Import::Leaf(_, item, path, name) => Some((*item, path, name)),
        Import::MacroUse(..) => None,
    }
}

fn text_of(file: &SourceFile, texts: &HashMap<PathBuf, String>) -> Option<String> {
    match texts.get(&file.absolute) {
        Some(text) => Some(text.clone()),
        None => crate::files::read_to_string(&file.absolute).ok(),
    }
}

/// Imports with the macro calls that lean on them: file and place of the path.
type Users = BTreeMap<Import, Places>;

type Places = Vec<(FileId, Span)>;

/// The imports without which some macro's name would mean something else.
fn needed(workspace_index: &WorkspaceIndex, sources: &[Source]) -> Users {
    let by_name = by_name(workspace_index, sources);
    let of_file = |(file, item_tree): (usize, &ItemTree)| {
        let mut users = Users::new();
        let Some(source) = sources.get(file) else { return users };
        // A file that is a module in several places needs what each of them brings.
        let others = workspace_index.modules.views_of(file as FileId);
        let places: Vec<_> = std::iter::once(None)
            .chain(others.map(|(_, view)| Some(view)))
            .map(|view| (view, Answers::default()))
            .collect();
        for invocation in &item_tree.invocations {
            let Some(path) = source.text.get(invocation.path.clone()) else { continue };
            let used_imports = UsedImports::default();
            for (view, answers) in &places {
                let names = Names {
                    used_imports: Some(&used_imports),
                    answers: Some(answers),
                    view: *view,
                    ..workspace_index.names(None)
                };
                let offset = invocation.path.start as u32;
                let site = Site { file: file as FileId, scope: invocation.scope, offset };
                let found = names.find(site, path);
                let mut bodies =
                    Bodies { names, sources, by_name: &by_name, site, seen: HashSet::new() };
                for word in names_given(&by_name, &source.text, invocation) {
                    bodies.enter(names.find(site, word), 0);
                }
                bodies.enter(found, 0);
            }
            for import in used_imports.into_imports() {
                let place = (file as FileId, invocation.path.clone());
                users.entry(import).or_default().push(place);
            }
        }
        users
    };
    let all: Vec<Users> = workspace_index.item_trees.par_iter().enumerate().map(of_file).collect();
    let mut users = Users::new();
    for (import, places) in all.into_iter().flatten() {
        users.entry(import).or_default().extend(places);
    }
    users
}

/// Calls that need an import in some configurations only, so that the compiler may call it unused now: they get the
/// import's path, and it leaves.
fn rarely_needed<'a>(
    before: &'a Users,
    after: &'a Users,
    file: FileId,
    old: &str,
    new: &str,
) -> Vec<(&'a Import, Vec<Edit>)> {
    let (cfg_before, cfg_after) =
        (LazyCell::new(|| under_cfg(old)), LazyCell::new(|| under_cfg(new)));
    let is_rare = |spans: &[Span], place: &(FileId, Span)| {
        place.0 == file && spans.iter().any(|span| span.contains(&place.1.start))
    };
    let mut found = Vec::new();
    for (import, left) in leaves_of(after, file) {
        let Import::Leaf(_, _, path, name) = import else { continue };
        let was_needed = || {
            before.get(import).is_some_and(|places| {
                places.len() > left.len() && places.iter().any(|place| !is_rare(&cfg_before, place))
            })
        };
        let is_plain = dialect::of_package(path.split("::").next().unwrap_or_default()).is_some()
            && path.split_once("::").is_some_and(|(_, last)| *last == **name);
        let is_bare = |(_, span): &(FileId, Span)| new.get(span.clone()) == Some(name);
        if is_plain
            && was_needed()
            && left.iter().all(|place| is_rare(&cfg_after, place) && is_bare(place))
        {
            let edit =
                |(_, span): &(FileId, Span)| Edit { span: span.clone(), text: path.to_string() };
            found.push((import, left.iter().map(edit).collect()));
        }
    }
    found
}

/// Items, statements and arms that `#[cfg(…)]` may leave out.
fn under_cfg(text: &str) -> Vec<Span> {
    const N_ATTRIBUTES: usize = 256;
    let starts = memchr::memmem::find_iter(text.as_bytes(), "#[cfg(").take(N_ATTRIBUTES);
    starts.filter_map(|start| statement_at(text, start)).collect()
}

/// Macros that call a macro whose name they are given: `($level:ident) => { $level!("…") }`.
fn by_name<'a>(workspace_index: &'a WorkspaceIndex, sources: &[Source]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for (item_tree, source) in workspace_index.item_trees.iter().zip(sources) {
        for item in &item_tree.macros {
            let body = source.text.get(item.body.clone()).unwrap_or_default();
            let mut names = identifiers(body);
            if names.any(|(at, name)| {
                body[..at].ends_with('$')
                    && name != "crate"
                    && body[at + name.len()..].starts_with('!')
            }) {
                found.insert(&*item.name);
            }
        }
    }
    found
}

/// The names among the arguments of a call of such a macro.
fn names_given<'a>(
    by_name: &BTreeSet<&str>,
    text: &'a str,
    call: &Invocation,
) -> impl Iterator<Item = &'a str> {
    let path = text.get(call.path.clone()).unwrap_or_default();
    let is_by_name = path.rsplit("::").next().is_some_and(|name| by_name.contains(name));
    let arguments = text.get(call.arguments.clone()).filter(|_| is_by_name).unwrap_or_default();
    let is_bare = |at: usize| !arguments[..at].trim_end().ends_with(['$', '.', ':']);
    identifiers(arguments).filter(move |(at, _)| is_bare(*at)).map(|(_, name)| name)
}

/// What macros' bodies call is looked up where the macros are called.
struct Bodies<'a> {
    names: Names<'a>,
    sources: &'a [Source],
    by_name: &'a BTreeSet<&'a str>,
    site: Site,
    seen: HashSet<(FileId, u32)>,
}

impl<'a> Bodies<'a> {
    /// Looks up what the body of a macro calls.
    fn enter(&mut self, found: Option<Found>, depth: usize) {
        /// Macros inside each other, and calls of one body, that are looked at.
        const N_MACROS: usize = 64;
        const N_CALLS: usize = 256;
        let Some(Found::Macro(file, index)) = found else { return };
        let (Some(item_tree), Some(source)) =
            (self.names.item_tree(file), self.sources.get(file as usize))
        else {
            return;
        };
        let Some(item) = item_tree.macros.get(index as usize) else { return };
        if depth == 4 || self.seen.len() == N_MACROS || !self.seen.insert((file, index)) {
            return;
        }
        for inner in item_tree.calls_in(&item.body).take(N_CALLS) {
            let Some(path) = source.text.get(inner.path.clone()) else { continue };
            let path = path.trim_start_matches('$');
            let given = names_given(self.by_name, &source.text, inner);
            let called = (!path.starts_with("crate")).then_some(path);
            for name in called.into_iter().chain(given) {
                self.enter(self.names.find(self.site, name), depth + 1);
            }
        }
    }
}

/// A `#[macro_use] extern crate` that is needed for less than before.
struct MacroUse<'a> {
    /// First byte of its `extern`.
    start: usize,
    /// Names to take out of its list; all of them where there are none.
    names: Vec<&'a str>,
    /// Code names the crate by it.
    keeps_crate: bool,
}

fn macro_uses<'a>(
    workspace_index: &WorkspaceIndex,
    file: FileId,
    before: &'a Users,
    after: &Users,
) -> Vec<MacroUse<'a>> {
    let mut found = Vec::new();
    for (unit_index, unit) in (0..).zip(&workspace_index.modules.units) {
        let root = workspace_index.modules.list.get(unit.root as usize);
        let Some(item_tree) = workspace_index.item_trees.get(file as usize) else { continue };
        if root.is_none_or(|root| root.file != file) {
            continue;
        }
        for (_, listed, place) in &unit.macro_use {
            let Some(item) = item_tree.externs.get(*place as usize) else { continue };
            let names = |imports: &'a Users| {
                imports.keys().filter_map(|import| match import {
                    Import::MacroUse(unit, at, name) if *unit == unit_index && at == place => {
                        Some(&**name)
                    }
                    _ => None,
                })
            };
            let is_gone = |name: &&str| {
                !after.contains_key(&Import::MacroUse(unit_index, *place, (*name).into()))
            };
            let gone: Vec<&str> = names(before).filter(is_gone).collect();
            let is_left = match listed.is_empty() {
                true => names(before).count() > gone.len(),
                false => !listed.iter().all(|name| gone.contains(&name.as_str())),
            };
            if gone.is_empty() || is_left && listed.is_empty() {
                continue;
            }
            found.push(MacroUse {
                start: item.start as usize,
                names: if is_left { gone } else { Vec::new() },
                keeps_crate: is_left || unit.edition < 2018 || item.alias != item.name,
            });
        }
    }
    found
}
