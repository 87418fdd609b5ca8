//! `tracing`: `info!(name: "n", target: "t", parent: &span, key = %value, ?other, "text {}", argument)`, and spans.

use std::ops::Range;

use super::arguments::{Arguments, is_equals};
use super::{CallKind, Level};
use super::{
    Dialect, ErrorForm, Form, KeyCase, KnownMacro, Leading, Logger, Macro, Package, Position,
    Requirement, Traits,
};
use crate::syntax::parts::{HoleArgument, Message, MessageForm, Mode, Pair, Piece};
use crate::syntax::token::Kind;
use crate::syntax::{literal, split};

/// `tracing`.
pub static DIALECT: Dialect = Dialect {
    name: "tracing",
    page: include_str!("tracing.md"),
    packages: &[Package {
        name: "tracing",
        libraries: &["tracing"],
        macros: &[
            Macro::event("trace", Level::Trace),
            Macro::event("debug", Level::Debug),
            Macro::event("info", Level::Info),
            Macro::event("warn", Level::Warn),
            Macro::event("error", Level::Error),
            Macro::of_kind("event", CallKind::Event, Leading::LEVEL),
            Macro::of_kind("span", CallKind::Span, Leading::LEVEL),
            Macro::span("trace_span", Level::Trace),
            Macro::span("debug_span", Level::Debug),
            Macro::span("info_span", Level::Info),
            Macro::span("warn_span", Level::Warn),
            Macro::span("error_span", Level::Error),
            Macro::of_kind("record_all", CallKind::Span, Leading::LOGGER),
            Macro::of_kind("enabled", CallKind::Enabled, Leading::LEVEL),
            Macro::of_kind("event_enabled", CallKind::Enabled, Leading::LEVEL),
            Macro::of_kind("span_enabled", CallKind::Enabled, Leading::LEVEL),
        ],
        prefix: "",
        is_reexported: true,
    }],
    read,
    pieces: literal::pieces,
    form: Some(Form {
        message: Position::Last,
        separator: ',',
        is_format_string: true,
        has_braced_pairs: true,
        error: ErrorForm::Pair,
        quotes_keys: false,
        has_raw_keys: true,
        enabled: Some(|path, target, level| {
            format!("{path}enabled!({target}{path}Level::{})", level.to_uppercase())
        }),
        pair: super::sigil_pair,
        shorthand: super::sigil_shorthand,
        rekeyed: super::sigil_rekeyed,
    }),
    requirement: Some(Requirement { version: "0.1", feature: None }),
    key_case: KeyCase::SnakeCase,
    logger: Logger::Global,
    prints: false,
    traits: Traits {
        has_spans: true,
        has_message_field: true,
        has_constant_keys: true,
        has_dotted_names: true,
        shows_plain_values: true,
        glob_modules: &["log"],
        ..Traits::USUAL
    },
};

fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro, leading: Leading) {
    if leading.logger
        && let Some(part) = arguments.next()
    {
        // The span that `record_all!` records into.
        arguments.prefix("span", part.tokens.clone(), part.tokens.clone());
    }
    arguments.prefixes(&["name", "target", "parent", "kind"]);
    if leading.level {
        arguments.level();
    }
    if known.kind == CallKind::Span && known.name != "record_all" {
        span_name(arguments);
    }
    while let Some(part) = arguments.parts.first() {
        let tokens = part.tokens.clone();
        if arguments.reader.is_brace(tokens.start)
            && tokens.end == arguments.reader.next(tokens.start)
        {
            // `{ key = value }, "text"`, or a constant's value as a key.
            arguments.next();
            let inside = tokens.start + 1..tokens.end - 1;
            for part in split::arguments(arguments.reader, inside) {
                field(arguments, part.tokens);
            }
        } else if known.kind == CallKind::Event && is_message(arguments, &tokens) {
            arguments.message();
            return;
        } else {
            arguments.next();
            field(arguments, tokens);
        }
    }
}

