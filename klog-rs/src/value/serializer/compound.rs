//! Arrays, objects and variants: what has brackets, and values of its own inside.

use serde_core::ser;

use super::{Error, Serializer, Style};
use crate::{
    go::quote,
    raw::{IfPlain, IfPlainHtml, append_if_plain},
    value::depth,
};

/// Ends the object that [`Serializer::variant`] has opened.
pub(super) fn close_variant(out: &mut Vec<u8>) {
    out.push(b'}');
    depth::up();
}

/// Writes the elements of an array or object.
#[derive(Debug)]
pub(crate) struct Compound<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) style: Style,
    pub(super) depth: usize,
    pub(super) empty: bool,
    pub(super) close: u8,
    /// Inside the object of an enum's variant.
    pub(super) wrapped: bool,
    /// A number or JSON that `serde_json` passes on as text, in a struct of a name of its own.
    pub(super) verbatim: bool,
    /// A key of a map is written and its value is not.
    pub(super) awaits_value: bool,
    /// A part could not be written; then the whole cannot, whatever the type's code makes of the error.
    pub(super) has_failed: bool,
}

impl Compound<'_> {
    fn separate(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }

    #[inline]
    pub(super) fn key_text(&mut self, key: &str) {
        // The usual key is one piece of the line.
        let is_done = match (self.style, self.empty) {
            (Style::Compact, true) => append_if_plain(self.out, (b"\"", IfPlain(key), b"\":")),
            (Style::Compact, false) => append_if_plain(self.out, (b",\"", IfPlain(key), b"\":")),
            (Style::CompactHtml, true) => {
                append_if_plain(self.out, (b"\"", IfPlainHtml(key), b"\":"))
            }
            (Style::CompactHtml, false) => {
                append_if_plain(self.out, (b",\"", IfPlainHtml(key), b"\":"))
            }
        };
        if is_done {
            self.empty = false;
        } else {
            self.unusual_key(key);
        }
    }

    #[inline(never)]
    fn unusual_key(&mut self, key: &str) {
        self.separate();
        self.style.string(key, self.out);
        self.colon();
    }

    fn colon(&mut self) {
        self.out.push(b':');
    }

    fn value<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let result = value.serialize(Serializer::at(self.style, self.depth, self.out));
        self.has_failed |= result.is_err();
        result
    }

    /// Writes JSON that is given as text, without its spaces.
    fn verbatim<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let mut quoted = Vec::new();
        value.serialize(Serializer::at(Style::Compact, self.depth, &mut quoted))?;
        let json: String =
            unquote(&quoted).ok_or_else(|| Error("json: invalid raw value".into()))?;
        let start = self.out.len();
        let (mut in_string, mut escaped) = (false, false);
        for byte in json.bytes() {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' if !in_string => continue,
                0..=0x1f => return Err(Error("json: invalid raw value".into())),
                b'"' if !escaped => in_string = !in_string,
                _ => {}
            }
            escaped = in_string && !escaped && byte == b'\\';
            self.out.push(byte);
        }
        if self.style.has_html() {
            quote::html_escape_end(start, self.out);
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        if self.has_failed {
            return Err(Error("json: a part of the value could not be written".into()));
        }
        if self.awaits_value {
            return Err(Error("json: a key of a map has no value".into()));
        }
        if self.verbatim {
            return Ok(());
        }
        self.out.push(self.close);
        depth::up();
        if self.wrapped {
            close_variant(self.out);
        }
        Ok(())
    }
}

/// The text of a JSON string that this serialiser has written.
fn unquote(json: &[u8]) -> Option<String> {
    let inner = std::str::from_utf8(json).ok()?.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        text.push(match chars.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\x08',
            'f' => '\x0c',
            'u' => {
                let code = chars.as_str().get(..4)?;
                chars.by_ref().take(4).for_each(drop);
                char::from_u32(u32::from_str_radix(code, 16).ok()?)?
            }
            other => other,
        });
    }
    Some(text)
}

macro_rules! elements {
    ($($trait:ident::$method:ident,)*) => {$(
        impl ser::$trait for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.separate();
                self.value(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

macro_rules! fields {
    ($($trait:ident,)*) => {$(
        impl ser::$trait for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: ser::Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                if self.verbatim {
                    let result = self.verbatim(value);
                    self.has_failed |= result.is_err();
                    return result;
                }
                self.key_text(key);
                self.value(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: ser::Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        if self.awaits_value {
            self.has_failed = true;
            return Err(Error("json: a key of a map has no value".into()));
        }
        self.separate();
        let start = self.out.len();
        let key = key.serialize(Serializer {
            is_key: true,
            ..Serializer::at(self.style, self.depth, self.out)
        });
        self.has_failed |= key.is_err();
        key?;
        self.awaits_value = true;
        // Numbers and booleans are keys in Go as strings.
        if self.out.get(start) != Some(&b'"') {
            self.out.insert(start, b'"');
            self.out.push(b'"');
        }
        Ok(())
    }

    fn serialize_value<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if !std::mem::take(&mut self.awaits_value) {
            self.has_failed = true;
            return Err(Error("json: a value of a map has no key".into()));
        }
        self.colon();
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}
