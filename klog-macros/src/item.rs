//! The type that a derive is applied to, as plain data. The compiler has read it before, so that its syntax is right.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Error, Ident, Lifetime, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    token::{Brace, Paren},
};

use crate::expression::Expr;

pub(crate) struct Item {
    /// The parentheses of each `#[log(…)]`, as in the other `attributes`.
    pub(crate) attributes: Vec<Group>,
    pub(crate) name: Ident,
    pub(crate) parameters: Vec<Parameter>,
    /// What follows `where`.
    pub(crate) bounds: TokenStream,
    pub(crate) data: Data,
}

/// Of generics.
pub(crate) struct Parameter {
    /// As it is declared, without a default.
    pub(crate) declaration: TokenStream,
    /// As it is used.
    pub(crate) name: TokenStream,
    pub(crate) is_type: bool,
}

pub(crate) enum Data {
    Struct(Fields),
    Enum(Vec<Variant>),
    Union,
}

pub(crate) struct Variant {
    pub(crate) attributes: Vec<Group>,
    pub(crate) name: Ident,
    pub(crate) fields: Fields,
}

pub(crate) enum Fields {
    /// In braces.
    Named(Vec<Field>, Span),
    /// In parentheses.
    Unnamed(Vec<Field>, Span),
    Unit,
}

impl Fields {
    /// Of the brackets.
    pub(crate) fn span(&self) -> Span {
        match self {
            Fields::Named(_, span) | Fields::Unnamed(_, span) => *span,
            Fields::Unit => Span::call_site(),
        }
    }
}

pub(crate) struct Field {
    pub(crate) attributes: Vec<Group>,
    pub(crate) name: Option<Ident>,
    pub(crate) kind: TokenStream,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = attributes(input)?;
        let word = loop {
            match input.parse()? {
                TokenTree::Ident(word) if word == "struct" || word == "enum" || word == "union" => {
                    break word;
                }
                // Of the visibility.
                _ => {}
            }
        };
        let name = input.call(Ident::parse_any)?;
        let parameters = if input.peek(Token![<]) { parameters(input)? } else { Vec::new() };
        // They are before fields in braces, after fields in parentheses.
        let mut bounds = bounds(input)?;
        let data = if word == "enum" {
            let variants: Group = input.parse()?;
            Data::Enum(list(&variants, variant)?)
        } else if word == "union" {
            input.parse::<Group>()?;
            Data::Union
        } else {
            Data::Struct(fields(input)?)
        };
        if input.peek(Token![where]) {
            bounds = self::bounds(input)?;
        }
        input.parse::<Option<Token![;]>>()?;
        Ok(Item { attributes, name, parameters, bounds, data })
    }
}

fn attributes(input: ParseStream<'_>) -> Result<Vec<Group>> {
    let mut all = Vec::new();
    while input.parse::<Option<Token![#]>>()?.is_some() {
        let attribute: Group = input.parse()?;
        all.extend(log_options.parse2(attribute.stream())?);
    }
    Ok(all)
}

/// The parentheses of an attribute `log(…)`, which a `macro_rules!` macro may have passed on as a whole.
fn log_options(input: ParseStream<'_>) -> Result<Option<Group>> {
    let name = input.call(Ident::parse_any)?;
    if name != "log" {
        input.parse::<TokenStream>()?;
        return Ok(None);
    }
    if input.is_empty() {
        return Err(Error::new(name.span(), "write what is meant, as in `#[log(skip)]`"));
    }
    let options = input.parse()?;
    Ok(Some(options))
}

