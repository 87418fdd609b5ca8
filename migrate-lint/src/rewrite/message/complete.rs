//! What a verb needs, and the message no longer has: `the lock is held by {}`, `udev knows it as a {}`.

use super::line::Line;
use super::tag::{Tag, third_person_of};
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Whether a clause ends with a verb, a copula or a noun that was nothing without the value.
    pub(super) fn lacks_a_complement(&self) -> bool {
        (0..self.len()).any(|at| {
            let gone = self.lost_after(at);
            self.word(at).is_some()
                && gone.clone().any(|at| self.was_hole[at])
                && (self.lacks_agent(at)
                    || self.lacks_name(at)
                    || self.lacks_role(at)
                    || self.lacks_copula(at)
                    || self.lacks_its_verb(at)
                    || self.lacks_its_object(at)
                    || self.is_unrestricted(at)
                    || self.has_nothing(at))
        }) || self.lacks_number()
            || self.got_what()
            || self.but_what()
            || self.changes_to_what()
            || self.measures_nothing()
            || self.is_measured_by_nothing()
    }

    /// `a chunk of length {} on the bus`, `with size {} not a multiple of {}`: the noun is no noun of what follows.
    fn is_measured_by_nothing(&self) -> bool {
        (0..self.len()).any(|at| {
            let is_led = self
                .left(at)
                .and_then(|before| self.word(before))
                .is_some_and(|before| words::has("of with", before));
            is_led
                && self.word(at).is_some_and(|word| is(Class::Length, word))
                && self
                    .right(at)
                    .is_some_and(|next| self.is_gap(at, next) && self.word(next).is_some())
        })
    }

    /// `the bit is only set for {}`, `no multiple of {}`: without what it is restricted to it says something else.
    fn is_unrestricted(&self, at: usize) -> bool {
        let is_part = self.word(at).is_some_and(|word| {
            words::has("child copy instance kind member multiple part prefix subset superset", word)
        });
        let lost = || self.lost_words_after(at);
        let has_only = (0..at)
            .rev()
            .take_while(|at| self.separator(*at).is_none())
            .any(|at| self.word(at) == Some("only"));
        is_part && lost().next() == Some("of")
            || has_only && lost().any(|word| is(Class::Preposition, word))
    }

    /// `shrank the buffer to {} frames`.
    fn changes_to_what(&self) -> bool {
        const CHANGES: &[&str] = &[
            "adjust", "bump", "cap", "chang", "clamp", "decreas", "expand", "extend", "grew",
            "grow", "increas", "limit", "lower", "rais", "reduc", "resiz", "round", "scal", "set",
            "shrank", "shrink", "shrunk", "trim", "truncat",
        ];
        (0..self.len()).any(|at| {
            let leads = self.word(at).is_some_and(|word| words::has("at by to", word));
            let counted = self.right(at).filter(|next| self.is_gap(at, *next));
            leads
                && counted
                    .is_some_and(|next| self.tag(next) == Tag::Noun && self.word(next).is_some())
                && (0..at)
                    .rev()
                    .take_while(|at| self.separator(*at).is_none())
                    .filter_map(|at| self.word(at))
                    .any(|word| {
                        let word = word.to_lowercase();
                        CHANGES.iter().any(|change| word.starts_with(change))
                    })
        })
    }

    /// `the map took {} bytes`.
    fn measures_nothing(&self) -> bool {
        (0..self.len()).any(|at| {
            self.word(at).is_some_and(words::is_measuring)
                && self.right(at).is_some_and(|next| {
                    self.is_gap(at, next) && self.word(next).is_some_and(words::is_unit)
                })
        })
    }

    /// `expected two rows, got {} rows`.
    fn got_what(&self) -> bool {
        (0..self.len()).any(|at| {
            self.word(at).is_some_and(|word| word == "got")
                && self.left(at).is_some()
                && self.right(at).is_some_and(|next| self.is_gap(at, next))
        })
    }

    /// `the rack has seal {} but expected seal {}`: what differs are the values.
    fn but_what(&self) -> bool {
        const TAKES: &str = "expected expects found gave got had has have is needs received requires returned wanted wants was were";
        (0..self.len()).any(|at| {
            let verb = self
                .right(at)
                .filter(|verb| self.word(*verb).is_some_and(|word| words::has(TAKES, word)));
            let Some(verb) = verb.filter(|_| self.word(at) == Some("but")) else { return false };
            let end =
                (verb..self.len()).find(|at| self.separator(*at).is_some()).unwrap_or(self.len());
            let last = self.left(end).filter(|last| *last > verb);
            last.is_some_and(|last| {
                self.tag(last) == Tag::Noun && self.word(last).is_some() && self.is_gap(last, end)
            })
        })
    }

    /// Words that led from a place to the value after it, and have left.
    fn lost_words_after(&self, at: usize) -> impl Iterator<Item = &str> {
        let gone = self.lost_after(at);
        let hole = gone.clone().find(|at| self.was_hole[*at]).unwrap_or(gone.end);
        self.was_word.of(gone.start..hole).flatten().map(String::as_str)
    }

    /// `the delay is caused by {}`.
    fn lacks_agent(&self, at: usize) -> bool {
        let is_state = self
            .adjacent_word(at)
            .and_then(|before| self.word(before))
            .is_some_and(|before| words::has("am are be being is", before));
        self.tag(at) == Tag::Verb
            && self.ends_clause(at)
            && (is_state
                || self.word(at).is_some_and(|word| words::has("caused followed preceded", word)))
            && self.lost_words_after(at).next() == Some("by")
    }

    /// `the pool is designated {}`.
    fn lacks_name(&self, at: usize) -> bool {
        const GIVE_NAMES: &str = "appointed called considered declared deemed designated dubbed elected found judged \
            labeled labelled left made marked named rated rendered termed titled typed";
        let is_said =
            self.adjacent_word(at).and_then(|before| self.word(before)).is_some_and(|before| {
                words::is_auxiliary(before) || words::is_copula(before) || before == "been"
            });
        is_said
            && self.ends_clause(at)
            && self.word(at).is_some_and(|word| words::has(GIVE_NAMES, word))
            && self.lost_words_after(at).next().is_none()
    }

    /// `udev knows it as a {}`, `treated the frame as {}`.
    fn lacks_role(&self, at: usize) -> bool {
        const GIVE_ROLES: &str = "classify classified classifies define defined defines detected detects describe described describes \
            identified identifies identify interpret interpreted interprets knew know known knows mark marked marks recognize \
            recognized recognizes regard regarded regards see seen sees treat treated treating treats";
        self.lost_words_after(at).next() == Some("as")
            && (0..=at)
                .rev()
                .take_while(|at| self.separator(*at).is_none())
                .filter_map(|at| self.word(at))
                .any(|word| words::has(GIVE_ROLES, word))
    }

    /// `the guest thinks its stack is {}`, `copied the row and its place is {}`: the copula that has left was not the only
    /// verb.
    fn lacks_copula(&self, at: usize) -> bool {
        let leads = self.lost_words_after(at).next().is_some_and(words::is_copula);
        let clause: Vec<usize> =
            (0..at).rev().take_while(|at| self.separator(*at).is_none()).collect();
        let joint = clause
            .iter()
            .find(|at| self.word(**at).is_some_and(|word| matches!(word, "and" | "but" | "while")));
        let has_two = joint
            .is_some_and(|joint| clause.iter().any(|at| at < joint && self.tag(*at) == Tag::Verb));
        leads && (has_two || clause.iter().any(|at| self.is_finite(*at)))
    }

    /// `the sweep restarted {}`: what is left says that it was restarted itself. `Shelf sealed {shelf}` was.
    fn lacks_its_object(&self, at: usize) -> bool {
        const WITHOUT: &str = "appeared arrived changed closed completed connected crashed died disappeared disconnected \
            ended exited expired failed finished joined opened reconnected resumed returned started stopped succeeded \
            terminated timed";
        let gone = self.lost_after(at);
        let Some(hole) = gone.clone().find(|at| self.was_hole[*at]) else { return false };
        let is_direct =
            (gone.start..hole).all(|at| !self.was_mark[at] && self.was_word[at].is_none());
        let Some(subject) = self.adjacent_word(at).filter(|left| self.tag(*left) == Tag::Noun)
        else {
            return false;
        };
        let is_of_subject = self.value_at[hole].is_some_and(|index| {
            self.is_error(index)
                || self.names[index].is_empty()
                || self.word(subject).is_some_and(|subject| {
                    self.names[index].iter().any(|name| words::are_similar(name, subject))
                })
        });
        is_direct
            && !is_of_subject
            && self.ends_clause(at)
            && self.tag(at) == Tag::Verb
            && self.word(at).is_some_and(|word| word.ends_with("ed") && !words::has(WITHOUT, word))
    }

    /// `the state is {}, starting it now`: a clause without a verb, and others after it.
    fn lacks_its_verb(&self, at: usize) -> bool {
        let goes_on = self.right(at).is_some_and(|comma| {
            self.separator(comma) == Some(",")
                && self.right(comma).is_some_and(|next| self.word(next).is_some())
        });
        let has_verb = (0..=at).rev().take_while(|at| self.separator(*at).is_none()).any(|at| {
            self.word(at).is_some() && matches!(self.tag(at), Tag::Verb | Tag::Auxiliary)
        });
        goes_on && !has_verb && self.lost_words_after(at).next().is_some_and(words::is_copula)
    }

    /// A verb that is the sentence's, whatever is around it: no participle, which may belong to a noun.
    fn is_finite(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| {
            let lower = word.to_lowercase();
            is(Class::ThirdPerson, &lower)
                || self.tag(at) == Tag::Verb && third_person_of(&lower).is_some()
        })
    }

    /// `expected the block to have size {}`: it has one in any case.
    fn has_nothing(&self, at: usize) -> bool {
        let has = self.adjacent_word(at).and_then(|before| self.word(before));
        self.ends_clause(at)
            && has.is_some_and(|has| words::has("had has have having", has))
            && self
                .word(at)
                .is_some_and(|word| is(Class::Property, word) || is(Class::Length, word))
    }

    /// `last seen {} minutes ago`: a word that measured with the number.
    fn lacks_number(&self) -> bool {
        (0..self.len()).any(|at| {
            self.word(at).is_some_and(|word| words::has("ago apart earlier later", word))
                && self.left(at).is_some_and(|left| self.is_gap(left, at))
        })
    }

    /// Whether a sign between two values is left where one of them was: `{} = moved {}`.
    pub(super) fn keeps_a_sign(&self) -> bool {
        (0..self.len()).any(|at| {
            let is_sign = matches!(
                self.token(at),
                Some(Token::Separator(sign)) if matches!(&**sign, "=" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "+")
            );
            is_sign
                && (self.left(at).is_some_and(|left| self.is_gap(left, at))
                    || self.right(at).is_some_and(|right| self.is_gap(at, right)))
        })
    }
}
