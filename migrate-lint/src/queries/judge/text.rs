//! Line filters that hold a value or half a message, and the label filter to write instead.

use super::{Judge, Subject};
use crate::catalog::{Kind, Statement};
use crate::finding::{Edit, Finding, Fix};
use crate::queries::asking::{Answer, is_pinned};
use crate::queries::logql::{LineOp, Needle, Pipeline, Stage, StageKind, Text};
use crate::queries::rules::Id;
use crate::safety::Reason;

/// What a line filter's text is of the lines that pass.
enum Found {
    /// A part of these messages.
    HalfMessage(Vec<String>),
    /// `key=value` in some form.
    Pair { key: String, value: String, kind: Kind, is_whole: bool },
}

impl Judge<'_> {
    /// Line filters that work only as long as a message or a value is written as it is.
    pub(super) fn on_text(&self, subject: &Subject<'_>, answer: &Answer) -> Vec<Finding> {
        let Some(pipeline) = subject.pipeline else { return Vec::new() };
        let matching = self.asked.lines.statements(&answer.passing.strong);
        let mut found = Vec::new();
        for (index, stage) in pipeline.stages.iter().enumerate() {
            let StageKind::Line(LineOp::Contains, needles) = &stage.kind else { continue };
            for needle in needles {
                let Needle::Text(text) = needle else { continue };
                let Some(known) = text.known() else { continue };
                // A filter on text in front of one on labels is there for speed.
                if is_pinned(&pipeline.stages[index..], &known) {
                    continue;
                }
                let Some(kind) = self.what_is(&known, &matching) else { continue };
                let is_alone = needles.len() == 1;
                found.push(self.text_finding(
                    subject,
                    (pipeline, stage, text),
                    &known,
                    &kind,
                    is_alone,
                ));
            }
        }
        found
    }

    fn what_is(&self, text: &str, matching: &[usize]) -> Option<Found> {
        let statements = || matching.iter().map(|index| self.statement(*index));
        if let Some(pair) = pair(text)
            && let Some(key) = statements().flat_map(|it| &it.keys).find(|key| key.name == pair.0)
        {
            let (key, value, is_whole) = (key, pair.1, pair.2);
            return (!value.is_empty()).then(|| Found::Pair {
                key: key.name.clone(),
                value: value.to_owned(),
                kind: key.kind,
                is_whole,
            });
        }
        let words = text.trim_matches(|c: char| !c.is_alphanumeric());
        if words.len() < 3 {
            return None;
        }
        // A part of every message, so that one that lacks it ends the search.
        if matching.is_empty() || !statements().all(|it| it.message.contains(words)) {
            return None;
        }
        let mut messages: Vec<&str> = statements().map(|it| it.message.as_str()).collect();
        messages.sort_unstable();
        messages.dedup();
        let is_whole =
            |message: &str| message.trim_matches(|c: char| !c.is_alphanumeric()) == words;
        if messages.iter().any(|message| is_whole(message)) {
            return None;
        }
        Some(Found::HalfMessage(messages.into_iter().map(str::to_owned).collect()))
    }

    fn text_finding(
        &self,
        subject: &Subject<'_>,
        (pipeline, stage, text): (&Pipeline, &Stage, &Text),
        known: &str,
        found: &Found,
        is_alone: bool,
    ) -> Finding {
        let (message, filter) = match found {
            Found::HalfMessage(messages) => {
                let what = match messages.as_slice() {
                    [one] => format!("`{}` is a part of the message \"{one}\"", known.trim()),
                    all => format!("`{}` is a part of {} messages", known.trim(), all.len()),
                };
                (what, message_filter(messages))
            }
            Found::Pair { key, value, kind, is_whole } => {
                let what =
                    format!("`{}` is a key with a value as one format writes it", known.trim());
                (what, Some(pair_filter(key, value, *kind, *is_whole)))
            }
        };
        let mut finding = self.finding(Id::OnText, subject, &text.span, message);
        let Some(filter) = filter else {
            finding.help.push("name the messages that are meant: `| json | msg=~\"…\"`".to_owned());
            return finding;
        };
        let json = pipeline
            .stages
            .iter()
            .find(|it| matches!(&it.kind, StageKind::Json(only) if only.is_empty()));
        let instead = match json {
            Some(_) => format!("| {filter}"),
            None => format!("| json | {filter}"),
        };
        finding.help.push(format!("for JSON lines write a label filter instead: `{instead}`"));
        if subject.file.is_plain && is_alone {
            let edits = match json {
                Some(json) if json.span.start > stage.span.start => vec![
                    Edit { span: before_space(subject, stage), text: String::new() },
                    Edit {
                        span: subject.place(&(json.span.end..json.span.end)),
                        text: format!(" | {filter}"),
                    },
                ],
                _ => vec![Edit { span: subject.place(&stage.span), text: instead }],
            };
            let title = "filter by the label".to_owned();
            let reasons = vec![Reason::KeyRenamed];
            finding.fix = Some(Fix { title, reasons, edits, writes: None });
        }
        finding
    }
}

