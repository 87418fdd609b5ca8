//! Parts of speech: what each word of a message does where it is.

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

/// The parts of speech of a message's tokens.
pub(super) fn tags(tokens: &[Token]) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::with_capacity(tokens.len());
    for at in 0..tokens.len() {
        let tag = match &tokens[at] {
            Token::Word(word) => tag(word, at, tokens, &tags),
            Token::Hole(_) => Tag::Hole,
            _ => Tag::Mark,
        };
        tags.push(tag);
    }
    tags
}

fn tag(word: &str, at: usize, tokens: &[Token], tags: &[Tag]) -> Tag {
    let lower: &str = &word.to_lowercase();
    let before = (0..at).rev().find(|at| !matches!(tokens[*at], Token::Space | Token::Quote(_)));
    let tag_before = before.map_or(Tag::Mark, |before| tags[before]);
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return Tag::Number;
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
            && matches!(next_word(at, tokens), Some(Token::Separator(_)));
        return if is_alone { Tag::Pronoun } else { Tag::Determiner };
    }
    if is(Class::Pronoun, lower) {
        return Tag::Pronoun;
    }
    if lower == "to" && leads_to_verb(at, tokens, tags) {
        return Tag::Infinitive;
    }
    // `not completed yet: {}`.
    let is_late = lower == "yet" && !matches!(next_word(at, tokens), Some(Token::Word(_)));
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
        matches!(next_word(at, tokens), Some(Token::Word(next)) if is(Class::BaseVerb, next));
    if tag_before == Tag::Infinitive && !is_of_next && lower.chars().all(char::is_alphabetic) {
        return Tag::Verb;
    }
    if let Some(tag) = participle(lower, at, tag_before, tokens) {
        return tag;
    }
    if is(Class::BaseVerb, lower) {
        return base_verb(lower, at, before, tag_before, tokens, tags);
    }
    if let Some(tag) = third_person(lower, at, tag_before, tokens) {
        return tag;
    }
    match before {
        _ if is_adjective(lower) => Tag::Adjective,
        // `the entry will point to {}`.
        Some(modal) if is_modal(&tokens[modal]) && lower.chars().all(char::is_alphabetic) => {
            Tag::Verb
        }
        _ => Tag::Noun,
    }
}

fn is_modal(token: &Token) -> bool {
    matches!(token, Token::Word(word) if is(Class::Modal, word))
}

fn is_adjective(word: &str) -> bool {
    let ends_as_one = word.len() > 5
        && ["able", "ible", "ful", "less", "ous"].iter().any(|end| word.ends_with(end));
    (is(Class::Adjective, word) || ends_as_one)
        && !words::has("cable deliverable executable table timetable variable", word)
}

/// Whether a clause says what to do: its first word is a verb in its base form.
fn begins_with_verb(tokens: &[Token], tags: &[Tag]) -> bool {
    let is_mark = |token: &Token| matches!(token, Token::Separator(_) | Token::Open(_));
    let start = tokens[..tags.len()].iter().rposition(is_mark).map_or(0, |mark| mark + 1);
    let mut clause = tokens[start..].iter().zip(&tags[start..]);
    let first = clause.find(|(token, _)| **token != Token::Space);
    matches!(first, Some((Token::Word(word), Tag::Verb)) if is(Class::BaseVerb, word))
}

/// A base form that is no noun.
fn is_strong(word: &str) -> bool {
    is(Class::BaseVerb, word) && !is(Class::NounOrVerb, word)
}

fn is_noun_in_ly(word: &str) -> bool {
    words::has("anomaly assembly family reply supply monopoly", word)
}

fn next_word(at: usize, tokens: &[Token]) -> Option<&Token> {
    tokens[at + 1..].iter().find(|token| !matches!(token, Token::Space | Token::Quote(_)))
}

/// What is followed by "to" and a verb alone.
const LEADS_TO_VERB: &str = "able attempt attempted attempting attempts fail failed failing fails failure impossible \
    refuse refused refuses refusing tried tries try trying unable unlikely";

