//! The macros of [klog-rs](https://docs.rs/klog-rs): log calls that are checked when they are compiled.
//!
//! Use them through that crate: its macros pass their own path (`$crate`) as the first token, so that they work under
//! any name of the dependency. The way of a call is `parse` → `check` → `expand`.

#![forbid(unsafe_code)]

mod check;
mod expand;
mod parse;
mod quote_go;

use proc_macro::TokenStream;

/// What a macro's name says about its entries.
#[derive(Clone, Copy)]
struct Macro {
    /// As users write it, for messages.
    name: &'static str,
    /// A variant of `klog::Severity`.
    severity: &'static str,
    /// V level that the name stands for; `None` where the call may say it.
    verbosity: Option<u32>,
}

macro_rules! entry_points {
    ($($name:ident: $severity:ident, $verbosity:expr;)*) => {$(
        #[doc(hidden)]
        #[proc_macro]
        pub fn $name(input: TokenStream) -> TokenStream {
            let which = Macro { name: stringify!($name), severity: stringify!($severity), verbosity: $verbosity };
            log(which, input)
        }
    )*};
}

entry_points! {
    info: Info, None;
    warn: Warning, Some(0);
    error: Error, Some(0);
    fatal: Fatal, Some(0);
    debug: Info, Some(4);
    trace: Info, Some(5);
}

#[doc(hidden)]
#[proc_macro]
pub fn kvs(input: TokenStream) -> TokenStream {
    let pairs = match syn::parse::<parse::Pairs>(input) {
        Ok(pairs) => pairs,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = check::Errors::default();
    check::pairs(&pairs.pairs, &mut errors);
    let expanded = expand::kvs(&pairs);
    errors.into_tokens(expanded).into()
}

fn log(which: Macro, input: TokenStream) -> TokenStream {
    let call = match syn::parse::<parse::Call>(input) {
        Ok(call) => call,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = check::Errors::default();
    check::call(which, &call, &mut errors);
    let expanded = expand::call(which, &call);
    errors.into_tokens(expanded).into()
}
