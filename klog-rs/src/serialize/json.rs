//! Values and pairs as component-base's JSON has them: `,"key":"value"`.
//!
//! The rules are those of `component-base/logs/json` with zapr and zap.

use super::{formatted, list};
use crate::{
    base::Key,
    go::{number, quote},
    raw::append,
    value::{Failed, Failure, Fields, Instant, Style, TOO_DEEP, Value, guard},
};

impl Value<'_> {
    /// Appends the value as it is in a line of JSON, for formats of your own; see [`crate::encode::register_format`].
    ///
    /// It is always one JSON value: what panics or cannot be serialised becomes the string `"<panic: text>"` or
    /// `"<internal error: text>"`, as in text.
    ///
    /// ```
    /// use klog::{LogValue, Value};
    ///
    /// let mut json = Vec::new();
    /// klog::kref("default", "web-0").log_value().write_json(&mut json);
    /// json.push(b' ');
    /// Value::Str("say \"hi\"\n").write_json(&mut json);
    /// json.push(b' ');
    /// klog::json(&f64::NAN).log_value().write_json(&mut json);
    /// assert_eq!(
    ///     String::from_utf8_lossy(&json),
    ///     r#"{"name":"web-0","namespace":"default"} "say \"hi\"\n" "<internal error: json: unsupported value: NaN>""#
    /// );
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let start = out.len();
        if let Err(failure) = value(self, out) {
            out.truncate(start);
            quote::json(&failure.value().to_string(), out);
        }
    }
}

/// Appends `,"key":value`, or `,"keyError":"text"`; says whether the value has failed.
#[inline(never)]
pub(crate) fn pair(key_: Key<'_>, value_: &Value<'_>, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    key(key_, out);
    match value(value_, out) {
        Ok(()) => false,
        Err(failure) => {
            out.truncate(start);
            write_failure(key_.name, &failure, out);
            true
        }
    }
}

/// Appends `,"key":`.
#[inline]
pub(crate) fn key(key: Key<'_>, out: &mut Vec<u8>) {
    if key.is_plain {
        append(out, (b",\"", key.name.as_bytes(), b"\":"));
    } else {
        out.push(b',');
        quote::json(key.name, out);
        out.push(b':');
    }
}

#[cold]
fn write_failure(key: &str, failure: &Failed, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    quote::json_inner(key, out);
    out.extend_from_slice(b"Error\":\"");
    let text = match failure {
        Failed::Panic(text) => {
            out.extend_from_slice(b"PANIC=");
            text
        }
        Failed::Internal(text) => text,
        Failed::TooDeep => TOO_DEEP,
    };
    quote::json_inner(text, out);
    out.push(b'"');
}

/// Appends a value; on failure the buffer's end is undefined.
#[inline]
pub(crate) fn value(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value {
        Value::Str(text) => quote::json(text, out),
        Value::U64(number) => number::integer(number, out),
        Value::I64(number) => number::integer(number, out),
        Value::Object(object) => list::object_json(object, out),
        Value::Bool(value) => append(out, if value { &b"true"[..] } else { b"false" }),
        _ => return value_slow(value, out),
    }
    Ok(())
}

#[inline(never)]
fn value_slow(value_: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value_ {
        Value::F64(number) => float(number, out),
        Value::F32(number) if number.is_finite() => number::plain_float(number, out),
        Value::F32(number) => float(f64::from(number), out),
        Value::Char(char) => quote::json(char.encode_utf8(&mut [0; 4]), out),
        Value::Duration(nanos) => {
            out.push(b'"');
            number::duration(nanos, out);
            out.push(b'"');
        }
        Value::Time { nanos, offset } => {
            out.push(b'"');
            Instant { nanos, offset }.rfc3339(out);
            out.push(b'"');
        }
        Value::List(list) => {
            return guard::value(|| list::elements(list, out, element));
        }
        Value::Fields(fields) => return guard::value(|| object(fields, out)),
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => {
            return formatted::value(value_, quote::unusual_json, out);
        }
        Value::Json(json) | Value::Pretty(json) => {
            return guard::json(json, Style::Compact, out);
        }
        Value::Custom(custom) => return guard::value(|| value(&custom.log_value(), out)),
        Value::Failed(Failure::Panic(text)) => return Err(Failed::Panic(text.to_owned())),
        Value::Failed(Failure::Internal(text)) => return Err(Failed::Internal(text.to_owned())),
        Value::Null
        | Value::Bool(_)
        | Value::I64(_)
        | Value::U64(_)
        | Value::I128(_)
        | Value::U128(_)
        | Value::Str(_)
        | Value::Bytes(_)
        | Value::Object(_)
        | Value::Objects(_)
        | Value::Rendered { .. }
        | Value::Frozen { .. } => return list::value(value_, out),
    }
    Ok(())
}

/// Fields as an object; one that fails shows why in its place, unless it is nested too deeply: fields that contain
/// themselves twice would have more of those than anybody can count.
pub(crate) fn object(fields: &dyn Fields, out: &mut Vec<u8>) -> Result<(), Failed> {
    out.push(b'{');
    let mut separator: &[u8] = b"";
    let mut result = Ok(());
    fields.for_each(&mut |key, value_| {
        if result.is_err() {
            return;
        }
        out.extend_from_slice(separator);
        separator = b",";
        quote::json(key, out);
        out.push(b':');
        let start = out.len();
        match value(value_, out) {
            Ok(()) => {}
            Err(Failed::TooDeep) => result = Err(Failed::TooDeep),
            Err(failure) => {
                out.truncate(start);
                quote::json(&failure.value().to_string(), out);
            }
        }
    });
    out.push(b'}');
    result
}

/// An element of a list: as zap writes typed slices, errors as objects.
fn element(value_: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    if let Value::Error(_) = value_ {
        out.extend_from_slice(b"{\"error\":");
        formatted::value(value_, quote::unusual_json, out)?;
        out.push(b'}');
        Ok(())
    } else {
        value(value_, out)
    }
}

fn float(number: f64, out: &mut Vec<u8>) {
    if number.is_finite() {
        number::plain_float(number, out);
    } else {
        quote::json(number::non_finite(number), out);
    }
}
