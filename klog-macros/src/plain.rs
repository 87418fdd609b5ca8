//! What can stand between quotes as it is.

/// Whether neither text nor JSON has to escape anything in a message: printable ASCII without `"` and `\`.
///
/// Any other message is quoted at run time, which knows what Go prints.
pub(crate) fn is_plain(message: &str) -> bool {
    message.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}
