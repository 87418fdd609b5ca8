//! The words around a place that belong together: noun phrases, what governs them, joined values.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// The words before a value that make a noun phrase with it.
    pub(super) fn phrase_before(&self, at: usize) -> Vec<usize> {
        let mut phrase = Vec::new();
        let mut place = at;
        while let Some(before) = self.adjacent_word(place) {
            if !matches!(self.tag(before), Tag::Noun | Tag::Adjective | Tag::Number) {
                break;
            }
            phrase.push(before);
            place = before;
        }
        phrase.reverse();
        // `too large {}` ends in no noun.
        let ends_in_noun = phrase.last().is_some_and(|last| self.tag(*last) == Tag::Noun);
        if ends_in_noun { phrase } else { Vec::new() }
    }

    /// The last nouns of a phrase: `elastic quota` of `the new elastic quota`; none where it ends in no noun.
    pub(super) fn nouns_ending(&self, places: &[usize]) -> Option<String> {
        let mut nouns: Vec<usize> = places
            .iter()
            .rev()
            .take_while(|at| self.tag(**at) == Tag::Noun)
            .copied()
            .filter(|at| self.word(*at).is_some_and(|word| !words::is_unit(word)))
            .take(2)
            .collect();
        // `scatter region {}`: the first word of a clause without a verb may be one. `job to pack box {}` is about boxes.
        let is_verb = |first: usize| {
            let before = self.adjacent_word(first).and_then(|before| self.word(before));
            before == Some("to") && self.word(first).is_some_and(|word| is(Class::BaseVerb, word))
        };
        // `press or lid seal {}`: the first is another thing's. `press/lid seal {}`, `error parse {}`.
        let is_joined = |first: usize| {
            self.adjacent_word(first)
                .and_then(|or| self.word(or))
                .is_some_and(|or| words::has("nor or", or))
        };
        let is_no_part = |first: usize| {
            self.word(first).is_some_and(|word| word.contains('/') && word.len() > 4)
        };
        let says_error = |first: usize| {
            self.word(first).is_some_and(|word| words::has("err error", &word.to_lowercase()))
        };
        if let [_, first] = nouns[..]
            && (is_verb(first)
                || is_joined(first)
                || is_no_part(first)
                || self.left(first).is_none_or(|before| self.word(before).is_none())
                    && !self.has_verb_after(first))
        {
            nouns.pop();
        }
        // `unsuccessful error parse: {}` is what was done.
        if let [last, first] = nouns[..]
            && says_error(first)
            && self.word(last).is_some_and(|word| {
                words::has("check conversion encode decode parse read send write", word)
            })
        {
            nouns.clear();
        }
        let nouns: Vec<&str> = nouns.iter().rev().filter_map(|at| self.word(*at)).collect();
        (!nouns.is_empty()).then(|| nouns.join(" "))
    }

    /// The first nouns of a clause.
    pub(super) fn nouns_in(&self, places: &[usize]) -> Option<String> {
        let first = places.iter().position(|at| self.tag(*at) == Tag::Noun)?;
        let end = places[first..].iter().position(|at| self.tag(*at) != Tag::Noun);
        self.nouns_ending(&places[first..end.map_or(places.len(), |end| first + end)])
    }

    /// The word in front of a noun phrase, after its article.
    pub(super) fn governor(&self, first: usize) -> Option<usize> {
        let before = self.adjacent_word(first)?;
        match self.tag(before) {
            Tag::Determiner => self.adjacent_word(before),
            _ => Some(before),
        }
    }

    /// The word before a place, where nothing but space is between.
    pub(super) fn adjacent_word(&self, at: usize) -> Option<usize> {
        let before = self.left(at)?;
        (self.word(before).is_some() && !self.is_gap(before, at)).then_some(before)
    }

    /// `{} of {} pods`.
    pub(super) fn is_share(&self, at: usize) -> bool {
        self.word(at) == Some("of") && self.has_gap_directly_before(at)
    }

    /// What follows a value and the values that are joined to it: `{}/{} is`, `{} ({})`.
    pub(super) fn after_group(&self, at: usize) -> Option<usize> {
        let mut place = self.right(at);
        while let Some(next) = place {
            let joins = match self.token(next) {
                Some(Token::Hole(_)) => true,
                Some(Token::Word(word)) => {
                    word == "of" && self.right(next).is_some_and(|after| self.hole(after).is_some())
                }
                Some(Token::Separator(joint)) => {
                    matches!(
                        joint.as_str(),
                        "/" | ":" | "::" | "@" | "." | "-" | "->" | "<-" | "=>" | "→" | "#"
                    ) && matches!(self.token(next + 1), Some(Token::Hole(_)))
                }
                _ => false,
            };
            if !joins {
                return Some(next);
            }
            place = self.right(next);
        }
        None
    }

    /// Whether a noun follows that the value counts or names the kind of.
    pub(super) fn modifies(&self, right: Option<usize>) -> bool {
        let mut place = right;
        while let Some(at) = place {
            match self.tag(at) {
                Tag::Noun => return self.word(at).is_some(),
                Tag::Adjective | Tag::Number => place = self.right(at),
                _ => return false,
            }
        }
        false
    }

    pub(super) fn is_naming(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| words::has("called named", word))
    }

    fn has_verb_after(&self, at: usize) -> bool {
        (at + 1..self.len())
            .take_while(|at| self.separator(*at).is_none())
            .any(|at| matches!(self.tag(at), Tag::Verb | Tag::Auxiliary))
    }

    pub(super) fn n_content_before(&self, at: usize) -> usize {
        (0..at).filter(|at| self.word(*at).is_some_and(words::is_content)).count()
    }

    pub(super) fn n_content_after(&self, at: usize) -> usize {
        (at..self.len()).filter(|at| self.word(*at).is_some_and(words::is_content)).count()
    }

    pub(super) fn has_content_before(&self, at: usize) -> bool {
        (0..at).any(|at| self.word(at).is_some_and(words::is_content))
    }

    pub(super) fn has_words_from(&self, at: usize) -> bool {
        (at..self.len()).any(|at| self.word(at).is_some())
    }

    /// `failed to load the lids, assuming shut: {error}`: the adjective is about no value that has left.
    pub(super) fn is_adjective_before_error(&self, last: usize) -> bool {
        let mut rest = (last + 1..self.len()).filter(|at| self.written_is_something(*at));
        self.tag(last) == Tag::Adjective
            && rest.next().is_some_and(|sign| self.was_label[sign])
            && rest
                .next()
                .is_some_and(|hole| self.value_at[hole].is_some_and(|value| self.is_error(value)))
            && rest.next().is_none()
    }

    fn written_is_something(&self, at: usize) -> bool {
        self.was_hole[at] || self.was_mark[at] || self.was_word[at].is_some()
    }
}
