//! `warn!("…")`.

use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::{CallKind, Level as CallLevel, LogCall};
use crate::finding::{Edit, Finding, Level};
use crate::safety::Reason;

pub(super) static RULE: Rule = Rule {
    name: "warning-level",
    group: "verbosity",
    level: Level::Allow,
    summary: "`warn!`, which Kubernetes' components do not have",
    origin: "Kubernetes guide",
    fix: FixKind::Unsafe,
    page: include_str!("warning-level.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let is_warning = call.level == Some(CallLevel::Warn) && call.kind == CallKind::Event;
    if !is_warning || call.dialect.prints {
        return;
    }
    let mut finding = finding(call.path_span.clone(), "Kubernetes has no warnings");
    finding.help.push(
        "log information that says what is wrong, or an error that an operator should look at"
            .to_owned(),
    );
    if let Some(path) = information(context, call) {
        let edit = Edit { span: call.path_span.clone(), text: path };
        finding.fix = fix(&[Reason::LevelChanged], "log information", vec![edit]);
    }
    findings.push(finding);
}

/// The path of `info!` here: beside `warn!` in its own path, or as another call of the file writes it.
fn information(context: &Context<'_>, call: &LogCall) -> Option<String> {
    if call.wrapper.is_some() || call.macro_name != "warn" {
        return None;
    }
    if let Some(path) = call.written.strip_suffix("::warn") {
        return Some(format!("{path}::info"));
    }
    let is_imported = call.written == "warn"
        && context.scanned.calls.iter().any(|other| {
            other.dialect == call.dialect
                && other.written == "info"
                && other.place.module == call.place.module
        });
    is_imported.then(|| "info".to_owned())
}
