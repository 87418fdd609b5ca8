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
    let message = literal.value();
    let prefix = |name: &str| call.prefixes.iter().find(|prefix| prefix.name == name);

    let severity = format_ident!("{}", which.severity);
    let verbosity = match (prefix("v"), which.verbosity) {
        (Some(Prefix { value, .. }), None) => quote_spanned!(value.span()=> #value),
        (_, stands_for) => {
            let level = Literal::u32_unsuffixed(stands_for.unwrap_or(0));
            quote!(#level)
        }
    };
    let target = match prefix("target") {
        Some(Prefix { value, .. }) => quote!(#value),
        None => quote!(::core::module_path!()),
    };
    let has_target = prefix("target").is_some();
    let suppressed = limit.map(|_| "suppressed");
    let names = call.pairs.iter().map(|pair| pair.key.name.as_str()).chain(suppressed);
    let err = prefix("err");
    let has_err = err.is_some();
    let mut fields = vec!["message".to_owned()];
    fields.extend(has_err.then(|| "err".to_owned()));
    fields.extend(names.map(str::to_owned));

    // Every value is evaluated once and in order before any is captured: a captured value may hold a `dyn` reference,
    // which must not live across an `.await` in a later value.
    let values = call.pairs.iter().map(|pair| &pair.value).chain(err.map(|err| &err.value));
    let names: Vec<Ident> = values
        .clone()
        .enumerate()
        .map(|(index, value)| format_ident!("__klog_{index}", span = value.span()))
        .collect();
    let values = values.map(|value| quote_spanned!(value.span()=> &(#value)));
    let values = quote!((#(#values,)*));
    let captured =
        call.pairs.iter().zip(&names).map(|(pair, name)| {
            value(klog, pair, &quote_spanned!(pair.value.span()=> &#name), choice)
        });
    let captured = match limit {
        Some(_) => quote! {
            #klog::__private::limited(
                &[#(#captured,)* #klog::__private::capture(&__suppressed)],
                __suppressed,
            )
        },
        None => quote!(&[#(#captured),*]),
    };
    let error = err.zip(names.last()).map(|(Prefix { value, .. }, name)| {
        let error = choice(klog, "ErrorRef", value.span(), &quote!(&#name));
        quote!(#error,)
    });
    let is_chosen = |pair: &Pair| pair.mode == Mode::Value && pair.value.literal().is_none();
    let traits = (has_err || call.pairs.iter().any(is_chosen)).then(|| choices(klog));
    let function = match (prefix("logger"), err) {
        (Some(_), Some(_)) => quote!(log_error),
        (Some(_), None) => quote!(log),
        (None, Some(_)) => quote!(log_error_current),
        (None, None) => quote!(log_current),
    };
    let within_limit = |send: TokenStream| match limit {
        None => send,
        Some((limit, amount)) => {
            let function = format_ident!("{}", limit);
            let amount = quote_spanned!(amount.span()=> __LIMIT.#function(#amount));
            quote! {
                if let ::core::option::Option::Some(__suppressed) = #amount {
                    #send
                }
            }
        }
    };
    let log = match prefix("logger") {
        Some(Prefix { value, .. }) => {
            let logger = quote_spanned!(value.span()=> #klog::__private::logger(&(#value)));
            let send = within_limit(quote! {
                match #values {
                    (#(#names,)*) => { #traits #klog::__private::#function(&__SITE, __logger, #error #captured) }
                }
            });
            quote! {
                match #logger {
                    __logger => if #klog::__private::enabled(&__SITE, __LEVEL, __logger) { #send }
                }
            }
        }
        None => {
            let send = within_limit(quote! {
                match #values {
                    (#(#names,)*) => { #traits #klog::__private::#function(&__SITE, #error #captured) }
                }
            });
            quote!(if #klog::__private::enabled_current(&__SITE, __LEVEL) { #send })
        }
    };
    let limit = limit
        .map(|_| quote!(static __LIMIT: #klog::__private::Limit = #klog::__private::Limit::new();));
    let exit = (which.name == "fatal").then(|| quote!(#klog::flush_and_exit(1)));
    quote! {{
        const __LEVEL: #klog::__private::Level = #klog::__private::level(#klog::Severity::#severity, #verbosity);
        #limit
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
        #log
        #exit
    }}
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
