//! Words beside a value: the unit behind it, and what in front of it dangles without it.

use super::line::Line;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// `{}ms`, `{} bytes`, `{}%`.
    pub(super) fn unit(&mut self, at: usize, hole: usize) {
        // `0x{:x}`.
        if let Some(before) = at.checked_sub(1)
            && matches!(self.word(before), Some("0x" | "0X" | "0b" | "0o" | "v" | "~" | "$"))
        {
            self.remove(before);
        }
        let glued = at + 1;
        if self.separator(glued) == Some("%") {
            self.hints[hole].unit = Some("percent".into());
            self.remove(glued);
            return;
        }
        if let Some(word) = self.word(glued).map(str::to_owned) {
            if words::is_unit(&word) || word.len() <= 2 {
                self.hints[hole].unit = Some(word);
                self.remove(glued);
            }
            return;
        }
        let Some(next) = self.right(at) else { return };
        let Some(word) = self.word(next).map(str::to_owned) else { return };
        if words::is_unit(&word) {
            // "5 seconds timeout" keeps a noun, "256 M but" does not.
            self.hints[hole].unit = Some(word);
            self.remove(next);
            if let Some(of) = self.right(next).filter(|of| self.word(*of) == Some("of")) {
                self.remove(of);
            }
        } else if !words::is_verb(&word) && words::is_content(&word) {
            self.hints[hole].noun_after = Some(word);
        }
    }

    /// Removes words that only led to the value.
    pub(super) fn dangling(&mut self, at: usize, hole: usize, separated: bool) {
        let next = self.right(at);
        let ends = match next {
            None => true,
            Some(next) => match &self.tokens[next] {
                Some(Token::Word(word)) => {
                    words::is_preposition(word)
                        || words::is_conjunction(word)
                        || words::is_verb(word)
                }
                Some(Token::Open(_)) => true,
                _ => true,
            },
        };
        let mut removed = false;
        let mut after_copula = false;
        while let Some(before) = self.left(at) {
            if self.is_gap(before, at) {
                break;
            }
            let Some(word) = self.word(before).map(str::to_owned) else { break };
            let goes = if words::is_determiner(&word) || words::is_preposition(&word) {
                ends
            } else if words::is_conjunction(&word) {
                ends && !separated
            } else if words::is_copula(&word) {
                after_copula =
                    next.is_none_or(|next| !matches!(self.tokens[next], Some(Token::Word(_))));
                after_copula
            } else {
                // `located at {}`, `failed with error {}`.
                (removed || ends) && words::is_placing(&word)
                    || self.is_error_word(before, &word, hole)
            };
            if !goes {
                let is_content = words::is_content(&word) && !self.hints[hole].is_explicit;
                if is_content
                    && (!separated && !removed || after_copula)
                    && self.clause_label(at, hole)
                {
                    continue;
                }
                if !separated && !removed && is_content {
                    if words::is_verb(&word) || self.follows_to(before) {
                        self.hints[hole].is_missed = true;
                    } else {
                        self.hints[hole].label = Some(word);
                    }
                }
                break;
            }
            removed = true;
            self.remove(before);
        }
        if self.left(at).is_none() && !removed {
            // The value comes first.
            if let Some(word) = next.and_then(|next| self.word(next))
                && (words::is_content(word) || words::is_auxiliary(word))
            {
                self.hints[hole].is_missed = true;
            }
        }
    }

    /// `with error {}`: the word says what the key says.
    fn is_error_word(&self, at: usize, word: &str, hole: usize) -> bool {
        let is_error = self.names[hole].first().is_some_and(|name| name == "err");
        let follows = |words: &[&str]| {
            self.left(at)
                .and_then(|before| self.word(before))
                .is_some_and(|word| words.contains(&word))
        };
        is_error
            && matches!(word, "error" | "err" | "Error")
            && follows(&["with", "to", "by", "of", "an", "the"])
    }

    /// `to delete {}`, `cannot find {}`: the word is a verb.
    fn follows_to(&self, at: usize) -> bool {
        self.left(at).and_then(|before| self.word(before)).is_some_and(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "to" | "not" | "cannot" | "can't" | "couldn't" | "can" | "will" | "could"
            )
        })
    }
}
