//! Code of a call: a `static` call site, a test whether it is enabled, and one function call.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

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
    let captured = quote!(&[#(#captured),*]);
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
    let log = match prefix("logger") {
        Some(Prefix { value, .. }) => {
            let logger = quote_spanned!(value.span()=> #klog::__private::logger(&(#value)));
            quote! {
                match #logger {
                    __logger => if #klog::__private::enabled(&__SITE, __logger) {
                        match #values {
                            (#(#names,)*) => #klog::__private::log(
                                &__SITE, ::core::option::Option::Some(__logger), #error, #captured
                            ),
                        }
                    }
                }
            }
        }
        None => quote! {
            if #klog::__private::enabled_current(&__SITE, __LEVEL) {
                match #values {
                    (#(#names,)*) => #klog::__private::log_current(&__SITE, #error, #captured),
                }
            }
        },
    };
    let exit = (which.name == "fatal").then(|| quote!(#klog::flush_and_exit(1)));
    let level = prefix("logger").is_none().then(|| {
        quote!(const __LEVEL: #klog::__private::Level = #klog::__private::level(#klog::Severity::#severity, #verbosity);)
    });
    quote! {{
        #level
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

fn mode(klog: &TokenStream, pair: &Pair) -> TokenStream {
    let function = match pair.mode {
        Mode::Value => format_ident!("capture"),
        Mode::Display => format_ident!("display"),
        Mode::Debug => format_ident!("debug_value"),
    };
    quote_spanned!(pair.value.span()=> #klog::__private::#function)
}
