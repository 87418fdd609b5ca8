//! Key/value pairs: those that loggers and spans keep, and those of a call.

mod context;
mod encoder;
pub(crate) mod event;
mod field_visitor;
pub(crate) mod known_libraries;
mod name;
pub(crate) mod spans;
pub(crate) mod stored;
mod template;
#[cfg(feature = "opentelemetry")]
pub(crate) mod trace_ids;

use std::ops::Range;

use smallvec::SmallVec;
use tracing::Event;

pub(crate) use self::{
    context::Context,
    encoder::{PairFormat, PairsOf},
    field_visitor::{FieldVisitor, OnField},
    spans::SpanFields,
    template::{Fixed, LineParts, Template},
};
pub use self::{encoder::PairEncoder, name::Name};
use crate::{
    base::{
        Key, KeyTable, is_reserved,
        thread_buffers::{self, Use},
    },
    raw::Cursor,
    value::Value,
};

/// Pairs in owned form, rendered once for the format in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    /// The values, and after them the rendered pairs.
    bytes: Vec<u8>,
    /// Where the rendered pairs begin.
    rendered: usize,
    items: SmallVec<[Item; 4]>,
    format: Option<PairFormat>,
    /// Set of the keys, see [`Key::bit`].
    pub(crate) keys: u64,
    /// A key occurs twice, or is one that JSON reserves, or a value has failed and changes its key.
    pub(crate) has_conflicting_keys: bool,
    /// A key has come twice.
    has_overridden: bool,
    /// A key may have come twice, which is found out for all at once.
    may_repeat: bool,
}

/// Pairs whose keys are compared with each other, key by key; a table finds those of more.
const FEW_PAIRS: usize = 16;

#[derive(Clone, Copy, Debug)]
struct Item {
    /// Offset of the key and after it the value.
    at: usize,
    /// End of the rendered pair, counted from `Pairs::rendered`.
    end: usize,
    /// See [`Key::is_plain`].
    is_plain: bool,
}

impl Pairs {
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// These pairs and further ones after them.
    pub(crate) fn with(
        &self,
        format: PairFormat,
        each: impl FnOnce(&mut dyn FnMut(Key<'_>, &Value<'_>)),
    ) -> Pairs {
        let mut bytes = Vec::with_capacity(256 + self.bytes.len());
        bytes.extend_from_slice(&self.bytes[..self.rendered]);
        let mut pairs = Pairs {
            bytes,
            rendered: 0,
            items: self.items.clone(),
            format: Some(format),
            ..Pairs::default()
        };
        pairs.keys = self.keys;
        pairs.has_conflicting_keys = self.has_conflicting_keys;
        let n_before = pairs.items.len();
        each(&mut |key, value| pairs.push(key, value));
        if pairs.may_repeat {
            pairs.find_repeated();
        }
        pairs.rendered = pairs.bytes.len();
        let first = if self.format == Some(format) {
            pairs.bytes.extend_from_slice(&self.bytes[self.rendered..]);
            n_before
        } else {
            0
        };
        pairs.render(first, format);
        if pairs.has_overridden { pairs.without_overridden() } else { pairs }
    }

    /// These pairs without those that no line shows, because another one of the same key follows: else a logger that is
    /// derived again and again would keep them all.
    ///
    /// Of two that are rendered alike the first stays, as in a line. A value that has failed has another key in JSON and
    /// stays with what follows it.
    #[cold]
    fn without_overridden(&self) -> Pairs {
        let mut is_shown: SmallVec<[bool; 8]> = SmallVec::new();
        let mut table = KeyTable::default();
        let mut rest = Pairs { format: self.format, ..Pairs::default() };
        for place in 0..self.items.len() {
            let (key, is_failed) = (self.key_at(place), self.has_failed(place));
            let hash = Key::hash(key).wrapping_add(u32::from(is_failed));
            let is_it = |at: usize| self.key_at(at) == key && self.has_failed(at) == is_failed;
            is_shown.push(true);
            let Some(before) = table.replace(hash, place, is_it) else { continue };
            if self.rendered_at(before) == self.rendered_at(place) {
                table.replace(hash, before, |at| at == place);
                is_shown[place] = false;
            } else {
                is_shown[before] = false;
            }
        }
        let is_shown = |(place, _): &(usize, &Item)| is_shown[*place];
        for (place, item) in self.items.iter().enumerate().filter(is_shown) {
            let at = rest.bytes.len();
            rest.bytes.extend_from_slice(&self.bytes[self.stored_at(place)]);
            rest.items.push(Item { at, ..*item });
            let key = self.key_at(place);
            let bit = Key::bit(key);
            rest.has_conflicting_keys |= is_reserved(key) || self.has_failed(place);
            rest.keys |= bit;
        }
        rest.rendered = rest.bytes.len();
        let shown = self.items.iter().enumerate().filter(is_shown);
        for (index, (place, _)) in shown.enumerate() {
            rest.bytes.extend_from_slice(self.rendered_at(place));
            rest.items[index].end = rest.bytes.len() - rest.rendered;
        }
        rest
    }

