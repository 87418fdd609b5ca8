//! String literals: their values, and what is in them between braces.

use std::ops::Range;

use ra_ap_rustc_parse_format::{Argument, Count, ParseMode, Parser, Piece as Parsed, Position};
use rustc_literal_escaper::{Mode, unescape_unicode};

use super::parts::{FormatArg, Hole, HoleArgument, Piece};
use super::token::{Kind, Reader};

/// Value of the string literal at a token; `None` for anything else.
pub(crate) fn value(reader: &Reader<'_>, index: usize) -> Option<String> {
    let word = reader.word(index);
    match reader.kind(index)? {
        Kind::Str => {
            let inside = word.strip_prefix('"')?;
            let inside = inside.rfind('"').map_or(inside, |end| &inside[..end]);
            if !inside.contains(['\\', '\r']) {
                return Some(inside.to_owned());
            }
            // Rust reads a line ending of two bytes as one.
            let inside = inside.replace("\r\n", "\n");
            let mut value = String::with_capacity(inside.len());
            unescape_unicode(&inside, Mode::Str, &mut |_, character| {
                if let Ok(character) = character {
                    value.push(character);
                }
            });
            Some(value)
        }
        Kind::RawStr(n_hashes) => {
            let start = 2 + usize::from(n_hashes);
            let end = word.len().saturating_sub(1 + usize::from(n_hashes));
            Some(word.get(start..end.max(start)).unwrap_or_default().replace("\r\n", "\n"))
        }
        _ => None,
    }
}

/// The text that `concat!("pod ", "{} of ", 3)` makes of literals; `None` for anything else.
pub(crate) fn joined(reader: &Reader<'_>, tokens: &Range<usize>) -> Option<String> {
    let mut at = tokens.start;
    let mut text = String::new();
    // What is open is a `concat!` in another's arguments.
    let mut ends = Vec::new();
    loop {
        if ends.last() == Some(&at) {
            ends.pop();
            at += 1;
            if ends.is_empty() {
                return (at == tokens.end).then_some(text);
            }
        } else if reader.is_word(at, "concat") && reader.is(at + 1, b'!') && reader.is_open(at + 2)
        {
            ends.push(reader.mate(at + 2));
            at += 3;
            continue;
        } else {
            text += &concatenated(reader, at).filter(|_| !ends.is_empty())?;
            at += 1;
        }
        if reader.is(at, b',') {
            at += 1;
        } else if ends.last() != Some(&at) {
            return None;
        }
    }
}

/// What `concat!` makes of a literal.
fn concatenated(reader: &Reader<'_>, index: usize) -> Option<String> {
    let word = reader.word(index);
    if reader.kind(index)? != Kind::Literal {
        return match word {
            "true" | "false" => Some(word.to_owned()),
            _ => value(reader, index),
        };
    }
    let is_plain = word.chars().all(|digit| digit.is_ascii_digit());
    match word.strip_prefix('\'').and_then(|inside| inside.strip_suffix('\'')) {
        Some(inside) if !inside.contains('\\') => Some(inside.to_owned()),
        Some(_) => None,
        None => is_plain.then(|| word.to_owned()),
    }
}

/// Text and holes of the format string at a token, whose arguments are these.
pub(crate) fn pieces(
    reader: &Reader<'_>,
    index: usize,
    value: &str,
    arguments: &[FormatArg],
) -> Vec<Piece> {
    let text = || vec![Piece::Text(value.to_owned())];
    if !value.contains(['{', '}']) {
        return if value.is_empty() { Vec::new() } else { text() };
    }
    let word = reader.word(index);
    let style = match reader.kind(index) {
        Some(Kind::RawStr(n_hashes)) => Some(usize::from(n_hashes)),
        _ => None,
    };
    let is_whole = word.len() > 1 && word.trim_end_matches('#').ends_with('"');
    let snippet = (is_whole && !word.contains('\r')).then(|| word.to_owned());
    let mut parser = Parser::new(value, style, snippet, false, ParseMode::Format);
    let parsed: Vec<Parsed<'_>> = parser.by_ref().collect();
    if !parser.errors.is_empty() {
        return text();
    }
    let start = reader.list.get(index).map_or(0, |token| token.start as usize);
    let mut places = parser.arg_places.iter().filter(|_| parser.is_source_literal);
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in parsed {
        match piece {
            Parsed::Lit(more) => match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push_str(more),
                _ => pieces.push(Piece::Text(more.to_owned())),
            },
            Parsed::NextArgument(argument) => {
                let place = places.next().cloned();
                let inside = match &place {
                    Some(place) => word.get(place.start + 1..place.end - 1),
                    None => {
                        let from = argument.position_span.start.saturating_sub(1);
                        value.get(from..).and_then(|rest| rest.split('}').next())
                    }
                };
                let inside = inside.unwrap_or_default();
                let spec = inside.split_once(':').map_or("", |(_, spec)| spec).trim().to_owned();
                pieces.push(Piece::Hole(Hole {
                    span: place.map(|place| start + place.start..start + place.end),
                    argument: filled_by(&argument.position, arguments),
                    spec,
                    spec_arguments: spec_arguments(&argument, arguments),
                }));
            }
        }
    }
    pieces
}

fn named(name: &str, arguments: &[FormatArg]) -> Option<usize> {
    arguments.iter().position(|argument| argument.name.as_deref() == Some(name))
}

fn filled_by(position: &Position<'_>, arguments: &[FormatArg]) -> HoleArgument {
    match *position {
        Position::ArgumentImplicitlyIs(index) | Position::ArgumentIs(index) => {
            if index < arguments.len() { HoleArgument::Index(index) } else { HoleArgument::Missing }
        }
        Position::ArgumentNamed(name) => match named(name, arguments) {
            Some(index) => HoleArgument::Index(index),
            None => HoleArgument::Capture(name.to_owned()),
        },
    }
}

fn spec_arguments(argument: &Argument<'_>, arguments: &[FormatArg]) -> Vec<usize> {
    let counts = [&argument.format.width, &argument.format.precision];
    let indexes = counts.into_iter().filter_map(|count| match count {
        Count::CountIsName(name, _) => named(name, arguments),
        Count::CountIsParam(index) | Count::CountIsStar(index) => Some(*index),
        Count::CountIs(_) | Count::CountImplied => None,
    });
    indexes.filter(|index| *index < arguments.len()).collect()
}
