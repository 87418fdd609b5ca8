//! Labels of values: `len: {}`, `len={}`, `…, size {}`.

use super::clause::{Clause, Start};
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// What became of the words in front of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Led {
    /// No separator stood before it.
    Directly,
    /// Behind `:`, `=` or a comma; words in front of that may still lead to it.
    BySeparator,
    /// A clause of its own led to it, and has left with it.
    ByClause,
}

impl Line<'_> {
    /// Removes `label:` and `label=` before a value.
    pub(super) fn label(&mut self, at: usize, hole: usize) -> Led {
        let mut last_separator = String::new();
        while let Some(before) = self.left(at) {
            let Some(separator) = self.separator(before) else { break };
            let joins_values = before + 1 == at && before > 0 && self.was_hole[before - 1];
            if !joins_values && matches!(separator, "." | "!" | "?" | "...")
                || self.left(before).is_some() && self.clause_begins(at, before, hole)
            {
                break;
            }
            last_separator = separator.to_owned();
            self.remove(before);
        }
        if last_separator.is_empty() {
            return Led::Directly;
        }
        let Some(clause) = Clause::before(self, at) else { return Led::BySeparator };
        let is_glued = clause
            .places
            .last()
            .is_some_and(|last| !(last + 1..at).any(|at| self.tokens[at] == Some(Token::Space)));
        let content = clause.content();
        let has_verb = clause.has_verb(self, hole);
        if last_separator == "="
            && (is_glued || clause.start != Start::Message || content.len() == 1)
        {
            // `MODE={} conflicts with {}`: the label is the subject.
            let next =
                self.right(at).filter(|next| self.word(*next).is_some_and(words::is_content));
            // `volume={} operation finished`: the label is a part of the sentence.
            if let [word] = &clause.words[..]
                && matches!(clause.start, Start::Message | Start::Prefix)
                && next.is_some_and(|next| !self.is_label_ahead(next))
                && !word.contains(['_', '.'])
            {
                self.hints[hole].label = Some(word.clone());
                self.hints[hole].is_explicit = true;
                return Led::BySeparator;
            }
            self.hints[hole].is_missed |= !self.says_something_before(clause.places[0])
                && clause.words.len() == 1
                && next.is_some_and(|next| !self.is_label_ahead(next));
            let is_apart = match clause.start {
                Start::Clause => true,
                Start::Prefix => {
                    self.says_something_before(clause.places[0])
                        && self.right(at).is_none_or(|next| {
                            self.word(next).is_none() || self.is_label_ahead(next)
                        })
                }
                Start::Message | Start::Value => false,
            };
            if is_apart && !has_verb && content.len() <= 3 {
                clause.leave(self, hole);
                return Led::ByClause;
            }
            clause.leave_last(self, hole);
            return Led::BySeparator;
        }
        let is_label_sign = matches!(
            last_separator.as_str(),
            ":" | "::" | "-" | "->" | "<-" | "=>" | "=" | "—" | "–"
        );
        self.hints[hole].is_after_colon = is_label_sign;
        let says_its_name = |word: &str| words::is_role(word) || self.is_named(hole, word);
        let is_named = content.iter().any(|word| self.is_named(hole, word));
        let last_is_role = content.last().is_some_and(|word| words::is_role(word));
        let is_phrase = clause.words.iter().any(|word| words::is_preposition(word) && word != "of");
        let names = !has_verb
            && !is_phrase
            && (content.len() <= 2 && clause.start == Start::Clause
                || content.len() <= 4 && (is_named || last_is_role));
        // `{kind} client: {} is gone` has its subject before the colon.
        let is_subject =
            self.right(at).and_then(|next| self.word(next)).is_some_and(words::is_auxiliary)
                && clause.words.len() <= 2
                && clause.words.iter().all(|word| words::is_noun(word) && !words::is_role(word));
        let is_label = is_label_sign
            && match clause.start {
                // The first clause is the message, unless it only names its value and more follows.
                Start::Message => clause.words.len() == 1 && is_named && self.has_words_after(at),
                Start::Prefix => {
                    let is_own = matches!(&clause.words[..], [word] if self.ends_named(hole, word));
                    names && self.says_something_before(clause.places[0])
                        || is_own && self.has_word_before(clause.places[0])
                }
                Start::Clause => names,
                Start::Value if is_subject => false,
                Start::Value => {
                    let is_identifier = matches!(&clause.words[..], [word] if word.contains('_'));
                    let is_role = content.iter().all(|word| says_its_name(word));
                    (is_glued && clause.words.len() == 1)
                        || (is_identifier && self.says_something_before(clause.places[0]))
                        || is_role && content.len() <= 2 && !has_verb
                }
            };
        if is_label {
            clause.leave(self, hole);
            return Led::ByClause;
        }
        // `base:{}`, `origin_product: {}`: the last word is the label, whatever is before it.
        let last_names = clause.words.last().is_some_and(|last| {
            let before = clause.words.len().checked_sub(2).map(|before| &clause.words[before]);
            let stands_alone =
                before.is_none_or(|before| words::is_verb(before) || words::is_preposition(before));
            is_glued && says_its_name(last)
                || last.contains('_') && stands_alone && self.is_named(hole, last)
        });
        // "Unimplemented op_code" says nothing without its noun.
        let is_property = clause.words.last().is_some_and(|last| {
            is(Class::Property, last)
                || is(Class::Identity, last)
                || words::is_role(last)
                || last.contains('_')
                || is(Class::Acronym, last)
        });
        let says_more = (is_property || is_glued) && clause.words.len() > 2
            || clause.words.len() == 2
                && self.right(at).is_some_and(|next| self.is_label_ahead(next));
        if is_label_sign && clause.start == Start::Message && says_more && last_names {
            clause.leave_last(self, hole);
            return Led::BySeparator;
        }
        // A letter is like any word that begins with it.
        let is_letter = self.names[hole].iter().all(|name| name.len() < 3);
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
        if let Some(label) = label.filter(|_| !is_place || named.is_some()) {
            self.hints[hole].label = Some(label);
        }
        Led::BySeparator
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
        let is_noun = words::is_content(word) && !words::is_verb(word);
        if !is_colon {
            return is_noun || words::is_auxiliary(word);
        }
        if is_noun {
            return !self.is_label_ahead(next);
        }
        // `image: {} is unsigned` has its subject before the colon, `drm: {} is unsigned` in the value.
        let Some(clause) = Clause::before(self, separator) else { return false };
        let leads_on = clause.words.last().is_some_and(|word| words::is_preposition(word));
        let names_next =
            self.right(next).is_some_and(|after| matches!(self.separator(after), Some(":" | "=")));
        words::is_verb(word)
            && clause.start != Start::Value
            && !leads_on
            && !names_next
            && (words::is_auxiliary(word)
                || clause.words.len() > 2
                || clause.words.iter().any(|word| words::is_verb(word)))
            && !clause.words.iter().any(|word| self.is_named(hole, word))
    }

    /// Whether the words from here on name the next value: `error: {}`, `size {}`.
    pub(super) fn is_label_ahead(&self, from: usize) -> bool {
        let mut at = Some(from);
        while let Some(place) = at {
            match &self.tokens[place] {
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

    /// `…, size {}`, `{} id {}`: a clause that only names its value goes.
    pub(super) fn clause_label(&mut self, at: usize, hole: usize) -> bool {
        let Some(clause) = Clause::before(self, at) else { return false };
        let content = clause.content();
        // `: took {}`: the key says what is measured.
        if clause.start != Start::Message
            && matches!(&clause.words[..], [word] if words::is_measuring(word))
            && self
                .right(at)
                .is_none_or(|next| self.separator(next).is_some() || self.is_label_ahead(next))
            && self.has_word_before(clause.places[0])
        {
            clause.places.iter().for_each(|at| self.remove(*at));
            clause
                .boundary
                .filter(|place| self.separator(*place).is_some())
                .into_iter()
                .for_each(|place| self.remove(place));
            return true;
        }
        if content.is_empty()
            || content.len() > 2
            || !clause.is_role() && clause.words.iter().any(|word| words::is_verb(word))
        {
            return false;
        }
        let next = self.right(at).and_then(|next| self.word(next));
        let leads_to_next = self.right(at).is_some_and(|next| self.is_label_ahead(next));
        let ends = match clause.start {
            Start::Message => return false,
            Start::Prefix => {
                let is_needed = !self.has_word_before(clause.places[0]);
                (next.is_none() && !(is_needed && self.has_words_after(at))
                    || leads_to_next && !is_needed)
                    && content.iter().all(|word| {
                        self.is_named(hole, word)
                            || words::is_role(word) && self.says_something_before(clause.places[0])
                    })
            }
            Start::Clause => {
                let joins_next = self.right(at).is_some_and(|next| self.hole(next).is_some());
                let is_sentence = clause
                    .boundary
                    .is_some_and(|at| matches!(self.separator(at), Some("." | "!" | "?")));
                if is_sentence && next.is_some() {
                    return false;
                }
                let goes_on = |word| {
                    words::is_verb(word)
                        || words::is_content(word)
                        || words::is_conjunction(word) && !matches!(word, "and" | "or")
                };
                next.is_none_or(|word| !goes_on(word))
                    && (!joins_next || content.iter().all(|word| self.is_named(hole, word)))
            }
            // The first words of a sentence are its subject.
            Start::Value => {
                // `offset {} input data {}` goes on with what names its values.
                let goes_on = hole > 0
                    && self.hints[hole - 1].is_explicit
                    && content.last().is_some_and(|word| self.is_named(hole, word));
                content.len() == clause.words.len()
                    && (goes_on
                        || content
                            .iter()
                            .all(|word| words::is_role(word) || self.is_named(hole, word)))
                    && (next.is_none()
                        || leads_to_next && self.has_word_before(clause.places[0])
                        || self.says_something_before(clause.places[0]))
            }
        };
        if ends {
            clause.leave(self, hole);
        }
        ends
    }
}
