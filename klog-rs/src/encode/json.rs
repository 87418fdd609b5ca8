//! The JSON format of component-base: `{"ts":1772600767089.0122,"caller":"src/main.rs:42","msg":"Message","v":0,"key":"value"}`.
//!
//! The rules are those of `component-base/logs/json` with zapr and zap, but keys are unique.

use tracing::Event;

use super::{
    Encoder, Failed, Format, Key, Line, Severity, Utf8, guard, number, quote, std_json,
    write_message, write_text,
};
use crate::{
    event::{self, Known, Part},
    raw::{IfPlain, append, append_bytes, append_short},
    record::Source,
    value::{Failure, Fields, Instant, ObjectRef, Style, Value, nested, to_json},
};

/// Writes component-base's JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json;

impl Encoder for Json {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        pair(key, value, out);
    }

    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        line.time.milliseconds(out);
        if let Some(name) = line.logger {
            append_bytes(out, &name.json);
        }
        match line.record.source {
            Source::Site(site) if !site.caller().is_empty() => {
                let (caller, message) = (site.caller().as_bytes(), site.message().as_bytes());
                append(out, (b",\"caller\":\"", caller, b"\",\"msg\":\"", message, b"\""));
                rest(line, out);
            }
            _ => self.unknown(line, out),
        }
        append(out, b"}\n");
    }
}

impl Json {
    /// Appends what stands behind the logger's name when none of it was made at compile time.
    #[inline(never)]
    fn unknown(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        if let Source::Event(event, known) = line.record.source {
            append(out, (&known.place.json[..], b",\"msg\":"));
            return self.event(line, event, known, out);
        }
        caller(line.file(), line.line(), out);
        append(out, b",\"msg\":");
        quote::json(line.message(), out);
        rest(line, out);
    }

    /// Appends message and pairs of an event in the order in which it is visited.
    fn event(&self, line: &Line<'_>, event: &Event<'_>, known: &Known, out: &mut Vec<u8>) {
        let (mut start, mut failed) = (0, false);
        event::visit(event, known, |part| match part {
            Part::Message(message) => {
                write_message(message, event::name_of(event.metadata()), quote::json, out);
                start = out.len();
                before_pairs(line, out);
            }
            Part::Pair(key, value) => failed |= pair(key, value, out),
        });
        if failed || line.has_duplicates {
            out.truncate(start);
            super::unique::json(line, out);
        }
    }
}

/// Appends what stands behind the message.
#[inline]
fn rest(line: &Line<'_>, out: &mut Vec<u8>) {
    if line.has_duplicates {
        return super::unique::json(line, out);
    }
    let start = out.len();
    before_pairs(line, out);
    let mut failed = false;
    line.record.pairs.for_each(|key, value| failed |= pair(key, value, out));
    if let Some(err) = line.record.err {
        failed |= pair(Key::checked("err"), err, out);
    }
    if failed {
        // A failed value has another key, `keyError`, which may be taken.
        out.truncate(start);
        super::unique::json(line, out);
    }
}

/// Appends what stands between the message and the pairs of the call.
#[inline]
fn before_pairs(line: &Line<'_>, out: &mut Vec<u8>) {
    line.context.append(Format::Json, out);
    severity(line, out);
}

/// Appends `,"v":0` for information and what Go's format has no word for.
#[inline]
pub(crate) fn severity(line: &Line<'_>, out: &mut Vec<u8>) {
    match line.record.severity {
        Severity::Info => match line.record.verbosity {
            level @ 0..=9 => append(out, (b",\"v\":", &[b'0' + level as u8])),
            level => {
                append(out, b",\"v\":");
                number::integer(level, out);
            }
        },
        Severity::Warning => append(out, b",\"v\":0,\"severity\":\"warning\""),
        Severity::Error => {}
        Severity::Fatal => append(out, b",\"severity\":\"fatal\""),
    }
}

/// Appends `,"caller":"src/main.rs:42"`, or nothing when the call site is unknown.
pub(super) fn caller(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    let Some(file) = file else { return };
    out.extend_from_slice(b",\"caller\":\"");
    let short = match file.rmatch_indices(['/', '\\']).nth(1) {
        Some((at, _)) => &file[at + 1..],
        None => file,
    };
    quote::json_inner(short, out);
    out.push(b':');
    number::integer(line, out);
    out.push(b'"');
}

