//! Repeated pairs → a logger or a span that carries them.

mod attribute;
mod scope;
mod wrap;

pub(super) use self::wrap::import;

use std::collections::{BTreeMap, HashMap};

use super::repeated_pair::{Group, is_slog};
use super::{Context, carried, pair_in_context, unchanged};
use crate::call::{LogCall, Pair, Span};
use crate::dialect::{self, Dialect};
use crate::finding::Edit;
use crate::safety::Reason;
use crate::tokens;

/// How the calls of a group get their context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `let logger = logger.with_values(…);`: the calls name a logger already.
    Derived { logger: String, is_borrowed: bool, is_slog: bool },
    /// `async move { … }.with_logger(logger).await`.
    AsyncLogger,
    /// `logger.in_scope(|| { … })`.
    Scope,
    /// `logger: logger` in each call.
    Explicit,
    /// `#[tracing::instrument(…)]`, or fields of one that is there.
    Attribute,
    /// `async move { … }.instrument(span).await`.
    AsyncSpan,
    /// `let _span = span.entered();`.
    Guard,
}

/// Where and how.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub shape: Shape,
    /// Index of the function.
    pub function: usize,
    /// The first of the statements that get the context.
    pub first: Span,
    /// The last of them.
    pub last: Span,
    /// The body that they are of.
    pub body: usize,
    /// Name of a logger that is made for them.
    pub logger: &'static str,
    /// Path of the library: `klog`.
    pub library: String,
}

impl Plan {
    /// Where it begins: plans that begin at the same place in the same way are one.
    pub(super) fn beginning(&self) -> (usize, usize, usize) {
        (self.function, self.body, self.first.start)
    }
}

/// Names of new loggers by function: each takes a look at all of it.
pub(super) type Names = HashMap<usize, &'static str>;

/// How a group can be fixed, or why it cannot.
pub(super) fn plan(
    context: &Context<'_>,
    group: &Group<'_>,
    names: &mut Names,
) -> Result<Plan, Reason> {
    let (call, pair) = group.members[0];
    if call.dialect == &dialect::log::DIALECT {
        return Err(Reason::NoContext);
    }
    let roots = group.roots.clone()?;
    let place = scope::find(context, group, &roots)?;
    let last = group.members.iter().map(|(call, _)| call.span.start).fold(0, usize::max);
    if !unchanged::is_unchanged(context, &roots, place.first.start, last) {
        return Err(Reason::ValueChanges);
    }
    let library = library(context, call);
    let shape = match &group.logger {
        Some(logger) => derived(context, call, pair, logger, place.first.start)?,
        None if call.dialect.traits.has_verbosity => scope::klog(context, &place),
        None => attribute::tracing(context, group, &roots, &place)?,
    };
    let function = group.function;
    let logger = *names.entry(function).or_insert_with(|| wrap::logger_name(context, function));
    let scope::Place { first, last, body, .. } = place;
    Ok(Plan { shape, function, first, last, body, library, logger })
}

/// `klog` of `klog::info`; the name of the dependency where the macro is imported.
fn library(context: &Context<'_>, call: &LogCall) -> String {
    if let Some((path, _)) = call.written.rsplit_once("::") {
        return path.trim().to_owned();
    }
    library_of(context, call.dialect)
}

/// The name that the crate's code has for the library of a dialect.
pub(super) fn library_of(context: &Context<'_>, dialect: &Dialect) -> String {
    let package = dialect.package();
    let known = context.workspace.package(context.file.crate_index, package.name);
    let renamed = known.filter(|one| one.name != package.name.replace('-', "_"));
    renamed.map_or_else(|| package.libraries[0].to_owned(), |one| one.name.clone())
}

/// A logger that the calls name: one of the function, whose type is known.
fn derived(
    context: &Context<'_>,
    call: &LogCall,
    pair: &Pair,
    logger: &str,
    from: usize,
) -> Result<Shape, Reason> {
    let flow = context.scanned.flow();
    let is_slog = is_slog(call.dialect);
    if is_slog && owned(context, call, pair).is_none() {
        return Err(Reason::NotOwned);
    }
    let written =
        call.prefix.iter().find(|one| one.name == "logger").map_or("", |one| &one.value.text);
    if !carried::is_name(logger) || logger == "self" {
        return Err(Reason::LoggerUnknown);
    }
    let binding = flow.binding(logger, from).ok_or(Reason::LoggerUnknown)?;
    let same = flow.binding(logger, call.span.start).map(|one| one.scope.start);
    if same != Some(binding.scope.start) {
        return Err(Reason::NoCommonScope);
    }
    let is_owned_here = written.trim().starts_with('&');
    let is_borrowed = match (&binding.statement, &binding.value) {
        (Some(_), Some(value)) => {
            let text = context.text(value).trim();
            let makes = ["Logger::", ".with_values", ".with_name", ".clone()", ".new("];
            if text.starts_with('&') {
                true
            } else if makes.iter().any(|word| text.contains(word)) {
                false
            } else {
                return Err(Reason::LoggerUnknown);
            }
        }
        (None, None) => {
            let body = flow.body_at(from).map(|body| flow.function_of(body));
            let body = body.and_then(|body| flow.bodies.get(body)).ok_or(Reason::LoggerUnknown)?;
            let parameter = body.parameters.iter().find(|(name, _)| name == logger);
            let (_, kind) = parameter.ok_or(Reason::LoggerUnknown)?;
            match kind.trim().strip_prefix('&') {
                Some(kind) if kind.trim().ends_with("Logger") => true,
                None if kind.trim().ends_with("Logger") => false,
                _ => return Err(Reason::LoggerUnknown),
            }
        }
        _ => return Err(Reason::LoggerUnknown),
    };
    let is_borrowed = is_borrowed && !is_owned_here;
    if is_borrowed && may_return(context, logger, from) {
        return Err(Reason::LoggerReturned);
    }
    Ok(Shape::Derived { logger: logger.to_owned(), is_borrowed, is_slog })
}

