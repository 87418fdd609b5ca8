//! Where the context begins: as early as the value is known, and after every way out before the first call.

use super::super::Context;
use super::super::repeated_pair::Group;
use super::{Plan, Shape};
use crate::call::{LogCall, Span};
use crate::safety::Reason;
use crate::scan::flow::{Block, BodyKind, Flow};
use crate::tokens;

/// The statements that get the context.
#[derive(Debug)]
pub(super) struct Place {
    pub first: Span,
    pub last: Span,
    pub body: usize,
    /// The block is the body's own, so that all that follows can be wrapped.
    pub is_whole_body: bool,
}

pub(super) fn find(
    context: &Context<'_>,
    group: &Group<'_>,
    roots: &[String],
) -> Result<Place, Reason> {
    let flow = context.scanned.flow();
    let first = group.members[0].0.span.start;
    // Calls in closures and tasks that run elsewhere keep their pair.
    let mut bound = flow.bodies.get(group.function).map_or(0, |body| body.block.start);
    for root in roots {
        let binding = flow.binding(root, first).ok_or(Reason::ValueChanges)?;
        bound = bound.max(binding.scope.start);
    }
    let mut block = flow.block_at(bound).ok_or(Reason::NoCommonScope)?;
    while let Some(inner) = inner_body(flow, block, group) {
        (block, bound) = (inner, bound.max(inner.span.start));
    }
    let is_own = flow.bodies.get(block.body).is_some_and(|body| body.block == block.span);
    let here: Vec<&LogCall> = group
        .members
        .iter()
        .map(|(call, _)| *call)
        .filter(|call| block.span.contains(&call.span.start) && within(context, call, block.body))
        .collect();
    if here.len() < 2 {
        return Err(Reason::NoCommonScope);
    }
    let first = here[0].span.start;
    let after_exit = last_exit(flow, block, first);
    let from = after_exit.map_or(bound, |one| bound.max(one.end));
    let index = block.statements.partition_point(|one| one.start < from);
    // An item stays in front: what follows may use it, and it takes no context.
    match (block.statements.get(index), block.statements.last()) {
        (Some(one), Some(last)) if one.start <= first => Ok(Place {
            first: one.clone(),
            last: last.clone(),
            body: block.body,
            is_whole_body: is_own,
        }),
        _ => Err(Reason::NoCommonScope),
    }
}

/// The block of an `async` block that is awaited in place, and of a scope, where it holds all calls of the group that the
/// outer block holds: what was wrapped before.
fn inner_body<'a>(flow: &'a Flow, block: &Block, group: &Group<'_>) -> Option<&'a Block> {
    let last = block.statements.last()?;
    let members = || group.members.iter().map(|(call, _)| call.span.start);
    let inside = members().find(|at| block.span.contains(at))?;
    // The outermost one that is in the last statement.
    let around = std::iter::successors(flow.body_at(inside), |body| flow.bodies[*body].parent);
    let mut around: Vec<usize> = around
        .take_while(|body| last.start <= flow.bodies[*body].span.start)
        .filter(|body| flow.bodies[*body].span.end <= last.end)
        .collect();
    around.reverse();
    let body = around.into_iter().find(|body| {
        let body = &flow.bodies[*body];
        body.runs_at_once
            && members().all(|at| body.block.contains(&at) || !block.span.contains(&at))
    })?;
    let inner = flow.blocks_around(flow.bodies[body].block.start);
    let inner = inner.take_while(|one| one.span.start == flow.bodies[body].block.start);
    let inner = inner.into_iter().find(|one| one.span == flow.bodies[body].block)?;
    let has_calls = group.members.iter().any(|(call, _)| inner.span.contains(&call.span.start));
    (has_calls && inner.body != block.body).then_some(inner)
}

/// The last statement of a block that ends before a place and holds a way out of the block's body.
fn last_exit<'a>(flow: &'a Flow, block: &'a Block, place: usize) -> Option<&'a Span> {
    let n_before = block.statements.partition_point(|one| one.end <= place);
    let before = &block.statements[..n_before];
    let (start, end) = (before.first()?.start, before.last()?.end);
    let exits = &flow.bodies.get(block.body)?.exits;
    let n_exits = exits.partition_point(|exit| exit.at < end);
    let mut exits = exits[..n_exits].iter().rev().take_while(|exit| exit.at >= start);
    exits.find_map(|exit| statement_at(before, exit.at))
}

/// The one of statements that holds a place.
fn statement_at(statements: &[Span], place: usize) -> Option<&Span> {
    let n_begun = statements.partition_point(|one| one.start <= place);
    statements.get(n_begun.checked_sub(1)?).filter(|one| one.contains(&place))
}

fn within(context: &Context<'_>, call: &LogCall, body: usize) -> bool {
    let flow = context.scanned.flow();
    let transparent = ["select", "join", "try_join"];
    let is_seen = call
        .place
        .inside_macros
        .iter()
        .all(|path| path.rsplit("::").next().is_some_and(|last| transparent.contains(&last)));
    let at = call.span.start;
    let Some(inner) = flow.body_at(at).filter(|inner| flow.runs_within(*inner, body)) else {
        return false;
    };
    let stays = call.place.inside_macros.is_empty() || !is_moved_in_macro(context, at);
    let takes_current =
        call.dialect.traits.has_verbosity && call.prefix.iter().all(|one| one.name != "logger");
    is_seen && stays && !(takes_current && has_other_logger(context, inner, body))
}

/// In a macro's arguments, which are no part of the tree, something before the call may take it elsewhere.
fn is_moved_in_macro(context: &Context<'_>, at: usize) -> bool {
    let flow = context.scanned.flow();
    let statements = flow.block_at(at).map_or(&[][..], |block| &block.statements);
    let Some(statement) = statement_at(statements, at) else { return true };
    let mut words = tokens::identifiers(context.text(&(statement.start..at)));
    words.any(|(_, word)| word.contains("spawn") || word == "thread" || word == "with_logger")
}

/// A scope in between that makes another logger the current one.
fn has_other_logger(context: &Context<'_>, mut inner: usize, outer: usize) -> bool {
    let flow = context.scanned.flow();
    while inner != outer {
        let Some(body) = flow.bodies.get(inner) else { return true };
        let Some(parent) = body.parent.filter(|_| !flow.is_scoped(inner)) else { return true };
        inner = parent;
    }
    false
}

/// The call gets the plan's context.
pub(super) fn reaches(context: &Context<'_>, plan: &Plan, call: &LogCall) -> bool {
    (plan.first.start..plan.last.end).contains(&call.span.start) && within(context, call, plan.body)
}

/// klog without a logger in the calls.
pub(super) fn klog(context: &Context<'_>, place: &Place) -> Shape {
    let flow = context.scanned.flow();
    let Some(body) = flow.bodies.get(place.body) else { return Shape::Explicit };
    let region = place.first.start..place.last.end;
    // `let x;` before the place that gets its value after it, which no closure can do.
    if !place.is_whole_body || flow.has_unset(place.body, region.start) {
        return Shape::Explicit;
    }
    if body.is_async {
        // A value that has to become a trait object needs its type, which a block does not pass on.
        let is_plain = !["dyn ", "impl "].iter().any(|word| body.output.contains(word));
        return if is_plain { Shape::AsyncLogger } else { Shape::Explicit };
    }
    let has_exit = body.exits.iter().any(|exit| {
        region.contains(&exit.at)
            && exit.of_loop.as_ref().is_none_or(|one| one.start < region.start)
    });
    if has_exit || body.kind == BodyKind::Closure && body.runs_at_once {
        return Shape::Explicit;
    }
    Shape::Scope
}
