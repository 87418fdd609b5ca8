//! Events of plain `tracing`, whose values are shown one by one and live only so long: each is put into the line as it comes.

use std::{cell::Cell, fmt};

use tracing::Event;

use super::Line;
use crate::{
    base::Key,
    pairs::{
        Fixed, Template,
        event::{self, Part, name_of},
    },
    raw::{Cursor, Padded31},
    serialize::{self, Quoting},
    value::{Failed, Value, guard},
};

/// How a format writes an event.
pub(super) trait Form {
    /// Between quotes: a message, and the text of a value that formats itself.
    const MESSAGE: Quoting;
    const TEXT: Quoting;

    /// Puts what is between the message and the pairs of the event.
    fn before_pairs(line: &Line<'_>, to: &mut Cursor<'_>);

    /// Puts a pair; says whether the value has failed and changed its key.
    fn pair(
        template: &Template,
        heads: &[Padded31],
        index: usize,
        value: &Value<'_>,
        to: &mut Cursor<'_>,
    ) -> bool;

    /// Appends a pair alone; says whether the value has failed and changed its key.
    fn pair_alone(key: Key<'_>, value: &Value<'_>, out: &mut Vec<u8>) -> bool;

    /// Appends all pairs where a key occurs twice.
    fn with_duplicates(line: &Line<'_>, out: &mut Vec<u8>);

    /// Makes the keys unique again from `start` on, where some were changed by a failure.
    fn deduplicate(start: usize, out: &mut Vec<u8>);
}

/// Appends message and pairs of an event.
///
/// One guard does for all values. If one of them fails, the line goes on after it, and the others have guards of their own.
#[inline(always)]
pub(super) fn append<F: Form>(
    line: &Line<'_>,
    event: &Event<'_>,
    template: &Template,
    fixed: &Fixed,
    out: &mut Vec<u8>,
) {
    if line.has_duplicates {
        return with_duplicates::<F>(line, event, out);
    }
    let start = out.len();
    let (done, pairs_at, has_failed) = (Cell::new((0, start)), Cell::new(start), Cell::new(false));
    let result = guard::value(|| {
        let mut parts = Parts::<F> {
            line,
            event,
            template,
            heads: &fixed.heads,
            to: Cursor::new(out),
            result: Ok(()),
            done: &done,
            pairs_at: &pairs_at,
            has_failed: &has_failed,
            form: std::marker::PhantomData,
        };
        event::visit(event, &mut parts);
        parts.to.finish();
        parts.result.map_err(|fmt::Error| Failed::formatting())
    });
    if let Err(failure) = result {
        let failed = go_on::<F>(line, event, template, done.get(), &failure, &pairs_at, out);
        has_failed.set(has_failed.get() | failed);
    }
    if has_failed.get() {
        F::deduplicate(pairs_at.get(), out);
    }
}

#[cold]
#[inline(never)]
fn with_duplicates<F: Form>(line: &Line<'_>, event: &Event<'_>, out: &mut Vec<u8>) {
    event::visit(event, &mut |part: Part<'_>| {
        if let Part::Message(message) = part {
            serialize::message(message, name_of(event.metadata()), F::MESSAGE, out);
        }
    });
    F::with_duplicates(line, out);
}

/// Appends the parts after those that are done, of which the next one has failed; says whether a key has changed.
#[cold]
#[inline(never)]
fn go_on<F: Form>(
    line: &Line<'_>,
    event: &Event<'_>,
    template: &Template,
    (n_done, end): (usize, usize),
    failure: &Failed,
    pairs_at: &Cell<usize>,
    out: &mut Vec<u8>,
) -> bool {
    out.truncate(end);
    let (mut n_parts, mut has_failed) = (0, false);
    let failed = failure.value();
    let failed_text = failed.to_string();
    event::visit(event, &mut |part: Part<'_>| {
        n_parts += 1;
        match part {
            _ if n_parts <= n_done => {}
            Part::Message(message) => {
                let failed = Value::Str(&failed_text);
                let message = if n_parts == n_done + 1 { &failed } else { message };
                serialize::message(message, name_of(event.metadata()), F::MESSAGE, out);
                pairs_at.set(out.len());
                let mut to = Cursor::new(out);
                F::before_pairs(line, &mut to);
                to.finish();
            }
            Part::Pair(index, value) => {
                let value = if n_parts == n_done + 1 { &failed } else { value };
                has_failed |= F::pair_alone(template.keys[index], value, out);
            }
        }
    });
    has_failed
}

/// An event on its way into a line.
struct Parts<'a, F> {
    line: &'a Line<'a>,
    event: &'a Event<'a>,
    template: &'a Template,
    heads: &'a [Padded31],
    to: Cursor<'a>,
    /// After an error nothing more is put.
    result: fmt::Result,
    /// How many parts are in the buffer, and where they end.
    done: &'a Cell<(usize, usize)>,
    /// Where the pairs begin.
    pairs_at: &'a Cell<usize>,
    /// A value has failed and changed its key.
    has_failed: &'a Cell<bool>,
    form: std::marker::PhantomData<F>,
}

impl<F: Form> Parts<'_, F> {
    #[inline(always)]
    fn end_part(&mut self, result: fmt::Result) {
        match result {
            Ok(()) => self.done.set((self.done.get().0 + 1, self.to.commit())),
            Err(error) => self.result = Err(error),
        }
    }
}

impl<F: Form> event::Parts for Parts<'_, F> {
    #[inline(never)]
    fn message(&mut self, message: &Value<'_>) {
        let name = name_of(self.event.metadata());
        let result = serialize::put_message(message, name, F::MESSAGE, &mut self.to);
        if result.is_ok() {
            self.pairs_at.set(self.to.position());
            F::before_pairs(self.line, &mut self.to);
        }
        self.end_part(result);
    }

    #[inline(always)]
    fn pair(&mut self, index: usize, value: &Value<'_>) {
        if self.result.is_err() {
            return;
        }
        let to = &mut self.to;
        let result = match (value, self.heads.get(index)) {
            (Value::Display(_) | Value::Debug(_), Some(head)) if to.put(head) => {
                serialize::put(value, F::TEXT, to)
            }
            _ => {
                if F::pair(self.template, self.heads, index, value, to) {
                    self.has_failed.set(true);
                }
                Ok(())
            }
        };
        self.end_part(result);
    }
}
