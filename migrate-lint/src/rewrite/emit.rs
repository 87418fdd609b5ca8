//! A rewritten call as an edit of its source: the arguments in the order and layout of the dialect.

use super::{Field, Surroundings, evaluation, words};
use crate::call::{Expr, LogCall, Mode, Pair, Shape, Span};
use crate::dialect::{Dialect, ErrorForm, Form, Position};
use crate::finding::Edit;
use crate::rustfmt::Widths;
use crate::settings::{ErrorKey, KeyCase, MessageCase};
use crate::tokens;

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

/// The edits; `None` where the call cannot be written in this dialect, or there is no place for its comments.
pub(super) fn edits(
    call: &LogCall,
    source: &str,
    message: &str,
    err: Option<&Field>,
    fields: &[Field],
    style: RewriteStyle,
    around: &Surroundings<'_>,
) -> Option<Vec<Edit>> {
    let is_own = call.dialect == style.dialect;
    let comments = comments(call, source)?;
    if !call.forwards_tokens
        || call.place.macro_definition.is_some()
        || !is_own && call.wrapper.is_some()
    {
        return None;
    }
    let form = style.dialect.form?;
    // Such a macro takes these for placeholders that were forgotten, and no sentence for a message.
    let is_refused =
        message.contains(['{', '}']) || has_verb(message) || message.ends_with(['.', '\n']);
    if !form.is_format_string && is_refused {
        return None;
    }
    let (arguments, semicolons) = arguments(call, source, message, err, fields, style)?;
    let path = if is_own { None } else { Some(format!("{}{}", around.path, macro_name(call)?)) };
    let text = layout(call, source, path.as_deref(), &arguments, &semicolons, style, around.widths);
    let mut edits = comments;
    if let Some(path) = path {
        edits.push(Edit { span: call.path_span.clone(), text: path });
    }
    edits.push(Edit { span: call.args_span.clone(), text });
    Some(edits)
}

/// The arguments in the order of the dialect, and those that a `;` follows instead of a `,`.
fn arguments(
    call: &LogCall,
    source: &str,
    message: &str,
    err: Option<&Field>,
    fields: &[Field],
    style: RewriteStyle,
) -> Option<(Vec<String>, Vec<usize>)> {
    let form = style.dialect.form?;
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
    let literal = literal(message, form.is_format_string, &escapes(call, source));
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
    Some((arguments, semicolons))
}

/// The arguments before the message that the call has already, and those that a `;` follows; `None` where another dialect
/// has no place for one.
fn before_message(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
) -> Option<(Vec<String>, Vec<usize>)> {
    let is_own = call.dialect == style.dialect;
    let (mut arguments, mut semicolons) = (Vec::new(), Vec::new());
    for prefix in &call.prefix {
        let text = source.get(prefix.span.clone())?.trim().to_owned();
        match prefix.name.as_str() {
            _ if is_own => {
                if source.get(prefix.span.end..)?.trim_start().starts_with(';') {
                    semicolons.push(arguments.len());
                }
                arguments.push(text);
            }
            "target" => arguments.push(text),
            "logger" | "level" => {}
            _ => return None,
        }
    }
    Some((arguments, semicolons))
}

