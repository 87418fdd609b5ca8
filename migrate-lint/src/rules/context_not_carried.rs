//! `tokio::spawn(report(pod))` where the spawning code has a logger or a span.

use super::context_fix::{import, library_of};
use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::Span;
use crate::dialect;
use crate::finding::{Edit, Finding, Level};
use crate::safety::Reason;
use crate::scan::flow::{self, Argument, Called, Flow};
use crate::tokens;

pub(super) static RULE: Rule = Rule {
    name: "context-not-carried",
    group: "contextual",
    level: Level::Warn,
    summary: "a task or thread that takes neither logger nor span of the code that spawns it along",
    origin: "KEP-3077; `tracing::Instrument`",
    fix: FixKind::Unsafe,
    page: include_str!("context-not-carried.md"),
    check: Check::File(check),
};

/// What the spawning code has.
enum Has {
    /// A current logger.
    Scope,
    /// A span.
    Span,
    /// A span, in some builds.
    ConditionalSpan,
    /// A logger by this name.
    Named(String),
}

/// What runs elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Future,
    Closure,
    /// A closure that is passed something, as a scope is: `|_| …`.
    ClosureOf,
    /// A closure for each item of a parallel iterator.
    Parallel,
}

/// What takes a context along, or gives another one.
const CARRIES: &[&str] = &[
    "in_current_context",
    "in_current_span",
    "instrument",
    "with_logger",
    "LogContext",
    "in_scope",
    "or_current",
    "with_current_subscriber",
    "entered",
    "enter",
];

/// Whether a word of a task takes a context along, or gives another one.
fn is_carrier(text: &str, at: usize, word: &str) -> bool {
    let (before, after) = (&text[..at], text[at + word.len()..].trim_start());
    match word {
        // OpenTelemetry's has a context; that of anyhow has a closure which makes the words of an error.
        "with_context" => {
            let argument = after.trim_start_matches('(').trim_start();
            !argument.starts_with('|') && !argument.starts_with("move")
        }
        // `context.attach(future)`; errors have one too.
        "attach" => {
            let before = before.trim_end().trim_end_matches('.').trim_end().to_lowercase();
            before.ends_with("context") || before.ends_with("cx") || before.ends_with("ctx")
        }
        _ => CARRIES.contains(&word),
    }
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Most files need not be known any better.
    if !context.scanned.facts.has_contexts()
        || context.file.test_code
        || !flow::may_spawn(&context.scanned.source.text)
    {
        return;
    }
    let flow = context.scanned.flow();
    for call in &flow.calls {
        let Some((task, argument)) = spawned(context, call) else { continue };
        let function = context.function_at(call.span.start);
        if function.is_some_and(|one| one.test_code) || carries(context, flow, call, argument) {
            continue;
        }
        let Some(has) = has(context, flow, call.span.start) else { continue };
        if says_nothing(context, flow, argument) {
            continue;
        }
        let what = match &has {
            Has::Scope => "current logger",
            Has::Span | Has::ConditionalSpan => "span",
            Has::Named(_) => "logger",
        };
        let name = call.path.last().map_or("", String::as_str);
        let words = format!("what `{name}` runs does not have the {what} of the code around it");
        let mut finding = finding(argument.span.clone(), words);
        match carried(context, &has, task, argument) {
            Some((title, edits)) => finding.fix = fix(&[Reason::ContextGained], title, edits),
            None => finding.help.push(by_hand(&has, task)),
        }
        findings.push(finding);
    }
}

/// The task of a call that runs it elsewhere.
fn spawned<'a>(context: &Context<'_>, call: &'a Called) -> Option<(Task, &'a Argument)> {
    let name = call.path.last()?.as_str();
    let before =
        call.path.len().checked_sub(2).and_then(|at| call.path.get(at)).map(String::as_str);
    // `Retry::spawn` is no task: a type's own function means what its library says.
    if before.is_some_and(|word| word.starts_with(char::is_uppercase)) {
        return None;
    }
    let first = call.arguments.first();
    let text = |one: &Argument| context.text(&one.span).trim_start_matches("move").trim_start();
    let is_closure = |one: &Argument| text(one).starts_with('|');
    let closure = |one: &Argument| {
        let takes = is_closure(one) && !text(one).starts_with("||");
        if takes { Task::ClosureOf } else { Task::Closure }
    };
    match (name, before) {
        ("spawn", Some("thread" | "rayon"))
        | ("spawn_blocking" | "spawn_fifo" | "spawn_blocking_on", _) => {
            Some((closure(first?), first?))
        }
        // Run by the pool's threads, wherever they are called.
        ("scope" | "scope_fifo", Some("rayon")) => Some((Task::ClosureOf, first?)),
        ("join", Some("rayon")) => Some((Task::Parallel, first?)),
        ("install", None) => Some((Task::Closure, first.filter(|one| is_closure(one))?)),
        ("spawn" | "spawn_local" | "spawn_on" | "spawn_local_on", _) => {
            let task = if is_closure(first?) { closure(first?) } else { Task::Future };
            Some((task, first?))
        }
        // Whoever joins futures, or polls those of a stream, does so where it is polled itself: `join!`, `select!`,
        // `buffer_unordered`, `for_each_concurrent`.
        _ if call.is_parallel => {
            Some((Task::Parallel, call.arguments.last().filter(|one| is_closure(one))?))
        }
        _ => None,
    }
}

