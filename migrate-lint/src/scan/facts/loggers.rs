//! Loggers: where one is at hand, and the pairs that derived ones carry.

use std::collections::{HashMap, HashSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{Gather, pattern_name};
use crate::call::{Function, Span};

/// Fields of a type that are known as its loggers: nobody has more of them.
const N_FIELDS: usize = 16;

/// The fields of each type of the file that hold a logger.
pub(super) fn fields(file: &syn::File) -> HashMap<String, Vec<String>> {
    struct LoggerFields(HashMap<String, Vec<String>>);
    impl<'ast> Visit<'ast> for LoggerFields {
        fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
            for field in &item.fields {
                if let (Some(name), true) = (&field.ident, is_logger(&field.ty)) {
                    let known = self.0.entry(item.ident.to_string()).or_default();
                    if known.len() < N_FIELDS {
                        known.push(name.to_string());
                    }
                }
            }
        }
    }
    let mut fields = LoggerFields(HashMap::new());
    fields.visit_file(file);
    fields.0
}

/// The loggers of a function, by how they are written, with where they may be used.
pub(super) fn in_function(
    gather: &Gather<'_>,
    function: &Function,
    signature: &syn::Signature,
    body: &syn::Block,
) -> Vec<(String, Span)> {
    let whole = gather.places.block(body);
    let mut found = Found {
        gather,
        blocks: vec![whole.clone()],
        loggers: Vec::new(),
        names: HashSet::new(),
        in_force: HashMap::new(),
        moved: HashMap::new(),
    };
    for input in &signature.inputs {
        if let syn::FnArg::Typed(typed) = input
            && is_logger(&typed.ty)
        {
            let is_borrowed = matches!(&*typed.ty, syn::Type::Reference(_));
            found.logger(pattern_name(&typed.pat), whole.clone(), is_borrowed);
        }
    }
    if function.parameters.iter().any(|(name, _)| name == "self") {
        let fields = gather.self_type.as_ref().and_then(|kind| gather.logger_fields.get(kind));
        for field in fields.into_iter().flatten() {
            found.logger(format!("self.{field}"), whole.clone(), true);
        }
    }
    found.visit_block(body);
    let Found { loggers, mut moved, .. } = found;
    for places in moved.values_mut() {
        places.sort_unstable();
    }
    let loggers = loggers.into_iter().filter(|(name, ..)| !name.is_empty());
    let until_moved = |(name, mut scope, is_borrowed): (String, Span, bool)| {
        let places = moved.get(&name).map_or(&[][..], Vec::as_slice);
        let first = places.get(places.partition_point(|at| *at < scope.start));
        if let (Some(at), false) = (first, is_borrowed) {
            scope.end = scope.end.min(*at);
        }
        (name, scope)
    };
    loggers.map(until_moved).collect()
}

/// A method that makes a logger out of a logger: klog's `with_values`, `with_name`, slog's `new(o!(…))`.
pub(super) fn is_derivation(method: &str, call: &syn::ExprMethodCall) -> bool {
    match method {
        "with_values" | "with_name" => true,
        "new" => pairs_macro(call).is_some(),
        _ => false,
    }
}

/// Keys of the pairs that a derivation adds.
pub(super) fn keys(gather: &Gather<'_>, call: &syn::ExprMethodCall) -> Vec<(String, Span)> {
    let Some(mac) = pairs_macro(call) else { return Vec::new() };
    let is_arrow = mac.path.segments.last().is_some_and(|last| last.ident == "o");
    arguments(&mac.tokens)
        .iter()
        .filter_map(|argument| {
            let first = argument.first()?;
            let name = match first {
                TokenTree::Ident(name) => name.to_string(),
                TokenTree::Literal(text) => {
                    syn::parse_str::<syn::LitStr>(&text.to_string()).ok()?.value()
                }
                // `%self.name`, `?pod`
                TokenTree::Punct(_) => argument.iter().rev().find_map(|tree| match tree {
                    TokenTree::Ident(name) => Some(name.to_string()),
                    _ => None,
                })?,
                TokenTree::Group(_) => return None,
            };
            // slog's keys are literals; a bare name there is a value that brings its own.
            let is_key = !is_arrow || matches!(first, TokenTree::Literal(_));
            let name = name.trim_start_matches("r#").to_owned();
            is_key.then(|| (name, gather.places.token(first.span())))
        })
        .collect()
}

