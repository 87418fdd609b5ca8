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
    let Some(n_values) = n_values(call) else { return };
    let values =
        if n_values == 1 { "a value is".to_owned() } else { format!("{n_values} values are") };
    let mut finding = finding(call.span.clone(), format!("{values} formatted into the message"));
    finding.help.push("log values as key/value pairs, and keep the message constant".to_owned());
    structured::add_fix(context, call, &mut finding);
    findings.push(finding);
}

/// How many values are formatted into the message of a call that is flagged.
pub(super) fn n_values(call: &LogCall) -> Option<usize> {
    if call.dialect.prints || call.kind != CallKind::Event {
        return None;
    }
    let MessageForm::Literal { pieces, .. } = &call.message.as_ref()?.form else { return None };
    // klog formats nothing: in a call with pairs a placeholder is a leftover.
    if !call.dialect.traits.formats_with_pairs && !call.pairs.is_empty() {
        return None;
    }
    let is_filled = |piece: &&Piece| match piece {
        Piece::Hole(hole) => hole.argument != HoleArgument::Missing,
        Piece::Text(_) => false,
    };
    let n_values = pieces.iter().filter(is_filled).count();
    (n_values > 0 && !is_only_values(pieces)).then_some(n_values)
}

/// Nothing but values: no words say what happened.
pub(super) fn is_only_values(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Text(text) => !text.chars().any(char::is_alphanumeric),
        Piece::Hole(_) => true,
    })
}
