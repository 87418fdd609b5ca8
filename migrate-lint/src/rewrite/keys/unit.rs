//! The unit of a value as the end of its key.

use super::best::inner;
use crate::call::Shape;
use crate::rewrite::key::{Kind, Name};
use crate::rewrite::message::Hint;
use crate::rewrite::{RewriteValue, method, words};

/// `retrying in {}s` with `backoff.as_secs()` → `backoffSeconds`, `{} bytes` of `body.len()` → `bodyBytes`.
pub(super) fn with_unit(value: &RewriteValue<'_>, hint: &Hint, mut name: Name) -> Name {
    let method = match inner(&value.shape) {
        Shape::Method(_, method, _) => method::unit(method),
        _ => None,
    };
    let Some(unit) = hint.unit.as_deref().or(method).and_then(words::unit_in_key) else {
        return name;
    };
    let has_one = |word: &String| word.len() > 1 && words::unit_in_key(word).is_some();
    if words::has_unit(&name.words, unit)
        || name.words.iter().any(has_one)
        || name.words.ends_with(&["b".to_owned()])
    {
        return name;
    }
    let says_nothing = match &name.words[..] {
        [word] => name.is_letter || word == "value" || word == "count" || name.is_weak,
        _ => false,
    };
    // `restarted {} times`: the name of a number says so.
    if unit == "times" && !says_nothing {
        return name;
    }
    let is_computed = matches!(inner(&value.shape), Shape::Operator(_));
    if says_nothing || is_computed && !hint.is_explicit {
        name.words.clear();
        // `sealed [{}ms]`.
        if is_computed && words::has("us ms seconds minutes hours", unit) {
            name.words.push("duration".to_owned());
        }
    } else if name.kind == Kind::Count {
        name.words.pop();
    }
    name.words.push(unit.to_owned());
    name.is_letter = false;
    name
}
