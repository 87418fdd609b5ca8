//! What is left of a sentence: its ends and its punctuation.

use std::collections::BTreeSet;

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// `my_function: got {}` → `got {}`.
    pub(super) fn function_prefix(&mut self, function: Option<&str>) {
        let Some(first) = self.first() else { return };
        let name = function.map(|function| function.rsplit("::").next().unwrap_or(function));
        let is_name = self.word(first).is_some_and(|word| {
            let word = word.trim_end_matches("()").rsplit("::").next();
            word.is_some() && word == name
        });
        // `region_collector: …` says where in the program.
        let is_identifier = self.word(first).is_some_and(is_snake_case)
            && self.right(first).is_some_and(|next| {
                self.separator(next) == Some(":") && self.n_content_after(next) > 1
            });
        let Some(next) = self.right(first).filter(|_| is_name || is_identifier) else { return };
        // A name in front of values alone is all there is to say.
        let says_more = (next..self.len()).any(|at| self.word(at).is_some());
        let is_prefix = self.separator(next).is_some_and(|separator| {
            matches!(separator, ":" | "::" | "-" | "—" | "->" | "=>" | "..." | ".")
        });
        if is_prefix && says_more {
            self.remove(first);
            self.remove(next);
            // The place of the call says so anyway, where the rest says what happened.
            if is_name && self.n_content_after(next) > 2 {
                self.was_word[first] = None;
            }
        }
    }

    /// Removes what is left without its values; says whether the sentence has lost its subject.
    pub(super) fn clean_up(&mut self) -> bool {
        self.empty_brackets();
        self.empty_quotes();
        self.lone_quotes();
        self.lone_brackets();
        self.dangling_ends();
        self.doubled();
        self.arrows();
        self.lone_separators();
        self.broken_sentences();
        self.names_that_remain();
        self.joining_ends();
        self.leading_of();
        self.subject_is_lost()
    }

    /// `()` where values were; those that the author wrote empty stay.
    fn empty_brackets(&mut self) {
        let mut at = 0;
        while at < self.len() {
            if let Some(Token::Open(_)) = self.token(at)
                && let Some(next) = self.right(at)
                && let Some(Token::Close(_)) = self.token(next)
                && self.is_gap(at, next)
            {
                self.remove(at);
                self.remove(next);
                // The bracket around it may be empty now.
                at = self.left(at).unwrap_or(next);
                continue;
            }
            at += 1;
        }
    }

    /// `''` where a value was, which another quote kept from being a pair.
    fn empty_quotes(&mut self) {
        for at in 0..self.len() {
            if let Some(&Token::Quote(open)) = self.token(at)
                && let Some(next) = self.right(at)
                && self.token(next) == Some(&Token::Quote(open))
                && self.is_gap(at, next)
            {
                self.remove(at);
                self.remove(next);
            }
        }
    }

    /// A quote before a value that the author did not close.
    fn lone_quotes(&mut self) {
        for quote in ['"', '`', '\''] {
            let is_one = |at: &usize| self.token(*at) == Some(&Token::Quote(quote));
            let all: Vec<usize> = (0..self.len()).filter(is_one).collect();
            let Some(last) = all.last().copied().filter(|_| all.len() % 2 == 1) else { continue };
            if self.lost_after(last).any(|at| self.was_hole[at]) {
                self.replace_by_space(last);
            }
        }
    }

    /// A bracket without its other half, which the author forgot.
    fn lone_brackets(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut lone: Vec<usize> = Vec::new();
        for at in 0..self.len() {
            match self.token(at) {
                Some(Token::Open(_)) => open.push(at),
                Some(Token::Close(_)) if open.pop().is_none() => lone.push(at),
                _ => {}
            }
        }
        for at in lone.into_iter().chain(open) {
            let is_inside = |at: Option<usize>| at.is_some_and(|at| self.word(at).is_some());
            self.has_lost_bracket |= is_inside(self.left(at)) && is_inside(self.right(at));
            self.replace_by_space(at);
        }
    }

    /// Words that led to a value at the end of a clause: `for ({}, {})`, `should be {}`.
    fn dangling_ends(&mut self) {
        for at in (0..self.len()).rev() {
            let Some(word) = self.word(at) else { continue };
            let leads = words::is_preposition(word)
                || words::is_determiner(word) && self.tag(at) != Tag::Pronoun
                || words::is_copula(word)
                || words::is_modal(word)
                // `converting stream {} took: {}s`.
                || words::is_measuring(word) && self.has_content_before(at);
            let end = self.right(at);
            let ends_clause = end.is_none_or(|end| {
                matches!(self.token(end), Some(Token::Separator(_) | Token::Close(_)))
            });
            let is_particle = matches!(word, "up" | "out" | "off")
                && self.left(at).is_some_and(|before| self.word(before).is_some());
            if leads
                && ends_clause
                && !is_particle
                && !self.kept.contains(&at)
                && self.left(at).is_some()
                && self.leads_to_gap(at, end.unwrap_or(self.len()))
            {
                self.remove(at);
            }
        }
    }

    /// `Press {} → sealing`: subject and verb, once the value has left.
    fn arrows(&mut self) {
        for at in 0..self.len() {
            let joins = matches!(self.separator(at), Some("→" | "->" | "=>"))
                && self.left(at).is_some_and(|left| {
                    self.is_gap(left, at)
                        && self.word(left).is_some()
                        && self.tag(left) == Tag::Noun
                })
                && self.right(at).is_some_and(|right| {
                    self.tag(right) == Tag::Verb
                        && self
                            .word(right)
                            .is_some_and(|word| word.ends_with("ing") || word.ends_with("ed"))
                });
            if joins {
                self.replace_by_space(at);
            }
        }
    }

    /// Separators without words on both sides, until there are none; of the second time on only those are looked at that
    /// have another neighbour than before.
    fn lone_separators(&mut self) {
        let mut places: BTreeSet<usize> = (0..self.len()).collect();
        while !places.is_empty() {
            let mut left = BTreeSet::new();
            while let Some(at) = places.pop_first() {
                if self.is_lone_separator(at) {
                    self.replace_by_space(at);
                    left.extend(self.left(at));
                    places.extend(self.right(at));
                }
            }
            places = left;
        }
    }

    fn is_lone_separator(&self, at: usize) -> bool {
        let is_final = |separator: &str| matches!(separator, "." | "!" | "?" | "...");
        let Some(separator) = self.separator(at) else { return false };
        let left = self.left(at);
        let left_ends = left.is_none_or(|left| match self.token(left) {
            Some(Token::Open(_)) => true,
            Some(Token::Separator(before)) => is_final(before) && self.is_gap(left, at),
            _ => false,
        });
        let right = self.right(at);
        let right_ends = right.is_none_or(|right| {
            matches!(self.token(right), Some(Token::Separator(_) | Token::Close(_)))
        });
        // `. Is the gateway down?` asks.
        let asks = separator == "?"
            && right.is_none()
            && left.is_some_and(|left| {
                self.word(left).is_some() && !self.was_hole.of(left..self.len()).any(|is| *is)
            });
        !asks && (left_ends || right_ends && (right.is_none() || !is_final(separator)))
    }

    /// `Property {}. invalidated` is one sentence; `{} rows left` after another one begins with a capital letter.
    fn broken_sentences(&mut self) {
        let mut start = 0;
        for at in 0..self.len() {
            if !matches!(self.separator(at), Some("." | "!" | "?")) {
                continue;
            }
            let (Some(left), Some(right)) = (self.left(at), self.right(at)) else { continue };
            let Some(next) = self.word(right).filter(|word| word.starts_with(char::is_lowercase))
            else {
                continue;
            };
            let mut before = (start..at).filter_map(|at| self.word(at));
            if self.is_gap(left, at) && !before.any(words::is_verb) && words::is_verb(next) {
                self.replace_by_space(at);
            } else if self.is_gap(at, right) && !next.contains('_') {
                self.put_word(right, polish(next));
            }
            start = at + 1;
        }
    }

    /// `. hash for {} is {}`, `, limit to {limit}`: a last clause that only says what its values are called.
    fn names_that_remain(&mut self) {
        let Some(start) =
            (0..self.len()).rfind(|at| matches!(self.separator(*at), Some("," | ";" | ".")))
        else {
            return;
        };
        let words: Vec<usize> = (start..self.len()).filter(|at| self.word(*at).is_some()).collect();
        let is_name = |at: &usize| {
            let word = self.word(*at).unwrap_or_default();
            (0..self.names.len())
                .any(|hole| !self.is_error(hole) && words::split(word) == self.names[hole])
        };
        if !words.is_empty()
            && words.iter().all(is_name)
            && self.is_gap(start, self.len())
            && self.has_content_before(start)
            && !self.hints.iter().any(|hint| hint.is_placed)
        {
            words.iter().for_each(|at| self.remove(*at));
            self.replace_by_space(start);
        }
    }

    /// Conjunctions and articles at the end, conjunctions at the beginning.
    fn joining_ends(&mut self) {
        while let Some(last) = self.left(self.len()) {
            match self.word(last) {
                Some(word)
                    if words::is_determiner(word) && self.tag(last) != Tag::Pronoun
                        || matches!(word, "and" | "or" | "but") =>
                {
                    self.remove(last);
                }
                _ => break,
            }
        }
        if let Some(first) = self.first()
            && self.has_gap_before(first)
            && self
                .word(first)
                .is_some_and(|word| matches!(word.to_lowercase().as_str(), "and" | "or"))
        {
            self.remove(first);
        }
    }

    /// `{}% of pods are ready`.
    fn leading_of(&mut self) {
        if let Some(first) = self.first().filter(|first| self.has_gap_before(*first))
            && self.word(first) == Some("of")
        {
            self.remove(first);
            self.hints[0].is_missed = true;
        }
    }

    /// Whether a value was in front of what is left, and was the subject of it.
    fn subject_is_lost(&self) -> bool {
        self.first().is_some_and(|first| {
            self.has_gap_before(first)
                && self
                    .word(first)
                    .is_some_and(|word| words::is_auxiliary(word) || words::is_preposition(word))
        })
    }

    /// `{}/{} at version {}`, `{} is now {}`: takes away what is left if it only says what its values are.
    pub(super) fn take_leads(&mut self) -> bool {
        let mut words = (0..self.len()).filter_map(|at| self.word(at));
        let leads =
            words.next().is_some_and(|word| words::is_preposition(word) || words::is_copula(word));
        let names_values = words.all(|word| {
            words::is_adverb(word) || (0..self.names.len()).any(|hole| self.is_named(hole, word))
        });
        if leads && names_values {
            (0..self.len()).for_each(|at| self.remove(at));
        }
        leads && names_values
    }

    /// Whether a clause without a verb is left that had a value.
    pub(super) fn is_list(&self) -> bool {
        // `changed: old number {} new number {}`.
        let is_enumeration = (0..self.len()).any(|colon| {
            if self.separator(colon) != Some(":") {
                return false;
            }
            let words: Vec<usize> = (colon..self.len())
                .take_while(|at| *at == colon || self.separator(*at).is_none())
                .filter(|at| self.word(*at).is_some())
                .collect();
            let n_gaps = words.windows(2).filter(|pair| self.is_gap(pair[0], pair[1])).count();
            let has_verb = words
                .iter()
                .any(|at| matches!(self.tag(*at), Tag::Verb | Tag::Auxiliary | Tag::Preposition));
            n_gaps > 0 && !has_verb
        });
        if is_enumeration {
            return true;
        }
        let commas: Vec<usize> = (0..self.len())
            .filter(|at| matches!(self.separator(*at), Some("," | ";" | "." | "!" | "->" | "=>")))
            .collect();
        // `device with pool {}, device {} is gone`: the verb's subject is a list.
        let has_verb = |from: usize, to: usize| {
            (from..to).any(|at| matches!(self.tag(at), Tag::Verb | Tag::Auxiliary))
        };
        let is_torn = commas.first().is_some_and(|comma| {
            let left = self.left(*comma).unwrap_or_default();
            let mut next = (*comma..self.len()).filter(|at| self.word(*at).is_some());
            let (first, second) = (next.next(), next.next());
            self.separator(*comma) == Some(",")
                && self.is_gap(left, *comma)
                && !has_verb(0, *comma)
                && first.zip(second).is_some_and(|(first, second)| {
                    self.tag(first) == Tag::Noun
                        && self.is_gap(first, second)
                        && matches!(self.tag(second), Tag::Verb | Tag::Auxiliary)
                })
        });
        // `op {} kind {}`: names of values, and nothing that is said of them.
        let words: Vec<usize> = (0..self.len()).filter(|at| self.word(*at).is_some()).collect();
        let is_row = words.windows(2).any(|pair| self.is_gap(pair[0], pair[1]))
            && words.last().is_some_and(|last| {
                // `socket {} error: {error}`.
                let is_failure =
                    self.word(*last).is_some_and(|word| words::has("error failure", word));
                self.is_gap_of_values(*last, self.len())
                    || !is_failure && self.is_gap(*last, self.len())
            })
            && words.iter().all(|at| matches!(self.tag(*at), Tag::Noun | Tag::Adjective));
        if is_torn || is_row {
            return true;
        }
        commas.iter().enumerate().any(|(index, comma)| {
            let end = commas.get(index + 1).copied().unwrap_or(self.len());
            let words: Vec<&str> = (*comma..end).filter_map(|at| self.word(at)).collect();
            let is_condition = words.first().is_some_and(|word| is(Class::LeadsSentence, word));
            // A sentence of its own needs a verb, however long it is.
            let most = if self.separator(*comma) == Some(".") { 8 } else { 4 };
            let is_short = (1..=most).contains(&words.len()) && !is_condition;
            // `, refused writes: {}`: those that are so.
            let is_state = matches!(&words[..], [state, things]
                if state.to_lowercase().ends_with("ed") && words::is_noun(things));
            is_short
                && (self.is_gap_of_values(*comma, end)
                    || words.first().is_some_and(|word| words::is_preposition(word))
                        && self.is_gap(*comma, end))
                && (is_state || !words.iter().any(|word| words::is_verb(word)))
        })
    }

    /// Whether the last word was the last one before values left.
    pub(super) fn ends_as_written(&self) -> bool {
        let last = (0..self.len()).rfind(|at| self.word(*at).is_some());
        last.is_some_and(|last| {
            (last + 1..self.len()).all(|at| !self.was_hole[at] && self.was_word[at].is_none())
                || self.is_adjective_before_error(last)
        })
    }

    fn first(&self) -> Option<usize> {
        (0..self.len()).find(|at| !self.is_left_or_space(*at))
    }
}

