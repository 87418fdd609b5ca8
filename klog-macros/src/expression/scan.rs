//! Finds the end of an expression: at each token an operand or an operator is expected.

use proc_macro2::{Delimiter, Spacing, TokenTree};
use syn::{Error, Result, buffer::Cursor};

use super::Expr;

/// Words that precede an operand.
const PREFIXES: &[&str] = &[
    "async", "break", "const", "continue", "else", "for", "if", "let", "loop", "match", "move",
    "mut", "return", "static", "unsafe", "while", "yield",
];

pub(super) struct Scan<'a> {
    pub(super) rest: Cursor<'a>,
    pub(super) expression: Expr,
}

impl Scan<'_> {
    pub(super) fn peek(&self) -> Option<TokenTree> {
        self.rest.token_tree().map(|(token, _)| token)
    }

    /// Takes a token; nothing at the end.
    pub(super) fn take(&mut self) {
        if let Some((token, rest)) = self.rest.token_tree() {
            self.expression.tokens.push(token);
            self.rest = rest;
        }
    }

    pub(super) fn peek_char(&self) -> Option<char> {
        match self.peek() {
            Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
            _ => None,
        }
    }

    /// Whether these two are here without a space between them.
    pub(super) fn peek_both(&self, both: &str) -> bool {
        let mut rest = self.rest;
        both.chars().enumerate().all(|(index, char)| match rest.token_tree() {
            Some((TokenTree::Punct(punct), next)) => {
                rest = next;
                punct.as_char() == char && (index > 0 || punct.spacing() == Spacing::Joint)
            }
            _ => false,
        })
    }

    pub(super) fn take_both(&mut self) {
        self.take();
        self.take();
    }

    pub(super) fn is_word(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Some(TokenTree::Ident(ident)) if words.iter().any(|word| ident == word))
    }

    /// Whether the expression ends after the next token.
    pub(super) fn is_last_token(&self) -> bool {
        match self.rest.token_tree().and_then(|(_, rest)| rest.token_tree()) {
            Some((TokenTree::Punct(punct), _)) => punct.as_char() == ',',
            Some(_) => false,
            None => true,
        }
    }

    pub(super) fn is_end(&self) -> bool {
        self.rest.eof() || self.peek_char() == Some(',')
    }

    pub(super) fn wrong<T>(&self, words: &str) -> Result<T> {
        Err(Error::new(self.rest.span(), words))
    }

    /// Takes an operand with all that precedes it.
    pub(super) fn operand(&mut self) -> Result<()> {
        loop {
            let Some(token) = self.peek() else {
                let words = "expected an expression after this";
                return Err(Error::new(self.rest.prev_span(), words));
            };
            match token {
                // In edition 2015 it is a name like any other.
                TokenTree::Ident(word) if word == "async" && self.is_last_token() => {
                    self.take();
                    return Ok(());
                }
                TokenTree::Ident(_) if self.is_word(PREFIXES) => {
                    self.expression.has_prefix |= !self.is_word(&["mut", "unsafe"]);
                    let (is_jump, has_pattern) = (
                        self.is_word(&["break", "continue", "return", "yield"]),
                        self.is_word(&["for", "let"]),
                    );
                    self.take();
                    if has_pattern {
                        self.take_pattern();
                    }
                    if is_jump && self.is_end() {
                        return Ok(());
                    }
                }
                TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_) => {
                    self.take();
                    return Ok(());
                }
                TokenTree::Punct(punct) => match punct.as_char() {
                    '&' => {
                        self.take();
                        if self.is_raw_borrow() {
                            self.expression.has_prefix = true;
                            self.take();
                        }
                    }
                    '-' | '!' | '*' => {
                        self.expression.has_prefix = true;
                        self.take();
                    }
                    '|' => self.take_closure_parameters(),
                    '<' => {
                        self.take_generics();
                        return Ok(());
                    }
                    ':' if self.peek_both("::") => self.take_both(),
                    '.' if self.peek_both("..") => {
                        self.expression.has_prefix = true;
                        self.take_operator();
                        if self.is_end() {
                            return Ok(());
                        }
                    }
                    '\'' => {
                        self.expression.has_prefix = true;
                        self.take_both();
                        if self.peek_char() == Some(':') {
                            self.take();
                        } else if self.is_end() {
                            return Ok(());
                        }
                    }
                    '#' if self.is_attribute() => {
                        self.expression.has_prefix = true;
                        self.take_both();
                    }
                    _ => return self.wrong("expected an expression"),
                },
            }
        }
    }

    /// Takes what follows an operand; whether another operand follows.
    pub(super) fn operator(&mut self) -> Result<bool> {
        loop {
            if self.is_end() {
                return Ok(false);
            }
            match self.peek() {
                Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None => {
                    self.take();
                }
                Some(TokenTree::Ident(_)) if self.is_word(&["as"]) => {
                    self.expression.has_infix = true;
                    self.take();
                    self.take_type();
                }
                Some(TokenTree::Ident(_)) if self.is_word(&["else", "in"]) => {
                    self.take();
                    return Ok(true);
                }
                Some(TokenTree::Punct(punct)) => match punct.as_char() {
                    '?' => self.take(),
                    '!' if !self.peek_both("!=") => self.take(),
                    ':' if self.peek_both("::") => {
                        self.take_both();
                        match self.peek_char() {
                            Some('<') => self.take_generics(),
                            _ => self.take(),
                        }
                    }
                    '.' if !self.peek_both("..") => self.take_both(),
                    '.' => {
                        self.expression.has_infix = true;
                        self.take_operator();
                        return Ok(!self.is_end());
                    }
                    '+' | '-' | '*' | '/' | '%' | '^' | '&' | '|' | '=' | '<' | '>' | '!' => {
                        self.expression.has_infix = true;
                        self.take_operator();
                        return Ok(true);
                    }
                    _ => return self.wrong("expected `,`"),
                },
                _ => return self.wrong("expected `,`"),
            }
        }
    }

    /// `&raw const place`, after the `&`; a variable may have that name as well.
    pub(super) fn is_raw_borrow(&self) -> bool {
        let next = self.rest.token_tree().and_then(|(_, rest)| rest.token_tree());
        self.is_word(&["raw"])
            && matches!(next, Some((TokenTree::Ident(word), _)) if word == "const" || word == "mut")
    }

    /// `#[attribute]`.
    pub(super) fn is_attribute(&self) -> bool {
        let next = self.rest.token_tree().and_then(|(_, rest)| rest.token_tree());
        matches!(next, Some((TokenTree::Group(group), _)) if group.delimiter() == Delimiter::Bracket)
    }

    /// Takes an operator of one or several characters.
    pub(super) fn take_operator(&mut self) {
        while let Some(TokenTree::Punct(punct)) = self.peek() {
            self.take();
            let is_same =
                self.peek_char().is_some_and(|next| next == '=' || next == punct.as_char());
            if punct.spacing() == Spacing::Alone || !is_same {
                return;
            }
        }
    }
}
