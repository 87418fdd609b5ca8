//! Where a label comes from at some stage of a pipeline.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Asked;
use super::labels::{Label, sanitized};
use crate::catalog::Kind;
use crate::queries::line::Format;
use crate::queries::logql::{Extraction, Format as Assignment, Name, Pipeline, Source, Text};
use crate::queries::matching::{Bits, Expression, Machine};

/// Labels that agents and Loki add to lines, whatever is in them.
const OF_AGENTS: &[&str] = &[
    "app",
    "cluster",
    "component",
    "container",
    "detected_level",
    "env",
    "environment",
    "filename",
    "host",
    "hostname",
    "instance",
    "job",
    "level",
    "namespace",
    "node",
    "node_name",
    "pod",
    "region",
    "service",
    "service_name",
    "stream",
    "tenant",
    "unit",
    "zone",
];

/// Labels so far.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Labels that the selector names, or a function around the pipeline makes.
    given: Vec<String>,
    has_json: bool,
    has_logfmt: bool,
    /// By a stage whose labels cannot be known.
    is_open: bool,
    /// Labels of `json` and `logfmt` with paths.
    paths: HashMap<String, (Format, Option<String>)>,
    /// Labels that are made from others, or from text.
    made: HashMap<String, Origin>,
}

/// What a label is made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    /// Whatever it is.
    Anything,
    /// A field of the line, by its path or by the label's name.
    Field(Field),
    /// It has been dropped.
    Nothing,
}

/// A field of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Field {
    /// By its name as a label, in these formats.
    name: String,
    formats: Vec<Format>,
    /// By a path of JSON instead.
    path: Option<String>,
    /// `__error__`.
    is_error: bool,
}

impl Scope {
    pub(super) fn new(pipeline: &Pipeline) -> Self {
        let given = pipeline.selector.iter().chain(&pipeline.made).cloned().collect();
        Self { given, ..Self::default() }
    }

    pub(super) fn json(&mut self, only: &[Extraction]) {
        self.has_json |= only.is_empty();
        self.extract(Format::Json, only);
    }

    pub(super) fn logfmt(&mut self, only: &[Extraction]) {
        self.has_logfmt |= only.is_empty();
        self.extract(Format::Text, only);
    }

    fn extract(&mut self, format: Format, only: &[Extraction]) {
        for one in only {
            self.is_open |= one.label.name.is_empty();
            self.paths.insert(one.label.name.clone(), (format, one.path.clone()));
        }
    }

    /// After a stage that makes labels of its own choice.
    pub(super) fn open(&mut self) {
        self.is_open = true;
    }

    /// The groups of an expression, or the names of a pattern.
    pub(super) fn capture(&mut self, text: &Text, is_expression: bool) {
        let Some(text) = text.known() else { return self.open() };
        let marker = if is_expression { "?P<" } else { "<" };
        for part in text.split(marker).skip(1) {
            if let Some((name, _)) = part.split_once('>') {
                self.made.insert(name.to_owned(), Origin::Anything);
            }
        }
        if is_expression {
            // Groups of later versions have no `P`.
            for part in text.split("?<").skip(1) {
                if let Some((name, _)) = part.split_once('>') {
                    self.made.insert(name.to_owned(), Origin::Anything);
                }
            }
        }
    }

    pub(super) fn format(&mut self, assignment: &Assignment) {
        let origin = match &assignment.source {
            Source::Template(_) => Origin::Anything,
            Source::Label(name) => self.origin(&name.name),
        };
        self.made.insert(assignment.label.name.clone(), origin);
        // The old name is gone.
        if let Source::Label(name) = &assignment.source {
            self.made.insert(name.name.clone(), Origin::Nothing);
        }
    }

    pub(super) fn drop(&mut self, names: &[Name]) {
        for name in names {
            self.made.insert(name.name.clone(), Origin::Nothing);
        }
    }

    /// Where a label comes from.
    pub(super) fn origin(&self, name: &str) -> Origin {
        if name.is_empty() || self.is_open && !self.made.contains_key(name) {
            return Origin::Anything;
        }
        if let Some(origin) = self.made.get(name) {
            return origin.clone();
        }
        if name == "__error__" || name == "__error_details__" {
            let is_error = true;
            return Origin::Field(Field { is_error, formats: self.formats(), ..Field::default() });
        }
        if let Some((format, path)) = self.paths.get(name) {
            let Some(path) = path else { return Origin::Anything };
            let formats = match format {
                Format::Json => vec![Format::Json, Format::Tracing],
                other => vec![*other],
            };
            return Origin::Field(Field { formats, path: Some(path.clone()), ..Field::default() });
        }
        let formats = self.formats();
        let is_given =
            |name: &str| self.given.iter().any(|it| it == name) || OF_AGENTS.contains(&name);
        if formats.is_empty()
            || is_given(name)
            || name.starts_with("k8s_")
            || name.starts_with("kubernetes_")
            || name.starts_with("__")
        {
            return Origin::Anything;
        }
        // A field of the same name as a label of the stream.
        let field = name.strip_suffix("_extracted").filter(|name| is_given(name)).unwrap_or(name);
        Origin::Field(Field { name: field.to_owned(), formats, ..Field::default() })
    }

