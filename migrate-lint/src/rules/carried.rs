//! Pairs that a call's logger, the current logger or the spans around it carry, where that can be seen in the function.

use std::collections::HashSet;

use super::Context;
use crate::call::{CallKind, Level, LogCall, Mode, Pair, PrefixArg, Span};
use crate::scan::flow::{Body, Flow, Scope};
use crate::scan::made::{self, Root};

/// A pair that comes with an entry.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub key: String,
    /// `%`, `?` or neither.
    pub sigil: &'static str,
    /// The value without white space and references.
    pub value: String,
    /// Where the value is taken.
    pub at: usize,
    /// What to point at.
    pub place: Span,
    pub what: &'static str,
    /// The level of the span: where it is filtered out, so are its fields. None where it is not known to be there.
    pub level: Option<Level>,
}

impl Carried {
    /// Wherever an entry of the call is written, the pair is.
    pub(super) fn is_sure_of(&self, call: &LogCall) -> bool {
        if self.what != "span" {
            return true;
        }
        let rank = |level| match level {
            Level::Trace => 0,
            Level::Debug => 1,
            Level::Info => 2,
            Level::Warn => 3,
            Level::Error | Level::Fatal => 4,
        };
        matches!((self.level, call.level), (Some(of), Some(at)) if rank(of) >= rank(at))
    }

    pub(super) fn is(&self, pair: &Pair) -> bool {
        pair.key.as_deref() == Some(&self.key)
            && sigil(pair) == Some(self.sigil)
            && pair.value.as_ref().is_some_and(|value| made::plain(&value.text) == self.value)
    }
}

/// How the value of a call's pair is shown; none for ways that contexts do not have.
pub(super) fn sigil(pair: &Pair) -> Option<&'static str> {
    match pair.mode {
        Mode::Plain => Some(""),
        Mode::Display => Some("%"),
        Mode::Debug => Some("?"),
        Mode::Error | Mode::Other(_) => None,
    }
}

/// Whether a key of the call is named anywhere in what makes contexts; of most files the flow need not be known.
pub(super) fn may_repeat(context: &Context<'_>, call: &LogCall) -> bool {
    let keys = call.pairs.iter().filter_map(|pair| pair.key.as_deref());
    let named = context.scanned.words_of_contexts.get_or_init(|| words_of_contexts(context));
    // `logger: log.with_values(…)` is code in a macro, which has no facts.
    let makes_one = |one: &PrefixArg| one.name == "logger" && one.value.text.contains('(');
    let mut keys = keys.filter(|key| {
        let mut words = words(key).peekable();
        words.peek().is_some() && words.all(|word| named.contains(word))
    });
    !named.is_empty() && (keys.next().is_some() || call.prefix.iter().any(makes_one))
}

