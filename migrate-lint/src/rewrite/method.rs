//! The name of what a method gives.

use std::cell::OnceCell;

use super::key::{self, IDENTITIES, Kind, Name, name, without_verb};
use super::lexicon::{Class, is};
use super::words;
use crate::call::Shape;

/// Methods that give the same thing in another form.
pub(super) const SAME: &str = "\
    as_any as_bytes as_deref as_deref_mut as_mut as_os_str as_path as_ref as_slice as_str \
    as_string blink blue bold borrow borrow_mut clone cloned collect context copied cyan deref \
    display dimmed escape_ascii escape_debug escape_default escape_unicode expect fetch_add fetch_max fetch_min \
    fetch_sub first flatten fmt friendly get get_mut get_ref \
    green human iec inner into into_inner into_iter italic iter last load lock ok raw read red to_bytes \
    to_debug to_hex to_lowercase to_owned to_path_buf to_str to_string to_string_lossy \
    to_uppercase to_vec trim trim_end trim_end_matches trim_start trim_start_matches try_into unwrap unwrap_or unwrap_unchecked unwrap_or_default unwrap_or_else upgrade \
    values magenta purple si strikethrough underline underlined white with_context write yellow";

/// Those that give `self` as text.
pub(super) const TEXT_OF_SELF: &str = "as_str clone to_owned to_string to_string_lossy";

/// Methods that give the thing itself as text, where it has a name: `selector.string()`, but not `string()`.
const TEXTS: &str = "describe list string text";

/// The name of `base.method(arguments)`.
pub(super) fn name_of(base: &Shape, method: &str, arguments: &[Shape]) -> Option<Name> {
    let base = &Receiver { shape: base, found: OnceCell::new() };
    // `seals.first()` is one of them.
    if arguments.is_empty()
        && matches!(method, "first" | "last")
        && let Some(many) = base.strong()
        && let one = many.clone().one()
        && one.words != many.words
    {
        let mut one = one;
        one.words.insert(0, method.to_owned());
        return Some(Name { is_own: true, ..one });
    }
    let is_text = arguments.is_empty() && words::has(TEXTS, method) && base.name().is_some();
    if words::has(SAME, method) || is_text {
        // `lock().await` and the like say nothing, but `map.get(key)` is not the map.
        let found = base.name().or_else(|| match base.shape {
            Shape::Ident(name) if name == "self" && words::has(TEXT_OF_SELF, method) => None,
            _ => Name::own(method),
        });
        let is_computed = !arguments.is_empty() && matches!(method, "get" | "collect");
        return if is_computed { found.map(Name::invented) } else { found };
    }
    if let Some((before, after)) = state(method) {
        return base.name().map(|name| name.of_whole(before, after));
    }
    if arguments.is_empty() && words::has("max min product sum", method) {
        // The text may know better what comes to so much.
        let mut total = base.strong().map_or_else(|| Name::of_words(Vec::new()), Name::one);
        total.words.push(method.to_owned());
        return Some(total.invented());
    }
    // `mappings.keys()` are no mappings.
    if method == "keys"
        && arguments.is_empty()
        && let Some(mut of) = base.strong().map(Name::one)
    {
        of.words.push(method.to_owned());
        return Some(Name { is_own: true, ..of });
    }
    if !arguments.is_empty() && words::has(OF_BASE, method) {
        return base.name().map(Name::invented);
    }
    // `source.path().short_display()`: how the path is shown.
    if method.ends_with("_display")
        && let Some(name) = base.strong()
    {
        return Some(name);
    }
    let special = if arguments.is_empty() { identity(base, method) } else { None };
    special
        .or_else(|| measure(base, method, arguments))
        .or_else(|| like_base(base, method))
        .or_else(|| outcome(base, method, arguments))
        .or_else(|| {
            let noun = FORM_ENDS.iter().find_map(|end| method.strip_suffix(end)).unwrap_or(method);
            Name::own(without_verb(noun))
        })
        .or_else(|| base.name())
}

/// The receiver of a method; its name is looked for once, since a chain of methods asks at each link.
struct Receiver<'a> {
    shape: &'a Shape,
    found: OnceCell<Option<Name>>,
}

