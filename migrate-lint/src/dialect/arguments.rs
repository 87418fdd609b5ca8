//! The arguments of a call, and what the dialects have in common in reading them.

use std::ops::Range;

use super::Position;
use super::{Dialect, Level};
use crate::syntax::parts::{Expr, FormatArg, Message, MessageForm, Mode, Pair, PrefixArg};
use crate::syntax::split::ArgumentTokens;
use crate::syntax::token::{Kind, Reader};
use crate::syntax::{expression, literal};

/// What the arguments of a call say.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The dialect that the call is of.
    pub(crate) dialect: &'static Dialect,
    /// Level, where it is visible.
    pub(crate) level: Option<Level>,
    /// Arguments before the message.
    pub(crate) prefix: Vec<PrefixArg>,
    /// Key/value pairs in source order.
    pub(crate) pairs: Vec<Pair>,
    /// The message argument.
    pub(crate) message: Option<Message>,
    /// Arguments of the message's format string in source order.
    pub(crate) format_args: Vec<FormatArg>,
    /// Why they could not be read.
    pub(crate) unreadable: Option<String>,
}

impl Parts {
    /// Those of a call whose arguments are not read yet.
    pub(crate) fn new(dialect: &'static Dialect, level: Option<Level>) -> Self {
        Self {
            dialect,
            level,
            prefix: Vec::new(),
            pairs: Vec::new(),
            message: None,
            format_args: Vec::new(),
            unreadable: None,
        }
    }
}

/// Arguments that are not read yet, and the call that gets them.
pub(crate) struct Arguments<'a, 'c> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) parts: &'a [ArgumentTokens],
    pub(super) call: &'c mut Parts,
}

impl<'a, 'c> Arguments<'a, 'c> {
    /// The arguments of a call, which is filled from them.
    pub(crate) fn new(
        reader: &'a Reader<'a>,
        parts: &'a [ArgumentTokens],
        call: &'c mut Parts,
    ) -> Self {
        Self { reader, parts, call }
    }

