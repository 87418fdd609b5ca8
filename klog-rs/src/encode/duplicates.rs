//! Lines in which a key occurs twice: klog's rule for text, and the same for JSON.
//!
//! Every pair is rendered. Then, for each pair in turn whose key was seen before: if it is rendered as the one before,
//! it is dropped and the earlier position stays; else the earlier one is dropped.
//! See `klog/internal/serialize/keyvalues.go`.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use super::{Line, json::severity};
use crate::{
    base::{Key, Severity},
    pairs::PairFormat,
    serialize::{json, text},
    value::Value,
};

/// Appends the pairs of a text line.
#[cold]
pub(crate) fn text(line: &Line<'_>, out: &mut Vec<u8>) {
    let mut rendered = Rendered::default();
    if let Some(err) = line.record.err {
        rendered.add("err".into(), out, |out| text::pair(Key::unchecked("err"), err, out));
    }
    if let Some(name) = line.logger() {
        rendered.add("logger".into(), out, |out| out.extend_from_slice(&name.text));
    }
    line.context.for_each(|pairs| {
        pairs.for_each_rendered(PairFormat::Text, |key, bytes| {
            rendered.add(key.to_owned().into(), out, |out| out.extend_from_slice(bytes));
        });
    });
    line.record.pairs.for_each(|key, value| {
        rendered.add(key.name.to_owned().into(), out, |out| text::pair(key, value, out));
    });
    rendered.compact(out);
}

/// Appends the fields of a JSON line that stand behind the message.
#[cold]
pub(crate) fn json(line: &Line<'_>, out: &mut Vec<u8>) {
    let mut rendered = Rendered::default();
    line.context.for_each(|pairs| {
        pairs.for_each(|key, value| field(line, key, &value, &mut rendered, out));
    });
    rendered.keep(out, |out| severity(line, out));
    line.record.pairs.for_each(|key, value| field(line, key.name, value, &mut rendered, out));
    if let Some(err) = line.record.err {
        rendered.add("err".into(), out, |out| {
            json::pair(Key::unchecked("err"), err, out);
        });
    }
    rendered.compact(out);
}

/// Makes the keys of the fields unique that stand from `start` on: a failed value has another key, `keyError`, which may be
/// taken. Nothing is rendered again.
#[cold]
#[inline(never)]
pub(super) fn json_fields(start: usize, out: &mut Vec<u8>) {
    let fields = out[start..].to_vec();
    out.truncate(start);
    let mut rendered = Rendered::default();
    let mut rest = &fields[..];
    while !rest.is_empty() {
        let (field, behind) = rest.split_at(field_len(rest));
        rest = behind;
        let key = String::from_utf8_lossy(&field[..key_len(field)]).into_owned();
        rendered.add(key.into(), out, |out| out.extend_from_slice(field));
    }
    rendered.compact(out);
}

/// Length of `,"key"` at the beginning of a field.
fn key_len(field: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = field.iter().skip(2).position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(field.len(), |end| end + 3)
}

/// Length of the first field, `,"key":value`, up to the comma of the next one.
fn field_len(fields: &[u8]) -> usize {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in fields.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return at,
            _ => {}
        }
    }
    fields.len()
}

/// Whether the format itself writes this key in this line.
fn is_taken(line: &Line<'_>, key: &str) -> bool {
    let severity = line.record.severity;
    match key {
        "ts" | "msg" => true,
        "v" => matches!(severity, Severity::Info | Severity::Warning),
        "err" => line.record.err.is_some(),
        "caller" => line.file().is_some_and(|file| !file.is_empty()),
        "logger" => line.logger().is_some_and(|name| !name.json.is_empty()),
        "severity" => matches!(severity, Severity::Warning | Severity::Fatal),
        _ => false,
    }
}

fn field<'a>(
    line: &Line<'_>,
    key: &str,
    value: &Value<'_>,
    rendered: &mut Rendered<'a>,
    out: &mut Vec<u8>,
) {
    let name = if is_taken(line, key) { Cow::Owned(format!("{key}_")) } else { key.into() };
    let start = out.len();
    let failed = json::pair(Key::unchecked(&name), value, out);
    let key = if failed { format!("{name}Error").into() } else { Cow::Owned(name.into_owned()) };
    rendered.added(key, start, out);
}

/// The pairs at the end of a buffer.
#[derive(Default)]
struct Rendered<'a> {
    start: Option<usize>,
    pairs: Vec<Option<Range<usize>>>,
    last: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Rendered<'a> {
    /// Appends bytes that are no pair.
    fn keep(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        self.start.get_or_insert(start);
        self.pairs.push(Some(start..out.len()));
    }

    fn add(&mut self, key: Cow<'a, str>, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        self.added(key, start, out);
    }

    fn added(&mut self, key: Cow<'a, str>, start: usize, out: &mut Vec<u8>) {
        self.start.get_or_insert(start);
        let range = start..out.len();
        if let Some(&before) = self.last.get(&key) {
            if self.pairs[before]
                .as_ref()
                .is_some_and(|before| out[before.clone()] == out[range.clone()])
            {
                out.truncate(start);
                return;
            }
            self.pairs[before] = None;
        }
        self.last.insert(key, self.pairs.len());
        self.pairs.push(Some(range));
    }

    /// Closes the gaps that dropped pairs have left.
    fn compact(self, out: &mut Vec<u8>) {
        let Some(mut end) = self.start else { return };
        for range in self.pairs.into_iter().flatten() {
            let len = range.len();
            out.copy_within(range, end);
            end += len;
        }
        out.truncate(end);
    }
}
