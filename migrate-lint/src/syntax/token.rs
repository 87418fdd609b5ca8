//! Rust text as a flat list of tokens, in which every bracket knows its mate.
//!
//! The compiler's own lexer does the work. Text that does not lex, or whose brackets do not match, still gives tokens: a
//! stray bracket is a token like any other, and one that is never closed ends where the one around it ends.

use ra_ap_rustc_lexer::{Cursor, FrontmatterAllowed, LiteralKind, TokenKind, strip_shebang};

use super::parts::Span;
use crate::work;

/// What a token is, as far as the scanner looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or keyword, also `r#name`.
    Ident,
    /// `'a`.
    Lifetime,
    /// `"text"`.
    Str,
    /// `r"text"`, with this number of `#`.
    RawStr(u8),
    /// Any other literal.
    Literal,
    /// One character of an operator or separator.
    Punct(u8),
    /// `(`, `[`, `{`.
    Open(u8),
    /// `)`, `]`, `}`.
    Close(u8),
}

/// A token with its place in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// First byte.
    pub(crate) start: u32,
    /// Byte after the last.
    pub(crate) end: u32,
    /// Index of the bracket that belongs to this one; the number of tokens where an opening one is never closed.
    pub(crate) mate: u32,
    /// What it is.
    pub(crate) kind: Kind,
}

/// The tokens of a text, without white space and comments.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// In source order.
    pub(crate) list: Vec<Token>,
    /// Comments, in source order.
    pub(crate) comments: Vec<Span>,
    /// Where and why the text is not Rust's.
    pub(crate) faults: Vec<(usize, &'static str)>,
}

/// Tokens of a whole file, after its byte order mark and shebang line.
pub(crate) fn file(text: &str) -> Tokens {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let shebang = strip_shebang(&text[mark..]).unwrap_or(0);
    range(text, mark + shebang..text.len())
}

/// Tokens of a part of a file, at their places in the file.
pub(crate) fn range(text: &str, range: Span) -> Tokens {
    let mut tokens = Tokens::default();
    let Some(part) = text.get(range.clone()) else { return tokens };
    tokens.list.reserve(part.len() / 5);
    let mut open: Vec<u32> = Vec::new();
    let mut start = range.start as u32;
    let mut lexer = Lexer::new(part);
    while let Some(token) = lexer.next() {
        work::count(1);
        let end = start + token.len;
        let place = start as usize;
        let first = part.as_bytes().get(place - range.start).copied().unwrap_or_default();
        if let Some(mut kind) = tokens.kind(token.kind, place..end as usize, first) {
            let index = tokens.list.len() as u32;
            let mut mate = u32::MAX;
            match kind {
                Kind::Open(_) => open.push(index),
                Kind::Close(close) => {
                    match close_bracket(&mut tokens.list, &mut open, close, index) {
                        Some(found) => mate = found,
                        None => {
                            tokens.faults.push((place, "a bracket that nothing opened"));
                            kind = Kind::Punct(close);
                        }
                    }
                }
                _ => {}
            }
            tokens.list.push(Token { start, end, mate, kind });
        }
        start = end;
    }
    if let Some(&unclosed) = open.first() {
        let place = tokens.list[unclosed as usize].start as usize;
        tokens.faults.push((place, "a bracket that is never closed"));
        let end = tokens.list.len() as u32;
        for index in open {
            tokens.list[index as usize].mate = end;
        }
    }
    tokens
}

impl Tokens {
    /// What a token of the compiler's is here; none for spaces and comments. Takes note of comments and faults.
    #[inline]
    fn kind(&mut self, token: TokenKind, span: Span, first: u8) -> Option<Kind> {
        match token {
            TokenKind::Whitespace | TokenKind::Frontmatter { .. } => None,
            TokenKind::LineComment { .. } => {
                self.comments.push(span);
                None
            }
            TokenKind::BlockComment { terminated, .. } => {
                if !terminated {
                    self.faults.push((span.start, "a comment that is never closed"));
                }
                self.comments.push(span);
                None
            }
            TokenKind::Ident
            | TokenKind::RawIdent
            | TokenKind::InvalidIdent
            | TokenKind::UnknownPrefix => Some(Kind::Ident),
            TokenKind::Lifetime { .. }
            | TokenKind::RawLifetime
            | TokenKind::UnknownPrefixLifetime => Some(Kind::Lifetime),
            TokenKind::Literal { kind, .. } => {
                if !is_terminated(kind) {
                    self.faults.push((span.start, "a literal that is never closed"));
                }
                Some(match kind {
                    LiteralKind::Str { .. } => Kind::Str,
                    LiteralKind::RawStr { n_hashes } => Kind::RawStr(n_hashes.unwrap_or(0)),
                    _ => Kind::Literal,
                })
            }
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                Some(Kind::Open(first))
            }
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                Some(Kind::Close(first))
            }
            TokenKind::Eof => None,
            TokenKind::Semi
            | TokenKind::Comma
            | TokenKind::Dot
            | TokenKind::At
            | TokenKind::Pound
            | TokenKind::Tilde
            | TokenKind::Question
            | TokenKind::Colon
            | TokenKind::Dollar
            | TokenKind::Eq
            | TokenKind::Bang
            | TokenKind::Lt
            | TokenKind::Gt
            | TokenKind::Minus
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::Plus
            | TokenKind::Star
            | TokenKind::Slash
            | TokenKind::Caret
            | TokenKind::Percent
            | TokenKind::GuardedStrPrefix
            | TokenKind::Unknown => Some(Kind::Punct(first)),
        }
    }
}

