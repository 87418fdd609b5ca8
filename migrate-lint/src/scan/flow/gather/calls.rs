//! Calls and what they are passed.

use syn::visit::Visit;

use super::Gather;
use crate::call::Span;
use crate::scan::flow::{Argument, Called, ChangeKind, names};

impl Gather<'_> {
    pub(super) fn call(&mut self, call: &syn::ExprCall) {
        let span = self.here.clone();
        let path: Vec<String> = match &*call.func {
            syn::Expr::Path(path) => {
                path.path.segments.iter().map(|part| part.ident.to_string()).collect()
            }
            _ => Vec::new(),
        };
        let index = self.flow.calls.len();
        let arguments = self.arguments(call.args.iter());
        let is_scope = path.ends_with(&["thread".to_owned(), "scope".to_owned()]);
        self.called(path, None, span, arguments);
        self.visit_expr(&call.func);
        self.passed(index, &call.args, is_scope);
    }

    pub(super) fn method_call(&mut self, call: &syn::ExprMethodCall) {
        let span = self.here.clone();
        let method = call.method.to_string();
        let at = self.places.token(call.method.span()).start;
        self.change(names::root(&call.receiver), at, ChangeKind::Method(method.clone()));
        let index = self.flow.calls.len();
        let arguments = self.arguments(call.args.iter());
        self.called(
            vec![method.clone()],
            Some(self.places.expression(&call.receiver)),
            span,
            arguments,
        );
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
        self.passed(index, &call.args, runs);
        self.is_parallel = is_parallel || names::is_parallel(&method);
    }

    /// What a call is passed; `runs`: it runs closures itself.
    fn passed<'b>(
        &mut self,
        call: usize,
        arguments: impl IntoIterator<Item = &'b syn::Expr>,
        runs: bool,
    ) {
        for argument in arguments {
            self.runs_at_once = runs && matches!(argument, syn::Expr::Closure(_));
            self.visit_expr(argument);
            self.runs_at_once = false;
            // A place that is passed by value where the type is `&mut` is borrowed again.
            if let syn::Expr::Path(path) = argument
                && let Some(name) = path.path.get_ident()
                && self.is_mutable_reference(&name.to_string())
            {
                let at = self.places.expression(argument).start;
                self.change(Some(name.to_string()), at, ChangeKind::Set);
            }
        }
        self.link_arguments(call);
    }

    /// The value of an expression is taken apart: what its methods were passed has run then.
    pub(super) fn consume(&mut self, expression: &syn::Expr) {
        let mut rest = expression;
        loop {
            rest = match rest {
                syn::Expr::MethodCall(call) => {
                    let at = self.places.token(call.method.span()).start;
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

    fn arguments<'b>(&self, arguments: impl Iterator<Item = &'b syn::Expr>) -> Vec<Argument> {
        let argument = |one: &syn::Expr| Argument { span: self.places.expression(one), body: None };
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
    fn link_arguments(&mut self, call: usize) {
        let Some(called) = self.flow.calls.get_mut(call) else { return };
        for argument in &mut called.arguments {
            argument.body = self.body_at.get(&argument.span).copied();
        }
    }

    /// A parameter or variable that is known to be `&mut`.
    fn is_mutable_reference(&self, name: &str) -> bool {
        self.mutable.get(name).copied().unwrap_or_default()
    }
}
