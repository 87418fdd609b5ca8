//! Which calls have a logger or a span around them: in their function, or in every function of the crate that calls it.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::{LogCall, Span};
use crate::scan::Scanned;
use crate::work;
use crate::workspace::Workspace;

/// A function by its crate and name.
type Name = (Option<usize>, String);

/// Functions whose callers all have a context.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    functions: BTreeSet<Name>,
}

/// A call of a function: who calls, and whether the place has a context of its own.
struct Site {
    caller: Option<Name>,
    is_inside: bool,
}

impl Contexts {
    pub(super) fn follow(workspace: &Workspace, scanned: &[Scanned]) -> Self {
        let mut sites: BTreeMap<Name, Vec<Site>> = BTreeMap::new();
        for file in scanned {
            let crate_index = crate_of(workspace, file);
            let flow = file.flow();
            let spawned = spawned(file);
            for called in &flow.calls {
                let (Some(name), Some(body)) =
                    (called.path.last(), flow.body_at(called.span.start))
                else {
                    continue;
                };
                let function = flow.function_of(body);
                let caller = flow.bodies.get(function).map(|body| (crate_index, body.name.clone()));
                // Another thread or task has the context only where it takes it along.
                let runs_here = flow.runs_within(body, function);
                let stays = !spawned.contains(&called.span.start);
                let is_inside = stays && is_in_context(file, called.span.start);
                let site = Site { caller: caller.filter(|_| runs_here && stays), is_inside };
                sites.entry((crate_index, name.clone())).or_default().push(site);
            }
        }
        Self { functions: in_context(&sites) }
    }

    /// The call's entries have pairs that the call does not name.
    pub(super) fn has(&self, workspace: &Workspace, file: &Scanned, call: &LogCall) -> bool {
        let at = call.span.start;
        if is_in_context(file, at) {
            return true;
        }
        let flow = file.flow();
        let Some(body) = flow.body_at(at) else { return false };
        let function = flow.function_of(body);
        let name = flow.bodies.get(function).map(|body| body.name.clone()).unwrap_or_default();
        flow.runs_within(body, function)
            && self.functions.contains(&(crate_of(workspace, file), name))
    }
}

/// The functions whose callers all have a context. What has one caller without has none, and so have those that only it
/// calls.
fn in_context(sites: &BTreeMap<Name, Vec<Site>>) -> BTreeSet<Name> {
    let mut functions: BTreeSet<Name> = sites.keys().cloned().collect();
    let mut called: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
    let mut without: Vec<&Name> = Vec::new();
    for (name, sites) in sites {
        let others = || sites.iter().filter(|site| site.caller.as_ref() != Some(name));
        let mut is_without = others().next().is_none();
        for site in others().filter(|site| !site.is_inside) {
            match &site.caller {
                Some(caller) if functions.contains(caller) => {
                    called.entry(caller).or_default().push(name);
                }
                _ => is_without = true,
            }
        }
        if is_without {
            without.push(name);
        }
    }
    while let Some(name) = without.pop() {
        work::count(1);
        if functions.remove(name) {
            without.extend(called.get(name).into_iter().flatten());
        }
    }
    functions
}

fn crate_of(workspace: &Workspace, file: &Scanned) -> Option<usize> {
    workspace.files.get(file.file).and_then(|file| file.crate_index)
}

/// A scope of a logger, a span or the function's own span is around the place, and runs it.
fn is_in_context(file: &Scanned, at: usize) -> bool {
    let flow = file.flow();
    let Some(here) = flow.body_at(at) else { return false };
    let is_in = |scope: &Span| {
        let body = flow.body_of(scope).or_else(|| flow.body_at(scope.start));
        body.is_some_and(|body| flow.runs_within(here, body))
    };
    let function = flow.function_of(here);
    let has_span = flow.bodies.get(function).is_some_and(|body| {
        body.instruments
            .iter()
            .any(|one| one.arguments.contains("fields") || !one.arguments.contains("skip_all"))
    });
    let own = file.facts.function_at(at);
    has_span && flow.runs_within(here, function)
        || own.is_some_and(|one| one.scopes_around(at).any(is_in))
        || file.facts.spans_around(at).any(|(_, scope)| is_in(scope))
}

/// `tokio::spawn(report())`: the calls that are made here, and run elsewhere, by where they begin.
fn spawned(file: &Scanned) -> BTreeSet<usize> {
    let calls = &file.flow().calls;
    let spawns =
        calls.iter().filter(|one| one.path.last().is_some_and(|name| name.starts_with("spawn")));
    let arguments = spawns.flat_map(|one| &one.arguments).map(|argument| argument.span.clone());
    let arguments: Vec<Span> = arguments.collect();
    let is_whole = |argument: &Span| {
        let text = file.source.slice(argument);
        !text.contains("in_current_")
    };
    arguments.into_iter().filter(is_whole).map(|argument| argument.start).collect()
}
