//! An error's method that says what failed: `"{}", error.context("Failed to read the file")`.
//!
//! The text is the message, and the error is the entry's error: a log line has a place for each.

use super::{Field, Outcome, RewriteStyle, Surroundings, emit, error, evaluation, level, message};
use crate::call::{HoleArgument, LogCall, MessageForm, Piece, Shape};
use crate::finding::Rewrite;
use crate::safety::Reason;

/// The call as it should be, where its only value is such an expression.
pub fn wrapped(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Option<Outcome> {
    let MessageForm::Literal { pieces, .. } = &call.message.as_ref()?.form else { return None };
    let mut pieces =
        pieces.iter().filter(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    let (Piece::Hole(hole), None) = (pieces.next()?, pieces.next()) else { return None };
    let (HoleArgument::Index(index), [argument]) = (&hole.argument, &call.format_args[..]) else {
        return None;
    };
    let value = &argument.value;
    let has_error = call.prefix.iter().any(|prefix| prefix.name == "err")
        || call.pairs.iter().any(|pair| pair.key.as_deref() == Some(style.error.name()));
    if has_error || !hole.spec_arguments.is_empty() {
        return None;
    }
    let (error, text) = parts(call, bare(&value.shape), &value.text)?;
    let text = text.trim().trim_end_matches([':', ' ']);
    let text = message::polish(text);
    let field = Field {
        words: vec!["err".to_owned()],
        chosen: None,
        value: error.clone(),
        expr: error.clone(),
        sigil: "%",
        is_error: true,
        arguments: vec![*index],
        is_read_late: false,
    };
    let edits = emit::edits(call, source, &text, Some(&field), &[], style, around);
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message: text,
        err: Some(format!("%{error}")),
        pairs: Vec::new(),
        reasons: vec![Reason::FormattedElsewhere],
    };
    Some(Outcome::new(rewrite, edits))
}

/// The error as it is written, and the text that it is given.
fn parts(call: &LogCall, shape: &Shape, written: &str) -> Option<(String, String)> {
    match shape {
        // `error.context("…")`, `(&error).with_text("…".to_owned())`.
        Shape::Method(base, name, arguments) => {
            let [argument] = &arguments[..] else { return None };
            let text = literal(argument)?;
            let is_error = error::is_error(base, &call.place) && evaluation::is_place(bare(base));
            let at = written.find(&format!(".{name}"))?;
            let error = written[..at].trim().trim_start_matches('&').to_owned();
            (is_error && is_sentence(text)).then(|| (error, text.to_owned()))
        }
        // `chain("…", &error)`, `Report::with_text(&error, "…")`.
        Shape::Call(_, arguments) => {
            let [first, second] = &arguments[..] else { return None };
            let (error, text) = match (literal(first), literal(second)) {
                (Some(text), None) => (second, text),
                (None, Some(text)) => (first, text),
                _ => return None,
            };
            let is_error = error::is_error(error, &call.place);
            let name = place(bare(error))?;
            (is_error && is_sentence(text)).then(|| (name, text.to_owned()))
        }
        _ => None,
    }
}

/// A place as it is written.
fn place(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Ident(name) => Some(name.clone()),
        Shape::Field(base, name) => Some(format!("{}.{name}", place(base)?)),
        _ => None,
    }
}

/// A text, also where it is made an owned one.
fn literal(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Str(text) => Some(text),
        Shape::Method(base, name, arguments)
            if arguments.is_empty()
                && matches!(name.as_str(), "to_owned" | "to_string" | "into") =>
        {
            literal(base)
        }
        Shape::Call(path, arguments) => match &arguments[..] {
            [argument] if path.last().is_some_and(|name| name == "from") => literal(argument),
            _ => None,
        },
        Shape::Reference(inner) | Shape::Group(inner) => literal(inner),
        _ => None,
    }
}

/// It says what happened: not a separator, not one word.
fn is_sentence(text: &str) -> bool {
    let n_words = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    n_words >= 2 && !text.contains(['{', '}', '\n'])
}

fn bare(shape: &Shape) -> &Shape {
    match shape {
        Shape::Reference(inner) | Shape::Group(inner) | Shape::Deref(inner) => bare(inner),
        _ => shape,
    }
}
