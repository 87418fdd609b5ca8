//! The stages of a pipeline, one after the other.

use super::condition::{Asking, Notes, near_label, note_kind};
use super::pinned::is_pinned;
use super::resolve::{self, Origin, Scope};
use super::{Answer, Asked, UnknownKey};
use crate::catalog::Kind;
use crate::queries::logql::{
    Conversion, LineOp, Name, Needle, Pipeline, Source, Span, Stage, StageKind, Text,
};
use crate::queries::matching::{Bits, Passing};

pub(super) fn ask(asked: &Asked<'_>, pipeline: &Pipeline, grouping: &[Name]) -> Answer {
    let about = walk(asked, pipeline, grouping, None).passing;
    let Walked { passing, notes, culprit, weak } =
        walk(asked, pipeline, grouping, Some(&about.any));
    let partial =
        notes.needed.iter().filter_map(|(name, has)| asked.partial(name, &about.strong, has));
    let partial = partial.collect();
    let is_choosy = pipeline.stages.iter().any(|stage| match &stage.kind {
        StageKind::Line(op, _) => !op.is_negative(),
        StageKind::Label(condition) => condition.is_positive(),
        _ => false,
    });
    let Notes { unknown, kinds, .. } = notes;
    Answer { passing, about, unknown, kinds, partial, is_choosy, culprit, weak }
}

struct Walked {
    passing: Passing,
    notes: Notes,
    culprit: Option<Span>,
    weak: Option<Span>,
}

/// Lines that pass. Without `about` only line filters and parts of the header are asked for.
fn walk(asked: &Asked<'_>, pipeline: &Pipeline, grouping: &[Name], about: Option<&Bits>) -> Walked {
    let (mut culprit, mut weak) = (None, None);
    let mut passing = Passing::sure(asked.lines.exist.clone());
    let mut notes = Notes::default();
    let mut scope = Scope::new(pipeline);
    // The line is another one after `line_format`, and a packed one before `unpack`.
    let is_packed = pipeline.stages.iter().any(|stage| stage.kind == StageKind::Unpack);
    let mut is_rewritten = is_packed;
    for (index, stage) in pipeline.stages.iter().enumerate() {
        let asking = Asking { asked, scope: &scope, about };
        match &stage.kind {
            StageKind::Line(op, needles) => {
                if !is_rewritten {
                    passing.and(&line(asked, *op, needles, &pipeline.stages[index..]));
                }
            }
            StageKind::Label(condition) => {
                let bits = asking.condition(condition, &mut notes);
                passing.and(&Passing::sure(bits));
            }
            StageKind::Unwrap(conversion, name) => {
                passing.and(&Passing::sure(unwrap(&asking, *conversion, name, &mut notes)));
            }
            StageKind::LineFormat(text) => {
                template(&asking, text, &mut notes);
                is_rewritten = true;
            }
            _ => labels(&asking, stage, &mut notes),
        }
        shape(&mut scope, stage);
        if weak.is_none() && passing.strong.is_empty() {
            weak = Some(stage.span.clone());
        }
        if culprit.is_none() && passing.any.is_empty() {
            culprit = Some(stage.span.clone());
        }
    }
    let asking = Asking { asked, scope: &scope, about };
    for name in grouping {
        read(&asking, name, "`by`", &mut notes);
    }
    Walked { passing, notes, culprit, weak }
}

/// One of the alternatives.
fn line(asked: &Asked<'_>, op: LineOp, needles: &[Needle], stages: &[Stage]) -> Passing {
    let mut passing: Option<Passing> = None;
    for needle in needles {
        let one = match needle {
            Needle::Text(text) => asked.lines.filter(op, &text.parts).map(|passing| {
                let is_pinned = text.known().is_some_and(|text| is_pinned(stages, &text));
                if is_pinned {
                    Passing::sure(passing.any.clone())
                } else {
                    Passing::clone(&passing)
                }
            }),
            Needle::Ip(_) => None,
        };
        let one = one.unwrap_or_else(|| Passing::sure(asked.lines.exist.clone()));
        match &mut passing {
            None => passing = Some(one),
            // No alternative may hold where a text must not be.
            Some(passing) if op.is_negative() => passing.and(&one),
            Some(passing) => passing.or(&one),
        }
    }
    passing.unwrap_or_else(|| Passing::sure(asked.lines.exist.clone()))
}

