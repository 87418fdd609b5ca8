//! Answers of earlier runs, kept in `target/klog`, so that one file on save costs less than its workspace.
//!
//! An answer is kept under the content that it was made of, never under a path or a time. So a file is read before its
//! answer is looked up, and one that has changed in any way has none. Nothing leans on the cache: one that is missing,
//! cut short, changed, or written by another program is an empty one, and one that cannot be written is not written.

mod place;
mod stored;

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use twox_hash::XxHash3_128;

pub(crate) use place::directory;
pub(crate) use stored::{Input, Stored, stored};

/// Largest file that is read: one that is larger was not written here.
const MAX_BYTES: u64 = 1 << 29;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A file's names.
    Names,
    /// The packages of a workspace.
    Packages,
}

impl Kind {
    fn file_name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Packages => "packages",
        }
    }

    /// Bytes of answers that are kept although the last run did not ask for them.
    fn max_unused(self) -> usize {
        match self {
            Self::Names => 1 << 24,
            Self::Packages => 1 << 20,
        }
    }
}

/// 128 bits of a content.
pub(crate) type Key = u128;

/// The key of a content.
pub(crate) fn key(content: &[u8]) -> Key {
    XxHash3_128::oneshot(content)
}

/// Answers of one kind.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// None: nothing is kept.
    file: Option<PathBuf>,
    max_unused: usize,
    bytes: Vec<u8>,
    known: HashMap<Key, Known>,
    added: Mutex<HashMap<Key, Vec<u8>>>,
}

/// An answer of an earlier run.
#[derive(Debug)]
struct Known {
    bytes: Range<usize>,
    is_used: AtomicBool,
}

impl Cache {
    /// The answers of one kind in a directory; without one there are none, and none are kept.
    pub(crate) fn open(directory: Option<&Path>, kind: Kind) -> Self {
        let Some(directory) = directory else { return Self::default() };
        let file = directory.join(kind.file_name());
        let bytes = place::read(&file, MAX_BYTES).unwrap_or_default();
        let known = known(&bytes).unwrap_or_default();
        Self {
            file: Some(file),
            max_unused: kind.max_unused(),
            bytes,
            known,
            added: Mutex::default(),
        }
    }

    /// Whether answers are kept at all.
    pub(crate) fn is_on(&self) -> bool {
        self.file.is_some()
    }

    /// The answer to a content.
    pub(crate) fn find<T: Stored>(&self, key: Key) -> Option<T> {
        let known = self.known.get(&key)?;
        let mut input = Input::new(self.bytes.get(known.bytes.clone())?);
        let answer = T::take(&mut input).filter(|_| input.is_empty())?;
        known.is_used.store(true, Ordering::Relaxed);
        Some(answer)
    }

    /// Keeps an answer.
    pub(crate) fn add<T: Stored>(&self, key: Key, answer: &T) {
        let mut bytes = Vec::new();
        answer.put(&mut bytes);
        if let Ok(mut added) = self.added.lock() {
            added.insert(key, bytes);
        }
    }

    /// Writes the answers if there are new ones. Two programs that do it at once both write a whole file, and one stays.
    pub(crate) fn save(self) {
        let Self { file: Some(file), max_unused, bytes, known, added } = self else { return };
        let Ok(added) = added.into_inner() else { return };
        if added.is_empty() {
            return;
        }
        let mut old: Vec<(&Key, &Known)> = known.iter().collect();
        old.retain(|(key, _)| !added.contains_key(key));
        old.sort_by_key(|(key, known)| (!known.is_used.load(Ordering::Relaxed), **key));
        let mut n_unused = 0;
        old.retain(|(_, known)| {
            n_unused += if known.is_used.load(Ordering::Relaxed) { 0 } else { known.bytes.len() };
            n_unused <= max_unused
        });
        let old = old
            .into_iter()
            .filter_map(|(key, known)| Some((*key, bytes.get(known.bytes.clone())?)));
        let added = added.iter().map(|(key, bytes)| (*key, bytes.as_slice()));
        if let Some(content) = content(old.chain(added)) {
            // A cache that cannot be written is none.
            let _ = place::write(&file, &content);
        }
    }
}

/// The bytes of a file with these answers: who wrote it, the answers with keys and lengths, and the key of all that.
fn content<'a>(answers: impl Iterator<Item = (Key, &'a [u8])>) -> Option<Vec<u8>> {
    let mut content = place::writer()?.to_le_bytes().to_vec();
    for (key, bytes) in answers {
        content.extend(key.to_le_bytes());
        bytes.len().put(&mut content);
        content.extend(bytes);
    }
    let sum = key(&content);
    content.extend(sum.to_le_bytes());
    Some(content)
}

/// Where each answer is in a file; none if it is another program's, or not as it was written.
fn known(bytes: &[u8]) -> Option<HashMap<Key, Known>> {
    let (content, sum) = bytes.split_last_chunk::<16>()?;
    let (writer, answers) = content.split_first_chunk::<16>()?;
    if *writer != place::writer()?.to_le_bytes() || *sum != key(content).to_le_bytes() {
        return None;
    }
    let mut known = HashMap::new();
    let mut input = Input::new(answers);
    while !input.is_empty() {
        let key = Key::from_le_bytes(*input.bytes(16)?.first_chunk()?);
        let n_bytes = usize::take(&mut input)?;
        input.bytes(n_bytes)?;
        let end = content.len() - input.len();
        let is_used = AtomicBool::new(false);
        known.insert(key, Known { bytes: end - n_bytes..end, is_used });
    }
    Some(known)
}
