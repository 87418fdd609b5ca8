//! The structured form of a call: a constant message, and key/value pairs for what was formatted into it.
//!
//! Plain data in, plain data out: [`rewrite`] says what the call should be, `emit` turns that into edits.

mod emit;
mod hoist;
mod key;
mod keys;
mod message;
mod subject;
mod tokens;
mod words;

use self::key::Name;
use self::keys::keys;
use self::message::{Hint, Stripped};
use self::tokens::MessagePart;
use crate::call::{Expr, Hole, HoleArgument, LogCall, MessageForm, Piece, Shape};
use crate::finding::{Applicability, Edit, Rewrite, RewritePair};
use crate::rustfmt::Widths;

pub use self::emit::RewriteStyle;
pub(crate) use self::emit::on_lines;

/// Why a call cannot be rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The message is no literal, or nothing is formatted into it.
    NotInterpolated,
    /// Values alone: nothing says what happened.
    NoWords,
    /// An argument is missing: the call does not compile.
    Broken,
}

/// A value that leaves the message.
struct RewriteValue<'a> {
    /// Text of the expression; the name of an inline capture.
    text: String,
    shape: Shape,
    expr: Option<&'a Expr>,
    spec: &'a str,
    /// Arguments that are its width or precision.
    spec_arguments: &'a [usize],
    /// A named argument's name.
    given: Option<&'a str>,
    name: Option<Name>,
    is_error: bool,
}

/// What a call becomes.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// As data.
    pub rewrite: Rewrite,
    /// As edits of the source; `None` where only a person can write it.
    pub edits: Option<Vec<Edit>>,
}

/// What a fix has to know of the file around a call.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What stands before the name of a macro of the dialect (`klog::`).
    pub path: &'a str,
    /// How long rustfmt lets lines become.
    pub widths: Widths,
}

/// A new pair of the call.
struct Field {
    /// Words of the key.
    words: Vec<String>,
    /// The expression, or the name that a statement before the call gives it.
    value: String,
    /// The expression that was formatted.
    expr: String,
    /// `%` or `?`.
    sigil: &'static str,
    is_error: bool,
}

/// The call as it should be.
///
/// # Errors
///
/// There is nothing to rewrite, or no message can be made.
pub fn rewrite(call: &LogCall, source: &str, style: RewriteStyle) -> Result<Outcome, Refusal> {
    let path = format!("{}::", style.dialect.name);
    rewrite_in(call, source, style, &Surroundings { path: &path, widths: Widths::default() })
}

