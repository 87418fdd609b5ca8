//! Values that leave the message: what each is, what it is called, and which one is the entry's error.

use super::key::{self, Name};
use super::message::Hint;
use super::{Refusal, compound, emit, error, evaluation, method, words};
use crate::call::{Expr, Hole, HoleArgument, LogCall, Shape};

/// A value that leaves the message.
pub(super) struct RewriteValue<'a> {
    /// Text of the expression; the name of an inline capture.
    pub(super) text: String,
    pub(super) shape: Shape,
    pub(super) expr: Option<&'a Expr>,
    /// Which argument it is.
    pub(super) argument: Option<usize>,
    /// It is made of several, and of text between them.
    pub(super) compound: Option<compound::Compound>,
    pub(super) spec: &'a str,
    /// `0x` in front of it in the text, which says how to read it.
    pub(super) prefix: &'static str,
    /// Arguments that are its width or precision.
    pub(super) spec_arguments: &'a [usize],
    /// A named argument's name.
    pub(super) given: Option<&'a str>,
    pub(super) name: Option<Name>,
    pub(super) is_error: bool,
}

impl RewriteValue<'_> {
    /// The arguments that it evaluates, in its order.
    pub(super) fn arguments(&self) -> Vec<usize> {
        let own = self.argument.iter().chain(self.spec_arguments);
        own.chain(self.compound.iter().flat_map(|compound| &compound.arguments)).copied().collect()
    }

    /// The same argument, or a name or literal that is equal: one pair says both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_form = self.spec == other.spec
            && self.prefix == other.prefix
            && self.spec_arguments == other.spec_arguments;
        let is_argument = self.argument.is_some() && self.argument == other.argument;
        let is_place =
            |value: &Self| value.expr.is_none_or(|expr| evaluation::is_place(&expr.shape));
        is_form && (is_argument || self.text == other.text && is_place(self) && is_place(other))
    }
}

/// The type around the call, where the value is `self`.
fn self_name(call: &LogCall, shape: &Shape) -> Option<Name> {
    let is_self = match shape {
        Shape::Ident(name) => name == "self",
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => {
            return self_name(call, inner);
        }
        // `self.to_string()`.
        Shape::Method(base, method, _) if words::has(method::TEXT_OF_SELF, method) => {
            return self_name(call, base);
        }
        // `self.0`.
        Shape::Field(base, field) if field.starts_with(|first: char| first.is_ascii_digit()) => {
            return self_name(call, base).map(|name| Name { is_weak: true, ..name });
        }
        _ => false,
    };
    let name = call.place.self_type.as_deref().filter(|_| is_self)?;
    let name = name.split('<').next().unwrap_or(name);
    key::name(&Shape::Ident(name.rsplit("::").next().unwrap_or(name).trim().to_owned()))
}

/// The value of a placeholder.
pub(super) fn value<'a>(call: &'a LogCall, hole: &'a Hole) -> Result<RewriteValue<'a>, Refusal> {
    let (text, shape, expr, given) = match &hole.argument {
        // `{type}` takes `r#type`.
        HoleArgument::Capture(name) => {
            (emit::identifier(name), Shape::Ident(name.clone()), None, None)
        }
        HoleArgument::Index(index) => {
            let argument = call.format_args.get(*index).ok_or(Refusal::Broken)?;
            let expr = &argument.value;
            (expr.text.clone(), expr.shape.clone(), Some(expr), argument.name.as_deref())
        }
        HoleArgument::Missing => return Err(Refusal::Broken),
    };
    let is_error = error::is_error(&shape, &call.place) || given.is_some_and(error::is_error_name);
    let name = match given {
        // `n = pods.len()`: the expression says more.
        Some(given) => {
            key::name(&Shape::Ident(given.to_owned())).map(|given| match key::name(&shape) {
                Some(name) if given.is_letter && !name.is_weak => name,
                _ => given,
            })
        }
        None => match key::name(&shape) {
            // `self_str`.
            Some(name) if name.words == ["self"] => {
                self_name(call, &Shape::Ident("self".to_owned())).or(Some(name))
            }
            name => name.or_else(|| self_name(call, &shape)),
        },
    };
    let name = if text.starts_with('!') { name.map(Name::negated) } else { name };
    Ok(RewriteValue {
        text,
        shape,
        expr,
        argument: match &hole.argument {
            HoleArgument::Index(index) => Some(*index),
            HoleArgument::Capture(_) | HoleArgument::Missing => None,
        },
        compound: None,
        spec: &hole.spec,
        prefix: "",
        spec_arguments: &hole.spec_arguments,
        given,
        name,
        is_error,
    })
}

