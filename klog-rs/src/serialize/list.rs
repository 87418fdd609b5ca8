//! Values inside lists, by the rules of Go's `encoding/json`: durations are integers, errors are `{}`.

use super::write_text;
use crate::{
    base::thread_buffers::{self, Use},
    go::{number, quote},
    value::{Failed, Failure, Instant, List, ObjectRef, Style, Value, guard},
};

/// Appends `value`; on failure the buffer's end is undefined.
pub(crate) fn value(value_: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value_ {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::I64(number) => number::integer(number, out),
        Value::U64(number) => number::integer(number, out),
        Value::I128(number) => number::integer(number, out),
        Value::U128(number) => number::integer(number, out),
        Value::F64(number) if number.is_finite() => number::json_float(number, out),
        Value::F32(number) if number.is_finite() => number::json_float(number, out),
        Value::F64(number) => return Err(unsupported(number)),
        Value::F32(number) => return Err(unsupported(f64::from(number))),
        Value::Char(char) => quote::json_std(char.encode_utf8(&mut [0; 4]), out),
        Value::Str(text) => quote::json_std(text, out),
        Value::Bytes(bytes) => {
            out.push(b'"');
            quote::base64(bytes, out);
            out.push(b'"');
        }
        Value::Duration(nanos) => number::integer(nanos, out),
        Value::Time { nanos, offset } => {
            out.push(b'"');
            Instant { nanos, offset }.rfc3339(out);
            out.push(b'"');
        }
        Value::Object(object) => object_json(object, out),
        Value::Objects(objects) => {
            return guard::value(|| {
                sequence(objects.len(), out, |index, out| {
                    match objects.get(index) {
                        Some(object) => object_json(object, out),
                        None => out.extend_from_slice(b"null"),
                    }
                    Ok(())
                })
            });
        }
        Value::List(list) => {
            return guard::value(|| elements(list, out, value));
        }
        Value::Fields(_) => return super::json::value(value_, out),
        Value::Error(_) => out.extend_from_slice(b"{}"),
        Value::Display(_) | Value::Debug(_) => {
            let start = out.len();
            write_text(value_, out)?;
            thread_buffers::with(Use::Text, |text| {
                text.extend_from_slice(&out[start..]);
                out.truncate(start);
                quote::unusual_json_std(text, out);
            });
        }
        Value::Json(json) | Value::Pretty(json) => {
            return guard::json(json, Style::Compact, out);
        }
        Value::Rendered { json, .. } | Value::Frozen { json, .. } => {
            out.extend_from_slice(json.as_bytes());
        }
        Value::Custom(custom) => return guard::value(|| value(&custom.log_value(), out)),
        Value::Failed(Failure::Panic(text)) => return Err(Failed::Panic(text.to_owned())),
        Value::Failed(Failure::Internal(text)) => return Err(Failed::Internal(text.to_owned())),
    }
    Ok(())
}

fn unsupported(number: f64) -> Failed {
    Failed::Internal(format!("json: unsupported value: {}", number::non_finite(number)))
}

/// Appends `{"name":"n","namespace":"ns"}`.
pub(crate) fn object_json(object: ObjectRef<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"name\":");
    quote::json_std(object.name, out);
    if !object.namespace.is_empty() {
        out.extend_from_slice(b",\"namespace\":");
        quote::json_std(object.namespace, out);
    }
    out.push(b'}');
}

/// Appends `[a,b]`.
pub(crate) fn sequence(
    len: usize,
    out: &mut Vec<u8>,
    mut element: impl FnMut(usize, &mut Vec<u8>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    out.push(b'[');
    for index in 0..len {
        if index > 0 {
            out.push(b',');
        }
        element(index, out)?;
    }
    out.push(b']');
    Ok(())
}

/// Appends the elements of a list as `[a,b]`.
pub(crate) fn elements(
    list: &dyn List,
    out: &mut Vec<u8>,
    element: impl Fn(&Value<'_>, &mut Vec<u8>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    out.push(b'[');
    let (mut result, mut separator) = (Ok(()), &b""[..]);
    list.for_each(&mut |value| {
        if result.is_ok() {
            out.extend_from_slice(separator);
            result = element(&value, out);
            separator = b",";
        }
    });
    out.push(b']');
    result
}
