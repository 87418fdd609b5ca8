//! What an expression is by its looks: an error, a secret, an object of Kubernetes, a costly one.

use crate::call::{
    Expr, HoleArgument, Level, LogCall, MessageForm, Mode, Pair, Piece, Shape, Span,
};

/// Everything that a call logs beside its message's words: values of pairs and what fills placeholders.
pub(super) fn logged(call: &LogCall) -> Vec<Logged<'_>> {
    let pairs = call.pairs.iter().filter_map(|pair| {
        let value = pair.value.as_ref()?;
        let key = pair.key.as_deref();
        Some(Logged { key, span: pair.span.clone(), shape: value.shape.clone() })
    });
    pairs.chain(interpolated(call)).collect()
}

/// What fills the placeholders of a call's message, each argument once.
pub(super) fn interpolated(call: &LogCall) -> impl Iterator<Item = Logged<'_>> {
    let arguments = call.format_args.iter().map(|argument| Logged {
        key: argument.name.as_deref(),
        span: argument.span.clone(),
        shape: argument.value.shape.clone(),
    });
    let pieces = match call.message.as_ref().map(|message| (&message.form, &message.span)) {
        Some((MessageForm::Literal { pieces, .. }, span)) => Some((pieces, span)),
        _ => None,
    };
    let captures = pieces.into_iter().flat_map(|(pieces, message)| {
        pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => match &hole.argument {
                HoleArgument::Capture(name) => Some(Logged {
                    key: Some(name),
                    span: hole.span.clone().unwrap_or(message.clone()),
                    shape: Shape::Ident(name.clone()),
                }),
                HoleArgument::Index(_) | HoleArgument::Missing => None,
            },
            Piece::Text(_) => None,
        })
    });
    arguments.chain(captures)
}

/// A value that a call logs.
pub(super) struct Logged<'a> {
    /// Its key, or the name that is in the placeholder.
    pub(super) key: Option<&'a str>,
    /// The pair, the argument or the placeholder.
    pub(super) span: Span,
    /// What it is.
    pub(super) shape: Shape,
}

/// The expression without what only borrows or groups it.
pub(super) fn bare(shape: &Shape) -> &Shape {
    match shape {
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => bare(inner),
        other => other,
    }
}

/// Last name of an expression: variable, field or method.
pub(super) fn last_name(shape: &Shape) -> Option<&str> {
    match shape {
        Shape::Ident(name) | Shape::Field(_, name) | Shape::Method(_, name, _) => Some(name),
        Shape::Path(path) => path.last().map(String::as_str),
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Group(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Cast(inner) => last_name(inner),
        _ => None,
    }
}

/// Is the call usually disabled: `debug!`, `trace!`, klog's V3 and above?
pub(super) fn is_usually_disabled(call: &LogCall) -> bool {
    matches!(call.level, Some(Level::Debug | Level::Trace))
        || verbosity(call).is_some_and(|v| v > 2)
}

/// klog's V level, where it is a number.
pub(super) fn verbosity(call: &LogCall) -> Option<i64> {
    let v = call.prefix.iter().find(|argument| argument.name == "v")?;
    number(&v.value)
}

/// The number that an expression is.
pub(super) fn number(expression: &Expr) -> Option<i64> {
    let text = expression.text.replace(['_', ' '], "");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse().ok().or_else(|| text.trim_end_matches("i32").parse().ok())
}

/// The kind of a value in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    Object,
}

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Object => "an object",
        }
    }
}

/// The kind that a pair's value is sure to have; `None` where only its type would tell.
pub(super) fn kind(pair: &Pair) -> Option<Kind> {
    let shape = &pair.value.as_ref()?.shape;
    match pair.mode {
        Mode::Display => Some(Kind::Text),
        Mode::Plain => kind_of(shape),
        Mode::Debug | Mode::Error | Mode::Other(_) => None,
    }
}

fn kind_of(shape: &Shape) -> Option<Kind> {
    match bare(shape) {
        Shape::Str(_) => Some(Kind::Text),
        Shape::Literal(text) if text == "true" || text == "false" => Some(Kind::Boolean),
        Shape::Literal(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(Kind::Number)
        }
        Shape::MacroCall(path, _) if path.last().is_some_and(|name| name == "format") => {
            Some(Kind::Text)
        }
        Shape::MacroCall(path, _) if path.last().is_some_and(|name| name == "kobj") => {
            Some(Kind::Object)
        }
        Shape::Method(_, name, _) => match name.as_str() {
            "to_string" | "as_str" | "name_any" | "to_string_lossy" => Some(Kind::Text),
            "len" | "count" | "as_secs" | "as_millis" | "as_micros" | "as_nanos"
            | "as_secs_f64" => Some(Kind::Number),
            name if name.starts_with("is_") => Some(Kind::Boolean),
            _ => None,
        },
        Shape::Call(path, _) => match path.last().map(String::as_str) {
            Some("kobj" | "kref") => Some(Kind::Object),
            _ => None,
        },
        Shape::Cast(_) => Some(Kind::Number),
        _ => None,
    }
}
