//! What a number of things is called: `podCount`.

use super::best::said;
use crate::rewrite::key::Name;
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::message::Hint;
use crate::rewrite::words;

/// What the halves of a comparison are called.
const OF_COMPARED: &str = "actual current expected found got left limit local max maximum min minimum needed ours received remote \
    required right theirs want wanted";

/// What is said of things after their name: `3 lids left`.
const SAID_OF_COUNTED: &str = "available failed free left missing open outstanding pending remaining skipped total unused used";

/// `{pods.len()} pods` → `podCount`.
pub(super) fn count(own: &Name, hint: &Hint, label: Option<&[String]>) -> Name {
    let unit = hint.unit.as_deref().and_then(words::unit_in_key);
    // `response of length {}` of `response.len()`.
    if let (Some([only]), [counted @ .., _]) = (label, &own.words[..])
        && words::has("length size", only)
        && !counted.is_empty()
        && !hint.is_explicit
        && !hint.is_bracketed
    {
        return Name {
            is_own: true,
            ..Name::of_words([counted, std::slice::from_ref(only)].concat())
        };
    }
    // `exceeds array length {}` of `inner.len()`.
    if let Some([thing @ .., last]) = label
        && words::has("length size", last)
        && !thing.is_empty()
        && !thing.iter().any(|word| is(Class::Adjective, word))
    {
        return said(&[thing, std::slice::from_ref(last)].concat());
    }
    match label.filter(|_| hint.is_explicit) {
        Some([role]) if words::has(OF_COMPARED, role) => return said(std::slice::from_ref(role)),
        Some(label) if label.iter().any(|word| words::is_length(word)) => return said(label),
        Some(label) if own.words.len() > 1 || hint.is_after_colon => {
            let [.., last] = label else { return own.clone() };
            // `pods: {pods.len()}` are none, `met pods: {pods.len()}` say what was done.
            let is_done = |first: &String| {
                label.len() > 1 && is(Class::BaseVerb, first) && !is(Class::NounOrVerb, first)
            };
            let is_thing = label.len() == 1 || is_done(&label[0]);
            return match words::singular(last) {
                Some(one) if is_thing && own.words == [one.as_str(), "count"] => own.clone(),
                Some(_) => said(label),
                None => own.clone(),
            };
        }
        _ => {}
    }
    // `({racks.len()} racks left)`.
    if let Some(noun) = hint.noun_after.as_deref()
        && let [noun, said_of] = &words::split(noun)[..]
        && words::has(SAID_OF_COUNTED, said_of)
        && let Some(one) = words::singular(noun)
    {
        // `left_crate_count` would be on the left.
        return match said_of.as_str() {
            "left" => said(&[noun.clone(), said_of.clone()]),
            _ => said(&[said_of.clone(), one, "count".to_owned()]),
        };
    }
    // `{to_create_pods.len()} pods`, `{node_names.len()} nodes`.
    let bracketed = hint.label.as_deref().filter(|_| hint.is_bracketed);
    if let Some(noun) = hint.noun_after.as_deref().or(bracketed)
        && let Some(noun) = words::split(noun).last()
        && let Some(one) = words::singular(noun)
        && let [counted @ .., _] = &own.words[..]
        && counted.len() > 1
        && counted.iter().any(|word| words::are_similar(word, noun))
    {
        return said(&[one, "count".to_owned()]);
    }
    // `closed {chunk.len()} positions`: what is counted is what the message says.
    if let Some(noun) = hint.noun_after.as_deref().filter(|_| unit.is_none())
        && let [only] = &words::split(noun)[..]
        && let Some(one) = words::singular(only)
        && let [of, _] = &own.words[..]
        && words::has("batch buffer chunk group list page queue result set slice vec window", of)
    {
        return said(&[one, "count".to_owned()]);
    }
    // `{broken.len()} plans`: how many of them are broken.
    if let Some(noun) = hint.noun_after.as_deref().filter(|_| unit.is_none())
        && let [only] = &words::split(noun)[..]
        && let Some(one) = words::singular(only)
        && let [of, last] = &own.words[..]
        && (is(Class::Adjective, of) || of.ends_with("ed"))
        && !words::are_similar(of, only)
    {
        return said(&[of.clone(), one, last.clone()]);
    }
    // `events: {ev.len()}`.
    let is_short = matches!(&own.words[..], [of, _] if of.len() < 3 && !is(Class::Acronym, of))
        && (hint.noun_after.is_some() || label.is_some());
    // `detected {found.len()} volumes`.
    if let Some(noun) = hint.noun_after.as_deref().filter(|_| unit.is_none())
        && let [only] = &words::split(noun)[..]
        && let Some(one) = words::singular(only)
        && let [counted @ .., _] = &own.words[..]
        && !counted.iter().any(|word| *word == one || words::are_similar(word, only))
        // `{sinks.len()} sink settings`.
        && !hint.word_after.as_deref().is_some_and(|after| {
            counted.last().is_some_and(|last| words::are_similar(last, after))
        })
    {
        return Name { is_own: own.is_own, ..said(&[one, "count".to_owned()]) };
    }
    if own.words.len() > 1 && !is_short {
        return own.clone();
    }
    if let Some(unit) = unit {
        return said(&[unit.to_owned()]);
    }
    let mut words = match (hint.noun_after.as_deref(), label) {
        (Some(noun), _) => words::split(noun),
        (None, Some(label)) => label.to_vec(),
        (None, None) => Vec::new(),
    };
    if let Some(last) = words.last_mut() {
        *last = words::singular(last).unwrap_or_else(|| last.clone());
    }
    // A label in front of a colon may be what has the length: `bad read of device: {}`.
    let is_plural = || {
        let last = label.and_then(|label| label.last());
        last.is_some_and(|last| words::singular(last).is_some())
    };
    let is_said = (hint.noun_after.is_some() || (is_short || hint.is_explicit) && is_plural())
        && !words.is_empty();
    if !words.last().is_some_and(|word| words::is_length(word)) {
        words.push("count".into());
    }
    Name { is_own: is_said, ..Name::of_words(words) }
}
