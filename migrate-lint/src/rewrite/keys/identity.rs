//! What distinguishes a thing from others of its kind.

use super::best::said;
use crate::guide;
use crate::rewrite::key::{self, Name};
use crate::rewrite::message::Hint;
use crate::rewrite::words;

/// `node {node.name}` → `node`, `region {region.id()}` → `regionID`, `container {spec.name}` → `containerName`.
pub(super) fn identity(own: &Name, of: &[String], hint: &Hint, label: Option<&[String]>) -> Name {
    let is_name = own.words.last().is_some_and(|word| word == "name");
    // The description of a rack has the rack's name.
    let of = match of {
        [thing @ .., last] if !thing.is_empty() && words::has("desc descriptor", last) => thing,
        of => of,
    };
    let says_kind = |label: &&[String]| {
        let [.., last] = label else { return false };
        // `index {idx_desc.name()}`.
        let is_role = words::is_role(last) && !(last == "index" && of[..] == ["idx"]);
        !words::has(key::IDENTITIES, last) && !is_role && last != "namespace"
    };
    // `scatter region {region.id()}`.
    let is_known = |label: &&[String]| !matches!(of, [thing] if label.last() == Some(thing));
    // `WorkloadSpread {}`: a type.
    let last = hint.label.as_deref().and_then(|label| label.split(' ').next_back());
    let is_type = last.is_some_and(|last| {
        let mut pairs = last.chars().zip(last.chars().skip(1));
        pairs.any(|(first, second)| first.is_lowercase() && second.is_uppercase())
    });
    if let Some(label) = label.filter(says_kind).filter(|_| is_name && is_type) {
        // `UpdatePlan {update_plan.name}`: the author's own name says that it is one.
        return match label == of {
            true => said(&[label, &own.words].concat()),
            false => said(label),
        };
    }
    // `using {press.name()} pressure`: which kind of it.
    let noun = hint.noun_after.as_deref().filter(|noun| {
        hint.word_after.as_deref() == Some(noun)
            && words::singular(noun).is_none()
            && noun.chars().all(char::is_alphabetic)
            && !words::says_failure(noun)
            && !words::is_role(noun)
    });
    let noun = noun.filter(|noun| {
        is_name
            && label.is_none()
            && !of
                .iter()
                .any(|of| words::are_similar(of, noun) || words::has("class kind mode type", of))
    });
    let noun = noun.map(|noun| vec![noun.to_owned()]);
    let thing = label.filter(says_kind).filter(is_known).or(noun.as_deref()).unwrap_or(of);
    // `forwarding rule {fr.name}`: the short name is written out, and stays a name.
    let initials: String = thing.iter().filter_map(|word| word.chars().next()).collect();
    let is_short = |short: &str| {
        short.len() > 1
            && (thing.len() > 1 && short == initials
                || thing
                    .last()
                    .is_some_and(|last| last != short && words::is_abbreviation(short, last)))
    };
    if matches!(of, [short] if short.len() < 4 && is_short(short)) {
        return said(&[thing, &own.words].concat());
    }
    match thing {
        [] => own.clone(),
        // Of other things there are a name and an id.
        _ if is_name && guide::is_known_by_name(thing) => said(thing),
        [.., last] if own.words.last() == Some(last) => said(thing),
        // `(pid: {})` of `child.id()`.
        [.., last] if own.words == ["id"] && words::has("gid pid sid tid", last) => said(thing),
        _ => said(&[thing, &own.words].concat()),
    }
}
