//! What a parser finds in an entry: ranges into its bytes, so that a line costs no allocation.

use std::borrow::Cow;

use super::key_cache::{Cached, KeyCache};
use super::pair_index::PairIndex;
use super::rules::Id;
use crate::call::Span;

/// An entry taken apart. Parsers fill it, and it is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// Which parser.
    pub is_json: bool,
    /// A JSON entry that could not be read to its end.
    pub is_broken: bool,
    /// `I`, `W`, `E`, `F`; 0 where none is known.
    pub severity: u8,
    /// After the header of a text entry.
    pub body: usize,
    /// `main.rs` or `src/main.rs`.
    pub file: Span,
    /// Line number in the source file.
    pub line: u32,
    /// The number after `"ts":`.
    pub ts: Option<Span>,
    /// The number after `"v":`.
    pub v: Option<Span>,
    /// Message without its quotes.
    pub message: Span,
    /// Hash of it, where it is quoted.
    pub message_hash: u64,
    /// How the message is written.
    pub form: MessageForm,
    /// In order, without the fields of the header.
    pub pairs: Vec<RawPair>,
    /// After the entry's last byte and its line feed.
    pub end: usize,
    /// The entry has more lines than one.
    pub is_block: bool,
    /// What is wrong with its form.
    pub defects: Vec<Defect>,
    /// A bit for each key's hash.
    seen: u64,
    /// A hash of the keys so far, in order.
    chain: Chain,
    /// Asked where bits meet.
    pub index: PairIndex,
    /// The second of the last header that was right, with all before it.
    pub last_second: u128,
    /// Keys of text before, and of JSON.
    pub key_cache: KeyCache<1>,
    pub field_cache: KeyCache<2>,
}

/// A hash of keys in order; 0 is none.
#[derive(Clone, Copy, Debug)]
struct Chain(u64);

impl Chain {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

    #[inline]
    fn add(&mut self, hash: u64) {
        self.0 = (self.0.rotate_left(5) ^ hash).wrapping_mul(Self::FACTOR) | 1;
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self(Self::FACTOR)
    }
}

/// Where [`Raw::seen`] has a key.
#[inline]
fn bit(hash: u64) -> u64 {
    1 << (hash >> 58)
}

/// How a message is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum MessageForm {
    /// There is none.
    #[default]
    Missing,
    /// Quoted, so that it can be told from the pairs.
    Quoted,
    /// As `klog.Infof` writes it.
    Unstructured,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct RawPair {
    /// Without quotes.
    pub key: Span,
    pub is_quoted_key: bool,
    /// With quotes; the lines of a block.
    pub value: Span,
    pub kind: Kind,
    /// Hash of the key.
    pub hash: u64,
}

/// The kind of a value as both formats tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    String,
    Block,
    Number,
    Bool,
    Array,
    Object,
    Null,
}

/// Something wrong.
#[derive(Debug)]
pub(super) struct Defect {
    pub rule: Id,
    /// In the entry.
    pub span: Span,
    pub message: Cow<'static, str>,
    pub help: Option<&'static str>,
}

/// Whether a parser could finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Done,
    /// The entry does not end in these bytes.
    NeedMore,
}

impl Raw {
    /// Makes it ready for the next entry; written out, because moving what is kept would take longer.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.is_json = false;
        self.is_broken = false;
        self.severity = 0;
        self.body = 0;
        self.file = 0..0;
        self.line = 0;
        self.ts = None;
        self.v = None;
        self.message = 0..0;
        self.message_hash = 0;
        self.form = MessageForm::Missing;
        self.pairs.clear();
        self.end = 0;
        self.is_block = false;
        self.defects.clear();
        self.seen = 0;
        self.chain = Chain::default();
        self.index.clear();
    }

    /// Lines of the entry that was read.
    #[inline]
    pub(super) fn n_lines(&self, entry: &[u8]) -> usize {
        match self.is_block {
            false => usize::from(entry.last() == Some(&b'\n')),
            true => memchr::memchr_iter(b'\n', entry).count(),
        }
    }

    /// Adds a pair, and looks for one with the same key; not again if this key was seen after these very keys.
    #[inline(always)]
    pub(super) fn push(&mut self, bytes: &[u8], pair: RawPair, cached: Cached) {
        // By its parts: a pair whose address is taken would be written to the stack and read again at once.
        if !cached.is_after(self.chain.0) {
            self.look_for_duplicate(bytes, pair.key.clone(), pair.hash, cached);
        }
        self.seen |= bit(pair.hash);
        self.chain.add(pair.hash);
        self.pairs.push(pair);
    }

    #[cold]
    fn look_for_duplicate(&mut self, bytes: &[u8], key: Span, hash: u64, cached: Cached) {
        let name = &bytes[key.clone()];
        if self.seen & bit(hash) != 0 && self.index.has(bytes, &self.pairs, hash, name) {
            self.duplicate(name, key);
        } else {
            match self.is_json {
                true => self.field_cache.confirm(cached, self.chain.0),
                false => self.key_cache.confirm(cached, self.chain.0),
            }
        }
    }

    #[cold]
    pub(super) fn duplicate(&mut self, name: &[u8], key: Span) {
        let words = format!("key `{}` is set twice", String::from_utf8_lossy(name));
        let help = "readers keep one of the values, and which one differs";
        self.defect_with_help(Id::DuplicateKey, key, words, help);
    }

    #[cold]
    pub(super) fn control_character(&mut self, byte: u8, at: usize) {
        let words = format!("control character 0x{byte:02x} is not escaped");
        self.defect(Id::ControlCharacter, at..at + 1, words);
    }

    #[cold]
    pub(super) fn defect(&mut self, rule: Id, span: Span, message: impl Into<Cow<'static, str>>) {
        self.defects.push(Defect { rule, span, message: message.into(), help: None });
    }

    #[cold]
    pub(super) fn defect_with_help(
        &mut self,
        rule: Id,
        span: Span,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        self.defects.push(Defect { rule, span, message: message.into(), help: Some(help) });
    }
}

impl Kind {
    /// The word for it in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::String | Self::Block => "string",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Array => "list",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}
