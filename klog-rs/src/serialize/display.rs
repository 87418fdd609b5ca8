//! Values as text for people and for other layers.

use std::fmt;

use super::{formatted::write_text, text};
use crate::value::{Failure, Value, guard};

impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The value as in text, but a string, an error, a duration and the like without quotes: what other `tracing` layers are
/// shown.
impl fmt::Display for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, formatter)
    }
}

fn show(value: &Value<'_>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut line = Vec::new();
    match *value {
        Value::Str(text) => formatter.write_str(text),
        Value::Char(char) => fmt::Display::fmt(&char, formatter),
        Value::Object(object) => fmt::Display::fmt(&object, formatter),
        Value::Failed(Failure::Panic(text)) => write!(formatter, "<panic: {text}>"),
        Value::Failed(Failure::Internal(text)) => write!(formatter, "<internal error: {text}>"),
        Value::Custom(custom) => {
            let mut result = Ok(());
            let guarded = guard::value(|| {
                result = show(&custom.log_value(), formatter);
                Ok(())
            });
            match guarded {
                Ok(()) => result,
                Err(failed) => show(&failed.value(), formatter),
            }
        }
        Value::Duration(_) | Value::Time { .. } => {
            display(value, &mut line);
            formatter.write_str(String::from_utf8_lossy(&line).trim_matches('"'))
        }
        _ => {
            display(value, &mut line);
            formatter.write_str(&String::from_utf8_lossy(&line))
        }
    }
}

/// The value as a line of text shows it.
pub(crate) fn shown(value: &Value<'_>) -> String {
    let mut text = Vec::new();
    display(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Appends a value for people: as after `key=`, failures included.
fn display(value_: &Value<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    let failed = match value_ {
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => write_text(value_, out),
        _ => text::value(value_, out),
    };
    if let Err(failure) = failed {
        out.truncate(start);
        let _ = text::value(&failure.value(), out);
    }
}

/// Appends the text of a string, error, `Display` or `Debug` as it is; a failure as `<panic: text>`.
pub(crate) fn append_display(value: &Value<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    if let Value::Str(text) = value {
        out.extend_from_slice(text.as_bytes());
    } else if let Err(failure) = write_text(value, out) {
        out.truncate(start);
        out.extend_from_slice(failure.value().to_string().as_bytes());
    }
}
