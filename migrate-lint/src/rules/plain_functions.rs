//! Functions that only make a text of what they are given: `fn display_name(pod: &Pod) -> String { format!(…) }`.

use std::collections::BTreeSet;

use crate::scan::flow;
use crate::tokens;

/// Methods of values that are as plain as a getter.
const PLAIN: [&str; 6] =
    ["unwrap_or_default", "unwrap_or", "as_deref", "to_lowercase", "trim", "join"];

/// Names of functions that are plain in a text, and of those that are not.
pub(super) fn gather(text: &str, plain: &mut BTreeSet<String>, other: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices("fn ") {
        let is_word = text[..at].ends_with(|c: char| c.is_whitespace() || c == '(') || at == 0;
        let rest = &text[at + "fn ".len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        if !is_word || name.is_empty() {
            continue;
        }
        let set = if is_plain(&rest[end..]) { &mut *plain } else { &mut *other };
        set.insert(name.to_owned());
    }
}

/// What follows the name of a function: parameters that are not changed, a text as the result, one expression.
fn is_plain(rest: &str) -> bool {
    let Some((signature, body)) = rest.split_once('{') else { return false };
    let Some((parameters, output)) = signature.rsplit_once("->") else { return false };
    let is_text = matches!(output.trim(), "String" | "&str" | "&'static str");
    if !is_text || parameters.contains("mut ") || parameters.contains(['{', ';']) {
        return false;
    }
    let Some(body) = until_closed(body) else { return false };
    if body.contains([';', '?', '|']) || body.contains(".await") {
        return false;
    }
    tokens::identifiers(body).all(|(at, word)| {
        let after = &body[at + word.len()..];
        let is_macro = after.starts_with('!');
        let is_called = after.starts_with('(');
        let is_method = body[..at].ends_with('.');
        match (is_macro, is_called) {
            (true, _) => word == "format",
            (_, true) => is_method && (flow::is_getter(word) || PLAIN.contains(&word)),
            _ => !["loop", "while", "for", "unsafe", "return", "panic"].contains(&word),
        }
    })
}

/// Up to the brace that closes the one before; texts have as many of both.
fn until_closed(text: &str) -> Option<&str> {
    const LIMIT: usize = 400;
    let mut depth = 1_usize;
    for (at, c) in text.char_indices().take(LIMIT) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..at]);
        }
    }
    None
}
