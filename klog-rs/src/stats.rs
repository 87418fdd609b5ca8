//! Counters of what was written and what was lost.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::Severity;

static LINES: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
static BYTES: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
static LOST: [[AtomicU64; N_REASONS]; 4] = [const { [const { AtomicU64::new(0) }; N_REASONS] }; 4];
static VALUE_PANICS: AtomicU64 = AtomicU64::new(0);

const N_REASONS: usize = 5;

/// Why a line was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LossReason {
    /// The reader has closed its end (`EPIPE`).
    BrokenPipe,
    /// The disk or quota is full (`ENOSPC`, `EDQUOT`, `EFBIG`).
    NoSpace,
    /// The stream is closed (`EBADF`).
    Closed,
    /// The queue of a non-blocking output was full.
    QueueFull,
    /// Any other failure of the write.
    Other,
}

impl LossReason {
    /// All reasons, in the order of [`Stats::lost`].
    pub const ALL: [LossReason; N_REASONS] = [
        LossReason::BrokenPipe,
        LossReason::NoSpace,
        LossReason::Closed,
        LossReason::QueueFull,
        LossReason::Other,
    ];

    pub(crate) fn of(error: &io::Error) -> LossReason {
        match error.kind() {
            io::ErrorKind::BrokenPipe => LossReason::BrokenPipe,
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => LossReason::NoSpace,
            _ if error.raw_os_error() == Some(EBADF) => LossReason::Closed,
            _ => LossReason::Other,
        }
    }
}

/// "Bad file descriptor" on every Unix.
const EBADF: i32 = 9;

/// What this process has written and lost so far, see [`stats()`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines written, by [`Severity`] in its order.
    pub lines: [u64; 4],
    /// Bytes of these lines.
    pub bytes: [u64; 4],
    /// Lines lost, by severity and then by reason in the order of [`LossReason::ALL`].
    pub lost: [[u64; N_REASONS]; 4],
    /// Values that panicked while they were formatted.
    pub value_panics: u64,
}

/// Counts lines and bytes by severity, lost lines by severity and reason, and values that panicked.
///
/// The counters are those of the whole process and only grow; klog's `Stats` has lines and bytes.
///
/// ```
/// let stats = klog::stats();
/// println!("klog_lines_total{{severity=\"error\"}} {}", stats.lines[klog::Severity::Error as usize]);
/// ```
pub fn stats() -> Stats {
    let load = |counters: &[AtomicU64; 4]| {
        std::array::from_fn(|severity| counters[severity].load(Relaxed))
    };
    Stats {
        lines: load(&LINES),
        bytes: load(&BYTES),
        lost: std::array::from_fn(|severity| {
            std::array::from_fn(|reason| LOST[severity][reason].load(Relaxed))
        }),
        value_panics: VALUE_PANICS.load(Relaxed),
    }
}

#[inline]
pub(crate) fn count_line(severity: Severity, n_bytes: usize) {
    LINES[severity as usize].fetch_add(1, Relaxed);
    BYTES[severity as usize].fetch_add(n_bytes as u64, Relaxed);
}

#[cold]
pub(crate) fn count_lost(severity: Severity, reason: LossReason) {
    LOST[severity as usize][reason as usize].fetch_add(1, Relaxed);
}

#[cold]
pub(crate) fn count_value_panic() {
    VALUE_PANICS.fetch_add(1, Relaxed);
}
