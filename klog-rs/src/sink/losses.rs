//! Lines that were lost and not yet reported.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use crate::base::{
    Severity,
    fork::PerProcess,
    stats::{self, LossReason},
};

/// Counts the lines that a sink loses after it has taken them, see [`crate::sink::Sink::attach`].
///
/// They show in [`crate::stats()`], and the output's next line is preceded by their number.
/// A line for which [`crate::sink::Sink::write`] returns an error is counted by the output itself.
///
/// ```
/// let losses = klog::sink::Losses::default();
/// losses.count(klog::Severity::Info, klog::sink::LossReason::Closed);
/// assert_eq!(klog::stats().lost(klog::Severity::Info, klog::sink::LossReason::Closed), 1);
/// ```
#[derive(Clone, Default)]
pub struct Losses(Arc<Unreported>);

#[derive(Default)]
struct Unreported {
    n_lines: AtomicU64,
    /// Queues in which there is no room for a report; those of a child are others.
    n_full: PerProcess<AtomicU64>,
    is_used: AtomicBool,
}

thread_local! {
    /// How many lost lines the line that is being written reports; 0 for all other lines.
    static REPORTED: Cell<u64> = const { Cell::new(0) };
}

/// How many lost lines the line reports that this thread hands to a sink, for sinks that write it later.
pub(super) fn reported() -> u64 {
    REPORTED.get()
}

impl Losses {
    /// Counts a line that the sink had taken, and that its output has therefore counted as written.
    #[cold]
    pub fn count(&self, severity: Severity, reason: LossReason) {
        stats::count_taken(severity, 0);
        self.count_refused(severity, reason);
    }

    /// Counts a line that no sink has taken.
    #[cold]
    pub(crate) fn count_refused(&self, severity: Severity, reason: LossReason) {
        stats::count_lost(severity, reason);
        self.0.n_lines.fetch_add(1, Relaxed);
    }

    /// Counts a line that was taken by [`stats::count_taken`] and is lost now. If it was a report, nobody misses the line, but
    /// what it reports is to be reported again.
    #[cold]
    pub(super) fn count_late(&self, severity: Severity, reason: LossReason, n_reported: u64) {
        if n_reported > 0 {
            self.put_back(n_reported);
        } else {
            self.count_refused(severity, reason);
        }
    }

    /// Runs `write`, which writes a report of that many lines.
    pub(crate) fn reporting<R>(n_lost: u64, write: impl FnOnce() -> R) -> R {
        struct Reset(u64);
        impl Drop for Reset {
            fn drop(&mut self) {
                REPORTED.set(self.0);
            }
        }
        // A report that fills a buffer makes it hand on other lines.
        let _reset = Reset(REPORTED.replace(n_lost));
        write()
    }

    /// Whether there is something to report and room for it.
    #[inline]
    pub(crate) fn want_report(&self) -> bool {
        self.0.n_lines.load(Relaxed) > 0 && self.0.n_full.get().load(Relaxed) == 0
    }

    pub(crate) fn take(&self) -> u64 {
        self.0.n_lines.swap(0, Relaxed)
    }

    /// They could not be reported.
    pub(crate) fn put_back(&self, n_lost: u64) {
        self.0.n_lines.fetch_add(n_lost, Relaxed);
    }

    /// A queue is full: a report would be in the way of other lines.
    pub(super) fn hold(&self) {
        self.0.n_full.get().fetch_add(1, Relaxed);
    }

    /// It has room again.
    pub(super) fn release(&self) {
        self.0.n_full.get().fetch_sub(1, Relaxed);
    }

    /// Whether nobody has asked before.
    pub(crate) fn is_first_use(&self) -> bool {
        !self.0.is_used.load(Relaxed) && !self.0.is_used.swap(true, Relaxed)
    }

    /// Tells an output and its clones from others.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl fmt::Debug for Losses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Losses").field(&self.0.n_lines).finish()
    }
}
