//! Encoders: how an entry becomes a line.
//!
//! An encoder appends to a buffer and does no IO.
//! Text and JSON are klog's and component-base's, byte for byte; other formats are registered under their own names.

mod duplicates;
mod event;
mod format;
mod json;
mod text;

#[doc(hidden)]
pub use self::format::Registered;
pub use self::format::{Format, UnknownFormat, formats, register_format};
pub use crate::{
    base::Key,
    pairs::{Name, PairEncoder},
    time::{Clock, Stamp},
};
use crate::{
    base::Severity,
    entry::Record,
    pairs::{Context, PairFormat},
    value::Value,
};

/// Turns entries into lines; see [`register_format`] for an example.
///
/// An implementation may panic or write anything: the sink still gets one whole buffer a line.
pub trait Encoder: PairEncoder {
    /// Appends the line with its final `\n`.
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>);
}

/// An entry as an encoder sees it.
///
/// ```
/// use klog::{Value, encode::{Encoder, Key, Line, PairEncoder}};
///
/// /// All that a line has, on one line.
/// struct Everything;
///
/// impl PairEncoder for Everything {
///     fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(format!(" {}={value}", key.name).as_bytes());
///     }
/// }
///
/// impl Encoder for Everything {
///     fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
///         if line.has_header() {
///             let (severity, verbosity) = (line.severity().name(), line.verbosity());
///             let pid = String::from_utf8_lossy(&line.pid()).into_owned();
///             let (nanos, file) = (line.time().nanos(), line.file().unwrap_or("???"));
///             let header = format!("{severity}{verbosity} {nanos} {pid} {file}:{} ", line.line_number());
///             out.extend_from_slice(header.as_bytes());
///         }
///         out.extend_from_slice(line.message().as_bytes());
///         if let Some(name) = line.logger() {
///             out.extend_from_slice(format!(" by {}", name.joined).as_bytes());
///         }
///         if let Some(err) = line.err() {
///             out.extend_from_slice(format!(" failed: {err}").as_bytes());
///         }
///         let mut n_pairs = 0;
///         line.for_each_pair(|_, _| n_pairs += 1);
///         out.extend_from_slice(format!(" {n_pairs} pairs:").as_bytes());
///         line.write_pairs(self, out);
///         out.push(b'\n');
///     }
/// }
///
/// klog::encode::register_format("everything", Everything);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub(crate) record: &'a Record<'a>,
    /// How the output renders the pairs of loggers and spans.
    pub(crate) format: PairFormat,
    pub(crate) has_header: bool,
    /// See [`crate::base::fork::pid_field`].
    pub(crate) pid: u64,
    pub(crate) time: Stamp,
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

    /// Returns `true` if a line of text has its header.
    pub fn has_header(&self) -> bool {
        self.has_header
    }

    /// The process id in seven columns.
    pub fn pid(&self) -> [u8; 7] {
        let [pid @ .., _] = self.pid.to_ne_bytes();
        pid
    }

    /// Path of the source file, if it is known.
    pub fn file(&self) -> Option<&'a str> {
        self.record.file()
    }

    /// Line of the call in the file.
    pub fn line_number(&self) -> u32 {
        self.record.line()
    }

    /// The message.
    pub fn message(&self) -> &'a str {
        self.record.message()
    }

    /// The logger's name.
    pub fn logger(&self) -> Option<&'a Name> {
        self.record.logger.0
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

    /// Appends the entry as klog's text, for encoders that change a line or add to it.
    ///
    /// ```
    /// use klog::{Value, encode::{Encoder, Key, Line, PairEncoder, register_format}};
    ///
    /// struct Tagged;
    ///
    /// impl PairEncoder for Tagged {
    ///     fn pair(&self, _: Key<'_>, _: &Value<'_>, _: &mut Vec<u8>) {}
    /// }
    ///
    /// impl Encoder for Tagged {
    ///     fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
    ///         out.extend_from_slice(b"demo: ");
    ///         line.write_text(out);
    ///     }
    /// }
    ///
    /// register_format("tagged", Tagged);
    /// ```
    pub fn write_text(&self, out: &mut Vec<u8>) {
        text::Text.line(self, out);
    }

    /// Appends the entry as component-base's JSON, as [`Line::write_text`] does for text.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        json::Json.line(self, out);
    }

    /// Appends every pair that [`Line::for_each_pair`] gives, as `encoder` renders it: for use in its [`Encoder::line`].
    ///
    /// Pairs of loggers and spans were rendered before and are copied. See `examples/own_format.rs`.
    pub fn write_pairs(&self, encoder: &dyn Encoder, out: &mut Vec<u8>) {
        if self.has_duplicates {
            self.for_each_pair(|key, value| encoder.pair(Key::unchecked(key), value, out));
        } else {
            self.context.append(self.format, out);
            self.record.pairs.for_each(|key, value| encoder.pair(key, value, out));
        }
    }
}
