//! Labels of values: `len: {}`, `len={}`, `…, size {}`.

use super::clause::{Clause, Start};
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// What became of the words in front of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Led {
    /// No separator was before it.
    Directly,
    /// After `:`, `=` or a comma; words in front of that may still lead to it.
    BySeparator,
    /// A clause of its own led to it, and has left with it.
    ByClause,
}

impl Line<'_> {
    /// Removes `label:` and `label=` before a value.
    pub(super) fn label(&mut self, at: usize, hole: usize) -> Led {
        if self.identity_of_subject(at, hole) {
            return Led::Directly;
        }
        let Some(sign) = self.take_separators(at, hole) else { return Led::Directly };
        let led = self.label_before(&sign, at, hole);
        // "Ready to delete" says that it is, also where it is not.
        self.hints[hole].is_missed |= sign == "?" && led != Led::ByClause;
        led
    }

    /// The same, where a separator was before the value.
    fn label_before(&mut self, sign: &str, at: usize, hole: usize) -> Led {
        let Some(clause) = Clause::before(self, at) else { return Led::BySeparator };
        let is_glued = clause
            .places
            .last()
            .is_some_and(|last| !(last + 1..at).any(|at| self.token(at) == Some(&Token::Space)));
        if sign == "="
            && (is_glued || clause.start != Start::Message || clause.content().len() == 1)
        {
            return self.assignment(clause, at, hole);
        }
        // `moved src:{} dst:{}`.
        let is_tight = sign == ":"
            && is_glued
            && self.was_label[at - 1]
            && self.tag(clause.places[0]) == Tag::Verb;
        if is_tight && clause.words.len() > 1 && self.leads_to_label(at) {
            return self.assignment(clause, at, hole);
        }
        let is_label_sign =
            matches!(sign, ":" | "::" | "-" | "->" | "<-" | "=>" | "=" | "—" | "–" | "?");
        self.hints[hole].is_after_colon = is_label_sign;
        // `exit: load_users -> {}` gives what a function gave.
        let is_result = matches!(sign, "->" | "=>")
            && clause.start == Start::Prefix
            && matches!(&clause.words[..], [word] if word.contains('_') && !self.is_named(hole, word));
        if is_label_sign
            && !is_result
            && !self.is_statement(&clause)
            && self.is_label(&clause, at, hole, is_glued)
        {
            clause.leave(self, hole);
            return Led::ByClause;
        }
        if is_label_sign && self.is_last_word_label(&clause, at, hole, is_glued) {
            clause.leave_last(self, hole);
            return Led::BySeparator;
        }
        self.hints[hole].is_after_failure = is_label_sign
            && clause.words.iter().any(|word| {
                words::has("cannot failed failing fails unable", &word.to_lowercase())
                    || word.ends_with("n't")
            });
        if let Some(label) = self.label_that_stays(&clause, at, hole)
            && (!self.is_first_of_several(at) || self.is_named(hole, &label))
        {
            self.hints[hole].label = Some(label);
            self.hints[hole].is_explicit |=
                clause.start == Start::Value && self.is_place(&clause, hole);
        }
        Led::BySeparator
    }

    /// What follows a value is the label of another.
    pub(super) fn leads_to_label(&self, at: usize) -> bool {
        self.right(at).is_some_and(|next| self.is_label_ahead(next))
    }

    /// Removes the separators in front of a value; gives the first of them.
    fn take_separators(&mut self, at: usize, hole: usize) -> Option<String> {
        let mut first = None;
        while let Some(before) = self.left(at) {
            let Some(separator) = self.separator(before).map(str::to_owned) else { break };
            let separator = separator.as_str();
            let joins_values = before + 1 == at && before > 0 && self.was_hole[before - 1];
            // `reconnect? {}`.
            let asks =
                separator == "?" && self.word(before.wrapping_sub(1)).is_some() && before + 2 >= at;
            if !joins_values && !asks && matches!(separator, "." | "!" | "?" | "...")
                || self.left(before).is_some() && self.clause_begins(at, before, hole)
            {
                break;
            }
            first = Some(separator.to_owned());
            self.remove(before);
        }
        first
    }

    /// Whether a clause in front of a colon only says what the value is.
    fn is_label(&self, clause: &Clause, at: usize, hole: usize, is_glued: bool) -> bool {
        let content = clause.content();
        let first = clause.places[0];
        match clause.start {
            // The first clause is the message, unless it only names its value and more follows.
            Start::Message => {
                let is_named = content.iter().any(|word| self.is_named(hole, word));
                // `$SHELL -> {shell} which is missing`, `Lane: {} not in the pool` go on about it.
                let goes_on = self.right(at).is_some_and(|next| {
                    self.tag(next) == Tag::Pronoun
                        || self.word(next).is_some_and(|word| !word.contains(char::is_uppercase))
                            && matches!(
                                self.tag(next),
                                Tag::Adverb | Tag::Adjective | Tag::Preposition | Tag::Verb
                            )
                });
                clause.words.len() == 1 && is_named && !goes_on && self.has_words_after(at)
            }
            Start::Prefix => {
                let is_own = matches!(&clause.words[..], [word] if self.ends_named(hole, word));
                // `cancelled the query: sql: {}, state: {}`.
                let is_noun = clause.words.len() == 1
                    && self.tag(first) == Tag::Noun
                    && !self.is_error(hole)
                    && self.says_something_before(first)
                    && self.right(at).is_none_or(|next| self.separator(next) == Some(","));
                is_noun
                    || self.names_value(clause, hole) && self.says_something_before(first)
                    || is_own && self.has_word_before(first)
            }
            // `, these parts failed: {}, {}`.
            Start::Clause
                if self.is_first_of_several(at)
                    && clause.words.iter().skip(1).any(|word| words::is_verb(word)) =>
            {
                false
            }
            // `sent: {}, dropped: {}`.
            Start::Clause if self.continues_list(clause, hole) => true,
            Start::Clause => {
                self.is_with(clause, at, hole)
                    || self.names_value(clause, hole)
                    || self.is_statement_of_name(clause, at)
            }
            // `checking if lid {} is closed: {}`: said of the value before it.
            Start::Value if words::is_copula(&clause.words[0]) => false,
            Start::Value if self.is_subject_of_next(clause, at) => false,
            Start::Value if self.is_place(clause, hole) => false,
            Start::Value if self.completes_noun(clause, is_glued, hole) => false,
            Start::Value => {
                // `Blocks: {} Free blocks: {}`.
                let is_in_table = hole > 0
                    && self.hints[hole - 1].is_after_colon
                    && (1..4).contains(&content.len())
                    && clause
                        .places
                        .iter()
                        .all(|at| matches!(self.tag(*at), Tag::Noun | Tag::Adjective))
                    && self
                        .right(at)
                        .is_none_or(|next| self.word(next).is_none() || self.is_label_ahead(next));
                if is_in_table {
                    return true;
                }
                // `resize {} error: {error}`: nothing else says that it failed.
                let is_failure =
                    matches!(&clause.words[..], [word] if words::has("err error", word));
                if is_failure && self.is_error(hole) && !self.says_failure(first) {
                    return false;
                }
                let is_identifier = matches!(&clause.words[..], [word] if word.contains('_'));
                let is_role = content.iter().all(|word| self.says_its_name(hole, word));
                (is_glued && clause.words.len() == 1)
                    || (is_identifier && self.says_something_before(first))
                    || is_role && content.len() <= 2 && !clause.has_verb(self, hole)
            }
        }
    }

    /// One word after a value that has a label, and no error.
    fn continues_list(&self, clause: &Clause, hole: usize) -> bool {
        let before = hole.checked_sub(1).map(|before| &self.hints[before]);
        clause.words.len() == 1
            && before.is_some_and(|before| before.is_explicit && before.is_after_colon)
            && !self.is_error(hole)
    }

    /// `, with injected variables: {}`.
    fn is_with(&self, clause: &Clause, at: usize, hole: usize) -> bool {
        matches!(&clause.words[..], [with, rest @ ..] if with == "with" && (1..=3).contains(&rest.len()))
            && self.says_something_before(clause.places[0])
            && self.right(at).is_none_or(|next| self.word(next).is_none())
            && !self.is_error(hole)
    }

    /// `. Known page sizes are: {}`.
    fn is_statement_of_name(&self, clause: &Clause, at: usize) -> bool {
        let [named @ .., copula] = &clause.places[..] else { return false };
        self.word(*copula).is_some_and(words::is_copula)
            && (1..5).contains(&named.len())
            && named.iter().all(|at| {
                let is_participle = at == &named[0] && self.tag(*at) == Tag::Verb;
                is_participle
                    || matches!(self.tag(*at), Tag::Noun | Tag::Adjective | Tag::Determiner)
            })
            && self.says_something_before(clause.places[0])
            && self.right(at).is_none_or(|next| self.word(next).is_none())
    }

    /// `Admit CloneSet {} patches: {}` is about the patches.
    fn completes_noun(&self, clause: &Clause, is_glued: bool, hole: usize) -> bool {
        let first = clause.places[0];
        let follows_noun = self.left(first).is_some_and(|left| {
            self.is_gap(left, first) && self.word(left).is_some() && self.tag(left) == Tag::Noun
        });
        !is_glued
            && follows_noun
            && !self.is_error(hole)
            && hole > 0
            && !self.hints[hole - 1].is_explicit
            && matches!(&clause.words[..], [word] if !words::is_role(word) || word == "status")
    }

    fn says_its_name(&self, hole: usize, word: &str) -> bool {
        words::is_role(word) || self.is_named(hole, word)
    }

    /// A clause of few words, without a verb, that ends in what the value is called.
    fn names_value(&self, clause: &Clause, hole: usize) -> bool {
        let content = clause.content();
        let is_named = content.iter().any(|word| self.is_named(hole, word));
        let last_is_role = content.last().is_some_and(|word| words::is_role(word));
        let is_phrase = clause.words.iter().any(|word| words::is_preposition(word) && word != "of");
        // `, if the state changes: {error}`.
        let is_condition = clause.words.first().is_some_and(|word| is(Class::LeadsSentence, word));
        !is_condition
            && !clause.has_verb(self, hole)
            && !is_phrase
            && (content.len() <= 2 && clause.start == Start::Clause
                || content.len() <= 4 && (is_named || last_is_role))
    }

    /// `{kind} client: {} is gone` has its subject before the colon.
    fn is_subject_of_next(&self, clause: &Clause, at: usize) -> bool {
        self.right(at).and_then(|next| self.word(next)).is_some_and(words::is_auxiliary)
            && clause.words.len() <= 2
            && clause.words.iter().all(|word| words::is_noun(word) && !words::is_role(word))
    }

    /// `base:{}`, `origin_product: {}`: the last word of a message is the label, whatever is before it.
    fn is_last_word_label(&self, clause: &Clause, at: usize, hole: usize, is_glued: bool) -> bool {
        let (Start::Message, [rest @ .., last]) = (clause.start, &clause.words[..]) else {
            return false;
        };
        let is_alone = rest
            .last()
            .is_none_or(|before| words::is_verb(before) || words::is_preposition(before));
        let is_alone = is_alone && !rest.last().is_some_and(|has| words::has("had has have", has));
        let names = is_glued && self.says_its_name(hole, last)
            || last.contains('_') && is_alone && self.is_named(hole, last);
        // "Unimplemented op_code" says nothing without its noun.
        let is_property = is(Class::Property, last)
            || is(Class::Identity, last)
            || words::is_role(last)
            || last.contains('_')
            || is(Class::Acronym, last);
        let says_more = (is_property || is_glued) && rest.len() > 1
            || rest.len() == 1 && self.right(at).is_some_and(|next| self.is_label_ahead(next));
        // `stopped with error: {stderr}`: nothing else says that it failed.
        let is_failure = words::has("err error exception failure", last)
            && !self.is_error(hole)
            && !rest.is_empty();
        names && says_more && !is_failure
    }

    /// What the words in front of a colon call the value, where they stay.
    fn label_that_stays(&mut self, clause: &Clause, at: usize, hole: usize) -> Option<String> {
        // `with Retry-After: {}`: a header's name.
        let is_header = |word: &&String| {
            word.contains('-') && word.split('-').all(|part| part.starts_with(char::is_uppercase))
        };
        if let Some(header) = clause.words.last().filter(is_header) {
            self.hints[hole].is_explicit = true;
            return Some(header.clone());
        }
        // `setting limits at: {n}` says where.
        let is_led = clause
            .words
            .last()
            .is_some_and(|last| words::has("after at before from in into on onto to", last));
        if is_led {
            return None;
        }
        // A letter is like any word that begins with it.
        let is_letter = self.names[hole].iter().all(|name| name.len() < 3);
        let content = clause.content();
        let named = content.iter().rfind(|word| !is_letter && self.is_named(hole, word)).copied();
        // `loading failed: {}` names no value that has any name.
        let label = match (self.nouns_ending(&clause.places), named) {
            (Some(nouns), _) => Some(nouns),
            (None, Some(named)) => Some(named.to_owned()),
            (None, None) => is_letter.then(|| self.nouns_in(&clause.places)).flatten(),
        };
        // `error in the call handler: {}` says where, not what.
        let is_place =
            self.phrase_before(at).first().and_then(|first| self.governor(*first)).is_some_and(
                |before| self.tag(before) == Tag::Preposition && self.word(before) != Some("of"),
            );
        label.filter(|label| !is_place || named.is_some_and(|named| label.contains(named)))
    }

    /// `range: {}-{}`, `shelf: {}/{}`: what is in front of joined values is no name of the first, but of all.
    pub(super) fn label_of_first(&mut self, at: usize, hole: usize) {
        let is_joined = self.written.get(at + 1).is_some_and(|joint| {
            matches!(joint, Token::Separator(joint) if matches!(joint.as_str(), "/" | "-" | ".." | "..." | "." | "@" | "->" | "=>"))
        }) && matches!(self.written.get(at + 2), Some(Token::Hole(_)));
        let is_space =
            self.names[hole].last().is_some_and(|last| last == "namespace" || last == "ns");
        let next = self.value_at.get(at + 2).copied().flatten();
        let is_own = self.hints[hole].label.as_deref().is_some_and(|label| {
            let last = words::split(label).pop().unwrap_or_default();
            self.is_named(hole, &last) && next.is_none_or(|next| !self.is_named(next, &last))
        });
        if is_joined && !is_space && !is_own && !self.names[hole].is_empty() {
            self.hints[hole].label = None;
            self.hints[hole].is_explicit = false;
        }
    }

    /// `output: {}, {}`: what is in front of them is no name of the first.
    pub(super) fn is_first_of_several(&self, at: usize) -> bool {
        self.right(at).is_some_and(|comma| {
            matches!(self.separator(comma), Some("," | ";"))
                && self.right(comma).is_some_and(|next| self.hole(next).is_some())
        })
    }

    /// Whether the value begins a clause that goes on after it: `, {} splits left`, `Warning: {} is not set`.
    fn clause_begins(&self, at: usize, separator: usize, hole: usize) -> bool {
        let Some(next) = self.right(at) else { return false };
        let Some(word) = self.word(next) else { return false };
        let is_colon = match self.separator(separator) {
            Some("," | ";") => false,
            Some(":") => true,
            _ => return false,
        };
        let is_verb = words::is_verb(word) || is_colon && self.tag(next) == Tag::Verb;
        let is_noun = words::is_content(word) && !is_verb;
        if !is_colon {
            return is_noun || words::is_auxiliary(word);
        }
        if is_noun {
            return !self.is_label_ahead(next);
        }
        // `image: {} is unsigned` has its subject before the colon, `drm: {} is unsigned` in the value.
        let Some(clause) = Clause::before(self, separator) else { return false };
        // `spec check: {} specified terms`.
        if matches!(self.tag(next), Tag::Verb | Tag::Adjective) && self.modifies(self.right(next)) {
            return !self.is_label_ahead(next);
        }
        let leads_on = clause.words.last().is_some_and(|word| words::is_preposition(word));
        let names_next =
            self.right(next).is_some_and(|after| matches!(self.separator(after), Some(":" | "=")));
        is_verb
            && clause.start != Start::Value
            && !leads_on
            && !names_next
            && (words::is_auxiliary(word)
                || clause.words.len() > 2
                || clause.words.iter().any(|word| words::is_verb(word)))
            && !clause.words.last().is_some_and(|word| self.is_named(hole, word))
    }

    /// Whether the words from here on name the next value: `error: {}`, `size {}`.
    pub(super) fn is_label_ahead(&self, from: usize) -> bool {
        let mut at = Some(from);
        while let Some(place) = at {
            match self.token(place) {
                Some(Token::Word(word)) if words::is_content(word) && !words::is_verb(word) => {}
                Some(Token::Hole(_)) => return true,
                Some(Token::Separator(separator)) => {
                    return matches!(separator.as_str(), ":" | "=")
                        && self.right(place).is_some_and(|next| self.hole(next).is_some());
                }
                _ => return false,
            }
            at = self.right(place);
        }
        false
    }

    /// `Adding robot {} to lane: {}` is about the lane, as it is without the colon; `error: {} for lane: {}` is not.
    fn is_place(&self, clause: &Clause, hole: usize) -> bool {
        matches!(&clause.words[..], [place, _] if words::has("at for from in into on onto to", place))
            && !hole.checked_sub(1).is_some_and(|before| self.is_error(before))
    }
}