/// The words in the calls that make loggers, in the attributes of functions and in the macros of spans.
fn words_of_contexts(context: &Context<'_>) -> HashSet<String> {
    let facts = &context.scanned.facts;
    let mut found = HashSet::new();
    let mut done = 0;
    for call in &facts.logger_calls {
        // Calls of a chain begin at one place.
        if call.span.end > done {
            let text = context.text(&(call.span.start.max(done)..call.span.end));
            found.extend(words(text).map(str::to_owned));
            done = call.span.end;
        }
    }
    for attribute in facts.functions.iter().flat_map(|one| &one.instruments) {
        found.extend(words(&attribute.arguments).map(str::to_owned));
    }
    if !facts.entered_spans.is_empty() {
        let spans = context.scanned.calls.iter().filter(|call| call.kind != CallKind::Event);
        let keys = spans.flat_map(|span| &span.pairs).filter_map(|pair| pair.key.as_deref());
        found.extend(keys.flat_map(words).map(str::to_owned));
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// All that an entry of the call carries besides its own pairs.
pub(super) fn around(context: &Context<'_>, call: &LogCall) -> Vec<Carried> {
    let mut found = Vec::new();
    if call.kind != CallKind::Event || call.prefix.iter().any(|one| one.name == "parent") {
        return found;
    }
    let at = call.span.start;
    match call.prefix.iter().find(|argument| argument.name == "logger") {
        Some(logger) => of_logger(context, &logger.value.span, at, 0, &mut found),
        None if call.dialect.traits.has_verbosity => of_current(context, at, 0, &mut found),
        None => {}
    }
    if call.dialect.traits.has_spans {
        of_spans(context, at, &mut found);
        of_attribute(context, at, &mut found);
    }
    found
}

/// Loggers that are made of loggers, and scopes inside of scopes, have an end.
const MAX_DEPTH: usize = 16;

/// Pairs that are followed for a call: nobody reads lines with more.
const N_PAIRS: usize = 256;

/// Pairs of a logger by its expression, as it is written at a place.
fn of_logger(
    context: &Context<'_>,
    place: &Span,
    at: usize,
    depth: usize,
    found: &mut Vec<Carried>,
) {
    let text = context.text(place).trim().trim_start_matches('&').trim();
    if depth > MAX_DEPTH {
        return;
    }
    if is_name(text) {
        return of_name(context, text, at, depth, found);
    }
    let made = context.scanned.loggers.made(place, || made::logger(text));
    let room = N_PAIRS.saturating_sub(found.len());
    found.extend(made.pairs.iter().take(room).map(|(key, sigil, value)| Carried {
        key: key.clone(),
        sigil,
        value: value.clone(),
        at,
        place: place.clone(),
        what: "logger",
        level: None,
    }));
    match &made.root {
        Root::Current => of_current(context, at, depth + 1, found),
        Root::Name(name) => of_name(context, name, at, depth + 1, found),
        Root::Field(_) | Root::Other => {}
    }
}

fn of_name(context: &Context<'_>, name: &str, at: usize, depth: usize, found: &mut Vec<Carried>) {
    let flow = context.scanned.flow();
    let Some(binding) = flow.binding(name, at).filter(|_| depth <= MAX_DEPTH) else { return };
    let (Some(statement), Some(value)) = (&binding.statement, &binding.value) else { return };
    if !flow.changes_between(name, binding.scope.start, at) {
        of_logger(context, value, statement.start, depth + 1, found);
    }
}

/// Pairs of the logger that is the current one at a place.
fn of_current(context: &Context<'_>, at: usize, depth: usize, found: &mut Vec<Carried>) {
    // The innermost scope replaces those around it, unless it is made of them.
    if let Some(Scope { span, logger, .. }) = context.scanned.flow().scope_at(at) {
        of_logger(context, logger, span.start.min(logger.start), depth + 1, found);
    }
}

fn of_spans(context: &Context<'_>, at: usize, found: &mut Vec<Carried>) {
    let flow = context.scanned.flow();
    let Some(here) = flow.body_at(at) else { return };
    for (entered, scope) in context.scanned.facts.spans_around(at) {
        let body = flow.body_of(scope).or_else(|| flow.body_at(scope.start));
        if !body.is_some_and(|body| flow.runs_within(here, body)) {
            continue;
        }
        let calls = &context.scanned.calls;
        let first = calls.partition_point(|one| one.span.start < entered.start);
        let span = calls[first..].iter().take(2).find(|one| one.span == *entered);
        for pair in span.into_iter().flat_map(|span| &span.pairs) {
            let (Some(key), Some(sigil), Some(value)) = (&pair.key, sigil(pair), &pair.value)
            else {
                continue;
            };
            found.push(Carried {
                key: key.clone(),
                sigil,
                value: made::plain(&value.text),
                at: entered.start,
                place: pair.span.clone(),
                what: "span",
                level: span.and_then(|span| span.level),
            });
        }
    }
}

fn of_attribute(context: &Context<'_>, at: usize, found: &mut Vec<Carried>) {
    let flow = context.scanned.flow();
    let Some(here) = flow.body_at(at) else { return };
    let Some((index, body)) = function(flow, here) else { return };
    if body.instruments.is_empty() || !flow.runs_within(here, index) {
        return;
    }
    for attribute in &body.instruments {
        let place = &attribute.span;
        let fields = context.scanned.loggers.made(place, || made::span(&attribute.arguments));
        let room = N_PAIRS.saturating_sub(found.len());
        found.extend(fields.pairs.iter().take(room).map(|(key, sigil, value)| Carried {
            key: key.clone(),
            sigil,
            value: value.clone(),
            at: body.block.start,
            place: place.clone(),
            what: "span",
            // Of one that some builds do not have nothing is sure.
            level: fields.level.filter(|_| !attribute.is_conditional),
        }));
    }
}

fn function(flow: &Flow, body: usize) -> Option<(usize, &Body)> {
    let index = flow.function_of(body);
    flow.bodies.get(index).map(|body| (index, body))
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
