//! The best name of one value, whatever the others are called.

use super::count::count;
use super::identity::identity;
use super::unit::with_unit;
use crate::call::Shape;
use crate::rewrite::key::{Kind, Name};
use crate::rewrite::lexicon::{Class, is};
use crate::rewrite::message::Hint;
use crate::rewrite::{RewriteValue, words};

/// The best name of a value: what the message calls it, the noun beside it, what it belongs to, its own; in that order
/// of trust, where the noun only says more than a weak name. Where the call names an object too, `ns` is its namespace.
pub(super) fn name_of(value: &RewriteValue<'_>, hint: &Hint, of_object: bool) -> Name {
    let label = label_of(hint);
    let mut name = with_unit(value, hint, unqualified(value, hint, label.as_deref()));
    // The guide's word, where it is one for certain.
    let is_path = [".display()", ".to_string_lossy()"].iter().any(|end| value.text.ends_with(end));
    if is_path && matches!(&name.words[..], [word] if words::has("dir directory file", word)) {
        name.words = vec!["path".to_owned()];
    }
    // `{log_prefix}: press failed`.
    let is_context = matches!(&name.words[..], [of, what] if words::has("debug log msg trace", of)
        && words::has("header msg pfx prefix", what));
    if is_context {
        name.words = vec!["context".to_owned()];
    }
    // `payload.len()` of what is one thing, and no list, is its length.
    const ONE: &str = "body buf buffer content data input key line message msg name output packet payload str string text token";
    if let [.., thing, last] = &mut name.words[..]
        && last == "count"
        && value.text.ends_with(".len()")
        && hint.noun_after.is_none()
        && words::has(ONE, thing)
    {
        *last = "length".to_owned();
    }
    if name.words == ["elapsed"] {
        name.words = vec!["duration".to_owned()];
    }
    // `ns` may be a namespace, or who knows names.
    let is_alone = !of_object
        && name.words == ["ns"]
        && !label.as_deref().is_some_and(|label| label.iter().any(|word| word.starts_with("name")));
    // Nanoseconds.
    let is_time =
        hint.unit.is_some() || value.name.as_ref().is_some_and(|name| name.kind == Kind::Duration);
    for word in &mut name.words {
        if let Some(long) =
            words::spelled_out(word).filter(|_| !(is_alone || is_time && word == "ns"))
        {
            *word = long.to_owned();
        }
    }
    name
}

/// What the message calls the value.
pub(super) fn label_of(hint: &Hint) -> Option<Vec<String>> {
    // `(it's {})`.
    let label = hint.label.as_deref().filter(|label| !label.contains('\''))?;
    let mut words = words::split(&label.replace("I/O", "IO"));
    // `got signal: {}`.
    if words.len() > 1 && words::has("get gets got had has have received using", &words[0]) {
        words.remove(0);
    }
    // `PostgreSQL database {}`.
    let first = label.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if words.len() > 1 && words::is_brand(first) {
        words.remove(0);
    }
    // `the provided value`.
    if words.len() > 1
        && words.last().is_some_and(|last| last == "value")
        && (label.contains(' ') || !label.contains('_'))
    {
        words.pop();
    }
    (!words.is_empty() && words.len() <= 4 && words[0].starts_with(char::is_alphabetic))
        .then_some(words)
}

pub(super) fn said(words: &[String]) -> Name {
    Name { is_own: true, ..Name::of_words(words.to_vec()) }
}

/// Adjectives that say by themselves what a value is.
const LIMITS: &str = "default first last max maximum min minimum next remote rest total zero";

