//! Syntax tree → [`Flow`].

use std::collections::HashSet;

use proc_macro2::Span as TokenSpan;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::names;
use super::tokens::{self, Word};
use super::{Argument, Binding, Block, Body, BodyKind, Called, Change, ChangeKind, Exit, Flow};
use crate::call::Span;
use crate::scan::instrument;
use crate::source::Source;

pub(super) fn gather(file: &syn::File, source: &Source) -> Flow {
    let n_bom = if source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let shift = n_bom + file.shebang.as_ref().map_or(0, String::len);
    let mut gather = Gather {
        source,
        shift,
        flow: Flow::default(),
        bodies: Vec::new(),
        scopes: Vec::new(),
        loops: Vec::new(),
        runs_at_once: false,
        consumed: HashSet::new(),
        is_parallel: false,
    };
    gather.module(&file.items, 0..source.text.len());
    gather.visit_file(file);
    gather.flow
}

struct Gather<'a> {
    source: &'a Source,
    shift: usize,
    flow: Flow,
    /// Bodies around, innermost last.
    bodies: Vec<usize>,
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
}

impl Gather<'_> {
    fn token_span(&self, span: TokenSpan) -> Span {
        let range = span.byte_range();
        range.start + self.shift..range.end + self.shift
    }

    fn span(&self, node: &impl Spanned) -> Span {
        self.token_span(node.span())
    }

    fn text(&self, node: &impl Spanned) -> String {
        self.source.slice(&self.span(node)).to_owned()
    }

    fn braces(&self, block: &syn::Block) -> Span {
        let braces = &block.brace_token.span;
        self.token_span(braces.open()).start..self.token_span(braces.close()).end
    }

    /// Where a module's imports end.
    fn module(&mut self, items: &[syn::Item], span: Span) {
        let uses = items.iter().rev().find(|item| matches!(item, syn::Item::Use(_)));
        let at = match (uses, items.first()) {
            (Some(last), _) => self.span(last).end,
            (None, Some(first)) => self.span(first).start,
            (None, None) => return,
        };
        self.flow.modules.push((span, at));
    }

    fn body(&mut self, mut body: Body, visit: impl FnOnce(&mut Self)) {
        body.parent = self.bodies.last().copied();
        let end = body.block.end;
        self.flow.bodies.push(body);
        self.bodies.push(self.flow.bodies.len() - 1);
        self.scopes.push(end);
        let loops = std::mem::take(&mut self.loops);
        visit(self);
        self.loops = loops;
        self.scopes.pop();
        self.bodies.pop();
    }

    fn function(
        &mut self,
        attributes: &[syn::Attribute],
        start: usize,
        signature: &syn::Signature,
        block: &syn::Block,
    ) {
        let is_known = |name: &str| {
            [
                "doc",
                "instrument",
                "allow",
                "expect",
                "cfg",
                "must_use",
                "inline",
                "test",
                "main",
                "async_trait",
            ]
            .contains(&name)
        };
        let names: Vec<String> = attributes
            .iter()
            .filter_map(|one| Some(one.path().segments.last()?.ident.to_string()))
            .collect();
        let is_special = signature.constness.is_some()
            || self.text(signature).contains("unsafe fn")
            || signature.abi.is_some()
            || names.iter().any(|name| !is_known(name));
        let mut body = Body {
            name: signature.ident.to_string(),
            span: self.token_span(signature.fn_token.span()).start..self.braces(block).end,
            block: self.braces(block),
            is_async: signature.asyncness.is_some(),
            attributes_at: start,
            is_special,
            instrument: instrument::of(attributes, self.source, self.shift),
            ..Body::default()
        };
        if let syn::ReturnType::Type(_, kind) = &signature.output {
            body.output = self.text(&**kind);
        }
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(receiver) => body.receiver = Some(self.text(receiver)),
                syn::FnArg::Typed(typed) => {
                    let name = self.text(&*typed.pat);
                    body.parameters.push((name, self.text(&*typed.ty)));
                }
            }
        }
        let inside = body.block.start;
        let receiver = body.receiver.clone();
        self.body(body, |this| {
            if let Some(receiver) = receiver {
                let is_mutable = receiver.contains("mut ");
                this.bind_name("self".to_owned(), is_mutable, inside, None, None);
            }
            for input in &signature.inputs {
                if let syn::FnArg::Typed(typed) = input {
                    let is_mutable = names::is_mutable(&typed.ty);
                    this.bind(&typed.pat, is_mutable, inside, None, None);
                }
            }
            this.visit_block(block);
        });
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

    /// The value of an expression is taken apart: what its methods were passed has run then.
    fn consume(&mut self, expression: &syn::Expr) {
        let mut rest = expression;
        loop {
            rest = match rest {
                syn::Expr::MethodCall(call) => {
                    let at = self.token_span(call.method.span()).start;
                    if !self.consumed.insert(at) {
                        return;
                    }
                    &call.receiver
                }
                syn::Expr::Await(one) => &one.base,
                syn::Expr::Try(one) => &one.expr,
                syn::Expr::Paren(one) => &one.expr,
                syn::Expr::Reference(one) => &one.expr,
                _ => return,
            }
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

    fn arguments<'b>(&self, arguments: impl Iterator<Item = &'b syn::Expr>) -> Vec<Argument> {
        let argument = |one: &syn::Expr| Argument { span: self.span(one), body: None };
        arguments.map(argument).collect()
    }

    fn called(
        &mut self,
        path: Vec<String>,
        receiver: Option<Span>,
        span: Span,
        arguments: Vec<Argument>,
    ) {
        let is_parallel = false;
        self.flow.calls.push(Called { path, receiver, is_parallel, span, arguments });
    }

    /// Arguments that are bodies are known by their places.
    fn link_arguments(&mut self, call: usize, first: usize) {
        let Some(called) = self.flow.calls.get_mut(call) else { return };
        for argument in &mut called.arguments {
            let bodies = self.flow.bodies.iter().enumerate().skip(first);
            let mut bodies = bodies.filter(|(_, body)| body.kind != BodyKind::Function);
            argument.body = bodies.find(|(_, body)| body.span == argument.span).map(|(at, _)| at);
        }
    }
}

