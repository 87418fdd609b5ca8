//! Small changes of a call that several rules make.

use super::Context;
use crate::call::Span;
use crate::finding::Edit;

/// Takes out an argument that another one follows, with its comma and the blanks behind that.
pub(super) fn without_argument(context: &Context<'_>, span: &Span) -> Edit {
    let text = &context.scanned.source.text;
    let after = text.get(span.end..).unwrap_or_default();
    let comma = after.trim_start().strip_prefix(',').map_or(after, str::trim_start);
    Edit { span: span.start..text.len() - comma.len(), text: String::new() }
}
