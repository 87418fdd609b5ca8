//! The key of a value, from the expression that makes it.

use super::lexicon::{Class, is};
use super::words;
use crate::call::{Place, Shape};

/// A name for a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    /// Words in lower case.
    pub(super) words: Vec<String>,
    /// The author's own name, not one that we made up.
    pub(super) is_own: bool,
    /// It says little: one letter, `value`, `x`.
    pub(super) is_weak: bool,
    /// One letter.
    pub(super) is_letter: bool,
    /// What it says of which thing.
    pub(super) kind: Kind,
}

/// What a name says of a thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// It is the thing.
    Thing,
    /// What tells the thing from others of its kind: `pod.name`, `peer.id()`; the words of the thing, where it has a name.
    Identity(Vec<String>),
    /// How many there are.
    Count,
    /// How long it took.
    Duration,
    /// Whether it is there, or is so.
    Flag,
}

impl Name {
    fn own(identifier: &str) -> Option<Name> {
        let words = words::split(identifier.trim_start_matches("r#"));
        let is_weak = match &words[..] {
            [] => return None,
            [word] => word.chars().count() == 1 || words::has(WEAK, word),
            _ => false,
        };
        let is_letter = words.len() == 1 && words[0].chars().count() == 1;
        words[0].starts_with(char::is_alphabetic).then_some(Name {
            words,
            is_own: true,
            is_weak,
            is_letter,
            kind: Kind::Thing,
        })
    }

    /// One of many: `args[0]` is an `arg`.
    fn one(mut self) -> Name {
        // `splits_with_deletes` are splits.
        if !self.words.iter().any(|word| words::is_preposition(word))
            && let Some(last) = self.words.last_mut()
            && let Some(one) = words::singular(last)
        {
            *last = one;
            self.is_own = false;
        }
        self
    }

    /// `!password.is_empty()` says whether there is one, and `!enabled` is not what `enabled` is.
    pub(super) fn negated(mut self) -> Name {
        self.is_own = false;
        self.kind = Kind::Flag;
        match &self.words[..] {
            [thing @ .., last]
                if !thing.is_empty() && matches!(last.as_str(), "empty" | "missing") =>
            {
                self.words = [&["has".to_owned()], thing].concat();
            }
            [has, thing @ ..] if has == "has" && !thing.is_empty() => {
                self.words = [thing, &["missing".to_owned()]].concat();
            }
            _ => self.words.insert(0, "not".to_owned()),
        }
        self
    }

    fn of_whole(mut self, before: &str, behind: &str) -> Name {
        let words =
            [before].into_iter().chain(self.words.iter().map(String::as_str)).chain([behind]);
        self.words = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Name { is_own: false, is_weak: false, is_letter: false, kind: Kind::Flag, ..self }
    }

    fn invented(mut self) -> Name {
        self.is_own = false;
        self
    }

    pub(super) fn of_words(words: Vec<String>) -> Name {
        Name { words, is_own: false, is_weak: false, is_letter: false, kind: Kind::Thing }
    }

    /// `pod.name`, `peer.id()`.
    fn identity(base: &Shape, field: &str) -> Option<Name> {
        let of = name(base).filter(|name| !name.is_weak && name.kind == Kind::Thing);
        let kind = Kind::Identity(of.map(|name| name.words).unwrap_or_default());
        Some(Name { kind, ..Name::own(field)? })
    }
}

/// Names that stand for anything.
const WEAK: &str = "\
    arg buf buffer data info item it key msg n obj object other r#type raw req request res resp result \
    ret s str text tmp val value var x";

/// Names of what tells a thing from others of its kind.
pub(super) const IDENTITIES: &str = "id name uid uuid";

/// Methods that give the same thing in another form.
const SAME: &str = "\
    as_any as_bytes as_deref as_deref_mut as_mut as_os_str as_path as_ref as_slice as_str \
    as_string blue bold borrow borrow_mut clone cloned collect context copied cyan deref dimmed \
    display escape_debug escape_default expect fetch_add fetch_max fetch_min \
    fetch_sub first flatten fmt friendly get get_mut get_ref \
    green human inner into into_inner into_iter iter keys last load lock ok read red to_bytes \
    to_debug to_hex to_lowercase to_owned to_path_buf to_str to_string to_string_lossy \
    to_uppercase to_vec trim trim_end trim_end_matches trim_start trim_start_matches try_into unwrap unwrap_or unwrap_or_default unwrap_or_else upgrade \
    values with_context write yellow";

/// Methods of an error that give it in another form.
const OF_ERRORS: &str =
    "as_report chain description err message report root_cause unwrap_err verbose";

