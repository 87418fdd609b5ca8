//! `println!("pod started")`.

use super::{Check, Context, FixKind, Rule, finding, structured};
use crate::call::{Family, LogCall, MessageForm, Piece};
use crate::finding::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    name: "print-macro",
    group: "structured",
    level: Level::Warn,
    summary: "`println!` and kin in library and service code",
    origin: "clippy `print_stdout`, `print_stderr`, `dbg_macro`",
    fix: FixKind::None,
    page: include_str!("print-macro.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.family != Family::Print
        || call.place.test_code
        || context.file.test_code
        || speaks_to_cargo(call)
    {
        return;
    }
    let words = format!("`{}!` prints past all logging", call.macro_name);
    let mut finding = finding(call.span.clone(), words);
    finding.help.push("a command's deliberate output is allowed by path in klog.toml".to_owned());
    if let Some((fix, rewrite)) = structured::fix(context, call) {
        finding.fix = Some(fix);
        finding.rewrite = Some(rewrite);
    }
    findings.push(finding);
}

/// `println!("cargo::rerun-if-changed=…")` of a build script.
fn speaks_to_cargo(call: &LogCall) -> bool {
    let Some(MessageForm::Literal { pieces, .. }) = call.message.as_ref().map(|text| &text.form)
    else {
        return false;
    };
    matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("cargo:"))
}
