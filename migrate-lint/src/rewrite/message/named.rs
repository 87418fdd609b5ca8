//! A sentence that says less without its values, with their names in their places: `the label does not end with suffix`.
//!
//! Nothing leaves but signs, labels and what is in brackets: what is left is the author's sentence.

use super::label::Led;
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

/// What compares or measures: without the value it says something else.
const COMPARES: &str = "above below exceed exceeded exceeds exceeding has have least limit minimum maximum most of only over than under";

/// The last words of numbers of things.
const COUNTS: &str = "amount count counts len length n num number total";

/// Names that say nothing of what the value is.
const VAGUE: &str = "buf context ctx data desc description details diff dst expr id ident idx index info item key kind label me message meta msg myself name obj object other prefix res ret self src str string tag text title tmp type uid uuid val value what x";

/// Those that a verb alone can have as its object.
const OBJECTS: &str =
    "buffer data index info item key message msg object request response result text value";

impl Line<'_> {
    /// Puts names in the places of values; says whether each has one that a sentence can say.
    pub(super) fn names(&mut self) -> bool {
        (0..self.len()).all(|at| {
            let Some(hole) = self.hole(at) else { return true };
            self.adjacent(at, hole);
            self.unit(at, hole);
            let is_part = self.hints[hole].is_missed;
            let led = self.label(at, hole);
            if self.is_error(hole) {
                self.role(at, hole, led);
                self.remove(at);
                return true;
            }
            let is_named = !is_part && self.name(at, hole, led);
            if self.hole(at).is_some() {
                self.remove(at);
            }
            self.hints[hole].is_missed = !is_named;
            is_named
        })
    }

    fn name(&mut self, at: usize, hole: usize, led: Led) -> bool {
        let is_hole = |at: usize| self.hole(at).is_some();
        let right = self.right(at);
        let is_joined = right.is_some_and(|next| {
            is_hole(next)
                || self.separator(next).is_some_and(|sign| !matches!(sign, "," | ";" | "." | ":"))
                    && self.right(next).is_some_and(is_hole)
        });
        if is_joined || self.left(at).is_some_and(|left| self.was_hole[left]) {
            return false;
        }
        if led == Led::ByClause || self.hints[hole].is_explicit {
            return true;
        }
        let before = self.adjacent_word(at);
        let compares = before
            .and_then(|before| self.word(before))
            .is_some_and(|word| words::has(COMPARES, &word.to_lowercase()));
        // `{age}s old`, `{share}% done`.
        let is_measured = self.hints[hole].unit.is_some()
            && right.is_some_and(|right| {
                matches!(self.tag(right), Tag::Adjective | Tag::Verb | Tag::Adverb)
            });
        if is_measured {
            return false;
        }
        // `deleting {} processed rows`: so many of them.
        if self.counts[hole] {
            return !compares && right.is_some_and(|right| self.word(right).is_some());
        }
        if self.modifies(right) {
            let rest = self.not_counted(at, hole);
            return match rest.is_empty() {
                true => !compares,
                false if compares => self.say(at, hole, &rest),
                false => !before.is_some_and(|before| self.tag(before) == Tag::Determiner),
            };
        }
        let Some(before) = before else {
            let says = right.is_some_and(|right| {
                matches!(self.tag(right), Tag::Verb | Tag::Auxiliary | Tag::Adverb)
            });
            return !says && led == Led::BySeparator;
        };
        if self.tag(before) == Tag::Noun || led == Led::BySeparator {
            return self.tag(before) == Tag::Noun;
        }
        // `the lid was shut {lid}`: the verb has all that it needs. `creating {create_diff}` says it.
        let word = self.word(before).unwrap_or_default().to_owned();
        let name = self.nouns[hole].clone();
        if self.has_its_subject(before, &word)
            || name.first().is_some_and(|first| self.is_said_by_verb(at, first))
        {
            return false;
        }
        self.say(at, hole, &name)
    }

    /// Whether a verb is all that is said: `received {}`, `failed to provide {}`, `sending {} to {}`.
    fn says_only(&self, verb: usize) -> bool {
        (0..self.len()).filter(|at| *at != verb).filter_map(|at| self.word(at)).all(|word| {
            let word = word.to_lowercase();
            words::is_preposition(&word)
                || words::is_auxiliary(&word)
                || words::has("cannot fail failed failing fails not to unable", &word)
        })
    }

    /// What the value's name says that the nouns after it do not: `max` of `{max_rows} rows`.
    fn not_counted(&self, at: usize, hole: usize) -> Vec<String> {
        let mut counted = Vec::new();
        let mut place = self.right(at);
        while let Some(next) = place
            && let Some(word) = self.word(next)
            && matches!(self.tag(next), Tag::Noun | Tag::Adjective)
        {
            counted.extend(words::split(word));
            place = self.right(next);
        }
        let is_said = |word: &String| {
            words::has(COUNTS, word)
                || counted.iter().any(|counted| words::are_similar(counted, word))
        };
        self.nouns[hole].iter().filter(|word| !is_said(word)).cloned().collect()
    }

    /// Puts a name in the place of its value.
    pub(super) fn say(&mut self, at: usize, hole: usize, name: &[String]) -> bool {
        // Its unit is no part of the sentence.
        let name = match name {
            [thing @ .., unit] if words::is_unit(unit) => thing,
            name => name,
        };
        let is_said = |name: &String| {
            let lower = name.to_lowercase();
            lower.len() > 1
                && name.chars().all(char::is_alphanumeric)
                && !words::is_preposition(&lower)
                && !words::is_conjunction(&lower)
        };
        let last = name.last().map(|last| last.to_lowercase()).unwrap_or_default();
        let is_noun = words::has("max maximum min minimum", &last)
            || words::ends_noun(&last)
                && last.len() > 2
                && !is(Class::Adjective, &last)
                && !last.ends_with("ed");
        let is_alone = matches!(name, [word] if words::has(OBJECTS, word))
            && self
                .adjacent_word(at)
                .is_some_and(|verb| self.tag(verb) == Tag::Verb && self.says_only(verb));
        let is_vague = !is_alone && words::has(VAGUE, &last)
            || matches!(name, [word] if words::has("source target", word));
        let touches = |at: usize| self.word(at).is_some();
        // `bumping lidCount to {lid_count}`, `moving {memory_bytes} from memory to disk`.
        let is_mark = |at: &usize| self.separator(*at).is_some();
        let start = (0..at).rfind(is_mark).unwrap_or_default();
        let before = (start..at).filter_map(|at| self.word(at));
        let after = (at..self.len()).take_while(|at| !is_mark(at)).filter_map(|at| self.word(at));
        let is_repeated = before.chain(after.take(3)).any(|word| words::split(word) == name);
        if is_vague
            || is_repeated
            || !(1..=3).contains(&name.len())
            || !name.iter().all(is_said)
            || !is_noun
            || touches(at.wrapping_sub(1))
            || touches(at + 1)
        {
            return false;
        }
        self.put_word(at, words::spoken(name));
        self.tags[at] = Tag::Noun;
        self.hints[hole].is_placed = true;
        true
    }
}