impl<'ast> Visit<'ast> for Gather<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let start = self.token_span(item.vis.span()).start.min(self.span(&item.sig).start);
        let is_inherited = matches!(item.vis, syn::Visibility::Inherited);
        let start = if is_inherited { self.span(&item.sig).start } else { start };
        self.function(&item.attrs, start, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let is_inherited = matches!(item.vis, syn::Visibility::Inherited);
        let start = match is_inherited {
            true => self.span(&item.sig).start,
            false => self.span(&item.vis).start,
        };
        self.function(&item.attrs, start, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, self.span(&item.sig).start, &item.sig, block);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some((braces, items)) = &item.content {
            let span =
                self.token_span(braces.span.open()).start..self.token_span(braces.span.close()).end;
            self.module(items, span);
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let span = self.braces(block);
        let statements = block.stmts.iter().map(|one| self.span(one)).collect();
        let body = self.bodies.last().copied().unwrap_or_default();
        self.flow.blocks.push(Block { span: span.clone(), body, is_loop: false, statements });
        self.in_scope(span.end, |this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let span = self.span(local);
        let value = local.init.as_ref().map(|init| self.span(&*init.expr));
        let is_mutable = local.init.as_ref().is_some_and(
            |init| matches!(&*init.expr, syn::Expr::Reference(one) if one.mutability.is_some()),
        );
        self.bind(&local.pat, is_mutable, span.end, Some(&span), value.as_ref());
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let span = self.span(arm);
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
        let end = self.braces(&one.then_branch).end;
        let condition = self.span(&*one.cond).end;
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
        let body = self.braces(&one.body);
        self.in_scope(body.end, |this| {
            this.bind(&one.pat, false, body.start, None, None);
            this.in_loop(body.clone(), &one.body);
        });
    }

    fn visit_expr_while(&mut self, one: &'ast syn::ExprWhile) {
        let body = self.braces(&one.body);
        self.visit_expr(&one.cond);
        self.in_scope(body.end, |this| {
            for pattern in patterns(&one.cond) {
                this.bind(pattern, false, body.start, None, None);
            }
            this.in_loop(body.clone(), &one.body);
        });
    }

    fn visit_expr_loop(&mut self, one: &'ast syn::ExprLoop) {
        let body = self.braces(&one.body);
        self.in_loop(body, &one.body);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let span = self.span(closure);
        let body = Body {
            kind: BodyKind::Closure,
            span: span.clone(),
            block: self.span(&*closure.body),
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
            span: self.span(one),
            block: self.braces(&one.block),
            is_async: true,
            takes: one.capture.is_some(),
            ..Body::default()
        };
        self.body(body, |this| this.visit_block(&one.block));
    }

    fn visit_expr_try(&mut self, one: &'ast syn::ExprTry) {
        self.consume(&one.expr);
        visit::visit_expr_try(self, one);
        self.exit(self.token_span(one.question_token.span()).start, None);
    }

    fn visit_expr_return(&mut self, one: &'ast syn::ExprReturn) {
        visit::visit_expr_return(self, one);
        self.exit(self.token_span(one.return_token.span()).start, None);
    }

    fn visit_expr_break(&mut self, one: &'ast syn::ExprBreak) {
        visit::visit_expr_break(self, one);
        let of_loop = if one.label.is_some() { self.loops.first() } else { self.loops.last() };
        self.exit(self.token_span(one.break_token.span()).start, of_loop.cloned());
    }

    fn visit_expr_continue(&mut self, one: &'ast syn::ExprContinue) {
        let of_loop = if one.label.is_some() { self.loops.first() } else { self.loops.last() };
        self.exit(self.token_span(one.continue_token.span()).start, of_loop.cloned());
    }

    fn visit_expr_await(&mut self, one: &'ast syn::ExprAwait) {
        let first = self.flow.bodies.len();
        self.consume(&one.base);
        visit::visit_expr_await(self, one);
        // `async { … }.with_logger(logger).await`
        if let Some(inner) = awaited(&one.base) {
            let span = self.span(inner);
            let bodies = self.flow.bodies.iter_mut().skip(first);
            bodies.filter(|body| body.span == span).for_each(|body| body.runs_at_once = true);
        }
        self.awaits(self.token_span(one.await_token.span()).start);
    }

    fn visit_expr_assign(&mut self, one: &'ast syn::ExprAssign) {
        visit::visit_expr_assign(self, one);
        self.change(names::root(&one.left), self.span(one).start, ChangeKind::Set);
    }

    fn visit_expr_binary(&mut self, one: &'ast syn::ExprBinary) {
        visit::visit_expr_binary(self, one);
        let text = self.source.slice(&self.span(&one.op)).to_owned();
        if text.ends_with('=') && !["==", "<=", ">=", "!="].contains(&text.as_str()) {
            self.change(names::root(&one.left), self.span(one).start, ChangeKind::Set);
        }
    }

    fn visit_expr_reference(&mut self, one: &'ast syn::ExprReference) {
        visit::visit_expr_reference(self, one);
        if one.mutability.is_some() {
            self.change(names::root(&one.expr), self.span(one).start, ChangeKind::Set);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let span = self.span(call);
        let path: Vec<String> = match &*call.func {
            syn::Expr::Path(path) => {
                path.path.segments.iter().map(|part| part.ident.to_string()).collect()
            }
            _ => Vec::new(),
        };
        let (index, first) = (self.flow.calls.len(), self.flow.bodies.len());
        let arguments = self.arguments(call.args.iter());
        let is_scope = path.ends_with(&["thread".to_owned(), "scope".to_owned()]);
        self.called(path, None, span, arguments);
        self.visit_expr(&call.func);
        for argument in &call.args {
            self.runs_at_once = is_scope && matches!(argument, syn::Expr::Closure(_));
            self.visit_expr(argument);
            self.runs_at_once = false;
            // A place that is passed by value where the type is `&mut` is borrowed again.
            if let syn::Expr::Path(path) = argument
                && let Some(name) = path.path.get_ident()
                && self.is_mutable_reference(&name.to_string())
            {
                let at = self.span(argument).start;
                self.change(Some(name.to_string()), at, ChangeKind::Set);
            }
        }
        self.link_arguments(index, first);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let span = self.span(call);
        let method = call.method.to_string();
        let at = self.token_span(call.method.span()).start;
        self.change(names::root(&call.receiver), at, ChangeKind::Method(method.clone()));
        let (index, first) = (self.flow.calls.len(), self.flow.bodies.len());
        let arguments = self.arguments(call.args.iter());
        self.called(vec![method.clone()], Some(self.span(&*call.receiver)), span, arguments);
        if names::consumes(&method) {
            self.consume(&call.receiver);
        }
        // What was awaited is a value, not a stream or a future.
        let is_value = matches!(&*call.receiver, syn::Expr::Await(_) | syn::Expr::Try(_));
        let is_consumed = is_value || self.consumed.contains(&at);
        self.visit_expr(&call.receiver);
        let is_parallel = self.is_parallel && matches!(&*call.receiver, syn::Expr::MethodCall(_));
        if let Some(called) = self.flow.calls.get_mut(index) {
            called.is_parallel = is_parallel;
        }
        let runs = names::runs_at_once(&method, is_consumed) && !is_parallel;
        for argument in &call.args {
            self.runs_at_once = runs && matches!(argument, syn::Expr::Closure(_));
            self.visit_expr(argument);
            self.runs_at_once = false;
            if let syn::Expr::Path(path) = argument
                && let Some(name) = path.path.get_ident()
                && self.is_mutable_reference(&name.to_string())
            {
                let at = self.span(argument).start;
                self.change(Some(name.to_string()), at, ChangeKind::Set);
            }
        }
        self.link_arguments(index, first);
        self.is_parallel = is_parallel || names::is_parallel(&method);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let mut found = Vec::new();
        tokens::words(&mac.tokens, &mut found);
        let name = mac.path.segments.last().map(|last| last.ident.to_string());
        let runs_code =
            name.is_some_and(|name| ["select", "join", "try_join"].contains(&name.as_str()));
        for word in found {
            match word {
                Word::Exit(span) if runs_code => {
                    let at = self.token_span(span).start;
                    let of_loop = match self.source.slice(&self.token_span(span)) {
                        "break" | "continue" => self.loops.last().cloned(),
                        _ => None,
                    };
                    self.exit(at, of_loop);
                }
                Word::Exit(span) => {
                    // `?` may be a sigil, as log calls have it; what jumps is a word.
                    let span = self.token_span(span);
                    if self.source.slice(&span) == "return" {
                        self.exit(span.start, None);
                    }
                }
                Word::Await(span) => self.awaits(self.token_span(span).start),
                Word::Set(name, span) if runs_code => {
                    self.change(Some(name), self.token_span(span).start, ChangeKind::Set);
                }
                Word::Set(name, span) => {
                    // `key = value` of a log call is no assignment; `&mut name` is a loan.
                    let at = self.token_span(span).start;
                    let before = self.source.text.get(..at).unwrap_or_default().trim_end();
                    if before.ends_with("&mut") {
                        self.change(Some(name), at, ChangeKind::Set);
                    }
                }
                Word::Method(name, method, span) => {
                    let at = self.token_span(span).start;
                    self.change(Some(name), at, ChangeKind::Method(method));
                }
                Word::Literal(span) => self.literal(span),
            }
        }
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal.span());
    }
}

impl Gather<'_> {
    fn literal(&mut self, span: TokenSpan) {
        let span = self.token_span(span);
        if self.source.slice(&span).contains('\n') {
            self.flow.literals.push(span);
        }
    }

    /// A parameter or variable that is known to be `&mut`.
    fn is_mutable_reference(&self, name: &str) -> bool {
        let binding = self.flow.bindings.iter().rfind(|one| one.name == name);
        binding.is_some_and(|one| one.is_mutable)
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