/// Is it an error by its name?
pub(super) fn is_error_name(name: &str) -> bool {
    let words = words::split(name);
    match words.last().map(String::as_str) {
        Some("e") => words.len() == 1,
        Some("err" | "error" | "ex" | "exception") => true,
        Some("cause") => words.len() == 1,
        Some(last) => {
            words.len() == 1 && last.ends_with("err") && last.len() <= 6 && last != "stderr"
        }
        None => false,
    }
}

/// Is the value an error?
pub(super) fn is_error(shape: &Shape, place: &Place) -> bool {
    match shape {
        Shape::Ident(name) => {
            place.error_names.contains(name)
                || is_error_name(name) && !place.other_names.contains(name)
        }
        Shape::Field(_, name) => is_error_name(name),
        Shape::Method(base, method, _) => {
            (words::has(SAME, method) || words::has(OF_ERRORS, method)) && is_error(base, place)
                || method == "unwrap_err"
                || method == "last_os_error"
        }
        Shape::Call(path, arguments) => match &arguments[..] {
            [argument] if is_error(argument, place) => true,
            // `shorten(&e, 40)`.
            [argument, rest @ ..]
                if !rest.is_empty()
                    && rest.iter().all(|other| matches!(other, Shape::Literal(_))) =>
            {
                is_error(argument, place)
            }
            // `io::Error::from_raw_os_error(code)`.
            _ => {
                let of = path.len().checked_sub(2).map(|of| path[of].as_str());
                of.is_some_and(|of| of.ends_with("Error"))
                    || path.last().is_some_and(|name| name == "last_os_error")
            }
        },
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Cast(inner)
        | Shape::Group(inner) => is_error(inner, place),
        _ => false,
    }
}

/// The name of the value that an expression makes.
pub(super) fn name(shape: &Shape) -> Option<Name> {
    match shape {
        Shape::Ident(name) if name == "self" => None,
        Shape::Ident(name) => Name::own(name),
        Shape::Path(path) => Name::own(path.last()?),
        Shape::Field(base, field) => {
            if field.starts_with(|first: char| first.is_ascii_digit()) {
                return name(base);
            }
            if words::has(IDENTITIES, field) {
                return Name::identity(base, field);
            }
            Name::own(field)
        }
        Shape::Method(base, method, arguments) => method_name(base, method, arguments),
        Shape::Call(path, arguments) => {
            let is_system = path.iter().any(|segment| segment == "libc" || segment == "unistd");
            // `thread::current()` is a thread.
            let named = match &path[..] {
                [.., of, function] if function == "current" => Some(of),
                _ => path.last(),
            };
            let own = named.and_then(|function| {
                let noun = without_verb(function);
                // `libc::getpid`.
                Name::own(noun.strip_prefix("get").filter(|_| is_system).unwrap_or(noun))
            });
            match &arguments[..] {
                // `std::process::id()`: a label says whose it is.
                [] => own.map(|own| Name { is_weak: own.is_weak || own.words == ["id"], ..own }),
                // `R::kind(&Default::default())`: what is made on the spot has no name.
                [argument] if is_made(argument) => own,
                [argument] => name(argument).or(own.map(Name::invented)),
                [first, ..] => own.or_else(|| name(first)).map(Name::invented),
            }
        }
        Shape::MacroCall(path, arguments) => match path.last()?.as_str() {
            "env" | "option_env" => Name::own(arguments.trim().trim_matches('"')),
            "concat" | "format" | "format_args" | "json" | "stringify" | "vec" => None,
            name => Name::own(without_verb(name)).map(Name::invented),
        },
        Shape::Reference(inner)
        | Shape::Deref(inner)
        | Shape::Cast(inner)
        | Shape::Try(inner)
        | Shape::Await(inner)
        | Shape::Group(inner) => name(inner),
        Shape::Index(_, Some(key)) => Name::own(key),
        Shape::Index(inner, None) => name(inner).map(Name::one),
        Shape::Operator(parts) => parts.iter().find_map(name).map(Name::invented),
        Shape::Str(_) | Shape::Literal(_) | Shape::Branch | Shape::Other => None,
    }
}

/// `Default::default()`, `Vec::new()`.
fn is_made(shape: &Shape) -> bool {
    match shape {
        Shape::Call(path, arguments) => {
            arguments.is_empty()
                && path.last().is_some_and(|name| name == "default" || name == "new")
        }
        Shape::Reference(inner) | Shape::Group(inner) => is_made(inner),
        _ => false,
    }
}

