//! Queries that no statement matches, or only a value by chance.

use super::change::Before;
use super::messages::is_sentence;
use super::{Judge, Subject, place};
use crate::finding::Finding;
use crate::queries::asking::Answer;
use crate::queries::logql::{
    Condition, LineOp, Needle, Part, Pipeline, Span, StageKind, Text, Value,
};
use crate::queries::rules::Id;

impl Judge<'_> {
    /// A query without a statement that it is sure to be about.
    pub(super) fn nothing(
        &self,
        subject: &Subject<'_>,
        answer: &Answer,
        old: Option<&Answer>,
    ) -> Option<Finding> {
        let texts = wanted(subject);
        let near = texts
            .iter()
            .filter_map(|(_, text)| self.messages.nearest(text))
            .max_by_key(|near| near.n_shared);
        let lost = self.before.zip(old).filter(|(_, old)| !old.passing.strong.is_empty());
        let sentence = texts.iter().find(|(_, text)| is_sentence(text));
        let reads_like_message =
            sentence.is_some() && near.is_some_and(super::messages::Near::is_reworded);
        let is_dead = answer.passing.any.is_empty() || reads_like_message || lost.is_some();
        if !is_dead {
            return Some(self.by_chance(subject, answer, near.map(|near| near.statement)));
        }
        let message = format!("{} matches no log statement", subject.query.name);
        let span = answer.culprit.clone().or_else(|| sentence.map(|(span, _)| span.clone()));
        let span = span.unwrap_or_else(|| subject.span());
        let mut finding = self.finding(Id::MatchesNothing, subject, &span, message);
        // The message is there, but in another format, with other values, or not at this level.
        let whole = near.map(|near| near.statement).filter(|statement| {
            sentence.is_some_and(|(_, text)| self.statement(*statement).has_message(text))
        });
        finding.label = match sentence
            .filter(|(place, _)| place.start >= span.start && place.end <= span.end)
        {
            Some(_) if !answer.about.strong.is_empty() => None,
            Some(_) if whole.is_some() => Some("no line passes this".to_owned()),
            Some(_) => Some("no message has these words".to_owned()),
            None => Some("no line passes this".to_owned()),
        };
        let mut is_explained = false;
        if let Some(statement) = whole {
            is_explained = true;
            finding.help.push(format!(
                "it is the message of {}, whose lines the rest of the query leaves out",
                place(self.statement(statement))
            ));
        }
        if let Some((before, old)) = lost {
            let help = self.lost(before, old);
            is_explained |= !help.is_empty();
            finding.help.extend(help);
        }
        if let (Some(near), false) = (near, is_explained) {
            finding
                .help
                .push(format!("the nearest message is {}", place(self.statement(near.statement))));
        }
        Some(finding)
    }

    /// What became of the statements that a query matched.
    fn lost(&self, before: &Before<'_>, old: &Answer) -> Vec<String> {
        let statements = before.asked.lines.statements(&old.passing.strong);
        let changes = statements.iter().take(3).flat_map(|index| before.changes_of(*index));
        changes
            .filter(|change| change.what.is_breaking())
            .map(|change| {
                let old = change.old.as_ref().map(place).unwrap_or_default();
                let new = change
                    .new
                    .as_ref()
                    .map(|new| format!("; it is {} now", place(new)))
                    .unwrap_or_default();
                format!("since {}: {} of {old}{new}", before.revision, change.what)
            })
            .collect()
    }

    fn by_chance(&self, subject: &Subject<'_>, answer: &Answer, near: Option<usize>) -> Finding {
        let weak = answer.weak.clone().unwrap_or_else(|| subject.span());
        let text = subject.pipeline.and_then(|pipeline| line_text(pipeline, &weak));
        let what = text.map_or_else(|| "this".to_owned(), |text| format!("`{}`", known(text)));
        let message = format!("no message and no key has {what}: only a value can");
        let mut finding = self.finding(Id::OnText, subject, &weak, message);
        let holders = self.asked.lines.statements(&answer.passing.any);
        let keys = super::text::text_keys(holders.iter().map(|index| self.statement(*index)));
        if let (Some(expression), Some(key)) = (expression(subject, &weak), keys.first()) {
            finding.help.push(format!(
                "say which: `| json | {key}=~{}`",
                super::text::string(&format!(".*{expression}.*"))
            ));
        }
        if let Some(near) = near {
            finding.help.push(format!("the nearest message is {}", place(self.statement(near))));
        }
        finding
    }
}

