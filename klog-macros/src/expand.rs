//! Code of a call: a `static` call site, a test whether it is enabled, and one function call.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use crate::{
    Macro,
    expression::Expr,
    parse::{Call, Message, Mode, Pair, Pairs, Prefix},
};

/// `limit` is the name of a limiting macro and its first argument.
pub(crate) fn call(which: Macro, call: &Call, limit: Option<(&str, &Expr)>) -> TokenStream {
    let klog = &call.klog;
    let Message::Literal(literal) = &call.message else { return TokenStream::new() };
    let severity = format_ident!("{}", which.severity);
    let verbosity = verbosity(which, call);
    let site = site(call, &literal.value(), &severity, &verbosity, limit.is_some());
    let log = log(call, limit);
    let limit = limit
        .map(|_| quote!(static __LIMIT: #klog::__private::Limit = #klog::__private::Limit::new();));
    let exit = (which.name == "fatal").then(|| quote!(#klog::flush_and_exit(1)));
    quote! {{
        const __LEVEL: #klog::__private::Level = #klog::__private::level(#klog::Severity::#severity, #verbosity);
        #limit
        #site
        #log
        #exit
    }}
}

fn prefix<'a>(call: &'a Call, name: &str) -> Option<&'a Prefix> {
    call.prefixes.iter().find(|prefix| prefix.name == name)
}

fn verbosity(which: Macro, call: &Call) -> TokenStream {
    match (prefix(call, "v"), which.verbosity) {
        (Some(Prefix { value, .. }), None) => quote_spanned!(value.span()=> #value),
        (_, implied) => {
            let level = Literal::u32_unsuffixed(implied.unwrap_or(0));
            quote!(#level)
        }
    }
}

/// The `static` call site.
fn site(
    call: &Call,
    message: &str,
    severity: &Ident,
    verbosity: &TokenStream,
    is_limited: bool,
) -> TokenStream {
    let klog = &call.klog;
    let target = match prefix(call, "target") {
        Some(Prefix { value, .. }) => quote!(#value),
        None => quote!(::core::module_path!()),
    };
    let has_target = prefix(call, "target").is_some();
    let has_err = prefix(call, "err").is_some();
    let suppressed = is_limited.then_some("suppressed");
    let mut fields = vec!["message"];
    fields.extend(has_err.then_some("err"));
    fields.extend(call.pairs.iter().map(|pair| pair.key.name.as_str()).chain(suppressed));
    quote! {
        static __SITE: #klog::__private::CallSite = #klog::__private::CallSite::new(
            #klog::__private::CallSiteInfo {
                name: ::core::concat!("event ", ::core::file!(), ":", ::core::line!()),
                target: #target,
                severity: #klog::Severity::#severity,
                verbosity: #verbosity,
                file: ::core::file!(),
                line: ::core::line!(),
                module: ::core::module_path!(),
                message: #message,
                fields: &[#(#fields),*],
                has_err: #has_err,
                has_target: #has_target,
            },
            &__SITE,
        );
    }
}

/// The test whether the call is enabled, and the call with its values.
fn log(call: &Call, limit: Option<(&str, &Expr)>) -> TokenStream {
    let klog = &call.klog;
    match prefix(call, "logger") {
        Some(Prefix { value, .. }) => {
            let logger = quote_spanned!(value.span()=> #klog::__private::logger(&(#value)));
            let send = within_limit(limit, send(call, limit.is_some()));
            quote! {
                match #logger {
                    __logger => if #klog::__private::enabled(&__SITE, __LEVEL, __logger) { #send }
                }
            }
        }
        None => {
            let send = within_limit(limit, send(call, limit.is_some()));
            quote!(if #klog::__private::enabled_current(&__SITE, __LEVEL) { #send })
        }
    }
}

fn within_limit(limit: Option<(&str, &Expr)>, send: TokenStream) -> TokenStream {
    let Some((limit, amount)) = limit else { return send };
    let function = format_ident!("{}", limit);
    let amount = quote_spanned!(amount.span()=> __LIMIT.#function(#amount));
    quote! {
        if let ::core::option::Option::Some(__suppressed) = #amount {
            #send
        }
    }
}

/// Evaluates every value once and in order before any is captured: a captured value may hold a `dyn` reference, which
/// must not live across an `.await` in a later value.
fn send(call: &Call, is_limited: bool) -> TokenStream {
    let klog = &call.klog;
    let err = prefix(call, "err");
    let values =
        err.map(|err| &err.value).into_iter().chain(call.pairs.iter().map(|pair| &pair.value));
    let names: Vec<Ident> = values
        .clone()
        .enumerate()
        .map(|(index, value)| format_ident!("__klog_{index}", span = value.span()))
        .collect();
    let values = values.map(|value| quote_spanned!(value.span()=> &(#value)));
    let captured =
        call.pairs.iter().zip(&names[usize::from(err.is_some())..]).map(|(pair, name)| {
            value(klog, pair, &quote_spanned!(pair.value.span()=> &#name), choice)
        });
    let captured = if is_limited {
        quote! {
            #klog::__private::limited(
                &[#(#captured,)* #klog::__private::capture(&__suppressed)],
                __suppressed,
            )
        }
    } else {
        quote!(&[#(#captured),*])
    };
    let error = err.zip(names.first()).map(|(Prefix { value, .. }, name)| {
        let error = choice(klog, "ErrorRef", value.span(), &quote!(&#name));
        quote!(#error,)
    });
    let is_chosen = |pair: &Pair| pair.mode == Mode::Value && pair.value.literal().is_none();
    let traits = (err.is_some() || call.pairs.iter().any(is_chosen)).then(|| choices(klog));
    let (function, logger) = match (prefix(call, "logger"), err) {
        (Some(_), Some(_)) => (quote!(log_error), Some(quote!(__logger,))),
        (Some(_), None) => (quote!(log), Some(quote!(__logger,))),
        (None, Some(_)) => (quote!(log_error_current), None),
        (None, None) => (quote!(log_current), None),
    };
    quote! {
        match (#(#values,)*) {
            (#(#names,)*) => { #traits #klog::__private::#function(&__SITE, #logger #error #captured) }
        }
    }
}

pub(crate) fn kvs(pairs: &Pairs) -> TokenStream {
    let klog = &pairs.klog;
    let keys = pairs.pairs.iter().map(|pair| &pair.key.name);
    let values = pairs.pairs.iter().map(|pair| {
        let expression = &pair.value;
        value(
            klog,
            pair,
            &quote_spanned!(expression.span()=> &&(#expression)),
            |klog, order, span, place| {
                let traits = choices(klog);
                let choice = choice(klog, order, span, &quote_spanned!(span=> __klog_place));
                // Bound by a `match`, so that what the expression makes lives as long as the whole call.
                quote_spanned!(span=> match #place { __klog_place => { #traits #choice } })
            },
        )
    });
    quote! {
        #klog::logger::KeyValues { keys: &[#(#keys),*], values: &[#(#values),*] }
    }
}

/// How the value of an expression is chosen by its type.
type Choice = fn(klog: &TokenStream, order: &str, span: Span, place: &TokenStream) -> TokenStream;

/// The value of a pair, whose expression is at the two references of `place`.
fn value(klog: &TokenStream, pair: &Pair, place: &TokenStream, choice: Choice) -> TokenStream {
    let span = pair.value.span();
    let function = match pair.mode {
        // A literal is what it is.
        Mode::Value if pair.value.literal().is_some() => format_ident!("capture"),
        Mode::Value => return choice(klog, "PairRef", span, place),
        Mode::Display => format_ident!("display"),
        Mode::Debug => format_ident!("debug_value"),
    };
    quote_spanned!(span=> #klog::__private::#function(#place))
}

/// The value of an expression by its type: the first of several traits that fits, which [`choices`] imports.
fn choice(klog: &TokenStream, order: &str, span: Span, place: &TokenStream) -> TokenStream {
    let order = format_ident!("{}", order);
    quote_spanned!(span=> (&&&&&&&#klog::__private::#order(#place)).__klog_value())
}

fn choices(klog: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports, reason = "a call has values of a few of these")]
        use #klog::__private::{
            ViaDeref as _, ViaDisplay as _, ViaError as _, ViaLogValue as _, ViaNothing as _,
            ViaOptionalDisplay as _, ViaOptionalError as _,
        };
    }
}
