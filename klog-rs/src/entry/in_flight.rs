//! The entry that a thread is sending through `tracing`.
//!
//! A macro's call is a real `tracing` event. What other layers are shown are its fields; klog's layer finds the whole
//! record, typed and with its logger, in a slot of the thread that is set while the event is dispatched.

use tracing::{Event, dispatcher};

use super::Record;
use crate::raw::{Family, Slot};

/// An event that is being dispatched, by its address, and its record.
///
/// Another event of the same call site is not this one: a layer may send one on that has other values, because these are
/// nobody else's to see.
struct InFlight<'a> {
    event: *const (),
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

fn address(event: &Event<'_>) -> *const () {
    std::ptr::from_ref(event).cast()
}

/// Runs `f` with the record of this event, if it is an event of ours.
#[inline]
pub(crate) fn with_record<R>(event: &Event<'_>, f: impl FnOnce(Option<&Record<'_>>) -> R) -> R {
    let event = address(event);
    Slot::with(
        &IN_FLIGHT,
        |in_flight| in_flight.event == event,
        |in_flight| f(in_flight.map(|in_flight| in_flight.record)),
    )
}

/// Sends the event to the current dispatcher while [`with_record`] finds its record.
#[inline(always)]
pub(crate) fn dispatch(event: &Event<'_>, record: &Record<'_>) {
    Slot::set(&IN_FLIGHT, &InFlight { event: address(event), record }, || {
        dispatcher::get_default(|current| current.event(event));
    });
}