/// A span's name is its message: what is in every line below it.
fn span_name(arguments: &mut Arguments<'_, '_>) {
    let Some(part) = arguments.next() else { return };
    let tokens = part.tokens.clone();
    let reader = arguments.reader;
    arguments.set_message(tokens.clone());
    // It is no format string.
    if let Some(Message { form: MessageForm::Literal { value, pieces }, .. }) =
        &mut arguments.call.message
    {
        *pieces = vec![Piece::Text(value.clone())];
    }
    if reader.is(tokens.start, b'$') {
        arguments.call.unreadable = None;
    }
}

/// Whether an argument is the message and no field.
fn is_message(arguments: &Arguments<'_, '_>, tokens: &Range<usize>) -> bool {
    let reader = arguments.reader;
    match reader.kind(tokens.start) {
        Some(Kind::Str | Kind::RawStr(_)) => !is_equals(reader, tokens.start + 1),
        Some(Kind::Punct(b'%' | b'?')) => false,
        Some(Kind::Ident) => {
            let mut at = tokens.start;
            while at < tokens.end && (reader.kind(at) == Some(Kind::Ident) || reader.is(at, b'.')) {
                at += 1;
            }
            at < tokens.end && !is_equals(reader, at)
        }
        // `{ CONSTANT } = value`
        Some(Kind::Open(b'{')) => !is_equals(reader, reader.next(tokens.start)),
        _ => true,
    }
}

/// `key = value`, `a.b = ?value`, `"key" = value`, `{CONST} = value`, `value`, `%value`.
fn field(arguments: &mut Arguments<'_, '_>, tokens: Range<usize>) {
    let reader = arguments.reader;
    let mut equals = tokens.start;
    while equals < tokens.end && !is_equals(reader, equals) {
        equals = reader.next(equals);
    }
    let key = tokens.start..equals.min(tokens.end);
    let has_value = equals < tokens.end;
    let is_key = |at| {
        matches!(reader.kind(at), Some(Kind::Ident | Kind::Str | Kind::RawStr(_)))
            || reader.is(at, b'.')
            || reader.is_brace(at)
    };
    if has_value && is_key(tokens.start) {
        let value = equals + 1..tokens.end;
        if reader.word(tokens.start) == "message" && key.len() == 1 {
            return message_field(arguments, value);
        }
        return arguments.pair(tokens, key, value);
    }
    let (mode, value) = arguments.value(tokens.clone());
    let Some(value) = value else { return };
    let from = tokens.start + usize::from(mode != Mode::Plain);
    let name = arguments.key(&(from..tokens.end));
    if name.as_deref() == Some("message") && arguments.call.message.is_none() {
        return message_field(arguments, tokens);
    }
    let span = reader.span(tokens);
    let pair = Pair {
        key: name,
        key_span: value.span.clone(),
        span,
        shorthand: true,
        mode,
        value: Some(value),
    };
    arguments.call.pairs.push(pair);
}

/// The field `message` is what the macro makes of its text.
fn message_field(arguments: &mut Arguments<'_, '_>, value: Range<usize>) {
    let reader = arguments.reader;
    let text = literal::value(reader, value.start).filter(|_| value.len() == 1);
    let span = reader.span(value.clone());
    let form = match text {
        // Not a format string: braces are plain text, and nothing fills what looks like a placeholder.
        Some(text) => {
            let mut pieces = literal::pieces(reader, value.start, &text, &[]);
            for piece in &mut pieces {
                if let Piece::Hole(hole) = piece {
                    hole.argument = HoleArgument::Missing;
                }
            }
            if !pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
                pieces = vec![Piece::Text(text.clone())];
            }
            MessageForm::Literal { pieces, value: text }
        }
        None => match arguments.value(value) {
            (_, Some(value)) => MessageForm::Expr(value),
            _ => return,
        },
    };
    arguments.call.message = Some(Message { span, form });
}
