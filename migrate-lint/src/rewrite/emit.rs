//! A rewritten call as an edit of its source: the arguments in the order and layout of the dialect.

mod layout;
mod literal;

use super::{Field, Stays, Surroundings, evaluation, plain, words};
use crate::call::{Expr, LogCall, Mode, Pair, Shape};
use crate::dialect::{Dialect, ErrorForm, Form, Position};
use crate::finding::Edit;
use crate::settings::{ErrorKey, KeyCase, MessageCase};
use crate::tokens::{self, identifiers};

pub(crate) use self::layout::on_lines;
pub(super) use self::literal::inside_of_literal;

/// What a fix writes.
#[derive(Clone, Copy, Debug)]
pub struct RewriteStyle {
    /// The macros of this dialect.
    pub dialect: &'static Dialect,
    /// How words of a new key are joined.
    pub case: KeyCase,
    /// The key for errors, where a pair gives it.
    pub error: ErrorKey,
    /// How messages begin.
    pub messages: MessageCase,
}

impl RewriteStyle {
    /// A key in the configured case; reserved words of the language stay as they are.
    pub(super) fn key(self, words: &[String]) -> String {
        match self.case {
            KeyCase::LowerCamelCase => words::camel(words),
            KeyCase::SnakeCase => words.join("_"),
            KeyCase::KebabCase => words.join("-"),
            KeyCase::UpperCamelCase => {
                let camel = words::camel(words);
                let mut chars = camel.chars();
                chars
                    .next()
                    .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
            }
        }
    }
}