/// The error that the call has already, where the dialect has a place for it, and its other pairs; `None` where the
/// dialect cannot have them.
fn own_pairs(
    call: &LogCall,
    source: &str,
    style: RewriteStyle,
    form: &Form,
) -> Option<(Option<String>, Vec<String>)> {
    if call.dialect != style.dialect {
        let is_error =
            |pair: &&Pair| form.error == ErrorForm::Prefix && pair.key.as_deref() == Some("err");
        let error = call.pairs.iter().find(is_error);
        let others = call.pairs.iter().filter(|pair| !is_error(pair));
        let pairs: Option<Vec<String>> =
            others.map(|pair| converted(call, pair, style, form)).collect();
        let given = match error {
            Some(error) => Some(format!("err: {}", error_of_pair(call, error)?)),
            None => None,
        };
        return Some((given, pairs?));
    }
    // `{ k = v }, "text"`: the braces are not in the pairs.
    if form.has_braced_pairs
        && let Some(last) = call.pairs.last()
    {
        let to = call.message.as_ref()?.span.start;
        if last.span.end > to || source.get(last.span.end..to)?.contains('}') {
            return None;
        }
    }
    let written = |pair: &Pair| source.get(pair.span.clone()).map(str::to_owned);
    Some((None, call.pairs.iter().map(written).collect::<Option<_>>()?))
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
fn error(sigil: &str, value: &str) -> String {
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
fn converted(call: &LogCall, pair: &Pair, style: RewriteStyle, form: &Form) -> Option<String> {
    let key = pair.key.as_deref()?;
    let value = pair.value.as_ref()?;
    let given = of_field(call, value);
    // A field that is recorded later has no value of its own.
    if matches!(&value.shape, Shape::Path(path) if path.ends_with(&["field".into(), "Empty".into()]))
    {
        return None;
    }
    let sigil = match pair.mode {
        _ if given.is_some() => given.as_ref()?.0,
        Mode::Display | Mode::Error => "%",
        Mode::Debug => "?",
        Mode::Plain if style.dialect.traits.takes_any_value => "",
        // A value of one crate need not be one of another; its text is.
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

/// The message as a literal; what formats it sees braces doubled.
fn literal(message: &str, is_format_string: bool, escapes: &[(char, &str)]) -> String {
    let mut literal = String::from("\"");
    for char in message.chars() {
        let escape = escapes.iter().find(|(escaped, _)| *escaped == char);
        match char {
            _ if escape.is_some() => literal.extend(escape.map(|(_, written)| *written)),
            '{' | '}' if is_format_string => {
                literal.push(char);
                literal.push(char);
            }
            '"' | '\\' => {
                literal.push('\\');
                literal.push(char);
            }
            char if char.is_control() || is_invisible(char) => {
                literal.extend(char.escape_default());
            }
            char => literal.push(char),
        }
    }
    literal.push('"');
    literal
}

/// A text as it is in a format string, without the quotes around it.
pub(super) fn inside_of_literal(text: &str) -> String {
    let literal = literal(text, true, &[]);
    literal[1..literal.len() - 1].to_owned()
}

/// Characters that turn the direction of text or take no room: what a reader sees would not be what is there.
fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Characters that the message's literal escapes, and how it writes them; a capital letter as the small one.
fn escapes<'a>(call: &LogCall, source: &'a str) -> Vec<(char, &'a str)> {
    let literal = call.message.as_ref().and_then(|message| source.get(message.span.clone()));
    let Some(literal) = literal.filter(|literal| literal.starts_with('"')) else {
        return Vec::new();
    };
    let mut escapes = Vec::new();
    let mut rest = literal;
    while let Some(at) = rest.find('\\') {
        let written = match rest[at + 1..].chars().next() {
            Some('u') => rest[at..].find('}').map(|end| &rest[at..=at + end]),
            Some('x') => rest.get(at..at + 4),
            _ => None,
        };
        if rest[at + 1..].starts_with('0') {
            escapes.push(('\0', "\\0"));
        }
        if let Some(written) = written {
            let digits = written[2..].trim_matches(['{', '}']).replace('_', "");
            let char = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            escapes.extend(char.map(|char| (char, written)));
        }
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    escapes
}

/// The arguments between the delimiters: on one line where they fit, else one a line.
fn layout(
    call: &LogCall,
    source: &str,
    path: Option<&str>,
    arguments: &[String],
    semicolons: &[usize],
    style: RewriteStyle,
    widths: Widths,
) -> String {
    let join = |separator: &str, indent: &str| {
        let mut text = String::new();
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                text.push(if semicolons.contains(&(index - 1)) { ';' } else { ',' });
                text.push_str(separator);
            }
            text.push_str(indent);
            text.push_str(argument);
        }
        text
    };
    let one_line = join(" ", "");
    let line_start = tokens::line_start(source, call.span.start);
    let line_end = tokens::line_end(source, call.span.end);
    let before = source[line_start..call.span.start].chars().count();
    let head = source[call.span.start..call.args_span.start].chars().count();
    let head = path.map_or(head, |path| {
        head + path.chars().count() - source[call.path_span.clone()].chars().count()
    });
    let after = source[call.args_span.end..line_end].trim_end().chars().count();
    let was_on_lines = source[call.args_span.clone()].contains('\n');
    // rustfmt lays out what reads as Rust, and leaves the rest as it is.
    let is_rust = semicolons.is_empty()
        && !arguments.iter().any(|argument| {
            argument.starts_with('%')
                || argument.strip_prefix('?').is_some_and(|rest| !is_identifier(rest))
                || argument.contains("= %")
                || argument.contains("= ?")
                || has_colon(argument)
        });
    // `info! { "x" }`: the spaces inside of the brackets stay.
    let old = &source[call.args_span.clone()];
    let is_padded = old.starts_with(' ') && old.ends_with(' ') && old.len() > 1;
    let one_line = if is_padded { format!(" {one_line} ") } else { one_line };
    let fits = before + head + one_line.chars().count() + after <= widths.line
        && !arguments.iter().any(|argument| argument.contains('\n'))
        && (!is_rust || one_line.chars().count() <= widths.arguments || arguments.len() == 1);
    let stays = was_on_lines && !is_rust && arguments.len() > 2;
    if fits && !stays {
        return one_line;
    }
    let indent: String =
        source[line_start..].chars().take_while(|char| *char == ' ' || *char == '\t').collect();
    let first_lines = tokens::first_lines(source);
    let newline = if source[..call.span.start].ends_with("\r\n") || first_lines.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let has_tabs = indent.contains('\t') || indent.is_empty() && first_lines.contains("\n\t");
    let inner = format!("{indent}{}", if has_tabs { "\t" } else { "    " });
    let comma = if style.dialect.form.is_some_and(|form| form.separator == ';') { "" } else { "," };
    format!("{newline}{}{comma}{newline}{indent}", join(newline, &inner))
}

/// Edits of arguments; where their line would become too long, an edit that gives each argument a line of its own.
pub(crate) fn on_lines(
    call: &LogCall,
    source: &str,
    edits: Vec<Edit>,
    widths: Widths,
) -> Vec<Edit> {
    let line_start = tokens::line_start(source, call.span.start);
    let line_end = tokens::line_end(source, call.span.end);
    let n_chars = source[line_start..line_end].trim_end().chars().count();
    let gone: usize = edits.iter().map(|edit| source[edit.span.clone()].chars().count()).sum();
    let new: usize = edits.iter().map(|edit| edit.text.chars().count()).sum();
    let is_on_line = !source[line_start..line_end].contains('\n');
    let is_short = n_chars + new <= widths.line + gone;
    if !is_on_line || is_short || n_chars > widths.line || !call.comments.is_empty() {
        return edits;
    }
    let prefix = call.prefix.iter().map(|argument| &argument.span);
    let pairs = call.pairs.iter().map(|pair| &pair.span);
    let message = call.message.iter().map(|message| &message.span);
    let arguments = call.format_args.iter().map(|argument| &argument.span);
    let mut spans: Vec<&Span> = prefix.chain(pairs).chain(message).chain(arguments).collect();
    spans.sort_by_key(|span| span.start);
    let mut semicolons = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        texts.extend(edited(source, span, &edits));
        let next = spans.get(index + 1).map_or(call.args_span.end, |next| next.start);
        // What is none of the arguments would be lost.
        if !matches!(source.get(span.end..next).map(str::trim), Some("" | "," | ";")) {
            return edits;
        }
        if source[span.end..next].contains(';') && index + 1 < spans.len() {
            semicolons.extend(texts.len().checked_sub(1));
        }
    }
    let key_case = KeyCase::SnakeCase;
    let style = RewriteStyle {
        dialect: call.dialect,
        case: key_case,
        error: ErrorKey::default(),
        messages: MessageCase::default(),
    };
    let text = layout(call, source, None, &texts, &semicolons, style, widths);
    vec![Edit { span: call.args_span.clone(), text }]
}

/// The text of an argument after the edits; `None` where they take it out.
fn edited(source: &str, span: &Span, edits: &[Edit]) -> Option<String> {
    let mut text = source[span.clone()].to_owned();
    for edit in edits.iter().rev() {
        if span.start <= edit.span.start && edit.span.end <= span.end {
            let at = edit.span.start - span.start..edit.span.end - span.start;
            text.replace_range(at, &edit.text);
        } else if edit.text.is_empty() && edit.span.start <= span.start && span.end <= edit.span.end
        {
            return None;
        }
    }
    Some(text)
}

/// `target: "x"` is no expression.
fn has_colon(argument: &str) -> bool {
    ["target:", "parent:", "name:", "logger:", "err:", "v:"]
        .iter()
        .any(|prefix| argument.starts_with(prefix))
}