impl Receiver<'_> {
    fn name(&self) -> Option<Name> {
        self.found.get_or_init(|| name(self.shape)).clone()
    }

    fn strong(&self) -> Option<Name> {
        self.name().filter(|name| !name.is_weak)
    }
}

/// An object is known by its name, anything else has one.
fn identity(base: &Receiver<'_>, method: &str) -> Option<Name> {
    let of = || match key::of_state(base.shape) {
        of if std::ptr::eq(of, base.shape) => base.name(),
        of => name(of),
    };
    if words::has("name_any name_unchecked", method) {
        return base.strong().or_else(|| Name::identity(of(), "name"));
    }
    let noun = without_verb(method);
    if words::has(IDENTITIES, noun) { Name::identity(of(), noun) } else { None }
}

/// How many there are, or how long it took.
fn measure(base: &Receiver<'_>, method: &str, arguments: &[Shape]) -> Option<Name> {
    let duration =
        || Name { is_own: true, kind: Kind::Duration, ..Name::of_words(vec!["duration".into()]) };
    match method {
        "len" | "count" if arguments.is_empty() => {
            // Of a base that says little, the text knows better what is counted.
            let mut counted = base.strong().map_or_else(|| Name::of_words(Vec::new()), Name::one);
            let is_own = !counted.words.is_empty();
            counted.words.push("count".to_owned());
            Some(Name { kind: Kind::Count, is_own, ..counted })
        }
        "elapsed" | "duration_since" | "saturating_duration_since" => Some(duration()),
        _ if unit(method).is_some() => Some(base.strong().unwrap_or_else(duration)),
        _ => None,
    }
}

/// Whether there is one is not what it is: the words before and after its name.
fn state(method: &str) -> Option<(&'static str, &'static str)> {
    Some(match method {
        "is_some" | "is_ok" => ("has", ""),
        "is_none" => ("", "missing"),
        "is_err" => ("", "failed"),
        "is_empty" => ("", "empty"),
        _ => return None,
    })
}

/// Methods that make something of their receiver that has its name.
const OF_BASE: &str = "and_then chars filter filter_map fold join lines map map_err map_or nth ok_or or_else rsplit skip split \
    split_at split_once split_whitespace splitn step_by take";

/// Participles of methods that give their receiver in another form.
const FORMS_OF_TEXT: &str = "abbreviated capitalized canonicalized compacted copied cropped decoded deduplicated elided \
    encoded escaped expanded filtered flattened formatted hyphenated indented joined lowercased masked merged normalized \
    padded parsed pinned quoted redacted reduced resolved reversed rounded sanitized scaled serialized shortened simplified \
    sorted spaced stripped styled trimmed truncated typed unquoted unescaped unwrapped uppercased";

fn like_base(base: &Receiver<'_>, method: &str) -> Option<Name> {
    // `hyphenated()`, `reversed()`: the same thing in another form; `locked()`: what is so of it.
    if method.ends_with("ed") && !method.contains('_') && !is(Class::NoVerb, method) {
        let of = base.name().filter(|name| !name.is_letter);
        return match words::has(FORMS_OF_TEXT, method) {
            true => of,
            false => of
                .map(|name| name.of_whole("", method))
                .map(|name| Name { kind: Kind::Thing, ..name }),
        };
    }
    // `next()`, `prev()`: another one than the value, but of its kind.
    if matches!(method, "next" | "prev" | "peek" | "pop") {
        return base.strong().map(Name::invented);
    }
    // `to_rfc3339`, `pretty_display`: another form of the same thing.
    if is_form(method) { base.strong() } else { None }
}