impl Value<'_> {
    /// Appends the value as it stands in a line of JSON, for formats of your own; see [`crate::register_format`].
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
#[inline]
pub(crate) fn pair(key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) -> bool {
    // The usual pairs are one piece of the line each.
    let done = key.is_plain
        && match *value {
            Value::Str(text) => string_pair(key.name, text, out),
            Value::Object(object) if !object.namespace.is_empty() => {
                object_pair(key.name, object, out)
            }
            Value::U64(number) => number_pair(key.name, number, out),
            _ => false,
        };
    !done && any_pair(key.name, key.is_plain, value, out)
}

#[inline(never)]
fn string_pair(key: &str, text: &str, out: &mut Vec<u8>) -> bool {
    append_short(out, (b",\"", key.as_bytes(), b"\":\"", IfPlain(text), b"\""))
}

#[inline(never)]
fn object_pair(key: &str, object: ObjectRef<'_>, out: &mut Vec<u8>) -> bool {
    append_short(
        out,
        (
            b",\"",
            key.as_bytes(),
            b"\":{\"name\":\"",
            IfPlain(object.name),
            b"\",\"namespace\":\"",
            IfPlain(object.namespace),
            b"\"}",
        ),
    )
}

#[inline(never)]
fn number_pair(key: &str, number: u64, out: &mut Vec<u8>) -> bool {
    number::with_digits(number, |digits| {
        append_short(out, (b",\"", key.as_bytes(), b"\":", digits))
    })
}

#[inline(never)]
fn any_pair(name: &str, is_plain: bool, value_: &Value<'_>, out: &mut Vec<u8>) -> bool {
    let key = Key { name, is_plain };
    let start = out.len();
    write_key(key, out);
    match value(value_, out) {
        Ok(()) => false,
        Err(failure) => {
            out.truncate(start);
            write_failure(key.name, &failure, out);
            true
        }
    }
}

#[inline]
fn write_key(key: Key<'_>, out: &mut Vec<u8>) {
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
        Value::Object(object) => std_json::object_json(object, out),
        Value::Bool(value) => append(out, if value { &b"true"[..] } else { b"false" }),
        _ => return uncommon(value, out),
    }
    Ok(())
}

#[inline(never)]
fn uncommon(value_: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
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
            return guard::value(|| {
                std_json::sequence(list.len(), out, |index, out| element(&list.get(index), out))
            });
        }
        Value::Fields(fields) => return guard::value(|| nested(|| object(fields, out))),
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => return formatted(value_, out),
        Value::Json(json) | Value::Pretty(json) => {
            return guard::json(|| to_json(json, Style::Compact, out));
        }
        Value::Custom(_) => return guard::value(|| resolved(value_, 8, out)),
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
        | Value::Frozen { .. } => return std_json::value(value_, out),
    }
    Ok(())
}

/// The value of a type that says itself what it is, through at most `customs` further such types.
fn resolved(value_: &Value<'_>, customs: usize, out: &mut Vec<u8>) -> Result<(), Failed> {
    match value_ {
        Value::Custom(_) if customs == 0 => out.extend_from_slice(b"null"),
        Value::Custom(custom) => return resolved(&custom.log_value(), customs - 1, out),
        other => return value(other, out),
    }
    Ok(())
}

/// Fields as an object; one that fails shows why in its place.
pub(crate) fn object(fields: &dyn Fields, out: &mut Vec<u8>) -> Result<(), Failed> {
    out.push(b'{');
    let mut separator: &[u8] = b"";
    fields.for_each(&mut |key, value_| {
        out.extend_from_slice(separator);
        separator = b",";
        quote::json(key, out);
        out.push(b':');
        let start = out.len();
        if let Err(failure) = value(value_, out) {
            out.truncate(start);
            quote::json(&failure.value().to_string(), out);
        }
    });
    out.push(b'}');
    Ok(())
}

/// An element of a list: as zap writes typed slices, errors as objects.
fn element(value_: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    if let Value::Error(_) = value_ {
        out.extend_from_slice(b"{\"error\":");
        formatted(value_, out)?;
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
        quote::json(super::non_finite(number), out);
    }
}

/// The text of an error, `Display` or `Debug`: formatted in place, and once more only when it is unusual.
fn formatted(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    let start = out.len();
    out.push(b'"');
    write_text(value, &mut Utf8(out))?;
    if quote::is_plain(&out[start + 1..]) {
        out.push(b'"');
    } else {
        let text = String::from_utf8_lossy(&out[start + 1..]).into_owned();
        out.truncate(start);
        quote::json(&text, out);
    }
    Ok(())
}
