//! What rules need to know of a file besides its calls: functions with their loggers, spans that are entered, guards.
//!
//! Needs the syntax tree, so it is gathered only for files that name a logger, an entered span or `#[instrument]`. Code
//! in a macro's arguments is not part of the tree and has no facts.

mod emitted;
mod guards;
mod loggers;

use std::collections::HashMap;

use syn::visit::{self, Visit};

use super::flow::{self, Flow};
use super::instrument;
use super::spans::Places;
use crate::call::{Facts, Function, LoggerCall, Span};
use crate::source::Source;
use crate::syntax::parse;

/// Whether a text may have facts, by its words.
pub(super) fn may_have_some(text: &str) -> bool {
    let text = text.as_bytes();
    let has = |words: &[&str]| {
        words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    };
    // A logger may be a field of a type of another file: `.info("message", &[("key", value)])`.
    let passes_pairs = |method: &str| {
        memchr::memmem::find_iter(text, method).any(|at| {
            let call = &text[at..text.len().min(at + MOST_BEFORE_PAIRS)];
            let end = memchr::memchr(b';', call).unwrap_or(call.len());
            memchr::memmem::find(&call[..end], b"&[").is_some()
        })
    };
    has(&["Logger", "instrument", ".enter(", ".entered(", "in_scope("])
        || [".info(", ".warn(", ".error(", ".debug(", ".trace("].into_iter().any(passes_pairs)
}

/// Bytes of a logger's method and its message.
const MOST_BEFORE_PAIRS: usize = 2000;

/// The facts of a text; none where it does not parse, or where nothing in it needs them. With the flow, where a rule asks for
/// it, so that the text is parsed once.
pub(crate) fn of(source: &Source) -> (Facts, Option<Flow>) {
    if !may_have_some(&source.text) {
        return (Facts::default(), None);
    }
    let found = parsed(source).map(|file| {
        let facts = gather(&file, source);
        let has_flow = facts.has_contexts() && flow::may_spawn(&source.text);
        let flow = has_flow.then(|| flow::gathered(&file, source));
        (facts, flow)
    });
    // The table of spans is the thread's own and only grows.
    proc_macro2::extra::invalidate_current_thread_spans();
    found.unwrap_or_default()
}

/// The syntax tree of a text; none where it does not parse, or is nested too deeply.
pub(super) fn parsed(source: &Source) -> Option<syn::File> {
    parse::file(&source.text)
}

/// The facts of a syntax tree that was just parsed from the source by `syn::parse_file`, on this thread.
pub(crate) fn gather(file: &syn::File, source: &Source) -> Facts {
    let mut gather = Gather {
        places: Places::new(file, &source.text),
        facts: Facts::default(),
        functions: Vec::new(),
        self_type: None,
        generics: Vec::new(),
        modules: Vec::new(),
        loop_depth: 0,
        test_code: false,
        logger_fields: loggers::fields(file),
        bound_to: None,
        here: None,
    };
    gather.visit_file(file);
    let mut facts = gather.facts;
    facts.finish();
    facts
}

struct Gather<'a> {
    places: Places<'a>,
    facts: Facts,
    /// Indexes of the functions around, innermost last.
    functions: Vec<usize>,
    self_type: Option<String>,
    /// Type parameters of the `impl` around.
    generics: Vec<String>,
    /// The modules of the file around.
    modules: Vec<String>,
    loop_depth: usize,
    test_code: bool,
    /// The fields of each type that hold a logger.
    logger_fields: HashMap<String, Vec<String>>,
    /// The name that the expression at hand is bound to.
    bound_to: Option<String>,
    /// The expression that is visited next.
    here: Option<&'a syn::Expr>,
}

impl<'a> Gather<'a> {
    /// Where the expression is that is looked at.
    fn here(&self) -> Span {
        self.here.map_or(0..0, |expression| self.places.expression(expression))
    }

