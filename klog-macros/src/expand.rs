//! Code of a call: a `static` call site, a test whether it is enabled, and one function call.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use crate::{
    Macro,
    parse::{Call, Message, Mode, Pair, Pairs, Prefix},
    quote_go,
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
    let skeleton = |quoted: Option<String>, before: &str, after: &str| match quoted {
        Some(quoted) => {
            let rest = format!("{before}{quoted}{after}");
            quote!(::core::concat!(::core::file!(), ":", ::core::line!(), #rest))
        }
        None => quote!(""),
    };
    let text = skeleton(quote_go::text(&message), "] \"", "\"");
    let json = skeleton(quote_go::json(&message), "\",\"msg\":\"", "\"");
    let suppressed = limit.map(|_| "suppressed");
    let names = call.pairs.iter().map(|pair| pair.key.name.as_str()).chain(suppressed);
    let keys = names.clone().map(|name| key(klog, name));
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
    let captured = call.pairs.iter().zip(&names).map(|(pair, name)| {
        let mode = mode(klog, pair);
        quote_spanned!(pair.value.span()=> #mode(&#name))
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
    let error = match (err, names.last()) {
        (Some(Prefix { value, .. }), Some(name)) => {
            let error = quote_spanned!(value.span()=> (&&&&#klog::__private::ErrorRef(#name)).__klog_error());
            quote!(::core::option::Option::Some({
                #[allow(unused_imports, reason = "one of these fits the error's type")]
                use #klog::__private::{ViaDeref as _, ViaDisplay as _, ViaError as _, ViaLogValue as _};
                #error
            }))
        }
        _ => quote!(::core::option::Option::None),
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
                    (#(#names,)*) => #klog::__private::log(
                        &__SITE, ::core::option::Option::Some(__logger), #error, #captured
                    ),
                }
            });
            quote! {
                match #logger {
                    __logger => if #klog::__private::enabled(&__SITE, __logger) { #send }
                }
            }
        }
        None => {
            let send = within_limit(quote! {
                match #values {
                    (#(#names,)*) => #klog::__private::log_current(&__SITE, #error, #captured),
                }
            });
            quote!(if #klog::__private::enabled_current(&__SITE, __LEVEL) { #send })
        }
    };
    let limit = limit
        .map(|_| quote!(static __LIMIT: #klog::__private::Limit = #klog::__private::Limit::new();));
    let exit = (which.name == "fatal").then(|| quote!(#klog::flush_and_exit(1)));
    let level = prefix("logger").is_none().then(|| {
        quote!(const __LEVEL: #klog::__private::Level = #klog::__private::level(#klog::Severity::#severity, #verbosity);)
    });
    quote! {{
        #level
        #limit
        static __SITE: #klog::__private::CallSite = #klog::__private::CallSite::new(
            #klog::__private::Known {
                name: ::core::concat!("event ", ::core::file!(), ":", ::core::line!()),
                target: #target,
                severity: #klog::Severity::#severity,
                verbosity: #verbosity,
                file: ::core::file!(),
                line: ::core::line!(),
                module: ::core::module_path!(),
                message: #message,
                text: #text,
                json: #json,
                keys: &[#(#keys),*],
                fields: &[#(#fields),*],
                has_err: #has_err,
            },
            &__SITE,
        );
        #log
        #exit
    }}
}

pub(crate) fn kvs(pairs: &Pairs) -> TokenStream {
    let klog = &pairs.klog;
    let keys = pairs.pairs.iter().map(|pair| key(klog, &pair.key.name));
    let values = pairs.pairs.iter().map(|pair| {
        let value = &pair.value;
        let mode = mode(klog, pair);
        quote_spanned!(value.span()=> #mode(&&(#value)))
    });
    quote! {
        #klog::KeyValues { keys: const { &[#(#keys),*] }, values: &[#(#values),*] }
    }
}

/// A key with its quoted forms.
fn key(klog: &TokenStream, name: &str) -> TokenStream {
    let (text, json) = (format!(" {name}="), format!(",\"{name}\":"));
    quote!(#klog::Key::new(#name, #text, #json))
}

fn mode(klog: &TokenStream, pair: &Pair) -> TokenStream {
    let function = match pair.mode {
        Mode::Value => format_ident!("capture"),
        Mode::Display => format_ident!("display"),
        Mode::Debug => format_ident!("debug_value"),
    };
    quote_spanned!(pair.value.span()=> #klog::__private::#function)
}