    /// Where the key and the value of a pair are.
    fn stored_at(&self, place: usize) -> Range<usize> {
        let end = self.items.get(place + 1).map_or(self.rendered, |next| next.at);
        self.items[place].at..end
    }

    fn key_at(&self, place: usize) -> &str {
        read(&self.bytes[self.stored_at(place)]).0
    }

    fn has_failed(&self, place: usize) -> bool {
        let mut stored = &self.bytes[self.stored_at(place)];
        let _ = stored::read_sized(&mut stored);
        stored::has_failed(stored)
    }

    fn rendered_at(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.items[before].end);
        &self.bytes[self.rendered..][start..self.items[place].end]
    }

    fn push(&mut self, key: Key<'_>, value: &Value<'_>) {
        let bit = Key::bit(key.name);
        if self.keys & bit != 0 {
            if self.items.len() > FEW_PAIRS {
                self.may_repeat = true;
            } else if self.has(key.name) {
                self.has_conflicting_keys = true;
                self.has_overridden = true;
            }
        }
        self.has_conflicting_keys |= is_reserved(key.name);
        self.keys |= bit;
        let at = self.bytes.len();
        stored::sized(key.name.as_bytes(), &mut self.bytes);
        let value_at = self.bytes.len();
        stored::write(value, &mut self.bytes);
        self.has_conflicting_keys |= stored::has_failed(&self.bytes[value_at..]);
        self.items.push(Item { at, end: 0, is_plain: key.is_plain });
    }

    /// Notes whether a key has come twice.
    #[cold]
    fn find_repeated(&mut self) {
        let mut table = KeyTable::default();
        let key_at = |place: usize| read_key(&mut &self.bytes[self.items[place].at..]);
        let repeats = (0..self.items.len()).any(|place| {
            let key = key_at(place);
            table.replace(Key::hash(key), place, |at| key_at(at) == key).is_some()
        });
        self.has_conflicting_keys |= repeats;
        self.has_overridden |= repeats;
        self.may_repeat = false;
    }

    fn render(&mut self, first: usize, format: PairFormat) {
        thread_buffers::with(Use::Piece, |pair| {
            for index in first..self.items.len() {
                let Item { at, is_plain, .. } = self.items[index];
                let (name, value) = read(&self.bytes[at..self.rendered]);
                pair.clear();
                format.pair(Key { name, is_plain }, &value, pair);
                self.bytes.extend_from_slice(pair);
                self.items[index].end = self.bytes.len() - self.rendered;
            }
        });
    }

    fn has(&self, key: &str) -> bool {
        let mut found = false;
        self.for_each_key(|other| found |= other == key);
        found
    }

    /// Whether one of these keys is, or among many may be, among `others`; asked only when the sets of keys say that it may be.
    pub(crate) fn shares_key(&self, others: &CallPairs<'_>) -> bool {
        if self.items.len() * others.len() > FEW_PAIRS * FEW_PAIRS {
            return true;
        }
        let mut found = false;
        others.for_each_key(|key| {
            found = found || self.keys & Key::bit(key) != 0 && self.has(key);
        });
        found
    }

    pub(crate) fn for_each_key(&self, mut each: impl FnMut(&str)) {
        for item in &self.items {
            let mut tape = &self.bytes[item.at..];
            each(read_key(&mut tape));
        }
    }

    pub(crate) fn for_each<'a>(&'a self, mut each: impl FnMut(&'a str, Value<'a>)) {
        for item in &self.items {
            let end = if self.rendered == 0 { self.bytes.len() } else { self.rendered };
            let (key, value) = read(&self.bytes[item.at..end]);
            each(key, value);
        }
    }

    /// Puts all pairs as `format` renders them.
    #[inline(always)]
    pub(crate) fn put(&self, format: PairFormat, to: &mut Cursor<'_>) {
        if self.format == Some(format) {
            to.append(self.bytes.get(self.rendered..).unwrap_or_default());
        } else {
            to.with(|out| self.append_anew(format, out));
        }
    }

    /// The same for a format in which they were not rendered before.
    #[cold]
    #[inline(never)]
    fn append_anew(&self, format: PairFormat, out: &mut Vec<u8>) {
        self.for_each(|key, value| format.pair(Key::unchecked(key), &value, out));
    }

    /// Calls `each` with every key and its pair as `format` renders it.
    pub(crate) fn for_each_rendered(&self, format: PairFormat, mut each: impl FnMut(&str, &[u8])) {
        let mut start = 0;
        let mut own = Vec::new();
        for item in &self.items {
            let (key, value) = read(&self.bytes[item.at..self.rendered]);
            if self.format == Some(format) {
                each(key, &self.bytes[self.rendered + start..self.rendered + item.end]);
                start = item.end;
            } else {
                own.clear();
                format.pair(Key::unchecked(key), &value, &mut own);
                each(key, &own);
            }
        }
    }
}