fn parameters(input: ParseStream<'_>) -> Result<Vec<Parameter>> {
    let mut all = Vec::new();
    input.parse::<Token![<]>()?;
    while !input.peek(Token![>]) {
        let mut declaration = TokenStream::new();
        while input.peek(Token![#]) {
            declaration.extend([input.parse::<TokenTree>()?, input.parse()?]);
        }
        let is_lifetime = input.peek(Lifetime);
        let word: Option<Token![const]> = input.parse()?;
        word.to_tokens(&mut declaration);
        let name = match is_lifetime {
            true => input.parse::<Lifetime>()?.into_token_stream(),
            false => input.call(Ident::parse_any)?.into_token_stream(),
        };
        declaration.extend(name.clone());
        let is_end = |input: ParseStream<'_>| input.peek(Token![,]) || input.peek(Token![>]);
        declaration.extend(up_to(input, |input| is_end(input) || input.peek(Token![=]))?);
        // The default, where there is one.
        up_to(input, is_end)?;
        input.parse::<Option<Token![,]>>()?;
        all.push(Parameter { declaration, name, is_type: !is_lifetime && word.is_none() });
    }
    input.parse::<Token![>]>()?;
    Ok(all)
}

fn bounds(input: ParseStream<'_>) -> Result<TokenStream> {
    if input.parse::<Option<Token![where]>>()?.is_none() {
        return Ok(TokenStream::new());
    }
    up_to(input, |input| input.peek(Brace) || input.peek(Token![;]))
}

fn variant(input: ParseStream<'_>) -> Result<Variant> {
    let attributes = attributes(input)?;
    let name = input.call(Ident::parse_any)?;
    let fields = fields(input)?;
    if input.parse::<Option<Token![=]>>()?.is_some() {
        input.parse::<Expr>()?;
    }
    Ok(Variant { attributes, name, fields })
}

fn fields(input: ParseStream<'_>) -> Result<Fields> {
    let is_named = input.peek(Brace);
    if !is_named && !input.peek(Paren) {
        return Ok(Fields::Unit);
    }
    let group: Group = input.parse()?;
    match is_named {
        true => Ok(Fields::Named(list(&group, named_field)?, group.span())),
        false => Ok(Fields::Unnamed(list(&group, unnamed_field)?, group.span())),
    }
}

fn named_field(input: ParseStream<'_>) -> Result<Field> {
    let attributes = attributes(input)?;
    let mut name = None;
    loop {
        match input.parse()? {
            // The last word; those before it are the visibility.
            TokenTree::Ident(word) => name = Some(word),
            TokenTree::Punct(punct) if punct.as_char() == ':' => break,
            _ => {}
        }
    }
    let kind = up_to(input, |input| input.peek(Token![,]))?;
    Ok(Field { attributes, name, kind })
}

fn unnamed_field(input: ParseStream<'_>) -> Result<Field> {
    let attributes = attributes(input)?;
    input.parse::<Option<Token![pub]>>()?;
    if is_restriction(input) {
        input.parse::<Group>()?;
    }
    let kind = up_to(input, |input| input.peek(Token![,]))?;
    Ok(Field { attributes, name: None, kind })
}

/// `(crate)`, `(in path)` and the like, which are no type.
fn is_restriction(input: ParseStream<'_>) -> bool {
    let Some((TokenTree::Group(group), _)) = input.cursor().token_tree() else { return false };
    let mut words = group.stream().into_iter();
    let first = words.next().map(|word| word.to_string());
    match first.as_deref() {
        Some("in") => true,
        Some("crate" | "self" | "super") => words.next().is_none(),
        _ => false,
    }
}

/// What is listed in brackets, with commas between.
fn list<T>(group: &Group, each: fn(ParseStream<'_>) -> Result<T>) -> Result<Vec<T>> {
    let parse = |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(each(input)?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(all)
    };
    parse.parse2(group.stream())
}

/// The tokens up to an end that is not inside of `<…>`.
fn up_to(input: ParseStream<'_>, is_end: impl Fn(ParseStream<'_>) -> bool) -> Result<TokenStream> {
    let mut taken = TokenStream::new();
    let (mut depth, mut is_arrow) = (0_usize, false);
    while !input.is_empty() && (depth > 0 || is_arrow || !is_end(input)) {
        let token: TokenTree = input.parse()?;
        let char = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match char {
            '<' => depth += 1,
            '>' if !is_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_arrow = char == '-';
        taken.extend([token]);
    }
    Ok(taken)
}
