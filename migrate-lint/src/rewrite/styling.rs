//! Codes that colour the text of a terminal: they are no words.

use std::borrow::Cow;

use super::words;
use crate::call::Shape;

/// The text without whole codes; the beginning of one that a value completes stays.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    let mut from = 0;
    while let Some(at) = plain[from..].find('\x1b').map(|at| from + at) {
        let Some(length) = length(&plain[at..]) else {
            from = at + 1;
            continue;
        };
        plain.to_mut().replace_range(at..at + length, "");
        from = at;
    }
    plain
}

/// Length of the code that a text begins with: `\x1b[31m`, `\x1b]8;;…\x07`.
fn length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\x1b')?;
    let end = match rest.chars().next()? {
        '[' => 1 + rest[1..].find(|char: char| ('@'..='~').contains(&char))? + 1,
        ']' => rest.find('\x07')? + 1,
        char => char.len_utf8(),
    };
    Some('\x1b'.len_utf8() + end)
}

/// Functions that colour a text, without what they begin with (`bright_`, `on_`).
const COLOURS: &str = "black blink blue bold cyan dim dimmed gray green grey intense italic italicized italics magenta \
    purple red reversed strikethrough underline underlined white yellow";

fn is_colour(name: &str) -> bool {
    let name = name.strip_prefix("on_").unwrap_or(name);
    words::has(COLOURS, name.strip_prefix("bright_").unwrap_or(name))
}

/// Whether a method colours what it is called on: `phase.dimmed()`.
pub(super) fn is_coloured(shape: &Shape) -> bool {
    matches!(shape, Shape::Method(_, method, arguments) if arguments.is_empty() && is_colour(method))
}

/// The text that a function colours: `colors::yellow("Warning")`, `"failed".red()`.
pub(super) fn literal(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Method(base, method, arguments) if arguments.is_empty() && is_colour(method) => {
            literal_in(base)
        }
        Shape::Call(path, arguments) if path.last().is_some_and(|name| is_colour(name)) => {
            match &arguments[..] {
                [argument] => literal_in(argument),
                _ => None,
            }
        }
        Shape::Reference(inner) | Shape::Group(inner) => literal(inner),
        _ => None,
    }
}

fn literal_in(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Str(text) => Some(text),
        Shape::Reference(inner) | Shape::Group(inner) => literal_in(inner),
        shape => literal(shape),
    }
}
