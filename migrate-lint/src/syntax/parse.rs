//! Text → syntax tree, unless it is nested so deeply that a parser which calls itself would end the program.
//!
//! Everything that walks a tree calls itself too, as the tree's own destructor does, so that one limit is for all of them.
//! Threads that read source have [`crate::work::STACK`], which is enough for what is within the limit, also without optimization.

use proc_macro2::TokenStream;
use ra_ap_rustc_lexer::{TokenKind, tokenize};

/// Brackets inside each other.
const MAX_BRACKETS: usize = 400;

/// Tokens that may lie above each other in a tree: operators, calls in a chain, `else if`. Types take most: 30 KiB of
/// stack for each that is around another, in a build without optimization.
const MAX_TOKENS: usize = 4_000;

/// A whole file.
pub(crate) fn file(text: &str) -> Option<syn::File> {
    is_shallow(text).then(|| syn::parse_file(text).ok()).flatten()
}

/// An expression.
pub(crate) fn expression(text: &str) -> Option<syn::Expr> {
    is_shallow(text).then(|| syn::parse_str(text).ok()).flatten()
}

/// A statement.
pub(crate) fn statement(text: &str) -> Option<syn::Stmt> {
    is_shallow(text).then(|| syn::parse_str(text).ok()).flatten()
}

/// Tokens.
pub(crate) fn tokens(text: &str) -> Option<TokenStream> {
    is_shallow(text).then(|| text.parse().ok()).flatten()
}

/// The depth of what is between two brackets.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    /// Of what a separator has ended.
    most: usize,
    /// Tokens since the last separator.
    n_tokens: usize,
    /// The depth of what is in the brackets among them.
    inside: usize,
    /// Closures since the last statement: no comma ends them.
    n_closures: usize,
    /// Each `<` since then that no `>` has closed.
    n_open: usize,
}

impl Level {
    fn depth(self) -> usize {
        self.most.max(self.n_tokens + self.n_closures + self.n_open + self.inside)
    }

    fn end_argument(&mut self) {
        self.most = self.depth();
        (self.n_tokens, self.inside) = (0, 0);
    }

    fn end_statement(&mut self) {
        *self = Self { most: self.depth(), ..Self::default() };
    }
}

/// Whether a parser can read a text. The depth of its tree is estimated from its tokens, and never too low.
pub(crate) fn is_shallow(text: &str) -> bool {
    let mut levels = vec![Level::default()];
    let (mut last, mut last_word) = (TokenKind::Semi, "");
    let mut offset = 0;
    for token in tokenize(text) {
        let kind = token.kind;
        let start = offset;
        offset += token.len as usize;
        let word = text.get(start..offset).unwrap_or_default();
        if matches!(
            kind,
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
        ) {
            continue;
        }
        let n_levels = levels.len();
        let Some(level) = levels.last_mut() else { return false };
        if last == TokenKind::CloseBrace && begins_statement(kind, word) {
            level.end_statement();
        }
        match kind {
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => {
                levels.push(Level::default());
            }
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                let inside = level.depth();
                if n_levels > 1 {
                    levels.pop();
                }
                if let Some(level) = levels.last_mut() {
                    // No way from the root to a leaf leads through two of them.
                    level.n_tokens += 2;
                    level.inside = level.inside.max(inside);
                }
            }
            TokenKind::Semi => level.end_statement(),
            TokenKind::Comma => level.end_argument(),
            TokenKind::Lt => level.n_open += 1,
            TokenKind::Gt if !matches!(last, TokenKind::Minus | TokenKind::Eq) => {
                level.n_open = level.n_open.saturating_sub(1);
                level.n_tokens += 1;
            }
            TokenKind::Or if opens_closure(last, last_word) => level.n_closures += 1,
            _ => level.n_tokens += 1,
        }
        let depth = levels.last().map_or(0, |level| level.depth());
        if levels.len() > MAX_BRACKETS || depth > MAX_TOKENS {
            return false;
        }
        (last, last_word) = (kind, word);
    }
    true
}

/// Whether a token after a `}` is of another statement.
fn begins_statement(kind: TokenKind, word: &str) -> bool {
    match kind {
        TokenKind::Ident => !["else", "as", "in"].contains(&word),
        TokenKind::RawIdent
        | TokenKind::Lifetime { .. }
        | TokenKind::Literal { .. }
        | TokenKind::Pound => true,
        _ => false,
    }
}

/// Whether a `|` after a token begins the parameters of a closure.
fn opens_closure(last: TokenKind, word: &str) -> bool {
    const BEFORE: &[&str] =
        &["async", "break", "else", "for", "in", "match", "move", "return", "static", "yield"];
    match last {
        TokenKind::Ident => BEFORE.contains(&word),
        TokenKind::RawIdent
        | TokenKind::Literal { .. }
        | TokenKind::CloseParen
        | TokenKind::CloseBracket
        | TokenKind::Question => false,
        _ => true,
    }
}
