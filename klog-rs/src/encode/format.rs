//! Formats by the name that `--logging-format` takes.

use std::{fmt, io, sync::RwLock};

use super::{
    Encoder, Line,
    json::{self, Json},
    text::{self, Text},
};
use crate::{
    base::fork,
    pairs::{CallPairs, PairFormat, PairsOf},
    value::guard,
};

/// A log format: `text`, `json` or one that was registered.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Format {
    /// klog's text.
    Text,
    /// component-base's JSON.
    Json,
    /// A registered one.
    #[doc(hidden)]
    Registered(&'static Registered),
}

#[doc(hidden)]
pub struct Registered {
    name: String,
    encoder: &'static dyn Encoder,
    pairs: PairsOf,
}

impl Registered {
    /// Appends a line. A panic costs it, and so does being asked for it by the encoder itself, which logs.
    pub(crate) fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        guard::encoder(self.pairs.identity(), || self.encoder.line(line, out))
    }
}

static REGISTERED: RwLock<Vec<&'static Registered>> = RwLock::new(Vec::new());

/// Registers a format under the name that `--logging-format` takes; a second one of the same name replaces the first.
///
/// Call it before the flags are parsed, so that `--help` lists it.
/// [`Value::write_json`](crate::Value::write_json) helps with formats on top of JSON, see `examples/own_format.rs`.
///
/// ```
/// use klog::{Value, encode::{Encoder, Key, Line, PairEncoder}};
///
/// struct Plain;
///
/// impl PairEncoder for Plain {
///     fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(format!(" {}:{value}", key.name).as_bytes());
///     }
/// }
///
/// impl Encoder for Plain {
///     fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(line.message().as_bytes());
///         line.write_pairs(self, out);
///         out.push(b'\n');
///     }
/// }
///
/// klog::encode::register_format("plain", Plain);
/// assert_eq!(klog::encode::formats(), ["json", "plain", "text"]);
/// ```
pub fn register_format(name: impl Into<String>, encoder: impl Encoder) {
    let encoder: &'static dyn Encoder = Box::leak(Box::new(encoder));
    let registered: &'static Registered =
        Box::leak(Box::new(Registered { name: name.into(), encoder, pairs: PairsOf(encoder) }));
    let mut all = fork::write(&REGISTERED);
    all.retain(|other| other.name != registered.name);
    all.push(registered);
}

/// Names of all formats, sorted: `json`, `text` and those that were registered.
pub fn formats() -> Vec<String> {
    let mut names = vec!["json".to_owned(), "text".to_owned()];
    let all = fork::read(&REGISTERED);
    names.extend(
        all.iter()
            .map(|registered| registered.name.clone())
            .filter(|name| name != "json" && name != "text"),
    );
    names.sort();
    names
}

/// The name is not that of a format; its text is Kubernetes' `Unsupported log format`.
///
/// ```
/// let error = "yaml".parse::<klog::Format>().unwrap_err();
/// assert_eq!(error, klog::encode::UnknownFormat);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Unsupported log format")
    }
}

impl std::error::Error for UnknownFormat {}

impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    /// Finds a format by its name, which is case-sensitive as in Kubernetes.
    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let all = fork::read(&REGISTERED);
        if let Some(registered) = all.iter().find(|registered| registered.name == name) {
            return Ok(Format::Registered(registered));
        }
        match name {
            "text" => Ok(Format::Text),
            "json" => Ok(Format::Json),
            _ => Err(UnknownFormat),
        }
    }
}

impl Format {
    /// The name that `--logging-format` takes.
    ///
    /// ```
    /// assert_eq!(klog::Format::Json.name(), "json");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Registered(registered) => &registered.name,
        }
    }

    /// Appends the line of any entry.
    #[inline]
    pub(crate) fn line(self, line: &Line<'_>, out: &mut Vec<u8>) {
        match (self, line.record.pairs) {
            (Format::Text, CallPairs::Event(event, template)) => {
                text::event_line(line, event, template, out);
            }
            (Format::Json, CallPairs::Event(event, template)) => {
                json::event_line(line, event, template, out);
            }
            _ => self.own_line(line, out),
        }
    }

    /// Appends the line of an entry that is no event of plain `tracing`.
    #[inline]
    pub(crate) fn own_line(self, line: &Line<'_>, out: &mut Vec<u8>) {
        match self {
            Format::Text => Text.line(line, out),
            Format::Json => Json.line(line, out),
            // It has come another way, on which it may fail.
            Format::Registered(registered) => _ = registered.line(line, out),
        }
    }

    /// How it renders pairs.
    #[inline]
    pub(crate) fn pairs(self) -> PairFormat {
        match self {
            Format::Text => PairFormat::Text,
            Format::Json => PairFormat::Json,
            Format::Registered(registered) => PairFormat::Other(&registered.pairs),
        }
    }
}

// An encoder appends to a buffer that is given to it; a panic in it costs a line.
impl std::panic::RefUnwindSafe for Registered {}

impl fmt::Debug for Registered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl PartialEq for Format {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Format::Text, Format::Text) | (Format::Json, Format::Json) => true,
            (Format::Registered(one), Format::Registered(other)) => std::ptr::eq(*one, *other),
            (Format::Text | Format::Json | Format::Registered(_), _) => false,
        }
    }
}

impl Eq for Format {}

impl fmt::Debug for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
