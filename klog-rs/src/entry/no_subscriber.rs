//! Whether the program has a `tracing` subscriber yet, and what is logged while it has none: klog's text at verbosity 0, as
//! klog itself does before its flags are parsed.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tracing::dispatcher::has_been_set;

use crate::base::Severity;

/// The program has a subscriber; false for a while after it was set.
static SUBSCRIBER_SEEN: AtomicBool = AtomicBool::new(false);

/// Whether an entry is written by a program that has no subscriber.
pub(crate) fn takes(severity: Severity, verbosity: u32) -> bool {
    severity != Severity::Info || verbosity == 0
}

/// Whether the program has no subscriber yet; once it has one, [`no_subscriber_yet`] knows.
pub(crate) fn has_none() -> bool {
    if has_been_set() {
        SUBSCRIBER_SEEN.store(true, Relaxed);
        return false;
    }
    true
}

/// Whether [`has_none`] should be asked.
#[inline]
pub(crate) fn no_subscriber_yet() -> bool {
    !SUBSCRIBER_SEEN.load(Relaxed)
}
