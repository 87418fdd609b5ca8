//! Codes that colour the text of a terminal: they are no words.

use std::borrow::Cow;

/// The text without whole codes; the beginning of one that a value completes stays.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    let mut from = 0;
    while let Some(at) = plain[from..].find('\x1b').map(|at| from + at) {
        let Some(length) = length(&plain[at..]) else {
            from = at + 1;
            continue;
        };
        plain.to_mut().replace_range(at..at + length, "");
        from = at;
    }
    plain
}

/// Length of the code that a text begins with: `\x1b[31m`, `\x1b]8;;…\x07`.
fn length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\x1b')?;
    let end = match rest.chars().next()? {
        '[' => 1 + rest[1..].find(|char: char| ('@'..='~').contains(&char))? + 1,
        ']' => rest.find('\x07')? + 1,
        char => char.len_utf8(),
    };
    Some('\x1b'.len_utf8() + end)
}