/// What a sentence can call a value; no words where it has no name to speak of.
pub(super) fn noun(value: &RewriteValue<'_>) -> Vec<String> {
    if let Some(file) = value.compound.as_ref().and_then(compound::Compound::file) {
        return vec![file.to_owned()];
    }
    // `encode(digest)` is no digest; `Pretty(&peer)` is a peer.
    let is_computed = |path: &[String]| {
        path.last().is_some_and(|name| {
            name.starts_with(char::is_lowercase) && !name.starts_with("display")
        })
    };
    let is_prefix = match &value.shape {
        Shape::Reference(inner) | Shape::Group(inner) => {
            matches!(&**inner, Shape::Call(path, _) if is_computed(path))
        }
        Shape::Call(path, _) => is_computed(path),
        shape => matches!(shape, Shape::MacroCall(..)),
    };
    let said = value.name.as_ref().filter(|name| name.is_own && !name.is_weak && !name.is_letter);
    let Some(name) = said.filter(|_| !is_prefix) else {
        return Vec::new();
    };
    let words = match &name.kind {
        // `maybe_result` is a result.
        key::Kind::Thing | key::Kind::Variant => match &name.words[..] {
            [maybe, thing @ ..] if !thing.is_empty() && words::has("maybe opt optional", maybe) => {
                thing
            }
            // `from_shelf` is a shelf.
            [lead, thing @ ..] if !thing.is_empty() && words::has("from in into onto to", lead) => {
                thing
            }
            all => all,
        },
        key::Kind::Identity(of) => of,
        key::Kind::Count | key::Kind::Duration | key::Kind::Flag => return Vec::new(),
    };
    let spelled = |word: &String| words::spelled_out(word).unwrap_or(word).to_owned();
    words.iter().map(spelled).collect()
}

/// Whether a value says how many there are, and its name as well.
pub(super) fn is_count(value: &RewriteValue<'_>) -> bool {
    const COUNTS: &str = "amount cnt count counts n num number total";
    value.name.as_ref().is_some_and(|name| {
        name.kind == key::Kind::Count
            || name.words == ["n"]
            || name.words.len() > 1
                && [name.words.first(), name.words.last()]
                    .into_iter()
                    .flatten()
                    .any(|word| words::has(COUNTS, word))
    })
}

/// Which value is the entry's error: the plainest name, else the last one.
pub(super) fn the_error(values: &[RewriteValue<'_>], hints: &[Hint]) -> Option<usize> {
    let plain = |value: &RewriteValue<'_>| {
        let name = value.given.unwrap_or(&value.text);
        matches!(name, "e" | "err" | "error")
    };
    let errors = || (0..values.len()).filter(|index| values[*index].is_error);
    let labelled = |index: &usize| {
        let is_weak = values[*index].name.as_ref().is_none_or(|name| name.is_weak);
        let label = hints[*index].label.as_deref().unwrap_or_default().to_lowercase();
        is_weak && hints[*index].is_explicit && matches!(label.as_str(), "err" | "error")
    };
    errors()
        .rfind(|index| plain(&values[*index]))
        .or_else(|| errors().next_back())
        .or_else(|| (0..values.len()).find(labelled))
}