/// The compiler's lexer as editions before 2024 read `#"text"`: two tokens, as slog's tags are written.
struct Lexer<'a> {
    text: &'a str,
    at: usize,
    cursor: Cursor<'a>,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, cursor: Cursor::new(text, FrontmatterAllowed::No) }
    }

    fn next(&mut self) -> Option<ra_ap_rustc_lexer::Token> {
        let mut token = self.cursor.advance_token();
        if token.kind == TokenKind::Eof {
            return None;
        }
        if token.kind == TokenKind::GuardedStrPrefix {
            token.len = 1;
            let rest = self.text.get(self.at + 1..).unwrap_or_default();
            self.cursor = Cursor::new(rest, FrontmatterAllowed::No);
        }
        self.at += token.len as usize;
        Some(token)
    }
}

/// Ties a closing bracket to the nearest open one of its kind; those between are closed with it.
fn close_bracket(list: &mut [Token], open: &mut Vec<u32>, close: u8, index: u32) -> Option<u32> {
    let wanted = match close {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    };
    // A brace closes what was left open inside it; another bracket closes no brace. The search is short, so that garbage
    // costs no more than code.
    let mut found = None;
    for (at, &opener) in open.iter().enumerate().rev().take(MAX_UNCLOSED) {
        let kind = list.get(opener as usize).map(|token| token.kind);
        if kind == Some(Kind::Open(wanted)) {
            found = Some((at, opener));
            break;
        }
        if close != b'}' && kind == Some(Kind::Open(b'{')) {
            break;
        }
    }
    let (at, opener) = found?;
    for opener in open.drain(at..) {
        if let Some(token) = list.get_mut(opener as usize) {
            token.mate = index;
        }
    }
    Some(opener)
}

/// Brackets left open inside a closed one, beyond which the closing one is taken for a stray.
const MAX_UNCLOSED: usize = 256;

fn is_terminated(kind: LiteralKind) -> bool {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => true,
        LiteralKind::Char { terminated }
        | LiteralKind::Byte { terminated }
        | LiteralKind::Str { terminated }
        | LiteralKind::ByteStr { terminated }
        | LiteralKind::CStr { terminated } => terminated,
        LiteralKind::RawStr { n_hashes }
        | LiteralKind::RawByteStr { n_hashes }
        | LiteralKind::RawCStr { n_hashes } => n_hashes.is_some(),
    }
}

/// A text and its tokens, to ask what is where; an index after the end is no token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    /// The file.
    pub(crate) text: &'a str,
    /// Its tokens, or a part of them.
    pub(crate) list: &'a [Token],
}

impl<'a> Reader<'a> {
    /// Kind of a token.
    pub(crate) fn kind(&self, index: usize) -> Option<Kind> {
        work::count(1);
        self.list.get(index).map(|token| token.kind)
    }

    /// Text of a token; empty after the end.
    pub(crate) fn word(&self, index: usize) -> &'a str {
        let token = self.list.get(index);
        token.map_or("", |token| {
            self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
        })
    }

    /// Whether a token is this name or keyword.
    pub(crate) fn is_word(&self, index: usize, word: &str) -> bool {
        self.kind(index) == Some(Kind::Ident) && self.word(index) == word
    }

    /// Whether a token is this character.
    pub(crate) fn is(&self, index: usize, punct: u8) -> bool {
        self.kind(index) == Some(Kind::Punct(punct))
    }

    /// Whether two characters follow each other without a gap (`::`, `=>`, `->`).
    pub(crate) fn is_pair(&self, index: usize, pair: &[u8; 2]) -> bool {
        self.is(index, pair[0])
            && self.is(index + 1, pair[1])
            && self.list[index].end == self.list[index + 1].start
    }

    /// Whether an opening bracket is here.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(Kind::Open(_)))
    }

    /// Index of the bracket that closes the one here.
    pub(crate) fn mate(&self, index: usize) -> usize {
        self.list.get(index).map_or(self.list.len(), |token| token.mate as usize)
    }

    /// The index after a token, or after the bracket that closes it.
    pub(crate) fn next(&self, index: usize) -> usize {
        if !self.is_open(index) {
            return index + 1;
        }
        // A bracket that is closed with the one around it ends before that one's end.
        let mate = self.mate(index);
        let own = self.list.get(mate).is_some_and(|token| token.mate as usize == index);
        mate.max(index) + usize::from(own)
    }

    /// Bytes from one token to another, exclusively.
    pub(crate) fn span(&self, tokens: std::ops::Range<usize>) -> Span {
        let end_of = |index: usize| self.list.get(index).map(|token| token.end as usize);
        let Some(first) = self.list.get(tokens.start) else {
            let end = self.list.last().map_or(0, |token| token.end as usize);
            return end..end;
        };
        let last = tokens.end.min(self.list.len()).checked_sub(1).and_then(end_of);
        let start = first.start as usize;
        start..last.unwrap_or(start).max(start)
    }
}

impl Reader<'_> {
    /// Whether `{` is here.
    pub(crate) fn is_brace(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Open(b'{'))
    }

    /// Whether `}` is here.
    pub(crate) fn is_brace_end(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Close(b'}'))
    }
}
