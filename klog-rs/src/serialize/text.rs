//! Values and pairs as klog's textlogger writes them: ` key="value"`.
//!
//! The rules are those of `klog/internal/serialize/keyvalues.go`.

use super::{formatted, list};
use crate::{
    base::Key,
    go::{number, quote},
    raw::append,
    value::{Failed, Failure, Instant, ObjectRef, Style, Value, guard},
};

/// Appends ` key=value`.
#[inline(never)]
pub(crate) fn pair(key_: Key<'_>, value_: &Value<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    key(key_, out);
    if let Err(failure) = value(value_, out) {
        out.truncate(start);
        key(key_, out);
        let _ = value(&failure.value(), out);
    }
}

/// Appends ` key=`.
#[inline]
pub(crate) fn key(key: Key<'_>, out: &mut Vec<u8>) {
    if key.is_plain {
        append(out, (b" ", key.name.as_bytes(), b"="));
    } else {
        out.push(b' ');
        quote::text_key(key.name, out);
        out.push(b'=');
    }
}

/// Appends a value as it follows `key=`; on failure the buffer's end is undefined.
#[inline]
pub(crate) fn value(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value {
        Value::Str(text) => string(text, out),
        Value::U64(number) => number::integer(number, out),
        Value::I64(number) => number::integer(number, out),
        Value::Object(object) => object_text(object, out),
        Value::Bool(value) => append(out, if value { &b"true"[..] } else { b"false" }),
        _ => return value_slow(value, out),
    }
    Ok(())
}

#[inline(never)]
fn value_slow(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value {
        Value::Str(_) | Value::U64(_) | Value::I64(_) | Value::Object(_) | Value::Bool(_) => {
            unreachable!("written by the caller")
        }
        Value::Null => out.extend_from_slice(b"null"),
        Value::I128(number) => number::integer(number, out),
        Value::U128(number) => number::integer(number, out),
        Value::F64(number) if number.is_finite() => number::json_float(number, out),
        Value::F32(number) if number.is_finite() => number::json_float(number, out),
        Value::F64(number) => return Err(unsupported(number)),
        Value::F32(number) => return Err(unsupported(f64::from(number))),
        Value::Char(char) => string(char.encode_utf8(&mut [0; 4]), out),
        Value::Bytes(bytes) => quote::quote_bytes(bytes, out),
        Value::Duration(nanos) => {
            out.push(b'"');
            number::duration(nanos, out);
            out.push(b'"');
        }
        Value::Time { nanos, offset } => {
            out.push(b'"');
            Instant { nanos, offset }.go(out);
            out.push(b'"');
        }
        Value::Objects(objects) => {
            return guard::value(|| {
                out.push(b'[');
                for index in 0..objects.len() {
                    if index > 0 {
                        out.push(b',');
                    }
                    match objects.get(index) {
                        Some(object) => object_text(object, out),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                out.push(b']');
                Ok(())
            });
        }
        Value::List(_) => return element(value, out),
        Value::Fields(_) => {
            let start = out.len();
            super::json::value(value, out)?;
            quote::html_escape_end(start, out);
        }
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => {
            return formatted::value(value, quote::unusual_or_block, out);
        }
        Value::Json(json) => {
            return guard::json(json, Style::CompactHtml, out);
        }
        Value::Pretty(json) => {
            let mut escaped = Vec::new();
            guard::json(json, Style::CompactHtml, &mut escaped)?;
            pretty_block(&escaped, out);
        }
        Value::Rendered { json, pretty: false } => quote::html_escape(json.as_bytes(), out),
        Value::Rendered { json, pretty: true } => {
            let mut escaped = Vec::with_capacity(json.len());
            quote::html_escape(json.as_bytes(), &mut escaped);
            pretty_block(&escaped, out);
        }
        Value::Frozen { text, .. } => out.extend_from_slice(text.as_bytes()),
        Value::Custom(custom) => return guard::value(|| self::value(&custom.log_value(), out)),
        Value::Failed(Failure::Panic(text)) => string(&format!("<panic: {text}>"), out),
        Value::Failed(Failure::Internal(text)) => string(&format!("<internal error: {text}>"), out),
    }
    Ok(())
}

fn unsupported(number: f64) -> Failed {
    Failed::Internal(format!("json: unsupported value: {}", number::non_finite(number)))
}

/// Quoted on one line, or a block.
#[inline]
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    quote::quote_or_block(text, out);
}

#[inline]
fn object_text(object: ObjectRef<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    if !object.namespace.is_empty() {
        quote::quote_inner(object.namespace, out);
        out.push(b'/');
    }
    quote::quote_inner(object.name, out);
    out.push(b'"');
}

/// A value inside a list, by the rules of `encoding/json` with HTML escapes.
fn element(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    let start = out.len();
    list::value(value, out)?;
    quote::html_escape_end(start, out);
    Ok(())
}

/// Appends compact JSON with HTML escapes as a block, indented.
fn pretty_block(compact: &[u8], out: &mut Vec<u8>) {
    let mut indented = indent(compact);
    indented.push(b'\n');
    quote::block(&indented, out);
}

/// Indents compact JSON.
fn indent(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut bytes = json.iter().copied().peekable();
    let line = |depth: usize, out: &mut Vec<u8>| {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', depth * 2));
    };
    while let Some(byte) = bytes.next() {
        if in_string {
            out.push(byte);
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => {
                in_string = true;
                out.push(byte);
            }
            b'{' | b'[' => {
                out.push(byte);
                if let Some(&close @ (b'}' | b']')) = bytes.peek() {
                    out.push(close);
                    bytes.next();
                } else {
                    depth += 1;
                    line(depth, &mut out);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(depth, &mut out);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(depth, &mut out);
            }
            b':' => out.extend_from_slice(b": "),
            byte => out.push(byte),
        }
    }
    out
}
