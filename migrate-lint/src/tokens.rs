//! How far a statement goes, by its tokens alone: also in code that does not parse, and in a macro's arguments.

use ra_ap_rustc_lexer::{Token, TokenKind, tokenize};

use crate::call::Span;

/// The statement, item, match arm or argument that begins after `offset`; comments before it are passed over, attributes
/// belong to it. `None` at the end of a block or file.
pub(crate) fn statement_at(text: &str, offset: usize) -> Option<Span> {
    let mut tokens = Tokens::new(text, offset);
    let (_, start) = tokens.next_word()?;
    let mut tokens = Tokens::new(text, start);
    let mut depth = 0_usize;
    let mut end = start;
    while let Some((kind, at)) = tokens.next_word() {
        match kind {
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                if depth == 0 {
                    break;
                }
                depth -= 1;
                if depth == 0 && kind == TokenKind::CloseBrace && !goes_on(text, tokens.offset) {
                    return Some(start..tokens.offset);
                }
            }
            TokenKind::Semi | TokenKind::Comma if depth == 0 => return Some(start..tokens.offset),
            _ => {}
        }
        end = at.max(tokens.offset);
    }
    (end > start).then_some(start..end)
}

/// Whether a parser that calls itself can read the text: brackets are not nested too deeply, and no expression is a chain of
/// too many operators.
pub(crate) fn is_shallow(text: &str) -> bool {
    const MAX_DEPTH: usize = 500;
    const MAX_CHAIN: usize = 20_000;
    let (mut depth, mut chain) = (0_usize, 0_usize);
    for token in tokenize(text) {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket => depth = depth.saturating_sub(1),
            TokenKind::CloseBrace => {
                depth = depth.saturating_sub(1);
                chain = 0;
            }
            TokenKind::Semi | TokenKind::Comma => chain = 0,
            TokenKind::Whitespace
            | TokenKind::LineComment { .. }
            | TokenKind::BlockComment { .. } => {}
            _ => chain += 1,
        }
        if depth > MAX_DEPTH || chain > MAX_CHAIN {
            return false;
        }
    }
    true
}

/// Where the block that holds `offset` ends, before its bracket; the text's end without one.
pub(crate) fn block_end(text: &str, offset: usize) -> usize {
    let mut tokens = Tokens::new(text, offset);
    let mut depth = 0_usize;
    while let Some((kind, at)) = tokens.next_word() {
        match kind {
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return at,
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Offset of the next token that is neither white space nor a comment.
pub(crate) fn next_code(text: &str, offset: usize) -> Option<usize> {
    Tokens::new(text, offset).next_word().map(|(_, at)| at)
}

/// Identifiers of a text with their offsets, without those in strings and comments.
pub(crate) fn identifiers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    tokenize(text).filter_map(move |Token { kind, len }| {
        let start = offset;
        offset += len as usize;
        let is_identifier = matches!(kind, TokenKind::Ident | TokenKind::RawIdent);
        is_identifier.then(|| (start, text.get(start..offset).unwrap_or_default()))
    })
}

/// What follows a block continues the statement: `}.await`, `} else {`, `Foo { a } =>`.
fn goes_on(text: &str, offset: usize) -> bool {
    match Tokens::new(text, offset).next_word() {
        Some((TokenKind::Ident, at)) => {
            let rest = text.get(at..).unwrap_or_default();
            ["else", "as", "in"].iter().any(|word| {
                rest.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
        }
        Some((kind, _)) => matches!(
            kind,
            TokenKind::Dot
                | TokenKind::Question
                | TokenKind::Eq
                | TokenKind::Or
                | TokenKind::Comma
                | TokenKind::Semi
        ),
        None => false,
    }
}

/// Tokens of a text from an offset on.
struct Tokens<'a> {
    tokens: Box<dyn Iterator<Item = Token> + 'a>,
    offset: usize,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, offset: usize) -> Self {
        let rest = text.get(offset..).unwrap_or_default();
        Self { tokens: Box::new(tokenize(rest)), offset }
    }

    /// The next token that is neither white space nor a comment, and where it starts.
    fn next_word(&mut self) -> Option<(TokenKind, usize)> {
        loop {
            let Token { kind, len } = self.tokens.next()?;
            let start = self.offset;
            self.offset += len as usize;
            match kind {
                TokenKind::Whitespace
                | TokenKind::LineComment { .. }
                | TokenKind::BlockComment { .. } => {}
                kind => return Some((kind, start)),
            }
        }
    }
}
