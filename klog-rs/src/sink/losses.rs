//! Lines that were lost and not yet reported.

use std::{
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

impl Losses {
    /// Counts a line.
    #[cold]
    pub fn count(&self, severity: Severity, reason: LossReason) {
        stats::count_lost(severity, reason);
        self.0.n_lines.fetch_add(1, Relaxed);
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