/// `region_collector`, a name of a module or function.
fn is_snake_case(word: &str) -> bool {
    let is_part = |char: char| char == '_' || char.is_ascii_lowercase() || char.is_ascii_digit();
    word.contains('_') && word.chars().all(is_part)
}

/// Whether a message still reads as one, as far as its form shows it.
pub(in crate::rewrite) fn is_phrase(text: &str, ends_as_written: bool) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [first, .., last] = words[..] else { return false };
    // "To restore": what is to be done to nothing.
    let is_infinitive = words.len() == 2 && first.eq_ignore_ascii_case("to");
    let is_particle =
        matches!(last, "up" | "out" | "off" | "in" | "on" | "before" | "over" | "down");
    let dangles = words::is_determiner(last)
        || words::has("instead just never now only too", last)
        || words::is_conjunction(last) && !last.eq_ignore_ascii_case("yet")
        || words::is_auxiliary(last)
        || words::is_copula(last)
        || words::is_preposition(last) && !is_particle;
    // "Keeping max", "Verified insecure": not "Cache is empty".
    let before = words[words.len() - 2].to_lowercase();
    let may_be_noun = words::has(
        "default false final free live local nil null open primary true unknown zero",
        last,
    );
    let is_cut_off = is(Class::Adjective, last)
        && !may_be_noun
        && before != "being"
        && (before.ends_with("ed")
            || before.ends_with("ing")
            || words::is_preposition(&before) && before != "to");
    let repeats = words
        .windows(2)
        .any(|pair| pair[0].eq_ignore_ascii_case(pair[1]) && words::is_content(pair[0]));
    // "with label and label".
    let repeats = repeats
        || words
            .windows(3)
            .any(|row| words::has("and or to", row[1]) && row[0].eq_ignore_ascii_case(row[2]));
    let is_cut =
        words.iter().any(|word| word.starts_with('=') && word.len() > 1 || word.starts_with(','));
    let count = |char: char| text.matches(char).count();
    let is_balanced = count('(') == count(')') && count('[') == count(']');
    let is_open = !ends_as_written && (dangles || is_cut_off);
    !is_infinitive && !is_open && !repeats && !is_cut && is_balanced
}

