//! A serde serializer that writes JSON as Go's `encoding/json` does.
//!
//! `serde_json` would write `null` for NaN, has other forms of floats and no limit of depth, which a log call needs:
//! a value that is nested without end must not take the program down.

mod compound;

use std::fmt;

use serde_core::ser;

use self::compound::{Compound, close_variant};
use super::depth;
use crate::go::{number, quote};

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
