//! `#[instrument]` of a function.

use proc_macro2::{Ident, Span as TokenSpan, TokenStream, TokenTree};

use super::spans::Places;
use crate::call::{Instrument, Level, Span};
use crate::syntax::parse;

/// How many of a function are looked at: each call asks for them.
const N_ATTRIBUTES: usize = 8;

/// Each of a function, also those within `cfg_attr`.
pub(super) fn of(attributes: &[syn::Attribute], places: &Places<'_>) -> Vec<Instrument> {
    let mut found = Vec::new();
    for attribute in attributes {
        let Some(name) = attribute.path().segments.last().map(|last| &last.ident) else { continue };
        let list = match &attribute.meta {
            syn::Meta::List(list) => Some(list),
            syn::Meta::Path(_) | syn::Meta::NameValue(_) => None,
        };
        match list {
            _ if name == "instrument" => {
                let brackets = list.map(|list| list.delimiter.span());
                let brackets = brackets.map(|span| [span.open(), span.close()]);
                let span = places.of(attribute);
                found.push(one(places, span, name, brackets, false));
            }
            Some(list) if name == "cfg_attr" => within(list.tokens.clone(), places, &mut found),
            _ => {}
        }
        found.truncate(N_ATTRIBUTES);
    }
    found
}

/// Those of `feature = "…", inline, instrument(…), cfg_attr(…)`.
fn within(arguments: TokenStream, places: &Places<'_>, found: &mut Vec<Instrument>) {
    let trees: Vec<TokenTree> = arguments.into_iter().collect();
    for attribute in trees.split(|tree| is_punct(tree, ',')).skip(1) {
        let (path, list) = match attribute {
            [path @ .., TokenTree::Group(list)] => (path, Some(list)),
            path => (path, None),
        };
        let is_path = |tree: &TokenTree| matches!(tree, TokenTree::Ident(_)) || is_punct(tree, ':');
        let (Some(first), Some(TokenTree::Ident(name))) = (path.first(), path.last()) else {
            continue;
        };
        if found.len() == N_ATTRIBUTES || !path.iter().all(is_path) {
            continue;
        }
        match list {
            _ if name == "instrument" => {
                let brackets = list.map(|list| [list.span_open(), list.span_close()]);
                let end = brackets.map_or_else(|| name.span(), |[_, close]| close);
                let span = places.token(first.span()).start..places.token(end).end;
                found.push(one(places, span, name, brackets, true));
            }
            Some(list) if name == "cfg_attr" => within(list.stream(), places, found),
            _ => {}
        }
    }
}

fn one(
    places: &Places<'_>,
    span: Span,
    name: &Ident,
    brackets: Option<[TokenSpan; 2]>,
    is_conditional: bool,
) -> Instrument {
    let end = places.token(name.span()).end;
    let arguments = brackets
        .map_or(end..end, |[open, close]| places.token(open).end..places.token(close).start);
    Instrument {
        span,
        arguments: places.slice(&arguments).to_owned(),
        arguments_at: arguments.start,
        has_brackets: brackets.is_some(),
        is_conditional,
    }
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
