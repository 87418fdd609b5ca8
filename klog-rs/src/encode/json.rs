//! The JSON format of component-base: `{"ts":1772600767089.0122,"caller":"src/main.rs:42","msg":"Message","v":0,"key":"value"}`.
//!
//! The rules are those of `component-base/logs/json` with zapr and zap, but keys are unique.

use tracing::Event;

use super::{
    Encoder, Failed, Format, Key, Line, Severity, formatted, guard, number, quote, std_json,
    visited::{self, Form},
};
use crate::{
    event::{self, Part},
    pairs::CallPairs,
    raw::{Cursor, Few, Head, IfPlain, append},
    record::Record,
    template::Template,
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
        let mut to = Cursor::new(out);
        begin(line, &mut to);
        match line.record.pairs {
            CallPairs::Known(template, values) if !line.has_duplicates => {
                let fixed = template.json();
                to.append(fixed.place_and_message());
                let start = to.position();
                before_pairs(line, &mut to);
                let mut failed = false;
                let heads = &*fixed.heads;
                for (index, value) in values.iter().enumerate() {
                    failed |= template_pair(template, heads, index, value, &mut to);
                }
                if let Some(err) = line.record.err {
                    failed |= to.with(|out| pair(Key::checked("err"), err, out));
                }
                if failed {
                    to.with(|out| anew(line, start, out));
                }
            }
            _ => to.with(|out| unusual(line, out)),
        }
        to.append(b"}\n");
        to.finish();
    }
}

/// Puts the time and the logger's name.
#[inline(always)]
fn begin(line: &Line<'_>, to: &mut Cursor<'_>) {
    line.time.milliseconds(to);
    if let Some(name) = line.logger {
        to.append(&name.json);
    }
}

/// Appends the line of an event of plain `tracing`.
#[inline(never)]
pub(super) fn event_line(
    line: &Line<'_>,
    event: &Event<'_>,
    template: &Template,
    out: &mut Vec<u8>,
) {
    let fixed = template.json();
    let mut to = Cursor::new(out);
    begin(line, &mut to);
    to.append(fixed.place_and_message());
    to.finish();
    visited::append::<Json>(line, event, template, fixed, out);
    append(out, b"}\n");
}

/// Appends what stands behind the logger's name when it is not that of a macro's call whose keys are unique.
#[inline(never)]
fn unusual(line: &Line<'_>, out: &mut Vec<u8>) {
    match line.record.pairs {
        // It has a line of its own, see `event_line`.
        CallPairs::Event(..) => {}
        CallPairs::Known(template, _) => append(out, template.json().place_and_message()),
        CallPairs::Named(_) => {
            place(line.file(), line.line(), out);
            message(line.message(), out);
        }
    }
    let start = out.len();
    if line.has_duplicates {
        return anew(line, start, out);
    }
    let mut to = Cursor::new(out);
    before_pairs(line, &mut to);
    to.finish();
    let mut failed = false;
    line.record.pairs.for_each(|key, value| failed |= pair(key, value, out));
    if let Some(err) = line.record.err {
        failed |= pair(Key::checked("err"), err, out);
    }
    if failed {
        anew(line, start, out);
    }
}

/// Appends all pairs once more, from `start` on, with unique keys: a failed value has another key, `keyError`, which may
/// be taken.
#[cold]
#[inline(never)]
fn anew(line: &Line<'_>, start: usize, out: &mut Vec<u8>) {
    out.truncate(start);
    super::unique::json(line, out);
}

impl Form for Json {
    const MESSAGE: fn(&str, &mut Vec<u8>) = quote::json;
    const TEXT: fn(&str, &mut Vec<u8>) = quote::json;

    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
        line.context.put_all(Format::Json, to);
        level(line, to);
    }

    #[inline(always)]
    fn pair(
        template: &Template,
        heads: &[Head],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool {
        template_pair(template, heads, index, value, to)
    }

    #[cold]
    #[inline(never)]
    fn with_care(line: &Line<'_>, event: &Event<'_>, _: &Template, out: &mut Vec<u8>) {
        event::visit(event, &mut |part: Part<'_>| {
            if let Part::Message(message) = part {
                formatted::message(message, event::name_of(event.metadata()), quote::json, out);
            }
        });
        super::unique::json(line, out);
    }
}

/// Puts what stands between the message and the pairs of the call.
#[inline(always)]
fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
    line.context.put(Format::Json, to);
    level(line, to);
}

/// Puts `,"v":0`, or what stands there for another severity.
#[inline(always)]
fn level(line: &Line<'_>, to: &mut Cursor<'_>) {
    match line.record {
        Record { severity: Severity::Info, verbosity: level @ 0..=9, .. } => {
            // As a number, which a register holds: bytes in memory would be read before they are all there.
            const ZERO: u64 = u64::from_le_bytes(*b",\"v\":0\0\0");
            let bytes = (ZERO + (u64::from(*level) << 40)).to_le_bytes();
            if !to.put(Few { bytes, len: 6 }) {
                to.with(|out| severity(line, out));
            }
        }
        _ => to.with(|out| severity(line, out)),
    }
}

/// Puts a pair whose key is known; says whether the value has failed.
#[inline(always)]
fn template_pair(
    template: &Template,
    heads: &[Head],
    index: usize,
    value: &Value<'_>,
    to: &mut Cursor<'_>,
) -> bool {
    // The usual pairs are one piece of the line each.
    let is_done = match (heads.get(index), *value) {
        (Some(head), Value::Str(text)) => to.put((head, b"\"", IfPlain(text), b"\"")),
        (Some(head), Value::Object(ObjectRef { name, namespace })) if !namespace.is_empty() => to
            .put((
                head,
                b"{\"name\":\"",
                IfPlain(name),
                b"\",\"namespace\":\"",
                IfPlain(namespace),
                b"\"}",
            )),
        (Some(head), Value::U64(number)) => {
            number::with_digits(number, |digits| to.put((head, digits)))
        }
        _ => false,
    };
    !is_done && to.with(|out| pair(template.keys[index], value, out))
}

/// Appends `,"v":0` for information and what Go's format has no word for.
#[inline(never)]
pub(crate) fn severity(line: &Line<'_>, out: &mut Vec<u8>) {
    match line.record.severity {
        Severity::Info => {
            append(out, b",\"v\":");
            number::integer(line.record.verbosity, out);
        }
        Severity::Warning => append(out, b",\"v\":0,\"severity\":\"warning\""),
        Severity::Error => {}
        Severity::Fatal => append(out, b",\"severity\":\"fatal\""),
    }
}

/// Appends `,"caller":"src/main.rs:42","msg":`, or without the caller when the call site is unknown.
pub(crate) fn place(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    if let Some(file) = file {
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
    append(out, b",\"msg\":");
}

/// Appends a message between quotes.
pub(crate) fn message(text: &str, out: &mut Vec<u8>) {
    quote::json(text, out);
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
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => {
            return formatted::value(value_, quote::json, out);
        }
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
        formatted::value(value_, quote::json, out)?;
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
