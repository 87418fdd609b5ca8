//! A logger or span in front of statements, and what goes around them.

use std::collections::BTreeSet;

use super::super::Context;
use super::super::repeated_pair::Group;
use super::{Form, Plan, Shape, arguments};
use crate::call::Span;
use crate::finding::Edit;
use crate::tokens;

pub(super) fn edits(
    context: &Context<'_>,
    plan: &Plan,
    groups: &[&Group<'_>],
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let (first, last) = (&plan.first, &plan.last);
    let indent = indent(context, first.start);
    let library = &plan.library;
    let values = |form| arguments(context, groups, form);
    let made = |from: &str| {
        let values = values(Form::Values)?;
        Some(format!("{from}.with_values({library}::kvs! {{ {values} }})"))
    };
    let name = plan.logger;
    let current = format!("{library}::Logger::current()");
    let function = context.scanned.flow().bodies.get(plan.function)?;
    let span_name = if function.name.is_empty() { "task" } else { &function.name };
    let span = || {
        let fields = values(Form::Spans)?;
        Some(format!("{library}::error_span!(\"{span_name}\", {fields})"))
    };
    let (before, around, after) = match &plan.shape {
        Shape::Derived { logger, is_borrowed, is_slog } => {
            let sign = if *is_borrowed { "&" } else { "" };
            let derived = match is_slog {
                true => format!("{logger}.new({library}::o!({}))", values(Form::Slog)?),
                false => made(logger)?,
            };
            (format!("let {logger} = {sign}{derived};"), None, String::new())
        }
        Shape::Explicit => (format!("let {name} = {};", made(&current)?), None, String::new()),
        Shape::AsyncLogger => (
            format!("let {name} = {};", made(&current)?),
            Some("async move {".to_owned()),
            format!("}}\n{indent}.with_logger({name})\n{indent}.await"),
        ),
        Shape::Scope => (
            format!("let {name} = {};", made(&current)?),
            Some(format!("{name}.in_scope(|| {{")),
            "})".to_owned(),
        ),
        Shape::AsyncSpan => (
            format!("let span = {};", span()?),
            Some("async move {".to_owned()),
            format!("}}\n{indent}.instrument(span)\n{indent}.await"),
        ),
        Shape::Guard => (format!("let _span = {}.entered();", span()?), None, String::new()),
        Shape::Attribute => return None,
    };
    let mut start = format!("{before}\n{indent}");
    if let Some(around) = &around {
        start += &format!("{around}\n{indent}    ");
        indented(context, first.start..last.end, edits);
        edits.push(Edit { span: last.end..last.end, text: format!("\n{indent}{after}") });
    }
    edits.push(Edit { span: first.start..first.start, text: start });
    let needed = match plan.shape {
        Shape::AsyncLogger => Some("WithLogger"),
        Shape::AsyncSpan => Some("Instrument"),
        _ => None,
    };
    if let Some(name) = needed {
        edits.extend(import(context, first.start, library, name)?);
    }
    Some(())
}

/// A name for a new logger that a function does not use.
pub(super) fn logger_name(context: &Context<'_>, function: usize) -> &'static str {
    let function = context.scanned.flow().bodies.get(function);
    let text = function.map_or("", |body| context.text(&body.span));
    let used: BTreeSet<&str> = tokens::identifiers(text).map(|(_, word)| word).collect();
    let free =
        ["logger", "klogger", "context_logger"].into_iter().find(|name| !used.contains(name));
    free.unwrap_or("inner_logger")
}

/// `use klog::WithLogger as _;` in the module, where it is not there.
pub(in crate::rules) fn import(
    context: &Context<'_>,
    at: usize,
    library: &str,
    name: &str,
) -> Option<Option<Edit>> {
    let flow = context.scanned.flow();
    let modules = flow.modules.iter().filter(|(span, _)| span.contains(&at));
    let (span, import_at) = modules.min_by_key(|(span, _)| span.len())?;
    let text = &context.scanned.source.text;
    // Imports of a module inside of it are that module's own, and so are those of functions after the last one.
    let inner = flow.modules.iter().map(|(inner, _)| inner);
    let inner: Vec<&Span> =
        inner.filter(|inner| span.contains(&inner.start) && *inner != span).collect();
    let head = text.get(span.start..*import_at)?;
    let mut own = uses(head).filter(|(at, _)| {
        let at = span.start + at;
        !inner.iter().any(|inner| inner.contains(&at))
    });
    let is_imported = own.any(|(_, used)| brings(used, library, name));
    if is_imported {
        return Some(None);
    }
    let indent = indent(context, *import_at);
    let is_after_use =
        text.get(..*import_at)?.trim_end().ends_with(';') && text.get(..*import_at)?.ends_with(';');
    let line = format!("use {library}::{name} as _;");
    let text = match is_after_use {
        true => format!("\n{indent}{line}"),
        false => format!("{line}\n\n{indent}"),
    };
    Some(Some(Edit { span: *import_at..*import_at, text }))
}

/// The imports of a text with their places, each without its semicolon: `use tracing::{info, Instrument}`, on however many
/// lines.
fn uses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive(';').filter_map(move |statement| {
        let mut at = start;
        start += statement.len();
        for line in statement.split_inclusive('\n') {
            let words = line.trim_start();
            let words = words.strip_prefix("pub").map_or(words, |rest| {
                rest.split_once(')').map_or(rest, |(_, rest)| rest).trim_start()
            });
            if words.starts_with("use ") {
                return Some((at, text.get(at..start)?.trim_end_matches(';')));
            }
            at += line.len();
        }
        None
    })
}

/// Whether an import brings a trait of a library: by name, or with all that is at its root or in its prelude.
fn brings(used: &str, library: &str, name: &str) -> bool {
    if tokens::identifiers(used).any(|(_, word)| word == name) {
        return true;
    }
    let path: String = used.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some((_, rest)) = path.split_once(&format!("use{library}::")) else { return false };
    let list = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match list {
        Some(list) => !list.contains('{') && list.split(',').any(|part| part == "*"),
        None => rest == "*" || rest == "prelude::*",
    }
}

/// The white space that the line of a place begins with.
fn indent<'a>(context: &Context<'a>, at: usize) -> &'a str {
    let text = &context.scanned.source.text;
    let line = &text[tokens::line_start(text, at)..at];
    &line[..line.len() - line.trim_start().len()]
}

/// Indents the lines of a range by four spaces, but those in literals and those that an edit touches.
fn indented(context: &Context<'_>, span: Span, edits: &mut Vec<Edit>) {
    let flow = context.scanned.flow();
    let text = context.text(&span);
    let mut touched: Vec<Span> = edits.iter().map(|edit| edit.span.clone()).collect();
    touched.sort_by_key(|span| (span.start, span.end));
    let is_touched = |at: usize| {
        let n_begun = touched.partition_point(|span| span.start <= at);
        n_begun.checked_sub(1).is_some_and(|last| at <= touched[last].end)
    };
    let mut lines = Vec::new();
    for (end, _) in text.match_indices('\n') {
        let at = span.start + end + 1;
        let rest = context.scanned.source.text.get(at..).unwrap_or_default();
        let is_empty = rest.starts_with('\n') || rest.starts_with("\r\n");
        if !is_empty && !is_touched(at) && !flow.in_literal(at) {
            lines.push(Edit { span: at..at, text: "    ".to_owned() });
        }
    }
    edits.extend(lines);
}
