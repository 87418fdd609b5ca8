//! Keys: their words, their case, and how one is renamed in the source.

use super::{Context, edits};
use crate::call::{LogCall, Pair};
use crate::dialect::Dialect;
use crate::finding::Edit;
use crate::settings::KeyCase;

/// The case in force for a call: the configured one, else klog's lowerCamelCase or Rust's snake_case.
pub(super) fn case_of(context: &Context<'_>, call: &LogCall) -> KeyCase {
    call.dialect.case(context.settings.keys.case)
}

/// The user says that the key is right.
pub(super) fn is_allowed(context: &Context<'_>, key: &str) -> bool {
    context.settings.keys.allow.iter().any(|allowed| allowed == key)
}

/// `podIPAddress`, `pod_ip_address` → `pod`, `ip`, `address`.
pub(super) fn words(key: &str) -> Vec<String> {
    split(key).into_iter().map(str::to_ascii_lowercase).collect()
}

/// Is the key written in this case? A dot between parts is right outside of klog, as in OpenTelemetry's names.
pub(super) fn is_in_case(key: &str, case: KeyCase, dialect: &Dialect) -> bool {
    let mut parts = key.split('.').collect::<Vec<_>>();
    if !dialect.traits.has_key_parts {
        parts = vec![key];
    }
    parts.iter().all(|part| is_part_in_case(part, case))
}

/// The key in a case; `None` where nothing of it can be kept.
pub(super) fn in_case(key: &str, case: KeyCase, dialect: &Dialect) -> Option<String> {
    let parts: Vec<String> = match dialect.traits.has_key_parts {
        false => vec![part_in_case(key, case)],
        true => key.split('.').map(|part| part_in_case(part, case)).collect(),
    };
    let starts_well = |part: &String| part.starts_with(|c: char| c.is_ascii_alphabetic());
    parts.iter().all(starts_well).then(|| parts.join("."))
}

/// The edit that gives a pair another key; `None` where the pair has none in the source or the new one is taken.
pub(super) fn rename(
    context: &Context<'_>,
    call: &LogCall,
    pair: &Pair,
    new: &str,
) -> Option<Edit> {
    if call.place.macro_definition.is_some() && context.text(&pair.span).contains('$') {
        return None;
    }
    if call.pairs.iter().any(|other| other.key.as_deref() == Some(new)) {
        return None;
    }
    let is_name = new.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let needs_quotes = !is_name || (new.contains('.') && !call.dialect.traits.has_dotted_names);
    let written = context.text(&pair.key_span);
    let form = call.dialect.form?;
    let key = if needs_quotes || written.starts_with('"') || form.quotes_keys {
        format!("{new:?}")
    } else {
        new.to_owned()
    };
    let laid_out = |edit| edits::on_lines(context, call, vec![edit]).pop();
    if !pair.shorthand {
        return laid_out(Edit { span: pair.key_span.clone(), text: key });
    }
    let text = (form.rekeyed)(&key, context.text(&pair.span))?;
    laid_out(Edit { span: pair.span.clone(), text })
}

fn is_part_in_case(part: &str, case: KeyCase) -> bool {
    let bytes = part.as_bytes();
    let Some(first) = bytes.first() else { return false };
    let is_lower_with = |joint: u8| {
        (first.is_ascii_lowercase() || *first == b'_')
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == joint)
    };
    match case {
        KeyCase::SnakeCase => is_lower_with(b'_'),
        KeyCase::KebabCase => is_lower_with(b'-'),
        // An acronym may come first: `IP`, `CIDRs`.
        KeyCase::LowerCamelCase => {
            let second_is_upper = bytes.get(1).is_some_and(u8::is_ascii_uppercase);
            (first.is_ascii_lowercase() || (first.is_ascii_uppercase() && second_is_upper))
                && bytes.iter().all(u8::is_ascii_alphanumeric)
        }
        KeyCase::UpperCamelCase => {
            first.is_ascii_uppercase() && bytes.iter().all(u8::is_ascii_alphanumeric)
        }
    }
}

fn part_in_case(part: &str, case: KeyCase) -> String {
    match case {
        KeyCase::SnakeCase => words(part).join("_"),
        KeyCase::KebabCase => words(part).join("-"),
        KeyCase::LowerCamelCase | KeyCase::UpperCamelCase => {
            // `POD_NAME` has no acronym in it.
            let is_screaming = part.contains('_') && !part.contains(char::is_lowercase);
            let words = split(part).into_iter().enumerate().map(|(index, word)| {
                let is_acronym =
                    !is_screaming && word.len() > 1 && !word.contains(char::is_lowercase);
                match (is_acronym, index, case) {
                    (true, _, _) => word.to_owned(),
                    (false, 0, KeyCase::LowerCamelCase) => word.to_ascii_lowercase(),
                    (false, _, _) => capitalised(word),
                }
            });
            words.collect()
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars.flat_map(char::to_lowercase)).collect()
}

/// Words as written: apart at anything but letters and digits, before a capital after a small letter or digit, and before
/// the last capital of several (`HTTPServer`).
fn split(key: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let bytes = part.as_bytes();
        let mut start = 0;
        for at in 1..bytes.len() {
            let starts_word = bytes[at].is_ascii_uppercase()
                && (!bytes[at - 1].is_ascii_uppercase()
                    || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            // `IPs`, `UIDs`: the plural of an acronym is one word.
            let is_plural = bytes.get(at + 1) == Some(&b's')
                && !bytes.get(at + 2).is_some_and(u8::is_ascii_lowercase)
                && bytes[at - 1].is_ascii_uppercase();
            if starts_word && !is_plural {
                words.push(&part[start..at]);
                start = at;
            }
        }
        words.push(&part[start..]);
    }
    words
}