fn pairs_macro(call: &syn::ExprMethodCall) -> Option<&syn::Macro> {
    let syn::Expr::Macro(argument) = call.args.first()? else { return None };
    let name = &argument.mac.path.segments.last()?.ident;
    (name == "kvs" || name == "o" || name == "slog_o").then_some(&argument.mac)
}

fn arguments(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut arguments = vec![Vec::new()];
    for tree in tokens.clone() {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => arguments.push(Vec::new()),
            _ => {
                if let Some(last) = arguments.last_mut() {
                    last.push(tree);
                }
            }
        }
    }
    arguments
}

/// klog's `Logger` or a reference to one.
fn is_logger(kind: &syn::Type) -> bool {
    match kind {
        syn::Type::Reference(reference) => is_logger(&reference.elem),
        syn::Type::Path(path) => {
            let names = &path.path.segments;
            names.last().is_some_and(|last| last.ident == "Logger")
                && names.first().is_some_and(|first| first.ident != "slog")
        }
        _ => false,
    }
}

struct Found<'a> {
    gather: &'a Gather<'a>,
    /// Spans of the blocks around, innermost last.
    blocks: Vec<Span>,
    /// How it is written, where it may be used, and whether it cannot be moved away.
    loggers: Vec<(String, Span, bool)>,
    /// How the loggers are written.
    names: HashSet<String>,
    /// Loggers by a name that nothing else has been bound to since.
    in_force: HashMap<String, Vec<usize>>,
    /// Names that are passed on by value, and where.
    moved: HashMap<String, Vec<usize>>,
}

impl Found<'_> {
    fn makes_logger(&self, expression: &syn::Expr) -> bool {
        match expression {
            syn::Expr::Call(call) => match &*call.func {
                syn::Expr::Path(path) => {
                    let names: Vec<_> = path.path.segments.iter().map(|part| &part.ident).collect();
                    matches!(&names[..], [.., kind, method] if *kind == "Logger"
                        && (*method == "current" || *method == "background" || *method == "todo"))
                }
                _ => false,
            },
            syn::Expr::MethodCall(call) => {
                let is_derived = call.method == "with_values"
                    || call.method == "with_name"
                    || call.method == "v"
                    || call.method == "clone";
                is_derived && (self.makes_logger(&call.receiver) || self.is_known(&call.receiver))
            }
            _ => false,
        }
    }

    fn is_known(&self, expression: &syn::Expr) -> bool {
        self.names.contains(self.gather.places.text(expression))
    }

    fn logger(&mut self, name: String, scope: Span, is_borrowed: bool) {
        self.names.insert(name.clone());
        self.in_force.entry(name.clone()).or_default().push(self.loggers.len());
        self.loggers.push((name, scope, is_borrowed));
    }

    fn is_moved(&mut self, name: String, at: usize) {
        self.moved.entry(name).or_default().push(at);
    }

    fn passes(&mut self, arguments: &syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>) {
        for argument in arguments {
            if let syn::Expr::Path(path) = argument
                && let Some(name) = path.path.get_ident()
            {
                self.is_moved(name.to_string(), self.gather.places.token(name.span()).start);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.blocks.push(self.gather.places.block(block));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        let name = pattern_name(&local.pat);
        let end = self.blocks.last().map_or(0, |block| block.end);
        let start = self.gather.places.token(local.semi_token.span).end;
        match &local.init {
            Some(init) if self.makes_logger(&init.expr) => {
                self.logger(name, start..end, false);
            }
            // A name that now means something else.
            _ => {
                for index in self.in_force.remove(&name).into_iter().flatten() {
                    let (_, scope, _) = &mut self.loggers[index];
                    scope.end = scope.end.min(start);
                }
            }
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        self.passes(&call.args);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.passes(&call.args);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if closure.capture.is_some() {
            self.moves_all(self.gather.places.expression(&closure.body));
        }
        visit::visit_expr_closure(self, closure);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        if block.capture.is_some() {
            self.moves_all(self.gather.places.block(&block.block));
        }
        visit::visit_expr_async(self, block);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if let syn::Expr::Path(path) = &field.expr
            && let Some(name) = path.path.get_ident()
        {
            self.is_moved(name.to_string(), self.gather.places.token(name.span()).start);
        }
        visit::visit_field_value(self, field);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Found<'_> {
    /// A `move` closure takes what it names.
    fn moves_all(&mut self, span: Span) {
        let text = self.gather.places.slice(&span);
        for (_, name) in crate::tokens::identifiers(text) {
            if self.names.contains(name) {
                self.moved.entry(name.to_owned()).or_default().push(span.start);
            }
        }
    }
}