fn unqualified(value: &RewriteValue<'_>, hint: &Hint, label: Option<&[String]>) -> Name {
    // `kill: {request}`: what is done is no name for what is asked.
    const ASKED: &str = "args arguments event params reply req request resp response";
    let label = label.filter(|label| match (&label[..], &value.name) {
        ([verb], Some(own))
            if hint.is_after_colon && is(Class::BaseVerb, verb) && !words::has(ASKED, verb) =>
        {
            !(own.is_own && matches!(&own.words[..], [asked] if words::has(ASKED, asked)))
        }
        _ => true,
    });
    let explicit = label.filter(|_| hint.is_explicit);
    let noun_after = || {
        // `up to {} longer`.
        let noun = hint
            .noun_after
            .as_deref()
            .filter(|noun| !words::has("ago fewer later less longer more", noun));
        noun.map(words::split)
    };
    if matches!(inner(&value.shape), Shape::Branch) && !hint.is_explicit {
        return Name::of_words(vec!["value".into()]);
    }
    let Some(own) = &value.name else {
        return match (label, noun_after()) {
            (Some(label), _) => said(label),
            (None, Some(noun)) => Name::of_words(noun),
            (None, None) => Name::of_words(vec!["value".into()]),
        };
    };
    if value.given.is_some_and(|given| given.len() > 1) && !own.is_weak {
        return own.clone();
    }
    match &own.kind {
        Kind::Identity(of) => return identity(own, of, hint, label),
        Kind::Duration => {
            let says_time = |label: &&[String]| {
                !label.iter().any(|word| words::is_measuring(word)) && label.join(" ") != "elapsed"
            };
            return explicit.filter(says_time).map_or_else(|| own.clone(), said);
        }
        Kind::Count => return count(own, hint, label),
        Kind::Flag => {
            // `password: {}` of whether there is one is not the password.
            let is_other = |label: &&[String]| !label.iter().any(|word| own.words.contains(word));
            return explicit.filter(is_other).map_or_else(|| own.clone(), said);
        }
        Kind::Variant => {
            return match (label, noun_after()) {
                (Some(label), _) => said(label),
                // `no {EntryClass::Person} class`.
                (None, Some(noun)) if own.words.ends_with(&noun) => said(&noun),
                (None, _) => own.clone(),
            };
        }
        Kind::Thing => {}
    }
    // `scheme {other_scheme}`: other than those that the program knows.
    if let ([other, thing @ ..], Some(label)) = (&own.words[..], label)
        && words::has("other unknown", other)
        && label == thing
    {
        return said(label);
    }
    // `version {FULL_VERSION}`, `no {ROW_SEAL} field`: a constant's name is made for the program.
    if is_constant(&value.shape) && own.words.len() > 1 {
        let is_limit = words::has("max maximum min minimum", &own.words[0]);
        if let Some([.., last]) = label.filter(|_| !is_limit)
            && own.words.ends_with(std::slice::from_ref(last))
        {
            return said(std::slice::from_ref(last));
        }
        let noun = noun_after().filter(|noun| {
            matches!(&noun[..], [noun] if words::has(NAMED, noun) && !own.words.contains(noun))
        });
        if let (None, Some(noun)) = (label, noun) {
            return said(&noun);
        }
    }
    // `worker-{id}`, `to peer {id}`.
    if let ([identity], Some(label)) = (&own.words[..], label)
        && (hint.is_glued && words::has("hash id idx index key name num number uid uuid", identity)
            || words::has("id uid uuid", identity)
                && !hint.is_explicit
                && label.len() == 1
                && !label.contains(identity)
                && words::singular(&label[0]).is_none())
    {
        return said(&[label, &own.words].concat());
    }
    // `used_len {len}`: the name in the text says more.
    if let [measure] = &own.words[..]
        && words::has("code count id index len length num number offset size version", measure)
        && let Some(written) = hint.label.as_deref().filter(|label| label.contains('_'))
        && let Some(label) = label
        && !hint.is_explicit
        && label.len() > 1
        && label.ends_with(&own.words)
        && !written.contains(' ')
    {
        return said(label);
    }
    if let Some(explicit) = explicit
        && !matches!(value.shape, Shape::MacroCall(..))
    {
        return of_protocol(own, explicit, hint).unwrap_or_else(|| labelled(own, explicit));
    }
    // `operation {}` of `self.unique`: which one, and not what.
    if let ([quality], Some(label)) = (&own.words[..], label)
        && is(Class::Adjective, quality)
        && (!words::has(LIMITS, quality) && !matches!(value.shape, Shape::Ident(_))
            || words::has("existing new next old previous updated", quality))
    {
        // `the lid value {new}`.
        if hint.label.as_deref().is_some_and(|label| label.ends_with(" value")) {
            return said(&[label, &["value".to_owned()]].concat());
        }
        return match words::has("unique raw", quality) || label.contains(quality) {
            true => said(label),
            false => said(&[&own.words, label].concat()),
        };
    }
    // `failed to open parcel: {x}` is hardly the parcel.
    if hint.is_after_failure
        && hint.is_after_colon
        && !hint.is_explicit
        && (own.is_letter && own.words != ["key"]
            || is_short(own)
            || matches!(&own.words[..], [word] if words::has("it msg other text val value what", word)))
    {
        return own.clone().invented();
    }
    // `{count} rows`, `{n} rows`.
    if (own.words == ["count"] || own.words == ["n"] && label.is_none())
        && let Some(noun) = noun_after()
        && let Some((last, rest)) = noun.split_last()
        && let Some(one) = words::singular(last)
    {
        return said(&[rest, &[one, "count".to_owned()]].concat());
    }
    let names_one = |label: &[String]| {
        words::singular(&label[label.len() - 1]).is_none() && !is(Class::BaseVerb, &label[0])
    };
    if own.is_letter || own.is_weak || is_short(own) && label.is_some_and(names_one) {
        // `closing tunnel: {res}` is no tunnel.
        let is_result = matches!(&own.words[..], [word] if words::has("res result ret", word));
        // `register write: {val}` is the value that is written.
        let is_doing = label.and_then(|label| label.last()).is_some_and(|last| {
            is(Class::NounOrVerb, last)
                && matches!(&own.words[..], [word] if words::has("buf buffer data val value", word))
        });
        if (is_result || is_doing) && own.is_own && !hint.is_explicit {
            return own.clone();
        }
        // `internal error: {msg}` is no error, but what it says.
        let is_text = matches!(&own.words[..], [word] if words::has("msg message", word));
        let is_of_failure = label
            .and_then(|label| label.last())
            .is_some_and(|last| words::has("error exception failure", last));
        if is_text && is_of_failure && !hint.is_explicit {
            return said(&["reason".to_owned()]);
        }
        // `find couriers {key}` is of one of them.
        let is_many = label
            .and_then(|label| label.last())
            .is_some_and(|last| words::singular(last).is_some());
        if own.words == ["key"] && own.is_own && is_many && !hint.is_after_colon {
            return own.clone();
        }
        // `seal mismatch: {a} != {b}`.
        let differs = |label: &&[String]| {
            label.last().is_some_and(|last| words::has("conflict difference mismatch", last))
        };
        if let Some(label) = label.filter(|label| !(own.is_letter && differs(label))) {
            return said(label);
        }
        if let Some(noun) = noun_after().filter(|_| own.is_letter || !own.is_own) {
            return Name::of_words(noun);
        }
        return Name { is_own: own.is_own && !own.is_letter, ..own.clone() };
    }
    // `pressed {pressed} lids`.
    if let (true, None, Some(noun)) = (hint.is_said_by_verb, label, noun_after())
        && own.kind == Kind::Thing
        && own.words.len() == 1
        && hint.unit.is_none()
        && let Some((last, rest)) = noun.split_last()
        && let Some(one) = words::singular(last)
    {
        return said(&[rest, &[one, "count".to_owned()]].concat());
    }
    // `using {added} lids`: how many were added.
    let is_quality = |word: &str| {
        word.len() > 4 && word.ends_with("ed") && !is(Class::NoVerb, word)
            || is(Class::Adjective, word) && word != "all" && !words::has(LIMITS, word)
    };
    if let (None, Some(noun), [quality]) = (label, noun_after(), &own.words[..])
        && hint.unit.is_none()
        && !hint.is_missed
        && matches!(inner(&value.shape), Shape::Ident(_) | Shape::Field(..))
        && is_quality(quality)
        && !noun.iter().any(|noun| words::are_similar(noun, quality))
        && let Some((last, rest)) = noun.split_last()
        && let Some(one) = words::singular(last)
    {
        return said(&[&own.words, rest, &[one, "count".to_owned()]].concat());
    }
    if let Some(long) = label.and_then(|label| written_out(&own.words, label)) {
        return said(&long);
    }
    if !own.is_own {
        // Computed: what the message says of it is better than what it is made of.
        let is_plural =
            |words: &Vec<String>| words.last().is_some_and(|last| words::singular(last).is_some());
        match (label.filter(|_| hint.is_after_colon), noun_after().filter(is_plural)) {
            // `rail bounds: {}` of what is made of `rail_bounds` is the author's name.
            (Some(label), _) => {
                let is_own = label.last() == own.words.last();
                return Name { is_own, ..Name::of_words(label.to_vec()) };
            }
            (None, Some(noun)) => return Name::of_words(noun),
            (None, None) => {}
        }
    }
    own.clone()
}

