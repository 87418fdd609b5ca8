//! Which of two sentences is written: the one without its values, or the one with their names.

use super::super::is_in_a_key;
use super::super::keys::Key;
use super::super::message::{self, Called};
use super::{Draft, Hint, Reasons, words};
use crate::safety::Reason;

/// What is said of a sentence that says less than it did.
const SAYS_LESS: [Reason; 4] =
    [Reason::ObjectLost, Reason::ListLeft, Reason::WordsJoined, Reason::SentenceUnchecked];

/// Short names that a sentence writes out.
const LONG: &[(&str, &str)] = &[
    ("buf", "buffer"),
    ("idx", "index"),
    ("msg", "message"),
    ("obj", "object"),
    ("req", "request"),
    ("resp", "response"),
    ("val", "value"),
];

impl Draft<'_> {
    /// The sentence with the names of its values, where the one without them says less.
    pub(in crate::rewrite) fn named(&self, reasons: &mut Reasons) -> Option<String> {
        let n_doubts = reasons.0.iter().filter(|reason| SAYS_LESS.contains(reason)).count();
        // One doubt about a sentence whose verb has its object is no reason for more words.
        // `connecting to {uri}` says what is connected to; how long it waits is nothing that a sentence needs.
        let is_time = |(hint, key): (&Hint, &Key)| {
            const TIMES: &str = "backoff delay duration elapsed interval seconds time timeout";
            hint.unit.is_some() || key.words.iter().any(|word| words::has(TIMES, word))
        };
        let is_bare = words::is_verb(&self.stripped.text)
            && reasons.0.contains(&Reason::NoPhrase)
            && !reasons.0.contains(&Reason::WordTakenOut)
            && !self.stripped.hints.iter().zip(&self.keys).any(is_time);
        if n_doubts < 2 && !reasons.0.contains(&Reason::ObjectLost) && !is_bare {
            return None;
        }
        let nouns: Vec<Vec<String>> = self.keys.iter().zip(&self.names).map(noun).collect();
        let called = Called { names: &self.names, nouns: &nouns, counts: &self.counts };
        let function = self.call.place.function.as_deref();
        let (named, lost) = message::named(&self.parts, &called, function)?;
        reasons.0.retain(|reason| {
            !SAYS_LESS.contains(reason) && !matches!(reason, Reason::NoPhrase | Reason::WordsLost)
        });
        reasons.add(Reason::MessageInvented, true);
        reasons.add(Reason::WordsLost, !lost.iter().all(|word| is_in_a_key(word, &self.keys)));
        Some(named)
    }
}

/// What a sentence calls a value: its key, written out; nothing where the author gave none.
fn noun((key, name): (&Key, &Vec<String>)) -> Vec<String> {
    let long = |word: &str| LONG.iter().find(|(short, _)| *short == word).map(|(_, long)| *long);
    match (&key.words[..], &name[..]) {
        _ if !key.is_own => Vec::new(),
        // The key of a message is `text`.
        ([key], [only]) if key == only || words::has("content text", key) => {
            vec![long(only).map_or_else(|| key.clone(), str::to_owned)]
        }
        (words, _) => words.to_vec(),
    }
}