/// The line filter at a place, as an expression of its own.
fn expression(subject: &Subject<'_>, place: &Span) -> Option<String> {
    let pipeline = subject.pipeline?;
    let stage = pipeline.stages.iter().find(|stage| stage.span == *place)?;
    let StageKind::Line(op, _) = &stage.kind else { return None };
    let text = line_text(pipeline, place)?;
    match op {
        LineOp::Contains => text.known().map(|text| regex_syntax::escape(&text)),
        LineOp::Matches => text.known().filter(|text| !text.contains(['^', '$'])),
        _ => None,
    }
}

/// The only text of the line filter at a place.
fn line_text<'a>(pipeline: &'a Pipeline, place: &Span) -> Option<&'a Text> {
    let stage = pipeline.stages.iter().find(|stage| stage.span == *place)?;
    match &stage.kind {
        StageKind::Line(_, needles) => match needles.as_slice() {
            [Needle::Text(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Texts that the query wants lines to have, with their places.
pub(super) fn wanted(subject: &Subject<'_>) -> Vec<(Span, String)> {
    let Some(pipeline) = subject.pipeline else {
        return match &subject.query.ask {
            crate::queries::input::Ask::Entry(wanted) => {
                wanted.message.iter().map(|message| (0..0, message.clone())).collect()
            }
            crate::queries::input::Ask::LogQl(_) => Vec::new(),
        };
    };
    texts_of(pipeline)
}

fn texts_of(pipeline: &Pipeline) -> Vec<(Span, String)> {
    let mut texts = Vec::new();
    for stage in &pipeline.stages {
        match &stage.kind {
            StageKind::Line(op, needles) if !op.is_negative() => {
                for needle in needles {
                    if let Needle::Text(text) = needle {
                        texts.push((text.span.clone(), plain(text, *op == LineOp::Matches)));
                    }
                }
            }
            StageKind::Label(condition) => texts_of_condition(condition, &mut texts),
            _ => {}
        }
    }
    texts
}

fn texts_of_condition(condition: &Condition, texts: &mut Vec<(Span, String)>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| texts_of_condition(part, texts));
        }
        Condition::Compare(compare) => {
            let is_message =
                matches!(compare.label.name.as_str(), "msg" | "message" | "fields_message");
            if let (Value::Text(text), true) = (&compare.value, is_message) {
                texts.push((text.span.clone(), plain(text, true)));
            }
        }
        Condition::Unknown => {}
    }
}

/// The words of a text; of an expression the longest piece that it spells.
fn plain(text: &Text, is_expression: bool) -> String {
    let known = known(text);
    if !is_expression {
        return known;
    }
    let mut pieces = vec![String::new()];
    let mut chars = known.trim_start_matches("(?i)").chars();
    while let Some(c) = chars.next() {
        let next = match c {
            '\\' => chars.next().filter(|c| !c.is_alphanumeric()),
            c => Some(c).filter(|c| !"()[]{}|*+?^$.".contains(*c)),
        };
        match (next, pieces.last_mut()) {
            (Some(c), Some(piece)) => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    pieces.into_iter().max_by_key(|piece| piece.trim().len()).unwrap_or_default()
}

/// The text, with a space for each variable.
fn known(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Any => " ".to_owned(),
    };
    text.parts.iter().map(part).collect()
}