/// The call as it should be in a certain file.
///
/// # Errors
///
/// There is nothing to rewrite, or no message can be made.
pub fn rewrite_in(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Result<Outcome, Refusal> {
    let Some(MessageForm::Literal { pieces, .. }) =
        call.message.as_ref().map(|message| &message.form)
    else {
        return Err(Refusal::NotInterpolated);
    };
    let mut values: Vec<RewriteValue<'_>> = Vec::new();
    let mut parts: Vec<MessagePart> = Vec::new();
    let mut is_plural_cut = false;
    let mut has_literal = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) => push_text(&mut parts, text),
            Piece::Hole(hole) => {
                let value = value(call, hole)?;
                // An empty literal with a width is an indentation.
                if let Shape::Str(text) = &value.shape
                    && (hole.spec.is_empty() || text.is_empty())
                {
                    push_text(&mut parts, text);
                    has_literal = true;
                    continue;
                }
                let glued = matches!(parts.last(), Some(MessagePart::Text(text)) if text.ends_with(char::is_alphabetic));
                if value.shape == Shape::Branch && glued {
                    push_text(&mut parts, "s");
                    is_plural_cut = true;
                    continue;
                }
                let known = values
                    .iter()
                    .position(|other| other.text == value.text && other.spec == value.spec);
                let index = known.unwrap_or(values.len());
                if known.is_none() {
                    values.push(value);
                }
                parts.push(MessagePart::Hole(index));
            }
        }
    }
    if values.is_empty() && !has_literal {
        return Err(Refusal::NotInterpolated);
    }
    let names: Vec<Vec<String>> = values
        .iter()
        .map(|value| match &value.name {
            _ if value.is_error => vec!["err".to_owned(), "error".to_owned()],
            Some(name) => name.words.clone(),
            None => Vec::new(),
        })
        .collect();
    let Stripped { mut text, hints, lacks_subject, is_list } =
        message::strip(&parts, &names, call.place.function.as_deref());
    let error = the_error(&values, &hints);
    let keys = keys(call, &values, &hints, error);
    // A prefix that a macro makes is no subject.
    let lacks_subject = lacks_subject
        && !matches!(values.first(), Some(RewriteValue { shape: Shape::MacroCall(..), .. }));
    let mut is_safe = !is_plural_cut && !lacks_subject && !is_list;
    // Braces of the text may be a part of what it says.
    is_safe &=
        !pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(['{', '}'])));
    if lacks_subject {
        text = subject::with(call, values.first(), keys.first(), &text);
    }
    if !text.chars().any(char::is_alphabetic) {
        text = message::polish(&subject::instead(call, pieces, &values, &hints)?);
        is_safe = false;
    }
    // A label in front of several values is no message.
    let first_names = hints.first().is_some_and(|hint| {
        hint.label.as_deref().is_some_and(|label| {
            let is_name = names[0].iter().any(|name| words::are_similar(name, label));
            label.eq_ignore_ascii_case(&text)
                && (hint.is_after_colon || is_name)
                && !words::is_verb(label)
        })
    });
    if let Some(function) =
        call.place.function.as_deref().filter(|_| first_names && values.len() > 1)
    {
        text = message::polish(&words::split(function).join(" "));
        is_safe = false;
    }
    // "Error" alone says what the key says.
    if words::has("error err exception", &text)
        && error.is_some()
        && let Some(function) = call.place.function.as_deref().filter(|name| *name != "main")
    {
        text = message::polish(&format!("{} failed", words::split(function).join(" ")));
        is_safe = false;
    }
    if !text.contains(' ')
        && !text.contains("::")
        && text.contains('_')
        && text.contains(char::is_lowercase)
    {
        text = message::polish(&words::split(&text).join(" "));
        is_safe = false;
    }
    is_safe &= message::is_phrase(&text) && call.dialect.form.is_some();
    is_safe &= keys.iter().all(|key| key.is_own);
    // What a logger adds to its entries goes with it.
    is_safe &=
        style.dialect == call.dialect || call.prefix.iter().all(|prefix| prefix.name != "logger");
    is_safe &=
        hints.iter().enumerate().all(|(index, hint)| !hint.is_missed || Some(index) == error);
    is_safe &= values.iter().all(|value| {
        !value.expr.is_some_and(|expr| expr.has_await) && !matches!(value.shape, Shape::Branch)
    });
    let mut fields = Vec::new();
    let mut error_field = None;
    let mut hoisted = hoist::Hoisted::of(call, source);
    for (index, (value, key)) in values.iter().zip(&keys).enumerate() {
        let Some((sigil, mut text)) = formatted(call, value) else { return Err(Refusal::Broken) };
        let expr = text.clone();
        if let Some(expr) = value.expr.filter(|expr| expr.has_await) {
            text = hoisted.named(expr, &text, &key.words);
        }
        let field = Field {
            words: key.words.clone(),
            value: text,
            expr,
            sigil,
            is_error: Some(index) == error,
        };
        // The value is a pair already.
        let is_pair = call
            .pairs
            .iter()
            .any(|pair| pair.value.as_ref().is_some_and(|known| known.text == value.text));
        match (field.is_error, is_pair) {
            (_, true) => {}
            (true, false) => error_field = Some(field),
            (false, false) => fields.push(field),
        }
    }
    // The order of evaluation shows only where evaluating does something.
    let has_calls =
        values.iter().filter(|value| value.expr.is_some_and(does_something)).count() > 1;
    is_safe &= !(has_calls && (is_out_of_order(pieces) || error.is_some_and(|error| error > 0)));
    // Where code is made of it, only a person knows what is interpolated by whom.
    let makes_code = call.place.inside_macros.iter().any(|path| {
        matches!(path.rsplit("::").next(), Some("parse_quote" | "quote" | "quote_spanned"))
    });
    let edits = if makes_code {
        None
    } else {
        hoisted.before(|| {
            emit::edits(call, source, &text, error_field.as_ref(), &fields, style, around)
        })
    };
    let sign = |field: &Field| if field.sigil == "?" { "debug" } else { "display" };
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message: text,
        err: error_field.as_ref().map(|field| format!("{}{}", field.sigil, field.expr)),
        pairs: fields
            .iter()
            .map(|field| RewritePair {
                key: style.key(&field.words),
                expr: field.expr.clone(),
                mode: if field.expr.starts_with("format_args!") { "format" } else { sign(field) },
            })
            .collect(),
        safety: if is_safe { Applicability::Safe } else { Applicability::Unsafe },
    };
    Ok(Outcome { rewrite, edits })
}

