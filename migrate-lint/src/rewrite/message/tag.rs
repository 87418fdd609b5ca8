//! Parts of speech: what each word of a message does where it is.

use std::cell::Cell;
use std::ops::Range;

use super::row::Row;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::{tokens::Token, words};

/// What a token is in its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// A thing, and what no other class has: names of the program.
    Noun,
    /// Says what happens; participles as well.
    Verb,
    /// "to" in front of a verb.
    Infinitive,
    /// "is", "has", "cannot".
    Auxiliary,
    Adjective,
    Adverb,
    Preposition,
    Determiner,
    Conjunction,
    Pronoun,
    /// A number in the text.
    Number,
    /// A placeholder.
    Hole,
    /// Space, punctuation, brackets, quotes.
    Mark,
}

/// The tokens of a message, and the parts of speech of the first of them.
struct Sentence<'a> {
    tokens: &'a Row<Token>,
    tags: Row<Tag>,
    /// One of them is a verb.
    has_verb: bool,
    /// Where the clause begins that they end in.
    clause: usize,
    /// No verb is sure from the first place to the second, which is one or the end of the clause.
    no_finite: Cell<Range<usize>>,
}

/// The parts of speech of a message's tokens.
pub(super) fn tags(tokens: &Row<Token>) -> Row<Tag> {
    let mut sentence = Sentence {
        tokens,
        tags: Row::from_iter([]),
        has_verb: false,
        clause: 0,
        no_finite: Cell::new(0..0),
    };
    for at in 0..tokens.len() {
        let tag = match &tokens[at] {
            Token::Word(word) => tag(word, at, &sentence),
            Token::Hole(_) => Tag::Hole,
            Token::Separator(_) | Token::Open(_) => {
                sentence.clause = at + 1;
                Tag::Mark
            }
            Token::Space | Token::Close(_) | Token::Quote(_) => Tag::Mark,
        };
        sentence.has_verb |= tag == Tag::Verb;
        sentence.tags.push(tag);
    }
    sentence.tags
}

fn tag(word: &str, at: usize, sentence: &Sentence<'_>) -> Tag {
    let tokens = sentence.tokens;
    let lower: &str = &word.to_lowercase();
    let before = (0..at).rev().find(|at| !matches!(tokens[*at], Token::Space | Token::Quote(_)));
    let tag_before = before.map_or(Tag::Mark, |before| sentence.tags[before]);
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return Tag::Number;
    }
    // `rail sealed at {} 🚀`.
    if word.chars().all(|c| !c.is_ascii() && !c.is_alphanumeric()) {
        return Tag::Mark;
    }
    let is_name = word.contains(['_', '/', '.', '(', '\\', '$', '@'])
        || word.contains("::")
        || word.chars().skip(1).any(char::is_uppercase);
    if is_name && !words::is_unit(word) {
        return Tag::Noun;
    }
    // `fonts that match {}`.
    if lower == "that" && tag_before == Tag::Noun {
        return Tag::Pronoun;
    }
    if is(Class::Determiner, lower) {
        // `nobody supports this. {name}`.
        let is_alone = words::has("that these this those", lower)
            && matches!(next_word(at, sentence), Some(Token::Separator(_)));
        return if is_alone { Tag::Pronoun } else { Tag::Determiner };
    }
    if is(Class::Pronoun, lower) {
        return Tag::Pronoun;
    }
    if lower == "to" && leads_to_verb(at, sentence) {
        return Tag::Infinitive;
    }
    // `not completed yet: {}`.
    let is_late = lower == "yet" && !matches!(next_word(at, sentence), Some(Token::Word(_)));
    if lower == "not" || is_late {
        return Tag::Adverb;
    }
    if is(Class::Conjunction, lower) {
        return Tag::Conjunction;
    }
    if is(Class::Preposition, lower) {
        // `, using the default`.
        let is_verb = lower == "using" && tag_before == Tag::Mark;
        return if is_verb { Tag::Verb } else { Tag::Preposition };
    }
    if is(Class::Auxiliary, lower) || is(Class::Copula, lower) {
        return Tag::Auxiliary;
    }
    if is(Class::PastVerb, lower) && !is(Class::Adverb, lower) && lower != "successfully" {
        return Tag::Verb;
    }
    if is(Class::Adverb, lower)
        || lower.len() > 4
            && lower.ends_with("ly")
            && !is(Class::BaseVerb, lower)
            && !is_noun_in_ly(lower)
    {
        return Tag::Adverb;
    }
    if is(Class::ThirdPerson, lower) {
        return Tag::Verb;
    }
    // `failed to json marshal {}`.
    let is_of_next =
        matches!(next_word(at, sentence), Some(Token::Word(next)) if is(Class::BaseVerb, next));
    if tag_before == Tag::Infinitive && !is_of_next && lower.chars().all(char::is_alphabetic) {
        return Tag::Verb;
    }
    // `could not shelve {}`, `can't book {}`.
    let is_governed = is_negated(before, sentence) && lower.chars().all(char::is_alphabetic);
    if is_governed && !is(Class::Adverb, lower) && !is_of_next {
        return Tag::Verb;
    }
    if let Some(tag) = participle(lower, at, tag_before, sentence) {
        return tag;
    }
    if is(Class::BaseVerb, lower) {
        return base_verb(lower, at, before, tag_before, sentence);
    }
    if let Some(tag) = third_person(lower, at, tag_before, sentence) {
        return tag;
    }
    match before {
        _ if is_adjective(lower) => Tag::Adjective,
        _ if has_prefix(lower) => Tag::Adjective,
        // `the entry will point to {}`.
        Some(modal) if is_modal(&tokens[modal]) && lower.chars().all(char::is_alphabetic) => {
            Tag::Verb
        }
        _ => Tag::Noun,
    }
}

