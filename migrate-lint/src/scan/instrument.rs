//! `#[instrument]` of a function.

use super::spans::Places;
use crate::call::Span;

/// The place of the attribute and its arguments.
pub(super) fn of(attributes: &[syn::Attribute], places: &Places<'_>) -> Option<(Span, String)> {
    let is_named = |attribute: &&syn::Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "instrument")
    };
    let attribute = attributes.iter().find(is_named)?;
    let arguments = match &attribute.meta {
        syn::Meta::List(list) => {
            let open = places.token(list.delimiter.span().open()).end;
            let close = places.token(list.delimiter.span().close()).start;
            places.slice(&(open..close)).to_owned()
        }
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => String::new(),
    };
    Some((places.of(attribute), arguments))
}