/// The edits, or why the call cannot be written in this dialect.
pub(super) fn edits(
    call: &LogCall,
    source: &str,
    message: &str,
    err: Option<&Field>,
    fields: &[Field],
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Result<Vec<Edit>, Stays> {
    let is_own = call.dialect == style.dialect;
    let keeps_path = is_own || around.with_wrapper;
    let is_stopped = |stays: &Stays| match stays {
        Stays::Wrapper(_) => !keeps_path,
        Stays::Level => false,
        _ => true,
    };
    if let Some(stays) = Stays::by_macros(call).filter(is_stopped) {
        return Err(stays);
    }
    let comments = comments(call, source).ok_or(Stays::Comment)?;
    let form = style.dialect.form.ok_or(Stays::Code)?;
    // Such a macro takes these for placeholders that were forgotten, and no sentence for a message.
    let is_refused =
        message.contains(['{', '}']) || has_verb(message) || message.ends_with(['.', '\n']);
    if !form.is_format_string && is_refused {
        return Err(Stays::Text);
    }
    let (arguments, semicolons) = arguments(call, source, message, err, fields, style)?;
    let path = match keeps_path {
        true => None,
        false => Some(format!("{}{}", around.path, macro_name(call).ok_or(Stays::Level)?)),
    };
    let text = layout::layout(
        call,
        source,
        path.as_deref(),
        &arguments,
        &semicolons,
        style,
        around.widths,
    );
    let mut edits = comments;
    if let Some(path) = path {
        edits.push(Edit { span: call.path_span.clone(), text: path });
    }
    edits.push(Edit { span: call.args_span.clone(), text });
    Ok(edits)
}

/// The arguments in the order of the dialect, and those that a `;` follows instead of a `,`.
fn arguments(
    call: &LogCall,
    source: &str,
    message: &str,
    err: Option<&Field>,
    fields: &[Field],
    style: RewriteStyle,
) -> Result<(Vec<String>, Vec<usize>), Stays> {
    let form = style.dialect.form.ok_or(Stays::Code)?;
    let (mut arguments, mut semicolons) = before_message(call, source, style)?;
    // What is first in the source stays first.
    let (given, mut pairs) = own_pairs(call, source, style, &form)?;
    arguments.extend(given);
    match (err, form.error) {
        (Some(err), ErrorForm::Prefix) => {
            arguments.push(format!("err: {}", error(err.sigil, &err.value)));
        }
        (Some(err), ErrorForm::Pair) => pairs.push(field(call, err, style, &form)),
        (None, _) => {}
    }
    pairs.extend(fields.iter().map(|one| field(call, one, style, &form)));
    let literal = literal::literal(message, form.is_format_string, &literal::escapes(call, source));
    let has_pairs = !pairs.is_empty();
    let (first, last) = match form.message {
        Position::First => (vec![literal], pairs),
        Position::Last => (pairs, vec![literal]),
    };
    arguments.extend(first);
    // Between the pairs and the message; a target alone is no pair.
    if form.separator == ';' && has_pairs {
        semicolons.push(arguments.len() - 1);
    }
    arguments.extend(last);
    Ok((arguments, semicolons))
}

/// The arguments before the message that the call has already, and those that a `;` follows; another dialect may have no
/// place for one.
fn before_message(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
) -> Result<(Vec<String>, Vec<usize>), Stays> {
    let is_own = call.dialect == style.dialect;
    let (mut arguments, mut semicolons) = (Vec::new(), Vec::new());
    for prefix in &call.prefix {
        let text = source.get(prefix.span.clone()).unwrap_or_default().trim().to_owned();
        match prefix.name.as_str() {
            _ if is_own => {
                let after = source.get(prefix.span.end..).unwrap_or_default();
                if after.trim_start().starts_with(';') {
                    semicolons.push(arguments.len());
                }
                arguments.push(text);
            }
            "target" => arguments.push(text),
            "logger" | "level" => {}
            name => return Err(Stays::Prefix(name.to_owned())),
        }
    }
    Ok((arguments, semicolons))
}

/// The error that the call has already, where the dialect has a place for it, and its other pairs, which it may not be able
/// to have.
fn own_pairs(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    form: &Form,
) -> Result<(Option<String>, Vec<String>), Stays> {
    if call.dialect != style.dialect {
        let is_error =
            |pair: &&Pair| form.error == ErrorForm::Prefix && pair.key.as_deref() == Some("err");
        let error = call.pairs.iter().find(is_error);
        let others = call.pairs.iter().filter(|pair| !is_error(pair));
        let written = |pair: &Pair| {
            Stays::Pair(source.get(pair.span.clone()).unwrap_or_default().trim().to_owned())
        };
        let pairs: Vec<String> = others
            .map(|pair| converted(call, source, pair, style, form).ok_or_else(|| written(pair)))
            .collect::<Result<_, _>>()?;
        let given = match error {
            Some(error) => {
                let value = error_of_pair(call, error).ok_or(Stays::Error)?;
                Some(format!("err: {value}"))
            }
            None => None,
        };
        return Ok((given, pairs));
    }
    // `{ k = v }, "text"`: the braces are not in the pairs.
    if form.has_braced_pairs
        && let Some(last) = call.pairs.last()
    {
        let to = call.message.as_ref().ok_or(Stays::NoMessage)?.span.start;
        let between = source.get(last.span.end..to);
        if between.is_none_or(|between| between.contains('}')) {
            return Err(Stays::Pair("{ … }".to_owned()));
        }
    }
    let written = |pair: &Pair| source.get(pair.span.clone()).map(str::to_owned);
    let pairs = call.pairs.iter().map(written).collect::<Option<_>>();
    Ok((None, pairs.ok_or(Stays::Unreadable)?))
}

/// What follows `err:` for a pair `err`, which is evaluated before the other pairs then.
fn error_of_pair(call: &LogCall, pair: &Pair) -> Option<String> {
    let value = pair.value.as_ref()?;
    if !evaluation::can_be_first(call, pair) {
        return None;
    }
    let (sigil, text) = match (&pair.mode, of_field(call, value)) {
        (_, Some((sigil, text))) => (sigil, text),
        (Mode::Debug, None) => ("?", value.text.clone()),
        (Mode::Plain | Mode::Display | Mode::Error, None) => ("%", value.text.clone()),
        (Mode::Other(_), None) => return None,
    };
    Some(error(sigil, &text))
}

/// `field::debug(x)` and `field::display(x)` of tracing, as a sigil and the value.
fn of_field(call: &LogCall, value: &Expr) -> Option<(&'static str, String)> {
    let Shape::Call(path, _) = &value.shape else { return None };
    let [.., module, function] = &path[..] else { return None };
    if !call.dialect.traits.has_message_field || module != "field" {
        return None;
    }
    let sigil = match function.as_str() {
        "debug" => "?",
        "display" => "%",
        _ => return None,
    };
    let inside = value.text.split_once('(')?.1.trim_end().strip_suffix(')')?;
    Some((sigil, inside.trim().trim_end_matches(',').to_owned()))
}

/// Whether a value of tracing's is in what tracing's wrappers make: `user.map(field::debug)`. No other crate knows them.
fn has_wrapper(call: &LogCall, text: &str) -> bool {
    let is_wrapper = |(at, name): (usize, &str)| {
        matches!(name, "debug" | "display") && !text[..at].trim_end().ends_with('.')
    };
    call.dialect.traits.has_message_field && identifiers(text).any(is_wrapper)
}

/// `%s` and its kind.
fn has_verb(message: &str) -> bool {
    message.split('%').skip(1).any(|rest| {
        let verb = rest.trim_start_matches(|char: char| "+#-.0123456789".contains(char));
        let ends = |char: Option<char>| !char.is_some_and(|char| char.is_ascii_alphanumeric());
        verb.starts_with(|char: char| "vTtbcdoOqxXUeEfFgGspw".contains(char))
            && ends(verb.chars().nth(1))
    })
}

/// Comments between the arguments, moved above the call; `None` where it does not begin its line.
fn comments(call: &LogCall, source: &str) -> Option<Vec<Edit>> {
    if call.comments.is_empty() {
        return Some(Vec::new());
    }
    let line = tokens::line_start(source, call.span.start);
    let indent = &source[line..call.span.start];
    if !indent.trim().is_empty() || indent.is_empty() {
        return None;
    }
    let newline = if tokens::first_lines(&source[line..]).contains("\r\n") { "\r\n" } else { "\n" };
    let mut text = String::new();
    for comment in &call.comments {
        text += indent;
        text += source.get(comment.clone())?.trim_end();
        text += newline;
    }
    Some(vec![Edit { span: line..line, text }])
}

/// `key = %value` as the dialect writes it.
fn field(call: &LogCall, field: &Field, style: RewriteStyle, form: &Form) -> String {
    let Field { value, sigil, .. } = field;
    let key = if field.is_error { style.error.name().to_owned() } else { field.key(style) };
    // A macro that reads its arguments' words would take a keyword for what it means in the language.
    let is_read = !call.place.inside_macros.is_empty() || matches!(&*key, "await" | "yield");
    let raw = identifier(&key);
    let key = match is_read && is_keyword(&key) {
        _ if form.quotes_keys || !is_identifier(&key) => format!("{key:?}"),
        true if form.has_raw_keys && raw != key => raw,
        true => format!("{key:?}"),
        false => key,
    };
    if *value == key { (form.shorthand)(&key, sigil) } else { (form.pair)(&key, sigil, value) }
}

/// What follows `err:`, which takes errors and texts.
pub(super) fn error(sigil: &str, value: &str) -> String {
    match (sigil, is_identifier(value) && value != "self") {
        // What was printed with `Debug` need not have anything else.
        ("?", true) => format!("format_args!(\"{{{value}:?}}\")"),
        ("?", false) => format!("format_args!(\"{{:?}}\", {value})"),
        _ => value.to_owned(),
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && key.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// A name as code: `type` is `r#type`.
pub(super) fn identifier(name: &str) -> String {
    let has_no_raw_form = matches!(name, "self" | "Self" | "super" | "crate" | "_");
    let is_raw = is_keyword(name) && !has_no_raw_form;
    if is_raw { format!("r#{name}") } else { name.to_owned() }
}

fn is_keyword(name: &str) -> bool {
    is_identifier(name) && syn::parse_str::<syn::Ident>(name).is_err()
}

/// A pair of another dialect in this dialect.
fn converted(
    call: &LogCall,
    source: &str,
    pair: &Pair,
    style: RewriteStyle,
    form: &Form,
) -> Option<String> {
    let key = pair.key.as_deref()?;
    if style.dialect.traits.has_fixed_keys && !key.is_ascii() {
        return None;
    }
    let value = pair.value.as_ref()?;
    let given = of_field(call, value);
    // A field that is recorded later has no value of its own.
    if matches!(&value.shape, Shape::Path(path) if path.ends_with(&["field".into(), "Empty".into()]))
    {
        return None;
    }
    if given.is_none() && has_wrapper(call, &value.text) {
        return None;
    }
    let is_plain = || plain::is_plain(call, source, &value.text, &value.shape);
    let has_no_text = || plain::is_optional(call, source, &value.shape);
    let sigil = match pair.mode {
        _ if given.is_some() => given.as_ref()?.0,
        Mode::Display | Mode::Error => "%",
        Mode::Debug => "?",
        Mode::Plain if style.dialect.traits.takes_any_value => "",
        // Numbers and booleans are values of each crate; of all others only the text is for sure, of an option how it is shown.
        Mode::Plain if call.dialect.traits.shows_plain_values && is_plain() => "",
        Mode::Plain if call.dialect.traits.shows_plain_values && has_no_text() => "?",
        Mode::Plain if call.dialect.traits.shows_plain_values => "%",
        _ => return None,
    };
    let value = given.map_or_else(|| value.text.clone(), |(_, text)| text);
    let words = words::split(key);
    Some(field(
        call,
        &Field {
            chosen: None,
            words,
            expr: value.clone(),
            value,
            sigil,
            is_error: false,
            arguments: Vec::new(),
            is_read_late: false,
        },
        style,
        form,
    ))
}

/// The macro of the call's level, which all dialects share.
fn macro_name(call: &LogCall) -> Option<&'static str> {
    use crate::call::Level;
    let level = super::level::level_of(call)?;
    Some(match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Warn => "warn",
        Level::Error | Level::Fatal => "error",
        Level::Info => "info",
    })
}