/// `could not`, `did not`, `can't`: a verb in its base form follows.
fn is_negated(before: Option<usize>, sentence: &Sentence<'_>) -> bool {
    const WITH_NOT: &str = "can can't cannot could couldn't did didn't do does doesn't don't may might must mustn't shall \
        should shouldn't will won't would wouldn't";
    let tokens = sentence.tokens;
    let Some(Token::Word(word)) = before.map(|before| &tokens[before]) else { return false };
    if word != "not" {
        return (word.ends_with("n't") || word == "cannot") && words::has(WITH_NOT, word);
    }
    let modal = before.and_then(|not| tokens.before(not).find(|token| **token != Token::Space));
    matches!(modal, Some(Token::Word(modal)) if words::has(WITH_NOT, modal))
}

fn is_modal(token: &Token) -> bool {
    matches!(token, Token::Word(word) if is(Class::Modal, word))
}

/// `non-cumulative`, `in-memory`.
fn has_prefix(word: &str) -> bool {
    const ENDS: [&str; 9] = ["able", "al", "ant", "ary", "ed", "ent", "ic", "ing", "ive"];
    word.split_once('-').is_some_and(|(prefix, rest)| {
        !rest.is_empty() && prefix == "in"
            || prefix == "non" && rest.len() > 4 && ENDS.iter().any(|end| rest.ends_with(end))
    })
}

fn is_adjective(word: &str) -> bool {
    let ends_as_one = word.len() > 5
        && ["able", "ible", "ful", "less", "ous"].iter().any(|end| word.ends_with(end));
    (is(Class::Adjective, word) || ends_as_one)
        && !words::has("cable deliverable executable table timetable variable", word)
}

/// Whether a clause says what to do: its first word is a verb in its base form.
fn begins_with_verb(sentence: &Sentence<'_>) -> bool {
    let Sentence { tokens, tags, clause, .. } = sentence;
    let mut places = *clause..tags.len();
    let first = places.find(|at| tokens[*at] != Token::Space);
    first.is_some_and(|first| {
        tags[first] == Tag::Verb
            && matches!(&tokens[first], Token::Word(word) if is(Class::BaseVerb, word))
    })
}

/// A base form that is no noun.
fn is_strong(word: &str) -> bool {
    is(Class::BaseVerb, word) && !is(Class::NounOrVerb, word)
}

fn is_noun_in_ly(word: &str) -> bool {
    words::has("anomaly assembly family reply supply monopoly", word)
}

fn next_word<'a>(at: usize, sentence: &Sentence<'a>) -> Option<&'a Token> {
    sentence.tokens.after(at).find(|token| !matches!(token, Token::Space | Token::Quote(_)))
}

/// What is followed by "to" and a verb alone.
const LEADS_TO_VERB: &str = "able attempt attempted attempting attempts fail failed failing fails failure impossible \
    refuse refused refuses refusing tried tries try trying unable unlikely";