fn read(mut tape: &[u8]) -> (&str, Value<'_>) {
    (read_key(&mut tape), stored::read(&mut tape))
}

fn read_key<'a>(tape: &mut &'a [u8]) -> &'a str {
    stored::read_sized(tape).and_then(|key| std::str::from_utf8(key).ok()).unwrap_or_default()
}

/// The pairs of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallPairs<'a> {
    /// Of a macro: keys known at compile time, unique and not reserved.
    Known(&'static Template, &'a [Value<'a>]),
    /// Of a function: keys known at run time.
    Named(&'a [(&'a str, Value<'a>)]),
    /// Of an event of plain `tracing`: keys unique and not reserved, values that live while they are visited.
    Event(&'a Event<'a>, &'static Template),
}

impl CallPairs<'_> {
    #[inline]
    pub(crate) fn for_each(&self, mut each: impl FnMut(Key<'_>, &Value<'_>)) {
        match *self {
            CallPairs::Event(event, template) => {
                event::visit(event, &mut |part: event::Part<'_>| {
                    if let event::Part::Pair(index, value) = part {
                        each(template.keys[index], value);
                    }
                });
            }
            CallPairs::Known(template, values) => {
                for (key, value) in template.keys.iter().zip(values) {
                    each(*key, value);
                }
            }
            CallPairs::Named(pairs) => {
                for (key, value) in pairs {
                    each(Key::unchecked(key), value);
                }
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            CallPairs::Known(template, _) | CallPairs::Event(_, template) => template.keys.len(),
            CallPairs::Named(pairs) => pairs.len(),
        }
    }

    fn for_each_key(&self, mut each: impl FnMut(&str)) {
        match self {
            CallPairs::Known(template, _) | CallPairs::Event(_, template) => {
                template.keys.iter().for_each(|key| each(key.name));
            }
            CallPairs::Named(pairs) => pairs.iter().for_each(|(key, _)| each(key)),
        }
    }

    /// Set of the keys, and whether one occurs twice or is reserved.
    #[inline]
    pub(crate) fn keys(&self) -> (u64, bool) {
        match self {
            CallPairs::Known(template, _) | CallPairs::Event(_, template) => (template.bits, false),
            CallPairs::Named(pairs) => keys_of(pairs),
        }
    }
}

#[inline(never)]
fn keys_of(pairs: &[(&str, Value<'_>)]) -> (u64, bool) {
    let (mut keys, mut has_conflicting_keys, mut may_repeat) = (0, false, false);
    for (key, _) in pairs {
        let bit = Key::bit(key);
        has_conflicting_keys |= is_reserved(key);
        may_repeat |= keys & bit != 0;
        keys |= bit;
    }
    (keys, has_conflicting_keys || may_repeat && repeats(pairs))
}

/// Whether a key occurs twice.
#[cold]
fn repeats(pairs: &[(&str, Value<'_>)]) -> bool {
    let mut table = KeyTable::default();
    pairs.iter().enumerate().any(|(place, (key, _))| {
        table.replace(Key::hash(key), place, |at| pairs[at].0 == *key).is_some()
    })
}
