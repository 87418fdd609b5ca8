//! How far a statement goes, by its tokens alone: also in code that does not parse, and in a macro's arguments.

use ra_ap_rustc_lexer::{Token, TokenKind, tokenize};

use crate::call::Span;
use crate::work;

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

/// Whether code may mean something by a name: it is there as a word, or in a placeholder. What has too many places, or
/// is longer than any function, may.
pub(crate) fn may_name(text: &str, name: &str) -> bool {
    const N_LONG: usize = 256 << 10;
    const N_PLACES: usize = 64;
    let is_of_name = |char: char| char.is_alphanumeric() || char == '_';
    if text.len() > N_LONG {
        return true;
    }
    text.match_indices(name).enumerate().any(|(index, (at, _))| {
        let (ahead, after) = (&text[..at], &text[at + name.len()..]);
        if ahead.ends_with(is_of_name) || after.starts_with(is_of_name) {
            return false;
        }
        index >= N_PLACES
            || ahead.ends_with('{') && after.starts_with(['}', ':'])
            || !ahead.trim_end().ends_with('.') && is_code(text, at)
    })
}

/// Whether a name begins at a place, by the tokens of its line.
pub(crate) fn is_code(text: &str, at: usize) -> bool {
    let line = line_start(text, at);
    let end = line_end(text, at).min(boundary_after(text, at + 100));
    identifiers(&text[line..end]).any(|(start, _)| line + start == at)
}

/// The last place of a character up to an offset.
pub(crate) fn boundary_before(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The first place of a character from an offset on.
pub(crate) fn boundary_after(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}

/// Where the line of an offset begins; somewhere in the line where that is longer than any that a person writes.
pub(crate) fn line_start(text: &str, offset: usize) -> usize {
    const N_BACK: usize = 4096;
    let from = boundary_before(text, offset.saturating_sub(N_BACK));
    text[from..offset].rfind('\n').map_or(from, |end| from + end + 1)
}

/// Where the line of an offset ends, before its line feed; somewhere in a long line.
pub(crate) fn line_end(text: &str, offset: usize) -> usize {
    const N_AHEAD: usize = 4096;
    let to = boundary_after(text, offset.saturating_add(N_AHEAD));
    text[offset..to].find('\n').map_or(to, |end| offset + end)
}

/// The first lines of a text, by which its line endings and its indentation are known.
pub(crate) fn first_lines(text: &str) -> &str {
    const N_ENOUGH: usize = 16 << 10;
    &text[..boundary_before(text, N_ENOUGH)]
}

/// Offset of the next token that is neither white space nor a comment.
pub(crate) fn next_code(text: &str, offset: usize) -> Option<usize> {
    Tokens::new(text, offset).next_word().map(|(_, at)| at)
}

/// Identifiers of a text with their offsets, without those in strings and comments.
pub(crate) fn identifiers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    tokenize(text).filter_map(move |Token { kind, len }| {
        work::count(1);
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
            work::count(1);
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
