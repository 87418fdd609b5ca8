//! A message of several sentences.

use super::cleanup::polish;
use crate::rewrite::words;

/// What a full stop follows without ending a sentence.
const ABBREVIATIONS: &str =
    "approx cf ca dept e.g ed eg esp est etc fig i.e ie incl max min no nr resp sec vol vs";

/// Each sentence begins with a capital letter, as the first one does; a name of the program stays as it is.
pub(in crate::rewrite) fn sentences(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let is_end = |pair: &[u8]| matches!(pair, [b'.' | b'!' | b'?', b' ']);
    while let Some(at) = rest.as_bytes().windows(2).position(is_end) {
        let (before, after) = rest.split_at(at + 2);
        result.push_str(before);
        rest = after;
        let last = before[..at].rsplit(' ').next().unwrap_or_default();
        let ends = (last.ends_with(|c: char| c.is_alphabetic() || ")]}`\"'".contains(c))
            || last.starts_with(char::is_alphabetic) && last.ends_with(char::is_alphanumeric))
            && !words::has(ABBREVIATIONS, last.trim_start_matches(['(', '[']));
        let end = after.find(' ').unwrap_or(after.len());
        let word = after[..end].trim_end_matches(['.', ',', '!', '?', ':', ';']);
        let is_word = word.chars().all(|c| c.is_lowercase() || c == '\'' || c == '-');
        if ends && is_word && !word.is_empty() {
            result.push_str(&polish(word));
            rest = &after[word.len()..];
        }
    }
    result.push_str(rest);
    result
}
