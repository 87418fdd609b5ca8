//! `#[instrument]` of a function.

use syn::spanned::Spanned;

use crate::call::Span;
use crate::source::Source;

/// The place of the attribute and its arguments; `shift` is where the parsed text begins in the source.
pub(super) fn of(
    attributes: &[syn::Attribute],
    source: &Source,
    shift: usize,
) -> Option<(Span, String)> {
    let is_named = |attribute: &&syn::Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "instrument")
    };
    let attribute = attributes.iter().find(is_named)?;
    let place = |span: proc_macro2::Span| {
        let range = span.byte_range();
        range.start + shift..range.end + shift
    };
    let arguments = match &attribute.meta {
        syn::Meta::List(list) => {
            let open = place(list.delimiter.span().open()).end;
            let close = place(list.delimiter.span().close()).start;
            source.slice(&(open..close)).to_owned()
        }
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => String::new(),
    };
    Some((place(attribute.span()), arguments))
}
