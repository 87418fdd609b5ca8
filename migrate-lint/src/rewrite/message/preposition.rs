//! Values that a preposition leads to: `to {}`, `based on {}`.

use super::clause::{Clause, Start};
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

impl Line<'_> {
    /// `to {}`, `based on {}`, `up to the {}`.
    pub(super) fn led_by_preposition(
        &mut self,
        before: usize,
        at: usize,
        hole: usize,
        right: Option<usize>,
    ) {
        // "Using {}".
        if self.left(before).is_none()
            && self.word(before).is_some_and(|word| words::has("using", word))
        {
            self.put_name(at, hole);
            return;
        }
        if self.setting(before, hole, right) {
            return;
        }
        let is_time = self.hints[hole].unit.is_some()
            || self.word(before).is_some_and(|word| words::has("after in within every", word));
        if !is_time && self.carrying_clause(at, hole, right) {
            return;
        }
        let is_missed = self.word(before).is_some_and(|word| words::has("than", word))
            || self.is_needed_by_verb(before, is_time)
            || self.subordinate(before).is_some();
        let is_alone = !is_time && self.is_all_of_verb(before, right);
        let is_alone_later = !is_time && self.is_all_of_sentence(before, right);
        if (is_missed || is_alone || is_alone_later) && self.is_placeable(hole) {
            self.put_name(at, hole);
            return;
        }
        self.hints[hole].is_missed |= is_missed || is_alone_later;
        self.leave_prepositions(at);
        // `out of {} total`.
        if let Some(right) = right.filter(|right| self.is_rest(*right)) {
            self.hints[hole].noun_after = self.word(right).map(str::to_owned);
            self.remove(right);
        }
    }

    /// `running the press with the lid set to {}`: how it is done leaves whole.
    fn setting(&mut self, to: usize, hole: usize, right: Option<usize>) -> bool {
        let Some(set) = self.adjacent_word(to).filter(|set| {
            self.word(*set).is_some_and(|set| words::has("configured pointed pointing set", set))
        }) else {
            return false;
        };
        let phrase = self.phrase_before(set);
        let lead = phrase.first().and_then(|first| self.governor(*first));
        let Some(with) = lead.filter(|lead| self.word(*lead) == Some("with")) else { return false };
        let ends = right.is_none_or(|right| self.word(right).is_none());
        if self.word(to) != Some("to") || !ends || self.n_content_before(with) < 2 {
            return false;
        }
        self.hints[hole].label = self.nouns_ending(&phrase);
        (with..=to).for_each(|at| self.remove(at));
        self.was_word[set] = None;
        self.left_whole.extend(with..=to);
        true
    }

    /// `out of {} total`, `- {} remaining`.
    pub(super) fn is_rest(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| words::has("left remaining total", word))
            && self.right(at).is_none_or(|after| self.word(after).is_none())
    }

    /// "Key comes from {}", "Node is in {}": the verb is nothing without it.
    fn is_needed_by_verb(&self, before: usize, is_time: bool) -> bool {
        self.adjacent_word(before).is_some_and(|verb| {
            // `the entry will point to {}`.
            let is_future = || {
                self.adjacent_word(verb).and_then(|modal| self.word(modal)).is_some_and(|modal| {
                    words::has("may might must shall should will would", modal)
                })
            };
            self.tag(verb) == Tag::Auxiliary
                || self.tag(verb) == Tag::Verb
                    && (self.word(verb).is_some_and(words::is_third_person)
                        || !is_time && is_future())
        })
    }

    /// "Connecting", "Listening": a verb alone says less than it can.
    fn is_all_of_verb(&self, before: usize, right: Option<usize>) -> bool {
        let verb = self.adjacent_word(before).filter(|verb| self.tag(*verb) == Tag::Verb);
        // "EOF from {}".
        let is_one = self.n_content_before(before) == 1 && !self.has_gap_before(before);
        // `Successfully uploaded to {}`.
        let is_first = |verb: usize| {
            (0..verb).all(|at| {
                self.word(at).is_none_or(|word| {
                    !words::is_content(word) || word.eq_ignore_ascii_case("successfully")
                })
            })
        };
        (is_one || verb.is_some_and(is_first))
            && right.is_none_or(|right| self.word(right).is_none() && !self.has_words_from(right))
    }

    /// `. Moving to {}`: a sentence that is nothing but the verb, which says less without its object.
    fn is_all_of_sentence(&self, before: usize, right: Option<usize>) -> bool {
        const WHOLE: &str = "aborting bailing closing continuing disconnecting exiting panicking quitting reconnecting \
            restarting retrying shutting skipping sleeping stopping terminating waiting";
        let Some(verb) = self.adjacent_word(before).filter(|verb| self.tag(*verb) == Tag::Verb)
        else {
            return false;
        };
        let begins =
            self.left(verb).is_some_and(|end| matches!(self.separator(end), Some("." | "!" | "?")));
        begins
            && !self.word(verb).is_some_and(|word| words::has(WHOLE, &word.to_lowercase()))
            && right
                .is_none_or(|right| matches!(self.separator(right), Some("." | "!" | "?" | "...")))
    }

    /// `, writing to {}`: a clause that only carries the value leaves.
    pub(super) fn carrying_clause(&mut self, at: usize, hole: usize, right: Option<usize>) -> bool {
        let Some(clause) = Clause::before(self, at) else { return false };
        let instead = right.filter(|right| self.word(*right) == Some("instead"));
        let right = instead.map_or(right, |instead| self.right(instead));
        let is_carrier = clause.start == Start::Clause
            && right.is_none_or(|right| self.word(right).is_none())
            && matches!(&clause.places[..], [verb, rest @ ..] if self.tag(*verb) == Tag::Verb
                && rest.iter().all(|at| matches!(self.tag(*at), Tag::Preposition | Tag::Determiner)))
            && clause.boundary.is_some_and(|at| matches!(self.separator(at), Some("," | ";")));
        if is_carrier {
            self.hints[hole].is_missed = true;
            clause.leave(self, hole);
            self.hints[hole].is_explicit = false;
            self.hints[hole].label = None;
            instead.into_iter().for_each(|at| self.remove(at));
        }
        is_carrier
    }

    /// Where a clause of its own begins that a place is in: `because it …`.
    pub(super) fn subordinate(&self, at: usize) -> Option<usize> {
        let before = (0..=at).rev().take_while(|at| self.separator(*at).is_none());
        let words: Vec<usize> = before.filter(|at| self.word(*at).is_some()).collect();
        let leads = |at: &&usize| {
            self.word(**at)
                .is_some_and(|word| words::has("because if since unless when whether", word))
        };
        let lead = words.iter().find(leads).copied()?;
        words.iter().any(|at| *at > lead && self.tag(*at) == Tag::Auxiliary).then_some(lead)
    }

    /// Removes the prepositions in front of a place, and what leads to them: `based on`, `located at the`.
    pub(super) fn leave_prepositions(&mut self, at: usize) {
        let mut place = at;
        let mut removed = false;
        while let Some(before) = self.adjacent_word(place) {
            let leaves = match self.tag(before) {
                Tag::Preposition | Tag::Infinitive if removed => {
                    self.joins_preposition(before, place)
                }
                Tag::Preposition | Tag::Infinitive => !self.is_particle(before),
                Tag::Determiner => true,
                _ => removed && self.is_placing(before) && !self.is_naming(before),
            };
            if !leaves {
                self.kept.push(before);
                break;
            }
            self.remove(before);
            removed = true;
            place = before;
        }
    }

    /// `up to {}`, `because of {}`, but not `logged in from {}`.
    fn joins_preposition(&self, at: usize, next: usize) -> bool {
        let next = (at + 1..=next).find_map(|at| self.was_word.get(at).and_then(Option::as_deref));
        matches!(
            (self.word(at), next),
            (Some("up"), Some("to"))
                | (Some("out" | "because" | "inside" | "outside" | "instead"), Some("of"))
                | (Some("due" | "prior"), Some("to"))
                | (Some("from"), Some("within" | "inside"))
                | (Some("at" | "for" | "in"), Some("about" | "around" | "over" | "under"))
        ) || matches!(next, Some("a" | "an" | "the"))
            && self.word(at).is_some_and(words::is_preposition)
    }

    /// `located at {}`, `a pod named {}`: a participle that only leads to the value, and is not the verb of the sentence.
    fn is_placing(&self, at: usize) -> bool {
        let is_verb = |other: usize| {
            other != at
                && self.word(other).is_some()
                && matches!(self.tag(other), Tag::Verb | Tag::Auxiliary)
        };
        self.word(at).is_some_and(|word| is(Class::Placing, word))
            && (0..self.len()).any(is_verb)
            && self.has_content_before(at)
            && self.adjacent_word(at).is_none_or(|verb| self.tag(verb) != Tag::Auxiliary)
    }

    /// `setting up {}`, `timed out after {}`: the word belongs to the verb before it, not to the value.
    pub(super) fn is_particle(&self, at: usize) -> bool {
        matches!(self.word(at), Some("out" | "off" | "up" | "down"))
            && self.adjacent_word(at).is_some_and(|verb| self.tag(verb) == Tag::Verb)
    }

    /// `shutting the press in {stage} stage` leaves whole: the key says the same. `rack is in {state} state` says nothing
    /// without the value.
    pub(super) fn in_its_own(&mut self, lead: usize, at: usize, hole: usize, noun: usize) -> bool {
        let is_one = self.word(noun).is_some_and(|word| {
            words::has("mode phase stage state status", word) && self.is_named(hole, word)
        });
        let leads = self.word(lead).is_some_and(|lead| words::has("at during in", lead));
        if !is_one || !leads || self.left(at) != Some(lead) || self.right(at) != Some(noun) {
            return false;
        }
        let is_said = self.adjacent_word(lead).is_some_and(|verb| self.tag(verb) == Tag::Auxiliary);
        if is_said || self.n_content_before(lead) < 2 {
            self.hints[hole].is_missed = true;
            return false;
        }
        self.hints[hole].label = self.word(noun).map(str::to_owned);
        for at in [lead, noun] {
            self.remove(at);
            self.left_whole.push(at);
        }
        true
    }
}