/// Labels that a stage reads.
fn labels(asking: &Asking<'_>, stage: &Stage, notes: &mut Notes) {
    let StageKind::LabelFormat(assignments) = &stage.kind else { return };
    for assignment in assignments {
        match &assignment.source {
            Source::Label(name) => {
                read(asking, name, "`label_format`", notes);
            }
            Source::Template(text) => template(asking, text, notes),
        }
    }
}

/// Labels that a stage makes and takes away.
fn shape(scope: &mut Scope, stage: &Stage) {
    match &stage.kind {
        StageKind::Json(only) => scope.json(only),
        StageKind::Logfmt(only) => scope.logfmt(only),
        StageKind::Pattern(text) => scope.capture(text, false),
        StageKind::Regexp(text) => scope.capture(text, true),
        StageKind::Unpack | StageKind::Unknown => scope.open(),
        StageKind::LabelFormat(all) => all.iter().for_each(|one| scope.format(one)),
        StageKind::Drop(names) => scope.drop(names),
        _ => {}
    }
}

fn unwrap(asking: &Asking<'_>, conversion: Conversion, name: &Name, notes: &mut Notes) -> Bits {
    let all = asking.asked.lines.exist.clone();
    let (Some(about), Origin::Field(field)) = (asking.about, asking.scope.origin(&name.name))
    else {
        return all;
    };
    let Some(has) = read(asking, name, "`unwrap`", notes) else { return all };
    let values = resolve::values(asking.asked, &field);
    let wanted = match conversion {
        Conversion::Number => ("a number", Kind::String, "a text"),
        Conversion::Duration => ("a duration", Kind::Number, "a number"),
        Conversion::Bytes => return has,
    };
    note_kind(asking.asked, name, &values, about, wanted, notes);
    has
}

/// Lines that have a label which something reads; `None` when that cannot be said.
fn read(asking: &Asking<'_>, name: &Name, reader: &'static str, notes: &mut Notes) -> Option<Bits> {
    let about = asking.about?;
    let Origin::Field(field) = asking.scope.origin(&name.name) else { return None };
    let has = resolve::lines_of(asking.asked, &resolve::values(asking.asked, &field));
    if !about.meets(&has) && !about.is_empty() {
        let near = near_label(asking.asked, asking.scope, &name.name, about);
        notes.unknown.push(UnknownKey { name: name.clone(), reader, near });
        return None;
    }
    notes.needed.push((name.clone(), has.clone()));
    Some(has)
}

/// `{{.pod_name}}` and `{{ .err | upper }}`: labels that a template reads.
fn template(asking: &Asking<'_>, text: &Text, notes: &mut Notes) {
    let Some(known) = text.known() else { return };
    for name in fields(&known) {
        let name = Name { name: name.to_owned(), span: text.span.clone() };
        let n_needed = notes.needed.len();
        read(asking, &name, "a template", notes);
        // A template shows nothing for what is missing.
        notes.needed.truncate(n_needed);
    }
}

/// The fields that actions of a template name.
fn fields(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for action in text.split("{{").skip(1) {
        let action = action.split("}}").next().unwrap_or_default();
        let mut in_string = None;
        for (at, c) in action.char_indices() {
            match (in_string, c) {
                (None, '"' | '`' | '\'') => in_string = Some(c),
                (Some(quote), c) if c == quote => in_string = None,
                (None, '.') => {
                    let is_begin = !action[..at].ends_with(|c: char| {
                        c.is_alphanumeric() || matches!(c, '_' | ')' | '.' | '$')
                    });
                    let rest = &action[at + 1..];
                    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
                    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                    let name = &rest[..end];
                    if is_begin && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
                        names.push(name);
                    }
                }
                _ => {}
            }
        }
    }
    names
}
