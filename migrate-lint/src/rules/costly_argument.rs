//! `debug!(pods = ?pods.clone(), "…")`.

use super::formatted_value::formatted;
use super::{Check, Context, FixKind, Rule, finding, fix, values};
use crate::call::{CallKind, Expr, HoleArgument, LogCall, MessageForm, Mode, Piece, Shape, Span};
use crate::finding::{Edit, Finding, Level};
use crate::syntax::parse;
use crate::tokens::{identifiers, may_name};

pub(super) static RULE: Rule = Rule {
    name: "costly-argument",
    group: "values",
    level: Level::Warn,
    summary: "a value cloned, collected, serialised or formatted for a call that is usually disabled",
    origin: "KEP-3077; clippy `perf`",
    fix: FixKind::Safe,
    page: include_str!("costly-argument.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    let is_event = call.kind == CallKind::Event && !call.dialect.prints;
    if !is_event || !values::is_usually_disabled(call) || call.place.test_code {
        return;
    }
    for value in borrowed(call) {
        findings.extend(copied(context, call, value));
    }
    if call.dialect.traits.evaluates_values {
        let plain = call.pairs.iter().filter(|pair| pair.mode == Mode::Plain);
        let values = plain.filter_map(|pair| pair.value.as_ref());
        for value in values.filter(|value| formatted(value).is_none()) {
            if let Some(what) = cost(&value.shape) {
                let message = format!("{what} although the call is usually disabled");
                let mut finding = finding(value.span.clone(), message);
                finding.help.push("slog evaluates values before the drain can refuse the record; wrap it in `slog::FnValue(|_| …)`".to_owned());
                findings.push(finding);
            }
        }
    } else if let Some((name, span, what)) = prepared(context, call) {
        let message =
            format!("`{name}` is {what} although only the disabled call after it uses it");
        let mut finding = finding(span, message);
        finding.help.push(
            "write it as the call's argument: those are evaluated only when the call is enabled"
                .to_owned(),
        );
        findings.push(finding);
    }
}

/// Values that the macro only borrows: after a sigil, and in a placeholder.
fn borrowed(call: &LogCall) -> impl Iterator<Item = &Expr> {
    let pairs = call.pairs.iter().filter(|pair| matches!(pair.mode, Mode::Display | Mode::Debug));
    let pieces = match call.message.as_ref().map(|message| &message.form) {
        Some(MessageForm::Literal { pieces, .. }) => pieces.as_slice(),
        _ => &[],
    };
    let filled = pieces.iter().filter_map(|piece| match piece {
        Piece::Hole(hole) => match hole.argument {
            HoleArgument::Index(index) => call.format_args.get(index),
            HoleArgument::Capture(_) | HoleArgument::Missing => None,
        },
        Piece::Text(_) => None,
    });
    pairs.filter_map(|pair| pair.value.as_ref()).chain(filled.map(|argument| &argument.value))
}

/// `x.clone()` where `x` would do.
fn copied(context: &Context<'_>, call: &LogCall, value: &Expr) -> Option<Finding> {
    let Shape::Method(base, name, arguments) = &value.shape else { return None };
    let is_copy = ["clone", "to_owned", "to_vec"].contains(&name.as_str()) && arguments.is_empty();
    // A guard would live as long as the call, and what an iterator gives may be gone.
    if !is_copy
        || !matches!(values::bare(base), Shape::Ident(_) | Shape::Field(..) | Shape::Method(..))
    {
        return None;
    }
    let mut finding =
        finding(value.span.clone(), format!("`.{name}()` makes a copy that is only printed"));
    finding.help.push("the macro borrows its values".to_owned());
    let text = value.text.trim_end().strip_suffix(')')?.trim_end().strip_suffix('(')?.trim_end();
    let kept = text.strip_suffix(name.as_str())?.trim_end().strip_suffix('.')?.trim_end();
    if call.place.macro_definition.is_none()
        && call.wrapper.is_none()
        && !context.text(&value.span).contains("//")
    {
        let span = value.span.start + kept.len()..value.span.end;
        let edits = vec![Edit { span, text: String::new() }];
        finding.fix = fix(&[], format!("leave `.{name}()` out"), edits);
    }
    Some(finding)
}

/// What a value costs, in words.
fn cost(shape: &Shape) -> Option<&'static str> {
    match shape {
        Shape::Try(inner) | Shape::Reference(inner) | Shape::Group(inner) => cost(inner),
        Shape::Method(base, name, _) => match name.as_str() {
            "collect" => Some("collected"),
            "clone" | "to_vec" | "cloned" => Some("copied"),
            "join" | "concat" => Some("joined"),
            "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or_else" | "unwrap_or" | "ok" => {
                cost(base)
            }
            _ => None,
        },
        Shape::Call(path, _) => {
            let is_serialised = matches!(&path[..], [.., module, function]
                if ["serde_json", "serde_yaml", "toml", "ron", "json", "hex", "base64"].contains(&module.as_str())
                    && (function.starts_with("to_") || function.starts_with("encode")));
            is_serialised.then_some("serialised")
        }
        Shape::MacroCall(path, _) => {
            path.last().is_some_and(|name| name == "format").then_some("formatted")
        }
        _ => None,
    }
}

/// The statement before the call, where it makes a costly value that only the call uses.
fn prepared(context: &Context<'_>, call: &LogCall) -> Option<(String, Span, &'static str)> {
    let text = &context.scanned.source.text;
    let before = text.get(..call.span.start)?.trim_end();
    if !before.ends_with(';') || call.place.macro_definition.is_some() {
        return None;
    }
    let near = crate::tokens::boundary_before(before, before.len().saturating_sub(2000));
    let start = near + before[near..].rfind("let ")?;
    let statement = &before[start..];
    // A longer text than one `let` does not parse as one.
    let Some(syn::Stmt::Local(local)) = parse::statement(statement) else { return None };
    let syn::Pat::Ident(pattern) = &local.pat else { return None };
    let name = pattern.ident.to_string();
    let what = cost_of(&local.init.as_ref()?.expr)?;
    let arguments = context.text(&call.args_span);
    let uses = |text: &str| {
        let in_code = identifiers(text).any(|(_, one)| one == name);
        in_code || text.contains(&format!("{{{name}"))
    };
    let rest = text.get(call.span.end..call.place.block_end)?;
    if !uses(arguments) || may_name(rest, &name) {
        return None;
    }
    let is_guarded =
        before.get(..start)?.lines().rev().take(3).any(|line| line.contains("enabled!("));
    (!is_guarded).then(|| (name.clone(), start..before.len(), what))
}

fn cost_of(expression: &syn::Expr) -> Option<&'static str> {
    let names = |path: &syn::Path| -> Vec<String> {
        path.segments.iter().map(|part| part.ident.to_string()).collect()
    };
    let shape = match expression {
        syn::Expr::Try(inner) => return cost_of(&inner.expr),
        syn::Expr::MethodCall(call) => {
            let method = call.method.to_string();
            if ["unwrap", "expect", "unwrap_or_default", "unwrap_or_else", "unwrap_or", "ok"]
                .contains(&method.as_str())
            {
                return cost_of(&call.receiver);
            }
            Shape::Method(Box::new(Shape::Other), method, Vec::new())
        }
        syn::Expr::Call(call) => match &*call.func {
            syn::Expr::Path(function) => Shape::Call(names(&function.path), Vec::new()),
            _ => return None,
        },
        syn::Expr::Macro(call) => Shape::MacroCall(names(&call.mac.path), String::new()),
        _ => return None,
    };
    cost(&shape)
}
