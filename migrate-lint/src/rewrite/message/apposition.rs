//! Values after a noun that names them: `pod {}`, `with status {}`.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

impl Line<'_> {
    /// `pod {}`: the noun stays, and names the value.
    pub(super) fn apposition(
        &mut self,
        at: usize,
        hole: usize,
        phrase: &[usize],
        right: Option<usize>,
        separated: bool,
    ) {
        let (Some(&first), Some(&last)) = (phrase.first(), phrase.last()) else { return };
        if !separated && self.clause_label(at, hole) {
            return;
        }
        let ends =
            !right.is_some_and(|right| matches!(self.tag(right), Tag::Noun | Tag::Adjective));
        if self.is_error(hole) {
            self.error_noun(first, last, ends);
            return;
        }
        // `write to server: {}` says where.
        let says_where = separated
            && self.governor(first).is_some_and(|before| {
                self.word(before).is_some_and(|word| {
                    words::has("after at before for from in into on onto to without", word)
                })
            })
            // `rows with no schema: {n}`: those are counted that have none.
            || self.names[hole].iter().all(|name| name.len() < 3)
                && phrase.iter().any(|at| self.word(*at) == Some("no"))
            // `with missing origin header: {request}`: it is another thing that has none.
            || self.governor(first).is_some_and(|before| self.tag(before) == Tag::Preposition)
                && phrase.iter().any(|at| self.word(*at) == Some("missing"));
        // `database {ns.name}/{db.name}` names the second.
        let is_space =
            self.names[hole].last().is_some_and(|last| last == "namespace" || last == "ns");
        // `step {}/{}` of so many steps names the first.
        let is_of_next = !separated
            && !is_space
            && self.right(at).is_some_and(|slash| {
                let next = self.right(slash).and_then(|next| self.hole(next));
                self.separator(slash) == Some("/") && next.is_some_and(|next| !self.counts[next])
            });
        let is_of_all = (separated && self.is_first_of_several(at) || is_of_next)
            && !self.word(last).is_some_and(|word| self.is_named(hole, word));
        if self.hints[hole].label.is_none() && !says_where && !is_of_all {
            self.hints[hole].label = self.nouns_ending(phrase);
        }
        if !separated && self.tag_of_message(phrase, right) {
            return;
        }
        if !separated && self.activity_of(at, hole, last, right) {
            return;
        }
        let says_more = self.says_something_before(first)
            || right.is_some_and(|right| self.word(right).is_some());
        if !separated && ends && self.repeats_name(hole, phrase, right) {
            self.remove(last);
            return;
        }
        // `failed to stop the presses for lid_ids {}` of `lid_ids`.
        if !separated
            && ends
            && phrase.len() == 1
            && self.is_own_identifier(hole, last)
            && self.governor(first).is_some_and(|before| {
                let leads = |all: &str| self.word(before).is_some_and(|word| words::has(all, word));
                let n_content = self.n_content_before(before);
                leads("at by for from in of on to with") && n_content > 2
                    || leads("by from using via with") && n_content > 1
            })
        {
            let lead = self.governor(first).unwrap_or(first);
            self.remove(last);
            self.leave_prepositions(last);
            self.left_whole.extend(lead..=last);
            return;
        }
        if ends && (!separated || says_more) && self.identity_noun(phrase, last) {
            return;
        }
        self.name_of_thing(hole, phrase, separated);
        if let Some(before) = self.adjacent_word(first)
            && self.is_said_to_be(before)
        {
            // `the rack is already at lid {}`.
            self.hints[hole].is_missed |= right.is_none_or(|right| self.word(right).is_none());
        } else if !(separated && right.is_some()) {
            self.manner(phrase, right);
        }
    }

    /// `revoked client_id {client_id}`: what is revoked is the client, and the key says by what it is known.
    fn name_of_thing(&mut self, hole: usize, phrase: &[usize], separated: bool) {
        let [at] = *phrase else { return };
        // `it has client_id: {}` and `client_id: {}` say what the client is known by.
        if separated && !self.adjacent_word(at).is_some_and(|verb| self.tag(verb) == Tag::Verb) {
            return;
        }
        let Some(word) = self.word(at).filter(|_| self.is_own_identifier(hole, at)) else { return };
        let words = words::split(word);
        let [thing @ .., last] = &words[..] else { return };
        let is_thing = is(Class::Identity, last)
            && thing.last().is_some_and(|thing| thing.len() > 2 && words::ends_noun(thing));
        let is_said = (0..self.len()).filter(|other| *other != at).any(|at| {
            self.word(at)
                .is_some_and(|word| thing.iter().any(|thing| words::are_similar(word, thing)))
        });
        let is_alone = (0..self.len()).filter(|at| self.word(*at).is_some()).count() == 1;
        if is_thing && !is_said && !is_alone {
            self.put_word(at, words::spoken(thing));
        }
    }

    /// Whether a preposition leads to what something is: `is already in`.
    fn is_said_to_be(&self, preposition: usize) -> bool {
        let mut place = self.adjacent_word(preposition);
        while let Some(adverb) = place.filter(|at| self.tag(*at) == Tag::Adverb) {
            place = self.adjacent_word(adverb);
        }
        self.tag(preposition) == Tag::Preposition
            && place.and_then(|be| self.word(be)).is_some_and(words::is_copula)
    }

    /// `env var {} not found`: a sentence of its own, and no label.
    fn goes_on_after(&self, from: usize) -> bool {
        let is_hole = |at: &usize| self.hole(*at).is_some();
        let hole = (from..self.len()).find(is_hole);
        let next = hole.and_then(|hole| self.right(hole)).filter(|next| self.word(*next).is_some());
        next.is_some_and(|next| {
            matches!(self.tag(next), Tag::Verb | Tag::Auxiliary | Tag::Adverb | Tag::Adjective)
        })
    }

    /// `Redis {command} failed`: what failed is the command, and not Redis.
    fn activity_of(&mut self, at: usize, hole: usize, noun: usize, right: Option<usize>) -> bool {
        const ACTIVITIES: &str =
            "action activity call cmd command op operation phase query request stage step task";
        let is_said = right.is_some_and(|right| {
            self.right(at) == Some(right)
                && matches!(self.tag(right), Tag::Verb | Tag::Auxiliary | Tag::Adverb)
        });
        let [name @ .., last] = &self.nouns[hole][..] else { return false };
        let is_known = self.word(noun).is_none_or(|noun| {
            words::has(ACTIVITIES, &noun.to_lowercase())
                || self.names[hole].iter().any(|name| words::are_similar(name, noun))
        });
        if !is_said || is_known || name.len() > 1 || !words::has(ACTIVITIES, last) {
            return false;
        }
        let spelled = match last.as_str() {
            "op" => "operation",
            "cmd" => "command",
            last => last,
        };
        let name: Vec<String> = name.iter().cloned().chain([spelled.to_owned()]).collect();
        self.put_word(at, words::spoken(&name));
        self.tags[at] = Tag::Noun;
        self.hints[hole].is_placed = true;
        self.hints[hole].label = None;
        true
    }

    /// `Req {}: open slot`: a tag of the message, whose sign leaves.
    fn tag_of_message(&mut self, phrase: &[usize], right: Option<usize>) -> bool {
        let is_tag = self.left(phrase[0]).is_none() && phrase.len() < 3;
        let colon = right.filter(|right| is_tag && self.separator(*right) == Some(":"));
        let Some(colon) = colon else { return false };
        let next = self.right(colon).filter(|next| self.word(*next).is_some());
        let Some(next) =
            next.filter(|next| !self.is_label_ahead(*next) || self.goes_on_after(*next))
        else {
            return false;
        };
        self.remove(colon);
        // `point {}: not stored` has its subject in front of the colon, `point {}: new value stored` has not.
        // `point {}: corrected its key` says what somebody else does.
        let has_object = self.is_past(next)
            && self.right(next).is_some_and(|object| {
                let counted = match self.hole(object) {
                    Some(_) => self.right(object),
                    None => Some(object),
                };
                self.tag(object) == Tag::Determiner || self.modifies(counted)
            });
        let says = matches!(self.tag(next), Tag::Verb | Tag::Auxiliary | Tag::Adverb)
            && !has_object
            || self.tag(next) == Tag::Adjective && !self.modifies(Some(next));
        if !says {
            phrase.iter().for_each(|at| self.remove(*at));
        }
        true
    }

    /// `Press write stream_id {stream_id}`: the program's own name is the key, and no word of the sentence.
    fn repeats_name(&self, hole: usize, phrase: &[usize], right: Option<usize>) -> bool {
        let (first, last) = (phrase[0], phrase[phrase.len() - 1]);
        let is_led = self.governor(first).is_some_and(|before| {
            matches!(self.tag(before), Tag::Preposition | Tag::Infinitive | Tag::Auxiliary)
        });
        let ends = right.is_none_or(|right| self.separator(right).is_some());
        let says_enough = self.n_content_before(last) > 1
            || phrase.len() > 1 && self.word(first).is_some_and(|word| word.contains('_'));
        self.is_own_identifier(hole, last)
            && ends
            && !is_led
            && says_enough
            && !phrase.iter().any(|at| self.tag(*at) == Tag::Adjective)
    }

    fn is_own_identifier(&self, hole: usize, at: usize) -> bool {
        self.word(at)
            .is_some_and(|word| word.contains('_') && words::split(word) == self.names[hole])
    }

    /// `sink ID {}`: the key says so.
    fn identity_noun(&mut self, phrase: &[usize], last: usize) -> bool {
        if !self.word(last).is_some_and(|word| words::has("id no number pid uid uuid", word)) {
            return false;
        }
        // `for unknown pid {}`: nothing else says of what.
        if let [.., before, _] = *phrase {
            // `with propose id {}`: the ID is one of proposing.
            let is_verb = self
                .word(before)
                .is_some_and(|word| is(Class::BaseVerb, word) && !is(Class::NounOrVerb, word));
            let is_named = self.tag(before) == Tag::Noun
                && !is_verb
                && !phrase.iter().any(|at| self.word(*at).is_some_and(words::says_failure));
            if is_named {
                self.remove(last);
            }
            return is_named;
        }
        let is_led =
            self.adjacent_word(last).is_some_and(|before| self.tag(before) == Tag::Preposition);
        if is_led {
            self.remove(last);
            self.leave_prepositions(last);
        }
        is_led
    }

    /// `with status {}`, `by name {}`, `based on key {}`: the phrase and what leads to it leave.
    fn manner(&mut self, phrase: &[usize], right: Option<usize>) {
        let (first, last) = (phrase[0], phrase[phrase.len() - 1]);
        let Some(before) = self.governor(first) else { return };
        let is_bare = phrase.len() == 1;
        let is_of = |class| self.word(last).is_some_and(|word| is(class, word));
        // `pod {} in namespace {}`: where the thing is, which has been named.
        let is_scope =
            self.word(before) == Some("in") && is_of(Class::Scope) && self.has_gap_before(before);
        // `response of length {} cannot fit`.
        let is_measure = is_bare
            && self.word(before) == Some("of")
            && self
                .word(last)
                .is_some_and(|word| words::has("depth height length size width", word))
            && right.is_some_and(|right| self.tag(right) == Tag::Auxiliary);
        // `with ino {} flags {}`.
        let is_listed = is_bare
            && self.word(before) == Some("with")
            && right.is_some_and(|right| self.word(right).is_some() && self.is_label_ahead(right));
        let is_attribute =
            is_of(Class::Property) && phrase.len() < 3 || is_bare && is_of(Class::Identity);
        let manner = self.word(before).is_some_and(|word| {
            is(Class::Manner, word)
                || is_bare && matches!(word, "for" | "in" | "on" | "to")
                // `after reorg of depth {}`.
                || is_bare && word == "of" && self.word(last).is_some_and(|word| words::has("depth height length size type version weight width", word))
        });
        let is_based = self.word(before) == Some("on")
            && self.adjacent_word(before).and_then(|placing| self.word(placing)) == Some("based");
        let ends_clause = right.is_none_or(|right| {
            !matches!(
                self.tag(right),
                Tag::Verb | Tag::Auxiliary | Tag::Noun | Tag::Adjective | Tag::Adverb
            ) && !matches!(self.separator(right), Some("!=" | "<" | ">"))
        });
        // `ended with error: {stderr}`: nothing else says that it failed.
        let is_all_that_failed =
            self.word(last).is_some_and(words::says_failure) && !self.says_failure(last);
        let leaves = !is_all_that_failed
            && (manner && is_attribute || is_based && is_bare || is_scope)
            && ends_clause
            && self.n_content_before(before) > 1;
        if self.tag(before) == Tag::Preposition && (leaves || is_measure || is_listed) {
            phrase.iter().for_each(|at| self.remove(*at));
            if before != first {
                (before + 1..first).for_each(|at| self.remove(at));
            }
            self.leave_prepositions(first);
        }
    }

    /// Whether other words say that something has failed.
    pub(super) fn says_failure(&self, but: usize) -> bool {
        let mut words = (0..self.len()).filter(|at| *at != but).filter_map(|at| self.word(at));
        words.any(words::says_failure)
    }

    /// `with error {}`, `no match, err {}`: the word says what the key says.
    fn error_noun(&mut self, first: usize, last: usize, ends: bool) {
        let word = self.word(last).unwrap_or_default();
        if !words::has("err error", word) || !ends {
            return;
        }
        // `handle message err {}`: nothing else says that it failed.
        if !self.says_failure(last) {
            return;
        }
        let before = self.governor(first).filter(|_| first == last);
        if before.is_some_and(|before| self.tag(before) == Tag::Preposition) {
            (first..=last).for_each(|at| self.remove(at));
            self.leave_prepositions(first);
        } else if word == "err" && self.n_content_before(last) > 2 {
            self.remove(last);
        }
    }
}
