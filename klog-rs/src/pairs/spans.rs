//! Fields of `tracing` spans as context of entries.
//!
//! A span's fields are rendered once, when it is made, and found through a stack that each thread keeps of the spans it
//! has entered; the registry is asked only for what is not on that stack.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use tracing::span;

use super::{PairFormat, Pairs};
use crate::{
    base::{Key, fork},
    raw::{DeferredDrop, with_local},
    value::Value,
};

/// Fields of a span.
#[derive(Debug)]
pub(crate) struct SpanFields {
    name: &'static str,
    parent: Option<Arc<SpanFields>>,
    fields: Pairs,
    /// When it was made, if its end is an entry.
    pub(crate) started: Option<Instant>,
    /// Fields were recorded after the span was made.
    is_changed: AtomicBool,
    /// The span was entered, on whatever thread.
    #[cfg(feature = "opentelemetry")]
    pub(crate) was_entered: AtomicBool,
    /// All fields, when some were recorded later.
    changed: Mutex<Option<Arc<Pairs>>>,
}

impl SpanFields {
    pub(crate) fn new(
        name: &'static str,
        parent: Option<Arc<SpanFields>>,
        fields: Pairs,
        started: Option<Instant>,
    ) -> Self {
        SpanFields {
            name,
            parent,
            fields,
            started,
            is_changed: AtomicBool::new(false),
            #[cfg(feature = "opentelemetry")]
            was_entered: AtomicBool::new(false),
            changed: Mutex::new(None),
        }
    }

    /// The span's own name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn parent(&self) -> Option<&SpanFields> {
        self.parent.as_deref()
    }

    /// The fields, if none were recorded after the span was made.
    #[inline]
    pub(crate) fn unchanged(&self) -> Option<&Pairs> {
        (!self.is_changed.load(Relaxed)).then_some(&self.fields)
    }

    /// Calls `f` with the fields as they are now.
    #[inline]
    pub(crate) fn with_pairs(&self, f: impl FnOnce(&Pairs)) {
        if self.is_changed.load(Relaxed) {
            let changed = fork::lock(&self.changed).clone();
            f(changed.as_deref().unwrap_or(&self.fields));
        } else {
            f(&self.fields);
        }
    }

    /// Adds fields that were recorded later; the last value of a field counts.
    pub(crate) fn record(&self, format: PairFormat, recorded: &[(&str, Value<'_>)]) {
        let mut changed = fork::lock(&self.changed);
        let before = changed.as_deref().unwrap_or(&self.fields);
        let fields = Pairs::default().with(format, |each| {
            before.for_each(|key, value| {
                let value = recorded
                    .iter()
                    .find(|(other, _)| *other == key)
                    .map_or(value, |(_, value)| *value);
                each(Key::unchecked(key), &value);
            });
            for (index, (key, value)) in recorded.iter().enumerate() {
                let mut known = recorded[..index].iter().any(|(other, _)| other == key);
                before.for_each(|other, _| known |= other == *key);
                if !known {
                    each(Key::unchecked(key), value);
                }
            }
        });
        *changed = Some(Arc::new(fields));
        self.is_changed.store(true, Relaxed);
    }
}

thread_local! {
    static ENTERED: DeferredDrop<Entered, SpanFields> = const { DeferredDrop::new() };
    /// The length of the same, which is read without more ado.
    static N_ENTERED: Cell<usize> = const { Cell::new(0) };
}

struct Entered {
    /// The output to which the fields belong.
    owner: usize,
    id: u64,
}

pub(crate) fn enter(owner: usize, id: &span::Id, fields: Arc<SpanFields>) {
    // A thread that is ending has no context any more.
    let _ = ENTERED.try_with(|entered| {
        entered.push(Entered { owner, id: id.into_u64() }, fields);
        N_ENTERED.set(N_ENTERED.get() + 1);
    });
}

pub(crate) fn exit(owner: usize, id: &span::Id) {
    let id = id.into_u64();
    let _ = ENTERED.try_with(|entered| {
        // Spans may be left in another order than they were entered.
        N_ENTERED.set(entered.remove_last(|entered| entered.owner == owner && entered.id == id));
    });
}

/// The innermost span that this thread has entered.
pub(crate) fn current(owner: usize) -> Option<Arc<SpanFields>> {
    ENTERED.try_with(|entered| entered.last(|entered| entered.owner == owner)).ok().flatten()
}

/// Whether this thread has entered any span.
#[inline]
pub(crate) fn are_any() -> bool {
    N_ENTERED.get() > 0
}

/// Runs `f` with the innermost span that this thread has entered.
#[inline]
pub(crate) fn with_current<R>(owner: usize, f: impl FnOnce(Option<&SpanFields>) -> R) -> R {
    with_local(&ENTERED, |entered| match entered {
        Some(entered) => entered.with_last(|entered| entered.owner == owner, f),
        None => f(None),
    })
}
