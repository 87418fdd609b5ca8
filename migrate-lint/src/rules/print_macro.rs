//! `println!("pod started")`.

use std::collections::HashMap;

use super::{Check, Context, FixKind, Rule, finding, structured};
use crate::call::{LogCall, MessageForm, Piece, Span};
use crate::finding::{Finding, Level};
use crate::safety::Reason;
use crate::settings::FixDialect;
use crate::tokens::statement_at;
use crate::work;
use crate::workspace::{Crate, Target, TargetKind};

pub(super) static RULE: Rule = Rule {
    name: "print-macro",
    group: "structured",
    level: Level::Warn,
    summary: "`println!` and kin in library and service code",
    origin: "clippy `print_stdout`, `print_stderr`, `dbg_macro`",
    fix: FixKind::Unsafe,
    page: include_str!("print-macro.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if !call.dialect.prints
        || call.place.test_code
        || context.file.test_code
        || speaks_to_cargo(call)
        || clippy_allows(context, call)
        || is_output(context, call)
    {
        return;
    }
    let words = format!("`{}!` prints past all logging", call.macro_name);
    let mut finding = finding(call.span.clone(), words);
    finding.help.push("a command's deliberate output is allowed by path in klog.toml".to_owned());
    structured::add_fix(context, call, &mut finding);
    if finding.rewrite.is_none() && context.settings.dialect != FixDialect::Own && is_text(call) {
        structured::add_constant(context, call, &mut finding);
    }
    // Its level is a guess, and where it goes changes.
    let reasons = finding.fix.iter_mut().map(|fix| &mut fix.reasons);
    let reasons = reasons.chain(finding.rewrite.iter_mut().map(|rewrite| &mut rewrite.reasons));
    for reasons in reasons {
        if !reasons.contains(&Reason::PrintBecomesLog) {
            reasons.push(Reason::PrintBecomesLog);
        }
    }
    if !is_line(call) || !ends_line(call) || continues_line(context, call) {
        finding.fix = None;
    }
    findings.push(finding);
}

/// What a command prints for its user, and no more than that: usage, and the output of a program that has arguments.
fn is_output(context: &Context<'_>, call: &LogCall) -> bool {
    if call.macro_name == "dbg" {
        return false;
    }
    let function = call.place.function.as_deref().unwrap_or_default();
    let is_usage = matches!(call.message.as_ref().map(|text| &text.form),
        Some(MessageForm::Literal { value, .. }) if value.trim_start().to_lowercase().starts_with("usage:"));
    if is_usage || matches!(function, "usage" | "print_usage" | "print_help" | "print_version") {
        return true;
    }
    let Some(package) = context.file.crate_index.and_then(|it| context.workspace.crates().get(it))
    else {
        return false;
    };
    let has = |names: &[&str]| {
        package.dependencies.iter().any(|known| names.contains(&known.package.as_str()))
    };
    let reads_arguments = || has(ARGUMENTS) || context.scanned.mentions("env::args");
    let is_command = reads_arguments() && !has(SERVICES) && is_of_program(context, package);
    // What goes to the standard error of a program that also logs is rather a log line.
    let is_error = matches!(&*call.macro_name, "eprint" | "eprintln");
    let ends = call.place.next_statement.as_deref().is_some_and(|next| next.contains("exit("));
    is_command && (!is_error || ends || !has(LOGS))
}

/// The file is the program's, and not of a library that others use.
fn is_of_program(context: &Context<'_>, package: &Crate) -> bool {
    let is_library = |target: &&Target| target.kind == TargetKind::Library;
    let programs = package.targets.iter().filter(|target| target.kind == TargetKind::Binary);
    let mut roots = programs.map(|target| target.root.as_path()).peekable();
    if roots.peek().is_none() {
        return false;
    }
    let file = context.file.absolute.as_path();
    !package.targets.iter().any(|target| is_library(&target))
        || roots.any(|root| {
            // `src/bin/tool/main.rs` has its modules beside it.
            root == file
                || root.parent().is_some_and(|it| it.ends_with("bin") && file.starts_with(it))
                || root.ends_with("main.rs")
                    && !root.ends_with("src/main.rs")
                    && root.parent().is_some_and(|it| file.starts_with(it))
        })
}

/// What reads the arguments of a command, or asks its user.
const ARGUMENTS: &[&str] = &[
    "clap",
    "structopt",
    "argh",
    "pico-args",
    "lexopt",
    "gumdrop",
    "bpaf",
    "docopt",
    "getopts",
    "clap_builder",
    "dialoguer",
    "inquire",
    "indicatif",
];

/// What a program has that runs on and answers others.
const SERVICES: &[&str] = &[
    "kube",
    "kube-runtime",
    "tonic",
    "axum",
    "actix-web",
    "hyper",
    "warp",
    "rocket",
    "poem",
    "salvo",
    "tower-http",
    "tide",
    "rdkafka",
    "lapin",
    "async-nats",
    "quinn",
];

const LOGS: &[&str] = &["log", "tracing", "slog", "klog-rs", "defmt"];

/// A part of a line, or a line that is printed over, is no entry.
fn ends_line(call: &LogCall) -> bool {
    let Some(MessageForm::Literal { value, .. }) = call.message.as_ref().map(|text| &text.form)
    else {
        return true;
    };
    let is_line = !matches!(&*call.macro_name, "print" | "eprint") || value.ends_with('\n');
    is_line && !value.contains('\r')
}

/// Several lines, and data for another program, are no entry.
fn is_line(call: &LogCall) -> bool {
    let Some(MessageForm::Literal { value, .. }) = call.message.as_ref().map(|text| &text.form)
    else {
        return true;
    };
    let text = value.trim();
    !(text.contains('\n') || text.starts_with(['{', '[']) && text.contains('"'))
}

/// What was printed before in the function, to the same stream, did not end its line.
fn continues_line(context: &Context<'_>, call: &LogCall) -> bool {
    const N_BEFORE: usize = 64;
    let calls = &context.scanned.calls;
    let n_before = calls.partition_point(|one| one.span.start < call.span.start);
    let is_error = |one: &LogCall| one.macro_name.starts_with('e');
    let of_stream = |one: &&LogCall| {
        one.dialect.prints && one.macro_name != "dbg" && is_error(one) == is_error(call)
    };
    let before = calls[..n_before].iter().rev().take(N_BEFORE).find(of_stream);
    before.is_some_and(|one| {
        one.place.function_start == call.place.function_start
            && matches!(&*one.macro_name, "print" | "eprint")
            && !ends_line(one)
    })
}

/// A text without values, and without braces that a macro may take for placeholders.
fn is_text(call: &LogCall) -> bool {
    let Some(MessageForm::Literal { value, pieces }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return false;
    };
    pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
        && value.contains(char::is_alphanumeric)
        && !value.contains(['{', '}'])
        && call.format_args.is_empty()
}

/// `println!("cargo::rerun-if-changed=…")` of a build script.
fn speaks_to_cargo(call: &LogCall) -> bool {
    let Some(MessageForm::Literal { pieces, .. }) = call.message.as_ref().map(|text| &text.form)
    else {
        return false;
    };
    matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("cargo:"))
}