    /// Formats that are taken apart as a whole.
    fn formats(&self) -> Vec<Format> {
        let mut formats = Vec::new();
        if self.has_json {
            formats.extend([Format::Json, Format::Tracing]);
        }
        if self.has_logfmt {
            formats.push(Format::Text);
        }
        formats
    }
}

/// A line with the value that a field has in it.
pub(super) type Valued<'a> = (usize, &'a Label);

static MAYBE: Label = Label::Maybe;
static TEXT: Label = Label::Of(Kind::String);
static NOT_JSON: LazyLock<Label> = LazyLock::new(|| Label::Fixed("JSONParserErr".to_owned()));

/// The values of a field by line; lines that are missing do not have it.
pub(super) fn values<'a>(asked: &'a Asked<'_>, field: &Field) -> Vec<Valued<'a>> {
    let mut all = Vec::new();
    for format in Format::ALL {
        if field.is_error {
            // What is not of the format has an error.
            let is_read = field.formats.contains(&format);
            if !is_read && !field.formats.is_empty() {
                let lines = asked.lines.of_format(format);
                let error = if format == Format::Text { &*NOT_JSON } else { &MAYBE };
                all.extend(lines.iter().map(|line| (line, error)));
            }
            continue;
        }
        if !field.formats.contains(&format) {
            continue;
        }
        match &field.path {
            Some(path) => at_path(asked, format, path, &mut all),
            None => at_name(asked, format, &field.name, &mut all),
        }
    }
    all.retain(|(line, _)| asked.lines.exist.has(*line));
    all
}

fn at_name<'a>(asked: &'a Asked<'_>, format: Format, name: &str, all: &mut Vec<Valued<'a>>) {
    let number = |statement: usize| asked.lines.number(statement, format);
    let direct = asked.labels.of(format, name);
    all.extend(direct.iter().map(|(statement, label)| (number(*statement), label)));
    // What is inside of a value that may be an object, and what loggers add.
    for (at, _) in name.match_indices('_') {
        let inside = asked.labels.of(format, &name[..at]).iter();
        let inside = inside.filter(|(_, label)| *label == Label::Of(Kind::Unknown));
        all.extend(inside.map(|(statement, _)| (number(*statement), &MAYBE)));
        if asked.is_context(&name[..at]) {
            all.extend(asked.lines.of_format(format).iter().map(|line| (line, &MAYBE)));
        }
    }
    if asked.is_context(name) {
        all.extend(asked.lines.of_format(format).iter().map(|line| (line, &MAYBE)));
    }
}

/// `pod.name`, `pod["name"]`, `fields.message`.
fn at_path<'a>(asked: &'a Asked<'_>, format: Format, path: &str, all: &mut Vec<Valued<'a>>) {
    let path = path.replace("[\"", ".").replace("\"]", "");
    let path = path.trim_start_matches('.');
    if path.contains('[') {
        let lines = asked.lines.of_format(format);
        return all.extend(lines.iter().map(|line| (line, &MAYBE)));
    }
    let name = sanitized(path);
    at_name(asked, format, &name, all);
    // A path can end at an object or a list, which is then written as JSON.
    for (index, statement) in asked.catalog.statements.iter().enumerate() {
        let key =
            path.strip_prefix("fields.").filter(|_| format == Format::Tracing).unwrap_or(path);
        let whole = |kind: Kind| matches!(kind, Kind::Object | Kind::List);
        if statement.keys.iter().any(|it| it.name == key && whole(it.kind))
            && format.is_of(statement)
        {
            all.push((asked.lines.number(index, format), &TEXT));
        }
    }
}

/// The lines of some values.
pub(super) fn lines_of(asked: &Asked<'_>, values: &[Valued<'_>]) -> Bits {
    let mut bits = asked.lines.none();
    values.iter().for_each(|(line, _)| bits.add(*line));
    bits
}

/// Whether an expression fits a label's value.
pub(super) fn fits(
    asked: &Asked<'_>,
    line: usize,
    label: &Label,
    expression: &Expression,
    machine: &mut Machine,
) -> bool {
    use crate::queries::line::{Meaning, Piece};
    match label {
        Label::Fixed(text) => expression.is_in(text),
        Label::Maybe => true,
        Label::Of(kind) => match super::labels::class(*kind) {
            crate::queries::line::Class::Any => true,
            class => expression.can_be(machine, &[Piece::Open(class)]),
        },
        Label::Message => {
            let (statement, _) = asked.lines.origin(line);
            let message = &asked.catalog.statements[statement].message;
            if !message.contains("{}") {
                return expression.is_in(message);
            }
            let mut pieces = Vec::new();
            for (index, words) in message.split("{}").enumerate() {
                if index > 0 {
                    // A label has no escapes.
                    pieces.push(Piece::Open(crate::queries::line::Class::Any));
                }
                pieces.push(Piece::Fixed(Meaning::Message, words.to_owned()));
            }
            expression.can_be(machine, &pieces)
        }
    }
}

/// The formats that a field is taken from.
pub(super) fn formats_of(field: &Field) -> Vec<Format> {
    field.formats.clone()
}
