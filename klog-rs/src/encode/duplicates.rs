//! Lines in which a key occurs twice: klog's rule for text, and the same for JSON.
//!
//! Every pair is rendered. Then, for each pair in turn whose key was seen before: if it is rendered as the one before,
//! it is dropped and the earlier position stays; else the earlier one is dropped.
//! See `klog/internal/serialize/keyvalues.go`.

use std::{borrow::Cow, ops::Range};

use smallvec::SmallVec;

use super::{Line, json::severity};
use crate::{
    base::{Key, KeyTable, Severity},
    pairs::PairFormat,
    serialize::{json, text},
    value::Value,
};

/// Appends the pairs of a text line.
#[cold]
pub(crate) fn text(line: &Line<'_>, out: &mut Vec<u8>) {
    let mut rendered = Rendered::default();
    if let Some(err) = line.record.err {
        rendered.add("err", out, |out| text::pair(Key::unchecked("err"), err, out));
    }
    if let Some(name) = line.logger() {
        rendered.add("logger", out, |out| out.extend_from_slice(&name.text));
    }
    line.context.for_each(|pairs| {
        pairs.for_each_rendered(PairFormat::Text, |key, bytes| {
            rendered.add(key, out, |out| out.extend_from_slice(bytes));
        });
    });
    line.record.pairs.for_each(|key, value| {
        rendered.add(key.name, out, |out| text::pair(key, value, out));
    });
    rendered.compact(out);
}

/// Appends the fields of a JSON line that follow the message.
#[cold]
pub(crate) fn json(line: &Line<'_>, out: &mut Vec<u8>) {
    let mut rendered = Rendered::default();
    line.context.for_each(|pairs| {
        pairs.for_each(|key, value| field(line, key, &value, &mut rendered, out));
    });
    rendered.keep(out, |out| severity(line, out));
    line.record.pairs.for_each(|key, value| field(line, key.name, value, &mut rendered, out));
    if let Some(err) = line.record.err {
        rendered.add("err", out, |out| {
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
        let (field, after) = rest.split_at(field_len(rest));
        rest = after;
        let key = String::from_utf8_lossy(&field[..key_len(field)]);
        rendered.add(&key, out, |out| out.extend_from_slice(field));
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

fn field(
    line: &Line<'_>,
    key: &str,
    value: &Value<'_>,
    rendered: &mut Rendered,
    out: &mut Vec<u8>,
) {
    let name = if is_taken(line, key) { Cow::Owned(format!("{key}_")) } else { key.into() };
    let start = out.len();
    let failed = json::pair(Key::unchecked(&name), value, out);
    if failed {
        rendered.added(&format!("{name}Error"), start, out);
    } else {
        rendered.added(&name, start, out);
    }
}

/// The pairs at the end of a buffer.
#[derive(Default)]
struct Rendered {
    pairs: SmallVec<[Pair; 12]>,
    /// All keys, one after the other.
    keys: SmallVec<[u8; 128]>,
    table: KeyTable,
    /// A pair was dropped that is not the last one.
    has_gap: bool,
}

/// Where a pair and its key are.
struct Pair {
    bytes: Range<usize>,
    key: Range<usize>,
}

impl Rendered {
    /// Appends bytes that are no pair.
    fn keep(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        self.pairs.push(Pair { bytes: start..out.len(), key: 0..0 });
    }

    fn add(&mut self, key: &str, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        self.added(key, start, out);
    }

    fn added(&mut self, key: &str, start: usize, out: &mut Vec<u8>) {
        let Rendered { pairs, keys, table, has_gap } = self;
        let bytes = start..out.len();
        let place = pairs.len();
        let before = table
            .replace(Key::hash(key), place, |at| keys[pairs[at].key.clone()] == *key.as_bytes());
        if let Some(before) = before {
            if out[pairs[before].bytes.clone()] == out[bytes.clone()] {
                out.truncate(start);
                // The one before stays the last.
                table.replace(Key::hash(key), before, |at| at == place);
                return;
            }
            pairs[before].bytes.end = pairs[before].bytes.start;
            *has_gap = true;
        }
        let key_start = keys.len();
        keys.extend_from_slice(key.as_bytes());
        pairs.push(Pair { bytes, key: key_start..keys.len() });
    }

    /// Closes the gaps that dropped pairs have left.
    fn compact(self, out: &mut Vec<u8>) {
        let Some(first) = self.pairs.first().filter(|_| self.has_gap) else { return };
        let mut end = first.bytes.start;
        for Pair { bytes, .. } in self.pairs {
            let len = bytes.len();
            out.copy_within(bytes, end);
            end += len;
        }
        out.truncate(end);
    }
}
