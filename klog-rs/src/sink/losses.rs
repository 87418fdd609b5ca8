//! Lines that were lost and not yet reported.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    Severity,
    stats::{self, LossReason},
};

/// Counts the lines that a sink loses after it has taken them, see [`crate::Sink::attach`].
///
/// They show in [`crate::stats()`], and the output's next line is preceded by their number.
/// A line for which [`crate::Sink::write`] returns an error is counted by the output itself.
///
/// ```
/// let losses = klog::Losses::default();
/// losses.count(klog::Severity::Info, klog::LossReason::Closed);
/// assert_eq!(klog::stats().lost[0][2], 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Losses(Arc<AtomicU64>);

impl Losses {
    /// Counts a line.
    #[cold]
    pub fn count(&self, severity: Severity, reason: LossReason) {
        stats::count_lost(severity, reason);
        self.0.fetch_add(1, Relaxed);
    }

    /// Whether lines were lost since [`Losses::take`].
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.0.load(Relaxed) > 0
    }

    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Relaxed)
    }

    /// They could not be reported.
    pub(crate) fn put_back(&self, n_lost: u64) {
        self.0.fetch_add(n_lost, Relaxed);
    }

    /// Tells an output and its clones from others.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}
