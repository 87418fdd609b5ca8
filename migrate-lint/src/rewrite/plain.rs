//! Numbers and booleans whose type is in plain sight: they stay what they are, so that logs can be queried.

use super::words;
use crate::call::known::{self, Type};
use crate::call::{LogCall, Shape};

/// How many variables that are bound to what methods of others give are followed.
const MAX_DEPTH: usize = 4;

/// Whether the source shows that an expression is a number or a boolean.
pub(super) fn is_plain(call: &LogCall, source: &str, text: &str, shape: &Shape) -> bool {
    let at = At { call, source, end: call.span.start, depth: 0 };
    match shape {
        Shape::Literal(literal) => is_literal(literal),
        Shape::Cast(_) => text.rsplit(' ').next().is_some_and(known::is_primitive),
        Shape::Method(base, method, arguments) => match &arguments[..] {
            [] => at.is_plain_method(base, method),
            // Of an atomic.
            [Shape::Path(path)] => {
                method == "load" && path.last().is_some_and(|name| is_ordering(name))
            }
            [Shape::Ident(name)] => method == "load" && is_ordering(name),
            _ => false,
        },
        Shape::Call(path, arguments) => {
            arguments.is_empty()
                && matches!(&path[..], [.., of, id] if of == "process" && id == "id")
        }
        Shape::Reference(inner) | Shape::Group(inner) | Shape::Deref(inner) => {
            let bare = text.trim_start_matches(['&', '*', '(', ' ']).trim_end_matches(')');
            is_plain(call, source, bare, inner)
        }
        Shape::Ident(name) => at.is_plain_variable(name),
        Shape::Field(base, field) => at.field(base, field) == Some(&Type::Plain),
        _ => false,
    }
}

/// Whether the source shows that an expression is an `Option`, which has no text of its own.
pub(super) fn is_optional(call: &LogCall, source: &str, shape: &Shape) -> bool {
    const WITHOUT_ARGUMENTS: &str =
        "as_deref cloned copied err first last max min next ok parent peek pop to_str";
    const WITH_ARGUMENTS: &str =
        "and_then checked_add checked_sub filter find get map nth or or_else position zip";
    let at = At { call, source, end: call.span.start, depth: 0 };
    let is_option =
        |of: Option<&Type>| matches!(of, Some(Type::Named(name)) if **name == *"Option");
    match shape {
        Shape::Ident(name) => name == "None" || is_option(at.variable(name).map(|(_, of)| of)),
        Shape::Field(base, field) => is_option(at.field(base, field)),
        // An error in a box.
        Shape::Method(base, method, _) if method == "as_ref" => {
            !matches!(&**base, Shape::Ident(name) if matches!(&**name, "e" | "err" | "error"))
        }
        // `numbers.max()`, but not `one.max(other)`.
        Shape::Method(_, method, arguments) => match &arguments[..] {
            [] => words::has(WITHOUT_ARGUMENTS, method),
            _ => words::has(WITH_ARGUMENTS, method),
        },
        Shape::Call(path, _) => path.last().is_some_and(|name| name == "Some"),
        Shape::Reference(inner) | Shape::Group(inner) => is_optional(call, source, inner),
        _ => false,
    }
}

/// Where a name is asked for: before a byte of the function around a call.
#[derive(Clone, Copy)]
struct At<'a> {
    call: &'a LogCall,
    source: &'a str,
    end: usize,
    depth: usize,
}

impl<'a> At<'a> {
    /// What the last binding of a name in the function around says of its type.
    fn variable(self, name: &str) -> Option<(usize, &'a Type)> {
        let start = self.call.place.function_start?;
        self.call.place.known.variable(self.source, name, start, self.end)
    }

    /// The type of a field of `self`, or of a variable whose struct is in the file.
    fn field(self, base: &Shape, field: &str) -> Option<&'a Type> {
        let of = match base {
            Shape::Ident(name) if name == "self" => self.self_type()?,
            Shape::Ident(name) => match self.variable(name)? {
                (_, Type::Named(of)) => of,
                _ => return None,
            },
            _ => return None,
        };
        self.call.place.known.field(self.source, of, field)
    }

    fn self_type(self) -> Option<&'a str> {
        let name = self.call.place.self_type.as_deref()?;
        let name = name.split('<').next().unwrap_or(name).trim();
        Some(name.rsplit("::").next().unwrap_or(name))
    }

    fn is_plain_variable(self, name: &str) -> bool {
        match self.variable(name) {
            Some((_, Type::Plain)) => true,
            Some((end, Type::Of(receiver, method))) if self.depth < MAX_DEPTH => {
                let before = Self { end, depth: self.depth + 1, ..self };
                before.is_plain_method(&shape_of(receiver), method)
            }
            _ => false,
        }
    }

    fn is_plain_method(self, receiver: &Shape, method: &str) -> bool {
        known::gives_primitive(method)
            && self.call.place.known.is_plain_method(self.type_of(receiver), method)
    }

    /// The name of a receiver's type, where it is in sight.
    fn type_of(self, receiver: &Shape) -> Option<&'a str> {
        let found = match receiver {
            Shape::Ident(name) if name == "self" => return self.self_type(),
            Shape::Ident(name) => self.variable(name).map(|(_, of)| of),
            Shape::Field(base, field) => self.field(base, field),
            Shape::Reference(inner) | Shape::Group(inner) | Shape::Deref(inner) => {
                return self.type_of(inner);
            }
            _ => None,
        };
        match found {
            Some(Type::Named(name)) => Some(name),
            _ => None,
        }
    }
}

/// A name or a field of `self`; anything else says nothing of its type.
fn shape_of(receiver: &str) -> Shape {
    let is_name = |text: &str| text.chars().all(|char| char.is_alphanumeric() || char == '_');
    match receiver.strip_prefix("self.") {
        Some(field) if is_name(field) => {
            Shape::Field(Box::new(Shape::Ident("self".to_owned())), field.to_owned())
        }
        None if is_name(receiver) => Shape::Ident(receiver.to_owned()),
        _ => Shape::Other,
    }
}

fn is_ordering(name: &str) -> bool {
    matches!(name, "Acquire" | "Relaxed" | "SeqCst")
}

/// Whether a form lays numbers out, and does not say how to write them: `{:>6}`, `{:.1}`; true where only the width is given.
pub(super) fn layout(spec: &str) -> Option<bool> {
    let mut chars = spec.chars();
    let aligned = match (chars.next(), chars.next()) {
        (Some(_), Some('<' | '^' | '>')) => chars.as_str(),
        (Some('<' | '^' | '>'), _) => &spec[1..],
        _ => spec,
    };
    let rest = aligned.trim_start_matches('+');
    let (width, digits) = rest.split_once('.').map_or((rest, None), |(w, d)| (w, Some(d)));
    let is_number = |text: &str| text.chars().all(|char| char.is_ascii_digit());
    let is_layout =
        is_number(width) && digits.is_none_or(|text| !text.is_empty() && is_number(text));
    is_layout.then_some(digits.is_none())
}

fn is_literal(text: &str) -> bool {
    text == "true" || text == "false" || text.starts_with(|first: char| first.is_ascii_digit())
}
