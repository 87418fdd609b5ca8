//! `tracing::info!("started")` in a file whose other calls a fix moves to klog.

use super::{Check, Context, FixKind, Rule, finding, structured, wrappers};
use super::{interpolated_message, non_constant_message};
use crate::call::{CallKind, LogCall, MessageForm, Piece};
use crate::dialect::Dialect;
use crate::finding::{Finding, Level};
use crate::rewrite::Stays;
use crate::settings::FixDialect;

pub(super) static RULE: Rule = Rule {
    name: "other-macros",
    group: "structured",
    level: Level::Allow,
    summary: "a call with a constant message, in other macros than fixes write",
    origin: "klog-rs",
    fix: FixKind::Safe,
    page: include_str!("other-macros.md"),
    check: Check::Call(check),
};

/// What has no level and no message of its own: spans' fields, and questions.
fn is_shared(call: &LogCall, dialect: &Dialect) -> bool {
    // klog's spans and questions are tracing's.
    call.dialect.traits.has_spans && dialect.traits.has_spans
}

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let FixDialect::Of(dialect) = context.settings.dialect else { return };
    if call.dialect == dialect
        || call.dialect.prints
        || call.kind != CallKind::Event && is_shared(call, dialect)
        || is_others(context, call)
    {
        return;
    }
    let words = format!(
        "`{}!` is {}'s, and fixes write {}'s",
        call.macro_name, call.dialect.name, dialect.name
    );
    let mut finding = finding(call.span.clone(), words);
    match (&call.place.macro_definition, call.kind) {
        (Some(name), CallKind::Event) if is_first_of(context, call, name) => {
            match wrappers::moved(context, name, dialect) {
                Ok(fix) => finding.fix = Some(fix),
                Err(words) => finding.help.push(words),
            }
        }
        (Some(name), CallKind::Event) => {
            finding.help.push(format!("it moves with the first call of `{name}!`"));
        }
        (None, CallKind::Event) if is_constant(call) => {
            structured::add_moved(context, call, &mut finding);
        }
        (None, CallKind::Event) => {
            structured::stays(call, dialect, &Stays::of(call), &mut finding);
        }
        (_, CallKind::Span | CallKind::Enabled | CallKind::Limit) => {
            finding.help.push(format!("it stays: {} has nothing of the kind", dialect.name));
        }
    }
    findings.push(finding);
}

/// A rule that is in force flags it, and says why it stays where it does.
fn is_others(context: &Context<'_>, call: &LogCall) -> bool {
    let is_active = |name| context.active.iter().any(|rule| rule.name == name);
    interpolated_message::n_values(call).is_some() && is_active("interpolated-message")
        || non_constant_message::is_flagged(call) && is_active("non-constant-message")
}

fn is_first_of(context: &Context<'_>, call: &LogCall, name: &str) -> bool {
    context.scanned.of_macro(name, true).next().is_some_and(|one| one.span == call.span)
}

/// The message is a text without placeholders.
fn is_constant(call: &LogCall) -> bool {
    let form = call.message.as_ref().map(|message| &message.form);
    matches!(form, Some(MessageForm::Literal { pieces, .. })
        if !pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))))
}
