//! Syntax tree → [`Flow`]: scopes, bindings, jumps. Functions, calls and macros are in files of their own.

mod calls;
mod function;
mod macros;

use std::collections::{HashMap, HashSet};

use proc_macro2::Span as TokenSpan;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::names;
use super::{Binding, Block, Body, BodyKind, Change, ChangeKind, Exit, Flow};
use crate::call::Span;
use crate::scan::spans::Places;
use crate::source::Source;

pub(super) fn gather(file: &syn::File, source: &Source) -> Flow {
    let mut gather = Gather {
        places: Places::new(file, &source.text),
        flow: Flow::default(),
        bodies: Vec::new(),
        body_at: HashMap::new(),
        mutable: HashMap::new(),
        scopes: Vec::new(),
        loops: Vec::new(),
        runs_at_once: false,
        consumed: HashSet::new(),
        is_parallel: false,
        here: 0..0,
    };
    gather.module(&file.items, 0..source.text.len());
    gather.visit_file(file);
    gather.flow
}

struct Gather<'a> {
    places: Places<'a>,
    flow: Flow,
    /// Bodies around, innermost last.
    bodies: Vec<usize>,
    /// Closures and `async` blocks by their places.
    body_at: HashMap<Span, usize>,
    /// Whether the last binding of a name is known to be `mut` or `&mut`.
    mutable: HashMap<String, bool>,
    /// Ends of the scopes around, innermost last.
    scopes: Vec<usize>,
    /// Loops of the body at hand.
    loops: Vec<Span>,
    /// The closure at hand is run by the function that it is passed to.
    runs_at_once: bool,
    /// Places of methods whose result is taken apart in the expression that they are in.
    consumed: HashSet<usize>,
    /// The method at hand, or one that it is called on, makes a parallel iterator.
    is_parallel: bool,
    /// The expression that is visited next.
    here: Span,
}

impl Gather<'_> {
    /// Where a module's imports end.
    fn module(&mut self, items: &[syn::Item], span: Span) {
        let uses = items.iter().rev().find(|item| matches!(item, syn::Item::Use(_)));
        let at = match (uses, items.first()) {
            (Some(last), _) => self.places.of(last).end,
            (None, Some(first)) => self.places.of(first).start,
            (None, None) => return,
        };
        self.flow.modules.push((span, at));
    }

    fn body(&mut self, mut body: Body, visit: impl FnOnce(&mut Self)) {
        body.parent = self.bodies.last().copied();
        let end = body.block.end;
        if body.kind != BodyKind::Function {
            self.body_at.insert(body.span.clone(), self.flow.bodies.len());
        }
        let span = body.span.start..body.span.end.max(end);
        self.flow.bodies.push(body);
        self.bodies.push(self.flow.bodies.len() - 1);
        self.scopes.push(end);
        let loops = std::mem::take(&mut self.loops);
        visit(self);
        self.loops = loops;
        self.scopes.pop();
        self.bodies.pop();
        if self.bodies.is_empty() {
            self.flow.functions.push(span);
        }
    }

    fn bind(
        &mut self,
        pattern: &syn::Pat,
        is_mutable: bool,
        from: usize,
        statement: Option<&Span>,
        value: Option<&Span>,
    ) {
        let mut found = Vec::new();
        names::of_pattern(pattern, &mut found);
        for (name, is_mut) in found {
            self.bind_name(name, is_mut || is_mutable, from, statement, value);
        }
    }

    fn bind_name(
        &mut self,
        name: String,
        is_mutable: bool,
        from: usize,
        statement: Option<&Span>,
        value: Option<&Span>,
    ) {
        let end = self.scopes.last().copied().unwrap_or(from);
        self.mutable.insert(name.clone(), is_mutable);
        self.flow.bindings.push(Binding {
            name,
            scope: from..end,
            statement: statement.cloned(),
            is_mutable,
            value: value.cloned(),
        });
    }

    fn change(&mut self, name: Option<String>, at: usize, kind: ChangeKind) {
        if let Some(name) = name {
            self.flow.changes.push(Change { name, at, kind });
        }
    }

    fn exit(&mut self, at: usize, of_loop: Option<Span>) {
        let body = self.bodies.last().and_then(|body| self.flow.bodies.get_mut(*body));
        if let Some(body) = body {
            body.exits.push(Exit { at, of_loop });
        }
    }

    fn awaits(&mut self, at: usize) {
        let body = self.bodies.last().and_then(|body| self.flow.bodies.get_mut(*body));
        if let Some(body) = body {
            body.awaits.push(at);
        }
    }

    fn in_scope(&mut self, end: usize, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(end);
        visit(self);
        self.scopes.pop();
    }

    fn in_loop(&mut self, span: Span, body: &syn::Block) {
        self.loops.push(span);
        let before = self.flow.blocks.len();
        self.visit_block(body);
        if let Some(block) = self.flow.blocks.get_mut(before) {
            block.is_loop = true;
        }
        self.loops.pop();
    }
}

