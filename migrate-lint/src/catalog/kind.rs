//! What a value is, as far as its expression says: the kinds that both log formats tell apart.

use crate::call::{Mode, Pair};

/// The kind of a value in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Text, errors, durations, times.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list, also of objects.
    List,
    /// An object; a Kubernetes object's reference is a string in text.
    Object,
    /// The expression does not say.
    Unknown,
}

impl Kind {
    /// All that there are.
    pub const ALL: [Self; 6] =
        [Self::String, Self::Number, Self::Bool, Self::List, Self::Object, Self::Unknown];

    /// The word for it in catalogs; the words of `check-log` for what it sees.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::List => "list",
            Self::Object => "object",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a pair's value.
    pub(super) fn of(pair: &Pair) -> Self {
        match pair.mode {
            Mode::Display | Mode::Debug | Mode::Error => Self::String,
            Mode::Plain => {
                pair.value.as_ref().map_or(Self::Unknown, |value| Self::of_text(&value.text))
            }
            Mode::Other(_) => Self::Unknown,
        }
    }

    /// The kind of what an expression says by its form.
    pub(super) fn of_text(text: &str) -> Self {
        of_expression(text)
    }
}

/// By the form of an expression: literals, well-known functions and the method that it ends with.
fn of_expression(text: &str) -> Kind {
    let text = text.trim().trim_start_matches(['&', '*']);
    let number = text.trim_start_matches('-');
    if text.starts_with(['"', '\'']) || text.starts_with("r\"") || text.starts_with("r#\"") {
        return if text.ends_with(['"', '\'', '#']) { Kind::String } else { Kind::Unknown };
    }
    if text == "true" || text == "false" || text.starts_with('!') {
        return Kind::Bool;
    }
    if number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
    {
        return Kind::Number;
    }
    let function = text.split_once('(').map_or("", |(function, _)| function);
    match function.rsplit("::").next().unwrap_or_default() {
        "kobj" | "kobj!" | "kref" => return Kind::Object,
        "kobjs" | "kobjs!" => return Kind::List,
        "format!" | "format_args!" | "concat!" | "stringify!" => return Kind::String,
        "vec!" => return Kind::List,
        _ => {}
    }
    if text.starts_with('[') && text.ends_with(']') {
        return Kind::List;
    }
    match text.strip_suffix("()").and_then(|call| call.rsplit_once('.')).map(|(_, method)| method) {
        Some("to_string" | "elapsed" | "as_str" | "to_string_lossy" | "display" | "name_any") => {
            Kind::String
        }
        Some(
            "len" | "count" | "as_secs" | "as_millis" | "as_micros" | "as_nanos" | "as_secs_f64",
        ) => Kind::Number,
        Some("is_empty" | "is_some" | "is_none" | "is_ok" | "is_err") => Kind::Bool,
        _ => Kind::Unknown,
    }
}
