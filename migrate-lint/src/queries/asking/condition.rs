//! Conditions on labels.

use super::labels::{self, Label};
use super::resolve::{self, Origin, Scope, Valued};
use super::{Asked, UnknownKey, WrongKind};
use crate::catalog::Kind;
use crate::queries::logql::{Compare, CompareOp, Condition, Part, Value};
use crate::queries::matching::{Bits, Expression};

/// What asking a condition finds besides lines.
#[derive(Default)]
pub(super) struct Notes {
    pub unknown: Vec<UnknownKey>,
    pub kinds: Vec<WrongKind>,
    /// Labels that lines must have, and the lines that have them.
    pub needed: Vec<(crate::queries::logql::Name, Bits)>,
}

/// What a condition is asked about.
pub(super) struct Asking<'a> {
    pub asked: &'a Asked<'a>,
    pub scope: &'a Scope,
    /// Lines that come so far; `None` while only parts of the header are asked for.
    pub about: Option<&'a Bits>,
}

impl Asking<'_> {
    /// Lines for which a condition can hold.
    pub(super) fn condition(&self, condition: &Condition, notes: &mut Notes) -> Bits {
        let all = || self.asked.lines.exist.clone();
        match condition {
            Condition::Unknown => all(),
            Condition::All(parts) => parts.iter().fold(all(), |mut bits, part| {
                bits.and(&self.condition(part, notes));
                bits
            }),
            Condition::Any(parts) => {
                let mut inner = Notes::default();
                let bits = parts.iter().fold(self.asked.lines.none(), |mut bits, part| {
                    bits.or(&self.condition(part, &mut inner));
                    bits
                });
                notes.unknown.append(&mut inner.unknown);
                notes.kinds.append(&mut inner.kinds);
                bits
            }
            Condition::Compare(compare) => self.compare(compare, notes),
        }
    }

    fn compare(&self, compare: &Compare, notes: &mut Notes) -> Bits {
        let lines = &self.asked.lines;
        let field = match self.scope.origin(&compare.label.name) {
            Origin::Anything => return lines.exist.clone(),
            Origin::Nothing => return self.without_label(compare),
            Origin::Field(field) => field,
        };
        let is_header = is_header(&compare.label.name);
        if self.about.is_none() && !is_header {
            return lines.exist.clone();
        }
        let values = resolve::values(self.asked, &field);
        let has = resolve::lines_of(self.asked, &values);
        if let Some(about) = self.about
            && !is_header
        {
            let is_missing = !about.meets(&has) && !about.is_empty();
            if is_missing && !is_absence(compare) {
                let near = near_label(self.asked, self.scope, &compare.label.name, about);
                let name = compare.label.clone();
                notes.unknown.push(UnknownKey { name, reader: "a label filter", near });
                return lines.exist.clone();
            }
            self.kinds(compare, &values, about, notes);
        }
        let mut bits = self.holding(compare, &values);
        let absent = self.without_label(compare);
        if absent.is_empty() {
            notes.needed.push((compare.label.clone(), has.clone()));
        }
        let mut others = absent;
        others.without(&has);
        bits.or(&others);
        bits
    }

    /// Lines that lack the label: it is empty then.
    fn without_label(&self, compare: &Compare) -> Bits {
        let holds = match (&compare.value, compare.op) {
            (Value::Any, CompareOp::Order) => false,
            (Value::Any, _) => true,
            (Value::Text(text), op) => {
                let is_empty = match text.known() {
                    Some(text) if matches!(op, CompareOp::Is | CompareOp::IsNot) => text.is_empty(),
                    _ => expression(&text.parts, op).is_none_or(|expression| expression.is_in("")),
                };
                is_empty == matches!(op, CompareOp::Is | CompareOp::Matches)
            }
            _ => false,
        };
        if holds { self.asked.lines.exist.clone() } else { self.asked.lines.none() }
    }

    fn holding(&self, compare: &Compare, values: &[Valued<'_>]) -> Bits {
        let mut bits = self.asked.lines.none();
        let is_negative = matches!(compare.op, CompareOp::IsNot | CompareOp::Differs);
        let Value::Text(text) = &compare.value else {
            for (line, label) in values {
                if number_can_hold(compare, label) {
                    bits.add(*line);
                }
            }
            return bits;
        };
        if let (Some(text), true) =
            (text.known(), matches!(compare.op, CompareOp::Is | CompareOp::IsNot))
        {
            for (line, label) in values {
                if (is_negative && !self.is_always(*line, label, &text))
                    || (!is_negative && self.can_be(*line, label, &text))
                {
                    bits.add(*line);
                }
            }
            return bits;
        }
        let Some(expression) = expression(&text.parts, compare.op) else {
            return self.asked.lines.exist.clone();
        };
        let mut machine = expression.anchored();
        for (line, label) in values {
            let is_known = match label {
                Label::Fixed(_) => true,
                Label::Message => !self.message(*line).contains("{}"),
                Label::Of(_) | Label::Maybe => false,
            };
            let fits = resolve::fits(self.asked, *line, label, &expression, &mut machine);
            if (is_negative && !(is_known && fits)) || (!is_negative && fits) {
                bits.add(*line);
            }
        }
        bits
    }

    fn message(&self, line: usize) -> &str {
        let (statement, _) = self.asked.lines.origin(line);
        &self.asked.catalog.statements[statement].message
    }

    fn can_be(&self, line: usize, label: &Label, text: &str) -> bool {
        match label {
            Label::Fixed(fixed) => fixed == text,
            Label::Message => {
                let (statement, _) = self.asked.lines.origin(line);
                self.asked.catalog.statements[statement].has_message(text)
            }
            Label::Of(kind) => labels::can_be(*kind, text),
            Label::Maybe => true,
        }
    }

    fn is_always(&self, line: usize, label: &Label, text: &str) -> bool {
        match label {
            Label::Fixed(fixed) => fixed == text,
            Label::Message => self.message(line) == text,
            Label::Of(_) | Label::Maybe => false,
        }
    }

    /// Numbers that are compared with what is a text, and durations with what is a number.
    fn kinds(&self, compare: &Compare, values: &[Valued<'_>], about: &Bits, notes: &mut Notes) {
        let wanted = match compare.value {
            Value::Number(_) => ("a number", Kind::String, "a text"),
            Value::Duration => ("a duration", Kind::Number, "a number"),
            _ => return,
        };
        note_kind(self.asked, &compare.label, values, about, wanted, notes);
    }
}

/// Notes a label whose values are of a kind that cannot be read so.
pub(super) fn note_kind(
    asked: &Asked<'_>,
    name: &crate::queries::logql::Name,
    values: &[Valued<'_>],
    about: &Bits,
    (read, kind, is): (&'static str, Kind, &'static str),
    notes: &mut Notes,
) {
    let wrong = values.iter().find(|(line, label)| about.has(*line) && **label == Label::Of(kind));
    if let Some((line, _)) = wrong {
        let (statement, _) = asked.lines.origin(*line);
        notes.kinds.push(WrongKind { name: name.clone(), read, is, statement });
    }
}

/// Parts of a header, which say what the query is about.
fn is_header(name: &str) -> bool {
    matches!(
        name,
        "msg"
            | "message"
            | "fields_message"
            | "severity"
            | "level"
            | "v"
            | "caller"
            | "ts"
            | "logger"
            | "target"
            | "__error__"
            | "__error_details__"
    )
}

/// `key=""`: lines without it.
fn is_absence(compare: &Compare) -> bool {
    let is_empty = matches!(&compare.value, Value::Text(text) if text.known().is_some_and(|text| text.is_empty()));
    is_empty && compare.op == CompareOp::Is
}

fn number_can_hold(compare: &Compare, label: &Label) -> bool {
    match label {
        Label::Fixed(text) => match (&compare.value, compare.op) {
            (Value::Number(number), CompareOp::Is) => text.parse() == Ok(*number),
            (Value::Number(number), CompareOp::IsNot) => text.parse() != Ok(*number),
            _ => true,
        },
        Label::Of(Kind::Bool) | Label::Message => !matches!(compare.value, Value::Number(_)),
        Label::Of(_) | Label::Maybe => true,
    }
}

fn expression(parts: &[Part], op: CompareOp) -> Option<Expression> {
    Expression::whole(parts, matches!(op, CompareOp::Is | CompareOp::IsNot))
}

/// A label that these lines have, and that this one may mean.
pub(super) fn near_label(
    asked: &Asked<'_>,
    scope: &Scope,
    name: &str,
    about: &Bits,
) -> Option<String> {
    let Origin::Field(field) = scope.origin(name) else { return None };
    let formats = resolve::formats_of(&field);
    let mut names = Vec::new();
    for format in formats {
        for (label, all) in asked.labels.names(format) {
            if all.iter().any(|(statement, _)| about.has(asked.lines.number(*statement, format))) {
                names.push(label);
            }
        }
    }
    names.sort_unstable();
    let inside = format!("{name}_name");
    // An object is no label, its name is.
    if names.contains(&inside.as_str()) {
        return Some(inside);
    }
    super::nearest(name, names.into_iter())
}