/// The author has said so to clippy: `#[allow(clippy::print_stdout)]` on the statement or an item around it, or for the file.
fn clippy_allows(context: &Context<'_>, call: &LogCall) -> bool {
    let lint = match call.macro_name.as_str() {
        "print" | "println" => "clippy::print_stdout",
        "eprint" | "eprintln" => "clippy::print_stderr",
        _ => "clippy::dbg_macro",
    };
    let allowed = context.scanned.allowed_prints.get_or_init(|| allowed_prints(context));
    allowed.get(lint).is_some_and(|scopes| {
        let n_before = scopes.partition_point(|scope| scope.start <= call.span.start);
        scopes[..n_before].last().is_some_and(|scope| call.span.start < scope.end)
    })
}

const LINTS: &[&str] = &["clippy::print_stdout", "clippy::print_stderr", "clippy::dbg_macro"];

/// Where each lint is allowed, in source order; none of the scopes of a lint meet.
fn allowed_prints(context: &Context<'_>) -> HashMap<&'static str, Vec<Span>> {
    let source = &context.scanned.source;
    let scopes = |lint: &str| {
        work::count(source.text.len() / 8);
        let mut scopes = Vec::<Span>::new();
        for at in memchr::memmem::find_iter(source.text.as_bytes(), lint) {
            // What is allowed already is not looked at again.
            if scopes.last().is_some_and(|last| at < last.end) {
                continue;
            }
            let Some(mut scope) = allowed_at(context, at) else { continue };
            while let Some(last) = scopes.pop_if(|last| scope.start <= last.end) {
                scope = scope.start.min(last.start)..scope.end.max(last.end);
            }
            scopes.push(scope);
        }
        scopes
    };
    LINTS.iter().map(|lint| (*lint, scopes(lint))).collect()
}

/// What the attribute with the name of a lint there is for: a statement, an item or the file.
fn allowed_at(context: &Context<'_>, at: usize) -> Option<Span> {
    let source = &context.scanned.source;
    let line = source.position(at).line;
    (1..=line).rev().take(8).find_map(|line| {
        let line = source.line_span(line);
        let written = context.text(&line);
        let is_level = |start: &str| {
            ["allow(", "expect("].iter().any(|level| written.contains(&format!("{start}{level}")))
        };
        match () {
            () if is_level("#![") => Some(0..source.text.len()),
            () if is_level("#[") => statement_at(&source.text, line.start),
            () => None,
        }
    })
}
