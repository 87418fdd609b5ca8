//! `error!("…"); std::process::exit(1);`.

use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::{CallKind, Level as CallLevel, LogCall};
use crate::finding::{Edit, Finding, Level};
use crate::safety::Reason;
use crate::tokens::next_code;

pub(super) static RULE: Rule = Rule {
    name: "exit-after-error",
    group: "deprecations",
    level: Level::Warn,
    summary: "`process::exit` or `panic!` right after an error",
    origin: "Kubernetes guide (`FlushAndExit`)",
    fix: FixKind::Unsafe,
    page: include_str!("exit-after-error.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let is_error = matches!(call.level, Some(CallLevel::Error | CallLevel::Fatal));
    if !is_error || call.kind != CallKind::Event || call.place.test_code || context.file.test_code {
        return;
    }
    let Some(next) = call.place.next_statement.as_deref().map(str::trim_start) else { return };
    let exit = ["std::process::exit(", "::std::process::exit(", "process::exit("];
    let exit = exit.iter().find(|path| next.starts_with(**path));
    let message = match exit {
        Some(_) => "the program ends before the entry is sure to be written",
        None if next.starts_with("panic!(") => "the program panics with what has just been logged",
        None => return,
    };
    let mut finding = finding(call.span.clone(), message);
    let is_klog =
        call.dialect.traits.has_objects || context.workspace.has_klog(context.file.crate_index);
    let help = match (is_klog, exit) {
        (true, _) => {
            "`klog::fatal!` logs, flushes and ends the program; `klog::flush_and_exit` takes an exit code"
        }
        (false, Some(_)) => "flush the log first, or return the error from `main`",
        (false, None) => "log the error or panic with it, not both",
    };
    finding.help.push(help.to_owned());
    if let (Some(path), true) = (exit, is_klog) {
        let path = path.trim_end_matches('(');
        finding.fix = exit_span(context, call, path).and_then(|span| {
            let edit = Edit { span, text: "klog::flush_and_exit".to_owned() };
            fix(&[Reason::ExitChanged], "flush before the exit", vec![edit])
        });
    }
    findings.push(finding);
}

/// Where the path of the exit follows the call and its `;`.
fn exit_span(context: &Context<'_>, call: &LogCall, path: &str) -> Option<crate::call::Span> {
    let text = &context.scanned.source.text;
    let semicolon = next_code(text, call.span.end)?;
    let start = next_code(text, semicolon + 1)?;
    let end = start + path.len();
    (call.place.macro_definition.is_none() && context.text(&(start..end)) == path)
        .then_some(start..end)
}
