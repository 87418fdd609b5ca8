//! `log`: `info!(logger: l, target: "t", key:% = value; "text {}", argument)`.

use std::ops::Range;

use super::{
    Arguments, Dialect, ErrorForm, Feature, Form, KeyCase, KnownMacro, Leading, Logger, Macro,
    Package, Position, Requirement, Traits,
};
use super::{CallKind, Level};
use crate::syntax::literal;
use crate::syntax::parts::{Mode, Pair};
use crate::syntax::split::ArgumentTokens;
use crate::syntax::token::Kind;

/// The `log` facade.
pub static DIALECT: Dialect = Dialect {
    name: "log",
    page: include_str!("log.md"),
    packages: &[Package {
        name: "log",
        libraries: &["log"],
        macros: &[
            Macro::event("trace", Level::Trace),
            Macro::event("debug", Level::Debug),
            Macro::event("info", Level::Info),
            Macro::event("warn", Level::Warn),
            Macro::event("error", Level::Error),
            Macro::of_kind("log", CallKind::Event, Leading::LEVEL),
            Macro::of_kind("log_enabled", CallKind::Enabled, Leading::LEVEL),
        ],
        prefix: "",
        is_reexported: true,
    }],
    read,
    pieces: literal::pieces,
    form: Some(Form {
        message: Position::Last,
        separator: ';',
        is_format_string: true,
        has_braced_pairs: false,
        error: ErrorForm::Pair,
        quotes_keys: false,
        has_raw_keys: false,
        enabled: Some(|path, target, level| {
            format!("{path}log_enabled!({target}{path}Level::{level})")
        }),
        pair: written,
        shorthand: |key, sigil| match sigil {
            "" => key.to_owned(),
            _ => format!("{key}:{sigil}"),
        },
        rekeyed,
    }),
    requirement: Some(Requirement {
        version: "0.4.22",
        // Before, it had another name and was unstable.
        feature: Some(Feature { name: "kv", since: [0, 4, 21] }),
    }),
    key_case: KeyCase::SnakeCase,
    logger: Logger::Global,
    prints: false,
    traits: Traits { shows_plain_values: true, ..Traits::USUAL },
};

fn written(key: &str, sigil: &str, value: &str) -> String {
    match sigil {
        "" => format!("{key} = {value}"),
        _ => format!("{key}:{sigil} = {value}"),
    }
}

/// `addr:%` is `address:% = addr`.
fn rekeyed(key: &str, shorthand: &str) -> Option<String> {
    let (value, modifier) = shorthand.split_at(shorthand.find(':').unwrap_or(shorthand.len()));
    Some(format!("{key}{modifier} = {value}"))
}

fn read(arguments: &mut Arguments<'_, '_>, _: KnownMacro, leading: Leading) {
    // `target:% = 2` is a pair.
    let is_pair = |part: &ArgumentTokens| {
        let (reader, at) = (arguments.reader, part.tokens.start);
        ["%", "?"].contains(&reader.word(at + 2))
            || part.tokens.len() > 4 && reader.is(at + 3, b'=') && !reader.is_pair(at + 3, b"==")
    };
    if !arguments.parts.first().is_some_and(is_pair) {
        arguments.prefixes(&["logger", "target"]);
    }
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
