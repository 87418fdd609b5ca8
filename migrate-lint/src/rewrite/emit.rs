//! A rewritten call as an edit of its source: the arguments in the order and layout of the dialect.

use super::{Field, words};
use crate::call::{Family, LogCall, Span};
use crate::config::KeyCase;
use crate::finding::Edit;

/// What a fix writes.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The macros of this family.
    pub dialect: Family,
    /// How words of a new key are joined.
    pub case: KeyCase,
}

impl Style {
    /// The dialect's name.
    pub(super) fn name(self) -> &'static str {
        match self.dialect {
            Family::Log => "log",
            Family::Slog => "slog",
            Family::Klog => "klog",
            Family::Tracing | Family::Print => "tracing",
        }
    }

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

/// Longest line that a fix writes on its own account.
const MAX_WIDTH: usize = 100;
/// Longest list of arguments that rustfmt leaves on one line.
const MAX_ARGUMENTS: usize = 60;

/// The edits; `None` where the call cannot be written in this dialect, or comments would be lost.
pub(super) fn edits(
    call: &LogCall,
    source: &str,
    message: &str,
    err: Option<&Field>,
    fields: &[Field],
    style: Style,
) -> Option<Vec<Edit>> {
    let is_own = call.family == style.dialect;
    if !call.forwards_tokens
        || !call.comments.is_empty()
        || call.place.macro_definition.is_some()
        || !is_own && call.wrapper.is_some()
    {
        return None;
    }
    // klog's own macros take a brace for a placeholder that was forgotten.
    if style.dialect == Family::Klog && message.contains(['{', '}']) {
        return None;
    }
    let slice = |span: &Span| source.get(span.clone());
    let mut arguments: Vec<String> = Vec::new();
    // Where the separator `;` stands instead of `,`.
    let mut semicolon = None;
    let existing: Vec<String> = call
        .pairs
        .iter()
        .map(|pair| {
            if is_own { slice(&pair.span).map(str::to_owned) } else { converted(call, pair, style) }
        })
        .collect::<Option<_>>()?;
    for prefix in &call.prefix {
        let text = slice(&prefix.span)?.trim().to_owned();
        match prefix.name.as_str() {
            _ if is_own => arguments.push(text),
            "target" => arguments.push(text),
            "logger" | "level" => {}
            _ => return None,
        }
    }
    let literal = literal(message, style.dialect);
    let new_pairs = || {
        let mut new: Vec<String> = Vec::new();
        if let Some(err) = err {
            new.push(field(err, style));
        }
        new.extend(fields.iter().map(|one| field(one, style)));
        new
    };
    match style.dialect {
        Family::Tracing | Family::Print => {
            // `{ k = v }, "text"`: the braces are not in the pairs.
            if is_own && !call.pairs.is_empty() {
                let from = call.pairs.last()?.span.end;
                let to = call.message.as_ref()?.span.start;
                if from > to || slice(&(from..to))?.contains('}') {
                    return None;
                }
            }
            arguments.extend(existing);
            arguments.extend(new_pairs());
            arguments.push(literal);
        }
        Family::Log => {
            arguments.extend(existing);
            arguments.extend(new_pairs());
            let has_pairs = arguments.len() > call.prefix.len();
            semicolon = has_pairs.then(|| arguments.len() - 1);
            arguments.push(literal);
        }
        Family::Slog => {
            arguments.push(literal);
            let head = arguments.len() - 1;
            // What is first in the source stays first.
            arguments.extend(existing);
            arguments.extend(new_pairs());
            semicolon = (arguments.len() > head + 1).then_some(head);
        }
        Family::Klog => {
            if let Some(err) = err {
                arguments.push(format!("err: {}", err.value));
            }
            arguments.push(literal);
            arguments.extend(existing);
            arguments.extend(fields.iter().map(|one| field(one, style)));
        }
    }
    let path = if is_own { None } else { Some(path(call, style)?) };
    let text = layout(call, source, path.as_deref(), &arguments, semicolon, style);
    let mut edits = Vec::new();
    if let Some(path) = path {
        edits.push(Edit { span: call.path_span.clone(), text: path });
    }
    edits.push(Edit { span: call.args_span.clone(), text });
    Some(edits)
}

/// `key = %value` as the dialect writes it.
fn field(field: &Field, style: Style) -> String {
    let Field { words, value, sigil, .. } = field;
    let key = if field.is_error { "err".to_owned() } else { style.key(words) };
    let key = match style.dialect {
        Family::Slog => format!("{key:?}"),
        _ if is_identifier(&key) => key,
        _ => format!("{key:?}"),
    };
    match style.dialect {
        Family::Log if *value == key => format!("{key}:{sigil}"),
        Family::Log => format!("{key}:{sigil} = {value}"),
        Family::Slog => format!("{key} => {sigil}{value}"),
        _ if *value == key => format!("{sigil}{key}"),
        _ => format!("{key} = {sigil}{value}"),
    }
}

