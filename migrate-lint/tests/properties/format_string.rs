//! The reader of format strings: what it says of a literal is what the literal says.

use migrate_lint::internal::call::{LogCall, MessageForm, Piece};
use migrate_lint::internal::scan::{self, CrateFacts};

use super::ensure;

/// The arguments of each call, so that every kind of hole can be filled.
const ARGUMENTS: &str = "first, second.field, name = third";

/// A text as a literal with escapes and as a raw one: both are read as this text, with the same pieces, and the pieces
/// put together are the text again.
pub fn pieces_make_the_text(text: &str) -> Result<(), String> {
    let escaped = read(&format!("{text:?}"))?;
    ensure(escaped.value == text, || format!("{text:?} is read as {:?}", escaped.value))?;
    // No line ending of two bytes, no single carriage return and no end of its own in a raw literal.
    if text.contains('\r') || text.contains("\"###") {
        return Ok(());
    }
    let raw = read(&format!("r###\"{text}\"###"))?;
    ensure(raw.value == text, || format!("raw {text:?} is read as {:?}", raw.value))?;
    let plain = |read: &Read| -> Vec<String> { read.pieces.iter().map(plain).collect() };
    let (left, right) = (plain(&escaped), plain(&raw));
    ensure(left == right, || format!("{text:?}: escaped {left:?}, raw {right:?}"))?;
    raw.is_whole(text)
}

/// A literal as it is in a file, whatever it is: it is read, or an error says that it cannot be.
pub fn any_literal_is_read(literal: &str) -> Result<(), String> {
    let file = file(literal);
    super::scanner::places_are_right(file.as_bytes())
}

struct Read {
    source: String,
    value: String,
    pieces: Vec<Piece>,
}

impl Read {
    /// The text of the pieces, braces doubled, and the holes as they are in the file are the whole literal.
    fn is_whole(&self, text: &str) -> Result<(), String> {
        let has_holes = self.pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)));
        if !has_holes {
            // Without holes a text stands for itself, also where its braces are no format.
            return Ok(());
        }
        let mut whole = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => whole += &text.replace('{', "{{").replace('}', "}}"),
                Piece::Hole(hole) => {
                    let span = hole.span.clone().ok_or_else(|| format!("{text:?}: no place"))?;
                    let hole = self.source.get(span).ok_or_else(|| format!("{text:?}: place"))?;
                    ensure(hole.starts_with('{') && hole.ends_with('}'), || {
                        format!("{text:?}: the hole is {hole:?}")
                    })?;
                    whole += hole;
                }
            }
        }
        ensure(whole == text, || format!("{text:?} is put together as {whole:?}"))
    }
}

fn file(literal: &str) -> String {
    format!("fn example() {{\n    log::info!({literal}, {ARGUMENTS});\n}}\n")
}

fn read(literal: &str) -> Result<Read, String> {
    let source = file(literal);
    let scanned = scan::source(&source, &CrateFacts::default());
    let [LogCall { message: Some(message), .. }] = &scanned.calls[..] else {
        return Err(format!("{literal} gives {:?}", scanned.calls));
    };
    match message.form.clone() {
        MessageForm::Literal { value, pieces } => Ok(Read { source, value, pieces }),
        other => Err(format!("{literal} is read as {other:?}")),
    }
}

/// A piece without its place. A specification is kept as it is written, so that it is compared up to its first escape.
fn plain(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => format!("{text:?}"),
        Piece::Hole(hole) => {
            let spec = hole.spec.split(|char: char| char == '\\' || char.escape_debug().len() > 1);
            let spec = spec.map(str::trim_end).next().unwrap_or_default();
            format!("{:?}:{spec}:{:?}", hole.argument, hole.spec_arguments)
        }
    }
}
