//! The key of a value, from the expression that makes it.

use super::lexicon::{Class, is};
use super::{method, words};
use crate::call::Shape;
use crate::work;

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
    /// What distinguishes the thing from others of its kind: `pod.name`, `peer.id()`; the words of the thing, where it has a name.
    Identity(Vec<String>),
    /// How many there are.
    Count,
    /// How long it took.
    Duration,
    /// Whether it is there, or is so.
    Flag,
    /// One of an enum's variants: the name is the enum's.
    Variant,
}

impl Name {
    pub(super) fn own(identifier: &str) -> Option<Name> {
        let mut words = words::split(identifier.trim_start_matches("r#"));
        // `zone_str` is the zone, as text; `lid_clone` the lid.
        while let [.., thing, last] = &words[..]
            && (last == "str" || words::has(FORMS, last) && words::ends_noun(thing))
        {
            words.pop();
        }
        // `stringified_path`, `hex_encoded_label`: how the program shows it. A display name is a name.
        if let [form, rest @ .., last] = &words[..]
            && (words::has(SHOWN, form) && words::ends_noun(last)
                || form == "display"
                    && rest.is_empty()
                    && words::has("address addr hash parent path uri url value", last))
        {
            words.remove(0);
        }
        let is_letter = matches!(&words[..], [word] if is_letter(word));
        // `created_ns` is a time, and `pod_ns` a namespace.
        const TIMES: &str = "avg created deadline delay duration elapsed end ended interval latency max mean min modified pending received \
            seen sent start started time timeout timestamp total updated uptime wait";
        if let [before @ .., last] = &mut words[..]
            && last == "ns"
            && before.iter().any(|word| words::has(TIMES, word))
        {
            *last = "nanoseconds".to_owned();
        }
        let is_weak = match &words[..] {
            [] => return None,
            [word] => is_letter || words::has(WEAK, word),
            _ => false,
        };
        if words == ["k"] {
            words[0] = "key".to_owned();
        }
        words[0].starts_with(char::is_alphabetic).then_some(Name {
            words,
            is_own: true,
            is_weak,
            is_letter,
            kind: Kind::Thing,
        })
    }

