//! Quoting of messages and keys when they are compiled: the same rules as at run time.
//!
//! Only printable ASCII is quoted here; a message with other characters is left to the run time, which knows what Go
//! prints.

/// The message between the quotes of text, or `None` when it must be quoted at run time.
pub(crate) fn text(message: &str) -> Option<String> {
    message
        .bytes()
        .all(|byte| matches!(byte, 0x20..=0x7e))
        .then(|| message.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The message between the quotes of JSON, or `None` when it must be quoted at run time.
pub(crate) fn json(message: &str) -> Option<String> {
    text(message)
}
