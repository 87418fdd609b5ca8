//! What is wrong with an entry by itself, whatever came before it.

use super::bytes;
use super::marks::{self, Hit, Marks, Runs};
use super::raw::{Defect, Kind, MessageForm, Raw, RawPair};
use super::rules::Id;
use crate::call::Span;
use crate::work;

/// What entries are judged by that needs no other entry; threads share it.
#[derive(Debug)]
pub(super) struct Alone {
    marks: Marks,
    max_line: usize,
}

/// What is found out about many entries at once, because that is faster than one by one.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// Where pieces begin that have DEL or a byte that is not ASCII.
    odd: Vec<usize>,
    /// The first of them that no entry has passed.
    next_odd: usize,
    /// Where secrets and the like could begin.
    hits: Vec<Hit>,
    /// The first of them that no entry had yet.
    next: usize,
}

/// Bytes of a piece.
const PIECE: usize = 64;

impl Overview {
    fn find_odd(&mut self, bytes: &[u8]) {
        let (pieces, rest) = bytes.as_chunks::<PIECE>();
        self.odd.clear();
        for (index, piece) in pieces.iter().enumerate() {
            if !is_plain(piece) {
                self.odd.push(index * PIECE);
            }
        }
        if !is_plain(rest) {
            self.odd.push(bytes.len() - rest.len());
        }
        self.next_odd = 0;
    }

    /// Whether an entry, which begins at `start` of the bytes, is ASCII without DEL.
    #[inline]
    fn is_plain(&mut self, entry: &[u8], start: usize) -> bool {
        while self.odd.get(self.next_odd).is_some_and(|odd| odd + PIECE <= start) {
            self.next_odd += 1;
        }
        self.odd.get(self.next_odd).is_none_or(|odd| *odd >= start + entry.len()) || is_plain(entry)
    }
}

/// Whether all is ASCII without DEL.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    // A fold without an exit is what compilers make vectors of.
    !bytes.iter().fold(false, |is_odd, &byte| is_odd | (byte >= 0x7f))
}

impl Alone {
    pub(super) fn new(max_line: usize) -> Self {
        Self { marks: Marks::new(), max_line }
    }

    /// Looks over bytes before their entries are judged.
    pub(super) fn look_over(&self, bytes: &[u8], overview: &mut Overview) {
        work::count(bytes.len().div_ceil(8));
        overview.find_odd(bytes);
        self.marks.find(bytes, &mut overview.hits);
        overview.next = 0;
    }

    /// Adds to `raw.defects` what is wrong with an entry, which begins at `start` of the bytes that were looked over.
    #[inline]
    pub(super) fn look(&self, entry: &[u8], start: usize, overview: &mut Overview, raw: &mut Raw) {
        length(entry, raw, self.max_line);
        let is_plain = overview.is_plain(entry, start);
        if raw.is_block || !is_plain {
            hidden(entry, raw);
        }
        let n_hits = overview.hits[overview.next..]
            .iter()
            .take_while(|hit| hit.span.start < start + entry.len())
            .count();
        if n_hits > 0 {
            marks(&overview.hits[overview.next..overview.next + n_hits], entry, start, raw);
            overview.next += n_hits;
        }
        if raw.body > 0
            && let Some(span) = marks::header_look_alike(entry, raw.body)
        {
            let words = "this looks like the end of a header to readers that look for the last one";
            raw.defect(Id::HeaderLookAlike, span, words);
        }
    }
}

/// What a search of all bytes has found in this entry, which begins at `start` of them.
#[cold]
fn marks(hits: &[Hit], entry: &[u8], start: usize, raw: &mut Raw) {
    let mut runs = Runs::default();
    let mut reported = 0;
    for hit in hits {
        let Some((rule, span, what)) = hit.closer(entry, start, raw.body, &mut runs) else {
            continue;
        };
        // What is part of a secret was reported with it.
        if span.start < reported {
            continue;
        }
        reported = span.end;
        if rule == Id::SecretValue {
            let help = "take it back, then wrap the value in `Secret` or leave it out";
            raw.defect_with_help(rule, span, format!("{what} in the log"), help);
        } else {
            raw.defect(rule, span, what);
        }
    }
}

#[inline]
fn length(entry: &[u8], raw: &mut Raw, limit: usize) {
    if entry.len() > limit {
        too_long(entry, raw, limit);
    }
}

