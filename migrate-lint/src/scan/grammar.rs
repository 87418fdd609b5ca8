//! The arguments of a call, as each family reads them.

mod klog;
mod log;
mod print;
mod slog;
mod tracing;

use std::ops::Range;

use super::known;
use super::split::{self, ArgumentTokens};
use super::token::{Kind, Reader};
use super::wrapper::{Entered, Role};
use super::{expression, literal};
use crate::call::{Expr, Family, FormatArg, LogCall, Message, MessageForm, Mode, Pair, PrefixArg};

/// Reads the arguments of a call into it, those first that a wrapper takes.
pub(super) fn read(reader: &Reader<'_>, entered: &Entered, call: &mut LogCall) {
    let Entered { target, roles, rest } = entered;
    let parts = split::arguments(reader, *rest..reader.list.len());
    let mut arguments = Arguments { reader, parts: &parts, call };
    for (role, tokens) in roles {
        arguments.wrapper(role, tokens.clone());
    }
    let leading = target.leading;
    match target.known.family {
        Family::Log => log::read(&mut arguments, leading),
        Family::Tracing => tracing::read(&mut arguments, target.known, leading),
        Family::Slog => slog::read(&mut arguments, target.known, leading),
        Family::Klog => klog::read(&mut arguments, target.known),
        Family::Print => print::read(&mut arguments, target.known),
    }
}

/// Arguments that are not read yet, and the call that gets them.
struct Arguments<'a, 'c> {
    reader: &'a Reader<'a>,
    parts: &'a [ArgumentTokens],
    call: &'c mut LogCall,
}

impl<'a> Arguments<'a, '_> {
    fn next(&mut self) -> Option<&'a ArgumentTokens> {
        let (first, rest) = self.parts.split_first()?;
        self.parts = rest;
        Some(first)
    }

    fn wrapper(&mut self, role: &Role, tokens: Range<usize>) {
        // `target: value` where the wrapper's own pattern says so.
        let value = match self.prefix_name(&tokens) {
            Some(_) => tokens.start + 2..tokens.end,
            None => tokens.clone(),
        };
        let name = match role {
            Role::Own => self.prefix_name(&tokens).unwrap_or("wrapper"),
            Role::Logger => "logger",
            Role::Level => "level",
            Role::Prefix(name) => name,
        };
        self.prefix(name, tokens, value);
    }

    fn prefix(&mut self, name: &str, tokens: Range<usize>, value: Range<usize>) {
        self.call.prefix.push(PrefixArg {
            name: name.to_owned(),
            span: self.reader.span(tokens),
            value: self.expression(value),
        });
    }

    fn expression(&self, tokens: Range<usize>) -> Expr {
        expression::read(self.reader, tokens)
    }

    /// The name of a `name: value`.
    fn prefix_name(&self, tokens: &Range<usize>) -> Option<&'a str> {
        let is_prefix = tokens.len() > 2
            && self.reader.kind(tokens.start) == Some(Kind::Ident)
            && self.reader.is(tokens.start + 1, b':')
            && !self.reader.is_pair(tokens.start + 1, b"::");
        is_prefix.then(|| self.reader.word(tokens.start))
    }

    /// Takes the `name: value` arguments whose names are listed, in any order.
    fn prefixes(&mut self, names: &[&str]) {
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
    fn level(&mut self) {
        if let Some(part) = self.next() {
            let tokens = part.tokens.clone();
            let text = self.reader.text.get(self.reader.span(tokens.clone()));
            self.call.level = known::level(text.unwrap_or_default());
            self.prefix("level", tokens.clone(), tokens);
        }
    }

    /// Takes the message and the arguments that its holes use, up to the next `;`.
    fn message(&mut self) {
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

    fn is_arrow_pair(&self, tokens: &Range<usize>) -> bool {
        self.call.family == Family::Slog && find_arrow(self.reader, tokens).is_some()
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
    fn set_message(&mut self, tokens: Range<usize>) {
        let reader = self.reader;
        if reader.is(tokens.start, b'$') {
            self.call.unreadable =
                Some("the message is an argument of the macro around it".to_owned());
            return;
        }
        let span = reader.span(tokens.clone());
        let value = literal::value(reader, tokens.start).filter(|_| tokens.len() == 1);
        let is_macro = (1..tokens.len()).find(|&behind| {
            reader.is(tokens.start + behind, b'!')
                && reader.next(tokens.start + behind + 1) == tokens.end
                && reader.is_open(tokens.start + behind + 1)
        });
        let form = match value {
            Some(value) => {
                let arguments = &self.call.format_args;
                let pieces = literal::pieces(reader, tokens.start, &value, arguments);
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
    fn value(&self, tokens: Range<usize>) -> (Mode, Option<Expr>) {
        let (mode, start) = match self.reader.kind(tokens.start) {
            Some(Kind::Punct(b'%')) => (Mode::Display, tokens.start + 1),
            Some(Kind::Punct(b'?')) => (Mode::Debug, tokens.start + 1),
            _ => (Mode::Plain, tokens.start),
        };
        let value = start..tokens.end;
        (mode, (!value.is_empty()).then(|| self.expression(value)))
    }

    /// A pair whose key stands in `key` and whose value, with its sigil, in `value`.
    fn pair(&mut self, tokens: Range<usize>, key: Range<usize>, value: Range<usize>) {
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
    fn key(&self, tokens: &Range<usize>) -> Option<String> {
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

/// Whether one `=` stands here, none of `==`, `=>`.
fn is_equals(reader: &Reader<'_>, index: usize) -> bool {
    reader.is(index, b'=') && !reader.is_pair(index, b"==") && !reader.is_pair(index, b"=>")
}

/// The index of `=>`.
fn find_arrow(reader: &Reader<'_>, tokens: &Range<usize>) -> Option<usize> {
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
