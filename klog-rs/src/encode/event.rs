//! Events of plain `tracing`, whose values are shown one by one and live only so long: each is put into the line as it comes.

use std::fmt;

use tracing::Event;

use super::Line;
use crate::{
    pairs::{
        Fixed, Template,
        event::{self, name_of},
    },
    raw::{Cursor, Head},
    serialize::{self, Quoting},
    value::{Value, guard},
};

/// How a format writes an event.
pub(super) trait Form {
    /// Between quotes: a message, and the text of a value that formats itself.
    const MESSAGE: Quoting;
    const TEXT: Quoting;

    /// Puts what stands between the message and the pairs of the event.
    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>);

    /// Puts a pair; says whether the value has failed so that the line must be made with care.
    fn pair(
        template: &Template,
        heads: &[Head],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool;

    /// Appends all of it, where a key occurs twice or a value may fail.
    fn with_care(line: &Line<'_>, event: &Event<'_>, template: &Template, out: &mut Vec<u8>);
}

/// Appends message and pairs of an event.
///
/// One guard does for all values, of which one in a million fails; then the line is made once more with care.
#[inline(always)]
pub(super) fn append<F: Form>(
    line: &Line<'_>,
    event: &Event<'_>,
    template: &Template,
    fixed: &Fixed,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    let is_done = !line.has_duplicates
        && guard::values(|| {
            let mut parts = Parts::<F> {
                line,
                event,
                template,
                heads: &fixed.heads,
                to: Cursor::new(out),
                result: Ok(()),
                form: std::marker::PhantomData,
            };
            event::visit(event, &mut parts);
            parts.to.finish();
            parts.result.is_ok()
        });
    if !is_done {
        out.truncate(start);
        F::with_care(line, event, template, out);
    }
}

/// An event on its way into a line.
struct Parts<'a, F> {
    line: &'a Line<'a>,
    event: &'a Event<'a>,
    template: &'a Template,
    heads: &'a [Head],
    to: Cursor<'a>,
    result: fmt::Result,
    form: std::marker::PhantomData<F>,
}

impl<F: Form> event::Parts for Parts<'_, F> {
    #[inline(never)]
    fn message(&mut self, message: &Value<'_>) {
        let name = name_of(self.event.metadata());
        self.result = serialize::put_message(message, name, F::MESSAGE, &mut self.to);
        F::before_pairs(self.line, &mut self.to);
    }

    #[inline(always)]
    fn pair(&mut self, index: usize, value: &Value<'_>) {
        let to = &mut self.to;
        let result = match (value, self.heads.get(index)) {
            (Value::Display(_) | Value::Debug(_), Some(head)) if to.put(head) => {
                serialize::put(value, F::TEXT, to)
            }
            _ if F::pair(self.template, self.heads, index, value, to) => Err(fmt::Error),
            _ => Ok(()),
        };
        if result.is_err() {
            self.result = result;
        }
    }
}