/// `(HTTP {status})`: whose status it is.
fn of_protocol(own: &Name, label: &[String], hint: &Hint) -> Option<Name> {
    let [acronym] = label else { return None };
    (is(Class::Acronym, acronym)
        && own.is_own
        && !own.is_weak
        && !own.words.contains(acronym)
        && !hint.is_after_colon)
        .then(|| said(&[label, &own.words].concat()))
}

/// Things of which a program's constants are the names.
const NAMED: &str = "annotation attribute bucket class column env field flag header label option parameter property setting \
    theme topic variable";

fn is_constant(shape: &Shape) -> bool {
    let is_loud = |name: &str| name.len() > 1 && !name.contains(char::is_lowercase);
    match shape {
        Shape::Ident(name) => is_loud(name),
        Shape::Path(path) => path.last().is_some_and(|name| is_loud(name)),
        _ => false,
    }
}

/// `ev`, `dp`: what says nothing to a reader.
fn is_short(own: &Name) -> bool {
    const KNOWN: &str = "cf db dn fd fs ip jd ks ms mx no ns op os pc px qp rx tx ts tz vf wd";
    matches!(&own.words[..], [word] if word.len() == 2
        && own.kind == Kind::Thing
        && !is(Class::Acronym, word)
        && !words::is_preposition(word)
        && !words::has(KNOWN, word))
}

