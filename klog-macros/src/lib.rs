//! The macros of [klog-rs](https://docs.rs/klog-rs): log calls that are checked when they are compiled.
//!
//! Use them through that crate: its macros pass their own path (`$crate`) as the first token, so that they work under
//! any name of the dependency. The way of a call is `parse` → `check` → `expand`.

#![forbid(unsafe_code)]

mod check;
mod derive;
mod expand;
mod expression;
mod item;
mod parse;

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
    ($($name:ident: $severity:ident, $verbosity:expr;)*) => {
        const MACROS: &[Macro] = &[
            $(Macro { name: stringify!($name), severity: stringify!($severity), verbosity: $verbosity },)*
        ];
    $(
        #[doc(hidden)]
        #[proc_macro]
        pub fn $name(input: TokenStream) -> TokenStream {
            let which = Macro { name: stringify!($name), severity: stringify!($severity), verbosity: $verbosity };
            log(which, input)
        }
    )*};
}

macro_rules! limits {
    ($($name:ident)*) => {$(
        #[doc(hidden)]
        #[proc_macro]
        pub fn $name(input: TokenStream) -> TokenStream {
            limited(stringify!($name), input)
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

/// Makes a type a value of key/value pairs.
///
/// A struct is logged as one object of its fields, `{"name":"web","readyReplicas":2}` in both formats, each field as its
/// own [`LogValue`](https://docs.rs/klog-rs/latest/klog/trait.LogValue.html) and under its name in lowerCamelCase. A struct of one field without a name is
/// logged as that field. An enum is logged as serde writes it: a variant without data as its name, `"Running"`, one with data
/// as an object, `{"Waiting":{"reason":"Backoff"}}`, `{"Exited":1}`.
///
/// On a field: `#[log(skip)]` leaves it out, `#[log(redact)]` shows `"<redacted>"`, `#[log(rename = "podIP")]` gives
/// it another key, `#[log(display)]`, `#[log(debug)]` and `#[log(json)]` log what `Display`, `Debug` and serde make of
/// it. On a variant: `#[log(rename = "CrashLoopBackOff")]`. On the type: `#[log(crate = path)]`, where klog-rs is not a
/// dependency under its own name.
///
/// ```
/// # mod klog { pub enum Value<'a> { Str(&'a str), Fields(&'a dyn value::Fields), Null }
/// #   pub mod value { pub trait Fields { fn for_each(&self, each: &mut dyn FnMut(&str, &super::Value<'_>)); } }
/// #   pub trait LogValue { fn log_value(&self) -> Value<'_>; fn __capture(&self) -> Value<'_> { self.log_value() } }
/// #   impl LogValue for String { fn log_value(&self) -> Value<'_> { Value::Str(self) } }
/// #   impl LogValue for u32 { fn log_value(&self) -> Value<'_> { Value::Null } } }
/// # use klog_macros::LogValue;
/// #[derive(LogValue)]
/// # #[log(crate = klog)]
/// struct Deployment {
///     name: String,
///     ready_replicas: u32,
///     #[log(redact)]
///     pull_secret: String,
///     #[log(skip)]
///     cache: Vec<u8>,
/// }
/// // deployment={"name":"web","readyReplicas":2,"pullSecret":"<redacted>"}
/// ```
#[proc_macro_derive(LogValue, attributes(log))]
pub fn log_value(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(item) => derive::log_value(&item).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

limits! { every first_n every_n }

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
    errors.into_expression(expanded).into()
}

fn log(which: Macro, input: TokenStream) -> TokenStream {
    let call = match syn::parse::<parse::Call>(input) {
        Ok(call) => call,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = check::Errors::default();
    check::call(which, &call, &mut errors);
    let expanded = expand::call(which, &call, None);
    errors.into_expression(expanded).into()
}

fn limited(limit: &'static str, input: TokenStream) -> TokenStream {
    let limited = match syn::parse::<parse::Limited>(input) {
        Ok(limited) => limited,
        Err(error) => return error.into_compile_error().into(),
    };
    let mut errors = check::Errors::default();
    let which = check::limited(limit, &limited, &mut errors);
    let expanded = which
        .map(|which| expand::call(which, &limited.call, Some((limit, &limited.amount))))
        .unwrap_or_default();
    errors.into_expression(expanded).into()
}
