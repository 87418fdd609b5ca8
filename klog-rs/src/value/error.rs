//! Errors as one text.

use std::{error::Error, fmt::Write};

/// More sources than a real chain has; a chain that is a circle ends here.
const MAX_SOURCES: usize = 32;

/// Appends the error's text and those of its sources, joined by `: `.
///
/// Go's wrapped errors carry the texts of what they wrap; in Rust an error leaves its source to the reader of
/// `source()`. A source whose text is in the text before it, as with errors that do both, is not repeated.
///
/// Fails when a `Display` does.
pub(crate) fn chain(error: &dyn Error, text: &mut String) -> Result<(), std::fmt::Error> {
    write!(text, "{error}")?;
    let mut source = error.source();
    for _ in 0..MAX_SOURCES {
        let Some(error) = source else { break };
        let before = text.len();
        write!(text, ": {error}")?;
        if text[..before].contains(&text[before + 2..]) {
            text.truncate(before);
        }
        source = error.source();
    }
    Ok(())
}