    pub(super) fn next(&mut self) -> Option<&'a ArgumentTokens> {
        let (first, rest) = self.parts.split_first()?;
        self.parts = rest;
        Some(first)
    }

    /// Adds an argument before the message.
    pub(crate) fn prefix(&mut self, name: &str, tokens: Range<usize>, value: Range<usize>) {
        self.call.prefix.push(PrefixArg {
            name: name.to_owned(),
            span: self.reader.span(tokens),
            value: self.expression(value),
        });
    }

    pub(super) fn expression(&self, tokens: Range<usize>) -> Expr {
        expression::read(self.reader, tokens)
    }

    /// The name of a `name: value`.
    pub(crate) fn prefix_name(&self, tokens: &Range<usize>) -> Option<&'a str> {
        let is_prefix = tokens.len() > 2
            && self.reader.kind(tokens.start) == Some(Kind::Ident)
            && self.reader.is(tokens.start + 1, b':')
            && !self.reader.is_pair(tokens.start + 1, b"::");
        is_prefix.then(|| self.reader.word(tokens.start))
    }

    /// Takes the `name: value` arguments whose names are listed, in any order.
    pub(super) fn prefixes(&mut self, names: &[&str]) {
        while let Some(part) = self.parts.first() {
            let tokens = part.tokens.clone();
            match self.prefix_name(&tokens) {
                Some(name) if names.contains(&name) && !part.semicolon => {
                    self.next();
                    self.prefix(name, tokens.clone(), tokens.start + 2..tokens.end);
                }
                _ => return,
            }
        }
    }

    /// Takes the level argument of `log!`, `event!` and their kin.
    pub(super) fn level(&mut self) {
        if let Some(part) = self.next() {
            let tokens = part.tokens.clone();
            let text = self.reader.text.get(self.reader.span(tokens.clone()));
            self.call.level = super::level(text.unwrap_or_default());
            self.prefix("level", tokens.clone(), tokens);
        }
    }

    /// Takes the message and the arguments that its holes use, up to the next `;`.
    pub(super) fn message(&mut self) {
        let Some(part) = self.next() else { return };
        let tokens = part.tokens.clone();
        let mut semicolon = part.semicolon;
        while !semicolon
            && let Some(part) = self.parts.first()
            && !self.is_arrow_pair(&part.tokens)
        {
            let argument = self.format_argument(&part.tokens);
            self.call.format_args.push(argument);
            semicolon = part.semicolon;
            self.next();
        }
        self.set_message(tokens);
    }

    /// Pairs follow the message after a `;`, or without one.
    fn closes_message(&self) -> bool {
        let form = self.call.dialect.form;
        form.is_some_and(|form| form.message == Position::First && form.separator == ';')
    }

    fn is_arrow_pair(&self, tokens: &Range<usize>) -> bool {
        self.closes_message() && find_arrow(self.reader, tokens).is_some()
    }

    /// Takes what is left as values without a message.
    pub(super) fn format_arguments(&mut self) {
        while let Some(part) = self.next() {
            let argument = self.format_argument(&part.tokens);
            self.call.format_args.push(argument);
        }
    }

    fn format_argument(&self, tokens: &Range<usize>) -> FormatArg {
        let is_named = tokens.len() > 2
            && self.reader.kind(tokens.start) == Some(Kind::Ident)
            && is_equals(self.reader, tokens.start + 1);
        let name = is_named.then(|| plain(self.reader.word(tokens.start)).to_owned());
        let value = if is_named { tokens.start + 2..tokens.end } else { tokens.clone() };
        FormatArg { name, span: self.reader.span(tokens.clone()), value: self.expression(value) }
    }

    /// What stands for the message, with the format arguments that are known by now.
    pub(super) fn set_message(&mut self, tokens: Range<usize>) {
        let reader = self.reader;
        if reader.is(tokens.start, b'$') {
            self.call.unreadable =
                Some("the message is an argument of the macro around it".to_owned());
            return;
        }
        let span = reader.span(tokens.clone());
        let value = literal::value(reader, tokens.start).filter(|_| tokens.len() == 1);
        let value = value.or_else(|| literal::joined(reader, &tokens));
        let is_macro = (1..tokens.len()).find(|&after| {
            reader.is(tokens.start + after, b'!')
                && reader.next(tokens.start + after + 1) == tokens.end
                && reader.is_open(tokens.start + after + 1)
        });
        let form = match value {
            Some(value) => {
                let arguments = &self.call.format_args;
                let read = self.call.dialect.pieces;
                let pieces = read(reader, tokens.start, &value, arguments);
                MessageForm::Literal { value, pieces }
            }
            None if is_macro.is_some() => {
                MessageForm::Macro(reader.text.get(span.clone()).unwrap_or_default().to_owned())
            }
            None if self.is_constant(&tokens) => {
                MessageForm::Constant(reader.text.get(span.clone()).unwrap_or_default().to_owned())
            }
            None => MessageForm::Expr(self.expression(tokens)),
        };
        self.call.message = Some(Message { span, form });
    }

    /// `MSG`, `messages::STARTED`.
    fn is_constant(&self, tokens: &Range<usize>) -> bool {
        let path = tokens
            .clone()
            .all(|at| self.reader.kind(at) == Some(Kind::Ident) || self.reader.is(at, b':'));
        let last = self.reader.word(tokens.end - 1);
        path && last.chars().any(char::is_uppercase) && !last.chars().any(char::is_lowercase)
    }

    /// A value with its sigil: `%v`, `?v`.
    pub(super) fn value(&self, tokens: Range<usize>) -> (Mode, Option<Expr>) {
        let (mode, start) = match self.reader.kind(tokens.start) {
            Some(Kind::Punct(b'%')) => (Mode::Display, tokens.start + 1),
            Some(Kind::Punct(b'?')) => (Mode::Debug, tokens.start + 1),
            _ => (Mode::Plain, tokens.start),
        };
        let value = start..tokens.end;
        (mode, (!value.is_empty()).then(|| self.expression(value)))
    }

    /// A pair whose key is in `key` and whose value, with its sigil, in `value`.
    pub(super) fn pair(&mut self, tokens: Range<usize>, key: Range<usize>, value: Range<usize>) {
        let (mode, value) = self.value(value);
        let pair = Pair {
            key: self.key(&key),
            key_span: self.reader.span(key),
            span: self.reader.span(tokens),
            shorthand: false,
            mode,
            value,
        };
        self.call.pairs.push(pair);
    }

    /// A key as it is logged: names, names with dots, and string literals.
    pub(super) fn key(&self, tokens: &Range<usize>) -> Option<String> {
        if tokens.len() == 1
            && let Some(value) = literal::value(self.reader, tokens.start)
        {
            return Some(value);
        }
        let mut key = String::new();
        for at in tokens.clone() {
            match self.reader.kind(at)? {
                Kind::Ident => key.push_str(plain(self.reader.word(at))),
                Kind::Punct(b'.') => key.push('.'),
                _ => return None,
            }
        }
        (!key.is_empty()).then_some(key)
    }
}

/// Whether one `=` is here, none of `==`, `=>`.
pub(super) fn is_equals(reader: &Reader<'_>, index: usize) -> bool {
    reader.is(index, b'=') && !reader.is_pair(index, b"==") && !reader.is_pair(index, b"=>")
}

/// The index of `=>`.
pub(super) fn find_arrow(reader: &Reader<'_>, tokens: &Range<usize>) -> Option<usize> {
    let mut at = tokens.start;
    while at < tokens.end {
        if reader.is_pair(at, b"=>") {
            return Some(at);
        }
        at = reader.next(at);
    }
    None
}

fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}