/// A stage with the space in front of it.
fn before_space(subject: &Subject<'_>, stage: &Stage) -> std::ops::Range<usize> {
    let span = subject.place(&stage.span);
    let has_space =
        subject.file.source_text().get(..span.start).is_some_and(|before| before.ends_with(' '));
    span.start - usize::from(has_space)..span.end
}

/// `key="value`, `key=3`, `"key":"value`: key, value, and whether the value is whole.
fn pair(text: &str) -> Option<(&str, &str, bool)> {
    let text = text.trim_start_matches([' ', ',', '{']);
    let (key, value) = match text.strip_prefix('"') {
        Some(rest) => rest.split_once("\":")?,
        None => text.split_once('=')?,
    };
    let is_key =
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !is_key {
        return None;
    }
    match value.strip_prefix('"') {
        Some(inner) => match inner.split_once('"') {
            Some((value, _)) => Some((key, value, true)),
            None => Some((key, inner, false)),
        },
        None => {
            let end = value.find([' ', ',', '}']);
            Some((key, &value[..end.unwrap_or(value.len())], end.is_some()))
        }
    }
}

fn message_filter(messages: &[String]) -> Option<String> {
    match messages {
        [one] if !one.contains("{}") => Some(format!("msg={}", string(one))),
        many if many.len() <= 3 && many.iter().all(|message| !message.contains("{}")) => {
            let all: Vec<String> =
                many.iter().map(|message| regex_syntax::escape(message)).collect();
            Some(format!("msg=~{}", string(&all.join("|"))))
        }
        _ => None,
    }
}

fn pair_filter(key: &str, value: &str, kind: Kind, is_whole: bool) -> String {
    if kind == Kind::Object {
        return match value.split_once('/') {
            Some((namespace, name)) if is_whole => {
                format!("{key}_namespace={} | {key}_name={}", string(namespace), string(name))
            }
            Some((namespace, name)) => {
                let name = format!("{}.*", regex_syntax::escape(name));
                format!("{key}_namespace={} | {key}_name=~{}", string(namespace), string(&name))
            }
            None => format!("{key}_name={}", string(value)),
        };
    }
    match value.parse::<f64>() {
        Ok(_) if kind == Kind::Number => format!("{key}={value}"),
        _ if is_whole => format!("{key}={}", string(value)),
        _ => format!("{key}=~{}", string(&format!("{}.*", regex_syntax::escape(value)))),
    }
}

/// Keys whose values are text, errors first.
pub(super) fn text_keys<'a>(statements: impl Iterator<Item = &'a Statement>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = statements
        .flat_map(|statement| &statement.keys)
        .filter(|key| matches!(key.kind, Kind::String | Kind::Unknown) && key.name != "{}")
        .map(|key| key.name.as_str())
        .collect();
    keys.sort_by_key(|key| (*key != "err", *key));
    keys.dedup();
    keys
}

/// A text as LogQL quotes it.
pub(in crate::queries) fn string(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains('`') {
        return format!("`{text}`");
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
