//! Code of a call: a `static` call site, a test whether it is enabled, and one function call.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Index, spanned::Spanned};

use crate::{
    Macro,
    parse::{Call, Message, Mode, Pair, Pairs, Prefix},
    quote_go,
};

pub(crate) fn call(which: Macro, call: &Call) -> TokenStream {
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
    let keys = call.pairs.iter().map(|pair| key(klog, pair));
    let err = prefix("err");
    let has_err = err.is_some();
    let mut fields = vec!["message".to_owned()];
    fields.extend(has_err.then(|| "err".to_owned()));
    fields.extend(call.pairs.iter().map(|pair| pair.key.name.clone()));

    let values = call.pairs.iter().map(|pair| &pair.value).chain(err.map(|err| &err.value));
    let values = quote!((#(&(#values),)*));
    let captured = call.pairs.iter().enumerate().map(|(index, pair)| capture(klog, pair, index));
    let captured = quote!(&[#(#captured),*]);
    let error = match err {
        Some(Prefix { value, .. }) => {
            let index = Index { index: call.pairs.len() as u32, span: value.span() };
            let field = quote_spanned!(value.span()=> __values.#index);
            quote!(::core::option::Option::Some({
                #[allow(unused_imports, reason = "one of these fits the error's type")]
                use #klog::__private::{ViaDeref as _, ViaDisplay as _, ViaError as _, ViaLogValue as _};
                (&&&&#klog::__private::ErrorRef(#field)).__klog_error()
            }))
        }
        None => quote!(::core::option::Option::None),
    };
    let log = match prefix("logger") {
        Some(Prefix { value, .. }) => {
            let logger = quote_spanned!(value.span()=> (#value).__borrow());
            quote! {
                match #logger {
                    __logger => if #klog::__private::enabled(&__SITE, __logger) {
                        match #values {
                            __values => #klog::__private::log(
                                &__SITE, ::core::option::Option::Some(__logger), #error, #captured
                            ),
                        }
                    }
                }
            }
        }
        None => quote! {
            if #klog::__private::enabled_current(&__SITE) {
                match #values {
                    __values => #klog::__private::log_current(&__SITE, #error, #captured),
                }
            }
        },
    };
    let exit = (which.name == "fatal").then(|| quote!(#klog::flush_and_exit(1)));
    quote! {{
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
    let keys = pairs.pairs.iter().map(|pair| key(klog, pair));
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
fn key(klog: &TokenStream, pair: &Pair) -> TokenStream {
    let name = &pair.key.name;
    let (text, json) = (format!(" {name}="), format!(",\"{name}\":"));
    quote!(#klog::Key::new(#name, #text, #json))
}

fn capture(klog: &TokenStream, pair: &Pair, index: usize) -> TokenStream {
    let span = pair.value.span();
    let index = Index { index: index as u32, span };
    let mode = mode(klog, pair);
    quote_spanned!(span=> #mode(&__values.#index))
}

fn mode(klog: &TokenStream, pair: &Pair) -> TokenStream {
    let function = match pair.mode {
        Mode::Value => format_ident!("capture"),
        Mode::Display => format_ident!("display"),
        Mode::Debug => format_ident!("debug_value"),
    };
    let span = pair.value.span();
    quote_spanned!(span=> #klog::__private::#function)
}