/// `failed to delete`, `unable to find`, but not `sent to peer`.
fn leads_to_verb(at: usize, tokens: &[Token], tags: &[Tag]) -> bool {
    let Some(Token::Word(verb)) = next_word(at, tokens) else { return false };
    let before = tokens[..at].iter().rev().find(|token| **token != Token::Space);
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
        let after = tokens[at + 1..].iter().filter(|token| !matches!(token, Token::Space)).nth(1);
        matches!(after, Some(Token::Word(word)) if is(Class::Determiner, word) || word == "up")
    };
    // `sent rows to stream {}`.
    let names_value = || {
        let mut after = tokens[at + 1..]
            .iter()
            .filter(|token| !matches!(token, Token::Space | Token::Quote(_)));
        words::has(
            "archive cache index lease link list log mount process proxy queue record snapshot stream",
            verb,
        ) && matches!(after.nth(1), Some(Token::Hole(_)))
    };
    // `add events to stream ID {}`.
    let names_one = || {
        let mut after = tokens[at + 1..].iter().filter(|token| !matches!(token, Token::Space));
        matches!(after.nth(1), Some(Token::Word(word)) if is(Class::Identity, word))
    };
    (takes || !names_one())
        && (takes
            || is_strong(verb)
            || is_verb
                && (tags[..at].contains(&Tag::Verb) && !names_value() || has_object())
                && !matches!(before, Some(Token::Hole(_))))
}

/// `-ed` and `-ing`.
fn participle(lower: &str, at: usize, before: Tag, tokens: &[Token]) -> Option<Tag> {
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
        let has_particle = matches!(next_word(at, tokens), Some(Token::Word(next)) if words::has("down off out up", next));
        if has_particle && before == Tag::Mark {
            return Some(Tag::Verb);
        }
        return Some(if is_noun { Tag::Noun } else { Tag::Adjective });
    }
    let leads_noun = matches!(next_word(at, tokens), Some(Token::Word(next)) if may_be_noun(next));
    Some(match before {
        // `the matched pods`, `of failed pods`.
        Tag::Determiner | Tag::Adjective | Tag::Preposition
            if lower.ends_with("ed") && leads_noun =>
        {
            Tag::Adjective
        }
        Tag::Determiner if leads_noun => Tag::Adjective,
        // `with {} sealed rows`: so many of them.
        Tag::Hole if lower.ends_with("ed") && leads_noun && follows_counted(at, tokens) => {
            Tag::Adjective
        }
        // `deleting failed pod`.
        Tag::Verb if lower.ends_with("ed") && leads_noun => Tag::Adjective,
        _ => Tag::Verb,
    })
}

/// Whether a preposition or a conjunction leads to the value before a place.
fn follows_counted(at: usize, tokens: &[Token]) -> bool {
    let mut before = tokens[..at].iter().rev().filter(|token| **token != Token::Space);
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
    tokens: &[Token],
    tags: &[Tag],
) -> Tag {
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
            let mut rest = tokens[at + 1..]
                .iter()
                .filter(|token| !matches!(token, Token::Space | Token::Quote(_)));
            let mut clause = rest
                .by_ref()
                .take_while(|token| !matches!(token, Token::Separator(_) | Token::Close(_)))
                .peekable();
            let starts = before.is_none_or(|before| !matches!(tokens[before], Token::Open(_)));
            let leads = matches!(clause.peek(), Some(Token::Word(word)) if !is(Class::Preposition, word) || word == "for" || word == "to" || word == "up" || word == "on")
                || matches!(clause.peek(), Some(Token::Hole(_) | Token::Open(_)));
            let has_other =
                clause.any(|token| matches!(token, Token::Word(word) if is_finite(word)));
            if starts && leads && (!has_other || is_strong(lower)) { Tag::Verb } else { other }
        }
        Tag::Conjunction => {
            let joins = before.is_some_and(|before| matches!(&tokens[before], Token::Word(word) if word == "and" || word == "or"));
            // `remove row and use {} instead`.
            let leads = matches!(next_word(at, tokens), Some(Token::Hole(_)))
                || matches!(next_word(at, tokens), Some(Token::Word(word)) if is(Class::Determiner, word));
            match joins {
                true if leads && begins_with_verb(tokens, tags) => Tag::Verb,
                true => Tag::Noun,
                false => other,
            }
        }
        Tag::Hole | Tag::Noun => {
            let leads = is_strong(lower)
                || matches!(next_word(at, tokens), Some(Token::Word(word)) if is(Class::Determiner, word));
            if leads { Tag::Verb } else { other }
        }
        _ => other,
    }
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
fn third_person(lower: &str, at: usize, before: Tag, tokens: &[Token]) -> Option<Tag> {
    third_person_of(lower)?;
    if !matches!(before, Tag::Hole | Tag::Noun | Tag::Pronoun) {
        return None;
    }
    let leads = match next_word(at, tokens) {
        Some(Token::Word(word)) => is(Class::Determiner, word) || is(Class::Pronoun, word),
        _ => false,
    };
    (leads || before == Tag::Pronoun).then_some(Tag::Verb)
}
