//! Which message a text was meant for.

use std::collections::{HashMap, HashSet};

use crate::catalog::Catalog;

/// Messages of a catalog by their words.
#[derive(Debug)]
pub(super) struct Messages {
    by_word: HashMap<String, Vec<usize>>,
    texts: Vec<String>,
}

/// A message that is like a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Near {
    pub statement: usize,
    /// Words of the text that the message has too.
    pub n_shared: usize,
    /// Words of the text.
    pub n_words: usize,
}

impl Messages {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let mut by_word = HashMap::<String, Vec<usize>>::new();
        let texts: Vec<String> =
            catalog.statements.iter().map(|it| it.message.to_lowercase()).collect();
        for (index, text) in texts.iter().enumerate() {
            let words: HashSet<&str> = words(text).collect();
            for word in words {
                by_word.entry(word.to_owned()).or_default().push(index);
            }
        }
        Self { by_word, texts }
    }

    /// The message that shares most words with a text, and of those the one that is written most like it.
    pub(super) fn nearest(&self, text: &str) -> Option<Near> {
        let text = text.to_lowercase();
        let wanted: HashSet<&str> = words(&text).collect();
        let mut shared = HashMap::<usize, usize>::new();
        for word in &wanted {
            for statement in self.by_word.get(*word).into_iter().flatten() {
                *shared.entry(*statement).or_default() += 1;
            }
        }
        let most = shared.values().copied().max()?;
        let mut candidates: Vec<usize> = shared
            .into_iter()
            .filter(|(_, n_shared)| *n_shared == most)
            .map(|(it, _)| it)
            .collect();
        candidates.sort_unstable();
        // More than this many are as good as each other.
        candidates.truncate(64);
        let likeness =
            |index: &usize| strsim::normalized_damerau_levenshtein(&self.texts[*index], &text);
        let statement = candidates
            .into_iter()
            .map(|index| (likeness(&index), index))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?
            .1;
        Some(Near { statement, n_shared: most, n_words: wanted.len() })
    }
}

impl Near {
    /// Whether the text reads like this message, put in other words.
    pub(super) fn is_reworded(self) -> bool {
        self.n_shared >= 2 && self.n_shared * 5 >= self.n_words * 3
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a text is written as a message is: it begins like a sentence and has several words, as errors and values mostly
/// do not.
pub(super) fn is_sentence(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut chars = text.chars();
    let is_capital = chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase);
    is_capital && words(text).count() >= 2 && !text.contains(['=', '{'])
}
