//! Words beside a value: the unit behind it, and what in front of it dangles without it.

use super::clause::{Clause, Start};
use super::label::Led;
use super::line::Line;
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// `{}ms`, `{} bytes`, `{}%`, and the noun of `{} replicas`.
    pub(super) fn unit(&mut self, at: usize, hole: usize) {
        let adjacent = at + 1;
        if self.separator(adjacent) == Some("%") {
            self.hints[hole].unit = Some("percent".into());
            self.remove(adjacent);
            return;
        }
        if let Some(word) = self.word(adjacent).map(str::to_owned) {
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
            if is_subject {
                return;
            }
            // "5 seconds timeout" keeps a noun, "256 M but" does not.
            self.remove(next);
            if let Some(of) = self.right(next).filter(|of| self.word(*of) == Some("of")) {
                self.remove(of);
            }
        } else {
            self.hints[hole].noun_after = self.noun_from(next);
        }
    }

    /// `fee: {} wei`: what stands between a labelled value and the clause's end is its unit.
    fn is_counted(&self, at: usize, next: usize, word: &str) -> bool {
        let Some(before) = self.left(at) else { return false };
        let ends = self.right(next).is_none_or(|end| {
            matches!(self.separator(end), Some("," | ";" | "." | "!" | "?" | "..."))
        });
        matches!(self.separator(before), Some(":" | "="))
            && ends
            && words::is_noun(word)
            && Clause::before(self, before)
                .is_some_and(|clause| clause.start == Start::Clause || word.ends_with('s'))
    }

    /// The noun that begins here: `replicas` of `ready replicas`, `pod` of `pod is ready`.
    fn noun_from(&self, at: usize) -> Option<String> {
        let mut nouns: Vec<&str> = Vec::new();
        let mut place = Some(at);
        while let Some(word) = place.and_then(|place| self.word(place)) {
            if nouns.len() == 3 || !words::is_noun(word) {
                break;
            }
            nouns.push(word);
            place = place.and_then(|place| self.right(place));
        }
        let plural = nouns.iter().find(|noun| noun.ends_with('s') && !noun.ends_with("ss"));
        plural.or(nouns.first()).map(|noun| (*noun).to_owned())
    }

    fn has_verb_after(&self, at: usize) -> bool {
        (at + 1..self.tokens.len())
            .map_while(|at| match &self.tokens[at] {
                Some(Token::Separator(_)) => None,
                _ => Some(self.word(at)),
            })
            .flatten()
            .any(words::is_verb)
    }

    /// Removes words that only led to the value.
    pub(super) fn dangling(&mut self, at: usize, hole: usize, led: Led) {
        let separated = led == Led::BySeparator;
        let next = self.right(at);
        let next_word = next.and_then(|next| self.word(next)).map(str::to_owned);
        let ends = separated || next_word.as_deref().is_none_or(words::ends_noun_phrase);
        // `the {} method`: the sentence keeps a noun.
        let has_noun = next_word.as_deref().is_some_and(words::is_noun);
        if led != Led::ByClause && ends {
            self.identity(at, hole);
        }
        // `for {} of {} pods` goes on with the pods.
        let is_share = next_word.as_deref() == Some("of")
            && next.and_then(|of| self.right(of)).is_some_and(|after| self.hole(after).is_some());
        let ends = ends && !is_share;
        let mut last_removed: Option<String> = None;
        let mut after_copula = false;
        while let Some(before) = self.left(at) {
            if led == Led::ByClause || self.is_gap(before, at) {
                break;
            }
            let Some(word) = self.word(before).map(str::to_owned) else { break };
            let removed = last_removed.is_some();
            // `using {} for all peers`: the sentence's verb.
            let is_verb = word.eq_ignore_ascii_case("using")
                && (self.left(before).is_none()
                    || next_word.as_deref().is_some_and(words::is_adverb));
            self.hints[hole].is_missed |= is_verb && !has_noun;
            let goes = if self.is_particle(before, last_removed.as_deref()) || is_verb {
                false
            } else if words::is_determiner(&word) || words::is_preposition(&word) {
                // `3 of 5 pods`.
                ends || word == "of" && self.has_gap_directly_before(before)
            } else if words::is_conjunction(&word) {
                let is_verb = next_word.as_deref().is_some_and(words::is_verb);
                if is_verb && words::leads_sentence(&word) {
                    self.keep_subject(at, hole);
                    break;
                }
                self.hints[hole].is_missed |= next_word.as_deref().is_some_and(words::is_auxiliary);
                ends && !separated
            } else if words::is_copula(&word) {
                after_copula = next_word.is_none();
                self.hints[hole].is_missed |= !after_copula;
                after_copula
            } else {
                // `located at {}`, `failed with error {}`.
                (removed || ends && !separated)
                    && words::is_placing(&word)
                    && self.says_something_before(before)
                    && !self.follows_auxiliary(before)
                    || self.is_error_word(before, &word, hole)
            };
            if !goes {
                let is_content = words::is_content(&word) && !self.hints[hole].is_explicit;
                if is_content
                    && (!separated && !removed || after_copula)
                    && self.clause_label(at, hole)
                {
                    break;
                }
                // `changing cache mode to {}`, where the value has no name.
                let is_nameless = self.names[hole].is_empty();
                if removed && is_nameless && is_content && words::is_noun(&word) {
                    self.hints[hole].label.get_or_insert(word);
                    break;
                }
                if !separated && !removed && is_content {
                    if words::is_verb(&word) || self.is_infinitive(before, hole) {
                        self.hints[hole].is_missed = !has_noun;
                    } else if words::is_noun(&word) {
                        self.hints[hole].label = Some(word);
                    }
                }
                break;
            }
            // "larger than" says less without what it is compared to.
            self.hints[hole].is_missed |= word == "than";
            last_removed = Some(word);
            self.remove(before);
        }
        // The value comes first, in the message or in its clause.
        let Some(word) = next_word else { return };
        match self.left(at) {
            None if last_removed.is_none() => {
                // `{} hook called` has a subject of its own.
                let has_subject =
                    words::is_noun(&word) && next.is_some_and(|next| self.has_verb_after(next));
                self.hints[hole].is_missed =
                    !has_subject && (words::is_content(&word) || words::is_auxiliary(&word));
            }
            Some(before) if self.separator(before).is_some() && words::is_verb(&word) => {
                self.hints[hole].is_missed = true;
                // `warning: {path} is not writable`.
                let is_label = next
                    .and_then(|next| self.right(next))
                    .is_some_and(|after| self.separator(after).is_some());
                if words::is_auxiliary(&word) && self.separator(before) != Some("=") && !is_label {
                    self.keep_subject(at, hole);
                }
            }
            _ => {}
        }
    }

    /// A value that is the subject of its clause: its name stands for it.
    fn keep_subject(&mut self, at: usize, hole: usize) {
        self.hints[hole].is_missed = true;
        let subject = self.names[hole].join(" ");
        if subject.len() > 1 && !self.is_error(hole) {
            self.tokens[at] = Some(Token::Word(subject));
        }
    }

    /// `pod with id {}`: the key says so.
    fn identity(&mut self, at: usize, hole: usize) {
        let Some(noun) = self.left(at) else { return };
        let Some(with) = self.left(noun) else { return };
        let is_identity = self.word(noun).is_some_and(words::is_identity)
            && matches!(self.word(with), Some("with"))
            && self.left(with).is_some_and(|before| self.word(before).is_some())
            && !self.is_gap(with, at);
        if is_identity {
            self.hints[hole].label = self.word(noun).map(str::to_owned);
            self.remove(noun);
            self.remove(with);
        }
    }

    /// `setting up {}`, `timed out after {}`: the word belongs to the verb before it, not to the value.
    fn is_particle(&self, at: usize, next: Option<&str>) -> bool {
        let can_be = match self.word(at) {
            Some("out" | "off") => true,
            // `waiting up to {}` is no `setting up {}`.
            Some("up") => next != Some("to"),
            _ => false,
        };
        can_be && self.left(at).and_then(|verb| self.word(verb)).is_some_and(words::is_content)
    }

    /// `with error {}`: the word says what the key says.
    fn is_error_word(&self, at: usize, word: &str, hole: usize) -> bool {
        if !self.is_error(hole) || !matches!(word, "error" | "err" | "Error") {
            return false;
        }
        let mut before = self.left(at);
        if before.and_then(|before| self.word(before)).is_some_and(words::is_determiner) {
            before = before.and_then(|before| self.left(before));
        }
        before.and_then(|before| self.word(before)).is_some_and(words::is_preposition)
    }

    /// `to delete {}`, `cannot find {}`: the word is a verb.
    fn is_infinitive(&self, at: usize, hole: usize) -> bool {
        let Some(before) = self.left(at) else { return false };
        let Some(word) = self.word(before) else { return false };
        match word.to_lowercase().as_str() {
            "also" | "already" | "i" | "it" | "never" | "only" | "still" | "they" | "we"
            | "which" | "who" | "you" | "not" | "cannot" | "can't" | "couldn't" | "can"
            | "will" | "could" | "won't" => true,
            // `failed to delete {}` has a verb, `sent to peer {}` a noun.
            "to" => {
                let takes_verb = self
                    .left(before)
                    .is_none_or(|verb| self.word(verb).is_some_and(words::takes_infinitive));
                takes_verb && self.word(at).is_some_and(|word| !self.is_named(hole, word))
            }
            _ => false,
        }
    }

    /// `is called`, `must be stored`: the word is the sentence's verb.
    fn follows_auxiliary(&self, at: usize) -> bool {
        self.left(at)
            .and_then(|before| self.word(before))
            .is_some_and(|word| words::is_auxiliary(word) || words::is_copula(word))
    }
}
