//! What a call may not say. Each mistake gives one error on the wrong token, which says what to write instead; all
//! mistakes of a call are reported.

use proc_macro2::{Span, TokenStream};
use syn::{Lit, LitStr, spanned::Spanned};

use crate::{
    MACROS, Macro,
    expression::Expr,
    parse::{Call, Limited, Message, Pair, Prefix},
};

/// The errors of a call, in the order in which they were found.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        let error = syn::Error::new(span, message);
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The expansion of an item without errors, else the errors alone: one mistake gives one message.
    pub(crate) fn into_items(self, expanded: TokenStream) -> TokenStream {
        match self.0 {
            Some(errors) => errors.into_compile_error(),
            None => expanded,
        }
    }

    /// The same for an expression, which several errors are only in a block.
    pub(crate) fn into_expression(self, expanded: TokenStream) -> TokenStream {
        match self.0.map(syn::Error::into_compile_error) {
            Some(errors) => quote::quote!({ #errors }),
            None => expanded,
        }
    }
}

/// Prefix arguments in the order in which the documentation names them.
const PREFIXES: [&str; 4] = ["logger", "v", "err", "target"];

/// Keys that Kubernetes' JSON uses itself.
const RESERVED: [&str; 6] = ["ts", "caller", "msg", "v", "err", "logger"];

pub(crate) fn call(which: Macro, call: &Call, errors: &mut Errors) {
    prefixes(which, &call.prefixes, errors);
    // A message after something else has been read as a pair without a key.
    let is_second = matches!(call.message, Message::Other(_))
        && call.pairs.first().is_some_and(|pair| matches!(pair.value.literal(), Some(Lit::Str(_))));
    if let Some(span) = call.early_pair {
        errors.add(
            span,
            format!(
                "pairs go after the message, as in `{}!(\"Message\", key = value)`",
                which.name
            ),
        );
    }
    if call.early_pair.is_none() || !matches!(call.message, Message::Missing) {
        message(which, &call.message, is_second, errors);
    }
    for misplaced in &call.misplaced {
        let name = &misplaced.name;
        if PREFIXES.contains(&name.to_string().as_str()) {
            errors.add(name.span(), format!("`{name}:` goes before the message"));
        } else {
            errors.add(name.span(), format!("a pair is written `{name} = value`"));
        }
    }
    pairs(&call.pairs[usize::from(is_second)..], errors);
}

/// Checks a call under a limit and says which macro it is.
pub(crate) fn limited(limit: &str, limited: &Limited, errors: &mut Errors) -> Option<Macro> {
    if let Some(Lit::Int(n)) = limited.amount.literal() {
        if limit == "every" {
            errors.add(n.span(), "how often is a `Duration`, as in `Duration::from_secs(60)`; for every nth call write `every_n!`");
        } else if n.base10_digits() == "0" {
            errors.add(n.span(), format!("`{limit}!` takes a number from 1"));
        }
    }
    let path: Vec<_> = limited.path.names.iter().map(ToString::to_string).collect();
    let is_foreign =
        matches!(path.first().map(String::as_str), Some("tracing" | "log" | "slog" | "std"));
    let name = path.last().map_or("", String::as_str);
    let found = MACROS.iter().find(|which| which.name == name && !is_foreign).copied();
    match found {
        None => errors.add(
            limited.path.span(),
            format!("`{limit}!` limits a log call of klog, as in `info!(\"Message\")`"),
        ),
        Some(Macro { name: "fatal", .. }) => errors
            .add(limited.path.span(), "a fatal entry ends the program: there is nothing to limit"),
        Some(which) => {
            call(which, &limited.call, errors);
            for pair in limited.call.pairs.iter().filter(|pair| pair.key.name == "suppressed") {
                errors.add(
                    pair.key.span,
                    format!("`{limit}!` adds the key `suppressed` itself: choose another one"),
                );
            }
        }
    }
    found
}

fn prefixes(which: Macro, prefixes: &[Prefix], errors: &mut Errors) {
    for (index, Prefix { name, value }) in prefixes.iter().enumerate() {
        let text = name.to_string();
        if !PREFIXES.contains(&text.as_str()) {
            let known = PREFIXES.map(|known| format!("`{known}:`")).join(", ");
            errors.add(
                name.span(),
                format!("unknown argument `{text}:`; the message takes {known} before it, and pairs after it: `{text} = value`"),
            );
        } else if prefixes[..index].iter().any(|other| other.name == *name) {
            errors.add(name.span(), format!("`{text}:` is given twice"));
        } else if text == "v" {
            verbosity(which, name.span(), value, errors);
        }
    }
}

fn verbosity(which: Macro, span: Span, value: &Expr, errors: &mut Errors) {
    match (which.name, which.verbosity) {
        ("error" | "fatal", _) => {
            errors.add(span, "an error is written at every verbosity: leave `v:` out, or write `info!(v: …, err: …, …)`");
        }
        ("warn", _) => {
            errors.add(span, "a warning is written at every verbosity: leave `v:` out, or write `info!(v: …, …)`");
        }
        (name, Some(stands_for)) => {
            errors.add(
                span,
                format!(
                    "`{name}!` stands for `info!(v: {stands_for}, …)`: write `info!` with your `v:`"
                ),
            );
        }
        (_, None) => {
            let message = match value.literal() {
                None if value.is_unary() => "a V level is 0 or more",
                Some(Lit::Int(level)) if level.base10_parse::<i32>().is_err() => {
                    "a V level is at most 2147483647"
                }
                None if value.is_variable() => {
                    "a V level is a constant; for one that is known at run time write `logger: logger.v(level)`"
                }
                None | Some(Lit::Int(_)) => return,
                Some(_) => "a V level is a whole number or a constant, as in `v: 4`",
            };
            errors.add(value.span(), message);
        }
    }
}

fn message(which: Macro, message: &Message, is_second: bool, errors: &mut Errors) {
    match message {
        Message::Other(expression) if is_second => {
            let text = expression.shown();
            let name = expression.place().unwrap_or_default().to_lowercase();
            let is_error = matches!(which.name, "error" | "fatal") || name == "e" || name.starts_with("err");
            let prefix = if is_error && !name.starts_with("log") { "err" } else { "logger" };
            errors.add(
                expression.span(),
                format!("the message comes first; write `{prefix}: {text}` before it"),
            );
        }
        Message::Literal(literal) => constant(literal, errors),
        Message::Other(expression) => errors.add(
            expression.span(),
            "the message is a string literal; log what varies as a pair after it, as in `\"Message\", key = value`",
        ),
        Message::Missing => errors.add(Span::call_site(), "write a message, as in `info!(\"Pod status updated\")`"),
    }
}

fn constant(literal: &LitStr, errors: &mut Errors) {
    let text = literal.value();
    if let Some(placeholder) = placeholder(&text) {
        let inner = placeholder.trim_matches(['{', '}']).split(':').next().unwrap_or_default();
        let pair = if inner.is_empty()
            || !inner.starts_with(|first: char| first.is_alphabetic() || first == '_')
        {
            "key = value".to_owned()
        } else if placeholder.starts_with('{') {
            inner.to_owned()
        } else {
            "key = value".to_owned()
        };
        errors.add(
            literal.span(),
            format!(
                "`{placeholder}` in a message is not filled in: a message is constant; \
                 log the value as a pair after it, as in `\"Message\", {pair}`"
            ),
        );
    }
    if text.ends_with('\n') {
        errors.add(literal.span(), "a message is one line: remove the newline at its end");
    } else if text.ends_with('.') {
        errors.add(literal.span(), "a message is a phrase: remove the period at its end");
    }
}

/// The first `{}`, `{name}`, `{:?}`, `%s` or `%v` of a message.
fn placeholder(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'{' {
            let Some(len) = text[at..].find('}') else { continue };
            let inner = &text[at + 1..at + len];
            let (argument, spec) = inner.split_once(':').unwrap_or((inner, ""));
            let is_name = argument.chars().all(|char| char.is_alphanumeric() || char == '_');
            if is_name && !spec.contains([' ', '"', '{']) {
                return Some(&text[at..=at + len]);
            }
        } else if byte == b'%' {
            let flags =
                bytes[at + 1..].iter().take_while(|byte| b"+#-.0123456789".contains(byte)).count();
            let verb = at + 1 + flags;
            let is_verb =
                bytes.get(verb).is_some_and(|byte| b"vTtbcdoOqxXUeEfFgGspw".contains(byte));
            if is_verb && !bytes.get(verb + 1).is_some_and(u8::is_ascii_alphanumeric) {
                return Some(&text[at..=verb]);
            }
        }
    }
    None
}

