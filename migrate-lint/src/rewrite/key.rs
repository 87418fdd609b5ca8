//! The key of a value, from the expression that makes it.

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
        })
    }

    /// One of many: `args[0]` is an `arg`.
    fn one(mut self) -> Name {
        if let Some(last) = self.words.last_mut()
            && last.len() > 3
            && last.ends_with('s')
            && !last.ends_with("ss")
            && !last.ends_with("us")
        {
            last.pop();
            self.is_own = false;
        }
        self
    }

    fn invented(mut self) -> Name {
        self.is_own = false;
        self
    }

    pub(super) fn of_words(words: Vec<String>) -> Name {
        Name { words, is_own: false, is_weak: false, is_letter: false }
    }
}

/// Names that stand for anything.
const WEAK: &str = "arg data it item msg obj other s tmp val value var x";

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

/// Methods that name the thing itself.
const NAMING: &[&str] = &["name", "name_any", "name_unchecked"];

/// Is it an error by its name?
pub(super) fn is_error_name(name: &str) -> bool {
    let words = words::split(name);
    match words.last().map(String::as_str) {
        Some("e") => words.len() == 1,
        Some("err" | "error" | "ex" | "exception") => true,
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
            [argument] => is_error(argument, place),
            _ => path.last().is_some_and(|name| name == "last_os_error"),
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
    if NAMING.contains(&method) && arguments.is_empty() {
        let receiver = name(base).filter(|name| !name.is_weak).map(|mut receiver| {
            // An object is known by its name, anything else has one.
            if method == "name" {
                receiver.words.push("name".to_owned());
            }
            receiver
        });
        return Some(receiver.unwrap_or(Name {
            words: vec!["name".into()],
            is_own: true,
            is_weak: false,
            is_letter: false,
        }));
    }
    // Of a base that says little, the text knows better what is counted.
    let count = || match name(base).filter(|name| !name.is_weak) {
        Some(mut base) => {
            base.words.push("count".to_owned());
            base
        }
        None => Name::of_words(vec!["count".to_owned()]),
    };
    match method {
        "len" | "count" if arguments.is_empty() => return Some(count()),
        // Whether there is one says less than its name.
        "is_some" | "is_none" | "is_empty" | "is_ok" | "is_err" => {
            return name(base).map(Name::invented);
        }
        "elapsed" | "duration_since" | "saturating_duration_since" => {
            return Some(Name {
                words: vec!["duration".into()],
                is_own: true,
                is_weak: false,
                is_letter: false,
            });
        }
        _ => {}
    }
    if let Some(unit) = unit(method) {
        return Some(
            name(base)
                .filter(|name| !name.is_weak)
                .unwrap_or_else(|| Name::of_words(vec!["duration".into(), unit.to_owned()])),
        );
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
