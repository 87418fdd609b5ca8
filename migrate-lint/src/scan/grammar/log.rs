//! `log`: `info!(logger: l, target: "t", key:% = value; "text {}", argument)`.

use std::ops::Range;

use super::Arguments;
use crate::call::{Mode, Pair};
use crate::scan::known::Leading;
use crate::scan::token::Kind;

pub(super) fn read(arguments: &mut Arguments<'_, '_>, leading: Leading) {
    arguments.prefixes(&["logger", "target"]);
    if leading.level {
        arguments.level();
    }
    // Pairs end with a `;`.
    if arguments.parts.iter().any(|part| part.semicolon) {
        while let Some(part) = arguments.next() {
            pair(arguments, part.tokens.clone());
            if part.semicolon {
                break;
            }
        }
    }
    arguments.message();
}

/// `key`, `key = value`, `key:modifier`, `key:modifier = value`.
fn pair(arguments: &mut Arguments<'_, '_>, tokens: Range<usize>) {
    let reader = arguments.reader;
    let key = tokens.start..tokens.start + 1;
    let mut at = key.end;
    let mut mode = Mode::Plain;
    if reader.is(at, b':') && at < tokens.end {
        mode = match reader.word(at + 1) {
            "%" | "display" => Mode::Display,
            "?" | "debug" => Mode::Debug,
            "err" => Mode::Error,
            "value" => Mode::Plain,
            other => Mode::Other(other.to_owned()),
        };
        at += 2;
    }
    let is_given = reader.is(at, b'=') && at < tokens.end;
    let is_name = reader.kind(tokens.start) == Some(Kind::Ident);
    let value = if is_given { at + 1..tokens.end } else { key.clone() };
    let key_name = arguments.key(&key);
    let pair = Pair {
        key: key_name,
        key_span: reader.span(key),
        span: reader.span(tokens),
        shorthand: !is_given && is_name,
        mode,
        value: (!value.is_empty()).then(|| arguments.expression(value)),
    };
    arguments.call.pairs.push(pair);
}
