//! What in an expression has commas of its own outside of brackets: parameters of closures, patterns, types.

use proc_macro2::{Delimiter, TokenTree};

use super::scan::Scan;

impl Scan<'_> {
    /// Takes `|a, b| -> T`.
    pub(super) fn take_closure_parameters(&mut self) {
        self.expression.has_prefix = true;
        self.take();
        while !self.rest.eof() && self.peek_char() != Some('|') {
            self.take();
        }
        self.take();
        if self.peek_both("->") {
            self.take_both();
            self.take_type();
        }
    }

    /// Takes the pattern of a `let` or `for` with the `=` or `in` after it.
    pub(super) fn take_pattern(&mut self) {
        while !self.is_end() {
            if self.peek_char() == Some('<') {
                self.take_generics();
            } else if self.peek_both("..") {
                self.take_operator();
            } else {
                let is_last = self.peek_char() == Some('=') || self.is_word(&["in"]);
                self.take();
                if is_last {
                    return;
                }
            }
        }
    }

    /// Takes a type that follows `as` or `->`.
    pub(super) fn take_type(&mut self) {
        while let Some(token) = self.peek() {
            match token {
                TokenTree::Group(_) => return self.take(),
                TokenTree::Ident(_) if self.is_word(&["fn"]) => break,
                TokenTree::Ident(_)
                    if self
                        .is_word(&["const", "dyn", "extern", "for", "impl", "mut", "unsafe"]) =>
                {
                    self.take();
                }
                TokenTree::Ident(_) => break,
                TokenTree::Literal(_) => self.take(),
                TokenTree::Punct(punct) => match punct.as_char() {
                    '&' | '*' => self.take(),
                    '\'' => self.take_both(),
                    ':' if self.peek_both("::") => self.take_both(),
                    // Also the one after `for`.
                    '<' => self.take_generics(),
                    '!' => return self.take(),
                    _ => return,
                },
            }
        }
        self.take();
        loop {
            match self.peek() {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    self.take();
                    if self.peek_both("->") {
                        self.take_both();
                        self.take_type();
                    }
                    return;
                }
                Some(TokenTree::Punct(punct)) => match punct.as_char() {
                    '<' if !self.peek_both("<=") => self.take_generics(),
                    ':' if self.peek_both("::") => {
                        self.take_both();
                        if self.peek_char() != Some('<') {
                            self.take();
                        }
                    }
                    '!' if !self.peek_both("!=") => self.take_both(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    /// Takes what is between `<` and its `>`, both included.
    pub(super) fn take_generics(&mut self) {
        let mut depth = 0_usize;
        while !self.rest.eof() {
            match self.peek_char() {
                Some('-') if self.peek_both("->") => self.take(),
                Some('<') => depth += 1,
                Some('>') => depth -= 1,
                _ => {}
            }
            self.take();
            if depth == 0 {
                return;
            }
        }
    }
}
