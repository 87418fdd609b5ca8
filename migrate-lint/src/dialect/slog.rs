//! `slog`: `info!(log, #"tag", "text {}", argument; "key" => value, ?other)`, `o!("key" => value)`.

use std::ops::Range;

use super::arguments::{Arguments, find_arrow};
use super::{CallKind, Level};
use super::{
    Dialect, ErrorForm, Form, KeyCase, KnownMacro, Leading, Logger, Macro, Package, Position,
    Traits,
};
use crate::syntax::literal;
use crate::syntax::parts::{HoleArgument, MessageForm, Mode, Pair, Piece};
use crate::syntax::token::Kind;

/// `slog`.
pub static DIALECT: Dialect = Dialect {
    name: "slog",
    page: include_str!("slog.md"),
    packages: &[
        Package {
            name: "slog",
            libraries: &["slog"],
            macros: &[
                Macro::event("trace", Level::Trace).with(Leading::LOGGER),
                Macro::event("debug", Level::Debug).with(Leading::LOGGER),
                Macro::event("info", Level::Info).with(Leading::LOGGER),
                Macro::event("warn", Level::Warn).with(Leading::LOGGER),
                Macro::event("error", Level::Error).with(Leading::LOGGER),
                Macro::event("crit", Level::Fatal).with(Leading::LOGGER),
                Macro::of_kind(
                    "log",
                    CallKind::Event,
                    Leading { logger: true, level: true, tag: true },
                ),
                Macro::of_kind("o", CallKind::Span, Leading::NONE),
                Macro::of_kind("b", CallKind::Span, Leading::NONE),
                Macro::of_kind("kv", CallKind::Span, Leading::NONE),
            ],
            prefix: "slog_",
            is_reexported: true,
        },
        Package { name: "slog-scope", libraries: &["slog_scope"], ..GLOBAL },
        Package { name: "slog-global", libraries: &["slog_global"], ..GLOBAL },
    ],
    read,
    pieces: literal::pieces,
    form: Some(Form {
        message: Position::First,
        separator: ';',
        is_format_string: true,
        has_braced_pairs: false,
        error: ErrorForm::Pair,
        quotes_keys: true,
        has_raw_keys: false,
        enabled: None,
        pair: |key, sigil, value| format!("{key} => {sigil}{value}"),
        shorthand: super::sigil_shorthand,
        rekeyed: |_, _| None,
    }),
    requirement: None,
    key_case: KeyCase::SnakeCase,
    logger: Logger::First,
    prints: false,
    traits: Traits {
        evaluates_values: true,
        evaluates_backwards: true,
        repeats_named_arguments: true,
        owns_context: true,
        shows_plain_values: true,
        ..Traits::USUAL
    },
};

/// slog's macros with a logger of their own.
const GLOBAL: Package = Package {
    name: "",
    libraries: &[],
    macros: &[
        Macro::event("trace", Level::Trace),
        Macro::event("debug", Level::Debug),
        Macro::event("info", Level::Info),
        Macro::event("warn", Level::Warn),
        Macro::event("error", Level::Error),
        Macro::event("crit", Level::Fatal),
        Macro::of_kind("log", CallKind::Event, Leading { logger: false, level: true, tag: true }),
        Macro::of_kind("o", CallKind::Span, Leading::NONE),
        Macro::of_kind("b", CallKind::Span, Leading::NONE),
        Macro::of_kind("kv", CallKind::Span, Leading::NONE),
    ],
    prefix: "slog_",
    is_reexported: false,
};

fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro, leading: Leading) {
    if known.kind == CallKind::Span {
        while let Some(part) = arguments.next() {
            pair(arguments, part.tokens.clone());
        }
        return;
    }
    if leading.logger
        && let Some(part) = arguments.next()
    {
        arguments.prefix("logger", part.tokens.clone(), part.tokens.clone());
    }
    if leading.level {
        arguments.level();
    }
    if let Some(part) = arguments.parts.first() {
        let tokens = part.tokens.clone();
        let is_marked = arguments.reader.is(tokens.start, b'#');
        if is_marked || leading.tag {
            arguments.next();
            let start = tokens.start + usize::from(is_marked);
            arguments.prefix("tag", tokens.clone(), start..tokens.end);
        }
    }
    arguments.message();
    named_arguments(arguments);
    while let Some(part) = arguments.next() {
        pair(arguments, part.tokens.clone());
    }
}

/// `"text", key = value` is a pair, which the text may show, too.
fn named_arguments(arguments: &mut Arguments<'_, '_>) {
    let call = &mut *arguments.call;
    let used: Vec<usize> = match call.message.as_ref().map(|message| &message.form) {
        Some(MessageForm::Literal { pieces, .. }) => pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Hole(hole) => match hole.argument {
                    HoleArgument::Index(index) => Some(index),
                    HoleArgument::Capture(_) | HoleArgument::Missing => None,
                },
                Piece::Text(_) => None,
            })
            .collect(),
        _ => return,
    };
    // After the last one that a hole counts, so that the indexes of the others stay.
    while let Some(last) = call.format_args.last()
        && !used.contains(&(call.format_args.len() - 1))
        && let Some(name) = last.name.clone()
        && let Some(last) = call.format_args.pop()
    {
        let key_span = last.span.start..last.span.start + name.len();
        let pair = Pair {
            key: Some(name),
            key_span,
            span: last.span,
            shorthand: false,
            mode: Mode::Plain,
            value: Some(last.value),
        };
        call.pairs.insert(0, pair);
    }
}

/// `"key" => value` with its sigil, or a value that brings its own key.
fn pair(arguments: &mut Arguments<'_, '_>, tokens: Range<usize>) {
    let reader = arguments.reader;
    let Some(arrow) = find_arrow(reader, &tokens) else {
        let (mode, value) = arguments.value(tokens.clone());
        let span = reader.span(tokens);
        let key_span = span.clone();
        let pair = Pair { key: None, key_span, span, shorthand: true, mode, value };
        arguments.call.pairs.push(pair);
        return;
    };
    let key = tokens.start..arrow;
    let mut value = arrow + 2..tokens.end;
    let mut other = None;
    if reader.is(value.start, b'#') {
        value.start += 1;
        other = Some(Mode::Error);
        for sign in ["%", "?"] {
            if reader.word(value.start) == sign {
                value.start += 1;
                other = Some(Mode::Other(format!("#{sign}")));
            }
        }
    }
    let is_constant = matches!(reader.kind(key.start), Some(Kind::Str | Kind::RawStr(_)));
    arguments.pair(tokens, key, value);
    if let Some(pair) = arguments.call.pairs.last_mut() {
        if let Some(mode) = other {
            pair.mode = mode;
        }
        // A name is a constant whose text is not known here.
        if !is_constant {
            pair.key = None;
        }
    }
}