pub(crate) fn pairs(pairs: &[Pair], errors: &mut Errors) {
    for (index, pair) in pairs.iter().enumerate() {
        let key = &pair.key;
        let name = key.name.as_str();
        if key.missing {
            errors.add(key.span, "give this value a key, as in `key = value`");
        } else if RESERVED.contains(&name) {
            let instead = match name {
                "err" => "; pass the error as `err: error` before the message".to_owned(),
                "logger" => "; pass the logger as `logger: logger` before the message".to_owned(),
                "v" => "; set the level as `v: 4` before the message".to_owned(),
                _ => String::new(),
            };
            errors.add(key.span, format!("the key `{name}` is Kubernetes' own{instead}"));
        } else if key.is_dotted() {
            // A name of a convention of its own, as OpenTelemetry's `http.method`.
        } else if let Err(suggestion) = key_case(name) {
            let value = if key.shorthand { pair.shown() } else { String::new() };
            let instead = match suggestion {
                Some(suggestion) => format!(": write `{suggestion}{value}`"),
                None => ", of ASCII letters and digits".to_owned(),
            };
            errors.add(key.span, format!("the key `{name}` is not in lowerCamelCase{instead}"));
        } else if pairs[..index].iter().any(|other| other.key.name == name) {
            errors.add(key.span, format!("the key `{name}` is given twice"));
        }
    }
}

/// Whether a key is as klog's linter asks: `podIP`, `IP`; else a key that is.
pub(crate) fn key_case(key: &str) -> Result<(), Option<String>> {
    let bytes = key.as_bytes();
    let starts = match bytes {
        [first, ..] if first.is_ascii_lowercase() => true,
        [first, second, ..] => first.is_ascii_uppercase() && second.is_ascii_uppercase(),
        _ => false,
    };
    if starts && bytes.iter().all(u8::is_ascii_alphanumeric) {
        return Ok(());
    }
    // Half a word is no name.
    if key.contains(|char: char| char.is_alphanumeric() && !char.is_ascii()) {
        return Err(None);
    }
    let mut camel = String::new();
    for word in
        key.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    {
        let mut chars = word.chars();
        let Some(first) = chars.next() else { continue };
        if camel.is_empty() {
            camel.push(first.to_ascii_lowercase());
        } else {
            camel.push(first.to_ascii_uppercase());
        }
        camel.extend(chars);
    }
    if camel.is_empty() || !camel.starts_with(|first: char| first.is_ascii_lowercase()) {
        Err(None)
    } else {
        Err(Some(camel))
    }
}
