//! Loggers of slog that a call in another dialect no longer takes.

use super::Context;
use crate::call::{Expr, LogCall, MessageForm, Piece, Shape, Span};
use crate::dialect::Logger;
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
    let text = &context.scanned.source.text;
    let scope = match is_local {
        true => from_declaration(context, call, &name),
        false => 0..text.len(),
    };
    let passed: Vec<Span> = context
        .scanned
        .calls
        .iter()
        .filter(|other| other.dialect.logger == Logger::First && scope.contains(&other.span.start))
        .filter(|other| is_fixed(other))
        .filter_map(logger_span)
        .collect();
    let is_used = tokens::identifiers(&text[scope.clone()]).any(|(at, word)| {
        let at = scope.start + at;
        let is_field = text[..at].trim_end().ends_with('.');
        word == name && is_field != is_local && !passed.iter().any(|span| span.contains(&at))
    });
    // Where the field is declared here, another one's use elsewhere says nothing of it.
    let is_declared = tokens::identifiers(text).any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        word == name && rest.starts_with(':') && !rest.starts_with("::")
    });
    let stays_elsewhere =
        !is_local && !is_declared && context.workspace.logs_by(context.file.crate_index, &name);
    (!is_used && !stays_elsewhere).then_some(name)
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

/// From after the last declaration of a variable before the call to the end of the function, or of the file where
/// functions are not known.
fn from_declaration(context: &Context<'_>, call: &LogCall, name: &str) -> Span {
    let text = &context.scanned.source.text;
    let function = context.function_at(call.span.start);
    let whole = function.map_or(0..text.len(), |function| function.span.clone());
    let before = &text[whole.start..call.span.start];
    let words: Vec<(usize, &str)> = tokens::identifiers(before).collect();
    let is_let = |index: usize| {
        let earlier = |back: usize| index.checked_sub(back).map_or("", |index| words[index].1);
        earlier(1) == "let" || earlier(1) == "mut" && earlier(2) == "let"
    };
    let declared = (0..words.len()).rev().find(|index| words[*index].1 == name && is_let(*index));
    if let Some(index) = declared {
        // `let log = log.new(o!());` uses another one.
        let at = whole.start + words[index.saturating_sub(1)].0;
        return tokens::statement_at(text, at).map_or(at, |statement| statement.end)..whole.end;
    }
    let first = words.iter().find(|(_, word)| *word == name);
    first.map_or(whole.start, |(at, _)| whole.start + at + name.len())..whole.end
}
