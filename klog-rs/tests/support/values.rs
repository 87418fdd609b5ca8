//! Typed values of `golden.jsonl` as Rust values.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value as Json;

/// A value of a record, see `tests/data/golden.md`.
#[derive(Clone, Debug)]
pub(crate) enum Typed {
    Nil,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    F32(f32),
    Str(String),
    /// Serialised: by JSON's rules in both formats.
    NamedStr(String),
    /// Serialised: any JSON.
    Raw(serde_json::Value),
    Bytes(Vec<u8>),
    Duration(i64),
    Error(Text),
    Stringer(Text),
    Marshaler(Box<Typed>),
    MarshalerPanic(String),
    Object(String, String),
    Objects(Option<Vec<Option<Object>>>),
    /// A slice of one type.
    Slice(Option<Vec<Typed>>),
    /// A slice of any.
    List(Option<Vec<Typed>>),
    Map(Option<Vec<(String, Typed)>>),
    Pretty(Box<Typed>),
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub namespace: String,
    pub name: String,
}

impl klog::value::KMetadata for Object {
    fn name(&self) -> &str {
        &self.name
    }

    fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// A text, or a panic with that text while it is formatted.
#[derive(Clone)]
pub(crate) struct Text {
    pub text: String,
    pub panics: bool,
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.panics {
            panic!("{}", self.text);
        }
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Text")
    }
}

impl std::error::Error for Text {}

impl Typed {
    pub(crate) fn read(value: &Json) -> Result<Typed, String> {
        let kind = value["t"].as_str().ok_or_else(|| format!("no type in {value}"))?;
        let text =
            || value["v"].as_str().map(str::to_owned).ok_or_else(|| format!("no text in {value}"));
        let bits = || {
            let bits =
                value["bits"].as_str().and_then(|bits| bits.strip_prefix("0x")).ok_or("no bits")?;
            u64::from_str_radix(bits, 16).map_err(|error| error.to_string())
        };
        let elements = || match value["nil"].as_bool() {
            Some(true) => Ok(None),
            _ => value["v"]
                .as_array()
                .ok_or("no elements")?
                .iter()
                .map(Typed::read)
                .collect::<Result<_, String>>()
                .map(Some),
        };
        Ok(match kind {
            "nil" => Typed::Nil,
            "bool" => Typed::Bool(value["v"].as_bool().ok_or("no bool")?),
            "int" | "int8" | "int16" | "int32" | "int64" | "named_int" => {
                Typed::I64(text()?.parse().map_err(|error| format!("{error}"))?)
            }
            "uint" | "uint8" | "uint16" | "uint32" | "uint64" => {
                Typed::U64(text()?.parse().map_err(|error| format!("{error}"))?)
            }
            "float64" => Typed::F64(f64::from_bits(bits()?)),
            "float32" => Typed::F32(f32::from_bits(bits()? as u32)),
            "str" => Typed::Str(text()?),
            "named_str" | "text_marshaler" => Typed::NamedStr(text()?),
            "json_raw" => {
                Typed::Raw(serde_json::from_str(&text()?).map_err(|error| error.to_string())?)
            }
            "bytes" => Typed::Bytes(base64(value["b64"].as_str().unwrap_or_default())),
            "duration" => {
                Typed::Duration(value["ns"].as_str().and_then(|ns| ns.parse().ok()).ok_or("no ns")?)
            }
            "error" => Typed::Error(Text { text: text()?, panics: false }),
            "error_panic" => Typed::Error(Text { text: text()?, panics: true }),
            "stringer" => Typed::Stringer(Text { text: text()?, panics: false }),
            "stringer_panic" => Typed::Stringer(Text { text: text()?, panics: true }),
            "marshaler" => Typed::Marshaler(Box::new(Typed::read(&value["v"])?)),
            "marshaler_panic" => Typed::MarshalerPanic(text()?),
            "kobj" => Typed::Object(string(&value["ns"]), string(&value["name"])),
            "kobjslice" => Typed::Objects(match value["nil"].as_bool() {
                Some(true) => None,
                _ => Some(
                    value["v"]
                        .as_array()
                        .ok_or("no objects")?
                        .iter()
                        .map(|object| {
                            object.is_object().then(|| Object {
                                namespace: string(&object["ns"]),
                                name: string(&object["name"]),
                            })
                        })
                        .collect(),
                ),
            }),
            "list" => Typed::List(elements()?),
            list if list.starts_with("list_") => Typed::Slice(elements()?),
            "map" | "map_str_str" | "struct" => Typed::Map(match value["nil"].as_bool() {
                Some(true) => None,
                _ => Some(
                    value["v"]
                        .as_array()
                        .ok_or("no pairs")?
                        .iter()
                        .map(|pair| Ok((string(&pair[0]), Typed::read(&pair[1])?)))
                        .collect::<Result<_, String>>()?,
                ),
            }),
            "klog_format" => Typed::Pretty(Box::new(Typed::read(&value["v"])?)),
            other => return Err(format!("unknown type {other}")),
        })
    }
}

