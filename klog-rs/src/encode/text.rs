//! The text format of klog's textlogger: `I0304 05:06:07.089012   12345 main.rs:42] "Message" key="value"`.
//!
//! The rules are those of `klog/internal/serialize/keyvalues.go` and `klog/textlogger`.

use tracing::Event;

use super::{
    Encoder, Failed, Format, Key, Line, Utf8, guard, number, quote, write_message, write_text,
};
use crate::{
    event::{self, Known, Part},
    raw::{IfPlain, append, append_bytes, append_if_plain, append_short},
    record::Source,
    value::{Failure, Instant, ObjectRef, Style, Value, to_json},
};

/// Writes klog's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text;

impl Encoder for Text {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        pair(key, value, out);
    }

    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        if line.output.has_header() {
            line.time.header(line.record.severity.letter(), line.output.pid(), out);
        }
        match line.record.source {
            Source::Site(site) if line.output.has_header() && !site.text().is_empty() => {
                append_bytes(out, site.text().as_bytes());
                rest(line, out);
            }
            _ => self.unknown(line, out),
        }
        out.push(b'\n');
    }
}

impl Text {
    /// Appends what stands behind the header when none of it was made at compile time.
    #[inline(never)]
    fn unknown(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        if let Source::Event(event, known) = line.record.source {
            if line.output.has_header() {
                append(out, (&known.place.text[..], b"] "));
            }
            return self.event(line, event, known, out);
        }
        if line.output.has_header() {
            caller(line.file(), line.line(), out);
            append(out, b"] ");
        }
        quote::quote(line.message(), out);
        rest(line, out);
    }

    /// Appends message and pairs of an event in the order in which it is visited.
    fn event(&self, line: &Line<'_>, event: &Event<'_>, known: &Known, out: &mut Vec<u8>) {
        event::visit(event, known, |part| match part {
            Part::Message(message) => {
                write_message(message, event::name_of(event.metadata()), quote::quote, out);
                if line.has_duplicates {
                    super::unique::text(line, out);
                } else {
                    before_pairs(line, out);
                }
            }
            Part::Pair(key, value) if !line.has_duplicates => pair(key, value, out),
            Part::Pair(..) => {}
        });
    }
}

/// Appends what stands behind the message.
#[inline]
fn rest(line: &Line<'_>, out: &mut Vec<u8>) {
    if line.has_duplicates {
        super::unique::text(line, out);
    } else {
        before_pairs(line, out);
        line.record.pairs.for_each(|key, value| pair(key, value, out));
    }
}

/// Appends what stands between the message and the pairs of the call.
#[inline]
fn before_pairs(line: &Line<'_>, out: &mut Vec<u8>) {
    if let Some(err) = line.record.err {
        pair(Key::checked("err"), err, out);
    }
    if let Some(name) = line.logger {
        append_bytes(out, &name.text);
    }
    line.context.append(Format::Text, out);
}

/// Appends `main.rs:42`.
pub(super) fn caller(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    match file {
        None => out.extend_from_slice(b"???:1"),
        Some(file) => {
            let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
            // A file name comes from the compiler or from a bridge; it must not break the header.
            if name.chars().all(quote::is_printable) {
                out.extend_from_slice(name.as_bytes());
            } else {
                quote::quote_inner(name, out);
            }
            out.push(b':');
            number::integer(line, out);
        }
    }
}

/// Appends ` key=value`.
#[inline]
pub(crate) fn pair(key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
    // The usual pairs are one piece of the line each.
    let done = key.is_plain
        && match *value {
            Value::Str(text) => string_pair(key.name, text, out),
            Value::Object(object) => object_pair(key.name, object, out),
            Value::U64(number) => number_pair(key.name, number, out),
            _ => false,
        };
    if !done {
        any_pair(key.name, key.is_plain, value, out);
    }
}

#[inline(never)]
fn string_pair(key: &str, text: &str, out: &mut Vec<u8>) -> bool {
    append_short(out, (b" ", key.as_bytes(), b"=\"", IfPlain(text), b"\""))
}

#[inline(never)]
fn object_pair(key: &str, object: ObjectRef<'_>, out: &mut Vec<u8>) -> bool {
    let ObjectRef { name, namespace } = object;
    if namespace.is_empty() {
        return false;
    }
    append_short(
        out,
        (b" ", key.as_bytes(), b"=\"", IfPlain(namespace), b"/", IfPlain(name), b"\""),
    )
}

