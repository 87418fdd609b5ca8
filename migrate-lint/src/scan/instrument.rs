//! `#[instrument]` of a function.

use proc_macro2::{TokenStream, TokenTree};

use super::spans::Places;
use crate::call::{Level, Span};
use crate::syntax::parse;

/// The place of the attribute and its arguments.
pub(super) fn of(attributes: &[syn::Attribute], places: &Places<'_>) -> Option<(Span, String)> {
    let is_named = |attribute: &&syn::Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "instrument")
    };
    let attribute = attributes.iter().find(is_named)?;
    let arguments = match &attribute.meta {
        syn::Meta::List(list) => {
            let open = places.token(list.delimiter.span().open()).end;
            let close = places.token(list.delimiter.span().close()).start;
            places.slice(&(open..close)).to_owned()
        }
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => String::new(),
    };
    Some((places.of(attribute), arguments))
}

/// What the arguments say of the span, and of the events that it emits.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// `name = "…"`, or a text alone; of another expression nothing.
    pub(super) name: Option<Option<String>>,
    /// `target = "…"`.
    pub(super) target: Option<Option<String>>,
    /// `level = "…"`; `None` where it says nothing.
    pub(super) level: Option<Level>,
    /// `err`: an event of an error that the function returns, with its level where it says one.
    pub(super) err: Option<Option<Level>>,
    /// `ret`: an event of what it returns.
    pub(super) ret: Option<Option<Level>>,
    /// `fields(…)`.
    pub(super) fields: Option<TokenStream>,
}

/// Reads the arguments of `#[instrument]`.
pub(super) fn read(arguments: &str) -> Arguments {
    let mut read = Arguments::default();
    let stream = parse::tokens(arguments).unwrap_or_default();
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for argument in trees.split(|tree| is_punct(tree, ',')) {
        match argument {
            [TokenTree::Literal(_)] => read.name = Some(text(argument)),
            [TokenTree::Ident(word), TokenTree::Punct(sign), value @ ..]
                if sign.as_char() == '=' =>
            {
                match word.to_string().as_str() {
                    "name" => read.name = Some(text(value)),
                    "target" => read.target = Some(text(value)),
                    "level" => read.level = Some(level(value)),
                    _ => {}
                }
            }
            [TokenTree::Ident(word), rest @ ..] => {
                let list = match rest.first() {
                    Some(TokenTree::Group(list)) => list.stream(),
                    _ => TokenStream::new(),
                };
                match word.to_string().as_str() {
                    "err" => read.err = Some(level_in(list)),
                    "ret" => read.ret = Some(level_in(list)),
                    "fields" => read.fields = Some(list),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    read
}

/// `Debug, level = "warn"`.
fn level_in(list: TokenStream) -> Option<Level> {
    let trees: Vec<TokenTree> = list.into_iter().collect();
    trees.split(|tree| is_punct(tree, ',')).find_map(|argument| match argument {
        [TokenTree::Ident(word), _, value @ ..] if word == "level" => Some(level(value)),
        _ => None,
    })
}

/// `"error"`, `Level::ERROR`, `5`.
fn level(value: &[TokenTree]) -> Level {
    let word = value.last().map(ToString::to_string).unwrap_or_default();
    match word.trim_matches('"').to_lowercase().as_str() {
        "error" | "5" => Level::Error,
        "warn" | "4" => Level::Warn,
        "info" | "3" => Level::Info,
        "debug" | "2" => Level::Debug,
        _ => Level::Trace,
    }
}

fn text(value: &[TokenTree]) -> Option<String> {
    let [TokenTree::Literal(literal)] = value else { return None };
    Some(syn::parse_str::<syn::LitStr>(&literal.to_string()).ok()?.value())
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}