impl<'ast> Visit<'ast> for Gather<'_> {
    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        self.here = self.places.expression(expression);
        visit::visit_expr(self, expression);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let start = self.places.token(item.vis.span()).start.min(self.places.of(&item.sig).start);
        let is_inherited = matches!(item.vis, syn::Visibility::Inherited);
        let start = if is_inherited { self.places.of(&item.sig).start } else { start };
        self.function(&item.attrs, start, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let is_inherited = matches!(item.vis, syn::Visibility::Inherited);
        let start = match is_inherited {
            true => self.places.of(&item.sig).start,
            false => self.places.of(&item.vis).start,
        };
        self.function(&item.attrs, start, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, self.places.of(&item.sig).start, &item.sig, block);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some((braces, items)) = &item.content {
            let span = self.places.token(braces.span.open()).start
                ..self.places.token(braces.span.close()).end;
            self.module(items, span);
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let span = self.places.block(block);
        let statements = block.stmts.iter().map(|one| self.places.statement(one)).collect();
        let body = self.bodies.last().copied().unwrap_or_default();
        self.flow.blocks.push(Block { span: span.clone(), body, is_loop: false, statements });
        self.in_scope(span.end, |this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let start = match local.attrs.is_empty() {
            true => self.places.token(local.let_token.span).start,
            false => self.places.of(local).start,
        };
        let span = start..self.places.token(local.semi_token.span).end;
        let value = local.init.as_ref().map(|init| self.places.expression(&init.expr));
        let is_mutable = local.init.as_ref().is_some_and(
            |init| matches!(&*init.expr, syn::Expr::Reference(one) if one.mutability.is_some()),
        );
        self.bind(&local.pat, is_mutable, span.end, Some(&span), value.as_ref());
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let span = self.places.of(&arm.pat).start..self.places.expression(&arm.body).end;
        self.in_scope(span.end, |this| {
            this.bind(&arm.pat, false, span.start, None, None);
            visit::visit_arm(this, arm);
        });
    }

    fn visit_expr_let(&mut self, one: &'ast syn::ExprLet) {
        self.consume(&one.expr);
        visit::visit_expr_let(self, one);
    }

    fn visit_expr_match(&mut self, one: &'ast syn::ExprMatch) {
        self.consume(&one.expr);
        visit::visit_expr_match(self, one);
    }

    fn visit_expr_if(&mut self, one: &'ast syn::ExprIf) {
        self.visit_expr(&one.cond);
        let end = self.places.block(&one.then_branch).end;
        let condition = self.places.expression(&one.cond).end;
        self.in_scope(end, |this| {
            for pattern in patterns(&one.cond) {
                this.bind(pattern, false, condition, None, None);
            }
            this.visit_block(&one.then_branch);
        });
        if let Some((_, other)) = &one.else_branch {
            self.visit_expr(other);
        }
    }

    fn visit_expr_for_loop(&mut self, one: &'ast syn::ExprForLoop) {
        self.consume(&one.expr);
        self.visit_expr(&one.expr);
        let body = self.places.block(&one.body);
        self.in_scope(body.end, |this| {
            this.bind(&one.pat, false, body.start, None, None);
            this.in_loop(body.clone(), &one.body);
        });
    }

    fn visit_expr_while(&mut self, one: &'ast syn::ExprWhile) {
        let body = self.places.block(&one.body);
        self.visit_expr(&one.cond);
        self.in_scope(body.end, |this| {
            for pattern in patterns(&one.cond) {
                this.bind(pattern, false, body.start, None, None);
            }
            this.in_loop(body.clone(), &one.body);
        });
    }

    fn visit_expr_loop(&mut self, one: &'ast syn::ExprLoop) {
        let body = self.places.block(&one.body);
        self.in_loop(body, &one.body);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let body = Body {
            kind: BodyKind::Closure,
            span: self.here.clone(),
            block: self.places.expression(&closure.body),
            is_async: closure.asyncness.is_some(),
            takes: closure.capture.is_some(),
            runs_at_once: std::mem::take(&mut self.runs_at_once) && closure.asyncness.is_none(),
            ..Body::default()
        };
        let inside = body.block.start;
        self.body(body, |this| {
            for pattern in &closure.inputs {
                this.bind(pattern, false, inside, None, None);
            }
            this.visit_expr(&closure.body);
        });
    }

    fn visit_expr_async(&mut self, one: &'ast syn::ExprAsync) {
        self.runs_at_once = false;
        let body = Body {
            kind: BodyKind::Async,
            span: self.here.clone(),
            block: self.places.block(&one.block),
            is_async: true,
            takes: one.capture.is_some(),
            ..Body::default()
        };
        self.body(body, |this| this.visit_block(&one.block));
    }

    fn visit_expr_try(&mut self, one: &'ast syn::ExprTry) {
        self.consume(&one.expr);
        visit::visit_expr_try(self, one);
        self.exit(self.places.token(one.question_token.span()).start, None);
    }

    fn visit_expr_return(&mut self, one: &'ast syn::ExprReturn) {
        visit::visit_expr_return(self, one);
        self.exit(self.places.token(one.return_token.span()).start, None);
    }

    fn visit_expr_break(&mut self, one: &'ast syn::ExprBreak) {
        visit::visit_expr_break(self, one);
        let of_loop = if one.label.is_some() { self.loops.first() } else { self.loops.last() };
        self.exit(self.places.token(one.break_token.span()).start, of_loop.cloned());
    }

    fn visit_expr_continue(&mut self, one: &'ast syn::ExprContinue) {
        let of_loop = if one.label.is_some() { self.loops.first() } else { self.loops.last() };
        self.exit(self.places.token(one.continue_token.span()).start, of_loop.cloned());
    }

    fn visit_expr_await(&mut self, one: &'ast syn::ExprAwait) {
        self.consume(&one.base);
        visit::visit_expr_await(self, one);
        // `async { … }.with_logger(logger).await`
        let inner = awaited(&one.base).map(|inner| self.places.of(inner));
        let inner = inner.and_then(|span| self.body_at.get(&span).copied());
        if let Some(body) = inner.and_then(|at| self.flow.bodies.get_mut(at)) {
            body.runs_at_once = true;
        }
        self.awaits(self.places.token(one.await_token.span()).start);
    }

    fn visit_expr_assign(&mut self, one: &'ast syn::ExprAssign) {
        let start = self.here.start;
        visit::visit_expr_assign(self, one);
        self.change(names::root(&one.left), start, ChangeKind::Set);
    }

    fn visit_expr_binary(&mut self, one: &'ast syn::ExprBinary) {
        let start = self.here.start;
        visit::visit_expr_binary(self, one);
        let text = self.places.slice(&self.places.of(&one.op)).to_owned();
        if text.ends_with('=') && !["==", "<=", ">=", "!="].contains(&text.as_str()) {
            self.change(names::root(&one.left), start, ChangeKind::Set);
        }
    }

    fn visit_expr_reference(&mut self, one: &'ast syn::ExprReference) {
        let start = self.here.start;
        visit::visit_expr_reference(self, one);
        if one.mutability.is_some() {
            self.change(names::root(&one.expr), start, ChangeKind::Set);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        self.call(call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.method_call(call);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.macro_call(mac);
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal.span());
    }
}

impl Gather<'_> {
    fn literal(&mut self, span: TokenSpan) {
        let span = self.places.token(span);
        if self.places.slice(&span).contains('\n') {
            self.flow.literals.push(span);
        }
    }
}

/// Patterns of `let` in a condition.
fn patterns(condition: &syn::Expr) -> Vec<&syn::Pat> {
    match condition {
        syn::Expr::Let(one) => vec![&one.pat],
        syn::Expr::Binary(binary) => [patterns(&binary.left), patterns(&binary.right)].concat(),
        syn::Expr::Paren(paren) => patterns(&paren.expr),
        _ => Vec::new(),
    }
}

/// The `async` block that is awaited where it is written, with or without a logger or span around it.
fn awaited(expression: &syn::Expr) -> Option<&syn::ExprAsync> {
    match expression {
        syn::Expr::Async(block) => Some(block),
        syn::Expr::MethodCall(call) => awaited(&call.receiver),
        _ => None,
    }
}
