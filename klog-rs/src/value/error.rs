//! Errors as one text.

use std::{error::Error, fmt};

/// More sources than a real chain has; a chain that is a circle ends here.
const MAX_SOURCES: usize = 32;

/// Where the text of an error is written, so that what was written can be looked at and taken back.
pub(crate) trait Chained: fmt::Write + Sized {
    /// Runs `f` with all that was written.
    fn with<R>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> R;
}

/// Appends the error's text and those of its sources, joined by `: `.
///
/// Go's wrapped errors carry the texts of what they wrap; in Rust an error leaves its source to the reader of
/// `source()`. A source whose text is in the text before it, as with errors that do both, is not repeated.
///
/// Fails when a `Display` does.
pub(crate) fn chain(error: &dyn Error, out: &mut impl Chained) -> fmt::Result {
    let Some(source) = error.source() else { return write!(out, "{error}") };
    let start = out.with(|text| text.len());
    write!(out, "{error}")?;
    let mut source = Some(source);
    for _ in 0..MAX_SOURCES {
        let Some(error) = source else { break };
        let before = out.with(|text| text.len());
        write!(out, ": {error}")?;
        out.with(|text| {
            if is_in(&text[start..before], &text[before + 2..]) {
                text.truncate(before);
            }
        });
        source = error.source();
    }
    Ok(())
}

/// Whether a text is part of another one.
fn is_in(text: &[u8], part: &[u8]) -> bool {
    match (std::str::from_utf8(text), std::str::from_utf8(part)) {
        (Ok(text), Ok(part)) => text.contains(part),
        _ => false,
    }
}