/// `failed to delete`, `unable to find`, but not `sent to peer`.
fn leads_to_verb(at: usize, sentence: &Sentence<'_>) -> bool {
    let Some(Token::Word(verb)) = next_word(at, sentence) else { return false };
    let tokens = sentence.tokens;
    let before = tokens.before(at).find(|token| **token != Token::Space);
    let takes = match before {
        None => true,
        Some(Token::Word(word)) => is(Class::TakesInfinitive, word),
        Some(_) => false,
    };
    if matches!(before, Some(Token::Word(word)) if words::has(LEADS_TO_VERB, word)) {
        return !is(Class::Determiner, verb)
            && !is(Class::Preposition, verb)
            && verb.starts_with(char::is_alphabetic);
    }
    let is_verb = is(Class::BaseVerb, verb) || matches!(verb.as_str(), "be" | "have" | "not");
    // `restarts to pick up {}`: the verb has an object of its own.
    let has_object = || {
        let after = tokens.after(at).filter(|token| !matches!(token, Token::Space)).nth(1);
        matches!(after, Some(Token::Word(word)) if is(Class::Determiner, word) || word == "up")
    };
    // `sent rows to stream {}`.
    let names_value = || {
        let mut after =
            tokens.after(at).filter(|token| !matches!(token, Token::Space | Token::Quote(_)));
        words::has(
            "archive cache index lease link list log mount process proxy queue record snapshot stream",
            verb,
        ) && matches!(after.nth(1), Some(Token::Hole(_)))
    };
    // `add events to stream ID {}`.
    let names_one = || {
        let mut after = tokens.after(at).filter(|token| !matches!(token, Token::Space));
        matches!(after.nth(1), Some(Token::Word(word)) if is(Class::Identity, word))
    };
    (takes || !names_one())
        && (takes
            || is_strong(verb)
            || is_verb
                && (sentence.has_verb && !names_value() || has_object())
                && !matches!(before, Some(Token::Hole(_))))
}

/// `-ed` and `-ing`.
fn participle(lower: &str, at: usize, before: Tag, sentence: &Sentence<'_>) -> Option<Tag> {
    let is_form =
        lower == "failed" || lower.len() > 4 && (lower.ends_with("ed") || lower.ends_with("ing"));
    if !is_form {
        return None;
    }
    if is(Class::NoVerb, lower) && lower != "failed" {
        let is_noun = words::has(
            "building embedding encoding heading keyring king mapping meaning opening padding ping ring \
            routing setting sibling speed spring string thing timing training warning feed seed embed",
            lower,
        );
        // `setting up {}`.
        let has_particle = matches!(next_word(at, sentence), Some(Token::Word(next)) if words::has("down off out up", next));
        if has_particle && before == Tag::Mark {
            return Some(Tag::Verb);
        }
        return Some(if is_noun { Tag::Noun } else { Tag::Adjective });
    }
    let leads_noun =
        matches!(next_word(at, sentence), Some(Token::Word(next)) if may_be_noun(next));
    Some(match before {
        // `the matched pods`, `of failed pods`.
        Tag::Determiner | Tag::Adjective | Tag::Preposition
            if lower.ends_with("ed") && leads_noun =>
        {
            Tag::Adjective
        }
        Tag::Determiner if leads_noun => Tag::Adjective,
        // `with {} sealed rows`: so many of them.
        Tag::Hole if lower.ends_with("ed") && leads_noun && follows_counted(at, sentence) => {
            Tag::Adjective
        }
        // `deleting failed pod`.
        Tag::Verb if lower.ends_with("ed") && leads_noun => Tag::Adjective,
        _ => Tag::Verb,
    })
}

/// Whether a preposition or a conjunction leads to the value before a place.
fn follows_counted(at: usize, sentence: &Sentence<'_>) -> bool {
    let mut before = sentence.tokens.before(at).filter(|token| **token != Token::Space);
    matches!(before.next(), Some(Token::Hole(_)))
        && matches!(before.next(), Some(Token::Word(word)) if is(Class::Preposition, word) || matches!(word.as_str(), "and" | "or"))
}

fn may_be_noun(word: &str) -> bool {
    words::is_content(word)
        && !is(Class::Adverb, word)
        && !word.ends_with("ly")
        && !is(Class::Pronoun, word)
}