/// `udp`, `grpc`: a capital letter would make another word of it.
pub(crate) fn is_acronym(word: &str) -> bool {
    is(Class::Acronym, word)
        || word.len() > 1
            && word.chars().all(|char| char.is_alphanumeric() && !"aeiouy".contains(char))
}

/// Trims, takes off final punctuation and begins with a capital letter.
pub(in crate::rewrite) fn polish(text: &str) -> String {
    // A flag keeps its dashes.
    let is_flag = text
        .trim_start()
        .strip_prefix("--")
        .is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let flag = if is_flag { "--" } else { "" };
    let is_mark = |char: char| {
        char.is_whitespace() || matches!(char, ':' | ',' | ';' | '=' | '-' | '|' | '→' | '*' | '~')
    };
    // `<head>` ends in a bracket.
    let text = match text.trim_start() {
        arrows if arrows.starts_with("<<") => arrows.trim_start_matches('<'),
        _ => text,
    };
    let has_tag = text.contains('<');
    let text = text.trim_matches(|char: char| is_mark(char) || char == '>' && !has_tag);
    let text = text.trim_end_matches(|char: char| {
        char.is_whitespace() || matches!(char, '.' | '!' | '…' | ':' | ',' | ';')
    });
    let first = text.split_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches(['.', '=', ':']);
    let is_identifier = is_flag
        || first.chars().all(|char| !char.is_uppercase()) && is_acronym(first)
        || first.contains(['_', '/', '.', '(', '='])
        || first.contains("::")
        || first.chars().skip(1).any(char::is_uppercase);
    let mut chars = text.chars();
    match chars.next() {
        Some(letter) if !is_identifier && letter.to_uppercase().count() == 1 => {
            letter.to_uppercase().chain(chars).collect()
        }
        _ => format!("{flag}{text}"),
    }
}
