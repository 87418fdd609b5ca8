//! A serde serializer that writes JSON as Go's `encoding/json` does.
//!
//! `serde_json` would write `null` for NaN, has other forms of floats and no limit of depth, which a log call needs:
//! a value that is nested without end must not take the program down.

use std::fmt;

use serde_core::ser;

use super::depth;
use crate::{
    go::{number, quote},
    raw::{IfPlain, IfPlainHtml, append_if_plain},
};

/// The strings of JSON: those of a line of JSON, or those of text.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without HTML escapes.
    Compact,
    /// With HTML escapes.
    CompactHtml,
}

impl Style {
    fn has_html(self) -> bool {
        self != Style::Compact
    }

    #[inline]
    fn string(self, text: &str, out: &mut Vec<u8>) {
        if self.has_html() { quote::json_std_html(text, out) } else { quote::json_std(text, out) }
    }
}

/// Why a value could not be serialised.
#[doc(hidden)]
#[derive(Debug)]
pub struct Error(pub(crate) String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

/// Writes one value.
#[derive(Debug)]
pub(crate) struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    style: Style,
    /// How many brackets are open.
    depth: usize,
    /// Options and newtypes around the value that leave nothing in JSON.
    n_wrappers: usize,
    /// The value is a key of a map.
    is_key: bool,
}

impl<'a> Serializer<'a> {
    pub(crate) fn new(style: Style, out: &'a mut Vec<u8>) -> Self {
        Serializer::at(style, 0, out)
    }

    fn at(style: Style, depth: usize, out: &'a mut Vec<u8>) -> Self {
        Serializer { out, style, depth, n_wrappers: 0, is_key: false }
    }

    /// One more option or newtype around the value.
    fn wrapped(self) -> Result<Self, Error> {
        if self.n_wrappers >= depth::MAX_JSON {
            return Err(too_deep());
        }
        Ok(Serializer { n_wrappers: self.n_wrappers + 1, ..self })
    }

    fn open(self, bracket: u8) -> Result<Compound<'a>, Error> {
        if self.is_key {
            let kind = if bracket == b'[' { "an array" } else { "an object" };
            return Err(Error(format!("json: unsupported type: map key is {kind}")));
        }
        // The guard around all of it goes back up after an error.
        if self.depth >= depth::MAX_JSON || depth::enter().is_none() {
            return Err(too_deep());
        }
        self.out.push(bracket);
        Ok(Compound {
            out: self.out,
            style: self.style,
            depth: self.depth + 1,
            empty: true,
            close: bracket + 2,
            wrapped: false,
            verbatim: false,
            awaits_value: false,
            has_failed: false,
        })
    }

    fn variant(self, name: &str) -> Result<Self, Error> {
        let mut compound = self.open(b'{')?;
        compound.key_text(name);
        let Compound { out, style, depth, .. } = compound;
        Ok(Serializer::at(style, depth, out))
    }
}

/// Ends the object that [`Serializer::variant`] has opened.
fn close_variant(out: &mut Vec<u8>) {
    out.push(b'}');
    depth::up();
}

/// Writes the elements of an array or object.
#[derive(Debug)]
pub(crate) struct Compound<'a> {
    out: &'a mut Vec<u8>,
    style: Style,
    depth: usize,
    empty: bool,
    close: u8,
    /// Inside the object of an enum's variant.
    wrapped: bool,
    /// A number or JSON that `serde_json` passes on as text, in a struct of a name of its own.
    verbatim: bool,
    /// A key of a map is written and its value is not.
    awaits_value: bool,
    /// A part could not be written; then the whole cannot, whatever the type's code makes of the error.
    has_failed: bool,
}

impl Compound<'_> {
    fn separate(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
    }

    #[inline]
    fn key_text(&mut self, key: &str) {
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

macro_rules! integers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            number::integer(value, self.out);
            Ok(())
        }
    )*};
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        if value.is_finite() {
            number::json_float(value, self.out);
            Ok(())
        } else {
            Err(unsupported(f64::from(value)))
        }
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        if value.is_finite() {
            number::json_float(value, self.out);
            Ok(())
        } else {
            Err(unsupported(value))
        }
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.style.string(value, self.out);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.out.push(b'"');
        quote::base64(value, self.out);
        self.out.push(b'"');
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: ser::Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self.wrapped()?)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ser::Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self.wrapped()?)
    }

    fn serialize_newtype_variant<T: ser::Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let Serializer { out, style, depth, .. } = self.variant(variant)?;
        value.serialize(Serializer::at(style, depth, &mut *out))?;
        close_variant(out);
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Compound<'a>, Error> {
        self.open(b'[')
    }

    fn serialize_tuple(self, _len: usize) -> Result<Compound<'a>, Error> {
        self.open(b'[')
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>, Error> {
        self.open(b'[')
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>, Error> {
        Ok(Compound { wrapped: true, ..self.variant(variant)?.open(b'[')? })
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Compound<'a>, Error> {
        self.open(b'{')
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Compound<'a>, Error> {
        if matches!(name, "$serde_json::private::Number" | "$serde_json::private::RawValue") {
            let Serializer { out, style, depth, .. } = self;
            return Ok(Compound {
                out,
                style,
                depth,
                empty: true,
                close: 0,
                wrapped: false,
                verbatim: true,
                awaits_value: false,
                has_failed: false,
            });
        }
        self.open(b'{')
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Compound<'a>, Error> {
        Ok(Compound { wrapped: true, ..self.variant(variant)?.open(b'{')? })
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.out.push(b'"');
        let mut text = Escaping { style: self.style, out: &mut *self.out };
        fmt::write(&mut text, format_args!("{value}"))
            .map_err(|_| Error("Display returned an error".into()))?;
        self.out.push(b'"');
        Ok(())
    }
}

/// Lets `fmt` write into a JSON string.
struct Escaping<'a> {
    style: Style,
    out: &'a mut Vec<u8>,
}

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        quote::json_std_inner(text, self.style.has_html(), self.out);
        Ok(())
    }
}

#[cold]
fn too_deep() -> Error {
    Error(format!("json: exceeded max depth of {}", depth::MAX_JSON))
}

/// A float that JSON has no number for.
#[cold]
fn unsupported(value: f64) -> Error {
    Error(format!("json: unsupported value: {}", number::non_finite(value)))
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
