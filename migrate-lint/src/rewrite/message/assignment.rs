//! Labels with an equals sign: `mode={}`, `Enqueue key={}`, `got the lid={}`.

use super::clause::{Clause, Start};
use super::label::Led;
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::words;

impl Line<'_> {
    /// `mode={}`.
    pub(super) fn assignment(&mut self, clause: Clause, at: usize, hole: usize) -> Led {
        let first = clause.places[0];
        // `MODE={} conflicts with {}`: the label is the subject.
        let next = self.right(at).filter(|next| self.word(*next).is_some_and(words::is_content));
        let goes_on = next.is_some_and(|next| !self.is_label_ahead(next));
        let begins = matches!(clause.start, Start::Message | Start::Prefix);
        // `volume={} operation finished`: the label is a part of the sentence.
        if let [word] = &clause.words[..]
            && begins
            && goes_on
            && !word.contains(['_', '.'])
        {
            self.say_label(hole, Some(word.clone()));
            return Led::BySeparator;
        }
        if begins && self.object_of_verb(&clause, at, hole) {
            return Led::BySeparator;
        }
        self.hints[hole].is_missed |=
            !self.says_something_before(first) && clause.words.len() == 1 && goes_on;
        let is_apart = match clause.start {
            Start::Clause => true,
            Start::Prefix => {
                self.says_something_before(first)
                    && self
                        .right(at)
                        .is_none_or(|next| self.word(next).is_none() || self.is_label_ahead(next))
            }
            Start::Message | Start::Value => false,
        };
        if is_apart && !clause.has_verb(self, hole) && clause.content().len() <= 3 {
            clause.leave(self, hole);
            return Led::ByClause;
        }
        if self.label_with_article(&clause, at, hole) {
            return Led::BySeparator;
        }
        // `live set = {}`, `heap's allocated pages = {}`: the adjective is nothing without it.
        if let [.., before, last] = clause.places[..] {
            let is_owned = self
                .adjacent_word(before)
                .and_then(|owner| self.word(owner))
                .is_some_and(|owner| owner.ends_with("'s"));
            if self.tag(before) == Tag::Adjective || is_owned {
                self.say_label(hole, self.word(last).map(str::to_owned));
                return Led::BySeparator;
            }
        }
        if let [.., owner, last] = clause.places[..]
            && self.owns(owner, last, hole)
        {
            self.label_with_owner(clause, at, hole);
            return Led::BySeparator;
        }
        // `number of rows = {}`.
        if let [.., of, _] = &clause.words[..]
            && of == "of"
            && clause.start == Start::Value
            && clause.words.len() == 3
        {
            let counted = clause.words.last().cloned();
            clause.leave(self, hole);
            self.hints[hole].label = counted;
            return Led::ByClause;
        }
        clause.leave_last(self, hole);
        Led::BySeparator
    }

    /// The label stays, and names the value.
    fn say_label(&mut self, hole: usize, label: Option<String>) {
        self.hints[hole].label = label;
        self.hints[hole].is_explicit = true;
    }

    /// `Enqueue key={}`, `Sending lid_id={}: {}`: the verb is nothing without what it is done to.
    fn object_of_verb(&mut self, clause: &Clause, at: usize, hole: usize) -> bool {
        let ([verb, place], [_, noun]) = (&clause.places[..], &clause.words[..]) else {
            return false;
        };
        if self.tag(*verb) != Tag::Verb {
            return false;
        }
        if !noun.contains(['_', '.']) && noun.len() > 1 && words::is_noun(noun) {
            self.say_label(hole, Some(noun.clone()));
            // `moved src={} dst={}`: neither is what was moved.
            self.hints[hole].is_missed |= self.leads_to_label(at);
            return true;
        }
        let thing = noun.strip_suffix("_id").filter(|thing| thing.len() > 2);
        let Some(thing) = thing.filter(|thing| words::is_noun(thing)) else { return false };
        self.say_label(hole, Some(noun.clone()));
        self.put_word(*place, words::split(thing).join(" "));
        true
    }

    /// `got the lid={}`, `the rack rack_id={} is full`: the noun is one of the sentence.
    fn label_with_article(&mut self, clause: &Clause, at: usize, hole: usize) -> bool {
        let is_article = |at: &usize| self.tag(*at) == Tag::Determiner;
        let Some(article) = clause.places.iter().rposition(is_article) else { return false };
        let nouns = &clause.places[article + 1..];
        let Some(&last) = nouns.last() else { return false };
        let is_object = article > 0 && self.tag(clause.places[article - 1]) == Tag::Verb;
        let is_subject =
            self.right(at).is_some_and(|next| matches!(self.tag(next), Tag::Verb | Tag::Auxiliary));
        if !(is_object || is_subject) || !nouns.iter().all(|at| self.tag(*at) == Tag::Noun) {
            return false;
        }
        self.say_label(hole, self.word(last).map(str::to_owned));
        if nouns.len() > 1 {
            self.remove(last);
        }
        true
    }

    /// `below the crate lid={crate}`: the lid of the crate, whose name the value has.
    fn owns(&self, owner: usize, last: usize, hole: usize) -> bool {
        let (Some(owns), Some(owned)) = (self.word(owner), self.word(last)) else { return false };
        self.is_named(hole, owns)
            && !self.is_named(hole, owned)
            && !owns.contains('_')
            && self.tag(owner) != Tag::Adjective
            && words::split(owned).len() == 1
    }

    /// The same: both words name the value, and what led to them may leave as a whole.
    fn label_with_owner(&mut self, clause: Clause, at: usize, hole: usize) {
        let [.., owner, _] = clause.places[..] else { return };
        let label = clause.words[clause.words.len() - 2..].join(" ");
        let lead = self.adjacent_word(owner);
        clause.leave_last(self, hole);
        self.hints[hole].label = Some(label);
        let ends = self
            .right(at)
            .is_none_or(|next| self.word(next).is_none() || self.tag(next) == Tag::Conjunction);
        let lead = lead.filter(|lead| {
            ends && self.tag(*lead) == Tag::Preposition && self.n_content_before(*lead) > 2
        });
        if let Some(lead) = lead {
            self.remove(owner);
            self.remove(lead);
            self.left_whole.extend([lead, owner]);
            self.was_word[owner] = None;
        }
    }
}