/// `util.dump_json(pod)`, `port.saturating_sub(1)`: what is done is no name for what comes out.
fn outcome(base: &Receiver<'_>, method: &str, arguments: &[Shape]) -> Option<Name> {
    // `style.paint(url)`, `url.style(bold)`.
    if let ("paint", [argument]) = (method, arguments) {
        return name(argument);
    }
    if !arguments.is_empty() && words::has(STYLES, method) {
        return base.name();
    }
    let parts = words::split(method);
    // `refs.object_key(pod)`: what identifies the argument.
    if let [argument] = arguments
        && parts.len() > 1
        && let Some(named) = name(argument)
        && parts.iter().all(|part| words::has(OF_OBJECTS, part) || named.words.contains(part))
        && !words::has(OF_OBJECTS, &named.words.concat())
    {
        return Some(Name { is_weak: true, ..named.invented() });
    }
    let is_verb = parts.first().is_some_and(|verb| {
        is(Class::BaseVerb, verb) || matches!(verb.as_str(), "checked" | "saturating" | "wrapping")
    });
    let of_base = || base.strong().filter(|name| !name.is_letter);
    // `path.canonicalize()`, `displayable(plan).indent(false)`: what is done to it, and how, is no name.
    let is_plain = |shape: &Shape| matches!(shape, Shape::Literal(_));
    let is_done = arguments.is_empty() && matches!(&parts[..], [verb] if is_doing(verb))
        || !arguments.is_empty() && arguments.iter().all(is_plain) && parts.len() == 1;
    if is_done && let Some(name) = of_base() {
        return Some(name.invented());
    }
    if arguments.is_empty() || !is_verb || method != without_verb(method) {
        return None;
    }
    let found = match arguments {
        [argument] if parts.len() > 1 => name(argument).or_else(of_base),
        _ => of_base(),
    };
    let nothing = || Name { is_weak: true, ..Name::of_words(vec!["result".into()]) };
    Some(found.map_or_else(nothing, Name::invented))
}

/// `canonicalize`, `normalise`, `stringify`.
fn is_doing(method: &str) -> bool {
    let ends = || ["ize", "ise", "ify"].iter().any(|end| method.ends_with(end));
    is(Class::BaseVerb, method) && !is(Class::NounOrVerb, method)
        || method.len() > 6 && ends() && !words::has("exercise franchise", method)
}

/// Methods that give their receiver in a style that an argument says.
const STYLES: &str = "bg color fg if_supports_color on_color style styled truecolor";

/// Words of methods that give what identifies their argument.
const OF_OBJECTS: &str = "from full get id k key name namespaced obj object of ref reference";

/// The unit in which a method gives a duration.
pub(super) fn unit(method: &str) -> Option<&'static str> {
    Some(match method {
        "as_millis" | "num_milliseconds" | "subsec_millis" | "whole_milliseconds" => "ms",
        "as_micros" | "num_microseconds" | "subsec_micros" | "whole_microseconds" => "us",
        "as_nanos" | "num_nanoseconds" | "subsec_nanos" | "whole_nanoseconds" => "ns",
        "as_secs" | "as_secs_f32" | "as_secs_f64" | "as_seconds_f32" | "as_seconds_f64"
        | "num_seconds" | "whole_seconds" => "seconds",
        "num_minutes" | "whole_minutes" => "minutes",
        "num_hours" | "whole_hours" => "hours",
        "num_days" | "whole_days" => "days",
        _ => return None,
    })
}

/// Ends of methods that say how they give what the rest names: `actor_uid_display`, `hash_slow`.
const FORM_ENDS: &[&str] = &["_display", "_lossy", "_pretty", "_slow", "_string", "_unchecked"];

/// What forms are like.
const OF_FORMS: &str = "compact full human lower pretty short upper";

/// Whether a method gives its receiver in another form: `to_rfc3339`, `as_hex`, but not `as_entry_type`.
fn is_form(method: &str) -> bool {
    const FORMS: &[&str] = &[
        "bytes", "debug", "display", "hex", "json", "lossy", "mut", "path", "pretty", "ref",
        "slice", "str", "string", "vec", "yaml",
    ];
    // `lower_hex`, `pretty_json`.
    let parts = words::split(method);
    if parts.len() > 1
        && parts.last().is_some_and(|last| FORMS.contains(&last.as_str()))
        && parts[..parts.len() - 1].iter().all(|part| words::has(OF_FORMS, part))
    {
        return true;
    }
    let rest = ["to_", "into_", "as_", "pretty_", "format_"]
        .iter()
        .find_map(|verb| method.strip_prefix(verb));
    rest.is_some_and(|rest| {
        let words = words::split(rest);
        words.len() == 1 || words.iter().any(|word| FORMS.contains(&word.as_str()))
    })
}
