//! Where each byte of a scalar's text is in its file: text without quotes, escapes and indentation, beside text with.

use super::tree::{Scalar, Style};

/// Where the character of a byte is in the file, and how long it is there.
pub(super) type Offset = (u32, u8);

/// A place in the file for every byte of the text.
pub(super) fn offsets(scalar: &Scalar, file: &str) -> Vec<Offset> {
    let raw = file.get(scalar.span.clone()).unwrap_or_default();
    let mut at = match scalar.style {
        Style::Plain => 0,
        Style::Single | Style::Double => usize::from(raw.starts_with(['"', '\''])),
        // The indicator's line; some parsers leave it out of the scalar.
        Style::Block if raw.starts_with(['|', '>']) => {
            raw.find('\n').map_or(raw.len(), |end| end + 1)
        }
        Style::Block => 0,
    };
    let mut offsets = Vec::with_capacity(scalar.text.len());
    for c in scalar.text.chars() {
        let (start, length) = next(raw, at, c, scalar.style);
        for _ in 0..c.len_utf8() {
            let place = scalar.span.start + start.min(raw.len());
            offsets.push((place as u32, u8::try_from(length).unwrap_or(1)));
        }
        at = start + length;
    }
    offsets
}

/// The place of a character from `at` on, and the length that it has there.
fn next(raw: &str, at: usize, c: char, style: Style) -> (usize, usize) {
    let rest = raw.get(at..).unwrap_or_default();
    let n_spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    if c.is_ascii_whitespace() && n_spaces > 0 {
        let length = match c {
            '\n' if rest.starts_with("\r\n") => 2,
            c if rest.starts_with(c) => 1,
            // A folded line break is a space, and what indents the next line is nothing.
            _ => n_spaces,
        };
        return (at, length);
    }
    if c.is_ascii_whitespace() && !(style == Style::Double && rest.starts_with('\\')) {
        return (at, 0);
    }
    let start = if c.is_ascii_whitespace() || rest.starts_with(c) { at } else { at + n_spaces };
    let rest = raw.get(start..).unwrap_or_default();
    if style == Style::Double && rest.starts_with('\\') {
        let after = rest[1..].chars().next();
        return match after {
            // A line that goes on.
            Some('\n' | '\r') => {
                let skipped = rest[1..].len() - rest[1..].trim_start().len() + 1;
                next(raw, start + skipped, c, style)
            }
            Some('x') => (start, 4),
            // A character outside of the first plane is two escapes in JSON.
            Some('u') if c as u32 > 0xffff => (start, 12),
            Some('u') => (start, 6),
            Some('U') => (start, 10),
            Some(other) => (start, 1 + other.len_utf8()),
            None => (start, 1),
        };
    }
    if style == Style::Single && rest.starts_with("''") {
        return (start, 2);
    }
    let found =
        if rest.starts_with(c) { Some(0) } else { rest.find(c).filter(|found| *found < 32) };
    match found {
        Some(found) => (start + found, c.len_utf8()),
        None => (start, 0),
    }
}
