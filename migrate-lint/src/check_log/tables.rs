//! What a run remembers of keys and messages, in tables that stop growing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::bytes;
use super::marks;
use super::raw::Kind;

/// Distinct keys that are distinguished.
const MAX_KEYS: usize = 4096;
/// Distinct messages that are distinguished.
const MAX_MESSAGES: usize = 16_384;
/// Messages that share all but one word.
const MAX_PATTERNS: usize = 131_072;
/// Bytes of a text that are kept.
const MAX_TEXT: usize = 256;
/// So many messages of one skeleton are one message with values in it.
const SAME_BUT_NUMBERS: u16 = 10;
/// The same where only a word differs, which happens among messages that are meant to differ.
const SAME_BUT_A_WORD: u16 = 32;

/// A table by hashes.
pub(super) type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Hashed>>;

/// Keys by their hashes.
#[derive(Debug, Default)]
pub(super) struct Keys {
    uses: Vec<KeyUse>,
    /// Shared with those who read ahead, and copied when it changes meanwhile.
    known: Arc<ByHash<KnownKey>>,
    /// Hashes of keys that a log must not have.
    forbidden: Vec<u64>,
    /// Pairs whose keys found no room.
    pub n_beyond: usize,
}

/// What decides whether a pair says something new about its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownKey {
    /// Its place among the keys.
    pub index: u16,
    /// A bit for each kind of value that it had, and for `null`; none where its values are looked at.
    usual: u8,
    /// The same in any case.
    kinds: u8,
    /// Its name is that of a credential.
    pub is_credential: bool,
    is_forbidden: bool,
}

/// The bit of `null`, which is of every kind.
const NULL: u8 = 0x80;

impl KnownKey {
    fn new(index: u16, kind: Kind, is_credential: bool, is_forbidden: bool) -> Self {
        let mut known = Self { index, usual: 0, kinds: 0, is_credential, is_forbidden };
        known.add(bit(kind));
        known
    }

    fn add(&mut self, bit: u8) {
        self.kinds |= bit;
        if !self.is_credential && !self.is_forbidden {
            self.usual = self.kinds | NULL;
        }
    }

    /// Whether a value of this kind is nothing new, whatever it is.
    #[inline]
    pub(super) fn is_usual(self, kind: Kind) -> bool {
        const BITS: [u8; 7] = {
            let mut bits = [NULL; 7];
            bits[Kind::String as usize] = 1;
            bits[Kind::Block as usize] = 1;
            bits[Kind::Number as usize] = 2;
            bits[Kind::Bool as usize] = 4;
            bits[Kind::Array as usize] = 8;
            bits[Kind::Object as usize] = 16;
            bits
        };
        self.usual & BITS[kind as usize] != 0
    }

    /// Whether it had values of this kind, and may come.
    pub(super) fn had(self, kind: Kind) -> bool {
        let bit = bit(kind);
        self.kinds & bit == bit && !self.is_forbidden
    }
}

/// What is known of a key.
#[derive(Debug)]
pub(super) struct KeyUse {
    pub name: String,
    /// Pairs.
    pub count: usize,
    /// A bit for each kind of value.
    pub kinds: u8,
    /// The line of the first value that has a kind.
    pub first: usize,
    /// The kind of that value.
    pub first_kind: Kind,
}

/// What a pair says about its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The value is of another kind than those before: the first one's kind and line.
    pub changed: Option<(Kind, usize)>,
    pub is_credential: bool,
    pub is_forbidden: bool,
    /// The key is odd, and was not seen before.
    pub is_new_and_odd: bool,
}

impl Keys {
    pub(super) fn new(forbidden: &[String]) -> Self {
        let hash = |key: &String| bytes::hash(key.as_bytes(), &(0..key.len()));
        Self { forbidden: forbidden.iter().map(hash).collect(), ..Self::default() }
    }

    /// The keys so far.
    pub(super) fn known(&self) -> Arc<ByHash<KnownKey>> {
        self.known.clone()
    }

    /// Whether further keys find no room, so that they are counted and nothing else.
    pub(super) fn counts_further(&self) -> bool {
        self.uses.len() >= MAX_KEYS && self.forbidden.is_empty()
    }

    /// Adds pairs that were counted elsewhere, by the index of their key.
    pub(super) fn add_counts(&mut self, counts: &[usize]) {
        self.uses.iter_mut().zip(counts).for_each(|(known, count)| known.count += count);
    }

    /// Counts a pair.
    pub(super) fn see(&mut self, hash: u64, name: &[u8], kind: Kind, line: usize) -> Seen {
        let bit = bit(kind);
        let known = self.known.get(&hash).copied();
        let Some((known, key)) =
            known.and_then(|known| Some((known, self.uses.get_mut(usize::from(known.index))?)))
        else {
            return self.add(hash, name, kind, line);
        };
        key.count += 1;
        let mut changed = None;
        if known.kinds & bit != bit {
            if known.kinds == 0 {
                (key.first, key.first_kind) = (line, kind);
            } else {
                changed = Some((key.first_kind, key.first));
            }
            key.kinds |= bit;
            if let Some(known) = Arc::make_mut(&mut self.known).get_mut(&hash) {
                known.add(bit);
            }
        }
        let KnownKey { is_credential, is_forbidden, .. } = known;
        Seen { changed, is_credential, is_forbidden, is_new_and_odd: false }
    }

    /// Whether a key that finds no room says something nevertheless.
    pub(super) fn is_noticed(name: &[u8], is_quoted: bool) -> bool {
        marks::is_credential(name) || (is_quoted && is_odd(name))
    }

