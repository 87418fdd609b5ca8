//! What is looked up in a flow for each call of its file.

use std::collections::{HashMap, HashSet};

use super::{Binding, Block, ChangeKind, Flow, names};
use crate::call::{Nested, Span};

/// Made once of the lists of a flow.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    bodies: HashMap<Span, usize>,
    blocks: Nested,
    bindings: HashMap<String, OfName>,
    scopes: Vec<Scope>,
    scopes_around: Nested,
    spawned: HashSet<usize>,
    literals: Nested,
    /// Bodies that run with another current logger.
    scoped: HashSet<usize>,
    /// By body: scopes of variables that get their value later.
    unset: HashMap<usize, Nested>,
}

/// What is bound to a name, and done to it, in order.
#[derive(Clone, Debug, Default)]
struct OfName {
    bindings: Vec<usize>,
    starts: Vec<usize>,
    scopes: Nested,
    /// Places where it is set.
    set: Vec<usize>,
    /// Places of methods that may change it where it is mutable.
    used: Vec<usize>,
}

/// Code that runs with another current logger.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The closure or future.
    pub span: Span,
    /// The logger.
    pub logger: Span,
    /// The body that the code is.
    pub body: usize,
}

impl Flow {
    /// Makes what look-ups need; the lists stay as they are from now on.
    pub(super) fn finish(&mut self) {
        let mut index = Index {
            blocks: Nested::of(self.blocks.iter().map(|block| block.span.clone())),
            literals: Nested::of(self.literals.iter().cloned()),
            ..Index::default()
        };
        for (at, body) in self.bodies.iter().enumerate() {
            index.bodies.entry(body.span.clone()).or_insert(at);
        }
        for (at, binding) in self.bindings.iter().enumerate() {
            let of_name = index.bindings.entry(binding.name.clone()).or_default();
            of_name.bindings.push(at);
            of_name.starts.push(binding.scope.start);
        }
        for change in &self.changes {
            let of_name = index.bindings.entry(change.name.clone()).or_default();
            match &change.kind {
                ChangeKind::Set => of_name.set.push(change.at),
                ChangeKind::Method(method) if names::is_getter(method) => {}
                ChangeKind::Method(_) => of_name.used.push(change.at),
            }
        }
        for of_name in index.bindings.values_mut() {
            let scopes = of_name.bindings.iter().map(|at| self.bindings[*at].scope.clone());
            of_name.scopes = Nested::of(scopes);
            for places in [&mut of_name.starts, &mut of_name.set, &mut of_name.used] {
                places.sort_unstable();
            }
        }
        for call in &self.calls {
            let (Some(method), Some(argument)) = (call.path.last(), call.arguments.first()) else {
                continue;
            };
            if method.starts_with("spawn") {
                let body = call.arguments.iter().find_map(|argument| argument.body);
                index.spawned.extend(body);
            }
            let (span, logger) = match (method.as_str(), &call.receiver) {
                ("with_logger", Some(receiver)) => (receiver, &argument.span),
                ("in_scope", Some(receiver)) => (&argument.span, receiver),
                _ => continue,
            };
            if let Some(body) = index.bodies.get(span) {
                let (span, logger) = (span.clone(), logger.clone());
                index.scopes.push(Scope { span, logger, body: *body });
            }
        }
        index.scoped = index.scopes.iter().map(|scope| scope.body).collect();
        index.unset = self.unset();
        index.scopes_around = Nested::of(index.scopes.iter().map(|scope| scope.span.clone()));
        self.index = index;
        for body in &mut self.bodies {
            body.exits.sort_by_key(|exit| exit.at);
            body.awaits.sort_unstable();
        }
    }

    /// By body: scopes of variables that are declared without a value.
    fn unset(&self) -> HashMap<usize, Nested> {
        let mut scopes: HashMap<usize, Vec<Span>> = HashMap::new();
        for one in self.bindings.iter().filter(|one| one.statement.is_some() && one.value.is_none())
        {
            if let Some(body) = self.body_at(one.scope.start) {
                scopes.entry(body).or_default().push(one.scope.clone());
            }
        }
        scopes.into_iter().map(|(body, scopes)| (body, Nested::of(scopes))).collect()
    }

    /// A variable of a body that has no value yet may be in scope at a place.
    pub fn has_unset(&self, body: usize, at: usize) -> bool {
        self.index.unset.get(&body).is_some_and(|scopes| scopes.around(at).next().is_some())
    }

    /// A body runs with another current logger.
    pub fn is_scoped(&self, body: usize) -> bool {
        self.index.scoped.contains(&body)
    }

    /// The body that an expression is.
    pub fn body_of(&self, span: &Span) -> Option<usize> {
        self.index.bodies.get(span).copied()
    }

    /// A body is what a call spawns.
    pub fn is_spawned(&self, body: usize) -> bool {
        self.index.spawned.contains(&body)
    }

    /// The innermost code with another current logger that runs around a place.
    pub fn scope_at(&self, place: usize) -> Option<&Scope> {
        let here = self.body_at(place)?;
        let mut around =
            self.index.scopes_around.around(place).filter_map(|at| self.index.scopes.get(at));
        around.find(|scope| self.runs_within(here, scope.body))
    }

    /// Blocks around a place, the innermost first.
    pub fn blocks_around(&self, place: usize) -> impl Iterator<Item = &Block> {
        self.index.blocks.around(place).filter_map(|at| self.blocks.get(at))
    }

    /// The innermost block around a place.
    pub fn block_at(&self, at: usize) -> Option<&Block> {
        let function = self.function_at(at)?;
        self.blocks_around(at).find(|block| function.contains(&block.span.start))
    }

    /// The binding that a name means at a place.
    pub fn binding(&self, name: &str, at: usize) -> Option<&Binding> {
        let function = self.function_at(at)?;
        let of_name = self.index.bindings.get(name)?;
        let known = of_name.scopes.around(at).filter_map(|one| of_name.bindings.get(one));
        let mut known = known.filter_map(|one| self.bindings.get(*one));
        known.find(|one| function.contains(&one.scope.start))
    }

    /// Whether a name may be another one, or have another value, at two places of which the first is in its scope.
    pub fn changes_between(&self, name: &str, from: usize, to: usize) -> bool {
        let binding = self.binding(name, from);
        let is_mutable = binding.is_none_or(|one| one.is_mutable);
        if self.function_at(from).is_none_or(|one| to > one.end) {
            return true;
        }
        let Some(of_name) = self.index.bindings.get(name) else { return false };
        let has = |places: &[usize], from: usize, to: usize| {
            places.get(places.partition_point(|at| *at < from)).is_some_and(|at| *at < to)
        };
        let is_shadowed = has(&of_name.starts, from + 1, to + 1);
        is_shadowed || has(&of_name.set, from, to) || is_mutable && has(&of_name.used, from, to)
    }

    /// A literal with a line break is at this place.
    pub fn in_literal(&self, at: usize) -> bool {
        self.index
            .literals
            .around(at)
            .filter_map(|one| self.literals.get(one))
            .any(|literal| literal.start < at)
    }
}