    fn function(
        &mut self,
        attributes: &[syn::Attribute],
        signature: &syn::Signature,
        body: Option<&syn::Block>,
        visit: impl FnOnce(&mut Self),
    ) {
        let signature_span = self.places.of(signature);
        let start = self.places.token(signature.fn_token.span).start;
        let end = body.map_or(signature_span.end, |body| self.places.block(body).end);
        let test_code = self.test_code || attributes.iter().any(is_test);
        let mut function = Function {
            name: signature.ident.to_string(),
            span: start..end,
            signature: signature_span,
            instruments: instrument::of(attributes, &self.places),
            test_code,
            ..Function::default()
        };
        let own = signature.generics.type_params().map(|one| one.ident.to_string());
        let generics: Vec<String> = own.chain(self.generics.iter().cloned()).collect();
        for input in &signature.inputs {
            let parameter = match input {
                syn::FnArg::Receiver(receiver) => {
                    ("self".to_owned(), self.places.slice(&self.places.of(receiver)).to_owned())
                }
                syn::FnArg::Typed(typed) => {
                    function.has_context |= is_context(&typed.ty, &generics);
                    (
                        pattern_name(&typed.pat),
                        self.places.slice(&self.places.of(&*typed.ty)).to_owned(),
                    )
                }
            };
            function.parameters.push(parameter);
        }
        if let Some(body) = body {
            function.loggers = loggers::in_function(self, &function, signature, body);
        }
        self.facts.emitted.extend(emitted::of_function(&function, &self.modules));
        let index = self.facts.functions.len();
        self.facts.functions.push(function);
        self.functions.push(index);
        let (loop_depth, was_test) = (self.loop_depth, self.test_code);
        (self.loop_depth, self.test_code) = (0, test_code);
        visit(self);
        (self.loop_depth, self.test_code) = (loop_depth, was_test);
        self.functions.pop();
    }

    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loop_depth += 1;
        visit(self);
        self.loop_depth -= 1;
    }

    fn closure(&mut self, span: Span) {
        if let Some(function) =
            self.functions.last().and_then(|index| self.facts.functions.get_mut(*index))
        {
            function.closures.push(span);
        }
    }

    fn scope(&mut self, span: Span) {
        let index = self.functions.last().copied();
        if let Some(function) = index.and_then(|index| self.facts.functions.get_mut(index)) {
            function.scopes.push(span);
        }
    }

    fn logger_call(
        &mut self,
        method: String,
        receiver: String,
        span: Span,
        keys: Vec<(String, Span)>,
    ) {
        self.facts.logger_calls.push(LoggerCall {
            method,
            receiver,
            bound_to: self.bound_to.clone(),
            span,
            keys,
            loop_depth: self.loop_depth,
            function_index: self.functions.last().copied(),
            test_code: self.test_code,
        });
    }

    fn bound(&mut self, name: Option<String>, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.bound_to, name);
        visit(self);
        self.bound_to = before;
    }
}

