//! Which of two sentences is written: the one without its values, or the one with their names.

use super::super::is_in_a_key;
use super::super::keys::Key;
use super::super::message::{self, Called};
use super::{Draft, Reasons};
use crate::safety::Reason;

/// What is said of a sentence that says less than it did.
const SAYS_LESS: [Reason; 4] =
    [Reason::ObjectLost, Reason::ListLeft, Reason::WordsJoined, Reason::SentenceUnchecked];

impl Draft<'_> {
    /// The sentence with the names of its values, where the one without them says less.
    pub(in crate::rewrite) fn named(&self, reasons: &mut Reasons) -> Option<String> {
        let n_doubts = reasons.0.iter().filter(|reason| SAYS_LESS.contains(reason)).count();
        // One doubt about a sentence whose verb has its object is no reason for more words.
        if n_doubts < 2 && !reasons.0.contains(&Reason::ObjectLost) {
            return None;
        }
        let own = |key: &Key| if key.is_own { key.words.clone() } else { Vec::new() };
        let nouns: Vec<Vec<String>> = self.keys.iter().map(own).collect();
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