/// A closure or task that names the logger may be a part of what the function returns: `-> impl Iterator`.
fn may_return(context: &Context<'_>, logger: &str, from: usize) -> bool {
    let flow = context.scanned.flow();
    let Some(function) = flow.body_at(from).map(|body| flow.function_of(body)) else { return true };
    let Some(body) = flow.bodies.get(function) else { return true };
    let is_opaque = ["impl ", "dyn ", "Box", "Pin", "Future", "Stream", "Iter"]
        .iter()
        .any(|word| body.output.contains(word));
    is_opaque
        && flow.bodies.iter().any(|inner| {
            body.block.contains(&inner.span.start)
                && !inner.runs_at_once
                && tokens::identifiers(context.text(&inner.span)).any(|(_, word)| word == logger)
        })
}

/// The value as slog's `o!` takes it: owned.
fn owned(context: &Context<'_>, call: &LogCall, pair: &Pair) -> Option<String> {
    let value = pair.value.as_ref()?;
    let text = value.text.trim().trim_start_matches('&');
    match carried::sigil(pair)? {
        "%" => Some(format!("{text}.to_string()")),
        "?" => Some(format!("format!(\"{{:?}}\", {text})")),
        _ => {
            let flow = context.scanned.flow();
            let body = flow.bodies.get(flow.function_of(flow.body_at(call.span.start)?))?;
            let kind =
                body.parameters.iter().find(|(name, _)| name == text).map(|(_, kind)| kind.trim());
            let is_number = |kind: &str| {
                let (first, rest) = kind.split_at(1.min(kind.len()));
                "iuf".contains(first) && (rest == "size" || rest.parse::<u8>().is_ok())
                    || kind == "bool"
            };
            match kind {
                Some("&str" | "&String" | "String") => Some(format!("{text}.to_string()")),
                Some(kind) if is_number(kind) => Some(text.to_owned()),
                _ if text.parse::<i64>().is_ok() || text.starts_with('"') => Some(text.to_owned()),
                _ => None,
            }
        }
    }
}

/// The fix of groups that have the same plan: its title and its edits in order.
pub(super) fn edits(
    context: &Context<'_>,
    plan: &Plan,
    groups: &[&Group<'_>],
) -> Option<(String, Vec<Edit>)> {
    let mut edits = taken_out(context, plan, groups)?;
    let title = match &plan.shape {
        Shape::Attribute => {
            attribute::edits(context, plan, groups, &mut edits)?;
            "give the pairs to the function's span"
        }
        Shape::AsyncSpan | Shape::Guard => {
            wrap::edits(context, plan, groups, &mut edits)?;
            "give the pairs to a span"
        }
        Shape::Derived { .. } | Shape::AsyncLogger | Shape::Scope | Shape::Explicit => {
            wrap::edits(context, plan, groups, &mut edits)?;
            "give the pairs to a logger"
        }
    };
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let is_apart = edits.windows(2).all(|two| two[0].span.end <= two[1].span.start);
    is_apart.then(|| (title.to_owned(), edits))
}

/// Takes the pairs out of the calls that get the context.
fn taken_out(context: &Context<'_>, plan: &Plan, groups: &[&Group<'_>]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut by_call: BTreeMap<usize, (&LogCall, Vec<&Pair>)> = BTreeMap::new();
    for (call, pair) in groups.iter().flat_map(|group| &group.members) {
        if !scope::reaches(context, plan, call) {
            continue;
        }
        by_call.entry(call.span.start).or_insert_with(|| (call, Vec::new())).1.push(pair);
    }
    for (call, mut pairs) in by_call.into_values() {
        pairs.sort_by_key(|pair| pair.span.start);
        edits.extend(pair_in_context::without(context, call, &pairs)?);
        if plan.shape == Shape::Explicit {
            let first = call.prefix.iter().map(|one| one.span.start).min();
            let at = first.or(call.message.as_ref().map(|one| one.span.start))?;
            edits.push(super::edits::before(context, at, &format!("logger: {}", plan.logger)));
        }
    }
    Some(edits)
}

/// The pairs as arguments: `pod = klog::kobj(pod), node`.
fn arguments(context: &Context<'_>, groups: &[&Group<'_>], form: Form) -> Option<String> {
    let mut arguments = Vec::new();
    for group in groups {
        let (call, pair) = group.members[0];
        let value = pair.value.as_ref()?;
        let (key, sigil) = (&group.key, carried::sigil(pair)?);
        arguments.push(match form {
            Form::Slog => format!("\"{key}\" => {}", owned(context, call, pair)?),
            Form::Spans | Form::Values if pair.shorthand => format!("{sigil}{}", value.text),
            Form::Fields | Form::Spans | Form::Values => {
                let written = if pair.shorthand { key } else { context.text(&pair.key_span) };
                format!("{written} = {sigil}{}", value.text)
            }
        });
    }
    Some(arguments.join(", "))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `kvs!`.
    Values,
    /// Of a span's macro.
    Spans,
    /// Of `#[instrument]`, where a name alone is an empty field.
    Fields,
    /// `o!`.
    Slog,
}
