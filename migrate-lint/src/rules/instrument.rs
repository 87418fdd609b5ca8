//! The arguments of `#[instrument(…)]`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::syntax::parse;
use crate::work;

/// What an attribute says.
#[derive(Debug, Default)]
pub(super) struct Instrument {
    /// `skip_all`.
    pub(super) skips_all: bool,
    /// `skip(…)`; `None` without it.
    pub(super) skipped: Option<Vec<String>>,
    /// Keys of `fields(…)`.
    pub(super) fields: Vec<String>,
}

/// Reads the text between the parentheses; what does not lex says nothing.
pub(super) fn parse(arguments: &str) -> Instrument {
    work::count(arguments.len() / 8);
    let mut instrument = Instrument::default();
    let Some(stream) = parse::tokens(arguments) else { return instrument };
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for (index, tree) in trees.iter().enumerate() {
        let TokenTree::Ident(word) = tree else { continue };
        let list = match trees.get(index + 1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Some(group.stream())
            }
            _ => None,
        };
        match (word.to_string().as_str(), list) {
            ("skip_all", None) => instrument.skips_all = true,
            ("skip", Some(list)) => instrument.skipped = Some(first_names(list)),
            ("fields", Some(list)) => instrument.fields = first_names(list),
            _ => {}
        }
    }
    instrument
}

/// The dotted name at the start of each argument: `a.b = 3, %c, d` → `a.b`, `c`, `d`.
fn first_names(list: TokenStream) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut is_done = false;
    for tree in list {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                names.push(String::new());
                is_done = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == '=' => is_done = true,
            _ if is_done => {}
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                if let Some(last) = names.last_mut() {
                    let text = tree.to_string();
                    last.push_str(text.trim_matches('"').trim_matches(['%', '?']));
                }
            }
            TokenTree::Group(_) => is_done = true,
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
