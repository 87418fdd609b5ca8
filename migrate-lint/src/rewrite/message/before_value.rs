//! Words beside a value: the unit after it, and the noun that it counts or is one of.

use super::clause::{Clause, Start};
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::{glued, words};

impl Line<'_> {
    /// `{}ms`, `{} bytes`, `{}%`, and the noun of `{} replicas`.
    pub(super) fn unit(&mut self, at: usize, hole: usize) {
        let adjacent = at + 1;
        // `{}%`, `{} %`.
        let mut signs = [Some(adjacent), self.right(at)].into_iter().flatten();
        if let Some(sign) = signs.find(|sign| self.separator(*sign) == Some("%")) {
            self.hints[hole].unit = Some("percent".into());
            self.remove(sign);
            // `sealing {share}% complete` says how far it has come.
            let ends = |at: usize| self.right(at).is_none_or(|next| self.word(next).is_none());
            let done = self.right(at).filter(|done| {
                ends(*done)
                    && self.has_content_before(at)
                    && self
                        .word(*done)
                        .is_some_and(|word| words::has("complete completed done finished", word))
                    && !self.adjacent_word(at).is_some_and(|be| self.tag(be) == Tag::Auxiliary)
            });
            if let Some(done) = done {
                self.remove(done);
                self.was_word[done] = None;
            }
            return;
        }
        if let Some(word) = self.word(adjacent).map(str::to_owned) {
            // `{kind}s` are several, no seconds.
            if word == "s" && glued::is_of_text(&self.names[hole]) {
                self.hints[hole].is_missed = true;
                self.remove(adjacent);
                return;
            }
            if words::is_unit(&word) || word.len() <= 2 {
                self.hints[hole].unit = Some(word);
                self.remove(adjacent);
            }
            return;
        }
        let Some(next) = self.right(at) else { return };
        let Some(word) = self.word(next).map(str::to_owned) else { return };
        if words::is_unit(&word) || self.is_counted(at, next, &word) {
            self.hints[hole].unit = Some(word);
            // "{} bytes read" says nothing without its subject.
            let is_subject = self.left(at).is_none()
                && self.right(next).and_then(|verb| self.word(verb)).is_some_and(words::is_verb);
            if is_subject || self.is_object_of_verb(at, next) {
                return;
            }
            // "5 seconds timeout" keeps a noun, "256 M but" does not.
            self.remove(next);
            if let Some(of) = self.right(next).filter(|of| self.word(*of) == Some("of")) {
                self.remove(of);
            }
        } else {
            // `lid=({}, {}) rail=({}, {})`: the next one's label is no name of this one.
            let is_apart = (at + 1..next).any(|at| self.was_mark[at]);
            let sign = self.right(next).and_then(|sign| self.separator(sign));
            let is_label = sign == Some("=") || is_apart && sign == Some(":");
            self.hints[hole].noun_after = self.noun_from(next).filter(|_| !is_label);
            self.hints[hole].word_after = Some(word);
        }
    }

    /// "Got {} bytes", "sending {} bytes in {} packets": bytes are what was sent; seconds are not.
    fn is_object_of_verb(&self, at: usize, unit: usize) -> bool {
        let is_thing = self.word(unit).is_some_and(|word| words::has("bytes", word));
        let goes_on = self.right(unit).and_then(|after| self.word(after)) == Some("of");
        is_thing
            && !goes_on
            && self.adjacent_word(at).is_some_and(|verb| self.tag(verb) == Tag::Verb)
    }

    /// `fee: {} wei`: what is between a labelled value and the clause's end is its unit.
    fn is_counted(&self, at: usize, next: usize, word: &str) -> bool {
        let Some(before) = self.left(at) else { return false };
        let ends = self.right(next).is_none_or(|end| {
            matches!(self.separator(end), Some("," | ";" | "." | "!" | "?" | "..."))
        });
        matches!(self.separator(before), Some(":" | "="))
            && ends
            && words::is_noun(word)
            && Clause::before(self, before).is_some_and(|clause| {
                // `balance: {} wei`.
                let is_short = self.right(next).is_none()
                    && word.len() < 6
                    && word.chars().all(char::is_lowercase)
                    && self.tag(next) == Tag::Noun
                    && !self.is_error(self.hole(at).unwrap_or_default());
                clause.start == Start::Clause || word.ends_with('s') || is_short
            })
    }

    /// The nouns that begin here: `replicas` of `ready replicas`, `pod` of `pod is ready`.
    fn noun_from(&self, at: usize) -> Option<String> {
        let mut nouns: Vec<&str> = Vec::new();
        let mut place = Some(at);
        while let Some(word) = place.and_then(|place| self.word(place)) {
            if nouns.len() == 3 || !matches!(self.tag(place?), Tag::Noun | Tag::Adjective) {
                break;
            }
            if self.tag(place?) == Tag::Noun {
                nouns.push(word);
            }
            place = place.and_then(|place| self.right(place));
        }
        let plural = nouns.iter().find(|noun| noun.ends_with('s') && !noun.ends_with("ss"));
        plural.or(nouns.last()).map(|noun| (*noun).to_owned())
    }
}
