//! What a reader of a shortened message would stumble over.

use super::line::Line;
use super::tag::{Tag, third_person_of};
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Whether a word is followed by one that it did not precede in the source, and words of the source that led from one
    /// to the other are gone.
    pub(super) fn joins_strangers(&self) -> bool {
        let left: Vec<usize> = (0..self.len()).filter(|at| !self.is_left_or_space(*at)).collect();
        left.windows(2).any(|pair| {
            let [first, second] = *pair else { return false };
            let is_word = |at: usize| self.word(at).is_some() && self.tag(at) != Tag::Mark;
            let are_words = is_word(first) && is_word(second);
            let is_lost = |at: usize| {
                self.is_gone(at) && !self.only_serves(at) && !self.left_whole.contains(&at)
            };
            // `at {}, {} in total`: the comma has left with a value.
            let parted =
                (first + 1..second).any(|at| self.was_comma[at] && !self.left_whole.contains(&at));
            // `creating table: {} schema: {}`, `peer denied: {} not listed`: not `pod: {} is ready`.
            let is_row = (self.tag(first) != Tag::Noun || self.tag(second) == Tag::Noun)
                && (first + 1..second).any(|at| self.was_label[at]);
            are_words
                && !self.loses_an_adjunct(first, second)
                && ((first + 1..second).any(is_lost)
                    || (parted || is_row) && self.is_gap(first, second))
        })
    }

    /// Whether nothing but the place of a thing, or whom it is for, has left between a noun and what follows it:
    /// `the server on {} panicked`, `no lease for {} in this epoch`.
    pub(super) fn loses_an_adjunct(&self, first: usize, second: usize) -> bool {
        let mut lost = first + 1..second;
        let is_something =
            |at: &usize| self.was_hole[*at] || self.was_mark[*at] || self.was_word[*at].is_some();
        let lead = lost.find(is_something);
        let Some(preposition) = lead.and_then(|lead| self.was_word[lead].as_deref()) else {
            return false;
        };
        let values: Vec<usize> = lost.filter(is_something).collect();
        let [rest @ .., hole] = &values[..] else { return false };
        let is_one = self.was_hole[*hole]
            && rest.iter().all(|at| {
                // `on {schema}.{table}`.
                let is_joined = self.is_joint(*at) || self.was_hole[*at] && self.is_joint(*at + 1);
                // `for key {}`.
                is_joined
                    || self.was_word[*at].as_deref().is_some_and(words::is_determiner)
                    || self.was_word[*at].is_some() && self.tag(*at) == Tag::Noun
            });
        let goes_on = match self.tag(second) {
            Tag::Auxiliary | Tag::Conjunction => true,
            Tag::Preposition => !self.word(second).is_some_and(|word| words::has("of than", word)),
            Tag::Verb => self.is_past(second) && !self.has_finite_before(second),
            _ => false,
        };
        const LEAVE: &str = "at for from in on to via";
        // `Listening on {} with a lid`.
        let is_place = words::has("at in on", preposition)
            && self.left(first).is_none()
            && self.tag(first) == Tag::Verb
            && self.word(first).is_some_and(|word| word.ends_with("ing"));
        is_one
            && goes_on
            && words::has(LEAVE, preposition)
            && (self.tag(first) == Tag::Noun || is_place)
            && !self.was_hole[first]
            && !self.was_hole[second]
            && !self.needs(first, preposition)
    }

    /// Whether names of values are in a row, with nothing said between them: `status {} pods {} nodes {} done`. In brackets
    /// they are parts of each other: `pod({}) container({}) image changed`.
    pub(super) fn is_chain(&self) -> bool {
        let words: Vec<usize> = (0..self.len()).filter(|at| self.word(*at).is_some()).collect();
        let is_noun = |at: usize| self.tag(at) == Tag::Noun;
        let follows = |pair: &[usize]| {
            is_noun(pair[0])
                && is_noun(pair[1])
                && self.is_gap(pair[0], pair[1])
                && !(pair[0]..pair[1]).any(|at| self.separator(at).is_some())
        };
        let is_bare = |pair: &[usize]| !(pair[0]..pair[1]).any(|at| self.was_mark[at]);
        let is_row = words.windows(3).any(|row| {
            let pairs = [&row[..2], &row[1..]];
            pairs.iter().all(|pair| follows(pair) && is_bare(pair))
        });
        let is_long = words.windows(4).any(|row| row.windows(2).all(follows));
        // `rows of length {} tables`.
        let is_measure = words.windows(2).any(|pair| {
            follows(pair) && self.word(pair[0]).is_some_and(|word| is(Class::Length, word))
        });
        // `for element {} backing store {}`: the second is no part of the first.
        let is_led = words.windows(2).any(|pair| {
            let [first, second] = *pair else { return false };
            let modifies = self.tag(second) == Tag::Adjective
                || self.word(second).is_some_and(|word| word.ends_with("ing"));
            let modified = if modifies { self.right(second) } else { Some(second) };
            let names_value = modified.is_some_and(|last| {
                self.tag(last) == Tag::Noun
                    && self.word(last).is_some()
                    && self.ends_clause(last)
                    && self.lost_after(last).any(|at| self.was_hole[at])
                    && !self.lost_after(last).any(|at| self.was_mark[at])
            });
            is_noun(first)
                && self.is_gap(first, second)
                && is_bare(pair)
                && names_value
                && self.governor(first).is_some_and(|lead| self.tag(lead) == Tag::Preposition)
        });
        is_row || is_long || is_measure || is_led
    }

    /// Whether a participle whose object is gone is all that is left of what it did: `, deleting {}`, `and put to {}`,
    /// `of size {} targeting {}`.
    pub(super) fn leaves_a_verb_bare(&self) -> bool {
        (0..self.len()).any(|at| {
            let Some(left) = self.left(at) else { return false };
            let joins = self.word(left).is_some_and(|word| words::has("and or", word));
            let is_doing = self.word(at).is_some_and(|word| {
                self.tag(at) == Tag::Verb && word.ends_with("ing")
                    || joins && is(Class::BaseVerb, word)
            });
            let next = self.right(at);
            let end = next.unwrap_or(self.len());
            let hole = (at + 1..end).find(|at| self.was_hole[*at]).unwrap_or(at);
            let between = at + 1..hole.max(at + 1);
            let is_led = |word: &String| joins && word == "to";
            // `queue {}: depth {} dropping {}`.
            let is_of_value = self.is_gap(left, at)
                && self.word(left).is_some_and(|word| is(Class::Property, word));
            is_doing && is_of_value
                || is_doing
                    && hole > at
                    && next.is_none_or(|next| self.word(next).is_none())
                    && !between.clone().any(|at| self.was_mark[at])
                    && self.was_word.of(between).flatten().all(is_led)
                    && (joins
                        || self.is_gap(left, at)
                        || matches!(self.separator(left), Some("," | ";" | "." | ":")))
        })
    }

    /// Whether a clause ends with what may be a verb whose object is gone: `plugin handles {}`. Of `cache hits {}` the last
    /// word counts things.
    pub(super) fn may_end_in_a_verb(&self) -> bool {
        (0..self.len()).any(|at| {
            let Some(word) = self.word(at).map(str::to_lowercase) else { return false };
            let Some(left) = self.left(at).filter(|left| self.word(*left).is_some()) else {
                return false;
            };
            let gone = self.lost_after(at);
            let Some(hole) = gone.clone().find(|at| self.was_hole[*at]) else { return false };
            let is_direct =
                (gone.start..hole).all(|at| !self.was_mark[at] && self.was_word[at].is_none());
            // `tool to produce {}`: what is done, or to whom.
            if is_direct
                && self.ends_clause(at)
                && self.word(left).is_some_and(|to| to == "to")
                && is(Class::NounOrVerb, &word)
                && !self.value_at[hole].is_some_and(|value| self.is_error(value))
                && !self.is_value_named(hole, &word)
                // `lid to check {lid_id}`.
                && !self
                    .adjacent_word(left)
                    .and_then(|thing| self.word(thing))
                    .is_some_and(|thing| self.is_value_named(hole, thing))
            {
                return true;
            }
            // `topic contains: {} needs: {}`.
            const WHOLE: &str = "appears arrives belongs disappears disconnects exists expires fails finishes happens occurs remains \
                succeeds terminates";
            if words::has(WHOLE, &word) {
                return false;
            }
            let is_label = (gone.start..hole).all(|at| self.was_word[at].is_none());
            if is_label && is(Class::ThirdPerson, &word) && self.ends_clause(at) {
                return true;
            }
            if !is_direct || !self.ends_clause(at) {
                return false;
            }
            let is_verb = is(Class::ThirdPerson, &word)
                || third_person_of(&word).is_some() && !is(Class::Things, &word);
            // `host` and `hosts` are in no table: what says nothing of the value may be what is done to it.
            let may_be_one = !is(Class::Things, &word)
                && words::singular(&word).is_some()
                && self.tag(at) == Tag::Noun
                && self.tag(left) == Tag::Noun
                && !self.is_value_named(hole, &word)
                && !self.has_verb_before(at);
            is_verb && !self.is_gap(left, at) || may_be_one
        })
    }

    /// Whether the value at a place, which has left, has the word in its name.
    fn is_value_named(&self, hole: usize, word: &str) -> bool {
        let index = self.value_at.get(hole).copied().flatten();
        index.is_some_and(|index| self.is_named(index, word))
    }

    fn has_verb_before(&self, at: usize) -> bool {
        (0..at)
            .rev()
            .take_while(|at| self.separator(*at).is_none())
            .any(|at| matches!(self.tag(at), Tag::Verb | Tag::Auxiliary))
    }

    /// Whether something was set to a value that is gone, and is said to be set: `is set to {}`.
    pub(super) fn says_no_longer_to_what(&self) -> bool {
        const CHANGES: &str = "capped changed clamped decreased equal increased limited lowered mapped moved raised \
            reduced renamed restricted set switched";
        (0..self.len()).any(|at| {
            let is_said = self.word(at).is_some_and(|word| words::has(CHANGES, word))
                && self
                    .left(at)
                    .and_then(|left| match self.word(left) {
                        Some("not") => self.left(left).and_then(|left| self.word(left)),
                        word => word,
                    })
                    .is_some_and(words::is_auxiliary);
            let next = self.right(at);
            let mut gone = self.was_word.of(at + 1..next.unwrap_or(self.len())).flatten();
            is_said
                && next.is_none_or(|next| self.word(next).is_none())
                && gone.any(|word| words::has("by to", word))
        })
    }

    /// Whether something is said to be what only named the value: `daemon is pid {}`, `usage was: resident {}`.
    pub(super) fn says_no_longer_what_it_is(&self) -> bool {
        (0..self.len()).any(|at| {
            if !self.word(at).is_some_and(|word| words::has("are is was were", word)) {
                return false;
            }
            let Some(next) = self.right(at) else { return false };
            if self.separator(next) == Some(":") {
                return true;
            }
            let is_name = |at: &usize| self.word(*at).is_some() && self.tag(*at) == Tag::Noun;
            let mut last = next;
            while let Some(more) = self.right(last).filter(is_name) {
                last = more;
            }
            let end = self.right(last);
            is_name(&next)
                && !self.is_gap(at, next)
                && end.is_none_or(|end| self.word(end).is_none())
                && (last + 1..end.unwrap_or(self.len())).any(|at| self.was_hole[at])
        })
    }

    /// Whether what is left begins where a sentence does not: in a bracket, with a name and its verb (`task_id {} drained`),
    /// with a verb, or with a verb after the comma that followed its subjects (`store: {}, object: {}, has been deleted`).
    pub(super) fn begins_apart(&self) -> bool {
        let mut left = (0..self.len()).filter(|at| !self.is_left_or_space(*at));
        let Some(first) = left.next() else { return false };
        let is_aside =
            matches!(self.token(first), Some(Token::Open('('))) && self.has_gap_before(first);
        let is_name = self.word(first).is_some_and(|word| word.contains('_'))
            && left.next().is_some_and(|second| {
                let lower = self.word(second).unwrap_or_default().to_lowercase();
                self.is_gap(first, second) && (lower.ends_with("ed") || is(Class::PastVerb, &lower))
            });
        let is_torn = (0..self.len()).any(|at| {
            let comma = self.left(at).filter(|left| self.separator(*left) == Some(","));
            let before = comma.and_then(|comma| self.left(comma).zip(Some(comma)));
            self.word(at).is_some_and(|word| words::is_auxiliary(word) && !words::is_modal(word))
                && before.is_some_and(|(before, comma)| self.is_gap(before, comma))
        });
        let is_verb = self.has_gap_before(first)
            && self.word(first).is_some_and(|word| {
                words::has("are had has have is was were", &word.to_lowercase())
            });
        // `Into this folder: {}`: where, and not what.
        let is_place = self
            .word(first)
            .is_some_and(|word| words::has("by from in into of on onto to with", word))
            && !(0..self.len()).any(|at| {
                self.word(at).is_some() && matches!(self.tag(at), Tag::Verb | Tag::Auxiliary)
            });
        // `{reason}, because it is done`.
        let is_joined = self.has_gap_before(first)
            && self
                .word(first)
                .is_some_and(|word| words::is_conjunction(word) || is(Class::LeadsSentence, word));
        is_joined || is_aside || is_name || is_torn || is_verb || is_place
    }

    /// Whether a preposition is before a mark or at the end, and did not do so in the source.
    pub(super) fn ends_in_preposition(&self) -> bool {
        (0..self.len()).any(|at| {
            // `ORDER BY: {}` is a name, `REFUSED BY {}` is none.
            let is_loud = self
                .word(at)
                .is_some_and(|word| is(Class::Preposition, word) && !words::is_preposition(word));
            let is_direct = || !self.lost_after(at).any(|at| self.was_mark[at]);
            (is_loud && is_direct() || self.word(at).is_some() && self.tag(at) == Tag::Preposition)
                && !self.kept.contains(&at)
                && !self.is_particle(at)
                && self.ends_clause(at)
                && self.is_gap(at, self.right(at).unwrap_or(self.len()))
        })
    }

    /// Whether the end says that something returned, and no longer what.
    pub(super) fn ends_in_saying(&self) -> bool {
        let Some(last) = self.left(self.len()) else { return false };
        self.is_gap(last, self.len())
            && self.word(last).is_some_and(|word| {
                words::has("gave got reported returned returns said says", word)
            })
    }

    /// Whether a preposition has lost its value, and what follows may be the verb: `override for {} set to {}`.
    pub(super) fn leads_to_verb(&self) -> bool {
        (0..self.len()).any(|at| {
            let next = self.right(at).filter(|next| self.is_gap(at, *next));
            let is_described = next.is_some_and(|next| {
                let hole = (at + 1..next)
                    .find(|at| !matches!(self.written[*at], Token::Space | Token::Quote(_)));
                matches!(self.tag(next), Tag::Noun | Tag::Adjective)
                    && hole.is_some_and(|hole| self.is_described(hole, next))
            });
            self.word(at).is_some()
                && !is_described
                && self.tag(at) == Tag::Preposition
                && next.and_then(|next| self.word(next)).is_some_and(|next| {
                    is(Class::BaseVerb, next)
                        || is(Class::PastVerb, next)
                        || next.ends_with("ed")
                        || third_person_of(next).is_some()
                })
        })
    }

    /// Whether `of` belonged to a value that is gone, and now follows what may be the verb: `Recv {message} of peer`.
    pub(super) fn gives_its_object_away(&self) -> bool {
        (0..self.len()).any(|at| {
            self.word(at).is_some_and(|word| word.eq_ignore_ascii_case("of"))
                && self.has_gap_directly_before(at)
                && self
                    .left(at)
                    .is_some_and(|left| self.word(left).is_some() && self.left(left).is_none())
        })
    }

    /// Words of the source that say something and are gone.
    pub(super) fn lost_words(&self) -> Vec<String> {
        (0..self.len())
            .filter(|at| self.is_gone(*at) && !self.only_serves(*at) && !self.leads_to_error(*at))
            .filter(|at| {
                matches!(self.tag(*at), Tag::Noun | Tag::Verb | Tag::Adjective | Tag::Adverb)
            })
            .filter_map(|at| self.was_word[at].clone())
            .filter(|word| word.chars().filter(|char| char.is_alphabetic()).count() > 1)
            .filter(|word| {
                !words::is_measuring(word)
                    && !words::has("based called named total", word)
                    && !is(Class::Approximation, word)
            })
            .collect()
    }

    /// `, reason: {error}`.
    fn leads_to_error(&self, at: usize) -> bool {
        let next =
            (at + 1..self.len()).find(|at| self.was_hole[*at] || self.was_word[*at].is_some());
        let value = next.and_then(|next| self.value_at[next]);
        value.is_some_and(|value| self.is_error(value))
            && self.was_word[at]
                .as_deref()
                .is_some_and(|word| words::has("cause details message msg reason", word))
    }

    fn is_gone(&self, at: usize) -> bool {
        self.was_word[at].is_some() && self.token(at).is_none()
    }

    /// A unit, an article, or a word that only says what the key says.
    fn only_serves(&self, at: usize) -> bool {
        self.was_word[at].as_deref().is_some_and(|word| {
            words::is_unit(word)
                || words::is_determiner(word)
                || words::has("err error exception failure id no number pid uid uuid v", word)
                || !word.contains(char::is_alphabetic)
        })
    }
}
