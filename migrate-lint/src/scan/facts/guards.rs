//! Spans that are entered, and guards that live over an `.await`.

use std::collections::HashMap;
use std::ops::Range;

use syn::visit::{self, Visit};

use super::{Gather, pattern_name};
use crate::call::Span;

/// Guards and entered spans that a block's own `let` statements hold.
pub(super) fn in_block(gather: &mut Gather<'_>, block: &syn::Block) {
    let end = gather.places.block(block).end;
    let mut spans: HashMap<String, Span> = HashMap::new();
    let mut after: Option<After> = None;
    for (index, statement) in block.stmts.iter().enumerate() {
        let syn::Stmt::Local(local) = statement else { continue };
        let Some(init) = &local.init else { continue };
        let name = pattern_name(&local.pat);
        if let Some(call) = span_macro(gather, &init.expr) {
            spans.insert(name, call);
            continue;
        }
        let Some(entered) = entered(gather, &init.expr, &spans) else { continue };
        // `let _ = span.enter()` is left at once.
        if name.is_empty() {
            continue;
        }
        let after = after.get_or_insert_with(|| After::of(block));
        let dropped = after.dropped(&name, index);
        let start = gather.places.statement(statement).end;
        let scope_end = match dropped {
            Some(dropped) if dropped > index + 1 => {
                gather.places.statement(&block.stmts[dropped - 1]).end
            }
            Some(_) => start,
            None => end,
        };
        if let Entered::Macro(call) = &entered {
            gather.facts.entered_spans.push((call.clone(), start..scope_end));
        }
        if let Some(first) = after.awaited(index + 1..dropped.unwrap_or(block.stmts.len())) {
            let guard = gather.places.expression(&init.expr);
            let first = gather.places.token(first);
            gather.facts.guards_across_await.push((guard, first));
        }
    }
}

/// What happens in the statements of a block, asked once for all of its guards.
struct After {
    /// The statements that drop a name.
    dropped: HashMap<String, Vec<usize>>,
    /// Statements with an `.await`, and the first one in each.
    awaits: Vec<(usize, proc_macro2::Span)>,
}

impl After {
    fn of(block: &syn::Block) -> Self {
        let mut after = Self { dropped: HashMap::new(), awaits: Vec::new() };
        for (index, statement) in block.stmts.iter().enumerate() {
            for name in drops(statement) {
                after.dropped.entry(name).or_default().push(index);
            }
            let mut awaits = Awaits { first: None };
            awaits.visit_stmt(statement);
            after.awaits.extend(awaits.first.map(|first| (index, first)));
        }
        after
    }

    /// The statement after another one that drops a name.
    fn dropped(&self, name: &str, index: usize) -> Option<usize> {
        let dropped = self.dropped.get(name)?;
        dropped.get(dropped.partition_point(|at| *at <= index)).copied()
    }

    /// The first `.await` of some of the statements.
    fn awaited(&self, statements: Range<usize>) -> Option<proc_macro2::Span> {
        let first = self.awaits.partition_point(|(at, _)| *at < statements.start);
        self.awaits.get(first).filter(|(at, _)| *at < statements.end).map(|(_, first)| *first)
    }
}

/// `info_span!(…).in_scope(|| …)`, `async { … }.instrument(info_span!(…))`, and the same with loggers.
pub(super) fn in_method_call(gather: &mut Gather<'_>, call: &syn::ExprMethodCall) {
    let Some(argument) = call.args.first() else { return };
    let is_scope = match call.method.to_string().as_str() {
        "in_scope" => Some(argument),
        "with_logger" => Some(&*call.receiver),
        _ => None,
    };
    if let Some(scope) = is_scope {
        gather.scope(gather.places.expression(scope));
    }
    let (span, scope) = match call.method.to_string().as_str() {
        "in_scope" => (&*call.receiver, argument),
        "instrument" => (argument, &*call.receiver),
        _ => return,
    };
    if let (Some(span), syn::Expr::Closure(_) | syn::Expr::Async(_)) =
        (span_macro(gather, span), scope)
    {
        let scope = gather.places.expression(scope);
        gather.facts.entered_spans.push((span, scope));
    }
}

enum Entered {
    /// The span of a macro that can be seen.
    Macro(Span),
    /// Some span.
    Other,
}

/// `….entered()`, `span.enter()`, but not a runtime's `enter`.
fn entered(
    gather: &Gather<'_>,
    expression: &syn::Expr,
    spans: &HashMap<String, Span>,
) -> Option<Entered> {
    let syn::Expr::MethodCall(call) = expression else { return None };
    let is_entered = call.method == "entered";
    if !call.args.is_empty() || !(is_entered || call.method == "enter") {
        return None;
    }
    if let Some(macro_call) = span_macro(gather, &call.receiver) {
        return Some(Entered::Macro(macro_call));
    }
    let receiver = gather.places.text(&call.receiver);
    if let Some(macro_call) = spans.get(receiver) {
        return Some(Entered::Macro(macro_call.clone()));
    }
    (is_entered || receiver.to_lowercase().contains("span")).then_some(Entered::Other)
}

/// `info_span!(…)`, `span!(…)`: from its path to its closing delimiter.
fn span_macro(gather: &Gather<'_>, expression: &syn::Expr) -> Option<Span> {
    let syn::Expr::Macro(call) = expression else { return None };
    let name = call.mac.path.segments.last()?.ident.to_string();
    (name == "span" || name.ends_with("_span")).then(|| gather.places.of(&call.mac))
}

/// The names of `drop(name);`.
fn drops(statement: &syn::Stmt) -> Vec<String> {
    let syn::Stmt::Expr(syn::Expr::Call(call), _) = statement else { return Vec::new() };
    let syn::Expr::Path(function) = &*call.func else { return Vec::new() };
    let is_drop = function.path.segments.last().is_some_and(|last| last.ident == "drop");
    let arguments = call.args.iter().filter(|_| is_drop);
    let names = arguments.filter_map(|argument| match argument {
        syn::Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    });
    names.collect()
}

/// The first `.await` that belongs to the same body.
struct Awaits {
    first: Option<proc_macro2::Span>,
}

impl<'ast> Visit<'ast> for Awaits {
    fn visit_expr_await(&mut self, expression: &'ast syn::ExprAwait) {
        self.first = self.first.or(Some(expression.await_token.span));
        visit::visit_expr_await(self, expression);
    }

    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
