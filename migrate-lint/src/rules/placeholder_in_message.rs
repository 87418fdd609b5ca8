//! `klog::info!("Pod %s started", pod)`.

use super::{Check, Context, FixKind, Rule, finding};
use crate::call::{CallKind, HoleArgument, LogCall, MessageForm, Piece};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "placeholder-in-message",
    group: "parameters",
    level: Level::Deny,
    summary: "`{}`, `{x}`, `%s` or `%v` left in a structured message",
    origin: "logcheck `parameters`",
    fix: FixKind::None,
    page: include_str!("placeholder-in-message.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.dialect.prints || call.kind != CallKind::Event {
        return;
    }
    let Some(message) = &call.message else { return };
    let MessageForm::Literal { value, pieces } = &message.form else { return };
    // klog formats nothing; a call without pairs has not been converted yet, and is interpolated-message's.
    let formats_nothing = !call.dialect.traits.formats_with_pairs && !call.pairs.is_empty();
    for piece in pieces {
        let Piece::Hole(hole) = piece else { continue };
        if formats_nothing || hole.argument == HoleArgument::Missing {
            let name = match &hole.argument {
                HoleArgument::Capture(name) => name.as_str(),
                HoleArgument::Index(_) | HoleArgument::Missing => "",
            };
            let colon = if hole.spec.is_empty() { "" } else { ":" };
            let written = match &hole.span {
                Some(span) => context.text(span).to_owned(),
                None => format!("{{{name}{colon}{}}}", hole.spec),
            };
            let span = hole.span.clone().unwrap_or_else(|| message.span.clone());
            findings.push(left(span, &written));
        }
    }
    if let Some(verb) = printf_verb(value) {
        findings.push(left(message.span.clone(), verb));
    }
}

fn left(span: crate::call::Span, placeholder: &str) -> Finding {
    let message = format!("placeholder `{placeholder}` is not filled in");
    let mut finding = finding(span, message);
    finding.help.push("a message is constant; log the value as a pair".to_owned());
    finding
}

/// The first verb of C's or Go's `printf` in a text; none where it is rather a time's format or a percentage.
fn printf_verb(text: &str) -> Option<&str> {
    if ["%Y", "%H", "%M", "%m"].iter().any(|time| text.contains(time)) {
        return None;
    }
    let bytes = text.as_bytes();
    text.match_indices('%').find_map(|(at, _)| {
        let is_percentage = at > 0 && (bytes[at - 1].is_ascii_digit() || bytes[at - 1] == b'%');
        let flags = bytes[at + 1..].iter().take_while(|byte| b"+#-.0123456789".contains(byte));
        let verb = at + 1 + flags.count();
        let is_verb = bytes.get(verb).is_some_and(|byte| b"vsdqwxTtfgpc".contains(byte));
        let is_word =
            bytes.get(verb + 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        (!is_percentage && is_verb && !is_word).then(|| &text[at..=verb])
    })
}
