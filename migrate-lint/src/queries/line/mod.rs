//! What a statement's lines look like: known text, and between it values of which the kind is known.
//!
//! A statement has a line in klog's text and one in component-base's JSON; one of `tracing` also has one in `tracing`'s
//! own JSON. Header and order of pairs are as the encoders write them. Between message and pairs there may be pairs of
//! loggers and spans, which no statement knows.

mod json;
mod text;
mod tracing;

pub(super) use tracing::level as tracing_level;

use crate::catalog::{Key, Kind, Statement};
use crate::dialect::klog::SUPPRESSED;

/// A format of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// klog's text.
    Text,
    /// component-base's JSON.
    Json,
    /// JSON of `tracing-subscriber`.
    Tracing,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Known text.
    Fixed(Meaning, String),
    /// A value.
    Open(Class),
}

/// What known text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Severity, file, and names of a header's fields.
    Header,
    /// Words of the message.
    Message,
    /// The name of a key.
    Key,
    /// What is between names and values.
    Sign,
    /// The quote in front of a value.
    Quote,
}

/// What may be in the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Any text.
    Text,
    /// Any text, a number or a structure: the source does not say.
    Any,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Truth,
    /// A value inside of the message.
    Words,
    /// Pairs of loggers and spans, or none.
    Context,
    /// Time and process: digits and what separates them, of which this is an example.
    Clock(&'static str),
}

/// A line, but for its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// In order.
    pub pieces: Vec<Piece>,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Any,
        Self::Number,
        Self::Truth,
        Self::Words,
        Self::Context,
        Self::Clock(""),
    ];

    /// A text in the place of a value, with a number where one must be.
    pub fn sample(self, number: &'static str) -> &'static str {
        match self {
            Self::Context => "",
            Self::Clock(sample) => sample,
            Self::Number => number,
            Self::Truth => "true",
            Self::Text | Self::Any | Self::Words => OPAQUE,
        }
    }
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Tracing];

    /// Whether statements of this kind are written so.
    pub fn is_of(self, statement: &Statement) -> bool {
        self != Self::Tracing || statement.dialect == "tracing"
    }
}

impl Line {
    /// The line of a statement.
    pub fn of(statement: &Statement, format: Format) -> Self {
        let mut line = Self::default();
        match format {
            Format::Text => text::write(statement, &mut line),
            Format::Json => json::write(statement, &mut line),
            Format::Tracing => tracing::write(statement, &mut line),
        }
        line
    }

    /// The line with a character of its own in the place of each value, and without pairs of loggers.
    pub fn opaque(&self) -> String {
        self.filled(|class| if class == Class::Context { "" } else { OPAQUE })
    }

    /// The same, with a number where one must be.
    pub fn sample(&self, number: &'static str) -> String {
        self.filled(|class| class.sample(number))
    }

    /// The line with values.
    fn filled<'a>(&'a self, mut value: impl FnMut(Class) -> &'a str) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Fixed(_, text) => text.as_str(),
            Piece::Open(class) => value(*class),
        });
        pieces.collect()
    }

    /// Whether a value can be any text.
    pub fn has_text(&self) -> bool {
        let is_text =
            |piece: &Piece| matches!(piece, Piece::Open(Class::Text | Class::Any | Class::Words));
        self.pieces.iter().any(is_text)
    }

    fn fixed(&mut self, meaning: Meaning, text: &str) {
        if !text.is_empty() {
            self.pieces.push(Piece::Fixed(meaning, text.to_owned()));
        }
    }

    fn open(&mut self, class: Class) {
        self.pieces.push(Piece::Open(class));
    }

    /// The words of a message, with its values.
    fn message(&mut self, message: &str, quote: impl Fn(&str) -> String) {
        for (index, words) in message.split("{}").enumerate() {
            if index > 0 {
                self.open(Class::Words);
            }
            self.fixed(Meaning::Message, &quote(words));
        }
    }

    /// A JSON value.
    fn json_value(&mut self, kind: Kind) {
        match kind {
            Kind::String => {
                self.fixed(Meaning::Quote, "\"");
                self.open(Class::Text);
                self.fixed(Meaning::Sign, "\"");
            }
            Kind::Number => self.open(Class::Number),
            Kind::Bool => self.open(Class::Truth),
            Kind::Object | Kind::List | Kind::Unknown => self.open(Class::Any),
        }
    }
}

/// Stands for a value that nothing is known of. No line has it, because encoders escape it.
pub const OPAQUE: &str = "\u{1}";

/// A key that only some of a statement's lines have.
fn is_optional(key: &Key) -> bool {
    key.name == SUPPRESSED
}

/// A text inside of a JSON string.
fn json_text(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
