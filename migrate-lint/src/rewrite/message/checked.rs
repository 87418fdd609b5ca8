//! Whether what is left of a sentence with several values can be checked: each place where values were is one of the few
//! at which a sentence stays whole.
//!
//! `doubt` and `complete` know what goes wrong. Where several values have left they cannot know all of it, so here it is
//! the other way round: a gap that is none of these is a reason for a person to look.

use super::line::Line;
use super::tag::{Tag, third_person_of};
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// A place where values have left, with what led to them.
#[derive(Clone, Copy)]
struct Gap {
    /// The token that stays before it.
    left: Option<usize>,
    /// The token that stays after it.
    right: Option<usize>,
    /// What was right after `left`.
    first: usize,
    /// The first value.
    hole: usize,
}

/// Nouns that say nothing without what was in front of them, or that are what happened to it.
const NOTHING_ALONE: &str = "action answer change class count delay drop failure form kind lag length level loss manner order \
    phase reason reply request response result size sort stage state status step success time timeout total type usage way";

impl Line<'_> {
    /// Whether a sentence has lost a value where nobody can know that it stays whole.
    pub(super) fn is_unchecked(&self) -> bool {
        let stays: Vec<usize> = (0..self.len()).filter(|at| self.is_sign_or_word(*at)).collect();
        let ends = stays.iter().copied().map(Some);
        let pairs = std::iter::once(None).chain(ends.clone()).zip(ends.chain([None]));
        let start = stays.first().copied().unwrap_or_default();
        let is_several = self.n_values_from(start) > 1;
        let inside = stays.windows(2).filter(|pair| {
            self.word(pair[0]).is_some()
                && self.word(pair[1]).is_some()
                && self.gap(Some(pair[0]), Some(pair[1])).is_some()
        });
        // `a range with so many rows from a file with so many columns`.
        if inside.count() > 3 {
            return true;
        }
        pairs.filter_map(|(left, right)| self.gap(left, right)).any(|gap| {
            self.has_vaguely(gap)
                || self.asks(gap)
                || self.names_by_identity(gap)
                || self.is_torn(gap)
                || self.has_lost_name(gap)
                || self.leads_elsewhere(gap)
                || self.follows_colon(gap)
                || is_several && !self.is_whole(gap)
        })
    }

    fn is_sign_or_word(&self, at: usize) -> bool {
        !matches!(self.token(at), None | Some(Token::Space | Token::Quote(_)))
    }

    fn n_values_from(&self, start: usize) -> usize {
        let mut values: Vec<usize> = (start..self.value_at.len())
            .filter(|at| !self.is_joint(at.wrapping_sub(1)))
            .filter_map(|at| self.value_at[at])
            .filter(|value| !self.is_error(*value))
            .collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    }

    /// A sign between two values that are one thing: `{}/{}`, `{}:{}`.
    pub(super) fn is_joint(&self, at: usize) -> bool {
        let is_value = |at: usize| self.was_hole.get(at) == Some(&true);
        is_value(at.wrapping_sub(1))
            && is_value(at + 1)
            && matches!(self.written.get(at), Some(Token::Separator(sign))
                if matches!(sign.as_str(), "/" | ":" | "::" | "." | "@" | "#"))
    }

    fn gap(&self, left: Option<usize>, right: Option<usize>) -> Option<Gap> {
        let start = left.map_or(0, |left| left + 1);
        let mut lost = start..right.unwrap_or(self.len());
        let is_value = |at: &usize| {
            self.value_at[*at].is_some_and(|value| !self.is_error(value))
                && self.token(*at).is_none()
        };
        let hole = lost.clone().find(is_value)?;
        let first = lost
            .find(|at| self.was_hole[*at] || self.was_mark[*at] || self.was_word[*at].is_some())?;
        Some(Gap { left, right, first, hole })
    }

    /// `the node has {} peers`: that it has some says nothing.
    fn has_vaguely(&self, gap: Gap) -> bool {
        let has = gap.left.and_then(|left| self.word(left));
        has.is_some_and(|has| words::has("had has have having", has))
            && gap.first == gap.hole
            && gap.right.is_some_and(|right| self.word(right).is_some())
    }

    /// `id {} changed`, `daemon version {} started`: what changed was not the ID.
    fn names_by_identity(&self, gap: Gap) -> bool {
        let Some(left) = gap.left.filter(|left| self.word(*left).is_some()) else { return false };
        let word = self.word(left).unwrap_or_default().to_lowercase();
        let is_first = || self.left(left).is_none();
        let goes_on = gap.right.is_some_and(|right| {
            self.word(right).is_some()
                && matches!(self.tag(right), Tag::Verb | Tag::Auxiliary | Tag::Adverb)
        });
        goes_on
            && gap.first == gap.hole
            && (word == "version" || words::has("fd id pid uid uuid", &word) && is_first())
    }

    /// `failed to find rows stored in {}`: the participle belonged to the phrase that has left.
    fn is_torn(&self, gap: Gap) -> bool {
        let Some(left) = gap.left.filter(|left| self.word(*left).is_some()) else { return false };
        let is_said = self.adjacent_word(left).is_some_and(|before| {
            matches!(self.tag(before), Tag::Auxiliary | Tag::Adverb | Tag::Conjunction)
                || self.word(before) == Some("been")
        });
        const WHOLE: &str = "appeared arrived closed completed connected crashed died disconnected ended exited expired \
            failed finished joined opened reconnected resumed returned started stopped succeeded terminated";
        if self.was_word[gap.first].as_deref().is_some_and(|lead| self.needs(left, lead)) {
            return true;
        }
        self.tag(left) == Tag::Verb
            && self.is_past(left)
            && !self.word(left).is_some_and(|word| words::has(WHOLE, word))
            && !is_said
            && self.was_word[gap.first].is_some()
            && self.tag(gap.first) == Tag::Preposition
            && self.ends_clause(left)
            && self.has_finite_before(left)
    }

    /// `asks to get id: {}`, `id: {} Sending rows`: a name has left of which the verb is nothing without it, or which is
    /// no part of what follows.
    fn has_lost_name(&self, gap: Gap) -> bool {
        let Some(left) = gap.left.filter(|left| self.word(*left).is_some()) else { return false };
        let is_bare = self.was_word[gap.first].is_some()
            && self.tag(gap.first) == Tag::Noun
            && self.adjacent_word(left).is_some_and(|to| self.tag(to) == Tag::Infinitive)
            && self.ends_clause(left);
        let begins_again = gap.right.and_then(|right| self.word(right)).is_some_and(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(char::is_uppercase)
                && chars.clone().count() > 1
                && chars.all(char::is_lowercase)
                && (word.ends_with("ing") || word.ends_with("ed"))
        });
        let is_small = self.word(left).is_some_and(|word| !word.contains(char::is_uppercase));
        is_bare || begins_again && is_small
    }

    /// `reception from {} error: {}`: the preposition is left with a word that it did not lead.
    fn leads_elsewhere(&self, gap: Gap) -> bool {
        let (Some(left), Some(right)) = (gap.left, gap.right) else { return false };
        self.word(left).is_some()
            && self.word(right).is_some()
            && !self.was_hole[left]
            && !self.was_hole[right]
            && !self.left_whole.contains(&gap.first)
            && self.tag(left) == Tag::Preposition
            && self.tag(right) == Tag::Noun
            && !self.counts(gap, right)
            && !self.is_described(gap.first, right)
    }

    /// `offset in batch: {} place in batch: {}`: the colon that stays is that of a label, and leads to another now.
    fn follows_colon(&self, gap: Gap) -> bool {
        let colon = gap.left.is_some_and(|left| matches!(self.separator(left), Some(":" | "=")));
        colon
            && gap.first == gap.hole
            && gap.right.is_some_and(|right| {
                self.word(right).is_some()
                    && !matches!(self.tag(right), Tag::Verb | Tag::Auxiliary)
                    && !self.counts(gap, right)
                    && self.lost_after(right).any(|at| self.was_hole[at])
            })
    }

    /// Whether a value that has left was in front of a noun that ends its clause, as an adjective is: `from {} cache`.
    pub(super) fn is_described(&self, hole: usize, right: usize) -> bool {
        let is_of_noun = |at: usize| {
            self.word(at).is_some() && matches!(self.tag(at), Tag::Noun | Tag::Adjective)
        };
        let mut last = right;
        while let Some(next) = self.right(last)
            && is_of_noun(next)
            && !self.is_gap(last, next)
        {
            last = next;
        }
        let says_enough = |noun: &str| {
            noun.chars().all(char::is_alphabetic)
                && !words::is_role(noun)
                && !is(Class::Failure, noun)
                && !words::has(NOTHING_ALONE, noun)
        };
        self.was_hole[hole]
            && is_of_noun(right)
            && !self.is_past(right)
            && self.tag(last) == Tag::Noun
            && self.word(last).is_some_and(says_enough)
            && self.ends_clause(last)
            && self.lost_after(last).all(|at| {
                !self.was_hole[at] || self.value_at[at].is_some_and(|value| self.is_error(value))
            })
    }

    /// Values and their brackets, and nothing else: `({}) `, `(pid={})`, `#{}`.
    fn is_bracketed(&self, gap: Gap) -> bool {
        let end = gap.right.unwrap_or(self.len());
        let mut depth = 0;
        (gap.first..end).all(|at| match &self.written[at] {
            Token::Open(_) => {
                depth += 1;
                true
            }
            Token::Close(_) => {
                depth -= 1;
                true
            }
            Token::Separator(sign) => {
                depth > 0 || matches!(sign.as_str(), "#" | "@") || self.is_joint(at)
            }
            Token::Word(_) => depth > 0,
            Token::Space | Token::Quote(_) | Token::Hole(_) => true,
        })
    }

    /// `(suppressed {} lines)`, `open(flags=0, mode={})`: the rest of an aside.
    fn is_inside(&self, gap: Gap) -> bool {
        let mut depth = 0;
        for at in (0..gap.first).rev() {
            match self.token(at) {
                Some(Token::Close(_)) => depth += 1,
                Some(Token::Open(_)) if depth == 0 => return true,
                Some(Token::Open(_)) => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// `, can finish: {}` of `false`.
    fn asks(&self, gap: Gap) -> bool {
        let Some(left) = gap.left.filter(|left| self.word(*left).is_some()) else { return false };
        let start = (0..left).rfind(|at| self.separator(*at).is_some()).map_or(0, |at| at + 1);
        let first = (start..=left).find(|at| self.word(*at).is_some());
        matches!(&self.written[gap.first], Token::Separator(sign) if sign == ":" || sign == "=")
            && self.ends_clause(left)
            && first.and_then(|first| self.word(first)).is_some_and(words::is_auxiliary)
    }

    fn is_whole(&self, gap: Gap) -> bool {
        if self.is_inside(gap) {
            return false;
        }
        let is_word = |at: Option<usize>| at.filter(|at| self.word(*at).is_some());
        match (is_word(gap.left), is_word(gap.right)) {
            (None, Some(right)) => self.begins_whole(gap, right),
            (Some(left), Some(right)) => self.joins_whole(gap, left, right),
            (Some(left), None) => self.ends_whole(gap, left),
            (None, None) => gap.right.is_none() || gap.left.is_none(),
        }
    }

    /// A clause that begins after the gap: a tag (`[{}]: sent`), or so many of something (`, {} rows left`).
    fn begins_whole(&self, gap: Gap, right: usize) -> bool {
        let last = (gap.first..right)
            .rev()
            .find(|at| self.was_mark[*at] || self.was_hole[*at] || self.was_word[*at].is_some());
        let is_after_mark = last.is_some_and(|last| self.was_mark[last]);
        let is_counted = gap.first == gap.hole && last == Some(gap.hole) && self.counts(gap, right);
        match gap.left {
            None => is_after_mark || is_counted,
            Some(left) => match self.token(left) {
                Some(Token::Close(_)) => is_after_mark || is_counted,
                Some(Token::Separator(sign)) => {
                    // `Sent: {} lids`: what was sent is no list.
                    let follows_verb = self.left(left).is_some_and(|verb| {
                        self.word(verb).is_some() && self.tag(verb) == Tag::Verb
                    });
                    is_counted && (sign != ":" || !self.ends_in_value(left) && !follows_verb)
                }
                _ => false,
            },
        }
    }

    /// Whether the value says how many there are of what follows, or which one it is.
    fn counts(&self, gap: Gap, right: usize) -> bool {
        let mut last = None;
        let mut place = Some(right);
        while let Some(at) = place.filter(|at| {
            self.word(*at).is_some()
                && (matches!(self.tag(*at), Tag::Noun | Tag::Adjective)
                    || self.word(*at).is_some_and(|word| word.ends_with("ed")) && last.is_none())
                && (last.is_none() || self.right_is_next(*at, last))
        }) {
            last = Some(at);
            place = self.right(at);
        }
        let Some(last) = last.filter(|last| self.tag(*last) == Tag::Noun) else { return false };
        let noun = self.word(last).unwrap_or_default().to_lowercase();
        let is_plural =
            words::singular(&noun).is_some() || noun.ends_with("(s)") || noun.ends_with("(es)");
        let is_named = self.value_at[gap.hole].is_some_and(|value| self.is_named(value, &noun));
        is_plural || is_named
    }

    fn right_is_next(&self, at: usize, last: Option<usize>) -> bool {
        last.is_some_and(|last| !self.is_gap(last, at))
    }

    /// `pod {} is`, `of {} pods`.
    fn joins_whole(&self, gap: Gap, left: usize, right: usize) -> bool {
        let is_direct = self.is_bracketed(gap) || self.goes_on_after_label(gap.first, left, right);
        if self.left_whole.contains(&gap.first) || self.loses_an_adjunct(left, right) {
            return true;
        }
        let is_placed = self.was_hole[left] || self.was_hole[right];
        if !is_direct || is_placed {
            return false;
        }
        let is_one = (left..right).filter(|at| self.was_hole[*at]).count() == 1;
        if gap.first == gap.hole && is_one && self.qualifies(left, right) {
            return true;
        }
        match self.tag(left) {
            Tag::Noun => match self.tag(right) {
                Tag::Preposition
                | Tag::Auxiliary
                | Tag::Conjunction
                | Tag::Adverb
                | Tag::Pronoun
                | Tag::Infinitive => true,
                Tag::Verb => !self.has_finite_before(left) || !self.is_past(right),
                _ => false,
            },
            Tag::Verb => self.counts(gap, right),
            Tag::Preposition | Tag::Conjunction => self.counts(gap, right),
            Tag::Adjective => {
                self.word(left).is_some_and(|word| words::has("all", word))
                    && self.counts(gap, right)
            }
            _ => false,
        }
    }

    /// Whether the value was in front of a noun as an adjective is: `writing {} table`, `invalid {} header`.
    fn qualifies(&self, left: usize, right: usize) -> bool {
        // `making {} request`.
        let is_doing = self.word(left).is_some_and(|word| word.ends_with("ing"));
        let is_noun = |at: usize| {
            self.tag(at) == Tag::Noun
                && self.word(at).is_some_and(|word| {
                    word.starts_with(char::is_alphabetic)
                        && (!is(Class::BaseVerb, word) || is_doing && is(Class::NounOrVerb, word))
                        && !word.ends_with("ed")
                        && !word.ends_with("ing")
                        && third_person_of(word).is_none()
                })
        };
        let ends = self.right(right).is_none_or(|next| {
            self.word(next).is_none()
                || self.tag(next) == Tag::Preposition
                || self.tag(next) == Tag::Noun && is_noun(next)
        });
        let is_led = match self.tag(left) {
            Tag::Verb => !self.is_past(left) || self.left(left).is_none(),
            Tag::Adjective | Tag::Preposition => true,
            _ => false,
        };
        is_led && is_noun(right) && ends
    }

    pub(super) fn is_past(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| word.ends_with("ed") || is(Class::PastVerb, word))
    }

    /// Whether the clause has a verb already. `Bootstrap cache synced`: one in its base form may be a noun.
    pub(super) fn has_finite_before(&self, at: usize) -> bool {
        let is_sure = |at: usize| match self.tag(at) {
            Tag::Auxiliary => true,
            Tag::Verb => {
                !self.word(at).is_some_and(|word| is(Class::BaseVerb, word))
                    || self.adjacent_word(at).is_some_and(|to| self.tag(to) == Tag::Infinitive)
            }
            _ => false,
        };
        (0..at)
            .rev()
            .take_while(|at| self.separator(*at).is_none())
            .any(|at| self.word(at).is_some() && is_sure(at))
    }

    /// A clause that ends where the gap is.
    fn ends_whole(&self, gap: Gap, left: usize) -> bool {
        if matches!(
            self.tag(left),
            Tag::Determiner | Tag::Auxiliary | Tag::Conjunction | Tag::Infinitive
        ) {
            return false;
        }
        let is_placed = self.was_hole[left];
        if self.was_mark[gap.first] {
            // `actual={}`: what stays is a label; `{}/{}` has placed one half.
            return match &self.written[gap.first] {
                Token::Separator(sign) => {
                    sign != "=" && !(is_placed && matches!(sign.as_str(), "/" | "->" | "=>" | "→"))
                }
                _ => true,
            };
        }
        if self.has_bare_label(gap) {
            return false;
        }
        if gap.first == gap.hole {
            return self.tag(left) == Tag::Noun && !self.is_pair_of_ends(gap, left);
        }
        let Some(word) = self.was_word[gap.first].as_deref() else { return false };
        let goes_on = gap.right.is_some_and(|right| self.separator(right) == Some(":"));
        match self.tag(gap.first) {
            Tag::Preposition => !goes_on && !self.needs(left, word),
            Tag::Infinitive => !goes_on && !self.needs(left, word),
            Tag::Conjunction => matches!(word, "and" | "or"),
            Tag::Verb => words::is_measuring(word),
            Tag::Noun => {
                words::has("err error id no number pid uid uuid", word) || self.has_sign(gap.first)
            }
            Tag::Determiner => true,
            _ => false,
        }
    }

    /// A sign between a label and its value.
    fn has_sign(&self, at: usize) -> bool {
        (at + 1..self.len())
            .find(|at| self.was_mark[*at] || self.was_hole[*at] || self.was_word[*at].is_some())
            .is_some_and(|at| self.was_mark[at])
    }

    /// `base {} offset {}`: what stays is the first of several labels.
    fn has_bare_label(&self, gap: Gap) -> bool {
        let end = gap.right.unwrap_or(self.len());
        let mut before = Some(gap.hole);
        for at in gap.hole + 1..end {
            let is_something =
                self.was_mark[at] || self.was_hole[at] || self.was_word[at].is_some();
            if !is_something {
                continue;
            }
            let follows_value = before.is_some_and(|before| self.was_hole[before]);
            if follows_value
                && self.was_word[at].as_deref().is_some_and(|word| !words::is_unit(word))
                && matches!(self.tags[at], Tag::Noun | Tag::Verb | Tag::Adjective)
                && !self.has_sign(at)
                && gap.first == gap.hole
            {
                return true;
            }
            before = Some(at);
        }
        false
    }

    /// `from version {} to {}`, `between {} and {}`: the second half belongs to the preposition that stays.
    fn is_pair_of_ends(&self, gap: Gap, left: usize) -> bool {
        let phrase = self.phrase_before(left + 1);
        let first = phrase.first().copied().unwrap_or(left);
        let lead = self.governor(first).and_then(|lead| self.word(lead)).unwrap_or_default();
        let end = gap.right.unwrap_or(self.len());
        words::has("between from", lead)
            && self.was_word.of(gap.hole..end).flatten().any(|word| words::has("and to", word))
    }

    /// Whether what stays needs the preposition that has left: `belongs to {}`, `replaced with {}`, `is authorized to {}`.
    pub(super) fn needs(&self, left: usize, preposition: &str) -> bool {
        const NEED: &str = "amount amounts authorized based belong belonging belongs consist consists converted correspond \
            corresponding corresponds depend depending depends differ differs equals lead leads limited map mapped maps matches point \
            pointing points refer refers renamed replaced resolved resolves restricted set switched translated turned unauthorized";
        let word = self.word(left).unwrap_or_default();
        let is_agent = preposition == "by"
            && self.tag(left) == Tag::Verb
            && words::has("backed blocked caused driven followed held led owned used", word);
        words::has(NEED, word) && matches!(self.tag(left), Tag::Verb | Tag::Adjective) || is_agent
    }
}