fn method_name(base: &Shape, method: &str, arguments: &[Shape]) -> Option<Name> {
    if words::has(SAME, method) {
        // `lock().await` and the like say nothing, but `map.get(key)` is not the map.
        let found = name(base).or_else(|| Name::own(method));
        let is_computed = !arguments.is_empty() && matches!(method, "get" | "collect");
        return if is_computed { found.map(Name::invented) } else { found };
    }
    if arguments.is_empty() {
        // An object is known by its name, anything else has one.
        if words::has("name_any name_unchecked", method) {
            return name(base)
                .filter(|name| !name.is_weak)
                .or_else(|| Name::identity(base, "name"));
        }
        let noun = without_verb(method);
        if words::has(IDENTITIES, noun) {
            return Name::identity(base, noun);
        }
    }
    // Of a base that says little, the text knows better what is counted.
    let count = || {
        let mut counted = match name(base).filter(|name| !name.is_weak) {
            Some(base) => base.one(),
            None => Name::of_words(Vec::new()),
        };
        counted.words.push("count".to_owned());
        Name { kind: Kind::Count, ..counted }
    };
    match method {
        "len" | "count" if arguments.is_empty() => return Some(count()),
        // Whether there is one is not what it is.
        "is_some" | "is_ok" => return name(base).map(|name| name.of_whole("has", "")),
        "is_none" => return name(base).map(|name| name.of_whole("", "missing")),
        "is_err" => return name(base).map(|name| name.of_whole("", "failed")),
        "is_empty" => return name(base).map(|name| name.of_whole("", "empty")),
        "elapsed" | "duration_since" | "saturating_duration_since" => {
            let kind = Kind::Duration;
            return Some(Name { is_own: true, kind, ..Name::of_words(vec!["duration".into()]) });
        }
        _ => {}
    }
    if unit(method).is_some() {
        let kind = Kind::Duration;
        let duration = || Name { is_own: true, kind, ..Name::of_words(vec!["duration".into()]) };
        return Some(name(base).filter(|name| !name.is_weak).unwrap_or_else(duration));
    }
    if !arguments.is_empty()
        && matches!(
            method,
            "map"
                | "join"
                | "filter"
                | "map_or"
                | "and_then"
                | "map_err"
                | "filter_map"
                | "fold"
                | "take"
                | "skip"
                | "or_else"
                | "ok_or"
        )
    {
        return name(base).map(Name::invented);
    }
    // `next()`, `prev()`: another one than the value, but of its kind.
    if matches!(method, "next" | "prev" | "peek" | "pop")
        && let Some(found) = name(base).filter(|name| !name.is_weak)
    {
        return Some(found.invented());
    }
    // `to_rfc3339`, `pretty_display`: another form of the same thing.
    if is_form(method)
        && let Some(found) = name(base).filter(|name| !name.is_weak)
    {
        return Some(found);
    }
    // `util.dump_json(pod)`, `port.saturating_sub(1)`: what is done is no name for what comes out.
    let is_verb = words::split(method).first().is_some_and(|verb| {
        is(Class::BaseVerb, verb) || verb == "saturating" || verb == "wrapping" || verb == "checked"
    });
    if !arguments.is_empty() && is_verb && method == without_verb(method) {
        let of_base = || name(base).filter(|name| !name.is_weak && !name.is_letter);
        let found = match arguments {
            [argument] if words::split(method).len() > 1 => name(argument).or_else(of_base),
            _ => of_base(),
        };
        let nothing = || Name { is_weak: true, ..Name::of_words(vec!["result".into()]) };
        return Some(found.map_or_else(nothing, Name::invented));
    }
    let method = FORM_ENDS.iter().find_map(|end| method.strip_suffix(end)).unwrap_or(method);
    Name::own(without_verb(method)).or_else(|| name(base))
}

/// The unit in which a method gives a duration.
pub(super) fn unit(method: &str) -> Option<&'static str> {
    Some(match method {
        "as_millis" | "subsec_millis" => "ms",
        "as_micros" | "subsec_micros" => "us",
        "as_nanos" | "subsec_nanos" => "ns",
        "as_secs" | "as_secs_f32" | "as_secs_f64" => "seconds",
        _ => return None,
    })
}

/// Ends of methods that print what the rest names: `actor_uid_display`.
const FORM_ENDS: &[&str] = &["_display", "_string", "_pretty"];

/// Whether a method gives its receiver in another form: `to_rfc3339`, `as_hex`, but not `as_entry_type`.
fn is_form(method: &str) -> bool {
    const FORMS: &[&str] = &[
        "bytes", "debug", "display", "hex", "json", "lossy", "mut", "path", "pretty", "ref",
        "slice", "str", "string", "vec", "yaml",
    ];
    let rest = ["to_", "into_", "as_", "pretty_", "format_"]
        .iter()
        .find_map(|verb| method.strip_prefix(verb));
    rest.is_some_and(|rest| {
        let words = words::split(rest);
        words.len() == 1 || words.iter().any(|word| FORMS.contains(&word.as_str()))
    })
}

/// `get_path`, `as_path`, `to_path` → `path`.
fn without_verb(function: &str) -> &str {
    ["get_", "as_", "to_", "into_", "from_", "fetch_", "current_"]
        .iter()
        .find_map(|verb| function.strip_prefix(verb))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(function)
}
