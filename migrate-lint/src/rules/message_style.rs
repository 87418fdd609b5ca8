//! `info!("pod started.")`.

use super::{Check, Context, FixKind, Rule, finding, fix};
use crate::call::{CallKind, LogCall, MessageForm, Piece, Span};
use crate::finding::{Edit, Finding, Level};
use crate::safety::Reason;
use crate::settings::MessageCase;

pub(super) static RULE: Rule = Rule {
    name: "message-style",
    group: "style",
    level: Level::Warn,
    summary: "a message without a capital letter, with a period or newline, or with leftovers of a value",
    origin: "Kubernetes guide",
    fix: FixKind::Unsafe,
    page: include_str!("message-style.md"),
    check: Check::Call(check),
};

/// How the message of an event begins, where that is a plain word.
pub(super) fn begins_small(value: &str) -> Option<bool> {
    let text = value.trim();
    let first = text.chars().next().filter(|first| first.is_alphabetic())?;
    match first.is_lowercase() {
        true => starts_small(text).then_some(true),
        false => starts_small(&decapitalized(text)).then_some(false),
    }
}

fn decapitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(chars).collect()
}

fn check(context: &Context<'_>, call: &LogCall, findings: &mut Vec<Finding>) {
    if call.dialect.prints || call.kind != CallKind::Event {
        return;
    }
    let Some(message) = &call.message else { return };
    let MessageForm::Literal { value, pieces } = &message.form else { return };
    // What has placeholders is written again as a whole by interpolated-message.
    if pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
        return;
    }
    let case = context.settings.messages;
    let is_name = begins_with_name(context, value);
    let case = if is_name { MessageCase::Any } else { case };
    let complaints = complaints(value, case);
    if complaints.is_empty() {
        return;
    }
    let mut finding =
        finding(message.span.clone(), format!("the message {}", complaints.join(", ")));
    let first = match case {
        MessageCase::Capital => "a capital letter first, ",
        MessageCase::Small => "a small letter first, ",
        MessageCase::Any => "",
    };
    let help = format!("a message is a phrase: {first}no period at the end, values as pairs");
    finding.help.push(help);
    let edits = literal(context, &message.span).map(|literal| as_phrase(&literal, case));
    finding.fix = edits
        .filter(|edits| !edits.is_empty())
        .and_then(|edits| fix(&[Reason::MessageReworded], "write it as a phrase", edits));
    findings.push(finding);
}

/// The first word is written with a capital letter wherever it is.
fn begins_with_name(context: &Context<'_>, value: &str) -> bool {
    let text = value.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let word = &text[..end];
    word.starts_with(char::is_uppercase)
        && (crate::guide::is_proper_noun(word) || context.workspace.writes_as_name(word))
}

fn complaints(value: &str, case: MessageCase) -> Vec<&'static str> {
    let text = value.trim();
    if text.is_empty() {
        return vec!["is empty"];
    }
    let mut complaints = Vec::new();
    match (begins_small(text), case) {
        (Some(true), MessageCase::Capital) => complaints.push("starts with a small letter"),
        (Some(false), MessageCase::Small) => complaints.push("starts with a capital letter"),
        _ => {}
    }
    if text.chars().any(|c| c == '\n' || c == '\r') || value.ends_with(['\n', '\r']) {
        complaints.push("has a newline");
    } else if text.chars().any(char::is_control) {
        complaints.push("has a control character");
    }
    if value.len() != text.len() && !value.ends_with('\n') {
        complaints.push("has spaces around it");
    }
    if text.ends_with(['.', '…']) {
        complaints.push("ends with a period");
    } else if text.ends_with([':', '=', ',', ';']) && !text.ends_with("==") {
        complaints.push("ends where a value was");
    } else if has_empty_quotes(text) {
        complaints.push("has empty quotes or brackets where a value was");
    }
    complaints
}

/// A plain word in small letters comes first: not `io_uring`, `eBPF`, `main.rs` or `config:`.
fn starts_small(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_alphabetic() && c != '-' && c != '\'');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let is_word = rest.is_empty() || rest.starts_with([' ', ',', '.', '!', ';', '?', '\n']);
    let is_sentence = !rest.starts_with('.') || rest.len() == 1 || rest.starts_with("..");
    word.starts_with(char::is_alphabetic)
        && !crate::rewrite::is_acronym(word)
        && word.chars().all(|c| c.is_lowercase() || !c.is_alphabetic())
        && is_word
        && is_sentence
}

/// `''`, `""`, `()` with nothing before them that they could belong to.
fn has_empty_quotes(text: &str) -> bool {
    EMPTY.iter().any(|empty| {
        text.match_indices(empty).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + empty.len()..].chars().next();
            before.is_none_or(|c| c == ' ')
                && after.is_none_or(|c| matches!(c, ' ' | ',' | '.' | ':'))
        })
    })
}

const EMPTY: [&str; 6] = ["''", "\"\"", "``", "()", "[]", "<>"];

/// What is between the quotes in the source.
struct Literal<'a> {
    content: &'a str,
    start: usize,
    is_raw: bool,
}

fn literal<'a>(context: &'a Context<'_>, span: &Span) -> Option<Literal<'a>> {
    let written = context.text(span);
    let open = written.find('"')?;
    let close = written.rfind('"')?;
    let prefix = &written[..open];
    let is_raw = prefix.starts_with('r');
    // A macro or a macro's variable is not ours to change.
    let is_literal = prefix.is_empty() || (is_raw && prefix[1..].chars().all(|c| c == '#'));
    let content = written.get(open + 1..close)?;
    is_literal.then_some(Literal { content, start: span.start + open + 1, is_raw })
}

/// Changes at the two ends; what is in the middle only a person can fix.
fn as_phrase(literal: &Literal<'_>, case: MessageCase) -> Vec<Edit> {
    let Literal { content, start, is_raw } = *literal;
    let trimmed = content.trim_start();
    let skipped = content.len() - trimmed.len();
    let mut edits = Vec::new();
    let other: Option<String> = match (begins_small(trimmed), case) {
        (Some(true), MessageCase::Capital) => {
            Some(trimmed.chars().take(1).flat_map(char::to_uppercase).collect())
        }
        (Some(false), MessageCase::Small) => {
            Some(trimmed.chars().take(1).flat_map(char::to_lowercase).collect())
        }
        _ => None,
    };
    let first = trimmed.chars().next().filter(|_| other.is_some());
    if skipped > 0 || first.is_some() {
        let end = start + skipped + first.map_or(0, char::len_utf8);
        edits.push(Edit { span: start..end, text: other.unwrap_or_default() });
    }
    let mut kept = content;
    loop {
        let mut rest = kept.trim_end().trim_end_matches(['.', '…', ':', '=', ',', ';']);
        for escape in ["\\n", "\\r", "\\t"].iter().filter(|_| !is_raw) {
            rest = rest.strip_suffix(escape).filter(|rest| !rest.ends_with('\\')).unwrap_or(rest);
        }
        for empty in EMPTY.iter().filter(|_| has_empty_quotes(rest)) {
            rest = rest.strip_suffix(empty).unwrap_or(rest);
        }
        if rest.len() == kept.len() {
            break;
        }
        kept = rest;
    }
    // Something has to be left, and a cut must not go through the first edit.
    let n_first = edits.first().map_or(0, |edit| edit.span.end - start);
    if kept.len() < content.len() && kept.len() > n_first {
        edits.push(Edit { span: start + kept.len()..start + content.len(), text: String::new() });
    }
    edits
}
