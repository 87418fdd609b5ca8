//! Loggers of slog that a call in another dialect no longer takes.

use std::sync::Arc;

use super::Context;
use crate::call::{Expr, LogCall, MessageForm, Piece, Shape, Span};
use crate::dialect::Logger;
use crate::scan::{Bound, Uses};
use crate::tokens;

/// The logger that nothing would use any more once all calls that `is_fixed` names have been taken over, so that the
/// compiler would complain about it.
pub(super) fn left_unused(
    context: &Context<'_>,
    call: &LogCall,
    is_fixed: &dyn Fn(&LogCall) -> bool,
) -> Option<String> {
    let logger = logger(call)?;
    let name = match bare(&logger.shape) {
        Shape::Ident(name) | Shape::Field(_, name) | Shape::Method(_, name, _) => name.clone(),
        Shape::Call(path, _) | Shape::MacroCall(path, _) => path.last()?.clone(),
        _ => return None,
    };
    let is_local = matches!(bare(&logger.shape), Shape::Ident(_));
    let (whole, start) = match is_local {
        true => from_declaration(context, call, &name),
        false => (0..context.scanned.source.text.len(), 0),
    };
    let uses = uses(context, &name, is_local, whole, is_fixed);
    let is_unused = !uses.stays_elsewhere && uses.last.is_none_or(|last| last < start);
    is_unused.then_some(name)
}

/// What uses a name but calls that are taken over; found out once for all calls that name it.
fn uses(
    context: &Context<'_>,
    name: &str,
    is_local: bool,
    whole: Span,
    is_fixed: &dyn Fn(&LogCall) -> bool,
) -> Uses {
    let text = &context.scanned.source.text;
    let key = (whole.clone(), name.to_owned(), is_local);
    let known = context.scanned.loggers.uses.lock().ok().and_then(|all| all.get(&key).copied());
    if let Some(known) = known {
        return known;
    }
    let mut passed: Vec<Span> = context
        .scanned
        .calls
        .iter()
        .filter(|other| other.dialect.logger == Logger::First && whole.contains(&other.span.start))
        .filter(|other| is_fixed(other))
        .filter_map(logger_span)
        .collect();
    passed.sort_by_key(|span| span.start);
    let is_passed = |at: usize| {
        let n_before = passed.partition_point(|span| span.start <= at);
        n_before.checked_sub(1).is_some_and(|last| passed[last].contains(&at))
    };
    let used = tokens::identifiers(&text[whole.clone()]).filter(|(at, word)| {
        let at = whole.start + at;
        let is_field = text[..at].trim_end().ends_with('.');
        *word == name && is_field != is_local && !is_passed(at)
    });
    let last = used.map(|(at, _)| whole.start + at).last();
    // Where the field is declared here, another one's use elsewhere says nothing of it.
    let is_declared = tokens::identifiers(text).any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        word == name && rest.starts_with(':') && !rest.starts_with("::")
    });
    let stays_elsewhere =
        !is_local && !is_declared && context.workspace.logs_by(context.file.crate_index, name);
    let uses = Uses { last, stays_elsewhere };
    if let Ok(mut all) = context.scanned.loggers.uses.lock() {
        all.insert(key, uses);
    }
    uses
}

/// The name of the field or method that a call takes its logger from, where the call is left as it is.
pub(super) fn kept_name(call: &LogCall) -> Option<&str> {
    let is_constant = match &call.message.as_ref()?.form {
        MessageForm::Literal { pieces, .. } => {
            pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
        }
        _ => true,
    };
    match bare(&logger(call)?.shape) {
        Shape::Field(_, name) | Shape::Method(_, name, _) if is_constant => Some(name),
        _ => None,
    }
}

fn logger(call: &LogCall) -> Option<&Expr> {
    call.prefix.iter().find(|prefix| prefix.name == "logger").map(|prefix| &prefix.value)
}

fn logger_span(call: &LogCall) -> Option<Span> {
    logger(call).map(|logger| logger.span.clone())
}

fn bare(shape: &Shape) -> &Shape {
    match shape {
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => bare(inner),
        shape => shape,
    }
}

/// The function, or the file where functions are not known, and the end of the last declaration of a variable before the
/// call.
fn from_declaration(context: &Context<'_>, call: &LogCall, name: &str) -> (Span, usize) {
    let text = &context.scanned.source.text;
    let function = context.function_at(call.span.start);
    let whole = function.map_or(0..text.len(), |function| function.span.clone());
    let key = (whole.clone(), name.to_owned());
    let known = context.scanned.loggers.bound.lock().ok().and_then(|all| all.get(&key).cloned());
    let bound = known.unwrap_or_else(|| bound(text, whole.clone(), name));
    if let Ok(mut all) = context.scanned.loggers.bound.lock() {
        all.insert(key, bound.clone());
    }
    let n_before = bound.lets.partition_point(|(_, at)| *at < call.span.start);
    if let Some((at, _)) = n_before.checked_sub(1).map(|last| bound.lets[last]) {
        // `let log = log.new(o!());` uses another one.
        let end = tokens::statement_at(text, at).map_or(at, |statement| statement.end);
        return (whole, end);
    }
    let first = bound.first.filter(|first| *first < call.span.start);
    let start = first.map_or(whole.start, |at| at + name.len());
    (whole, start)
}

/// Where a name is in a function.
fn bound(text: &str, whole: Span, name: &str) -> Bound {
    let mut bound = Bound::default();
    let mut lets = Vec::new();
    let mut before = [(whole.start, ""); 2];
    for (at, word) in tokens::identifiers(&text[whole.clone()]) {
        let at = whole.start + at;
        if word == name {
            bound.first.get_or_insert(at);
            let [(_, earlier), (place, last)] = before;
            if last == "let" || last == "mut" && earlier == "let" {
                lets.push((place, at));
            }
        }
        before = [before[1], (at, word)];
    }
    bound.lets = Arc::new(lets);
    bound
}