fn string(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn base64(text: &str) -> Vec<u8> {
    let (mut bytes, mut group, mut n_bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        group = group << 6 | u32::from(digit);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((group >> n_bits) as u8);
        }
    }
    bytes
}

/// A value whose elements are asked for under klog's guard.
impl klog::LogValue for Typed {
    fn log_value(&self) -> klog::Value<'_> {
        match self {
            Typed::Nil => klog::Value::Null,
            Typed::Bool(value) => value.into(),
            Typed::I64(value) => value.into(),
            Typed::U64(value) => value.into(),
            Typed::F64(value) => value.into(),
            Typed::F32(value) => value.into(),
            Typed::Str(text) => text.into(),
            Typed::Bytes(bytes) => klog::Value::Bytes(bytes),
            Typed::Duration(nanos) => klog::Value::Duration(*nanos),
            Typed::Error(error) => klog::Value::Error(error),
            Typed::Stringer(text) => klog::Value::Display(text),
            Typed::Marshaler(inner) => match &**inner {
                // What a Go `MarshalLog` gives is printed by JSON's rules in text unless it is a string; ours prints it
                // as what it is (COMPATIBILITY.md), so that the record's form is asked for.
                Typed::Object(namespace, name) => {
                    let quoted = serde_json::to_string(&klog::kref(namespace, name).to_string())
                        .expect("a string");
                    let object = serde_json::to_string(&**inner).expect("an object");
                    klog::Value::Frozen { text: object.leak(), json: quoted.leak() }
                }
                Typed::Objects(Some(_)) | Typed::Bytes(_) | Typed::Slice(Some(_)) => {
                    klog::Value::Json(Box::leak(Box::new(klog::json(&**inner))))
                }
                other => other.log_value(),
            },
            Typed::MarshalerPanic(text) => panic!("{text}"),
            Typed::Object(namespace, name) => klog::Value::Object(klog::kref(namespace, name)),
            // The list is made here, so it is leaked: a test has few of them.
            Typed::Objects(Some(objects)) => {
                klog::Value::Objects(Box::leak(Box::new(klog::kobjs(objects))))
            }
            Typed::Objects(None) => klog::Value::Null,
            Typed::Slice(Some(elements)) => klog::Value::List(elements),
            // A slice of Go that is nil is `null` in text and `[]` in JSON; Rust has no such slice.
            Typed::Slice(None) => klog::Value::Frozen { text: "null", json: "[]" },
            Typed::NamedStr(_) | Typed::Raw(_) | Typed::List(_) | Typed::Map(_) => {
                klog::Value::Json(Box::leak(Box::new(klog::json(self))))
            }
            Typed::Pretty(inner) => klog::Value::Pretty(Box::leak(Box::new(klog::json(&**inner)))),
        }
    }
}

/// By the rules of Go's `encoding/json`: what a type prints by itself does not count.
impl Serialize for Typed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Typed::Nil
            | Typed::List(None)
            | Typed::Slice(None)
            | Typed::Map(None)
            | Typed::Objects(None) => serializer.serialize_unit(),
            Typed::Bool(value) => serializer.serialize_bool(*value),
            Typed::I64(value) | Typed::Duration(value) => serializer.serialize_i64(*value),
            Typed::U64(value) => serializer.serialize_u64(*value),
            Typed::F64(value) => serializer.serialize_f64(*value),
            Typed::F32(value) => serializer.serialize_f32(*value),
            Typed::Str(text) | Typed::NamedStr(text) => serializer.serialize_str(text),
            Typed::Raw(json) => json.serialize(serializer),
            Typed::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Typed::Error(_) | Typed::Stringer(_) | Typed::MarshalerPanic(_) => {
                serializer.serialize_map(Some(0))?.end()
            }
            Typed::Marshaler(inner) | Typed::Pretty(inner) => inner.serialize(serializer),
            Typed::Object(namespace, name) => object(namespace, name, serializer),
            Typed::Objects(Some(objects)) => {
                let mut sequence = serializer.serialize_seq(Some(objects.len()))?;
                for object in objects {
                    sequence.serialize_element(&object.as_ref().map(|object| {
                        Typed::Object(object.namespace.clone(), object.name.clone())
                    }))?;
                }
                sequence.end()
            }
            Typed::List(Some(elements)) | Typed::Slice(Some(elements)) => {
                elements.serialize(serializer)
            }
            Typed::Map(Some(entries)) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

fn object<S: Serializer>(namespace: &str, name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("name", name)?;
    if !namespace.is_empty() {
        map.serialize_entry("namespace", namespace)?;
    }
    map.end()
}