/// The name of a value with a label in the text, such as `region: {region_id}`: the longer one that says the same.
fn labelled(own: &Name, explicit: &[String]) -> Name {
    let is_range = |own: &Name| {
        own.words
            .first()
            .is_some_and(|first| words::has("end first from last max min start to until", first))
    };
    if own.is_own && says_the_same(&own.words, explicit) {
        return own.clone();
    }
    // `, create new box id: {new_box_id}`
    if let [verb, rest @ ..] = explicit
        && own.is_own
        && rest == own.words
        && rest.len() > 1
        && is(Class::BaseVerb, verb)
        && !is(Class::NounOrVerb, verb)
    {
        return own.clone();
    }
    let initials: String = own.words.iter().filter_map(|word| word.chars().next()).collect();
    // `Old: {port}`, `existing={}` of `variant_name()`.
    if let [adjective] = explicit
        && words::has("existing new old previous", adjective)
        && own.is_own
        && !own.is_weak
        && own.words.len() <= 2
        && !own.words.contains(adjective)
    {
        return said(&[explicit, &own.words].concat());
    }
    let is_no_noun = |word: &String| {
        words::is_third_person(word) || words::is_auxiliary(word) || word == "found"
    };
    let is_worse = matches!(explicit, [word] if is_no_noun(word) || own.words.len() > 1 && *word == initials || word.len() == 1);
    let says_more = own.is_own && is_worse
        || own.is_own
            && own.words.len() > explicit.len()
            && (own.words.starts_with(explicit) || own.words.ends_with(explicit) && is_range(own));
    if says_more { own.clone() } else { said(explicit) }
}

/// `cost of Get {cost_of_get}`, `deletion time: {deletion_timestamp}`, `active? {is_active}`: the name says more.
fn says_the_same(own: &[String], label: &[String]) -> bool {
    let goes_on = |(said, own): (&String, &String)| {
        own == said || own.starts_with(said.as_str()) && own.len() >= said.len() + 3
    };
    let is_short = label.iter().any(|word| words::spelled_out(word).is_some());
    let content = || own.iter().filter(|word| !words::is_preposition(word));
    let is_phrase = content().count() < own.len();
    content().eq(label)
        || is_phrase
            && content().count() == label.len()
            && content().all(|word| label.contains(word))
        || !is_short && own.len() == label.len() && label.iter().zip(own).all(goes_on)
        || matches!(own, [is, rest @ ..] if words::has("can has is should", is) && rest == label)
}

/// `ppm_name` after `PodProbeMarker` → `podProbeMarkerName`, `dev` after `device` → `device`.
fn written_out(own: &[String], label: &[String]) -> Option<Vec<String>> {
    let (first, rest) = own.split_first()?;
    let initials: String = label.iter().filter_map(|word| word.chars().next()).collect();
    let last = label.last()?;
    // `iid` is one of the `iids`, `param` one of the parameters.
    let is_one = |many: String| many.starts_with(first.as_str());
    if first.len() > 2
        && words::singular(first).is_none()
        && words::singular(last).is_some_and(is_one)
    {
        return None;
    }
    // `yielding {yield_type}`.
    if last.ends_with("ing") || last.ends_with("ed") {
        return None;
    }
    let is_short = label.len() > 1 && *first == initials
        || first.len() < last.len()
            && (words::is_abbreviation(first, last)
                || first.len() > 2 && last.starts_with(first.as_str()));
    let rest = if label.ends_with(rest) || rest.iter().all(|word| last.ends_with(word.as_str())) {
        &[]
    } else {
        rest
    };
    (is_short && (first.len() > 1 || !rest.is_empty())).then(|| [label, rest].concat())
}

/// The expression that is cast, grouped or referred to.
pub(super) fn inner(shape: &Shape) -> &Shape {
    match shape {
        Shape::Reference(of)
        | Shape::Deref(of)
        | Shape::Cast(of)
        | Shape::Try(of)
        | Shape::Await(of)
        | Shape::Group(of) => inner(of),
        _ => shape,
    }
}
