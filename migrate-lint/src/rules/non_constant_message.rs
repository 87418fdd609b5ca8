//! `info!("{text}")`.

use super::interpolated_message::is_only_values;
use super::{Check, Context, FixKind, Rule, finding, fix, structured};
use crate::call::{CallKind, Expr, HoleArgument, LogCall, MessageForm, Piece, Shape};
use crate::finding::{Edit, Finding, Fix, Level};
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "non-constant-message",
    group: "structured",
    level: Level::Warn,
    summary: "a message that is made at run time",
    origin: "logcheck `structured`; clippy `format_in_format_args`",
    fix: FixKind::Unsafe,
    page: include_str!("non-constant-message.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if !is_flagged(call) {
        return;
    }
    let mut finding = finding(call.span.clone(), "the message is made at run time");
    finding.help.push("say in constant words what happened, and log the text as a pair".to_owned());
    structured::add_wrapped(context, call, &mut finding);
    if finding.rewrite.is_none() {
        structured::add_fix(context, call, &mut finding);
    }
    if finding.fix.is_none()
        && let Some(fix) = flattened(context, call)
    {
        finding.fix = Some(fix);
        finding.help.truncate(1);
    }
    findings.push(finding);
}

/// The message is made at run time.
pub(super) fn is_flagged(call: &LogCall) -> bool {
    if call.dialect.prints || call.kind != CallKind::Event {
        return false;
    }
    let Some(message) = &call.message else { return false };
    match &message.form {
        MessageForm::Literal { pieces, .. } => {
            pieces.iter().any(|piece| is_variable(call, piece)) && is_only_values(pieces)
        }
        MessageForm::Expr(expression) => !is_constant(expression),
        MessageForm::Macro(path) => path == "format" || path.ends_with("::format"),
        MessageForm::Constant(_) => false,
    }
}

/// `info!("{}", format!("pod {}", name))` → `info!("pod {}", name)`: the same text, which other rules can then fix.
fn flattened(context: &Context<'_>, call: &LogCall) -> Option<Fix> {
    let message = call.message.as_ref()?;
    let [argument] = &call.format_args[..] else { return None };
    let MessageForm::Literal { pieces, .. } = &message.form else { return None };
    let mut pieces =
        pieces.iter().filter(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    let (Some(Piece::Hole(hole)), None) = (pieces.next(), pieces.next()) else { return None };
    let value = &argument.value;
    let is_format = matches!(&value.shape, Shape::MacroCall(path, _) if path.last().is_some_and(|name| name == "format" || name == "format_args"));
    let between = context.text(&(message.span.end..argument.span.start));
    if !is_format
        || !hole.spec.is_empty()
        || call.place.macro_definition.is_some()
        || call.wrapper.is_some()
        || between.trim() != ","
        || call.comments.iter().any(|comment| comment.start > message.span.start)
    {
        return None;
    }
    let inner = value.text.split_once('(')?.1.strip_suffix(')')?.trim().trim_end_matches(',');
    if !inner.starts_with('"') {
        return None;
    }
    let edit = Edit { span: message.span.start..argument.span.end, text: inner.to_owned() };
    fix(&[Reason::FormattedElsewhere], "leave the inner `format!` out", vec![edit])
}

/// A placeholder that is filled, and not by a constant (`"{GREETING}"`, `"{}", "text"`).
fn is_variable(call: &LogCall, piece: &Piece) -> bool {
    let Piece::Hole(hole) = piece else { return false };
    match &hole.argument {
        HoleArgument::Capture(name) => !is_screaming(name),
        HoleArgument::Index(index) => {
            call.format_args.get(*index).is_some_and(|argument| !is_constant(&argument.value))
        }
        HoleArgument::Missing => false,
    }
}

fn is_constant(expression: &Expr) -> bool {
    match &expression.shape {
        Shape::Ident(name) => is_screaming(name),
        Shape::Path(path) => path.last().is_some_and(|name| is_screaming(name)),
        Shape::Str(_) => true,
        _ => false,
    }
}

/// `STARTED`: a constant by its spelling.
fn is_screaming(name: &str) -> bool {
    name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}
