//! Pairs that a call's logger, the current logger or the spans around it carry, where that can be seen in the function.

use proc_macro2::{TokenStream, TokenTree};

use super::Context;
use crate::call::{CallKind, Level, LogCall, Mode, Pair, Span};
use crate::scan::flow::{Body, Flow, Scope};
use crate::syntax::parse;

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
    /// The level of the span: where it is filtered out, so are its fields.
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
            && pair.value.as_ref().is_some_and(|value| plain(&value.text) == self.value)
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

/// An expression without white space and without references around it.
pub(super) fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.trim_start_matches('&').to_owned()
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
    let Some(expression) = parse::expression(text) else { return };
    of_expression(context, &expression, at, place, depth, found);
}

fn of_name(context: &Context<'_>, name: &str, at: usize, depth: usize, found: &mut Vec<Carried>) {
    let flow = context.scanned.flow();
    let Some(binding) = flow.binding(name, at).filter(|_| depth <= MAX_DEPTH) else { return };
    let (Some(statement), Some(value)) = (&binding.statement, &binding.value) else { return };
    if !flow.changes_between(name, binding.scope.start, at) {
        of_logger(context, value, statement.start, depth + 1, found);
    }
}

fn of_expression(
    context: &Context<'_>,
    expression: &syn::Expr,
    at: usize,
    place: &Span,
    depth: usize,
    found: &mut Vec<Carried>,
) {
    match expression {
        syn::Expr::MethodCall(call) => {
            if let Some(syn::Expr::Macro(pairs)) = call.args.first()
                && (call.method == "with_values" || call.method == "new")
            {
                let pairs = pairs_of(&pairs.mac.tokens, true).into_iter();
                found.extend(pairs.map(|(key, sigil, value)| Carried {
                    key,
                    sigil,
                    value,
                    at,
                    place: place.clone(),
                    what: "logger",
                    level: None,
                }));
            }
            of_expression(context, &call.receiver, at, place, depth, found);
        }
        syn::Expr::Call(call) => {
            let is_current = matches!(&*call.func, syn::Expr::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == "current"));
            if is_current {
                of_current(context, at, depth + 1, found);
            }
        }
        syn::Expr::Path(path) => {
            if let Some(name) = path.path.get_ident() {
                of_name(context, &name.to_string(), at, depth + 1, found);
            }
        }
        syn::Expr::Reference(one) => of_expression(context, &one.expr, at, place, depth, found),
        _ => {}
    }
}

/// Pairs of the logger that is the current one at a place.
fn of_current(context: &Context<'_>, at: usize, depth: usize, found: &mut Vec<Carried>) {
    let flow = context.scanned.flow();
    let Some(here) = flow.body_at(at) else { return };
    // The innermost scope replaces those around it, unless it is made of them.
    let scope = flow.scopes_around(at).find(|scope| flow.runs_within(here, scope.body));
    if let Some(Scope { span, logger, .. }) = scope {
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
                value: plain(&value.text),
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
    let Some((place, arguments)) = &body.instrument else { return };
    if !flow.runs_within(here, index) {
        return;
    }
    let Some(stream) = parse::tokens(arguments) else { return };
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for pair in trees.windows(2) {
        let [TokenTree::Ident(word), TokenTree::Group(list)] = pair else { continue };
        if word != "fields" {
            continue;
        }
        let level = attribute_level(arguments);
        for (key, sigil, value) in pairs_of(&list.stream(), false) {
            let (at, place) = (body.block.start, place.clone());
            found.push(Carried { key, sigil, value, at, place, what: "span", level });
        }
    }
}

/// `level = "error"`; `info` where it says nothing.
fn attribute_level(arguments: &str) -> Option<Level> {
    let given = arguments.split_once("level").map(|(_, rest)| rest.trim_start());
    let Some(value) = given.and_then(|rest| rest.strip_prefix('=')) else {
        return Some(Level::Info);
    };
    let word = value.split(',').next().unwrap_or_default().trim().trim_matches('"');
    match word.rsplit("::").next().unwrap_or_default().to_lowercase().as_str() {
        "error" => Some(Level::Error),
        "warn" => Some(Level::Warn),
        "info" => Some(Level::Info),
        "debug" => Some(Level::Debug),
        _ => Some(Level::Trace),
    }
}

fn function(flow: &Flow, body: usize) -> Option<(usize, &Body)> {
    let index = flow.function_of(body);
    flow.bodies.get(index).map(|body| (index, body))
}

/// Key, sigil and value of each pair of `kvs!`, `o!`, `fields(…)`.
/// `has_short`: a name alone is a pair, and not an empty field.
fn pairs_of(tokens: &TokenStream, has_short: bool) -> Vec<(String, &'static str, String)> {
    let mut pairs = Vec::new();
    for argument in arguments(tokens) {
        let split = argument.iter().position(|tree| is_punct(tree, '='));
        if split.is_none() && !has_short {
            continue;
        }
        let (key, value) = match split {
            Some(at) => (text_of(&argument[..at]), &argument[at + 1..]),
            None => (String::new(), &argument[..]),
        };
        // slog's arrow.
        let value = match value.first() {
            Some(tree) if split.is_some() && is_punct(tree, '>') => &value[1..],
            _ => value,
        };
        let (sigil, value) = match value.first() {
            Some(tree) if is_punct(tree, '%') => ("%", &value[1..]),
            Some(tree) if is_punct(tree, '?') => ("?", &value[1..]),
            _ => ("", value),
        };
        let value = plain(&text_of(value));
        let key = match split {
            Some(_) => key.trim_matches('"').trim_start_matches("r#").to_owned(),
            None => value.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        if !key.is_empty() && !value.is_empty() {
            pairs.push((key, sigil, value));
        }
    }
    pairs
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn text_of(trees: &[TokenTree]) -> String {
    let stream: TokenStream = trees.iter().cloned().collect();
    stream.to_string().chars().filter(|c| !c.is_whitespace()).collect()
}

fn arguments(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut arguments = vec![Vec::new()];
    for tree in tokens.clone() {
        if is_punct(&tree, ',') {
            arguments.push(Vec::new());
        } else if let Some(last) = arguments.last_mut() {
            last.push(tree);
        }
    }
    arguments
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
