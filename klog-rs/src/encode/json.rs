//! The JSON format of component-base: `{"ts":1772600767089.0122,"caller":"src/main.rs:42","msg":"Message","v":0,"key":"value"}`.
//!
//! The rules are those of `component-base/logs/json` with zapr and zap, but keys are unique.

use tracing::Event;

use super::{
    Encoder, Line, duplicates,
    event::{self, Form},
};
use crate::{
    base::{Key, Severity},
    entry::Record,
    go::{number, quote},
    pairs::{CallPairs, LineParts, PairEncoder, PairFormat, Template},
    raw::{Cursor, IfPlain, Padded31, Short8, append},
    serialize::{
        Quoting,
        json::{key, pair},
    },
    value::{ObjectRef, Value},
};

/// Writes component-base's JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json;

/// What the lines of a call have in common.
const PARTS: LineParts = LineParts { place, message, key };

impl PairEncoder for Json {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        pair(key, value, out);
    }
}

impl Encoder for Json {
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        let mut to = Cursor::new(out);
        begin(line, &mut to);
        match line.record.pairs {
            CallPairs::Known(template, values) if !line.has_duplicates => {
                let fixed = template.json(&PARTS);
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
                    to.with(|out| duplicates::json_fields(start, out));
                }
            }
            _ => to.with(|out| line_slow(line, out)),
        }
        to.append(b"}\n");
        to.finish();
    }
}

/// Puts the time and the logger's name.
#[inline(always)]
fn begin(line: &Line<'_>, to: &mut Cursor<'_>) {
    line.time.milliseconds(to);
    if let Some(name) = line.logger() {
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
    let fixed = template.json(&PARTS);
    let mut to = Cursor::new(out);
    begin(line, &mut to);
    to.append(fixed.place_and_message());
    to.finish();
    event::append::<Json>(line, event, template, fixed, out);
    append(out, b"}\n");
}

/// Appends what follows the logger's name when it is not that of a macro's call whose keys are unique.
#[inline(never)]
fn line_slow(line: &Line<'_>, out: &mut Vec<u8>) {
    match line.record.pairs {
        // It has a line of its own, see `event_line`.
        CallPairs::Event(..) => {}
        CallPairs::Known(template, _) => append(out, template.json(&PARTS).place_and_message()),
        CallPairs::Named(_) => {
            place(line.record.library(), line.file(), line.line_number(), out);
            message(line.message(), out);
        }
    }
    let start = out.len();
    if line.has_duplicates {
        return duplicates::json(line, out);
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
        duplicates::json_fields(start, out);
    }
}

impl Form for Json {
    const MESSAGE: Quoting = quote::unusual_json;
    const TEXT: Quoting = quote::unusual_json;

    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
        line.context.put_all(PairFormat::Json, to);
        level(line, to);
    }

    #[inline(always)]
    fn pair(
        template: &Template,
        heads: &[Padded31],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool {
        template_pair(template, heads, index, value, to)
    }

    fn pair_alone(key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) -> bool {
        pair(key, value, out)
    }

    fn with_duplicates(line: &Line<'_>, out: &mut Vec<u8>) {
        duplicates::json(line, out);
    }

    fn deduplicate(start: usize, out: &mut Vec<u8>) {
        duplicates::json_fields(start, out);
    }
}

/// Puts what is between the message and the pairs of the call.
#[inline(always)]
fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
    line.context.put(PairFormat::Json, to);
    level(line, to);
}

/// Puts `,"v":0`, or what is there for another severity.
#[inline(always)]
fn level(line: &Line<'_>, to: &mut Cursor<'_>) {
    match line.record {
        Record { severity: Severity::Info, verbosity: level @ 0..=9, .. } => {
            // As a number, which a register holds: bytes in memory would be read before they are all there.
            const ZERO: u64 = u64::from_le_bytes(*b",\"v\":0\0\0");
            let bytes = (ZERO + (u64::from(*level) << 40)).to_le_bytes();
            if !to.put(Short8 { bytes, len: 6 }) {
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
    heads: &[Padded31],
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

/// Appends `,"caller":"src/main.rs:42","msg":`, for a dependency `kube_runtime/mod.rs:42`, or without the caller when the call site is unknown.
fn place(library: Option<&str>, file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    if let Some(file) = file.filter(|file| !file.is_empty()) {
        out.extend_from_slice(b",\"caller\":\"");
        // The file of a dependency is in its crate, any other in its folder.
        let n_folders = usize::from(library.is_none());
        let mut separators =
            file.bytes().enumerate().rev().filter(|(_, byte)| b"/\\".contains(byte));
        let short = separators.nth(n_folders).map_or(file, |(at, _)| &file[at + 1..]);
        if let Some(library) = library {
            out.extend_from_slice(library.as_bytes());
            out.push(b'/');
        }
        quote::json_inner(short, out);
        out.push(b':');
        number::integer(line, out);
        out.push(b'"');
    }
    append(out, b",\"msg\":");
}

/// Appends a message between quotes.
fn message(text: &str, out: &mut Vec<u8>) {
    quote::json(text, out);
}
