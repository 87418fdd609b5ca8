//! Entries that are logged before the program has a `tracing` subscriber: klog's text on standard error, at verbosity 0,
//! as klog itself does before its flags are parsed.
//!
//! Left out are events of plain `tracing`, which nobody hears before a subscriber is set.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use tracing::dispatcher::has_been_set;

use crate::{Output, Severity, call_site::CallSite, context::Context, record::Record};

/// The program has a subscriber; false for a while after it was set.
static OVER: AtomicBool = AtomicBool::new(false);

/// Whether a call is enabled while `tracing` says that nobody listens at all.
#[cold]
#[inline(never)]
pub(crate) fn allows(site: &CallSite) -> bool {
    is_now() && (is_verbosity_0(site.severity(), site.verbosity()) || site.decides_late())
}

/// Whether the program has no subscriber yet; once it has one, [`may_be`] knows.
fn is_now() -> bool {
    if has_been_set() {
        OVER.store(true, Relaxed);
        return false;
    }
    true
}

/// Whether information of this V level is written now.
pub(crate) fn allows_verbosity(verbosity: u32) -> bool {
    is_now() && verbosity == 0
}

fn is_verbosity_0(severity: Severity, verbosity: u32) -> bool {
    severity != Severity::Info || verbosity == 0
}

/// Whether [`write`] should be asked.
#[inline]
pub(crate) fn may_be() -> bool {
    !OVER.load(Relaxed)
}

/// Writes an entry, unless the program has a subscriber by now.
#[cold]
#[inline(never)]
pub(crate) fn write(record: &Record<'_>) -> bool {
    static OUTPUT: OnceLock<Output> = OnceLock::new();
    if !is_now() {
        return false;
    }
    let output = OUTPUT.get_or_init(|| {
        crate::encode::guard::silence_hook();
        Output::default()
    });
    output.write(record, Context::default());
    true
}