impl<'a> Visit<'a> for Gather<'a> {
    fn visit_expr(&mut self, expression: &'a syn::Expr) {
        self.here = Some(expression);
        visit::visit_expr(self, expression);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.attrs, &item.sig, Some(&item.block), |this| {
            visit::visit_item_fn(this, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.attrs, &item.sig, Some(&item.block), |this| {
            visit::visit_impl_item_fn(this, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.function(&item.attrs, &item.sig, item.default.as_ref(), |this| {
            visit::visit_trait_item_fn(this, item);
        });
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let before = self.self_type.take();
        self.self_type = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let own = item.generics.type_params().map(|one| one.ident.to_string());
        let generics = std::mem::replace(&mut self.generics, own.collect());
        visit::visit_item_impl(self, item);
        (self.self_type, self.generics) = (before, generics);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let before = self.test_code;
        self.test_code |= item.attrs.iter().any(is_test);
        self.modules.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.modules.pop();
        self.test_code = before;
    }

    fn visit_block(&mut self, block: &'a syn::Block) {
        guards::in_block(self, block);
        visit::visit_block(self, block);
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        let name = pattern_name(&local.pat);
        self.bound(Some(name).filter(|name| !name.is_empty()), |this| {
            visit::visit_local(this, local);
        });
    }

    fn visit_expr_assign(&mut self, assign: &'a syn::ExprAssign) {
        let name = self.places.text(&assign.left).to_owned();
        self.bound(Some(name), |this| visit::visit_expr_assign(this, assign));
    }

    fn visit_expr_for_loop(&mut self, one: &'a syn::ExprForLoop) {
        self.visit_expr(&one.expr);
        self.in_loop(|this| this.visit_block(&one.body));
    }

    fn visit_expr_while(&mut self, one: &'a syn::ExprWhile) {
        self.in_loop(|this| visit::visit_expr_while(this, one));
    }

    fn visit_expr_loop(&mut self, one: &'a syn::ExprLoop) {
        self.in_loop(|this| visit::visit_expr_loop(this, one));
    }

    fn visit_expr_closure(&mut self, closure: &'a syn::ExprClosure) {
        self.closure(self.here());
        self.bound(None, |this| visit::visit_expr_closure(this, closure));
    }

    fn visit_expr_async(&mut self, block: &'a syn::ExprAsync) {
        self.closure(self.here());
        self.bound(None, |this| visit::visit_expr_async(this, block));
    }

    fn visit_expr_call(&mut self, call: &'a syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func {
            let names: Vec<_> =
                function.path.segments.iter().map(|part| part.ident.to_string()).collect();
            if let [.., kind, method] = &names[..]
                && kind == "Logger"
            {
                let span = self.here();
                self.logger_call(method.clone(), "Logger".to_owned(), span, Vec::new());
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let method = call.method.to_string();
        if loggers::is_derivation(&method, call) {
            let keys = loggers::keys(self, call);
            let receiver = self.places.text(&call.receiver).to_owned();
            self.logger_call(method, receiver, self.here(), keys);
        } else if method == "v" && self.bound_to.is_some() && call.args.len() == 1 {
            let receiver = self.places.text(&call.receiver).to_owned();
            self.logger_call(method, receiver, self.here(), Vec::new());
        }
        let entry = emitted::of_method(self, call);
        self.facts.emitted.extend(entry);
        guards::in_method_call(self, call);
        visit::visit_expr_method_call(self, call);
    }
}

/// `name` of `name`, `mut name`, `ref name`, `name: Type`; empty for any other pattern.
fn pattern_name(pattern: &syn::Pat) -> String {
    match pattern {
        syn::Pat::Ident(ident) => ident.ident.to_string(),
        syn::Pat::Type(typed) => pattern_name(&typed.pat),
        _ => String::new(),
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
fn is_test(attribute: &syn::Attribute) -> bool {
    let Some(last) = attribute.path().segments.last() else { return false };
    if last.ident == "test" {
        return true;
    }
    let syn::Meta::List(list) = &attribute.meta else { return false };
    last.ident == "cfg"
        && list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).next() == Some("test")
}

/// A type whose name ends in `Context`, or is `Ctx`, also after a reference or an `Arc`; not the one of a future's `poll`,
/// and not a type parameter.
fn is_context(kind: &syn::Type, generics: &[String]) -> bool {
    match kind {
        syn::Type::Reference(reference) => is_context(&reference.elem, generics),
        syn::Type::Path(path) => {
            let segments = &path.path.segments;
            let Some(last) = segments.last() else { return false };
            let name = last.ident.to_string();
            let arguments = match &last.arguments {
                syn::PathArguments::AngleBracketed(list) => Some(&list.args),
                syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => None,
            };
            if ["Arc", "Rc", "Box"].contains(&name.as_str()) {
                return arguments.into_iter().flatten().any(|argument| match argument {
                    syn::GenericArgument::Type(inner) => is_context(inner, generics),
                    _ => false,
                });
            }
            let has_lifetime = arguments
                .into_iter()
                .flatten()
                .any(|argument| matches!(argument, syn::GenericArgument::Lifetime(_)));
            let is_of_task = segments.iter().any(|segment| segment.ident == "task") || has_lifetime;
            (name == "Ctx" || name.ends_with("Context")) && !is_of_task && !generics.contains(&name)
        }
        _ => false,
    }
}
