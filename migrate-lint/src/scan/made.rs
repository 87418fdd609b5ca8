//! What loggers and spans are made of, by their expressions and attributes alone.

use proc_macro2::{TokenStream, TokenTree};

use super::instrument;
use crate::call::Level;
use crate::syntax::parse;
use crate::work;

/// What a logger or a span is made of.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Key, sigil and value of each pair, the last ones first.
    pub(crate) pairs: Vec<(String, &'static str, String)>,
    /// Names that are added, the first ones first; of a span its fields without a value.
    pub(crate) names: Vec<String>,
    /// V levels that are added.
    pub(crate) verbosity: u32,
    /// What the pairs are added to.
    pub(crate) root: Root,
    /// The level of a span.
    pub(crate) level: Option<Level>,
}

/// What a logger's pairs are added to.
#[derive(Debug, Default)]
pub(crate) enum Root {
    /// The current logger.
    Current,
    /// A variable.
    Name(String),
    /// A field of a variable: `self.log`.
    Field(String),
    /// Nothing that is followed.
    #[default]
    Other,
}

/// What an expression makes a logger of: `Logger::current().with_values(kvs! { pod })`.
pub(crate) fn logger(text: &str) -> Made {
    let mut made = Made::default();
    let Some(expression) = parse::expression(text) else { return made };
    let mut rest = &expression;
    loop {
        match rest {
            syn::Expr::MethodCall(call) => {
                if let Some(syn::Expr::Macro(pairs)) = call.args.first()
                    && (call.method == "with_values" || call.method == "new")
                {
                    made.pairs.extend(pairs_of(&pairs.mac.tokens, true));
                }
                if let Some(syn::Expr::Lit(syn::ExprLit { lit, .. })) = call.args.first() {
                    match lit {
                        syn::Lit::Str(name) if call.method == "with_name" => {
                            made.names.insert(0, name.value());
                        }
                        syn::Lit::Int(n) if call.method == "v" => {
                            let n = n.base10_parse().unwrap_or(u32::MAX);
                            made.verbosity = made.verbosity.saturating_add(n);
                        }
                        _ => {}
                    }
                }
                rest = &call.receiver;
            }
            syn::Expr::Reference(one) => rest = &one.expr,
            syn::Expr::Call(call) => {
                if let syn::Expr::Path(path) = &*call.func
                    && path.path.segments.last().is_some_and(|last| last.ident == "current")
                {
                    made.root = Root::Current;
                }
                return made;
            }
            syn::Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    made.root = Root::Name(name.to_string());
                }
                return made;
            }
            syn::Expr::Field(field) => {
                if let (syn::Expr::Path(base), syn::Member::Named(name)) =
                    (&*field.base, &field.member)
                    && let Some(base) = base.path.get_ident()
                {
                    made.root = Root::Field(format!("{base}.{name}"));
                }
                return made;
            }
            _ => return made,
        }
    }
}

/// The fields of `#[instrument(fields(…))]`.
pub(crate) fn span(arguments: &str) -> Made {
    work::count(arguments.len() / 8);
    let arguments = instrument::read(arguments);
    let level = Some(arguments.level.unwrap_or(Level::Info));
    let mut made = Made { level, ..Made::default() };
    if let Some(fields) = arguments.fields {
        made.pairs.extend(pairs_of(&fields, false));
        let alone = arguments_of(&fields).into_iter();
        let alone = alone.filter(|one| {
            !one.iter().any(|tree| is_punct(tree, '=')) && !one.first().is_some_and(is_sigil)
        });
        let names = alone.map(|one| text_of(&one).trim_matches('"').to_owned());
        made.names.extend(names.filter(|name| !name.is_empty()));
    }
    made
}

/// An expression without white space and without references around it.
pub(crate) fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.trim_start_matches('&').to_owned()
}

/// Key, sigil and value of each pair of `kvs!`, `o!`, `fields(…)`.
/// `has_short`: a name alone is a pair, and not an empty field; with a sigil it is a pair in any case, under all of it.
fn pairs_of(tokens: &TokenStream, has_short: bool) -> Vec<(String, &'static str, String)> {
    let mut pairs = Vec::new();
    for argument in arguments_of(tokens) {
        let split = argument.iter().position(|tree| is_punct(tree, '='));
        if split.is_none() && !has_short && !argument.first().is_some_and(is_sigil) {
            continue;
        }
        let (key, value) = match split {
            Some(at) => (key_of(&argument[..at]), &argument[at + 1..]),
            None => (String::new(), &argument[..]),
        };
        // slog's arrow.
        let value = match value.first() {
            Some(tree) if split.is_some() && is_punct(tree, '>') => &value[1..],
            _ => value,
        };
        let (sigil, value) = match value.first() {
            Some(tree) if is_punct(tree, '%') => ("%", &value[1..]),
            Some(tree) if is_punct(tree, '?') => ("?", &value[1..]),
            _ => ("", value),
        };
        let value = plain(&text_of(value));
        let key = match split {
            Some(_) => key,
            None if !has_short => value.clone(),
            None => value.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        if !key.is_empty() && !value.is_empty() {
            pairs.push((key, sigil, value));
        }
    }
    pairs
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_sigil(tree: &TokenTree) -> bool {
    is_punct(tree, '%') || is_punct(tree, '?')
}

/// A key as it is logged: a name, names with dots, a text.
fn key_of(trees: &[TokenTree]) -> String {
    match trees {
        [TokenTree::Literal(text)] => syn::parse_str::<syn::LitStr>(&text.to_string())
            .map_or_else(|_| text.to_string(), |text| text.value()),
        _ => text_of(trees).trim_start_matches("r#").to_owned(),
    }
}

fn text_of(trees: &[TokenTree]) -> String {
    let stream: TokenStream = trees.iter().cloned().collect();
    stream.to_string().chars().filter(|c| !c.is_whitespace()).collect()
}

fn arguments_of(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut arguments = vec![Vec::new()];
    for tree in tokens.clone() {
        if is_punct(&tree, ',') {
            arguments.push(Vec::new());
        } else if let Some(last) = arguments.last_mut() {
            last.push(tree);
        }
    }
    arguments
}
