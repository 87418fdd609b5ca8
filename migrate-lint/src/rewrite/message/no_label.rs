//! Words in front of a colon that are no label: a statement, or the subject of what follows.

use super::clause::{Clause, Start};
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// `no`, `not`, `isn't`.
fn denies(word: &str) -> bool {
    words::has("neither never no not without", word) || word.ends_with("n't")
}

impl Line<'_> {
    /// `{key} not sealed for: {}` says what is so of it: no label has a negation, nor a verb with its preposition.
    pub(super) fn is_statement(&self, clause: &Clause) -> bool {
        let has_verb = clause.places.iter().any(|at| self.tag(*at) == Tag::Verb);
        clause.start == Start::Value
            && (clause.words.iter().any(|word| denies(word))
                || has_verb && clause.words.last().is_some_and(|last| words::is_preposition(last)))
    }

    /// `Request number: {} holds {} rows`: what is in front of the colon is the subject, and names the value.
    pub(super) fn identity_of_subject(&mut self, at: usize, hole: usize) -> bool {
        let Some(colon) = self.left(at).filter(|colon| self.separator(*colon) == Some(":")) else {
            return false;
        };
        let Some(clause) = Clause::before(self, colon) else { return false };
        let (Some(last), n_words) = (clause.words.last(), clause.words.len()) else { return false };
        let is_subject = clause.start == Start::Message
            && (2..4).contains(&n_words)
            && words::has("id key name number uid uuid", last)
            && clause.places.iter().all(|at| {
                self.tag(*at) == Tag::Noun
                    || *at == clause.places[0]
                        && self.word(*at).is_some_and(|word| is(Class::NounOrVerb, word))
            });
        let goes_on = self.right(at).is_some_and(|next| {
            self.word(next).is_some_and(|word| word.chars().all(char::is_lowercase))
                && !self.is_label_ahead(next)
        });
        if !is_subject || !goes_on || self.is_error(hole) {
            return false;
        }
        let name = clause.words.join(" ");
        self.tags[clause.places[0]] = Tag::Noun;
        self.remove(colon);
        if last != "key" {
            self.remove(clause.places[n_words - 1]);
            self.left_whole.push(clause.places[n_words - 1]);
        }
        self.hints[hole].label = Some(name);
        self.hints[hole].is_explicit = true;
        true
    }

    /// `rack: {} moved to {}`, `lid: {} from {}`: the sentence goes on after its subject as if there were no colon.
    pub(super) fn goes_on_after_label(&self, first: usize, left: usize, right: usize) -> bool {
        let end = (first + 1..right).all(|at| match &self.written[at] {
            Token::Space | Token::Quote(_) | Token::Hole(_) => true,
            Token::Separator(_) => self.is_joint(at),
            _ => false,
        });
        let goes_on = match self.tag(right) {
            Tag::Verb | Tag::Auxiliary => !self.has_finite_before(left + 1),
            Tag::Preposition => {
                self.word(right).is_some_and(|word| words::has("from into to", word))
            }
            _ => false,
        };
        self.was_label[first] && end && goes_on && self.tag(left) == Tag::Noun
    }
}