#[cold]
fn too_long(entry: &[u8], raw: &mut Raw, limit: usize) {
    let mut start = 0;
    for line in entry.split_inclusive(|byte| *byte == b'\n') {
        if line.len() > limit {
            let words = format!("the line has {} bytes, more than {limit}", line.len());
            let help = "container runtimes cut lines at 16 KiB, and readers get the halves";
            raw.defect_with_help(Id::LongLine, start..start + line.len().min(30), words, help);
        }
        start += line.len();
    }
}

/// The fields that every JSON entry has.
#[inline]
pub(super) fn fields(entry: &[u8], raw: &mut Raw) {
    if raw.is_broken {
        return;
    }
    if raw.ts.is_none() {
        raw.defect(Id::MissingField, 0..1, "the entry has no `ts`");
    }
    if raw.form == MessageForm::Missing {
        raw.defect(Id::MissingField, 0..1, "the entry has no `msg`");
    }
    let Some(ts) = &raw.ts else { return };
    let digits = bytes::all_digits(&entry[..ts.end], ts.start);
    let unit = match digits {
        9 | 10 => "seconds",
        15 | 16 => "microseconds",
        18 | 19 => "nanoseconds",
        _ => return,
    };
    let words = format!("`ts` seems to be in {unit}, not in milliseconds");
    raw.defect(Id::TimestampUnit, ts.clone(), words);
}

/// Characters that move a cursor, reorder or hide text, and bytes that are no text.
///
/// Quoted values may have DEL and C1, because some are printed by JSON's rules, which leave both as they are; so are JSON entries.
#[cold]
fn hidden(entry: &[u8], raw: &mut Raw) {
    if let Err(error) = std::str::from_utf8(entry) {
        let at = error.valid_up_to();
        let words = format!("byte 0x{:02x} is not UTF-8", entry.get(at).copied().unwrap_or(0));
        return raw.defect(Id::ControlCharacter, at..at + 1, words);
    }
    if raw.is_json {
        return;
    }
    hidden_in(entry, raw.message.clone(), false, raw);
    for index in 0..raw.pairs.len() {
        let RawPair { key, value, kind, .. } = &raw.pairs[index];
        let (key, value, is_block) = (key.clone(), value.clone(), *kind == Kind::Block);
        hidden_in(entry, key, false, raw);
        if is_block {
            hidden_in(entry, value, true, raw);
        }
    }
}

/// The same in a part of an entry that is text; only a block may have lines and tabs.
fn hidden_in(entry: &[u8], span: Span, is_block: bool, raw: &mut Raw) {
    let Some(bytes) = entry.get(span.clone()) else { return };
    // In a block there may be others.
    if !is_block && is_plain(bytes) {
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let found = text.char_indices().find(|(_, c)| match c {
        '\n' | '\t' => !is_block,
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => true,
        c => c.is_control(),
    });
    // Those below 0x20 were seen by the parser, but for blocks.
    if let Some((at, c)) = found
        && (is_block || c >= '\u{7f}')
    {
        let at = span.start + at;
        let words = format!("control character U+{:04X} is not escaped", u32::from(c));
        raw.defect(Id::ControlCharacter, at..at + c.len_utf8(), words);
    }
}

/// Where secrets begin that were found by their form, in order.
pub(super) fn secrets(defects: &[Defect]) -> Vec<usize> {
    let of_secrets = defects.iter().filter(|defect| defect.rule == Id::SecretValue);
    let mut places: Vec<usize> = of_secrets.map(|defect| defect.span.start).collect();
    places.sort_unstable();
    places
}

/// Whether the value of a key that names a credential is one, and is not among the secrets that were found already.
pub(super) fn is_exposed(entry: &[u8], pair: &RawPair, is_text: bool, secrets: &[usize]) -> bool {
    !has_one_in(secrets, &pair.value)
        && is_plain_secret(&entry[pair.value.clone()], pair.kind, is_text)
}

/// Whether one of these places, which are in order, is in the span.
fn has_one_in(places: &[usize], span: &Span) -> bool {
    let next = places.partition_point(|place| *place < span.start);
    places.get(next).is_some_and(|place| span.contains(place))
}

/// A string that is not empty and does not say that it was left out.
fn is_plain_secret(value: &[u8], kind: Kind, is_text: bool) -> bool {
    let inner = match kind {
        Kind::String => value.get(1..value.len().saturating_sub(1)).unwrap_or_default(),
        Kind::Block => value,
        Kind::Number => return is_text && value.len() > 3,
        Kind::Bool | Kind::Array | Kind::Object | Kind::Null => return false,
    };
    !inner.is_empty() && !marks::is_redacted(inner)
}
