//! Values that a sentence needs: the objects of verbs, whose names take their place.

use super::line::Line;
use super::tag::Tag;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::words;

impl Line<'_> {
    /// The object of a verb, or what an adjective is said of.
    pub(super) fn object(&mut self, before: usize, at: usize, hole: usize, right: Option<usize>) {
        if self.is_error(hole) {
            return;
        }
        // `, deleting {}`; `took {}` in a clause of its own.
        let is_doing = self.word(before).is_some_and(|word| word.ends_with("ing"));
        if is_doing && !self.is_placeable(hole) && self.carrying_clause(at, hole, right)
            || self.clause_label(at, hole)
        {
            return;
        }
        if self.is_naming(before) && self.has_content_before(before) {
            self.hints[hole].label = Some("name".into());
            self.remove(before);
            return;
        }
        let word = self.word(before).unwrap_or_default().to_owned();
        // `expected {} but got {}`: the names do not say which is which.
        self.hints[hole].is_missed |= words::has("expected got required requested wanted", &word)
            && self.has_word_before(before);
        // `every {} seconds`, `query took {}`.
        if self.hints[hole].unit.is_some() && words::has("each every", &word)
            || words::is_measuring(&word) && self.has_content_before(before)
        {
            // `search took {} and found {} rows`.
            let joint = right.filter(|joint| self.word(*joint) == Some("and"));
            let next = joint.and_then(|joint| self.right(joint));
            if let (Some(joint), Some(Tag::Verb)) = (joint, next.map(|next| self.tag(next))) {
                self.remove(joint);
            }
            self.remove(before);
            return;
        }
        // "Allocated {} bytes": a number with a unit is no object that has a name.
        if self.hints[hole].unit.is_some() {
            self.hints[hole].is_missed = true;
            return;
        }
        if right.is_some() && self.is_waiting(&word, hole) {
            return;
        }
        // `resharding {resharding_key}`.
        if self.is_named(hole, &word) && !is(Class::PastVerb, &word) {
            self.hints[hole].label.get_or_insert(word);
            // `parsed {parsed} differs from {}`.
            self.hints[hole].is_missed |=
                right.is_some_and(|right| matches!(self.tag(right), Tag::Verb | Tag::Auxiliary));
            return;
        }
        // `epoch not match {}`.
        if let Some(not) = self.adjacent_word(before).filter(|not| self.word(*not) == Some("not"))
            && self.adjacent_word(not).is_some_and(|subject| self.tag(subject) == Tag::Noun)
        {
            return;
        }
        // `creating {create_diff}`.
        let stem = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed")).unwrap_or(&word);
        if self.nouns[hole].first().is_some_and(|first| {
            first.len() > 4 && first.trim_end_matches('e').eq_ignore_ascii_case(stem)
        }) {
            if !self.carrying_clause(at, hole, right) {
                self.hints[hole].is_missed = true;
            }
            return;
        }
        if self.has_its_subject(before, &word)
            && right.is_none_or(|right| self.word(right).is_none() || self.tag(right) != Tag::Noun)
        {
            return;
        }
        // `creating {object_type} {name}`: an object is created.
        if let [thing @ .., kind] = &self.nouns[hole][..]
            && thing.last().is_some_and(|thing| is_thing(thing))
            && words::has("kind type", kind)
            && self.right(at).is_some_and(|next| self.hole(next).is_some())
        {
            let thing = thing.to_vec();
            self.put(at, hole, &thing);
            return;
        }
        if self.says_no_more(at, hole) {
            self.hints[hole].is_missed = true;
            return;
        }
        // `failed to read {config_file_path}`: what is read is the file.
        match &self.nouns[hole][..] {
            [thing @ .., last]
                if last == "path" && thing.last().is_some_and(|thing| is_thing(thing)) =>
            {
                let thing = thing.to_vec();
                self.put(at, hole, &thing);
            }
            _ => self.put_name(at, hole),
        }
    }

    /// `certificate created {}`, `connection was lost {peer}`: the verb has all that it needs.
    pub(super) fn has_its_subject(&self, verb: usize, word: &str) -> bool {
        let subject = self.adjacent_word(verb);
        self.tag(verb) == Tag::Verb
            && (word.ends_with("ed") || is(Class::PastVerb, word))
            && subject.is_some_and(|subject| {
                self.tag(subject) == Tag::Noun || self.word(subject).is_some_and(words::is_copula)
            })
    }

    /// `waiting {retry_delay} to ask again`: how long, and not for what.
    fn is_waiting(&self, verb: &str, hole: usize) -> bool {
        words::has("pausing sleep sleeping wait waiting", verb)
            && self.nouns[hole].last().is_some_and(|last| {
                words::has("backoff delay duration interval period time timeout wait", last)
            })
    }

    /// Whether the name in the value's place would say nothing.
    fn says_no_more(&self, at: usize, hole: usize) -> bool {
        let is_hole = |at: usize| self.hole(at).is_some();
        let next = self.right(at);
        // `bound {network} {address}`, `evicting {first}..{last}`.
        let is_range = next.is_some_and(|next| {
            matches!(self.separator(next), Some("..." | "-" | "–"))
                && self.right(next).is_some_and(is_hole)
        });
        // "Import uuid" says nothing of what it is.
        is_range
            || next.is_some_and(is_hole)
            || matches!(of_thing(&self.nouns[hole]), [word] if words::has("source target uid uuid", word))
    }

    /// Puts the value's name in its place; notes that it is missed where it has none to speak of.
    pub(super) fn put_name(&mut self, at: usize, hole: usize) {
        let name = self.nouns[hole].clone();
        let thing = match of_thing(&name) {
            // `listening on {listen_address}`: the verb says it.
            [first, rest @ ..] if !rest.is_empty() && self.is_said_by_verb(at, first) => rest,
            thing => thing,
        };
        self.put(at, hole, thing);
    }

    /// Whether the verb before a place is a form of the word.
    pub(super) fn is_said_by_verb(&self, at: usize, word: &str) -> bool {
        let is_word = |at: &usize| self.word(*at).is_some() && self.tag(*at) != Tag::Preposition;
        let verb = (0..at).rev().find(is_word);
        let verb = verb.and_then(|verb| self.word(verb)).map(str::to_lowercase);
        let stem = word.trim_end_matches('e');
        verb.as_deref()
            .and_then(|verb| verb.strip_suffix("ing").or_else(|| verb.strip_suffix("ed")))
            .is_some_and(|verb| verb.starts_with(stem) && verb.len() <= word.len() + 1)
    }

    fn put(&mut self, at: usize, hole: usize, name: &[String]) {
        if !self.is_placeable(hole) {
            self.hints[hole].is_missed = !self.is_error(hole);
            return;
        }
        // `{value} where {expected_type} is expected`.
        let says = |at: usize| {
            let is_said = |word: &str| {
                word.eq_ignore_ascii_case(&name.join(" "))
                    || word.contains('_') && words::split(word) == name
                    || matches!(self.tag(at), Tag::Verb | Tag::Adjective)
                        && name.iter().any(|part| part.eq_ignore_ascii_case(word))
            };
            self.word(at).is_some_and(is_said)
        };
        // `removed {late_count} timed out lids`: how many are no lids.
        if self.counts[hole] && self.right(at).is_some_and(|next| self.word(next).is_some()) {
            self.hints[hole].is_missed = true;
            return;
        }
        // `exited{status_note}`.
        if self.word(at.wrapping_sub(1)).is_some() || self.word(at + 1).is_some() {
            self.hints[hole].is_missed = true;
            return;
        }
        let words: Vec<&str> = (0..self.len()).filter_map(|at| self.word(at)).collect();
        let is_whole =
            |run: &[&str]| run.iter().zip(name).all(|(word, name)| word.eq_ignore_ascii_case(name));
        let is_said =
            (0..self.len()).any(says) || name.len() > 1 && words.windows(name.len()).any(is_whole);
        if is_said {
            self.hints[hole].is_missed = true;
            return;
        }
        // `received {direction} from {peer}`: one that goes in, and not the direction.
        const QUALITIES: &str = "action category class direction kind level mode operation op phase role severity side \
            stage state status type variant";
        const OF_ALL: &str = "change changed changing checking entering got invalid leaving reset set setting switching \
            unexpected unknown unsupported update updated updating use using";
        let is_quality = name.last().is_some_and(|last| words::has(QUALITIES, last));
        self.hints[hole].is_missed |= is_quality
            && self.adjacent_word(at).is_some_and(|verb| {
                self.tag(verb) == Tag::Verb
                    && !self.word(verb).is_some_and(|verb| words::has(OF_ALL, &verb.to_lowercase()))
            });
        // `{session} Closed` is one sentence now.
        let is_verb =
            |word: &&str| word.ends_with("ed") && word.chars().skip(1).all(char::is_lowercase);
        if self.left(at).is_none()
            && let Some(next) = self.right(at)
            && let Some(lower) = self.word(next).filter(is_verb).map(str::to_lowercase)
        {
            self.put_word(next, lower);
        }
        self.put_word(at, words::spoken(name));
        self.tags[at] = Tag::Noun;
        self.hints[hole].is_placed = true;
    }

    /// Whether the value has a name that a sentence can say.
    pub(super) fn is_placeable(&self, hole: usize) -> bool {
        let name = &self.nouns[hole];
        !self.is_error(hole)
            && !name.is_empty()
            && name.len() <= 3
            && (is_file(name)
                || name
                    .iter()
                    .all(|word| word.len() > 1 && word.chars().all(char::is_alphanumeric)))
            && !matches!(&name[..], [word] if words::has(
                "action buf context namespace ctx desc description details id idx index key kind label message msg myself name prefix self str tag text title type val value what",
                word,
            ))
            && of_thing(name).last().is_some_and(|last| {
                let is_form = last.len() > 4 && (last.ends_with("ing") || last.ends_with("ed"));
                let is_tag = words::has(
                    "context ctx desc description ident label message msg prefix string suffix tag text title",
                    last,
                );
                let is_short =
                    is_tag || name.len() > 1 && last.len() < 3 && !is(Class::Identity, last);
                !is_form && !is_short && !words::is_unit(last) && words::ends_noun(last)
            })
    }
}

/// `file`, but not `expanded`.
fn is_thing(word: &str) -> bool {
    words::ends_noun(word) && !word.ends_with("ed") && !word.ends_with("ing")
}

/// `config.toml` of `{dir}/config.toml`.
fn is_file(name: &[String]) -> bool {
    matches!(name, [file] if file.contains('.'))
}

/// `peer_id` is a peer's; of `next_id` nothing would be left that has a meaning by itself.
fn of_thing(name: &[String]) -> &[String] {
    match name {
        [thing @ .., last]
            if is(Class::Identity, last) && thing.last().is_some_and(|thing| thing.len() > 2) =>
        {
            thing
        }
        _ => name,
    }
}
