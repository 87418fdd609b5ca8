//! `tracing::info!("started")` in a file whose other calls a fix moves to klog.

use super::{Check, Context, FixKind, Rule, finding, structured};
use crate::call::{CallKind, LogCall, MessageForm, Piece};
use crate::finding::{Finding, Level};
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

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let FixDialect::Of(dialect) = context.settings.dialect else { return };
    if call.dialect == dialect || call.dialect.prints || call.kind != CallKind::Event {
        return;
    }
    let Some(message) = &call.message else { return };
    // The others are interpolated-message's.
    let MessageForm::Literal { pieces, .. } = &message.form else { return };
    if pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
        return;
    }
    let words = format!(
        "`{}!` is {}'s, and fixes write {}'s",
        call.macro_name, call.dialect.name, dialect.name
    );
    let mut finding = finding(call.span.clone(), words);
    structured::add_moved(context, call, &mut finding);
    findings.push(finding);
}
