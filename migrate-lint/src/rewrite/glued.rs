//! Values that are parts of longer words: `pod-{id}`, `{kind}s`, `v{major}.{minor}`, `-{offset}`, `${price}`.
//! What is printed there is one word, by which a reader looks for it; neither the message nor a pair has it.

use super::words;
use crate::call::{Hole, Piece};

/// Whether a value of the message is a part of a longer word. A unit after it is none, nor is what only surrounds it.
/// `names` has the words of the name of a placeholder's value; none where that is a literal.
pub(super) fn is_part_of_word(
    pieces: &[Piece],
    names: &dyn Fn(&Hole) -> Option<Vec<String>>,
) -> bool {
    let text = |at: Option<usize>| match at.and_then(|at| pieces.get(at)) {
        Some(Piece::Text(text)) => Some(text.as_str()),
        Some(Piece::Hole(_)) | None => None,
    };
    let is_hole = |at: usize| matches!(pieces.get(at), Some(Piece::Hole(_)));
    pieces.iter().enumerate().any(|(at, piece)| {
        let Piece::Hole(hole) = piece else { return false };
        let Some(own) = names(hole) else { return false };
        // `{host}:{port}` are two values, `{major}.{minor}` is one.
        if let Some(Piece::Hole(second)) = pieces.get(at + 1) {
            return names(second).is_some();
        }
        let after = text(Some(at + 1)).unwrap_or_default();
        if let Some(Piece::Hole(second)) = pieces.get(at + 2)
            && !after.contains(char::is_whitespace)
        {
            // `{schema}.{table}` has two names, `{}.{:06}` is a number.
            let are_names = after == "." && hole.spec.is_empty() && second.spec.is_empty();
            return names(second).is_some_and(|second| match are_names {
                true => is_of_version(&own) || is_of_version(&second),
                false => joins(after) && !are_ends_of_range(after, &own, &second),
            });
        }
        let before = text(at.checked_sub(1)).unwrap_or_default();
        let follows_hole = at.checked_sub(2).is_some_and(is_hole);
        let is_between = follows_hole && !before.contains(char::is_whitespace);
        // `0x{:x}`: the form says so too.
        let has_base = hole.spec.ends_with(['x', 'X', 'b', 'o'])
            && ["0x", "0X", "0b", "0o"].iter().any(|base| before.ends_with(base));
        !is_between && !has_base && begins_word(before, after) || ends_word(after, is_of_text(&own))
    })
}

/// Whether a name is one of texts, after which `s` is no unit.
pub(super) fn is_of_text(names: &[String]) -> bool {
    const TEXTS: &str = "\
        action category class component item kind label layer method name noun object op operation resource role stage step \
        str tag text title type unit verb word";
    names.last().is_some_and(|name| words::has(TEXTS, name))
}

fn is_of_version(names: &[String]) -> bool {
    names.iter().any(|name| words::has("build major micro minor patch release version", name))
}

/// What makes one word of the values around it.
fn joins(between: &str) -> bool {
    !matches!(between, ":" | "/" | "," | ";" | "=" | "|" | "x" | "\u{d7}" | "#" | "..." | "..")
        && !between.ends_with(['(', '[', '{', '<', '=', '"', '\'', '`'])
        && !between.starts_with([')', ']', '}', '>', ',', ';', '"', '\'', '`'])
        && !["->", "=>", "\u{2192}", "..=", "://"].contains(&between)
        && !ends_in_label(between)
}

/// `{start}-{end}`.
fn are_ends_of_range(between: &str, first: &[String], second: &[String]) -> bool {
    const ENDS: [(&str, &str); 12] = [
        ("after", "before"),
        ("begin", "end"),
        ("first", "last"),
        ("from", "to"),
        ("from", "until"),
        ("head", "tail"),
        ("lo", "hi"),
        ("low", "high"),
        ("lower", "upper"),
        ("min", "max"),
        ("old", "new"),
        ("start", "end"),
    ];
    matches!(between, "-" | "\u{2013}")
        && ENDS.iter().any(|(start, end)| {
            first.iter().any(|word| word == start) && second.iter().any(|word| word == end)
        })
}

/// Whether the text before a value is the beginning of its word.
fn begins_word(before: &str, after: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return false };
    let start = before.rfind(|c: char| c.is_whitespace() || "([{<\"'`,;=|".contains(c));
    let word = start.map_or(before, |at| before[at..].trim_start_matches(|c: char| !is_of_word(c)));
    match last {
        _ if last.is_whitespace() => false,
        '<' => !after.starts_with('>'),
        '(' | '[' | '{' | '"' | '\'' | '`' | ':' | '=' | ',' | ';' | '|' | '\u{2026}' => false,
        '\u{201c}' | '\u{2018}' | '\u{ab}' | '\u{2192}' => false,
        // `-> {}`, `wait...{}`.
        '>' if before.ends_with("->") || before.ends_with("=>") => false,
        '.' if before.ends_with("..") => false,
        '#' | '@' => word.len() > 1,
        // `v{version}` is how versions are written.
        'v' | 'V' => word.len() > 1,
        _ => true,
    }
}

/// Whether the text after a value is the end of its word.
fn ends_word(after: &str, is_textual: bool) -> bool {
    let mut chars = after.chars();
    let Some(first) = chars.next() else { return false };
    let next = chars.next();
    let goes_on = next.is_some_and(char::is_alphanumeric);
    match first {
        _ if first.is_whitespace() => false,
        '(' => after.starts_with("(s)") || after.starts_with("(es)"),
        '.' | ':' | '-' | '@' | '?' | '&' | '\\' => goes_on,
        '/' => goes_on && !words::is_unit(word_at(after)),
        '+' | '_' | '$' | '\u{20ac}' | '\u{a3}' | '\u{a5}' => true,
        '\u{b0}' => true,
        _ if first.is_alphanumeric() => {
            let word = word_at(after);
            let is_unit = words::is_unit(word) || words::is_unit(&word.to_lowercase());
            !is_unit || word == "x" || is_textual && matches!(word, "s" | "d" | "m")
        }
        _ => false,
    }
}

/// `{a}[id={b}`, `{a}:key={b}`: what precedes the second value names it.
fn ends_in_label(between: &str) -> bool {
    between.ends_with(':') && between.len() > 1
}

fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || "-_/.@~+&$#".contains(char)
}

/// The word at the start of a text, with what a rate has: `ms`, `MiB/s`, `/s`.
fn word_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '/' && c != '_' && c != '-');
    text[..end.unwrap_or(text.len())].trim_end_matches('/')
}
