//! LogQL as data: what a query asks of a line, and where in its text it does.
//!
//! The reader knows the stages of a pipeline, and of the arithmetic around pipelines only what names labels.
//! What it does not know is an [`Unknown`] with its place; the rest of the query is read as if it were not there.

mod cursor;
mod expression;
mod filter;
mod stage;
mod value;

use std::ops::Range;

pub use expression::parse;

/// A range of bytes in the text of a query.
pub type Span = Range<usize>;

/// A query, as far as it was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Its pipelines, in order of the text.
    pub pipelines: Vec<Pipeline>,
    /// `by (…)`: labels that results are grouped by.
    pub groupings: Vec<Grouping>,
    /// What was left alone.
    pub unknown: Vec<Unknown>,
    /// It asks for a metric by name, so it is PromQL.
    pub is_promql: bool,
}

/// A selector and its stages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipeline {
    /// From the selector to the end of the last stage.
    pub span: Span,
    /// Labels that the selector names.
    pub selector: Vec<String>,
    /// In order of the text.
    pub stages: Vec<Stage>,
    /// Labels that functions around it make (`label_replace`).
    pub made: Vec<String>,
}

/// `by (pod, node)` around some pipelines.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Names with their places.
    pub labels: Vec<Name>,
    /// Indices of the pipelines that it groups.
    pub pipelines: Range<usize>,
}

/// A label's name in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name; empty when it is a variable.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// Something that the reader does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// Its place.
    pub span: Span,
    /// What it is, one line.
    pub what: String,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// With its operator.
    pub span: Span,
    /// What it does.
    pub kind: StageKind,
}

/// What a stage does.
#[derive(Clone, Debug, PartialEq)]
pub enum StageKind {
    /// `|= "text"` and its like; one of the alternatives must hold.
    Line(LineOp, Vec<Needle>),
    /// `json`, with the labels that it is limited to and their paths.
    Json(Vec<Extraction>),
    /// `logfmt`, likewise.
    Logfmt(Vec<Extraction>),
    /// `pattern "<_> <name>"`.
    Pattern(Text),
    /// `regexp "(?P<name>…)"`.
    Regexp(Text),
    /// `unpack`.
    Unpack,
    /// `label="value" and other > 3`.
    Label(Condition),
    /// `line_format "{{.msg}}"`.
    LineFormat(Text),
    /// `label_format to=from, other="{{.msg}}"`.
    LabelFormat(Vec<Format>),
    /// `unwrap duration(elapsed)`.
    Unwrap(Conversion, Name),
    /// `drop a, b`.
    Drop(Vec<Name>),
    /// `keep a, b`.
    Keep(Vec<Name>),
    /// `decolorize`, which changes no text that is looked for.
    Decolorize,
    /// Left alone, and named in [`Query::unknown`].
    Unknown,
}

/// Operator of a line filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineOp {
    /// `|=`
    Contains,
    /// `!=`
    Lacks,
    /// `|~`
    Matches,
    /// `!~`
    Differs,
    /// `|>`
    Fits,
    /// `!>`
    FitsNot,
}

/// What a line filter looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Needle {
    /// Text, an expression or a pattern.
    Text(Text),
    /// `ip("10.0.0.0/8")`.
    Ip(Span),
}

/// A string; parts of it may be variables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// With its quotes.
    pub span: Span,
    /// In order; text is without escapes.
    pub parts: Vec<Part>,
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known text.
    Text(String),
    /// A variable of a dashboard: any text.
    Any,
}

/// `name="path"` of `json` and `logfmt`.
#[derive(Clone, Debug, PartialEq)]
pub struct Extraction {
    /// The label that is made.
    pub label: Name,
    /// What it is made from; `None` when a variable says so.
    pub path: Option<String>,
}

/// One assignment of `label_format`.
#[derive(Clone, Debug, PartialEq)]
pub struct Format {
    /// The label that is made.
    pub label: Name,
    /// From what.
    pub source: Source,
}

/// What `label_format` makes a label from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Another label.
    Label(Name),
    /// A template.
    Template(Text),
}

/// How `unwrap` reads a label's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// As a number.
    Number,
    /// `duration(…)` and `duration_seconds(…)`.
    Duration,
    /// `bytes(…)`.
    Bytes,
}

/// A condition on labels.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// `label op value`.
    Compare(Compare),
    /// Left alone.
    Unknown,
}

/// `label op value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    /// From the label to the end of the value.
    pub span: Span,
    /// The label.
    pub label: Name,
    /// How it is compared.
    pub op: CompareOp,
    /// With what.
    pub value: Value,
}

/// Operator of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=` and `==`
    Is,
    /// `!=`
    IsNot,
    /// `=~`
    Matches,
    /// `!~`
    Differs,
    /// `<`, `<=`, `>`, `>=`
    Order,
}

/// What a label is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string, or an expression.
    Text(Text),
    /// A number, as it is written.
    Number(f64),
    /// `10s`.
    Duration,
    /// `20MB`.
    Bytes,
    /// `ip("10.0.0.0/8")`.
    Ip,
    /// A variable.
    Any,
}

impl Condition {
    /// Whether it asks for a value, and not only for the lack of one.
    pub fn is_positive(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_positive),
            Self::Compare(compare) => {
                let is_about_reading = compare.label.name.starts_with("__error");
                !is_about_reading && !matches!(compare.op, CompareOp::IsNot | CompareOp::Differs)
            }
            Self::Unknown => false,
        }
    }
}

impl LineOp {
    /// Whether lines pass that do not have the text.
    pub fn is_negative(self) -> bool {
        matches!(self, Self::Lacks | Self::Differs | Self::FitsNot)
    }
}

impl Text {
    /// The text, if there is no variable in it.
    pub fn known(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Any => None,
            })
            .collect()
    }
}
