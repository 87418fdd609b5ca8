//! Whether a value is the same from call to call, as far as the function shows it.

use super::Context;
use crate::call::Shape;
use crate::safety::Reason;
use crate::scan::flow::{self, Flow};

/// The names at the roots of a value; none of a constant.
pub(super) fn roots(context: &Context<'_>, shape: &Shape) -> Result<Vec<String>, Reason> {
    match shape {
        Shape::Ident(name) if is_constant(name) => Ok(Vec::new()),
        Shape::Ident(name) => Ok(vec![name.clone()]),
        Shape::Path(words) if words.last().is_some_and(|last| is_constant(last)) => Ok(Vec::new()),
        Shape::Str(_) | Shape::Literal(_) => Ok(Vec::new()),
        Shape::Field(base, _) => roots(context, base),
        Shape::Reference(inner) | Shape::Deref(inner) | Shape::Group(inner) => {
            roots(context, inner)
        }
        Shape::Method(base, name, arguments) if arguments.is_empty() && flow::is_getter(name) => {
            roots(context, base)
        }
        Shape::Call(path, arguments)
            if path.last().is_some_and(|last| {
                last == "kobj" || last == "kref" || context.workspace.is_plain_function(last)
            }) =>
        {
            let mut all = Vec::new();
            for argument in arguments {
                all.extend(roots(context, argument)?);
            }
            Ok(all)
        }
        Shape::MacroCall(path, text) if path.last().is_some_and(|last| last == "kobj") => {
            let name = text.trim().trim_start_matches(['&', '*']).split('.').next();
            let name = name.unwrap_or_default().trim();
            let is_path = text.trim().chars().all(|c| c.is_alphanumeric() || "_.&*".contains(c));
            if is_path && !name.is_empty() {
                Ok(vec![name.to_owned()])
            } else {
                Err(Reason::ValueComputed)
            }
        }
        _ => Err(Reason::ValueComputed),
    }
}

fn is_constant(name: &str) -> bool {
    name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_')
        && name.starts_with(char::is_uppercase)
}

/// Whether names mean the same and have the same value from one place to another.
pub(super) fn is_unchanged(
    context: &Context<'_>,
    roots: &[String],
    from: usize,
    to: usize,
) -> bool {
    let flow = context.scanned.flow();
    let to = end_of_loops(flow, from, to);
    roots
        .iter()
        .all(|name| flow.binding(name, from).is_some() && !flow.changes_between(name, from, to))
}

/// What comes later in a loop comes before the next turn: the end of the loops around the second place that do not hold
/// the first.
fn end_of_loops(flow: &Flow, from: usize, to: usize) -> usize {
    let loops = flow.blocks_around(to).filter(|block| block.is_loop);
    let around = loops.filter(|block| !block.span.contains(&from));
    around.map(|block| block.span.end).fold(to, usize::max)
}
