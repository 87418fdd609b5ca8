//! What all lines of one place in the code have in common: rendered when the first of them is written, and kept.

use once_cell::race::OnceBox;
use tracing::Metadata;

use crate::{
    base::{Key, library},
    raw::Padded31,
};

/// Place, message and keys of a call, between which a line has its values.
#[derive(Debug)]
pub(crate) struct Template {
    metadata: &'static Metadata<'static>,
    /// The message of a macro's call; that of an event is found when it is visited.
    message: Option<&'static str>,
    /// Keys of the pairs, in their order.
    pub(crate) keys: Box<[Key<'static>]>,
    /// Set of the keys, see [`Key::bit`].
    pub(crate) bits: u64,
    text: OnceBox<Fixed>,
    json: OnceBox<Fixed>,
}

/// How a format renders what its lines have in common.
pub(crate) struct LineParts {
    /// Appends the crate of a dependency, the file and the line.
    pub(crate) place: fn(Option<&str>, Option<&str>, u32, &mut Vec<u8>),
    pub(crate) message: fn(&str, &mut Vec<u8>),
    pub(crate) key: fn(Key<'_>, &mut Vec<u8>),
}

/// The same as a format renders it.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// `main.rs:42] "Message"`, or `,"caller":"src/main.rs:42","msg":"Message"`; without a message it ends before it.
    bytes: Box<[u8]>,
    message_at: usize,
    /// ` key=` or `,"key":` of each pair; none at all if one of them is long.
    pub(crate) heads: Box<[Padded31]>,
}

impl Template {
    pub(crate) fn new(
        metadata: &'static Metadata<'static>,
        message: Option<&'static str>,
        keys: Box<[Key<'static>]>,
    ) -> Self {
        let bits = keys.iter().fold(0, |bits, key| bits | Key::bit(key.name));
        Template { metadata, message, keys, bits, text: OnceBox::new(), json: OnceBox::new() }
    }

    /// As text.
    #[inline]
    pub(crate) fn text(&self, parts: &LineParts) -> &Fixed {
        self.text.get().unwrap_or_else(|| self.new_text(parts))
    }

    /// As JSON.
    #[inline]
    pub(crate) fn json(&self, parts: &LineParts) -> &Fixed {
        self.json.get().unwrap_or_else(|| self.new_json(parts))
    }

    #[cold]
    #[inline(never)]
    fn new_text(&self, parts: &LineParts) -> &Fixed {
        self.text.get_or_init(|| self.fixed(parts))
    }

    #[cold]
    #[inline(never)]
    fn new_json(&self, parts: &LineParts) -> &Fixed {
        self.json.get_or_init(|| self.fixed(parts))
    }

    fn fixed(&self, &LineParts { place, message, key }: &LineParts) -> Box<Fixed> {
        let mut bytes = Vec::new();
        let (file, line) = (self.metadata.file(), self.metadata.line().unwrap_or(1));
        place(library(file, self.metadata.module_path()), file, line, &mut bytes);
        let message_at = bytes.len();
        if let Some(text) = self.message {
            message(text, &mut bytes);
        }
        let head = |name: &Key<'_>| {
            let mut bytes = Vec::new();
            key(*name, &mut bytes);
            Padded31::new(&bytes)
        };
        let heads: Option<Box<[Padded31]>> = self.keys.iter().map(head).collect();
        Box::new(Fixed {
            bytes: bytes.into_boxed_slice(),
            message_at,
            heads: heads.unwrap_or_default(),
        })
    }
}

impl Fixed {
    /// Place and message.
    #[inline]
    pub(crate) fn place_and_message(&self) -> &[u8] {
        &self.bytes
    }

    /// The message alone.
    pub(crate) fn message(&self) -> &[u8] {
        self.bytes.get(self.message_at..).unwrap_or_default()
    }
}
