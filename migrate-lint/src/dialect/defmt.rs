//! `defmt`: `info!("text {=u8} {:?} {0=u8:#x}", argument, …)`, whose format strings name the types of the arguments.

use super::{
    Arguments, Dialect, KeyCase, KnownMacro, Leading, Level, Logger, Macro, Package, Traits,
};
use crate::syntax::parts::{Expr, FormatArg, Hole, HoleArgument, Piece, Shape};
use crate::syntax::token::{Kind, Reader};

/// `defmt`.
pub static DIALECT: Dialect = Dialect {
    name: "defmt",
    page: include_str!("defmt.md"),
    packages: &[Package {
        name: "defmt",
        libraries: &["defmt"],
        macros: &[
            Macro::event("trace", Level::Trace),
            Macro::event("debug", Level::Debug),
            Macro::event("info", Level::Info),
            Macro::event("warn", Level::Warn),
            Macro::event("error", Level::Error),
            Macro::implies("println", Level::Info),
            Macro::implies("dbg", Level::Debug),
        ],
        prefix: "",
        is_reexported: true,
    }],
    read,
    pieces,
    form: None,
    requirement: None,
    key_case: KeyCase::SnakeCase,
    logger: Logger::Global,
    prints: false,
    traits: Traits::USUAL,
};

fn read(arguments: &mut Arguments<'_, '_>, known: KnownMacro, _: Leading) {
    if known.name == "dbg" {
        return arguments.format_arguments();
    }
    arguments.message();
    for argument in &mut arguments.call.format_args {
        if let Some((_, inner)) = adapted(&argument.value) {
            argument.value = inner;
        }
    }
}

/// The value that an adapter for types without `Format` holds, and the placeholder that shows it elsewhere.
fn adapted(value: &Expr) -> Option<(&'static str, Expr)> {
    let Shape::Call(path, arguments) = &value.shape else { return None };
    let spec = match path.last()?.as_str() {
        "Debug2Format" => "?",
        "Display2Format" => "",
        _ => return None,
    };
    let mut shape = arguments.first()?;
    let (before, rest) = value.text.split_once('(')?;
    let mut text = rest.strip_suffix(')')?.trim();
    let mut start = before.len() + 1 + (rest.len() - rest.trim_start().len());
    if let Shape::Reference(inner) = shape {
        shape = inner;
        start += text.len() - text.strip_prefix('&')?.trim_start().len();
        text = text.strip_prefix('&')?.trim_start();
    }
    let start = value.span.start + start;
    let span = start..start + text.len();
    Some((spec, Expr { span, text: text.to_owned(), shape: shape.clone(), ..value.clone() }))
}

/// Text and parameters, `{[position][=type][:hint]}`; the text as a whole where it is no format string.
fn pieces(reader: &Reader<'_>, index: usize, value: &str, arguments: &[FormatArg]) -> Vec<Piece> {
    let start = text_start(reader, index, value);
    let whole = || vec![Piece::Text(value.to_owned())];
    let mut pieces: Vec<Piece> = Vec::new();
    let mut n_implicit = 0;
    let mut at = 0;
    while let Some(found) = value[at..].find(['{', '}']).map(|found| at + found) {
        push(&mut pieces, &value[at..found]);
        let rest = &value[found..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            push(&mut pieces, &rest[..1]);
            at = found + 2;
            continue;
        }
        let Some(parameter) = rest.find('}').and_then(|end| Parameter::read(&rest[1..end])) else {
            return whole();
        };
        let number = parameter.position.unwrap_or(n_implicit);
        n_implicit += usize::from(parameter.position.is_none());
        let is_there = number < arguments.len();
        let adapter = arguments.get(number).and_then(|argument| adapted(&argument.value));
        let end = found + parameter.length + 2;
        pieces.push(Piece::Hole(Hole {
            span: start.map(|start| start + found..start + end),
            argument: if is_there { HoleArgument::Index(number) } else { HoleArgument::Missing },
            spec: adapter.map_or_else(|| parameter.spec(), |(spec, _)| spec.to_owned()),
            spec_arguments: Vec::new(),
        }));
        at = end;
    }
    push(&mut pieces, &value[at..]);
    pieces
}

/// Where the text of a literal begins in the file; `None` where escapes move what follows them.
fn text_start(reader: &Reader<'_>, index: usize, value: &str) -> Option<usize> {
    let token = reader.list.get(index)?;
    let n_before = match token.kind {
        Kind::RawStr(n_hashes) => 2 + usize::from(n_hashes),
        _ => 1,
    };
    let is_as_written = reader.word(index).get(n_before..)?.starts_with(value);
    is_as_written.then_some(token.start as usize + n_before)
}

fn push(pieces: &mut Vec<Piece>, more: &str) {
    match pieces.last_mut() {
        _ if more.is_empty() => {}
        Some(Piece::Text(text)) => text.push_str(more),
        _ => pieces.push(Piece::Text(more.to_owned())),
    }
}

/// What is between the braces of a parameter.
struct Parameter<'a> {
    position: Option<usize>,
    type_name: &'a str,
    hint: &'a str,
    length: usize,
}

impl<'a> Parameter<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (before, hint) = text.split_once(':').unwrap_or((text, ""));
        let (position, type_name) = match before.split_once('=') {
            Some((position, type_name)) if !type_name.is_empty() => (position, type_name),
            Some(_) => return None,
            None => (before, ""),
        };
        let position = match position {
            "" => None,
            digits => Some(digits.parse().ok()?),
        };
        let is_type = |c: char| c.is_ascii_alphanumeric() || "[]; ?_.".contains(c);
        let is_read = type_name.chars().all(is_type) && (!text.ends_with(':'));
        is_read.then_some(Self { position, type_name, hint, length: text.len() })
    }

    /// The placeholder that formats the value in other dialects. What has only defmt's `Format` is shown by `Debug`, which
    /// most types have beside it; a range of bits (`0..8`) stays as it is, and no other dialect has it.
    fn spec(&self) -> String {
        let Self { type_name, hint, .. } = *self;
        if type_name.contains("..") {
            return type_name.to_owned();
        }
        let is_list = type_name.starts_with('[');
        let by_type = match type_name {
            "" | "?" | "istr" => "?",
            _ if is_list => "?",
            _ => "",
        };
        let radix = hint.chars().last().unwrap_or_default();
        let width = hint.trim_start_matches('#').trim_end_matches(radix);
        let is_number = width.chars().all(|c| c.is_ascii_digit());
        match radix {
            'x' | 'X' if is_number && is_list => format!("{hint}?"),
            'x' | 'X' | 'o' | 'b' if is_number && !is_list => hint.to_owned(),
            '0'..='9' if is_number && !is_list => hint.to_owned(),
            '?' => hint.to_owned(),
            // Units, dates and ASCII are the host's.
            _ => by_type.to_owned(),
        }
    }
}