    #[cold]
    fn add(&mut self, hash: u64, name: &[u8], kind: Kind, line: usize) -> Seen {
        let is_credential = marks::is_credential(name);
        let is_forbidden = self.forbidden.contains(&hash);
        let is_new_and_odd = is_odd(name);
        let seen = Seen { changed: None, is_credential, is_forbidden, is_new_and_odd };
        if self.uses.len() >= MAX_KEYS {
            self.n_beyond += 1;
            return seen;
        }
        let kinds = bit(kind);
        let index = self.uses.len() as u16;
        let known = KnownKey::new(index, kind, is_credential, is_forbidden);
        Arc::make_mut(&mut self.known).insert(hash, known);
        self.uses.push(KeyUse {
            name: shortened(name),
            count: 1,
            kinds,
            first: line,
            first_kind: kind,
        });
        seen
    }

    /// All keys, the most used first.
    pub(super) fn sorted(&self) -> Vec<&KeyUse> {
        let mut keys: Vec<&KeyUse> = self.uses.iter().collect();
        keys.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        keys
    }
}

impl KeyUse {
    /// Names of the kinds that its values had.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        let all = [Kind::String, Kind::Number, Kind::Bool, Kind::Array, Kind::Object];
        all.into_iter().filter(|kind| self.kinds & bit(*kind) != 0).map(Kind::name).collect()
    }
}

/// `null` is of every kind.
fn bit(kind: Kind) -> u8 {
    match kind {
        Kind::String | Kind::Block => 1,
        Kind::Number => 2,
        Kind::Bool => 4,
        Kind::Array => 8,
        Kind::Object => 16,
        Kind::Null => 0,
    }
}

fn is_odd(name: &[u8]) -> bool {
    let text = std::str::from_utf8(name).unwrap_or("\u{0}");
    text.is_empty()
        || text.chars().any(|c| c.is_control() || c.is_whitespace() || "=\"\\".contains(c))
}

/// Messages by their hashes.
#[derive(Debug, Default)]
pub(super) struct Messages {
    uses: Vec<MessageUse>,
    /// The index of each; shared with those who read ahead, and copied when it changes meanwhile.
    known: Arc<ByHash<u16>>,
    patterns: ByHash<u16>,
    /// Entries whose messages found no room.
    pub n_beyond: usize,
}

/// How often a message came.
#[derive(Debug)]
pub(super) struct MessageUse {
    pub text: String,
    pub count: usize,
}

impl Messages {
    /// The messages so far.
    pub(super) fn known(&self) -> Arc<ByHash<u16>> {
        self.known.clone()
    }

    /// Whether a further message finds no room.
    pub(super) fn is_full(&self) -> bool {
        self.uses.len() >= MAX_MESSAGES
    }

    /// Adds entries that were counted elsewhere, by the index of their message.
    pub(super) fn add_counts(&mut self, counts: &[usize]) {
        self.uses.iter_mut().zip(counts).for_each(|(known, count)| known.count += count);
    }

    /// Counts an entry; returns the skeleton of its message and how many share it when they have become too many.
    pub(super) fn see(&mut self, hash: u64, message: &[u8]) -> Option<(String, u16)> {
        let known = self.known.get(&hash).and_then(|index| self.uses.get_mut(usize::from(*index)));
        match known {
            Some(known) => {
                known.count += 1;
                None
            }
            None => self.add(hash, message),
        }
    }

    #[cold]
    fn add(&mut self, hash: u64, message: &[u8]) -> Option<(String, u16)> {
        if self.is_full() {
            self.n_beyond += 1;
            return None;
        }
        let text = shortened(message);
        let words: Vec<&str> = text.split(' ').take(24).collect();
        Arc::make_mut(&mut self.known).insert(hash, self.uses.len() as u16);
        self.uses.push(MessageUse { text: text.clone(), count: 1 });
        let general: Vec<&str> =
            words.iter().map(|word| if is_value(word) { "…" } else { word }).collect();
        if general != words {
            return self.share(general.join(" "), SAME_BUT_NUMBERS);
        }
        if words.len() < 2 {
            return None;
        }
        (0..words.len()).find_map(|index| {
            let mut general = words.clone();
            general[index] = "…";
            self.share(general.join(" "), SAME_BUT_A_WORD)
        })
    }

    /// Counts a message of a skeleton; the skeleton when it has just reached the limit.
    fn share(&mut self, skeleton: String, limit: u16) -> Option<(String, u16)> {
        let hash = bytes::hash(skeleton.as_bytes(), &(0..skeleton.len()));
        if self.patterns.len() >= MAX_PATTERNS && !self.patterns.contains_key(&hash) {
            return None;
        }
        let count = self.patterns.entry(hash).or_default();
        *count = count.saturating_add(1);
        (*count == limit).then_some((skeleton, limit))
    }

    /// All messages, the most frequent first.
    pub(super) fn sorted(&self) -> Vec<&MessageUse> {
        let mut messages: Vec<&MessageUse> = self.uses.iter().collect();
        messages.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        messages
    }
}

/// Whether a word of a message is a value: it has a digit, a quote, or the form of a path.
fn is_value(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '/' | '=' | '@' | '_'))
}

fn shortened(text: &[u8]) -> String {
    String::from_utf8_lossy(text.get(..MAX_TEXT).unwrap_or(text)).into_owned()
}

/// A hash is its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes::hash(bytes, &(0..bytes.len()));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
