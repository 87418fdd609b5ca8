//! An entry reads back: its text to what was logged, its JSON to one object with unique keys.

use std::collections::HashSet;

use klog::{Format, Output, Severity, Value, encode::Clock, logger::Entry};

use super::super::{Memory, parse_text, unique_json, values::Typed};
use super::ensure;

/// A logger's context and a call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub severity: Severity,
    pub names: Vec<String>,
    pub context: Vec<(String, Typed)>,
    pub message: String,
    pub err: Option<Typed>,
    pub pairs: Vec<(String, Typed)>,
}

/// The line parses, has the call's message, and has each key once, with its last value; nothing else is in it.
pub(crate) fn text_reads_back(call: &Call) -> Result<(), String> {
    let line = log(call, Format::Text);
    let parsed = parse_text::line(&line, true).map_err(|error| format!("{error}: {line:?}"))?;
    ensure(parsed.message == call.message, || format!("another message: {line:?}"))?;
    let place = (parsed.file.as_str(), parsed.line);
    ensure(place == ("main.rs", 7), || format!("another place: {line:?}"))?;
    let keys: HashSet<_> = parsed.pairs.iter().map(|(key, _)| key.as_str()).collect();
    ensure(keys.len() == parsed.pairs.len(), || format!("a key comes twice: {line:?}"))?;
    let err = call.err.iter().map(|err| ("err", err));
    let pairs = call.context.iter().chain(&call.pairs);
    let all: Vec<_> = err.chain(pairs.map(|(key, value)| (key.as_str(), value))).collect();
    for (key, got) in &parsed.pairs {
        match all.iter().rfind(|(other, _)| other == key) {
            Some((_, value)) => {
                ensure(is_value(value, got), || format!("{key} is {got:?} and not {value:?}"))?;
            }
            None => ensure(!call.names.is_empty() && key == "logger", || {
                format!("{key} comes from nowhere: {line:?}")
            })?,
        }
    }
    for (key, _) in &all {
        ensure(keys.contains(key), || format!("{key} is missing: {line:?}"))?;
    }
    Ok(())
}

/// The line is one object without a key that comes twice, and strings are in it as they were logged.
pub(crate) fn json_is_one_object(call: &Call) -> Result<(), String> {
    let line = log(call, Format::Json);
    let object = unique_json(&line)?;
    ensure(object["msg"] == call.message.as_str(), || format!("another message: {line:?}"))?;
    ensure(object["caller"] == "src/main.rs:7", || format!("another place: {line:?}"))?;
    for (key, value) in &call.pairs {
        let with_key = call.pairs.iter().chain(&call.context).filter(|(other, _)| other == key);
        let is_only = with_key.count() == 1;
        // Such a key may be renamed, or be the new name of another one.
        let may_change = ["ts", "caller", "msg", "v", "err", "logger", "severity"]
            .contains(&key.as_str())
            || key.ends_with("Error")
            || key.ends_with('_');
        if let (Typed::Str(text), true, false) = (value, is_only, may_change) {
            ensure(object.get(key).is_some_and(|value| value == text.as_str()), || {
                format!("{key:?} is not {text:?}: {line:?}")
            })?;
        }
    }
    Ok(())
}

/// Both, of a call that is made of a fuzzer's bytes.
pub(crate) fn reads_back(bytes: &[u8]) -> Result<(), String> {
    let call = super::reader::call(bytes);
    text_reads_back(&call).and_then(|()| json_is_one_object(&call))
}

fn log(call: &Call, format: Format) -> String {
    let lines = Memory::default();
    let output = Output::new(format, lines.clone())
        .with_clock(Clock::Fixed { nanos: 1_772_600_767_089_012_345, offset: 0 });
    let mut logger = output.logger();
    for name in &call.names {
        logger = logger.with_name(name);
    }
    logger.with_pairs(&borrowed(&call.context)).log(&Entry {
        severity: call.severity,
        message: &call.message,
        err: call.err.as_ref().map(Value::from),
        pairs: &borrowed(&call.pairs),
        file: Some("src/main.rs"),
        line: 7,
        ..Entry::default()
    });
    lines.take()
}

fn borrowed(pairs: &[(String, Typed)]) -> Vec<(&str, Value<'_>)> {
    pairs.iter().map(|(key, value)| (key.as_str(), Value::from(value))).collect()
}

