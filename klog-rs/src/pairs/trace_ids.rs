//! The ids of OpenTelemetry's current span as the pairs `traceID` and `spanID`.
//!
//! They come from OpenTelemetry's own context, where tracing-opentelemetry puts each span that is entered, so that they
//! are those that an exporter of logs takes, whatever the order of layers and their filters. Only an event that names
//! its span (`parent: &span`) is looked up in the data that tracing-opentelemetry keeps with spans. Asking for these data
//! starts a span, and one that has started takes no remote parent any more: so only spans that were entered are asked.

use std::{cell::RefCell, sync::Arc};

use opentelemetry::{Context, SpanId, TraceId, trace::TraceContextExt as _};
use tracing::{Dispatch, span};

use super::{PairFormat, Pairs};
use crate::{
    base::Key,
    value::{Value, guard},
};

/// Trace and span.
type Ids = (TraceId, SpanId);

/// The pairs of the span that is current for this thread.
pub(crate) fn current(format: PairFormat) -> Option<Arc<Pairs>> {
    let mut found = None;
    // Foreign code, which panics in a thread that is ending; then there are no ids.
    let _ = guard::value(|| {
        found = Context::map_current(ids);
        Ok(())
    });
    found.map(|ids| pairs(ids, format))
}

/// The pairs of this span, which was entered before.
pub(crate) fn of_span(
    id: &span::Id,
    dispatch: &Dispatch,
    format: PairFormat,
) -> Option<Arc<Pairs>> {
    let mut found = None;
    let _ = guard::value(|| {
        found =
            tracing_opentelemetry::get_otel_context(id, dispatch).and_then(|context| ids(&context));
        Ok(())
    });
    found.map(|ids| pairs(ids, format))
}

fn ids(context: &Context) -> Option<Ids> {
    if !context.has_active_span() {
        return None;
    }
    let span = context.span();
    let context = span.span_context();
    context.is_valid().then(|| (context.trace_id(), context.span_id()))
}

/// What a thread has rendered last: most lines have the ids of the line before.
struct Last {
    ids: Ids,
    format: PairFormat,
    pairs: Arc<Pairs>,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

fn pairs(ids: Ids, format: PairFormat) -> Arc<Pairs> {
    let known = LAST.try_with(|last| {
        let last = last.try_borrow().ok()?;
        let last = last.as_ref().filter(|last| last.ids == ids && last.format == format)?;
        Some(last.pairs.clone())
    });
    if let Ok(Some(pairs)) = known {
        return pairs;
    }
    let pairs = Pairs::default().with(format, |each| {
        each(Key::unchecked("traceID"), &Value::Str(&ids.0.to_string()));
        each(Key::unchecked("spanID"), &Value::Str(&ids.1.to_string()));
    });
    let pairs = Arc::new(pairs);
    // A thread that is ending keeps nothing.
    let _ = LAST.try_with(|last| {
        if let Ok(mut last) = last.try_borrow_mut() {
            *last = Some(Last { ids, format, pairs: pairs.clone() });
        }
    });
    pairs
}
