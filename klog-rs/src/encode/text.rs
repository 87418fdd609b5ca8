//! The text format of klog's textlogger: `I0304 05:06:07.089012   12345 main.rs:42] "Message" key="value"`.
//!
//! The rules are those of `klog/internal/serialize/keyvalues.go` and `klog/textlogger`.

use tracing::Event;

use super::{
    Encoder, Failed, Format, Key, Line, Utf8, formatted, guard, number, quote,
    visited::{self, Form},
    write_text,
};
use crate::{
    event::{self, Part},
    pairs::CallPairs,
    raw::{Cursor, Head, IfPlain, append, append_if_plain},
    template::Template,
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
        let mut to = Cursor::new(out);
        let has_header = line.output.has_header();
        if has_header {
            line.time.header(line.record.severity.letter(), line.output.pid(), &mut to);
        }
        match line.record.pairs {
            CallPairs::Known(template, values) if has_header && !line.has_duplicates => {
                let fixed = template.text();
                to.append(fixed.place_and_message());
                before_pairs(line, &mut to);
                let heads = &*fixed.heads;
                for (index, value) in values.iter().enumerate() {
                    template_pair(template, heads, index, value, &mut to);
                }
            }
            _ => to.with(|out| unusual(line, out)),
        }
        to.append(b"\n");
        to.finish();
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
    let fixed = template.text();
    let mut to = Cursor::new(out);
    if line.output.has_header() {
        line.time.header(line.record.severity.letter(), line.output.pid(), &mut to);
        to.append(fixed.place_and_message());
    }
    to.finish();
    visited::append::<Text>(line, event, template, fixed, out);
    append(out, b"\n");
}

/// Appends what stands behind the header when it is not that of a macro's call whose keys are unique.
#[inline(never)]
fn unusual(line: &Line<'_>, out: &mut Vec<u8>) {
    let has_header = line.output.has_header();
    match line.record.pairs {
        // It has a line of its own, see `event_line`.
        CallPairs::Event(..) => {}
        CallPairs::Known(template, _) if has_header => {
            append(out, template.text().place_and_message());
        }
        CallPairs::Known(template, _) => append(out, template.text().message()),
        CallPairs::Named(_) => {
            if has_header {
                place(line.file(), line.line(), out);
            }
            message(line.message(), out);
        }
    }
    before_pairs_or_all(line, out);
    if !line.has_duplicates {
        line.record.pairs.for_each(|key, value| pair(key, value, out));
    }
}

/// Appends what stands between the message and the pairs of the call, and these as well where a key occurs twice.
fn before_pairs_or_all(line: &Line<'_>, out: &mut Vec<u8>) {
    if line.has_duplicates {
        return super::unique::text(line, out);
    }
    let mut to = Cursor::new(out);
    before_pairs(line, &mut to);
    to.finish();
}

impl Form for Text {
    const MESSAGE: fn(&str, &mut Vec<u8>) = quote::quote;
    const TEXT: fn(&str, &mut Vec<u8>) = string;

    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
        if let Some(name) = line.logger {
            to.append(&name.text);
        }
        line.context.put_all(Format::Text, to);
    }

    #[inline(always)]
    fn pair(
        template: &Template,
        heads: &[Head],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool {
        template_pair(template, heads, index, value, to);
        false
    }

    #[cold]
    #[inline(never)]
    fn with_care(line: &Line<'_>, event: &Event<'_>, template: &Template, out: &mut Vec<u8>) {
        event::visit(event, &mut |part: Part<'_>| match part {
            Part::Message(message) => {
                formatted::message(message, event::name_of(event.metadata()), quote::quote, out);
                before_pairs_or_all(line, out);
            }
            Part::Pair(index, value) if !line.has_duplicates => {
                pair(template.keys[index], value, out);
            }
            Part::Pair(..) => {}
        });
    }
}

/// Puts what stands between the message and the pairs of the call.
#[inline(always)]
fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
    if let Some(err) = line.record.err {
        to.with(|out| pair(Key::checked("err"), err, out));
    }
    if let Some(name) = line.logger {
        to.append(&name.text);
    }
    line.context.put(Format::Text, to);
}

/// Puts a pair whose key is known.
#[inline(always)]
fn template_pair(
    template: &Template,
    heads: &[Head],
    index: usize,
    value: &Value<'_>,
    to: &mut Cursor<'_>,
) {
    // The usual pairs are one piece of the line each.
    let is_done = match (heads.get(index), *value) {
        (Some(head), Value::Str(text)) => to.put((head, b"\"", IfPlain(text), b"\"")),
        (Some(head), Value::Object(ObjectRef { name, namespace })) if !namespace.is_empty() => {
            to.put((head, b"\"", IfPlain(namespace), b"/", IfPlain(name), b"\""))
        }
        (Some(head), Value::U64(number)) => {
            number::with_digits(number, |digits| to.put((head, digits)))
        }
        _ => false,
    };
    if !is_done {
        to.with(|out| pair(template.keys[index], value, out));
    }
}

/// Appends `main.rs:42] `.
pub(crate) fn place(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    caller(file, line, out);
    append(out, b"] ");
}

/// Appends a message between quotes.
pub(crate) fn message(text: &str, out: &mut Vec<u8>) {
    quote::quote(text, out);
}

/// Appends `main.rs:42`.
fn caller(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
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
        Value::Error(_) | Value::Display(_) | Value::Debug(_) => {
            return formatted::value(value, string, out);
        }
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
