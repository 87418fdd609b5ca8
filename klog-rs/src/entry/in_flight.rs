//! The entry that a thread is sending through `tracing`.
//!
//! A macro's call is a real `tracing` event. What other layers are shown are its fields; klog's layer finds the whole
//! record, typed and with its logger, in a slot of the thread that is set while the event is dispatched.

use tracing::Event;

use super::{CallSite, Record};
use crate::raw::{Family, Slot};

/// An event that is being dispatched: the record, and the call site by which the layer knows that it is this event's.
struct InFlight<'a> {
    site: &'static CallSite,
    record: &'a Record<'a>,
}

struct InFlightFamily;

// SAFETY: `InFlight` is covariant in its lifetime: it holds shared references and types that are covariant in theirs.
unsafe impl Family for InFlightFamily {
    type Of<'a> = InFlight<'a>;
}

thread_local! {
    static IN_FLIGHT: Slot<InFlightFamily> = const { Slot::new() };
}

/// Runs `f` with the record of this event, if it is an event of ours.
#[inline]
pub(crate) fn with_record<R>(event: &Event<'_>, f: impl FnOnce(Option<&Record<'_>>) -> R) -> R {
    Slot::with(&IN_FLIGHT, |in_flight| {
        f(in_flight
            .filter(|in_flight| std::ptr::eq(in_flight.site.metadata(), event.metadata()))
            .map(|in_flight| in_flight.record))
    })
}

/// Runs `f` while [`with_record`] finds this record.
#[inline(always)]
pub(crate) fn set(site: &'static CallSite, record: &Record<'_>, f: impl FnOnce()) {
    Slot::set(&IN_FLIGHT, &InFlight { site, record }, f);
}
