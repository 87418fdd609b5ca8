//! The one place that turns an interpolated call into a structured one.

use super::Context;
use crate::call::{Family, HoleArgument, LogCall, MessageForm, Piece, Shape};
use crate::finding::{Applicability, Edit, Fix, Rewrite, RewritePair};

/// The call with its values as pairs; `None` where only a person can say what it should be.
///
/// Understands one value at the end of the message; everything else is left alone.
pub(super) fn fix(context: &Context<'_>, call: &LogCall) -> Option<(Fix, Rewrite)> {
    let message = call.message.as_ref()?;
    let MessageForm::Literal { pieces, .. } = &message.form else { return None };
    if call.place.macro_definition.is_some() || !call.pairs.is_empty() || !call.comments.is_empty()
    {
        return None;
    }
    let words: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()))
        .collect();
    let [Piece::Text(text), Piece::Hole(hole)] = words[..] else { return None };
    let (expr, name) = match &hole.argument {
        HoleArgument::Capture(name) => (name.clone(), name.clone()),
        HoleArgument::Index(index) => {
            let argument = call.format_args.get(*index)?;
            let name = match &argument.value.shape {
                Shape::Ident(name) | Shape::Field(_, name) => name.clone(),
                _ => return None,
            };
            (argument.value.text.clone(), name)
        }
        HoleArgument::Missing => return None,
    };
    let sigil = match hole.spec.as_str() {
        "" => "%",
        "?" => "?",
        _ => return None,
    };
    let text = text.trim().trim_end_matches([':', '=', '-', ',']).trim_end();
    let mut letters = text.chars();
    let first = letters.next()?;
    let message_text = format!("{}{}", first.to_uppercase(), letters.as_str());
    let is_error = ["e", "err", "error"].contains(&name.as_str());
    let key = if is_error { "err".to_owned() } else { name };
    let literal = format!("{message_text:?}");
    let (dialect, written) = match call.family {
        Family::Klog if is_error => ("klog", format!("err: {expr}, {literal}")),
        Family::Klog => ("klog", format!("{literal}, {key} = {sigil}{expr}")),
        Family::Tracing => ("tracing", format!("{key} = {sigil}{expr}, {literal}")),
        Family::Log => ("log", format!("{key}:{sigil} = {expr}; {literal}")),
        Family::Slog | Family::Print => return None,
    };
    let span = message.span.start..call.args_span.end;
    let edits = vec![Edit { span, text: written }];
    let mode = if sigil == "%" { "display" } else { "debug" };
    let pair = RewritePair { key, expr: expr.clone(), mode };
    let rewrite = Rewrite {
        dialect,
        level: call.macro_name.clone(),
        message: message_text,
        err: is_error.then(|| format!("{sigil}{expr}")),
        pairs: if is_error { Vec::new() } else { vec![pair] },
        safety: Applicability::Safe,
    };
    let _ = context;
    let title = "log the value as a pair".to_owned();
    Some((Fix { title, applicability: Applicability::Safe, edits }, rewrite))
}
