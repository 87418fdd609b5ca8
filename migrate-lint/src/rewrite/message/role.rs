//! What a value is in its sentence, and which words go with it.
//!
//! A value after a noun is an apposition and leaves alone (`apposition`); what leads to it by a preposition goes with it
//! (`preposition`); where it was the object of a verb or the subject of the sentence its name takes its place (`object`).

use super::clause::{Clause, Start};
use super::label::Led;
use super::line::Line;
use super::tag::{Tag, third_person_of};
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Removes words that only led to the value, and puts its name where the sentence needs one.
    pub(super) fn role(&mut self, at: usize, hole: usize, led: Led) {
        if led == Led::ByClause {
            return;
        }
        let separated = led == Led::BySeparator;
        let mut right = self.after_group(at);
        if separated && let Some(rest) = right.filter(|right| self.is_rest(*right)) {
            self.hints[hole].noun_after = self.word(rest).map(str::to_owned);
            self.remove(rest);
            right = self.right(rest);
        }
        let phrase = self.phrase_before(at);
        if !phrase.is_empty() {
            self.apposition(at, hole, &phrase, right, separated);
            return;
        }
        // `{elapsed} used to open the port`.
        let is_amount = self.left(at).is_none()
            && right.is_some_and(|right| {
                let next = self.right(right).and_then(|next| self.word(next));
                self.word(right).is_some_and(|word| {
                    words::has("elapsed needed required spent taken used", word)
                }) && next.is_some_and(words::is_preposition)
            });
        if is_amount {
            self.hints[hole].is_missed = true;
            return;
        }
        // `Deleting {} pods`, `in {} pods`, `{} pods`: the noun stays for it.
        // `at {} BAR {}`: the noun is the next value's.
        let leads_to_label = right.is_some_and(|right| {
            self.right(right).is_some_and(|next| self.hole(next).is_some())
                && self.adjacent_word(at).is_some_and(|before| {
                    self.tag(before) == Tag::Preposition && self.word(before) != Some("of")
                })
        });
        if let Some(form) = right.filter(|right| self.is_manner(at, *right)) {
            let form = self.word(form).map(str::to_owned);
            self.hints[hole].is_explicit =
                form.as_ref().is_some_and(|form| !self.is_named(hole, form));
            self.hints[hole].label = form;
            right.into_iter().for_each(|form| self.remove(form));
            self.leave_prepositions(at);
            return;
        }
        // `deleting {} sealed crates`, `{} lost crates are back`: so many of those that were sealed.
        let counts_done = self.counts[hole]
            && right.is_some_and(|right| {
                self.right(at) == Some(right)
                    && self
                        .word(right)
                        .is_some_and(|word| word.ends_with("ed") || is(Class::PastVerb, word))
                    && self.modifies(self.right(right))
            });
        if (self.modifies(right) || counts_done) && !leads_to_label {
            let before = self.adjacent_word(at);
            if let (Some(before), Some(noun)) = (before, right)
                && self.in_its_own(before, at, hole, noun)
            {
                return;
            }
            // `{purged} lids purged`.
            let mut after = right;
            while let Some(noun) =
                after.filter(|at| matches!(self.tag(*at), Tag::Noun | Tag::Adjective))
            {
                after = self.right(noun);
            }
            self.hints[hole].is_said_by_verb = [before, after].into_iter().flatten().any(|verb| {
                self.tag(verb) == Tag::Verb
                    && self.word(verb).is_some_and(|verb| self.is_named(hole, verb))
            });
            // `a {} long chunk` is not long.
            self.hints[hole].is_missed |= right.is_some_and(|right| {
                self.word(right).is_some_and(|word| {
                    words::has("deep high large long old short tall wide", word)
                })
            });
            if let Some(of) = before.filter(|of| self.is_share(*of)) {
                self.remove(of);
            }
            self.leave_approximation(at);
            // `only {} peers answered`: that they are few is said by the number alone.
            self.hints[hole].is_missed |= self.is_limited(at);
            self.denied(at, hole);
            if self.only_counts(at, right) {
                return;
            }
            if self.lone_rest(at) {
                self.hints[hole].is_missed = true;
                return;
            }
            // `with {} total levels`.
            if let Some(total) = right.filter(|right| self.word(*right) == Some("total"))
                && self.modifies(self.right(total))
            {
                self.remove(total);
                self.left_whole.push(total);
            }
            // `longer than {} characters`, `skipping {} matches name`.
            self.hints[hole].is_missed |= before.and_then(|before| self.word(before))
                == Some("than")
                || right.is_some_and(|right| self.may_be_verb(right));
            return;
        }
        match self.adjacent_word(at) {
            None => self.first_of_clause(at, hole, right),
            Some(before) => self.after_word(before, at, hole, right, separated),
        }
    }

    /// `only {} peers`, `only {}/{} peers`, `only {} of {} peers`.
    fn is_limited(&self, at: usize) -> bool {
        let before = (0..at).rev().map(|at| &self.written[at]).find(|token| match token {
            Token::Space | Token::Hole(_) | Token::Quote(_) => false,
            Token::Separator(sign) => sign != "/",
            Token::Word(word) => !words::has("of out the", word),
            _ => true,
        });
        matches!(before, Some(Token::Word(word)) if words::has("just merely only", &word.to_lowercase()))
    }

    /// `sealed the crate with {} lids`, `drained the lower queue for {} lids`: that it has lids says nothing without their
    /// number.
    fn only_counts(&mut self, at: usize, right: Option<usize>) -> bool {
        let leads = |with: &usize| match self.word(*with) {
            Some("with") => true,
            Some("for") => {
                self.n_content_before(*with) > 2
                    && self.adjacent_word(*with).is_some_and(|noun| self.tag(noun) == Tag::Noun)
            }
            _ => false,
        };
        let Some(with) = self.adjacent_word(at).filter(leads) else { return false };
        let Some(noun) = right.filter(|noun| self.right(at) == Some(*noun)) else { return false };
        let is_counted = self.word(noun).is_some_and(|noun| words::singular(noun).is_some())
            && self.right(noun).is_none_or(|end| {
                self.word(end).is_none() && !matches!(self.separator(end), Some(":" | "="))
            });
        if !is_counted || self.n_content_before(with) < 2 || self.hints.len() > 1 {
            return false;
        }
        self.remove(with);
        self.remove(noun);
        self.left_whole.extend([with, noun]);
        true
    }

    /// `but there are only {} lids`: nothing is left of it without the number.
    fn lone_rest(&mut self, at: usize) -> bool {
        let is_word = |line: &Self, at: Option<usize>, class: &str| {
            at.filter(|at| line.word(*at).is_some_and(|word| words::has(class, word)))
        };
        let only = is_word(self, self.adjacent_word(at), "just only");
        let be = is_word(self, only.and_then(|only| self.left(only)), "are is was were");
        let there = is_word(self, be.and_then(|be| self.left(be)), "there");
        let joint = is_word(
            self,
            there.and_then(|there| self.left(there)),
            "although and as because but since while",
        );
        let Some(joint) = joint.filter(|joint| self.n_content_before(*joint) > 1) else {
            return false;
        };
        let end = (at..self.len()).find(|at| self.separator(*at).is_some()).unwrap_or(self.len());
        if (at + 1..end).any(|at| self.hole(at).is_some()) {
            return false;
        }
        (joint..end).for_each(|at| self.remove(at));
        self.left_whole.extend(joint..end);
        true
    }

    /// `no {kind} lid`: it may have others. `no such lid` says what was said.
    fn denied(&mut self, at: usize, hole: usize) {
        let before = self.adjacent_word(at);
        let is_direct = before
            .and_then(|before| self.word(before))
            .is_some_and(|word| words::has("any neither never no nor not without", word));
        // `rails never carry {kind} crates`, `does not support {kind} lids`.
        let is_general = (0..at).rev().take_while(|at| self.separator(*at).is_none()).any(|at| {
            let is_not = self.word(at) == Some("not")
                && self
                    .adjacent_word(at)
                    .and_then(|does| self.word(does))
                    .is_some_and(|does| words::has("do does", does));
            is_not || self.word(at).is_some_and(|word| words::has("doesn't don't never", word))
        });
        let takes_such = before
            .and_then(|before| self.word(before))
            .is_some_and(|word| words::has("any no", word))
            && !self.names[hole].iter().all(|name| {
                name.len() < 3 || words::is_length(name) || words::has("limit max min num", name)
            });
        self.hints[hole].is_missed |= (is_direct || is_general) && !takes_such;
        if takes_such {
            self.put_word(at, "such".to_owned());
            self.tags[at] = Tag::Adjective;
        }
    }

    /// `cannot write the image in {} format`: how it was done, which leaves whole.
    fn is_manner(&self, at: usize, right: usize) -> bool {
        let ends = self
            .right(right)
            .is_none_or(|next| self.word(next).is_none() || self.tag(next) == Tag::Preposition);
        self.word(right)
            .is_some_and(|form| words::has("encoding format layout mode phase state style", form))
            && ends
            && self.adjacent_word(at).is_some_and(|before| {
                matches!(self.tag(before), Tag::Preposition | Tag::Infinitive)
                    && self.word(before).is_some_and(|word| words::has("as in to using with", word))
                    && self.n_content_before(before) >= 2
            })
    }

    /// `loading about {} rows`, `somewhere around {} rows`: how sure the number is goes with it.
    fn leave_approximation(&mut self, at: usize) {
        while let Some(before) = self.adjacent_word(at).filter(|before| {
            self.has_content_before(*before)
                && self.word(*before).is_some_and(|word| is(Class::Approximation, word))
        }) {
            self.remove(before);
            self.left_whole.push(before);
        }
    }

    /// Whether what looks like a plural in front of a noun may be a verb: `matches name`.
    fn may_be_verb(&self, at: usize) -> bool {
        let next = self.right(at).filter(|next| !self.is_gap(at, *next));
        self.word(at).and_then(third_person_of).is_some()
            && next.is_some_and(|next| self.tag(next) == Tag::Noun && self.word(next).is_some())
    }

    /// The value begins its clause.
    fn first_of_clause(&mut self, at: usize, hole: usize, right: Option<usize>) {
        let Some(right) = right.filter(|right| self.word(*right).is_some()) else { return };
        if self.left(at).is_some_and(|left| self.is_gap(left, at)) {
            return;
        }
        let is_message = self.left(at).is_none();
        let says = matches!(
            self.tag(right),
            Tag::Verb | Tag::Auxiliary | Tag::Adverb | Tag::Preposition | Tag::Adjective
        );
        // `before we start... {hash} at {height}`: nothing is said of them.
        let has_place = !is_message && self.tag(right) == Tag::Preposition;
        if !says || has_place {
            return;
        }
        // `{tag} rejected by lease`: what is in front of a sentence without being its subject.
        // `{client} -> {server} received`.
        if self.right(at) != Some(right) {
            self.hints[hole].is_missed = true;
            return;
        }
        if is_message && self.is_first(at) && self.begins_sentence(right) {
            return;
        }
        let needs = self.tag(right) == Tag::Auxiliary || !is_message;
        if !needs && !self.is_placeable(hole) {
            self.hints[hole].is_missed = true;
            return;
        }
        if self.left(at).is_none() && self.tag(right) != Tag::Auxiliary && !self.is_subject(right) {
            self.hints[hole].is_missed = true;
            return;
        }
        // `{} deferred operations`: so many, or somebody who has deferred them.
        let is_doubtful = !needs
            && self.word(right).is_some_and(|word| word.ends_with("ed"))
            && self.modifies(self.right(right));
        if is_doubtful {
            self.hints[hole].is_missed = true;
            return;
        }
        self.put_name(at, hole);
    }

    /// Nothing was written before the value.
    fn is_first(&self, at: usize) -> bool {
        self.written.of(0..at).all(|token| *token == Token::Space)
    }

    /// `{peer} Sending hello`, `{ctx} Failed to connect`: the capital letter says that what is before it is no subject.
    fn begins_sentence(&self, at: usize) -> bool {
        let Some(word) = self.word(at) else { return false };
        let is_capital = word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().skip(1).all(char::is_lowercase);
        let lower = word.to_lowercase();
        let may_be_said_of_it = lower.ends_with("ed") && lower != "failed"
            || is(Class::ThirdPerson, &lower)
            || is(Class::PastVerb, &lower)
            || self.tag(at) == Tag::Auxiliary
            || self.tag(at) == Tag::Adjective;
        is_capital && !may_be_said_of_it
    }

    /// Whether what follows needs a subject: `{} failed to start`, but not `{} start pending`.
    fn is_subject(&self, right: usize) -> bool {
        self.word(right).is_some_and(|word| {
            let lower = word.to_lowercase();
            is(Class::ThirdPerson, &lower) || lower.ends_with("ed") || is(Class::PastVerb, &lower)
        })
    }

    /// The value is led to by a word that is no noun.
    fn after_word(
        &mut self,
        before: usize,
        at: usize,
        hole: usize,
        right: Option<usize>,
        separated: bool,
    ) {
        match self.tag(before) {
            Tag::Determiner => {
                self.remove(before);
                match self.adjacent_word(before) {
                    Some(next) => self.after_word(next, at, hole, right, separated),
                    None => self.first_of_clause(at, hole, right),
                }
            }
            // `waiting on: {error}`: it belongs to the verb.
            Tag::Preposition
                if separated
                    && self.is_error(hole)
                    && self
                        .word(before)
                        .is_some_and(|word| words::has("in on over through", word)) =>
            {
                self.kept.push(before);
            }
            Tag::Preposition
                if separated
                    && self.word(before).is_some_and(|word| {
                        words::has("above around behind below down inside off out outside up", word)
                    }) =>
            {
                self.kept.push(before);
            }
            Tag::Preposition | Tag::Infinitive if self.is_share(before) => self.remove(before),
            Tag::Preposition | Tag::Infinitive if !self.is_particle(before) => {
                self.led_by_preposition(before, at, hole, right);
            }
            Tag::Conjunction => self.after_conjunction(before, at, hole, right),
            Tag::Auxiliary => self.after_auxiliary(before, at, hole, right),
            // `, but only {} is allowed`.
            Tag::Adverb
                if right
                    .is_some_and(|right| matches!(self.tag(right), Tag::Auxiliary | Tag::Verb)) =>
            {
                self.late_subject(at, hole);
            }
            // `; ALSA returned: {error}`.
            Tag::Verb if separated && self.is_error(hole) => self.saying_clause(at, hole),
            _ if separated => {}
            Tag::Adverb
                if self
                    .adjacent_word(before)
                    .is_some_and(|next| self.tag(next) == Tag::Auxiliary) =>
            {
                let next = self.left(before).unwrap_or(before);
                self.hints[hole].is_missed |= right.is_some_and(|right| self.word(right).is_some());
                if right.is_none() {
                    self.remove(before);
                    self.after_auxiliary(next, at, hole, right);
                }
            }
            Tag::Verb | Tag::Adjective | Tag::Preposition | Tag::Infinitive => {
                self.object(before, at, hole, right);
            }
            _ => self.hints[hole].is_missed |= self.has_word_before(at) && !self.is_error(hole),
        }
    }

    /// The subject of a clause that is no message without it: its name takes its place, or the clause leaves.
    fn late_subject(&mut self, at: usize, hole: usize) {
        self.hints[hole].is_missed = true;
        if self.is_placeable(hole) {
            self.put_name(at, hole);
        }
        let is_end = |at: &usize| self.separator(*at).is_some();
        let start = (0..at).rfind(is_end).filter(|_| !self.hints[hole].is_placed);
        let end = (at..self.len()).find(is_end).unwrap_or(self.len());
        if let Some(start) = start
            && self.says_something_before(start)
            && !(start..end).any(|other| self.hole(other).is_some_and(|other| other != hole))
        {
            (start..end).for_each(|at| self.remove(at));
        }
    }

    /// `…; umount2 returned: {error}`: a clause that only says where the error is from.
    fn saying_clause(&mut self, at: usize, hole: usize) {
        let Some(clause) = Clause::before(self, at) else { return };
        let says = clause
            .words
            .last()
            .is_some_and(|word| words::has("gave got reported returned returns said says", word));
        if says && clause.start == Start::Clause {
            clause.leave(self, hole);
        }
    }

    fn after_conjunction(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        let has_verb =
            right.is_some_and(|right| matches!(self.tag(right), Tag::Verb | Tag::Auxiliary));
        // `and {} failed rows`: so many of them.
        let is_counted = right.is_some_and(|right| {
            self.word(right).is_some_and(|word| word.ends_with("ed"))
                && self.modifies(self.right(right))
        });
        if is_counted {
            return;
        }
        if has_verb {
            self.put_name(at, hole);
            return;
        }
        let word = self.word(before).unwrap_or_default();
        let joins = matches!(word, "and" | "or" | "vs");
        // `deleting {} and {}`.
        if joins || right.is_none_or(|right| self.word(right).is_none()) {
            self.remove(before);
            self.hints[hole].is_missed |= !joins;
        } else {
            self.hints[hole].is_missed = true;
        }
    }

    /// `size is {}`.
    fn after_auxiliary(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        let is_copula = self.word(before).is_some_and(words::is_copula);
        let goes_on = right.is_some_and(|right| self.word(right).is_some());
        if !is_copula || goes_on {
            self.hints[hole].is_missed = true;
            return;
        }
        // `. The value was {}`: a clause that only names its value.
        if let Some(clause) = Clause::before(self, at)
            && clause.start == Start::Clause
            && !clause.places.iter().any(|at| {
                matches!(self.tag(*at), Tag::Verb | Tag::Conjunction | Tag::Pronoun | Tag::Adverb)
            })
        {
            clause.leave(self, hole);
            return;
        }
        // `cannot open: state is {}`.
        if let Some(clause) = Clause::before(self, at)
            && clause.start == Start::Prefix
            && matches!(&clause.words[..], [noun, _] if self.is_named(hole, noun))
            && (0..clause.places[0]).any(|at| self.tag(at) == Tag::Verb)
        {
            clause.leave(self, hole);
            return;
        }
        // `because state is {}`: nothing is left of the reason.
        if let Some(lead) = self.subordinate(before) {
            let words: Vec<usize> =
                (lead + 1..before).filter(|at| self.word(*at).is_some()).collect();
            self.hints[hole].label = self.nouns_ending(&words);
            (lead..=before).for_each(|at| self.remove(at));
            self.hints[hole].is_missed = true;
            return;
        }
        self.remove(before);
        if self.hints[hole].label.is_none() {
            let phrase = self.phrase_before(before);
            self.hints[hole].label = self.nouns_ending(&phrase);
        }
    }
}