    /// One of many: `args[0]` is an `arg`.
    pub(super) fn one(mut self) -> Name {
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

    pub(super) fn of_whole(mut self, before: &str, after: &str) -> Name {
        let words =
            [before].into_iter().chain(self.words.iter().map(String::as_str)).chain([after]);
        self.words = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let is_own = self.is_own && !self.is_weak;
        Name { is_own, is_weak: false, is_letter: false, kind: Kind::Flag, ..self }
    }

    pub(super) fn invented(mut self) -> Name {
        self.is_own = false;
        self
    }

    pub(super) fn of_words(words: Vec<String>) -> Name {
        Name { words, is_own: false, is_weak: false, is_letter: false, kind: Kind::Thing }
    }

    /// `pod.name`, `peer.id()`.
    pub(super) fn identity(of: Option<Name>, field: &str) -> Option<Name> {
        let of = of.filter(|name| !name.is_weak && name.kind == Kind::Thing);
        let kind = Kind::Identity(of.map(|name| name.words).unwrap_or_default());
        Some(Name { kind, ..Name::own(field)? })
    }
}

/// Beginnings of names that say how a program shows the thing.
const SHOWN: &str = "displayed formatted hexified prettified printable stringified";

/// Ends of names that say how a program holds the thing.
const FORMS: &str = "clone cloned copy tmp";

/// `n`, `e1`.
fn is_letter(word: &str) -> bool {
    let mut chars = word.chars();
    let is_first = chars.next().is_some_and(char::is_alphabetic);
    is_first && chars.all(|char| char.is_ascii_digit()) && !is(Class::Acronym, word)
}

/// Names that stand for anything.
const WEAK: &str = "\
    arg buf buffer case ctx data err found got info item it key msg n obj object other r#type raw req request res resp result \
    ret s str text tmp val value var x";

/// Names of what distinguishes a thing from others of its kind.
pub(super) const IDENTITIES: &str = "id name uid uuid";

/// The name of the value that an expression makes.
pub(super) fn name(shape: &Shape) -> Option<Name> {
    work::count(1);
    match shape {
        Shape::Ident(name) if name == "self" => None,
        Shape::Ident(name) => Name::own(name),
        Shape::Path(path) => variant(path).or_else(|| Name::own(path.last()?)),
        Shape::Field(base, field) => {
            if field.starts_with(|first: char| first.is_ascii_digit()) {
                return name(base);
            }
            if words::has(IDENTITIES, field) {
                return Name::identity(name(of_state(base)), field);
            }
            Name::own(field)
        }
        Shape::Method(base, method, arguments) => method::name_of(base, method, arguments),
        Shape::Call(path, arguments) => {
            let is_system = path.iter().any(|segment| segment == "libc" || segment == "unistd");
            // `thread::current()` is a thread.
            let named = match &path[..] {
                // `cursor::read()` gives none of its doing.
                [.., of, function]
                    if function == "current"
                        // `Pointer::new(rack, size)` is a pointer.
                        || of.starts_with(char::is_uppercase)
                            && words::has("default from new open parse with", function)
                        || is(Class::BaseVerb, function) && !is(Class::NounOrVerb, function)
                        || matches!(function.as_str(), "read" | "load" | "get") =>
                {
                    Some(of)
                }
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
                // `human_size(n_free, "B")`: how it is shown is no part of the name.
                [argument, form @ ..]
                    if form.iter().all(|it| matches!(it, Shape::Literal(_) | Shape::Str(_))) =>
                {
                    let of = name(argument);
                    match own {
                        Some(own) if of.as_ref().is_some_and(|of| is_part(&own, of)) => Some(own),
                        own => of.or(own.map(Name::invented)),
                    }
                }
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
        Shape::Index(inner, None) => {
            name(inner).map(|many| Name { is_own: many.is_own, ..many.one() })
        }
        Shape::Operator(parts) => {
            let mut names = parts.iter().filter_map(name);
            let first = names.next().map(Name::invented)?;
            // `n_up + n_down` is neither.
            let is_weak = first.is_weak || names.any(|other| other.words != first.words);
            Some(Name { is_weak, ..first })
        }
        Shape::Str(_) | Shape::Literal(_) | Shape::Branch | Shape::Other => None,
    }
}

/// `rack` of `rack.merged`: in which state it is does not say what it is.
pub(super) fn of_state(shape: &Shape) -> &Shape {
    const STATES: &str =
        "current desired inner merged new old original previous resolved spec status";
    match shape {
        Shape::Field(base, field) if words::has(STATES, field) && !is_self(base) => base,
        shape => shape,
    }
}

fn is_self(shape: &Shape) -> bool {
    matches!(shape, Shape::Ident(name) if name == "self")
}

/// `TaskName::Sweep` is a task.
fn variant(path: &[String]) -> Option<Name> {
    let [.., of, last] = path else { return None };
    let is_camel =
        |word: &String| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    if !is_camel(of) || !is_camel(last) || of == "Self" {
        return None;
    }
    let mut name = Name::own(of)?;
    if name.words.len() > 1
        && name.words.last().is_some_and(|last| words::has("enum id kind name type", last))
    {
        name.words.pop();
    }
    Some(Name { kind: Kind::Variant, ..name })
}

/// `block_hash(block)`: what a function says of its argument, which its name has.
fn is_part(own: &Name, of: &Name) -> bool {
    let does = own.words.first().is_some_and(|first| is(Class::BaseVerb, first));
    !does
        && own.words.len() == 2
        && of.words.first().is_some_and(|thing| thing.len() > 2 && own.words[0] == *thing)
        && !of.words.contains(&own.words[1])
        && !words::has(
            "bytes debug display hex json list name names pretty short str string text",
            &own.words[1],
        )
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

/// `get_path`, `as_path`, `to_path` → `path`.
pub(super) fn without_verb(function: &str) -> &str {
    ["get_", "as_", "to_", "into_", "from_", "fetch_", "current_", "format_"]
        .iter()
        .find_map(|verb| function.strip_prefix(verb))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(function)
}
