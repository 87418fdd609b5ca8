//! Small changes of a call that several rules make.

use super::Context;
use crate::call::{LogCall, Mode, Pair, Span};
use crate::finding::Edit;
use crate::rewrite;

/// Takes out an argument that another one follows, with its comma and the spaces after that.
pub(super) fn without_argument(context: &Context<'_>, span: &Span) -> Edit {
    let text = &context.scanned.source.text;
    let after = text.get(span.end..).unwrap_or_default();
    let after = after.trim_start().strip_prefix(',').map_or(after, str::trim_start);
    Edit { span: span.start..text.len() - after.len(), text: String::new() }
}

/// Takes out an argument that follows another one, with the comma before it.
pub(super) fn without_last(context: &Context<'_>, span: &Span) -> Option<Edit> {
    let before = context.scanned.source.text.get(..span.start)?.trim_end().strip_suffix(',')?;
    Some(Edit { span: before.trim_end().len()..span.end, text: String::new() })
}

/// Puts an argument before the one that starts at `at`, on a line of its own where that one has a line of its own.
pub(super) fn before(context: &Context<'_>, at: usize, argument: &str) -> Edit {
    let text = context.scanned.source.text.get(..at).unwrap_or_default();
    let space = &text[text.trim_end().len()..];
    let space = if space.contains('\n') { space } else { " " };
    Edit { span: at..at, text: format!("{argument},{space}") }
}

/// Edits of a call's arguments, which get a line each where theirs would become too long.
pub(super) fn on_lines(context: &Context<'_>, call: &LogCall, edits: Vec<Edit>) -> Vec<Edit> {
    rewrite::on_lines(call, &context.scanned.source.text, edits, context.widths())
}

/// Makes a pair of a klog call an argument before the message: `err = %e` → `err: e`.
pub(super) fn as_prefix(
    context: &Context<'_>,
    call: &LogCall,
    pair: &Pair,
    name: &str,
) -> Option<Vec<Edit>> {
    let value = pair.value.as_ref()?;
    let message = call.message.as_ref()?;
    let is_taken = call.prefix.iter().any(|argument| argument.name == name);
    if is_taken || call.wrapper.is_some() || !rewrite::can_be_first(call, pair) {
        return None;
    }
    let text = match pair.mode {
        Mode::Plain | Mode::Display => value.text.clone(),
        Mode::Debug if name == "err" => rewrite::debug_error(&value.text),
        _ => return None,
    };
    let insert = before(context, message.span.start, &format!("{name}: {text}"));
    let remove = without_last(context, &pair.span)?;
    (remove.span.start >= message.span.end).then(|| vec![insert, remove])
}
