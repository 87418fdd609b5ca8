//! `info!("pod {} started", name)`.

use super::{Check, Context, FixKind, Rule, finding, structured};
use crate::call::{CallKind, HoleArgument, LogCall, MessageForm, Piece};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "interpolated-message",
    group: "structured",
    level: Level::Warn,
    summary: "values formatted into the message instead of pairs",
    origin: "logcheck `structured`",
    fix: FixKind::Both,
    page: include_str!("interpolated-message.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.dialect.prints || call.kind != CallKind::Event {
        return;
    }
    let Some(message) = &call.message else { return };
    let MessageForm::Literal { pieces, .. } = &message.form else { return };
    // klog formats nothing: in a call with pairs a placeholder is a leftover.
    if !call.dialect.traits.formats_with_pairs && !call.pairs.is_empty() {
        return;
    }
    let is_filled = |piece: &&Piece| match piece {
        Piece::Hole(hole) => hole.argument != HoleArgument::Missing,
        Piece::Text(_) => false,
    };
    let n_values = pieces.iter().filter(is_filled).count();
    if n_values == 0 || is_only_values(pieces) {
        return;
    }
    let values =
        if n_values == 1 { "a value is".to_owned() } else { format!("{n_values} values are") };
    let mut finding = finding(call.span.clone(), format!("{values} formatted into the message"));
    finding.help.push("log values as key/value pairs, and keep the message constant".to_owned());
    structured::add_fix(context, call, &mut finding);
    findings.push(finding);
}

/// Nothing but values: no words say what happened.
pub(super) fn is_only_values(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Text(text) => !text.chars().any(char::is_alphanumeric),
        Piece::Hole(_) => true,
    })
}
