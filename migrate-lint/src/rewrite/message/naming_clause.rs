//! Clauses that only name a value: `…, size {}`, `{} id {}`, `: took {}`.

use super::clause::{Clause, Start};
use super::line::Line;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

impl Line<'_> {
    /// Removes a clause that only names its value; says whether it has.
    pub(super) fn clause_label(&mut self, at: usize, hole: usize) -> bool {
        let Some(clause) = Clause::before(self, at) else { return false };
        if self.is_measure_alone(&clause, at) {
            clause.places.iter().for_each(|at| self.remove(*at));
            if let Some(place) = clause.boundary.filter(|place| self.separator(*place).is_some()) {
                self.remove(place);
            }
            return true;
        }
        // `update {} error {}`: nothing else says that it failed.
        if self.is_error(hole)
            && clause.start == Start::Value
            && matches!(&clause.words[..], [word] if words::has("err error", word))
            && !self.says_failure(clause.places[0])
        {
            return false;
        }
        // `, waiting time {}`.
        let is_time = clause.start == Start::Clause
            && matches!(&clause.words[..], [how, last] if how.ends_with("ing") && words::is_role(last));
        let content = clause.content();
        let is_name = content.len() == 3 && content.iter().all(|word| self.is_named(hole, word));
        if content.is_empty()
            || content.len() > 2 && !is_name
            || !clause.is_role() && !is_time && clause.words.iter().any(|word| words::is_verb(word))
        {
            return false;
        }
        // `Rack: lid {} invalid size {}`: the size is not all that is said.
        if clause.words.iter().any(|word| {
            is(Class::Adjective, word) && words::says_failure(word)
                || words::has("bad illegal incorrect invalid mismatched missing unexpected unknown unsupported wrong", word)
        }) {
            return false;
        }
        let ends = match clause.start {
            Start::Message => false,
            Start::Prefix => self.is_prefix_label(&clause, at, hole),
            Start::Clause => self.is_clause_label(&clause, at, hole),
            Start::Value => self.is_label_after_value(&clause, at, hole),
        };
        if ends {
            clause.leave(self, hole);
        }
        ends
    }

    /// `: took {}`: the key says what is measured.
    fn is_measure_alone(&self, clause: &Clause, at: usize) -> bool {
        clause.start != Start::Message
            && matches!(&clause.words[..], [word] if words::is_measuring(word))
            && self
                .right(at)
                .is_none_or(|next| self.separator(next).is_some() || self.is_label_ahead(next))
            && self.has_word_before(clause.places[0])
    }

    fn word_after(&self, at: usize) -> Option<&str> {
        self.right(at).and_then(|next| self.word(next))
    }

    fn leads_to_next_label(&self, at: usize) -> bool {
        self.right(at).is_some_and(|next| self.is_label_ahead(next))
    }

    fn is_prefix_label(&self, clause: &Clause, at: usize, hole: usize) -> bool {
        let first = clause.places[0];
        let is_needed = !self.has_word_before(first);
        let is_named = |word: &&str| {
            self.is_named(hole, word) || words::is_role(word) && self.says_something_before(first)
        };
        (self.word_after(at).is_none() && !(is_needed && self.has_words_after(at))
            || self.leads_to_next_label(at) && !is_needed)
            && clause.content().iter().all(is_named)
    }

    fn is_clause_label(&self, clause: &Clause, at: usize, hole: usize) -> bool {
        let next = self.word_after(at);
        let joins_next = self.right(at).is_some_and(|next| self.hole(next).is_some());
        let is_sentence =
            clause.boundary.is_some_and(|at| matches!(self.separator(at), Some("." | "!" | "?")));
        if is_sentence && next.is_some() {
            return false;
        }
        let goes_on = |word| {
            words::is_verb(word)
                || words::is_content(word)
                || words::is_conjunction(word) && !matches!(word, "and" | "or")
        };
        next.is_none_or(|word| !goes_on(word))
            && (!joins_next || clause.content().iter().all(|word| self.is_named(hole, word)))
    }

    /// The first words of a sentence are its subject.
    fn is_label_after_value(&self, clause: &Clause, at: usize, hole: usize) -> bool {
        let content = clause.content();
        let first = clause.places[0];
        // `offset {} input data {}` goes on with what names its values.
        let goes_on = hole > 0
            && self.hints[hole - 1].is_explicit
            && content.last().is_some_and(|word| self.is_named(hole, word));
        let names = |word: &&str| words::is_role(word) || self.is_named(hole, word);
        content.len() == clause.words.len()
            && (goes_on || content.iter().all(names))
            && (self.word_after(at).is_none()
                || self.leads_to_next_label(at) && self.has_word_before(first)
                || self.says_something_before(first))
    }
}