/// The task has the context already, or another one.
fn carries(context: &Context<'_>, flow: &Flow, call: &Called, argument: &Argument) -> bool {
    let text = context.text(&argument.span);
    let function = context.function_at(call.span.start);
    let takes = |text: &str| {
        tokens::identifiers(text).any(|(at, word)| {
            is_carrier(text, at, word) || function.is_some_and(|one| one.has_logger(word))
        })
    };
    if takes(text) {
        return true;
    }
    // `let task = report().in_current_context(); tokio::spawn(task)`
    let binding = flow.binding(text.trim(), argument.span.start);
    let value = binding.and_then(|one| one.value.as_ref());
    value.is_some_and(|value| takes(context.text(value)))
}

fn has(context: &Context<'_>, flow: &Flow, at: usize) -> Option<Has> {
    let here = flow.body_at(at)?;
    let facts = &context.scanned.facts;
    let is_in = |scope: &Span| {
        let body = flow.body_of(scope).or_else(|| flow.body_at(scope.start));
        body.is_some_and(|body| flow.runs_within(here, body))
    };
    let function = context.function_at(at);
    let is_in_span = || facts.spans_around(at).any(|(_, scope)| is_in(scope));
    if function.is_some_and(|one| one.scopes_around(at).any(is_in)) {
        let is_span = is_in_span();
        return Some(if is_span { Has::Span } else { Has::Scope });
    }
    let body = flow.bodies.get(flow.function_of(here));
    let body = body.filter(|_| flow.runs_within(here, flow.function_of(here)));
    let attributes = || body.iter().flat_map(|body| &body.instruments);
    if attributes().any(|one| !one.is_conditional) || is_in_span() {
        return Some(Has::Span);
    }
    if attributes().next().is_some() {
        return Some(Has::ConditionalSpan);
    }
    let logger = function.and_then(|one| one.loggers_at(at).next());
    logger.map(|(name, _)| Has::Named(name.clone()))
}

/// A body without a log call and without a call of anything that may log.
fn says_nothing(context: &Context<'_>, flow: &Flow, argument: &Argument) -> bool {
    let Some(body) = argument.body.and_then(|body| flow.bodies.get(body)) else { return false };
    let all = &context.scanned.calls;
    let first = all.partition_point(|call| call.span.start < body.span.start);
    let logs = all.get(first).is_some_and(|call| body.span.contains(&call.span.start));
    let first = flow.calls.partition_point(|call| call.span.start < body.span.start);
    let inside = flow.calls[first..].iter();
    let mut inside = inside.take_while(|call| body.span.contains(&call.span.start));
    let calls = inside.any(|call| {
        let is_plain = call.receiver.is_none()
            && call.path.last().is_some_and(|last| !last.starts_with(char::is_uppercase));
        is_plain || (call.receiver.is_some() && !flow::is_getter(&call.path[0]))
    });
    !logs && !calls
}

fn carried(
    context: &Context<'_>,
    has: &Has,
    task: Task,
    argument: &Argument,
) -> Option<(&'static str, Vec<Edit>)> {
    let library = library_of(
        context,
        match has {
            Has::Span => &dialect::tracing::DIALECT,
            Has::Scope | Has::Named(_) => &dialect::klog::DIALECT,
            // The other builds may not have the library.
            Has::ConditionalSpan => return None,
        },
    );
    let at = match task {
        Task::Future => argument.span.clone(),
        Task::Closure if matches!(has, Has::Scope) => {
            let (start, end) = (argument.span.start, argument.span.end);
            let edits = vec![
                Edit { span: start..start, text: format!("{library}::in_current_context(") },
                Edit { span: end..end, text: ")".to_owned() },
            ];
            return Some(("take the context along", edits));
        }
        Task::Closure | Task::ClosureOf | Task::Parallel => return None,
    };
    let text = context.text(&at);
    let is_simple = text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !["if ", "match ", "move ", "unsafe ", "loop "]
            .iter()
            .any(|word| text.starts_with(word))
        && !text.contains(" as ");
    if !is_simple {
        return None;
    }
    let (name, method, title) = match has {
        Has::Scope => {
            ("InCurrentContext", ".in_current_context()".to_owned(), "take the context along")
        }
        Has::Span => ("Instrument", ".in_current_span()".to_owned(), "take the span along"),
        Has::Named(logger) => {
            ("WithLogger", format!(".with_logger({logger}.clone())"), "take the logger along")
        }
        Has::ConditionalSpan => return None,
    };
    let mut edits = vec![Edit { span: at.end..at.end, text: method }];
    edits.extend(import(context, at.start, &library, name)?);
    edits.sort_by_key(|edit| edit.span.start);
    Some((title, edits))
}

fn by_hand(has: &Has, task: Task) -> String {
    match (has, task) {
        (Has::Span | Has::ConditionalSpan, Task::Closure | Task::ClosureOf | Task::Parallel) => {
            "take `tracing::Span::current()` before, and run the closure in its `in_scope`".to_owned()
        }
        (_, Task::Parallel) => {
            "take `klog::logger::LogContext::current()` before, and run the closure in its `in_scope`".to_owned()
        }
        (Has::Scope, Task::ClosureOf) => {
            "take `klog::logger::LogContext::current()` before, and run the closure in its `in_scope`".to_owned()
        }
        (Has::Named(logger), _) => format!("move a clone of `{logger}` into it, or `in_scope` it there"),
        _ => "give its future the context by `in_current_context()` or `in_current_span()`".to_owned(),
    }
}
