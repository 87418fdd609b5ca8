//! What a run remembers of keys and messages, in tables that stop growing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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

/// Keys by their hashes.
#[derive(Debug)]
pub(super) struct Keys {
    uses: Vec<KeyUse>,
    /// Index of each.
    by_hash: HashMap<u64, u16, BuildHasherDefault<Hashed>>,
    /// Index of the one that came last with these first bits of a hash.
    recent: [u16; 256],
    /// Pairs whose keys found no room.
    pub n_beyond: usize,
}

/// What is known of a key.
#[derive(Debug)]
pub(super) struct KeyUse {
    hash: u64,
    pub name: String,
    /// Pairs.
    pub count: usize,
    /// A bit for each kind of value.
    pub kinds: u8,
    /// The line of the first value that has a kind.
    pub first: usize,
    /// The kind of that value.
    pub first_kind: Kind,
    /// Its name is that of a credential.
    pub is_credential: bool,
}

/// What a pair says about its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The value is of another kind than those before: the first one's kind and line.
    pub changed: Option<(Kind, usize)>,
    pub is_credential: bool,
    /// The key is odd, and was not seen before.
    pub is_new_and_odd: bool,
}

impl Default for Keys {
    fn default() -> Self {
        Self { uses: Vec::new(), by_hash: HashMap::default(), recent: [0; 256], n_beyond: 0 }
    }
}

impl Keys {
    /// Counts a pair about which there is nothing to say: its key is no credential, and had values of this kind before.
    ///
    /// `false` is for [`Keys::see`], also where the key is usual and was not among the last.
    #[inline]
    pub(super) fn see_usual(&mut self, hash: u64, kind: Kind) -> bool {
        let bit = bit(kind);
        match self.uses.get_mut(usize::from(self.recent[recent(hash)])) {
            Some(known)
                if known.hash == hash && known.kinds & bit == bit && !known.is_credential =>
            {
                known.count += 1;
                true
            }
            _ => false,
        }
    }

    /// Counts a pair.
    pub(super) fn see(&mut self, hash: u64, name: &[u8], kind: Kind, line: usize) -> Seen {
        let bit = bit(kind);
        let Some(&index) = self.by_hash.get(&hash) else { return self.add(hash, name, kind, line) };
        self.recent[recent(hash)] = index;
        match self.uses.get_mut(usize::from(index)) {
            Some(known) if known.kinds & bit == bit => {
                known.count += 1;
                Seen { changed: None, is_credential: known.is_credential, is_new_and_odd: false }
            }
            Some(known) => {
                known.count += 1;
                let is_first = known.kinds == 0;
                known.kinds |= bit;
                if is_first {
                    (known.first, known.first_kind) = (line, kind);
                }
                let changed = (!is_first && bit != 0).then_some((known.first_kind, known.first));
                Seen { changed, is_credential: known.is_credential, is_new_and_odd: false }
            }
            None => self.add(hash, name, kind, line),
        }
    }

    #[cold]
    fn add(&mut self, hash: u64, name: &[u8], kind: Kind, line: usize) -> Seen {
        let is_credential = marks::is_credential(name);
        let is_odd = is_odd(name);
        let seen = Seen { changed: None, is_credential, is_new_and_odd: is_odd };
        if self.uses.len() >= MAX_KEYS {
            self.n_beyond += 1;
            return seen;
        }
        let known = KeyUse {
            hash,
            name: shortened(name),
            count: 1,
            kinds: bit(kind),
            first: line,
            first_kind: kind,
            is_credential,
        };
        self.by_hash.insert(hash, self.uses.len() as u16);
        self.uses.push(known);
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

/// Where [`Keys::recent`] has a key.
#[inline]
fn recent(hash: u64) -> usize {
    (hash >> 56) as usize
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
    by_hash: HashMap<u64, MessageUse, BuildHasherDefault<Hashed>>,
    patterns: HashMap<u64, u16, BuildHasherDefault<Hashed>>,
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
    /// Counts an entry; returns the skeleton of its message and how many share it when they have become too many.
    #[inline]
    pub(super) fn see(&mut self, hash: u64, message: &[u8]) -> Option<(String, u16)> {
        match self.by_hash.get_mut(&hash) {
            Some(known) => {
                known.count += 1;
                None
            }
            None => self.add(hash, message),
        }
    }

    #[cold]
    fn add(&mut self, hash: u64, message: &[u8]) -> Option<(String, u16)> {
        if self.by_hash.len() >= MAX_MESSAGES {
            self.n_beyond += 1;
            return None;
        }
        let text = shortened(message);
        let words: Vec<&str> = text.split(' ').take(24).collect();
        self.by_hash.insert(hash, MessageUse { text: text.clone(), count: 1 });
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
        let hash = super::bytes::hash(skeleton.as_bytes(), &(0..skeleton.len()));
        if self.patterns.len() >= MAX_PATTERNS && !self.patterns.contains_key(&hash) {
            return None;
        }
        let count = self.patterns.entry(hash).or_default();
        *count = count.saturating_add(1);
        (*count == limit).then_some((skeleton, limit))
    }

    /// All messages, the most frequent first.
    pub(super) fn sorted(&self) -> Vec<&MessageUse> {
        let mut messages: Vec<&MessageUse> = self.by_hash.values().collect();
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
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = super::bytes::hash(bytes, &(0..bytes.len()));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
