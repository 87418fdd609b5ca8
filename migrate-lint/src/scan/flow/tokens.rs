//! The arguments of macros by their words.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// What words of a macro's arguments may mean.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// `return`, `break`, `continue`, `?`.
    Exit(proc_macro2::Span),
    /// `.await`.
    Await(proc_macro2::Span),
    /// `name = …`, `&mut name`.
    Set(String, proc_macro2::Span),
    /// `name.method(`.
    Method(String, String, proc_macro2::Span),
    /// A literal.
    Literal(proc_macro2::Span),
}

/// All of them, at whatever depth.
pub(super) fn words(stream: &TokenStream, found: &mut Vec<Word>) {
    let trees: Vec<TokenTree> = stream.clone().into_iter().collect();
    let punct = |at: usize| match trees.get(at) {
        Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing())),
        _ => None,
    };
    let ident = |at: usize| match trees.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => words(&group.stream(), found),
            TokenTree::Literal(literal) => found.push(Word::Literal(literal.span())),
            TokenTree::Punct(one) if one.as_char() == '?' => found.push(Word::Exit(one.span())),
            TokenTree::Punct(_) => {}
            TokenTree::Ident(one) => {
                let name = one.to_string();
                let is_after = |c: char| at > 0 && punct(at - 1).is_some_and(|(sign, _)| sign == c);
                match name.as_str() {
                    "return" | "break" | "continue" => found.push(Word::Exit(one.span())),
                    "await" if is_after('.') => found.push(Word::Await(one.span())),
                    _ => {}
                }
                if is_after('.') {
                    continue;
                }
                let is_borrowed = at >= 2
                    && ident(at - 1).is_some_and(|word| word == "mut")
                    && punct(at - 2).is_some_and(|(sign, _)| sign == '&');
                if is_borrowed || is_set(&trees, at + 1) {
                    found.push(Word::Set(name.clone(), one.span()));
                }
                if punct(at + 1).is_some_and(|(sign, _)| sign == '.')
                    && let Some(method) = ident(at + 2)
                    && matches!(trees.get(at + 3), Some(TokenTree::Group(_)))
                {
                    found.push(Word::Method(name, method, one.span()));
                }
            }
        }
    }
}

/// `= …` or `+= …` after a name or a field of it, and neither `==` nor `=>`.
fn is_set(trees: &[TokenTree], mut at: usize) -> bool {
    while let (Some(TokenTree::Punct(dot)), Some(TokenTree::Ident(_))) =
        (trees.get(at), trees.get(at + 1))
        && dot.as_char() == '.'
    {
        at += 2;
    }
    let Some(TokenTree::Punct(sign)) = trees.get(at) else { return false };
    let next = match trees.get(at + 1) {
        Some(TokenTree::Punct(next)) if sign.spacing() == Spacing::Joint => Some(next.as_char()),
        _ => None,
    };
    match (sign.as_char(), next) {
        ('=', None) => true,
        ('=', Some(next)) => next != '=' && next != '>',
        (sign, Some('=')) => "+-*/%&|^".contains(sign),
        _ => false,
    }
}
