//! `info!(pod = format!("{:?}", pod), "…")`.

use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::{CallKind, Expr, LogCall, Mode, Pair, Shape};
use crate::finding::{Edit, Finding, Level};
use crate::rewrite::is_last_to_act;
use crate::syntax::parse;

pub(super) static RULE: Rule = Rule {
    name: "formatted-value",
    group: "structured",
    level: Level::Warn,
    summary: "`format!(\"{x:?}\")` or `.to_string()` as a value instead of `?x`, `%x`",
    origin: "Kubernetes guide; clippy `to_string_in_format_args`",
    fix: FixKind::Safe,
    page: include_str!("formatted-value.md"),
    check: Check::Call(check),
};

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    // What `o!` holds must be owned, which a text is and `%x` is not.
    if call.dialect.traits.owns_context && call.kind != CallKind::Event {
        return;
    }
    for pair in &call.pairs {
        let Some(value) = &pair.value else { continue };
        if pair.shorthand || !matches!(pair.mode, Mode::Plain | Mode::Display) {
            continue;
        }
        let Some((sigil, inner)) = formatted(value) else { continue };
        let mut finding = finding(value.span.clone(), "the value is formatted before it is logged");
        let Some(written) = written(context, call, pair, sigil, inner) else { continue };
        finding.help.push(format!(
            "the log call does that by itself, and only when it is enabled: `{written}`"
        ));
        let has_variables = call.place.macro_definition.is_some() && written.contains('$');
        let has_comment = call.comments.iter().any(|comment| pair.span.contains(&comment.start));
        let is_text = value.text.trim_end_matches(')').trim_end().ends_with("to_string(");
        let is_sure = !is_text || is_display(context);
        // A lock that is taken here would be held while the other values are computed.
        let is_sure = is_sure && (!inner.contains('(') || is_last_to_act(call, pair));
        if !has_variables && !has_comment && is_sure && call.wrapper.is_none() {
            let edits = vec![Edit { span: pair.span.clone(), text: written }];
            finding.fix = fix(&[], "log the value itself", edits);
        }
        findings.push(finding);
    }
}

/// What has a method `to_string` has `Display`: no type of the crate has a method of its own by that name, and none is
/// known by the trait `ToString` alone.
fn is_display(context: &Context<'_>) -> bool {
    let own = &context.workspace.to_string;
    !context.file.crate_index.is_some_and(|index| own.contains(&index))
}

fn written(
    context: &Context<'_>,
    call: &LogCall,
    pair: &Pair,
    sigil: char,
    inner: &str,
) -> Option<String> {
    // A literal is its own text.
    let is_text = sigil == '%' && syn::parse_str::<syn::LitStr>(inner).is_ok();
    let sigil = if is_text { String::new() } else { sigil.to_string() };
    call.dialect.pair(context.text(&pair.key_span), &sigil, inner)
}

/// What is formatted, and how, where a value is nothing but that: `x.to_string()`, `format!("{}", x)`, `format!("{x:?}")`.
pub(super) fn formatted(value: &Expr) -> Option<(char, &str)> {
    let (text, shape) = match &value.shape {
        Shape::Reference(inner) => (value.text.strip_prefix('&')?.trim_start(), &**inner),
        shape => (value.text.as_str(), shape),
    };
    match shape {
        Shape::Method(_, name, arguments) if name == "to_string" && arguments.is_empty() => {
            let base = text.strip_suffix(')')?.trim_end().strip_suffix('(')?.trim_end();
            let base = base.strip_suffix("to_string")?.trim_end().strip_suffix('.')?.trim_end();
            // A type as in `2.to_string()` or a chain over several lines is as good.
            parse::expression(base).is_some().then_some(('%', base))
        }
        Shape::MacroCall(path, _) if path.last().is_some_and(|name| name == "format") => {
            let arguments = text.split_once('(')?.1.strip_suffix(')')?.trim();
            template(arguments.trim_end_matches(',').trim_end())
        }
        _ => None,
    }
}

fn template(arguments: &str) -> Option<(char, &str)> {
    let (placeholder, rest) = arguments.strip_prefix("\"{")?.split_once("}\"")?;
    let (name, spec) = placeholder.split_once(':').unwrap_or((placeholder, ""));
    let sigil = match spec {
        "" => '%',
        "?" => '?',
        _ => return None,
    };
    if !name.is_empty() {
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        return (is_name && rest.is_empty() && !name.starts_with(char::is_numeric))
            .then_some((sigil, name));
    }
    let value = rest.trim_start().strip_prefix(',')?.trim();
    // Also says that no second argument follows.
    parse::expression(value).is_some().then_some((sigil, value))
}
