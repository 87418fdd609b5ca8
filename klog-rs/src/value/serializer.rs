//! A serde serializer that writes JSON as Go's `encoding/json` does.
//!
//! `serde_json` would write `null` for NaN, has other forms of floats and no limit of depth, which a log call needs:
//! a value that is nested without end must not take the program down.

use std::fmt;

use serde_core::ser;

use crate::go::{number, quote};

/// Deepest nesting that is written; a deeper value is refused. Common readers stop at 128, the line's own object included.
const MAX_DEPTH: usize = 100;

/// One line or several.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No blanks.
    Compact,
    /// Two blanks a level.
    Pretty,
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

/// Appends `value` as JSON.
pub(crate) fn to_json(
    value: &dyn super::Json,
    style: Style,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    value.write(style, out)
}

/// Writes one value.
#[derive(Debug)]
pub(crate) struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    style: Style,
    depth: usize,
}

impl<'a> Serializer<'a> {
    pub(crate) fn new(style: Style, out: &'a mut Vec<u8>) -> Self {
        Serializer { out, style, depth: 0 }
    }

    fn open(self, bracket: u8) -> Result<Compound<'a>, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(Error(format!("json: exceeded max depth of {MAX_DEPTH}")));
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
        })
    }

    fn variant(self, name: &str) -> Result<Self, Error> {
        let mut compound = self.open(b'{')?;
        compound.key_text(name);
        let Compound { out, style, depth, .. } = compound;
        Ok(Serializer { out, style, depth })
    }
}

/// Ends the object that [`Serializer::variant`] has opened.
fn close_variant(out: &mut Vec<u8>, style: Style, depth: usize) {
    if style == Style::Pretty {
        line(out, depth);
    }
    out.push(b'}');
}

fn line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', depth * 2));
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
}

impl Compound<'_> {
    fn separate(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        if self.style == Style::Pretty {
            line(self.out, self.depth);
        }
    }

    fn key_text(&mut self, key: &str) {
        self.separate();
        quote::json_std(key, self.out);
        self.colon();
    }

    fn colon(&mut self) {
        self.out.push(b':');
        if self.style == Style::Pretty {
            self.out.push(b' ');
        }
    }

    fn value<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Serializer { out: self.out, style: self.style, depth: self.depth })
    }

    /// Writes JSON that is given as text, without its blanks.
    fn verbatim<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let mut quoted = Vec::new();
        value.serialize(Serializer {
            out: &mut quoted,
            style: Style::Compact,
            depth: self.depth,
        })?;
        let json: String =
            unquote(&quoted).ok_or_else(|| Error("json: invalid raw value".into()))?;
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
        Ok(())
    }

    fn finish(self) {
        if self.verbatim {
            return;
        }
        if self.style == Style::Pretty && !self.empty {
            line(self.out, self.depth - 1);
        }
        self.out.push(self.close);
        if self.wrapped {
            close_variant(self.out, self.style, self.depth - 2);
        }
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
        quote::json_std(value, self.out);
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
        value.serialize(self)
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
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ser::Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let (style, depth) = (self.style, self.depth);
        let inner = self.variant(variant)?;
        value.serialize(Serializer { out: &mut *inner.out, style, depth: inner.depth })?;
        close_variant(inner.out, style, depth);
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
            let Serializer { out, style, depth } = self;
            return Ok(Compound {
                out,
                style,
                depth,
                empty: true,
                close: 0,
                wrapped: false,
                verbatim: true,
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
        // `to_string` panics when `Display` fails.
        let mut text = String::new();
        fmt::write(&mut text, format_args!("{value}"))
            .map_err(|_| Error("Display returned an error".into()))?;
        self.serialize_str(&text)
    }
}

fn unsupported(value: f64) -> Error {
    let name = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Error(format!("json: unsupported value: {name}"))
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
                self.finish();
                Ok(())
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
                    return self.verbatim(value);
                }
                self.key_text(key);
                self.value(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant, }

impl ser::SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: ser::Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.separate();
        let start = self.out.len();
        key.serialize(Serializer { out: self.out, style: Style::Compact, depth: MAX_DEPTH })?;
        // Numbers and booleans are keys in Go as strings.
        if self.out.get(start) != Some(&b'"') {
            self.out.insert(start, b'"');
            self.out.push(b'"');
        }
        Ok(())
    }

    fn serialize_value<T: ser::Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.colon();
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}