/// Whether what is in the text is this value.
fn is_value(value: &Typed, got: &parse_text::Value) -> bool {
    let is_text = |text: &str| match got {
        parse_text::Value::Quoted(bytes) => !text.contains('\n') && bytes == text.as_bytes(),
        // A block does not tell whether its last line ended, and shows hostile characters escaped.
        parse_text::Value::Block(block) => {
            let lines = text.strip_suffix('\n').unwrap_or(text);
            text.contains('\n')
                && lines.split('\n').count() == block.split('\n').count()
                && unescaped(block) == unescaped(lines)
        }
        parse_text::Value::Json(_) => false,
    };
    let is_json = |expected: &serde_json::Value| match (got, expected) {
        (parse_text::Value::Json(json), expected) => json == expected,
        // A string by JSON's rules looks like a quoted one.
        (parse_text::Value::Quoted(bytes), serde_json::Value::String(text)) => {
            bytes == text.as_bytes()
        }
        _ => false,
    };
    match value {
        Typed::Nil => is_json(&serde_json::Value::Null),
        Typed::Bool(value) => is_json(&(*value).into()),
        Typed::I64(value) => is_json(&(*value).into()),
        Typed::U64(value) => is_json(&(*value).into()),
        Typed::F64(value) if value.is_finite() => {
            matches!(got, parse_text::Value::Json(json) if json.as_f64().is_some_and(|got| got.to_bits() == value.to_bits()))
        }
        Typed::F32(value) if value.is_finite() => {
            matches!(got, parse_text::Value::Json(json) if json.to_string().parse() == Ok(*value))
        }
        Typed::F64(_) | Typed::F32(_) => {
            matches!(got, parse_text::Value::Quoted(text) if text.starts_with(b"<internal error: json: unsupported value: "))
        }
        Typed::Str(text) => is_text(text),
        Typed::NamedStr(text) => is_json(&text.as_str().into()),
        Typed::Bytes(bytes) => matches!(got, parse_text::Value::Quoted(got) if got == bytes),
        Typed::Duration(nanos) => match got {
            parse_text::Value::Quoted(text) => {
                String::from_utf8_lossy(text).parse()
                    == Ok(klog::config::GoDuration::from_nanoseconds(*nanos))
            }
            _ => false,
        },
        Typed::Error(text) | Typed::Stringer(text) if text.panics => {
            is_text(&format!("<panic: {}>", text.text))
        }
        Typed::Error(text) | Typed::Stringer(text) => is_text(&text.text),
        Typed::MarshalerPanic(text) => is_text(&format!("<panic: {text}>")),
        Typed::Object(namespace, name) if namespace.is_empty() => {
            matches!(got, parse_text::Value::Quoted(text) if text == name.as_bytes())
        }
        Typed::Object(namespace, name) => {
            matches!(got, parse_text::Value::Quoted(text) if *text == format!("{namespace}/{name}").as_bytes())
        }
        // Inside collections JSON's rules hold; NaN and panics there spoil the whole value, which the text then says.
        Typed::List(_) | Typed::Map(_) => is_failed(got) || is_inner(value, as_json(got)),
        Typed::Slice(_) => {
            !matches!(got, parse_text::Value::Block(text) if !text.contains("<panic: "))
        }
        Typed::Pretty(_) => matches!(got, parse_text::Value::Block(_)) || is_failed(got),
        Typed::Raw(_) | Typed::Marshaler(_) | Typed::Objects(_) => unreachable!("not generated"),
    }
}

/// Whether this JSON is the value by the rules of `encoding/json`, which hold inside collections.
fn is_inner(value: &Typed, json: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (value, json) {
        (Typed::List(Some(values)) | Typed::Slice(Some(values)), Json::Array(array)) => {
            values.len() == array.len()
                && values.iter().zip(array).all(|(value, json)| is_inner(value, json))
        }
        // The last value of a key counts.
        (Typed::Map(Some(entries)), Json::Object(object)) => entries.iter().all(|(key, _)| {
            let last = entries.iter().rfind(|(other, _)| other == key);
            last.is_some_and(|(_, value)| object.get(key).is_some_and(|json| is_inner(value, json)))
        }),
        (Typed::Pretty(inner), json) => is_inner(inner, json),
        (Typed::Bytes(bytes), Json::String(text)) => text.len() == bytes.len().div_ceil(3) * 4,
        (Typed::F64(value), Json::Number(number)) => number.to_string().parse() == Ok(*value),
        (Typed::F32(value), Json::Number(number)) => number.to_string().parse() == Ok(*value),
        (value, json) => serde_json::to_value(value).is_ok_and(|value| value == *json),
    }
}

fn as_json(value: &parse_text::Value) -> &serde_json::Value {
    match value {
        parse_text::Value::Json(json) => json,
        _ => &serde_json::Value::Null,
    }
}

fn is_failed(value: &parse_text::Value) -> bool {
    match value {
        parse_text::Value::Quoted(text) => {
            text.starts_with(b"<internal error: ") || text.starts_with(b"<panic: ")
        }
        parse_text::Value::Block(text) => text.starts_with("<panic: "),
        parse_text::Value::Json(_) => false,
    }
}

/// The text without characters that a block escapes, and without such escapes.
fn unescaped(text: &str) -> String {
    let plain = |char: &char| {
        !char.is_control()
            && !matches!(*char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    let kept: String = text.chars().filter(plain).collect();
    // What is left of `\x1b` and the like depends on the text around it; letters and digits of escapes are dropped on
    // both sides.
    kept.chars()
        .filter(|char| !char.is_ascii_hexdigit() && !"\\xuUabfnrtv".contains(*char))
        .collect()
}