#[inline(never)]
fn number_pair(key: &str, number: u64, out: &mut Vec<u8>) -> bool {
    number::with_digits(number, |digits| append_short(out, (b" ", key.as_bytes(), b"=", digits)))
}

#[inline(never)]
fn any_pair(name: &str, is_plain: bool, value_: &Value<'_>, out: &mut Vec<u8>) {
    let key = Key { name, is_plain };
    let start = out.len();
    write_key(key, out);
    if let Err(failure) = value(value_, out) {
        out.truncate(start);
        write_key(key, out);
        // A failure always has a text.
        let _ = value(&failure.value(), out);
    }
}

#[inline]
fn write_key(key: Key<'_>, out: &mut Vec<u8>) {
    if key.is_plain {
        append(out, (b" ", key.name.as_bytes(), b"="));
    } else {
        out.push(b' ');
        quote::text_key(key.name, out);
        out.push(b'=');
    }
}

/// Appends a value as it stands behind `key=`; on failure the buffer's end is undefined.
#[inline]
pub(crate) fn value(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    match *value {
        Value::Str(text) => string(text, out),
        Value::U64(number) => number::integer(number, out),
        Value::I64(number) => number::integer(number, out),
        Value::Object(object) => object_text(object, out),
        Value::Bool(value) => append(out, if value { &b"true"[..] } else { b"false" }),
        _ => return uncommon(value, out),
    }
    Ok(())
}

#[inline(never)]
fn uncommon(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
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
            let mut json = Vec::new();
            super::json::value(value, &mut json)?;
            quote::html_escape(&json, out);
        }
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => return formatted(value, out),
        Value::Json(json) => {
            let mut compact = Vec::new();
            guard::json(|| to_json(json, Style::Compact, &mut compact))?;
            quote::html_escape(&compact, out);
        }
        Value::Pretty(json) => {
            let mut indented = Vec::new();
            guard::json(|| to_json(json, Style::Pretty, &mut indented))?;
            pretty_block(&indented, out);
        }
        Value::Rendered { json, pretty: false } => quote::html_escape(json.as_bytes(), out),
        Value::Rendered { json, pretty: true } => pretty_block(&indent(json), out),
        Value::Frozen { text, .. } => out.extend_from_slice(text.as_bytes()),
        Value::Custom(_) => return guard::value(|| resolved(value, 8, out)),
        Value::Failed(Failure::Panic(text)) => string(&format!("<panic: {text}>"), out),
        Value::Failed(Failure::Internal(text)) => string(&format!("<internal error: {text}>"), out),
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

fn unsupported(number: f64) -> Failed {
    Failed::Internal(format!("json: unsupported value: {}", super::non_finite(number)))
}

/// Quoted on one line, or a block.
#[inline]
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    if append_if_plain(out, (b"\"", IfPlain(text), b"\"")) {
    } else if text.contains('\n') {
        quote::block(text, out);
    } else {
        quote::quote(text, out);
    }
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
        string(&text, out);
    }
    Ok(())
}

/// A value inside a list, by the rules of `encoding/json` with HTML escapes.
fn element(value: &Value<'_>, out: &mut Vec<u8>) -> Result<(), Failed> {
    let mut json = Vec::new();
    super::std_json::value(value, &mut json)?;
    quote::html_escape(&json, out);
    Ok(())
}

fn pretty_block(indented: &[u8], out: &mut Vec<u8>) {
    let mut escaped = Vec::with_capacity(indented.len() + 1);
    quote::html_escape(indented, &mut escaped);
    escaped.push(b'\n');
    quote::block(&String::from_utf8_lossy(&escaped), out);
}

/// Indents compact JSON.
fn indent(json: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut bytes = json.bytes().peekable();
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

/// Appends a value for people: as behind `key=`, failures included.
pub(crate) fn display(value_: &Value<'_>, out: &mut Vec<u8>) {
    let start = out.len();
    let failed = match value_ {
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => write_text(value_, &mut Utf8(out)),
        _ => value(value_, out),
    };
    if let Err(failure) = failed {
        out.truncate(start);
        let _ = value(&failure.value(), out);
    }
}
