//! Encoders: how an entry becomes a line.
//!
//! An encoder appends to a buffer and does no IO.
//! Text and JSON are klog's and component-base's, byte for byte; other formats are registered under their own names.

mod formatted;
pub(crate) mod guard;
mod isprint_table;
pub(crate) mod json;
pub(crate) mod number;
pub(crate) mod quote;
mod registry;
mod std_json;
pub(crate) mod text;
mod unique;
mod visited;

pub use self::registry::{Format, UnknownFormat, formats, register_format};
pub(crate) use self::{
    formatted::{Utf8, write_text},
    guard::Failed,
};
use crate::{clock::Stamp, context::Context, output::Output, record::Record, value::Value};

/// How serious an entry is: the first letter of a text line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `I`, at any verbosity.
    #[default]
    Info,
    /// `W`; Kubernetes' JSON has no word for it, ours adds `"severity":"warning"`.
    Warning,
    /// `E`, written at any verbosity.
    Error,
    /// `F`, the last entry of a program.
    Fatal,
}

impl Severity {
    /// `I`, `W`, `E` or `F`.
    pub fn letter(self) -> u8 {
        match self {
            Severity::Info => b'I',
            Severity::Warning => b'W',
            Severity::Error => b'E',
            Severity::Fatal => b'F',
        }
    }

    /// `info`, `warning`, `error` or `fatal`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal",
        }
    }
}

/// Turns entries into lines; see [`register_format`] for an example.
///
/// An implementation may panic or write anything: the sink still gets one whole buffer a line.
pub trait Encoder: Send + Sync + 'static {
    /// Appends one pair with whatever separates it from what is before it.
    ///
    /// Pairs of loggers and spans are rendered once with this function and copied into each line by
    /// [`Line::write_pairs`].
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>);

    /// Appends the line with its final `\n`.
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>);
}

/// The key of a pair.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The key itself.
    pub name: &'a str,
    /// It was checked when it was compiled: no format has to quote anything in it.
    pub(crate) is_plain: bool,
}

impl<'a> Key<'a> {
    /// A key that a macro has accepted.
    pub(crate) const fn checked(name: &'a str) -> Self {
        Key { name, is_plain: true }
    }

    /// Any other key.
    pub(crate) const fn unchecked(name: &'a str) -> Self {
        Key { name, is_plain: false }
    }

    /// A set with this key alone, for a quick look whether two sets of keys may share one.
    pub(crate) const fn bit(name: &str) -> u64 {
        let bytes = name.as_bytes();
        let (mut hash, mut index) = (bytes.len() as u32, 0);
        while index < bytes.len() {
            hash = (hash ^ bytes[index] as u32).wrapping_mul(0x0100_0193);
            index += 1;
        }
        1 << (hash >> 26)
    }
}

/// An entry as an encoder sees it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub(crate) record: &'a Record<'a>,
    pub(crate) output: &'a Output,
    pub(crate) time: Stamp,
    pub(crate) logger: Option<&'a Name>,
    /// Pairs of spans, root to leaf, and of the logger.
    pub(crate) context: &'a Context<'a>,
    /// Some key occurs twice, or is reserved.
    pub(crate) has_duplicates: bool,
}

impl<'a> Line<'a> {
    /// Severity.
    pub fn severity(&self) -> Severity {
        self.record.severity
    }

    /// V level; 0 unless the severity is [`Severity::Info`].
    pub fn verbosity(&self) -> u32 {
        self.record.verbosity
    }

    /// Time of the call.
    pub fn time(&self) -> Stamp {
        self.time
    }

    /// Whether text has its header.
    pub fn has_header(&self) -> bool {
        self.output.has_header()
    }

    /// The process id in seven columns.
    pub fn pid(&self) -> [u8; 7] {
        let [pid @ .., _] = self.output.pid().to_ne_bytes();
        pid
    }

    /// Path of the source file, if it is known.
    pub fn file(&self) -> Option<&'a str> {
        self.record.file()
    }

    /// Line of the call in the file.
    pub fn line(&self) -> u32 {
        self.record.line()
    }

    /// The message.
    pub fn message(&self) -> &'a str {
        self.record.message()
    }

    /// The logger's name.
    pub fn logger(&self) -> Option<&'a Name> {
        self.logger
    }

    /// The error of an error entry.
    pub fn err(&self) -> Option<&'a Value<'a>> {
        self.record.err
    }

    /// Calls `each` for every pair in order: spans root to leaf, logger, call; without `err` and `logger`.
    ///
    /// Of a key that occurs more than once only the last pair is given.
    pub fn for_each_pair(&self, mut each: impl FnMut(&str, &Value<'_>)) {
        if !self.has_duplicates {
            self.context.for_each(|pairs| pairs.for_each(|key, value| each(key, &value)));
            return self.record.pairs.for_each(|key, value| each(key.name, value));
        }
        // Which of several pairs is the last is known at the end only.
        let mut keys: Vec<String> = Vec::new();
        self.context.for_each(|pairs| pairs.for_each(|key, _| keys.push(key.to_owned())));
        self.record.pairs.for_each(|key, _| keys.push(key.name.to_owned()));
        let mut index = 0;
        let mut each = |key: &str, value: &Value<'_>| {
            index += 1;
            if !keys[index..].iter().any(|later| later == key) {
                each(key, value);
            }
        };
        self.context.for_each(|pairs| pairs.for_each(|key, value| each(key, &value)));
        self.record.pairs.for_each(|key, value| each(key.name, value));
    }

    /// Appends every pair that [`Line::for_each_pair`] gives, as `encoder` renders it: for use in its [`Encoder::line`].
    ///
    /// Pairs of loggers and spans were rendered before and are copied. See `examples/own_format.rs`.
    pub fn write_pairs(&self, encoder: &dyn Encoder, out: &mut Vec<u8>) {
        if self.has_duplicates {
            self.for_each_pair(|key, value| encoder.pair(Key::unchecked(key), value, out));
        } else {
            self.context.append(self.output.format(), out);
            self.record.pairs.for_each(|key, value| encoder.pair(key, value, out));
        }
    }
}

/// A logger's name in the forms that are needed.
#[derive(Debug)]
pub struct Name {
    /// `a..c`: parts joined by dots.
    pub joined: String,
    /// `a.c`: empty parts left out, as in JSON.
    pub(crate) compact: String,
    /// ` logger="a..c"`.
    pub(crate) text: Vec<u8>,
    /// `,"logger":"a.c"`, or nothing.
    pub(crate) json: Vec<u8>,
}

impl Name {
    pub(crate) fn join(parent: Option<&Name>, part: &str) -> Name {
        let joined = match parent {
            Some(parent) => format!("{}.{part}", parent.joined),
            None => part.to_owned(),
        };
        let compact = match parent {
            Some(parent) if part.is_empty() => parent.compact.clone(),
            Some(parent) if !parent.compact.is_empty() => format!("{}.{part}", parent.compact),
            _ => part.to_owned(),
        };
        let (mut text, mut json) = (b" logger=".to_vec(), Vec::new());
        text::string(&joined, &mut text);
        if !compact.is_empty() {
            json.extend_from_slice(b",\"logger\":");
            quote::json(&compact, &mut json);
        }
        Name { joined, compact, text, json }
    }
}

/// Go's names of floats that are no numbers.
fn non_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}
