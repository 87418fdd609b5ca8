//! Syntax of a call, as plain data. What is wrong but can be read is left to [`crate::check`].

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Error, Ident, LitStr, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    spanned::Spanned,
};

use crate::expression::Expr;

/// `$crate, prefix: expr, …, "message", key = value, …`
pub(crate) struct Call {
    pub(crate) klog: TokenStream,
    pub(crate) prefixes: Vec<Prefix>,
    pub(crate) message: Message,
    pub(crate) pairs: Vec<Pair>,
    /// Prefix arguments after the message.
    pub(crate) misplaced: Vec<Prefix>,
    /// Where the first pair is, if pairs come before the message as in `tracing`.
    pub(crate) early_pair: Option<Span>,
}

/// `$crate, amount, info!(…)`
pub(crate) struct Limited {
    pub(crate) amount: Expr,
    /// The path of the log macro.
    pub(crate) path: Path,
    pub(crate) call: Call,
}

/// `path::to::name`
pub(crate) struct Path {
    pub(crate) root: Option<Token![::]>,
    pub(crate) names: Vec<Ident>,
}

/// `$crate, key = value, …`
pub(crate) struct Pairs {
    pub(crate) klog: TokenStream,
    pub(crate) pairs: Vec<Pair>,
}

/// `name: value`
pub(crate) struct Prefix {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

pub(crate) enum Message {
    Literal(LitStr),
    /// Something else is where the message should.
    Other(Expr),
    /// The call ends before it.
    Missing,
}

pub(crate) struct Pair {
    pub(crate) key: Key,
    pub(crate) mode: Mode,
    pub(crate) value: Expr,
}

pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// `info!("…", count)`, `%self.name`: the key is taken from the value.
    pub(crate) shorthand: bool,
    /// A value without a key.
    pub(crate) missing: bool,
}

impl Key {
    /// Whether it is a name with dots, as `"http.request.method"`, which only a literal can be.
    pub(crate) fn is_dotted(&self) -> bool {
        let is_part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        self.name.contains('.') && self.name.split('.').all(is_part)
    }
}

impl Pair {
    /// The value as it was written, for a key that has to be another one: ` = %self.listen_address`.
    pub(crate) fn shown(&self) -> String {
        let sigil = match self.mode {
            Mode::Value => "",
            Mode::Display => "%",
            Mode::Debug => "?",
        };
        format!(" = {sigil}{}", self.value.shown())
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Value,
    Display,
    Debug,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let klog = parse_crate(input)?;
        Call::parse_arguments(klog, input)
    }
}

impl Call {
    fn parse_arguments(klog: TokenStream, input: ParseStream<'_>) -> Result<Self> {
        let mut prefixes = Vec::new();
        while is_prefix(input) {
            prefixes.push(parse_prefix(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let early_pair = (!input.is_empty() && is_early_pair(input)).then(|| input.span());
        let mut pairs: Vec<Pair> = Vec::new();
        while early_pair.is_some() && !input.is_empty() && !is_message(input) {
            pairs.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let message = if input.is_empty() {
            Message::Missing
        } else if is_message(input) {
            Message::Literal(input.parse()?)
        } else {
            Message::Other(input.parse()?)
        };
        let mut misplaced = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if is_prefix(input) {
                misplaced.push(parse_prefix(input)?);
            } else {
                pairs.push(input.parse()?);
            }
        }
        Ok(Call { klog, prefixes, message, pairs, misplaced, early_pair })
    }
}

impl Parse for Limited {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let klog = parse_crate(input)?;
        let amount = input.parse()?;
        let span = if input.is_empty() { input.span() } else { input.parse::<Token![,]>()?.span };
        let no_call = |span| Error::new(span, "expected a log call, as in `info!(\"Message\")`");
        if input.is_empty() {
            return Err(no_call(span));
        }
        let start = input.span();
        let (path, inner) = parse_macro(input).map_err(|_| no_call(start))?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("unexpected tokens after the log call"));
        }
        let parse = |input: ParseStream<'_>| Call::parse_arguments(klog, input);
        Ok(Limited { amount, path, call: parse.parse2(inner)? })
    }
}

impl Parse for Pairs {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let klog = parse_crate(input)?;
        let mut pairs = Vec::new();
        while !input.is_empty() {
            pairs.push(input.parse()?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Pairs { klog, pairs })
    }
}

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (key, span) = if input.peek(LitStr)
            && input.peek2(Token![=])
            && !input.peek2(Token![==])
        {
            let key: LitStr = input.parse()?;
            (key.value(), key.span())
        } else if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==])
        {
            let key = Ident::parse_any(input)?;
            (key.unraw().to_string(), key.span())
        } else {
            let mode = parse_mode(input)?;
            let value: Expr = input.parse()?;
            let name = value.place();
            let key = Key {
                missing: name.is_none(),
                name: name.unwrap_or_default(),
                span: value.span(),
                shorthand: true,
            };
            return Ok(Pair { key, mode, value });
        };
        input.parse::<Token![=]>()?;
        let mode = parse_mode(input)?;
        let key = Key { name: key, span, shorthand: false, missing: false };
        Ok(Pair { key, mode, value: input.parse()? })
    }
}

impl Parse for Path {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let root = input.parse()?;
        let mut names = vec![Ident::parse_any(input)?];
        while input.parse::<Option<Token![::]>>()?.is_some() {
            names.push(Ident::parse_any(input)?);
        }
        Ok(Path { root, names })
    }
}

impl ToTokens for Path {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Path { root, names } = self;
        tokens.extend(quote!(#root #(#names)::*));
    }
}

fn parse_crate(input: ParseStream<'_>) -> Result<TokenStream> {
    let path: Path = input.parse()?;
    input.parse::<Token![,]>()?;
    Ok(path.into_token_stream())
}

/// `path!(…)`: its path and what is in the brackets.
fn parse_macro(input: ParseStream<'_>) -> Result<(Path, TokenStream)> {
    let path = input.parse()?;
    input.parse::<Token![!]>()?;
    match input.parse()? {
        TokenTree::Group(group) => Ok((path, group.stream())),
        other => Err(Error::new(other.span(), "expected brackets")),
    }
}

fn parse_mode(input: ParseStream<'_>) -> Result<Mode> {
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
        Ok(Mode::Display)
    } else if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
        Ok(Mode::Debug)
    } else {
        Ok(Mode::Value)
    }
}

/// `name:`, but not `path::`.
fn is_prefix(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

fn parse_prefix(input: ParseStream<'_>) -> Result<Prefix> {
    let name = Ident::parse_any(input)?;
    input.parse::<Token![:]>()?;
    Ok(Prefix { name, value: input.parse()? })
}

/// A string literal and nothing else.
fn is_message(input: ParseStream<'_>) -> bool {
    input.peek(LitStr) && (input.peek2(Token![,]) || is_last(input))
}

/// A pair in the place of the message, as `tracing` writes it: `key = value, "Message"`, `%key, "Message"`.
fn is_early_pair(input: ParseStream<'_>) -> bool {
    let has_key = (input.peek(Ident::peek_any) || input.peek(LitStr))
        && input.peek2(Token![=])
        && !input.peek2(Token![==]);
    has_key || input.peek(Token![%]) || input.peek(Token![?])
}

/// Whether one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<LitStr>().is_ok() && fork.is_empty()
}
