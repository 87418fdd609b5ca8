//! Texts of values that format themselves: errors, `Display` and `Debug`.
//!
//! A text is formatted in its place in the line, and once more only when something in it has to be quoted.

use std::fmt::{self, Write as _};

use super::append_display;
use crate::{
    base::thread_buffers::{self, Use},
    raw::{Cursor, IfPlain, is_plain},
    value::{Chained, Failed, Value, chain, guard},
};

/// Appends the bytes of a text between quotes, or in the form that a format gives a text that cannot be there as it is.
pub(crate) type Quoting = fn(&[u8], &mut Vec<u8>);

/// Appends the text of an error, `Display` or `Debug`; nothing for other values.
pub(crate) fn write_text(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    guard::value(|| write(value, &mut Utf8(out)).map_err(|fmt::Error| Failed::formatting()))
}

#[inline(always)]
fn write(value: &Value<'_>, out: &mut impl Chained) -> fmt::Result {
    match *value {
        Value::Error(error) => chain(error, out),
        Value::Display(value) => fmt::write(out, format_args!("{value}")),
        Value::Debug(value) => fmt::write(out, format_args!("{value:?}")),
        _ => Ok(()),
    }
}

/// Appends the same between quotes, or in the form that `quote` gives a text that cannot be there as it is.
pub(crate) fn value(value: &Value<'_>, quote: Quoting, out: &mut Vec<u8>) -> Result<(), Failed> {
    guard::value(|| {
        let mut to = Cursor::new(out);
        let result = put(value, quote, &mut to);
        to.finish();
        result.map_err(|fmt::Error| Failed::formatting())
    })
}

/// Appends the message of an event between quotes, or its name if it has none; a failure is shown in its place.
pub(crate) fn message(message: &Value<'_>, name: Option<&str>, quote: Quoting, out: &mut Vec<u8>) {
    thread_buffers::with(Use::Text, |text| {
        append_display(message, text);
        quote(if text.is_empty() { name.unwrap_or_default().as_bytes() } else { text }, out);
    });
}

/// Puts the same between quotes, or in the form that `quote` gives a text that cannot be there as it is.
///
/// It runs foreign code: call it within a guard. After an error the line's end is undefined.
pub(crate) fn put(value: &Value<'_>, quote: Quoting, to: &mut Cursor<'_>) -> fmt::Result {
    put_or(value, None, quote, to)
}

/// The same for the message of an event; of one that has none it is the name.
pub(crate) fn put_message(
    message: &Value<'_>,
    name: Option<&str>,
    quote: Quoting,
    to: &mut Cursor<'_>,
) -> fmt::Result {
    match *message {
        Value::Str(text) => {
            let text = if text.is_empty() { name.unwrap_or_default() } else { text };
            if !to.put((b"\"", IfPlain(text), b"\"")) {
                to.with(|out| quote(text.as_bytes(), out));
            }
            Ok(())
        }
        _ => put_or(message, name, quote, to),
    }
}

fn put_or(
    value: &Value<'_>,
    if_empty: Option<&str>,
    quote: Quoting,
    to: &mut Cursor<'_>,
) -> fmt::Result {
    let start = to.position();
    to.append(b"\"");
    let mut text = Text { to, is_plain: true };
    write(value, &mut text)?;
    if let Some(name) = if_empty
        && text.to.position() == start + 1
    {
        text.write_str(name)?;
    }
    if text.is_plain {
        to.append(b"\"");
    } else {
        to.with(|out| quote_anew(start, quote, out));
    }
    Ok(())
}

/// Quotes what is at the end of the buffer after a quote.
#[inline(never)]
fn quote_anew(start: usize, quote: Quoting, out: &mut Vec<u8>) {
    thread_buffers::with(Use::Text, |text| {
        text.extend_from_slice(out.get(start + 1..).unwrap_or_default());
        out.truncate(start);
        quote(text, out);
    });
}

/// Text on its way into a line, and whether all of it can stay as it is.
struct Text<'a, 'b> {
    to: &'a mut Cursor<'b>,
    is_plain: bool,
}

impl fmt::Write for Text<'_, '_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // What is between two parts is often one character.
        let is_done = match text.as_bytes() {
            bytes if !self.is_plain => self.to.put(bytes),
            [byte @ (b'#'..=b'[' | b']'..=b'~')] => self.to.put(&[*byte]),
            _ => self.to.put(IfPlain(text)),
        };
        if !is_done {
            self.append(text);
        }
        Ok(())
    }
}

impl Text<'_, '_> {
    #[inline(never)]
    fn append(&mut self, text: &str) {
        self.is_plain = self.is_plain && is_plain(text.as_bytes());
        self.to.with(|out| out.extend_from_slice(text.as_bytes()));
    }
}

impl Chained for Text<'_, '_> {
    fn with<R>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        self.to.with(f)
    }
}

/// Lets `fmt` write into a buffer of bytes.
struct Utf8<'a>(&'a mut Vec<u8>);

impl fmt::Write for Utf8<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl Chained for Utf8<'_> {
    fn with<R>(&mut self, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        f(self.0)
    }
}
