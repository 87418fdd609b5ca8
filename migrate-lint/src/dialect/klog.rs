//! `klog`: `info!(logger: l, v: 2, err: e, "Text", key = %value, other)`, `kvs! { key = value }`.

use std::ops::Range;

use super::arguments::{Arguments, is_equals};
use super::{CallKind, Level};
use super::{
    Dialect, ErrorForm, Form, KeyCase, KnownMacro, Leading, Logger, Macro, Package, Position,
    Requirement, Traits,
};
use crate::syntax::literal;
use crate::syntax::parts::{Mode, Pair};
use crate::syntax::token::Kind;

/// The key of the number of entries that a limit has left out.
pub(crate) const SUPPRESSED: &str = "suppressed";

/// klog.
pub static DIALECT: Dialect = Dialect {
    name: "klog",
    page: include_str!("klog.md"),
    packages: &[Package {
        name: "klog-rs",
        libraries: &["klog"],
        macros: &[
            Macro::event("trace", Level::Trace),
            Macro::event("debug", Level::Debug),
            Macro::event("info", Level::Info),
            Macro::event("warn", Level::Warn),
            Macro::event("error", Level::Error),
            Macro::event("fatal", Level::Fatal),
            Macro::of_kind("kvs", CallKind::Span, Leading::NONE),
            Macro::limit("every", Some(SUPPRESSED)),
            Macro::limit("every_n", Some(SUPPRESSED)),
            Macro::limit("first_n", None),
        ],
        prefix: "",
        is_reexported: false,
    }],
    read,
    pieces: literal::pieces,
    form: Some(Form {
        message: Position::First,
        separator: ',',
        is_format_string: false,
        has_braced_pairs: false,
        error: ErrorForm::Prefix,
        quotes_keys: false,
        has_raw_keys: true,
        enabled: None,
        pair: super::sigil_pair,
        shorthand: super::sigil_shorthand,
        rekeyed: super::sigil_rekeyed,
    }),
    requirement: Some(Requirement { version: env!("CARGO_PKG_VERSION"), feature: None }),
    key_case: KeyCase::LowerCamelCase,
    logger: Logger::Current,
    prints: false,
    traits: Traits {
        has_verbosity: true,
        has_spans: true,
        has_objects: true,
        has_fixed_keys: true,
        formats_with_pairs: false,
        has_key_parts: false,
        takes_any_value: true,
        shows_target: false,
        ..Traits::USUAL
    },
};

fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro, _: Leading) {
    if known.kind == CallKind::Event {
        prefixes(arguments);
        if let Some(part) = arguments.next() {
            arguments.set_message(part.tokens.clone());
        }
    }
    while let Some(part) = arguments.parts.first() {
        let tokens = part.tokens.clone();
        // After the message it is a mistake, which the compiler reports.
        if arguments.prefix_name(&tokens).is_some() {
            prefixes(arguments);
        } else {
            arguments.next();
            pair(arguments, tokens);
        }
    }
}

fn prefixes(arguments: &mut Arguments<'_, '_>) {
    while let Some(part) = arguments.parts.first() {
        let tokens = part.tokens.clone();
        let Some(name) = arguments.prefix_name(&tokens) else { return };
        arguments.next();
        arguments.prefix(name, tokens.clone(), tokens.start + 2..tokens.end);
    }
}

fn pair(arguments: &mut Arguments<'_, '_>, tokens: Range<usize>) {
    let reader = arguments.reader;
    let is_key =
        matches!(reader.kind(tokens.start), Some(Kind::Ident | Kind::Str | Kind::RawStr(_)));
    if is_key && is_equals(reader, tokens.start + 1) && tokens.len() > 1 {
        let (key, value) = (tokens.start..tokens.start + 1, tokens.start + 2..tokens.end);
        return arguments.pair(tokens, key, value);
    }
    let (mode, value) = arguments.value(tokens.clone());
    let mut from = tokens.start + usize::from(mode != Mode::Plain);
    while reader.is(from, b'&') {
        from += 1;
    }
    // The last field's name is the key.
    let key = arguments.key(&(from..tokens.end));
    let key = key.and_then(|key| key.rsplit('.').next().map(str::to_owned));
    let span = reader.span(tokens);
    let key_span = value.as_ref().map_or(span.clone(), |value| value.span.clone());
    arguments.call.pairs.push(Pair { key, key_span, span, shorthand: true, mode, value });
}
