//! Entries that no macro makes: those of `#[instrument(err, ret)]`, and of methods of klog's loggers.

use syn::punctuated::Punctuated;

use super::Gather;
use crate::call::{Emitted, Function, Instrument, Level, Span};
use crate::scan::instrument;
use crate::scan::made::{self, Root};

/// What `#[instrument]` of a function emits: an entry of the error that it returns, and one of what it returns.
pub(super) fn of_function(function: &Function, modules: &[String]) -> Vec<Emitted> {
    function.instruments.iter().flat_map(|one| of_attribute(function, one, modules)).collect()
}

fn of_attribute(function: &Function, attribute: &Instrument, modules: &[String]) -> Vec<Emitted> {
    let arguments = instrument::read(&attribute.arguments);
    let entry = |key: &str, level: Level| Emitted {
        span: attribute.span.clone(),
        function: Some(function.name.clone()),
        modules: modules.to_vec(),
        level,
        // An event without a message is printed under the name of its span.
        message: arguments.name.clone().unwrap_or_else(|| Some(function.name.clone())),
        keys: vec![(Some(key.to_owned()), None)],
        logger: None,
        target: arguments.target.clone(),
        is_of_klog: false,
        test_code: function.test_code,
    };
    let err = arguments.err.map(|level| entry("err", level.unwrap_or(Level::Error)));
    let of_span = arguments.level.unwrap_or(Level::Info);
    let ret = arguments.ret.map(|level| entry("return", level.unwrap_or(of_span)));
    err.into_iter().chain(ret).collect()
}

/// What `logger.info("message", &[("key", value)])` and its like emit.
pub(super) fn of_method(gather: &Gather<'_>, call: &syn::ExprMethodCall) -> Option<Emitted> {
    let level = match call.method.to_string().as_str() {
        "error" => Level::Error,
        "warn" => Level::Warn,
        "info" => Level::Info,
        "debug" => Level::Debug,
        "trace" => Level::Trace,
        _ => return None,
    };
    let mut arguments = call.args.iter();
    let has_error = level == Level::Error;
    if call.args.len() != 2 + usize::from(has_error) {
        return None;
    }
    let error = if has_error { arguments.next() } else { None };
    let (message, pairs) = (arguments.next()?, arguments.next()?);
    let text = match message {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    };
    let pairs = list(pairs);
    let function = gather.functions.last().and_then(|index| gather.facts.functions.get(*index));
    let receiver = gather.places.text(&call.receiver);
    let is_known = || is_logger(receiver, function);
    let is_like = text.is_some() && pairs.is_some_and(|pairs| pairs.iter().any(is_pair));
    if !is_like && !is_known() {
        return None;
    }
    let mut keys: Vec<(Option<String>, Option<String>)> = Vec::new();
    keys.extend(error.map(|_| (Some("err".to_owned()), None)));
    match pairs {
        Some(pairs) => keys.extend(pairs.iter().map(|pair| key(gather, pair))),
        None => keys.push((None, Some(String::new()))),
    }
    Some(Emitted {
        span: gather.here(),
        function: function.map(|function| function.name.clone()),
        modules: gather.modules.clone(),
        level,
        message: text,
        keys,
        logger: Some((receiver.to_owned(), receiver_span(gather, call))),
        target: None,
        is_of_klog: true,
        test_code: gather.test_code || function.is_some_and(|function| function.test_code),
    })
}

fn receiver_span(gather: &Gather<'_>, call: &syn::ExprMethodCall) -> Span {
    gather.places.of(&*call.receiver)
}

/// `&[…]`.
fn list(pairs: &syn::Expr) -> Option<&Punctuated<syn::Expr, syn::Token![,]>> {
    let syn::Expr::Reference(pairs) = pairs else { return None };
    let syn::Expr::Array(pairs) = &*pairs.expr else { return None };
    Some(&pairs.elems)
}

/// `("key", value)`.
fn is_pair(pair: &syn::Expr) -> bool {
    matches!(pair, syn::Expr::Tuple(tuple) if tuple.elems.len() == 2 && literal(&tuple.elems[0]).is_some())
}

fn literal(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The key of a pair where it is constant, and what its value is made of.
fn key(gather: &Gather<'_>, pair: &syn::Expr) -> (Option<String>, Option<String>) {
    let syn::Expr::Tuple(tuple) = pair else { return (None, Some(String::new())) };
    let value = tuple.elems.iter().nth(1).map(|value| gather.places.text(bare(value)).to_owned());
    (tuple.elems.first().and_then(literal), Some(value.unwrap_or_default()))
}

/// `port` of `Value::from(port)` and `(&port).into()`.
fn bare(value: &syn::Expr) -> &syn::Expr {
    match value {
        syn::Expr::MethodCall(call) if call.method == "into" => bare(&call.receiver),
        syn::Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            syn::Expr::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == "from") =>
            {
                bare(&call.args[0])
            }
            _ => value,
        },
        syn::Expr::Paren(inner) => bare(&inner.expr),
        syn::Expr::Reference(inner) => bare(&inner.expr),
        _ => value,
    }
}

/// Whether an expression is a logger, by what it is made of or what it is called.
fn is_logger(receiver: &str, function: Option<&Function>) -> bool {
    let is_known = |name: &str| {
        let is_bound =
            |function: &Function| function.loggers.iter().any(|(known, _)| known == name);
        let last = name.rsplit('.').next().unwrap_or(name);
        matches!(last, "log" | "logger") || function.is_some_and(is_bound)
    };
    match made::logger(receiver).root {
        Root::Current => true,
        Root::Name(name) | Root::Field(name) => is_known(&name),
        Root::Other => false,
    }
}