/// A word that is a verb or a noun, by what is around it.
fn base_verb(
    lower: &str,
    at: usize,
    before: Option<usize>,
    tag_before: Tag,
    sentence: &Sentence<'_>,
) -> Tag {
    let tokens = sentence.tokens;
    let other = if is(Class::Adjective, lower) { Tag::Adjective } else { Tag::Noun };
    match tag_before {
        Tag::Infinitive | Tag::Pronoun => Tag::Verb,
        Tag::Auxiliary => {
            let modal = before.is_some_and(|before| matches!(&tokens[before], Token::Word(word)
                if is(Class::Modal, word) || words::has("can't cannot couldn't did didn't do does doesn't don't won't wouldn't shouldn't", word)));
            // `could not be read`.
            let is_participle = words::has("cast cut put read reset set shut split spread", lower);
            if modal || is_participle { Tag::Verb } else { other }
        }
        Tag::Adverb => {
            let is_negation = before.is_some_and(
                |before| matches!(&tokens[before], Token::Word(word) if word == "not"),
            );
            if is_negation || before == Some(0) { Tag::Verb } else { other }
        }
        Tag::Mark => {
            // The first word of a clause is its verb, unless another one follows or it is all there is.
            let starts = before.is_none_or(|before| !matches!(tokens[before], Token::Open(_)));
            let next = next_word(at, sentence);
            let leads = matches!(next, Some(Token::Word(word)) if !is(Class::Preposition, word) || word == "for" || word == "to" || word == "up" || word == "on")
                || matches!(next, Some(Token::Hole(_) | Token::Open(_)));
            let has_other = || has_finite_after(at, sentence);
            if starts && leads && (is_strong(lower) || !has_other()) { Tag::Verb } else { other }
        }
        Tag::Conjunction => {
            let joins = before.is_some_and(|before| matches!(&tokens[before], Token::Word(word) if word == "and" || word == "or"));
            // `remove row and use {} instead`.
            let leads = matches!(next_word(at, sentence), Some(Token::Hole(_)))
                || matches!(next_word(at, sentence), Some(Token::Word(word)) if is(Class::Determiner, word));
            match joins {
                true if leads && begins_with_verb(sentence) => Tag::Verb,
                true => Tag::Noun,
                false => other,
            }
        }
        Tag::Hole | Tag::Noun => {
            let leads = is_strong(lower)
                || matches!(next_word(at, sentence), Some(Token::Word(word)) if is(Class::Determiner, word));
            if leads { Tag::Verb } else { other }
        }
        _ => other,
    }
}

/// Whether a verb that is sure follows in the clause.
fn has_finite_after(at: usize, sentence: &Sentence<'_>) -> bool {
    let tokens = sentence.tokens;
    let known = sentence.no_finite.take();
    let start = at + 1;
    let end = match known.contains(&start) {
        true => known.end,
        false => {
            let stops = |at: &usize| match &tokens[*at] {
                Token::Separator(_) | Token::Close(_) => true,
                Token::Word(word) => is_finite(word),
                Token::Space | Token::Open(_) | Token::Quote(_) | Token::Hole(_) => false,
            };
            (start..tokens.len()).find(stops).unwrap_or(tokens.len())
        }
    };
    sentence.no_finite.set(start..end);
    matches!(tokens.get(end), Some(Token::Word(_)))
}

/// Whether a word is the verb of a clause whatever is before it.
fn is_finite(word: &str) -> bool {
    let lower = word.to_lowercase();
    is(Class::Auxiliary, &lower)
        || is(Class::Copula, &lower)
        || is(Class::PastVerb, &lower) && !is(Class::Adverb, &lower) && lower != "successfully"
        || is(Class::ThirdPerson, &lower)
        || lower.len() > 4 && lower.ends_with("ed") && !is(Class::NoVerb, &lower)
        || lower == "failed"
}

/// The verb of which a word may be the third person: `match` of `matches`.
pub(super) fn third_person_of(word: &str) -> Option<&str> {
    let stem = word.strip_suffix('s')?;
    let stem_of_es = stem.strip_suffix('e').unwrap_or(stem);
    [stem, stem_of_es].into_iter().find(|stem| is(Class::BaseVerb, stem))
}

/// `worker {} exits`, `pod {} triggers the controller`.
fn third_person(lower: &str, at: usize, before: Tag, sentence: &Sentence<'_>) -> Option<Tag> {
    third_person_of(lower)?;
    if !matches!(before, Tag::Hole | Tag::Noun | Tag::Pronoun) {
        return None;
    }
    let leads = match next_word(at, sentence) {
        Some(Token::Word(word)) => is(Class::Determiner, word) || is(Class::Pronoun, word),
        _ => false,
    };
    (leads || before == Tag::Pronoun).then_some(Tag::Verb)
}