/// A call without values, in the macros of another dialect.
pub fn constant(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Option<Outcome> {
    let MessageForm::Literal { value, .. } = &call.message.as_ref()?.form else { return None };
    let message = message::polish(value);
    let edits = emit::edits(call, source, &message, None, &[], style, around);
    let rewrite = Rewrite {
        dialect: style.dialect.name,
        level: level(call, style),
        message,
        err: None,
        pairs: Vec::new(),
        safety: Applicability::Unsafe,
    };
    Some(Outcome { rewrite, edits })
}

/// The sigil and the expression that print what the placeholder printed.
fn formatted(call: &LogCall, value: &RewriteValue<'_>) -> Option<(&'static str, String)> {
    match value.spec {
        "" => return Some(("%", value.text.clone())),
        "?" => return Some(("?", value.text.clone())),
        _ => {}
    }
    let mut spec = value.spec.to_owned();
    let mut arguments = String::new();
    for (number, index) in value.spec_arguments.iter().enumerate() {
        let argument = call.format_args.get(*index)?;
        let name = match &argument.name {
            Some(name) => name.clone(),
            None => {
                // `.*` and `1$` count arguments that are elsewhere now.
                let name = format!("width{}", number + 1);
                if spec.contains(".*") {
                    spec = spec.replacen(".*", &format!(".{name}$"), 1);
                } else {
                    spec = spec.replacen(&format!("{index}$"), &format!("{name}$"), 1);
                }
                name
            }
        };
        arguments.push_str(&format!(", {name} = {}", argument.value.text));
    }
    let text = if value.expr.is_none() {
        format!("format_args!(\"{{{}:{spec}}}\"{arguments})", value.text)
    } else {
        format!("format_args!(\"{{:{spec}}}\", {}{arguments})", value.text)
    };
    Some(("%", text))
}

/// Whether evaluating an expression may do something: it calls.
fn does_something(expr: &Expr) -> bool {
    expr.text.contains('(') || expr.has_control_flow
}

/// Whether the placeholders take their arguments in another order than they stand.
fn is_out_of_order(pieces: &[Piece]) -> bool {
    let indexes: Vec<usize> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Hole(Hole { argument: HoleArgument::Index(index), .. }) => Some(*index),
            _ => None,
        })
        .collect();
    !indexes.is_sorted()
}

fn push_text(parts: &mut Vec<MessagePart>, text: &str) {
    match parts.last_mut() {
        Some(MessagePart::Text(before)) => before.push_str(text),
        _ => parts.push(MessagePart::Text(text.to_owned())),
    }
}

/// The type around the call, where the value is `self`.
fn self_name(call: &LogCall, shape: &Shape) -> Option<Name> {
    let is_self = match shape {
        Shape::Ident(name) => name == "self",
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => {
            return self_name(call, inner);
        }
        // `self.0`.
        Shape::Field(base, field) if field.starts_with(|first: char| first.is_ascii_digit()) => {
            return self_name(call, base);
        }
        _ => false,
    };
    let name = call.place.self_type.as_deref().filter(|_| is_self)?;
    let name = name.split('<').next().unwrap_or(name);
    key::name(&Shape::Ident(name.rsplit("::").next().unwrap_or(name).trim().to_owned()))
}

fn value<'a>(call: &'a LogCall, hole: &'a Hole) -> Result<RewriteValue<'a>, Refusal> {
    let (text, shape, expr, given) = match &hole.argument {
        HoleArgument::Capture(name) => (name.clone(), Shape::Ident(name.clone()), None, None),
        HoleArgument::Index(index) => {
            let argument = call.format_args.get(*index).ok_or(Refusal::Broken)?;
            let expr = &argument.value;
            (expr.text.clone(), expr.shape.clone(), Some(expr), argument.name.as_deref())
        }
        HoleArgument::Missing => return Err(Refusal::Broken),
    };
    let is_error =
        key::is_error(&shape, &call.place.error_names) || given.is_some_and(key::is_error_name);
    let name = match given {
        Some(given) => key::name(&Shape::Ident(given.to_owned())),
        None => key::name(&shape).or_else(|| self_name(call, &shape)),
    };
    Ok(RewriteValue {
        text,
        shape,
        expr,
        spec: &hole.spec,
        spec_arguments: &hole.spec_arguments,
        given,
        name,
        is_error,
    })
}

/// Which value is the entry's error: the plainest name, else the last one.
fn the_error(values: &[RewriteValue<'_>], hints: &[Hint]) -> Option<usize> {
    let plain = |value: &RewriteValue<'_>| {
        let name = value.given.unwrap_or(&value.text);
        matches!(name, "e" | "err" | "error")
    };
    let errors = || (0..values.len()).filter(|index| values[*index].is_error);
    let labelled = |index: &usize| {
        let is_weak = values[*index].name.as_ref().is_none_or(|name| name.is_weak);
        let label = hints[*index].label.as_deref().unwrap_or_default().to_lowercase();
        is_weak && hints[*index].is_explicit && matches!(label.as_str(), "err" | "error")
    };
    errors()
        .rfind(|index| plain(&values[*index]))
        .or_else(|| errors().next_back())
        .or_else(|| (0..values.len()).find(labelled))
}

fn level(call: &LogCall, style: RewriteStyle) -> String {
    use crate::call::Level;
    match call.level.or_else(|| call.dialect.implied_level(&call.macro_name)) {
        Some(Level::Trace) => "trace",
        Some(Level::Debug) => "debug",
        Some(Level::Warn) => "warn",
        Some(Level::Error) => "error",
        // What others call fatal ends the program; slog's `crit!` does not.
        Some(Level::Fatal) if style.dialect == call.dialect => "fatal",
        Some(Level::Fatal) => "error",
        Some(Level::Info) | None => "info",
    }
    .to_owned()
}
