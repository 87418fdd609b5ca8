//! The text format of klog's textlogger: `I0304 05:06:07.089012   12345 main.rs:42] "Message" key="value"`.
//!
//! The rules are those of `klog/internal/serialize/keyvalues.go` and `klog/textlogger`.

use tracing::Event;

use super::{
    Encoder, Line, duplicates,
    event::{self, Form},
};
use crate::{
    base::Key,
    go::{number, quote},
    pairs::{CallPairs, LineParts, PairEncoder, PairFormat, Template},
    raw::{Cursor, IfPlain, Padded31, append},
    serialize::{
        Quoting,
        text::{key, pair},
    },
    value::{ObjectRef, Value},
};

/// Writes klog's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text;

/// What the lines of a call have in common.
const PARTS: LineParts = LineParts { place, message, key };

impl PairEncoder for Text {
    fn pair(&self, key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) {
        pair(key, value, out);
    }
}

impl Encoder for Text {
    fn line(&self, line: &Line<'_>, out: &mut Vec<u8>) {
        let mut to = Cursor::new(out);
        let has_header = line.has_header;
        if has_header {
            line.time.header(line.record.severity.letter(), line.pid, &mut to);
        }
        match line.record.pairs {
            CallPairs::Known(template, values) if has_header && !line.has_duplicates => {
                let fixed = template.text(&PARTS);
                to.append(fixed.place_and_message());
                before_pairs(line, &mut to);
                let heads = &*fixed.heads;
                for (index, value) in values.iter().enumerate() {
                    template_pair(template, heads, index, value, &mut to);
                }
            }
            _ => to.with(|out| line_slow(line, out)),
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
    let fixed = template.text(&PARTS);
    let mut to = Cursor::new(out);
    if line.has_header {
        line.time.header(line.record.severity.letter(), line.pid, &mut to);
        to.append(fixed.place_and_message());
    }
    to.finish();
    event::append::<Text>(line, event, template, fixed, out);
    append(out, b"\n");
}

/// Appends what follows the header when it is not that of a macro's call whose keys are unique.
#[inline(never)]
fn line_slow(line: &Line<'_>, out: &mut Vec<u8>) {
    let has_header = line.has_header;
    match line.record.pairs {
        // It has a line of its own, see `event_line`.
        CallPairs::Event(..) => {}
        CallPairs::Known(template, _) if has_header => {
            append(out, template.text(&PARTS).place_and_message());
        }
        CallPairs::Known(template, _) => append(out, template.text(&PARTS).message()),
        CallPairs::Named(_) => {
            if has_header {
                place(line.record.library(), line.file(), line.line_number(), out);
            }
            message(line.message(), out);
        }
    }
    before_pairs_or_all(line, out);
    if !line.has_duplicates {
        line.record.pairs.for_each(|key, value| pair(key, value, out));
    }
}

/// Appends what is between the message and the pairs of the call, and these as well where a key occurs twice.
fn before_pairs_or_all(line: &Line<'_>, out: &mut Vec<u8>) {
    if line.has_duplicates {
        return duplicates::text(line, out);
    }
    let mut to = Cursor::new(out);
    before_pairs(line, &mut to);
    to.finish();
}

impl Form for Text {
    const MESSAGE: Quoting = quote::escaped;
    const TEXT: Quoting = quote::unusual_or_block;

    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
        if let Some(name) = line.logger() {
            to.append(&name.text);
        }
        line.context.put_all(PairFormat::Text, to);
    }

    #[inline(always)]
    fn pair(
        template: &Template,
        heads: &[Padded31],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool {
        template_pair(template, heads, index, value, to);
        false
    }

    fn pair_alone(key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) -> bool {
        pair(key, value, out);
        false
    }

    fn with_duplicates(line: &Line<'_>, out: &mut Vec<u8>) {
        duplicates::text(line, out);
    }

    fn deduplicate(_: usize, _: &mut Vec<u8>) {}
}

/// Puts what is between the message and the pairs of the call.
#[inline(always)]
fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>) {
    if let Some(err) = line.record.err {
        to.with(|out| pair(Key::checked("err"), err, out));
    }
    if let Some(name) = line.logger() {
        to.append(&name.text);
    }
    line.context.put(PairFormat::Text, to);
}

/// Puts a pair whose key is known.
#[inline(always)]
fn template_pair(
    template: &Template,
    heads: &[Padded31],
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

/// Appends `main.rs:42] `, or `kube_runtime/mod.rs:42] ` for a dependency.
fn place(library: Option<&str>, file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    if let Some(library) = library {
        append(out, library.as_bytes());
        append(out, b"/");
    }
    caller(file, line, out);
    append(out, b"] ");
}

/// Appends a message between quotes.
fn message(text: &str, out: &mut Vec<u8>) {
    quote::quote(text, out);
}

/// Appends `main.rs:42`.
fn caller(file: Option<&str>, line: u32, out: &mut Vec<u8>) {
    match file {
        None => out.extend_from_slice(b"???:1"),
        Some(file) => {
            let start = file.bytes().rposition(|byte| matches!(byte, b'/' | b'\\'));
            let name = start.map_or(file, |at| &file[at + 1..]);
            let is_usual =
                |byte: u8| (b' '..0x7f).contains(&byte) && !matches!(byte, b']' | b'"' | b':');
            if name.is_empty() {
                out.extend_from_slice(b"???");
            } else if name.bytes().all(is_usual) {
                out.extend_from_slice(name.as_bytes());
            } else {
                unusual_name(name, out);
            }
            out.push(b':');
            number::integer(line, out);
        }
    }
}

/// Appends a file name with `_` for what could end the header or look like a part of it: it may come from a bridge.
#[cold]
fn unusual_name(name: &str, out: &mut Vec<u8>) {
    let is_name = |char: char| {
        quote::is_printable(char)
            && (char == ' ' || !char.is_whitespace())
            && !matches!(char, ']' | '"' | ':')
    };
    let name: String = name.chars().map(|char| if is_name(char) { char } else { '_' }).collect();
    out.extend_from_slice(name.as_bytes());
}
