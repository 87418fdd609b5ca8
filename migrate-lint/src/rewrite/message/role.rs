//! What a value is in its sentence, and which words go with it.
//!
//! A value after a noun is an apposition and leaves alone; what leads to it by a preposition goes with it; where it was
//! the object of a verb or the subject of the sentence its name takes its place.

use super::clause::{Clause, Start};
use super::label::Led;
use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

impl Line<'_> {
    /// Removes words that only led to the value, and puts its name where the sentence needs one.
    pub(super) fn role(&mut self, at: usize, hole: usize, led: Led) {
        if led == Led::ByClause {
            return;
        }
        let separated = led == Led::BySeparator;
        let right = self.behind_group(at);
        let phrase = self.phrase_before(at);
        if !phrase.is_empty() {
            self.apposition(at, hole, phrase, right, separated);
            return;
        }
        // `Deleting {} pods`, `in {} pods`, `{} pods`: the noun stays for it.
        if self.modifies(right) {
            if let Some(of) = self.adjacent_word(at).filter(|of| self.is_share(*of)) {
                self.remove(of);
            }
            return;
        }
        match self.adjacent_word(at) {
            None => self.first_of_clause(at, hole, right),
            Some(before) => self.behind_word(before, at, hole, right, separated),
        }
    }

    /// `pod {}`: the noun stays, and names the value.
    fn apposition(
        &mut self,
        at: usize,
        hole: usize,
        mut phrase: Vec<usize>,
        right: Option<usize>,
        separated: bool,
    ) {
        let ends =
            !right.is_some_and(|right| matches!(self.tag(right), Tag::Noun | Tag::Adjective));
        if !separated && self.clause_label(at, hole) {
            return;
        }
        let first = phrase[0];
        let last = *phrase.last().unwrap_or(&first);
        if self.is_error(hole) {
            self.error_noun(first, last, ends);
            return;
        }
        if self.hints[hole].label.is_none() {
            self.hints[hole].label = self.nouns_ending(&phrase);
        }
        // `Req {}: open slot`: a tag of the message.
        let is_tag = self.left(first).is_none()
            && phrase.len() < 3
            && right.is_some_and(|right| self.separator(right) == Some(":"));
        let next =
            right.and_then(|right| self.right(right)).filter(|next| self.word(*next).is_some());
        if let (Some(right), Some(next)) = (right.filter(|_| is_tag && !separated), next)
            && !self.is_label_ahead(next)
        {
            self.remove(right);
            // `point {}: not stored` has its subject in front of the colon.
            if !matches!(self.tag(next), Tag::Verb | Tag::Auxiliary | Tag::Adverb | Tag::Adjective)
            {
                phrase.iter().for_each(|at| self.remove(*at));
            }
            return;
        }
        // `sink ID {}`: the key says so.
        let identity =
            self.word(last).is_some_and(|word| words::has("id no number pid uid uuid", word));
        let says_more = self.says_something_before(first)
            || right.is_some_and(|right| self.word(right).is_some());
        if identity && ends && (!separated || says_more) {
            if phrase.len() > 1 {
                self.remove(last);
                phrase.pop();
                return;
            }
            if self.adjacent_word(first).is_some_and(|before| self.tag(before) == Tag::Preposition)
            {
                self.remove(last);
                self.leave_prepositions(first);
                return;
            }
        }
        let is_name =
            self.word(last).is_some_and(|word| is(Class::Identity, word)) && phrase.len() == 1;
        let is_property = self.word(last).is_some_and(|word| is(Class::Property, word));
        let ends_clause = right.is_none_or(|right| {
            !matches!(
                self.tag(right),
                Tag::Verb | Tag::Auxiliary | Tag::Noun | Tag::Adjective | Tag::Adverb
            )
        });
        let Some(before) = self.governor(first) else { return };
        let is_bare = phrase.len() == 1;
        let manner = self.word(before).is_some_and(|word| {
            is(Class::Manner, word) || is_bare && matches!(word, "for" | "in" | "on" | "to")
        });
        let is_based = self.word(before) == Some("on")
            && self.adjacent_word(before).and_then(|placing| self.word(placing)) == Some("based");
        if self.tag(before) == Tag::Preposition
            && (manner && (is_property || is_name) || is_based && is_bare)
            && ends_clause
            && !right.is_some_and(|right| matches!(self.separator(right), Some("!=" | "<" | ">")))
            && self.n_content_before(before) > 1
            && !(separated && right.is_some())
        {
            phrase.iter().for_each(|at| self.remove(*at));
            if before != first {
                (before + 1..first).for_each(|at| self.remove(at));
            }
            self.leave_prepositions(first);
        }
    }

    /// `with error {}`, `no match, err {}`: the word says what the key says.
    fn error_noun(&mut self, first: usize, last: usize, ends: bool) {
        let word = self.word(last).unwrap_or_default();
        if !words::has("err error", word) || !ends {
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

    /// The value begins its clause.
    fn first_of_clause(&mut self, at: usize, hole: usize, right: Option<usize>) {
        let Some(right) = right.filter(|right| self.word(*right).is_some()) else { return };
        if self.left(at).is_some_and(|left| self.is_gap(left, at)) {
            return;
        }
        let says = matches!(
            self.tag(right),
            Tag::Verb | Tag::Auxiliary | Tag::Adverb | Tag::Preposition | Tag::Adjective
        );
        if !says {
            return;
        }
        // `{tag} rejected by lease`: what is in front of a sentence without being its subject.
        // `{client} -> {server} received`.
        if self.right(at) != Some(right) {
            self.hints[hole].is_missed = true;
            return;
        }
        let is_message = self.left(at).is_none();
        let needs = self.tag(right) == Tag::Auxiliary || !is_message;
        if !needs && !self.is_placeable(hole) {
            self.hints[hole].is_missed = true;
            return;
        }
        if self.left(at).is_none() && self.tag(right) != Tag::Auxiliary && !self.is_subject(right) {
            self.hints[hole].is_missed = true;
            return;
        }
        self.put_name(at, hole);
    }

    /// Whether what follows needs a subject: `{} failed to start`, but not `{} start pending`.
    fn is_subject(&self, right: usize) -> bool {
        self.word(right).is_some_and(|word| {
            let lower = word.to_lowercase();
            is(Class::ThirdPerson, &lower) || lower.ends_with("ed") || is(Class::PastVerb, &lower)
        })
    }

    /// The value is led to by a word that is no noun.
    fn behind_word(
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
                    Some(next) => self.behind_word(next, at, hole, right, separated),
                    None => self.first_of_clause(at, hole, right),
                }
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
            Tag::Conjunction => self.behind_conjunction(before, at, hole, right),
            Tag::Auxiliary => self.behind_auxiliary(before, at, hole, right),
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
                    self.behind_auxiliary(next, at, hole, right);
                }
            }
            Tag::Verb | Tag::Adjective | Tag::Preposition | Tag::Infinitive => {
                self.object(before, at, hole, right);
            }
            _ => self.hints[hole].is_missed |= self.has_word_before(at) && !self.is_error(hole),
        }
    }

    /// `to {}`, `based on {}`, `up to the {}`.
    fn led_by_preposition(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        let is_time = self.hints[hole].unit.is_some()
            || self.word(before).is_some_and(|word| words::has("after in within every", word));
        let is_comparison = self.word(before).is_some_and(|word| words::has("than", word));
        // "Connecting", "Listening": a verb alone says less than it can.
        let verb = self.adjacent_word(before).filter(|verb| self.tag(*verb) == Tag::Verb);
        // "Using {}".
        if self.left(before).is_none()
            && self.word(before).is_some_and(|word| words::has("using", word))
        {
            self.put_name(at, hole);
            return;
        }
        // "Key comes from {}", "Node is in {}": the verb is nothing without it.
        let needs_it = self.adjacent_word(before).is_some_and(|verb| {
            self.tag(verb) == Tag::Auxiliary
                || self.tag(verb) == Tag::Verb
                    && self.word(verb).is_some_and(words::is_third_person)
        });
        let is_alone = verb.is_some_and(|verb| !self.has_content_before(verb))
            && right
                .is_none_or(|right| self.word(right).is_none() && !self.has_words_behind(right));
        // `, since it is set to {}`.
        let is_reason = self.is_in_subordinate(before);
        // `, writing to {}`: a clause that only carries the value.
        if let Some(clause) = Clause::before(self, at)
            && clause.start == Start::Clause
            && !is_time
            && right.is_none_or(|right| self.word(right).is_none())
            && matches!(&clause.places[..], [verb, rest @ ..] if self.tag(*verb) == Tag::Verb
                && rest.iter().all(|at| matches!(self.tag(*at), Tag::Preposition | Tag::Determiner)))
            && clause.boundary.is_some_and(|at| matches!(self.separator(at), Some("," | ";")))
        {
            self.hints[hole].is_missed = true;
            clause.leave(self, hole);
            self.hints[hole].is_explicit = false;
            self.hints[hole].label = None;
            return;
        }
        if (is_comparison || needs_it || is_alone && !is_time || is_reason)
            && self.is_placeable(hole)
        {
            self.put_name(at, hole);
            return;
        }
        self.hints[hole].is_missed |= is_comparison || is_reason || needs_it;
        self.leave_prepositions(at);
        // `out of {} total`.
        if let Some(right) = right.filter(|right| {
            self.word(*right).is_some_and(|word| words::has("left remaining total", word))
        }) && self.right(right).is_none_or(|after| self.word(after).is_none())
        {
            self.hints[hole].noun_after = self.word(right).map(str::to_owned);
            self.remove(right);
        }
    }

    /// Whether the words before a place are a clause of its own: `because it …`.
    fn is_in_subordinate(&self, at: usize) -> bool {
        let before = (0..=at).rev().take_while(|at| self.separator(*at).is_none());
        let words: Vec<usize> = before.filter(|at| self.word(*at).is_some()).collect();
        let leads = |at: &&usize| {
            self.word(**at)
                .is_some_and(|word| words::has("because if since unless when whether", word))
        };
        let Some(lead) = words.iter().find(leads) else { return false };
        words.iter().any(|at| at > lead && self.tag(*at) == Tag::Auxiliary)
    }

    /// Removes the prepositions in front of a place, and what leads to them: `based on`, `located at the`.
    fn leave_prepositions(&mut self, at: usize) {
        let mut place = at;
        let mut removed = false;
        while let Some(before) = self.adjacent_word(place) {
            let leaves = match self.tag(before) {
                Tag::Preposition | Tag::Infinitive if removed => {
                    self.joins_preposition(before, place)
                }
                Tag::Preposition | Tag::Infinitive => !self.is_particle(before),
                Tag::Determiner => true,
                _ => removed && self.is_placing(before) && !self.is_naming(before),
            };
            if !leaves {
                self.kept.push(before);
                break;
            }
            self.remove(before);
            removed = true;
            place = before;
        }
    }

    fn behind_conjunction(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        let has_verb =
            right.is_some_and(|right| matches!(self.tag(right), Tag::Verb | Tag::Auxiliary));
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
    fn behind_auxiliary(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
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
        self.remove(before);
        if self.hints[hole].label.is_none() {
            let phrase = self.phrase_before(before);
            self.hints[hole].label = self.nouns_ending(&phrase);
        }
    }

    /// The object of a verb, or what an adjective is said of.
    fn object(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        if self.is_error(hole) {
            return;
        }
        // `took {}` in a clause of its own.
        if self.clause_label(at, hole) {
            return;
        }
        if self.is_naming(before) && self.has_content_before(before) {
            self.hints[hole].label = Some("name".into());
            self.remove(before);
            return;
        }
        let word = self.word(before).unwrap_or_default().to_owned();
        // `every {} seconds`.
        if self.hints[hole].unit.is_some() && words::has("each every", &word) {
            self.remove(before);
            return;
        }
        // `query took {}`.
        if words::is_measuring(&word) && self.has_content_before(before) {
            self.remove(before);
            return;
        }
        // `resharding {resharding_key}`.
        if self.is_named(hole, &word) && !is(Class::PastVerb, &word) {
            self.hints[hole].label.get_or_insert(word);
            return;
        }
        // `certificate created {}` has all that it needs.
        let subject = self.adjacent_word(before).map(|subject| self.tag(subject));
        let is_complete = self.tag(before) == Tag::Verb
            && (word.ends_with("ed") || is(Class::PastVerb, &word) || word.ends_with("ing"))
            && subject == Some(Tag::Noun);
        // `creating {create_diff}`.
        let stem = |word: &str| word.chars().take(5).collect::<String>().to_lowercase();
        if self.nouns[hole]
            .first()
            .is_some_and(|first| first.len() > 4 && stem(first) == stem(&word))
        {
            self.hints[hole].is_missed = true;
            return;
        }
        if is_complete
            && right.is_none_or(|right| self.word(right).is_none() || self.tag(right) != Tag::Noun)
        {
            return;
        }
        self.put_name(at, hole);
    }

    /// Puts the value's name in its place; notes that it is missed where it has none to speak of.
    fn put_name(&mut self, at: usize, hole: usize) {
        if !self.is_placeable(hole) {
            self.hints[hole].is_missed = !self.is_error(hole);
            return;
        }
        let mut name = self.nouns[hole].clone();
        let is_said = (0..self.tokens.len())
            .any(|at| self.word(at).is_some_and(|word| word.eq_ignore_ascii_case(&name.join(" "))));
        if is_said {
            self.hints[hole].is_missed = true;
            return;
        }
        // `peer_id` is a peer's.
        if let [thing @ .., last] = &name[..]
            && is(Class::Identity, last)
            && thing.last().is_some_and(|thing| thing.len() > 2)
        {
            name.pop();
        }
        self.tokens[at] = Some(Token::Word(name.join(" ")));
        self.tags[at] = Tag::Noun;
        self.hints[hole].is_placed = true;
    }

    /// Whether the value has a name that a sentence can say.
    fn is_placeable(&self, hole: usize) -> bool {
        let name = &self.nouns[hole];
        !self.is_error(hole)
            && !name.is_empty()
            && name.len() <= 3
            && name.iter().all(|word| word.len() > 1 && word.chars().all(char::is_alphanumeric))
            && !matches!(&name[..], [word] if words::has(
                "action buf context namespace ctx desc description id key kind label message msg name prefix self str tag text title type val value what",
                word,
            ))
            && name.last().is_some_and(|last| {
                let is_form = last.len() > 4 && (last.ends_with("ing") || last.ends_with("ed"));
                !is_form
                    && !words::is_unit(last)
                    && !is(Class::Adjective, last)
                    && !is(Class::PastVerb, last)
            })
    }

    /// The words before a value that make a noun phrase with it.
    pub(super) fn phrase_before(&self, at: usize) -> Vec<usize> {
        let mut phrase = Vec::new();
        let mut place = at;
        while let Some(before) = self.adjacent_word(place) {
            if !matches!(self.tag(before), Tag::Noun | Tag::Adjective | Tag::Number) {
                break;
            }
            phrase.push(before);
            place = before;
        }
        phrase.reverse();
        // `too large {}` ends in no noun.
        let ends_in_noun = phrase.last().is_some_and(|last| self.tag(*last) == Tag::Noun);
        if ends_in_noun { phrase } else { Vec::new() }
    }

    /// The last nouns of a phrase: `elastic quota` of `the new elastic quota`; none where it ends in no noun.
    pub(super) fn nouns_ending(&self, places: &[usize]) -> Option<String> {
        let mut nouns: Vec<usize> = places
            .iter()
            .rev()
            .take_while(|at| self.tag(**at) == Tag::Noun)
            .copied()
            .filter(|at| self.word(*at).is_some_and(|word| !words::is_unit(word)))
            .take(2)
            .collect();
        // `scatter region {}`: the first word of a clause without a verb may be one.
        if let [_, first] = nouns[..]
            && self.left(first).is_none_or(|before| self.word(before).is_none())
            && !self.has_verb_behind(first)
        {
            nouns.pop();
        }
        let nouns: Vec<&str> = nouns.iter().rev().filter_map(|at| self.word(*at)).collect();
        (!nouns.is_empty()).then(|| nouns.join(" "))
    }

    /// The first nouns of a clause.
    pub(super) fn nouns_in(&self, places: &[usize]) -> Option<String> {
        let first = places.iter().position(|at| self.tag(*at) == Tag::Noun)?;
        let end = places[first..].iter().position(|at| self.tag(*at) != Tag::Noun);
        self.nouns_ending(&places[first..end.map_or(places.len(), |end| first + end)])
    }

    /// The word in front of a noun phrase, after its article.
    pub(super) fn governor(&self, first: usize) -> Option<usize> {
        let before = self.adjacent_word(first)?;
        match self.tag(before) {
            Tag::Determiner => self.adjacent_word(before),
            _ => Some(before),
        }
    }

    /// The word before a place, where nothing but space is between.
    fn adjacent_word(&self, at: usize) -> Option<usize> {
        let before = self.left(at)?;
        (self.word(before).is_some() && !self.is_gap(before, at)).then_some(before)
    }

    /// `{} of {} pods`.
    fn is_share(&self, at: usize) -> bool {
        self.word(at) == Some("of") && self.has_gap_directly_before(at)
    }

    /// What follows a value and the values that are joined to it: `{}/{} is`, `{} ({})`.
    fn behind_group(&self, at: usize) -> Option<usize> {
        let mut place = self.right(at);
        while let Some(next) = place {
            let joins = match &self.tokens[next] {
                Some(Token::Hole(_)) => true,
                Some(Token::Word(word)) => {
                    word == "of" && self.right(next).is_some_and(|after| self.hole(after).is_some())
                }
                Some(Token::Separator(joint)) => {
                    matches!(
                        joint.as_str(),
                        "/" | ":" | "::" | "@" | "." | "-" | "->" | "=>" | "→" | "#"
                    ) && matches!(self.tokens.get(next + 1), Some(Some(Token::Hole(_))))
                }
                _ => false,
            };
            if !joins {
                return Some(next);
            }
            place = self.right(next);
        }
        None
    }

    /// Whether a noun follows that the value counts or tells the kind of.
    fn modifies(&self, right: Option<usize>) -> bool {
        let mut place = right;
        while let Some(at) = place {
            match self.tag(at) {
                Tag::Noun => return self.word(at).is_some(),
                Tag::Adjective | Tag::Number => place = self.right(at),
                _ => return false,
            }
        }
        false
    }

    /// `up to {}`, `because of {}`, but not `logged in from {}`.
    fn joins_preposition(&self, at: usize, next: usize) -> bool {
        let next = (at + 1..=next).find_map(|at| self.was_word.get(at).and_then(Option::as_deref));
        matches!(
            (self.word(at), next),
            (Some("up"), Some("to"))
                | (Some("out" | "because" | "inside" | "outside" | "instead"), Some("of"))
                | (Some("due" | "prior"), Some("to"))
                | (Some("from"), Some("within" | "inside"))
                | (Some("in" | "to" | "at" | "from" | "by" | "of"), Some("a" | "an" | "the"))
        )
    }

    /// `located at {}`, `a pod named {}`: a participle that only leads to the value.
    fn is_placing(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| is(Class::Placing, word))
            && self.has_content_before(at)
            && self.adjacent_word(at).is_none_or(|verb| self.tag(verb) != Tag::Auxiliary)
    }

    fn is_naming(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| words::has("called named", word))
    }

    /// `setting up {}`, `timed out after {}`: the word belongs to the verb before it, not to the value.
    pub(super) fn is_particle(&self, at: usize) -> bool {
        matches!(self.word(at), Some("out" | "off" | "up" | "down"))
            && self.adjacent_word(at).is_some_and(|verb| self.tag(verb) == Tag::Verb)
    }

    fn has_verb_behind(&self, at: usize) -> bool {
        (at + 1..self.tokens.len())
            .take_while(|at| self.separator(*at).is_none())
            .any(|at| matches!(self.tag(at), Tag::Verb | Tag::Auxiliary))
    }

    fn n_content_before(&self, at: usize) -> usize {
        (0..at).filter(|at| self.word(*at).is_some_and(words::is_content)).count()
    }

    fn has_content_before(&self, at: usize) -> bool {
        (0..at).any(|at| self.word(at).is_some_and(words::is_content))
    }

    fn has_words_behind(&self, at: usize) -> bool {
        (at..self.tokens.len()).any(|at| self.word(at).is_some())
    }
}