fn is_identifier(key: &str) -> bool {
    key.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && key.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// A pair of another family in this dialect.
fn converted(call: &LogCall, pair: &crate::call::Pair, style: Style) -> Option<String> {
    use crate::call::Mode;
    let key = pair.key.as_deref()?;
    let value = pair.value.as_ref()?;
    let sigil = match pair.mode {
        Mode::Display | Mode::Error => "%",
        Mode::Debug => "?",
        // A value of one crate need not be one of another; its text is.
        Mode::Plain if matches!(call.family, Family::Log | Family::Slog | Family::Tracing) => "%",
        _ => return None,
    };
    let field_ =
        Field { words: words::split(key), value: value.text.clone(), sigil, is_error: false };
    Some(field(&field_, style))
}

/// `klog::info`.
fn path(call: &LogCall, style: Style) -> Option<String> {
    use crate::call::Level;
    let level = match call.level {
        Some(Level::Trace) => "trace",
        Some(Level::Debug) => "debug",
        Some(Level::Warn) => "warn",
        Some(Level::Error | Level::Fatal) => "error",
        Some(Level::Info) => "info",
        None if call.family == Family::Print => {
            if call.macro_name.starts_with('e') {
                "error"
            } else {
                "info"
            }
        }
        None => return None,
    };
    Some(format!("{}::{level}", style.name()))
}

/// The message as a literal; what formats it sees braces doubled.
fn literal(message: &str, dialect: Family) -> String {
    let mut literal = String::from("\"");
    for char in message.chars() {
        match char {
            '{' | '}' if dialect != Family::Klog => {
                literal.push(char);
                literal.push(char);
            }
            '"' | '\\' => {
                literal.push('\\');
                literal.push(char);
            }
            char if char.is_control() => literal.extend(char.escape_default()),
            char => literal.push(char),
        }
    }
    literal.push('"');
    literal
}

/// The arguments between the delimiters: on one line where they fit, else one a line.
fn layout(
    call: &LogCall,
    source: &str,
    path: Option<&str>,
    arguments: &[String],
    semicolon: Option<usize>,
    style: Style,
) -> String {
    let join = |separator: &str, indent: &str| {
        let mut text = String::new();
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                text.push(if semicolon == Some(index - 1) { ';' } else { ',' });
                text.push_str(separator);
            }
            text.push_str(indent);
            text.push_str(argument);
        }
        text
    };
    let one_line = join(" ", "");
    let line_start = source[..call.span.start].rfind('\n').map_or(0, |end| end + 1);
    let line_end =
        source[call.span.end..].find('\n').map_or(source.len(), |end| call.span.end + end);
    let before = source[line_start..call.span.start].chars().count();
    let head = source[call.span.start..call.args_span.start].chars().count();
    let head = path.map_or(head, |path| {
        head + path.chars().count() - source[call.path_span.clone()].chars().count()
    });
    let after = source[call.args_span.end..line_end].trim_end().chars().count();
    let was_on_lines = source[call.args_span.clone()].contains('\n');
    // rustfmt lays out what reads as Rust, and leaves the rest as it is.
    let is_rust = semicolon.is_none()
        && !arguments.iter().any(|argument| {
            argument.starts_with(['%', '?'])
                || argument.contains("= %")
                || argument.contains("= ?")
                || has_colon(argument)
        });
    let fits = before + head + one_line.chars().count() + after <= MAX_WIDTH
        && !arguments.iter().any(|argument| argument.contains('\n'))
        && (!is_rust || one_line.chars().count() <= MAX_ARGUMENTS || arguments.len() == 1);
    let stays = was_on_lines && !is_rust && arguments.len() > 2;
    if fits && !stays {
        return one_line;
    }
    let indent: String =
        source[line_start..].chars().take_while(|char| *char == ' ' || *char == '\t').collect();
    let newline = if source[..call.span.start].ends_with("\r\n") || source.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let inner = format!("{indent}    ");
    let comma = if matches!(style.dialect, Family::Log | Family::Slog) { "" } else { "," };
    format!("{newline}{}{comma}{newline}{indent}", join(newline, &inner))
}

/// `target: "x"` is no expression.
fn has_colon(argument: &str) -> bool {
    ["target:", "parent:", "name:", "logger:", "err:", "v:"]
        .iter()
        .any(|prefix| argument.starts_with(prefix))
}
