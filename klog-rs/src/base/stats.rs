//! Counters of what was written and what was lost.

use std::{
    cell::RefCell,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::{
    Severity,
    fork::{self, PerProcess},
};

/// Lines and bytes by severity. Each thread counts its own, so that threads do not wait for each other's cache lines.
#[derive(Debug, Default)]
struct Written {
    lines: [AtomicU64; 4],
    bytes: [AtomicU64; 4],
    /// Of lines that a sink has taken and not yet written, or has lost then: their output has counted them as written. One
    /// thread adds what another one takes away, so that only the sum over all is a number.
    waiting_lines: [AtomicU64; 4],
    waiting_bytes: [AtomicU64; 4],
    suppressed: AtomicU64,
}

impl Written {
    /// Adds what only this thread adds to: no read-modify-write is needed.
    #[inline]
    fn count(&self, severity: Severity, n_bytes: usize) {
        add(&self.lines[severity as usize], 1);
        add(&self.bytes[severity as usize], n_bytes as u64);
    }

    #[inline]
    fn count_suppressed(&self) {
        add(&self.suppressed, 1);
    }

    fn count_waiting(&self, severity: Severity, n_lines: u64, n_bytes: u64) {
        add(&self.waiting_lines[severity as usize], n_lines);
        add(&self.waiting_bytes[severity as usize], n_bytes);
    }

    fn add_to(&self, sum: &mut Sum) {
        for severity in 0..4 {
            sum.stats.lines[severity] += self.lines[severity].load(Relaxed);
            sum.stats.bytes[severity] += self.bytes[severity].load(Relaxed);
            let (lines, bytes) = (&self.waiting_lines[severity], &self.waiting_bytes[severity]);
            let (n_lines, n_bytes) = &mut sum.waiting[severity];
            *n_lines = n_lines.wrapping_add(lines.load(Relaxed));
            *n_bytes = n_bytes.wrapping_add(bytes.load(Relaxed));
        }
        sum.stats.suppressed += self.suppressed.load(Relaxed);
    }
}

#[inline]
fn add(counter: &AtomicU64, n: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(n), Relaxed);
}

/// Of several threads.
#[derive(Clone, Copy, Default)]
struct Sum {
    stats: Stats,
    /// Lines and bytes by severity.
    waiting: [(u64, u64); 4],
}

impl Sum {
    const ZERO: Sum = Sum { stats: Stats::ZERO, waiting: [(0, 0); 4] };
}

/// Counters of threads that run, and the sum of those that have ended.
static THREADS: PerProcess<Mutex<(Vec<Arc<Written>>, Sum)>> =
    PerProcess::new(Mutex::new((Vec::new(), Sum::ZERO)));

thread_local! {
    static OWN: Own = Own::register();
}

/// The counters of a thread.
struct Own {
    generation: u32,
    written: Arc<Written>,
    /// Those of a child that this thread has become.
    child: RefCell<Option<Box<Own>>>,
}

impl Own {
    fn register() -> Own {
        let written = Arc::new(Written::default());
        THREADS.get().lock().unwrap_or_else(PoisonError::into_inner).0.push(written.clone());
        Own { generation: fork::generation(), written, child: RefCell::default() }
    }

    #[inline]
    fn count(&self, count: impl Fn(&Written)) {
        if self.generation == fork::generation() {
            count(&self.written);
        } else {
            count(&self.of_child());
        }
    }

    #[cold]
    #[inline(never)]
    fn of_child(&self) -> Arc<Written> {
        let mut child = self.child.borrow_mut();
        let own = child.take().filter(|own| own.generation == fork::generation());
        child.insert(own.unwrap_or_else(|| Box::new(Own::register()))).written.clone()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut threads = THREADS.get().lock().unwrap_or_else(PoisonError::into_inner);
        let (running, ended) = &mut *threads;
        // The counters of a thread of the parent are not among those of its child.
        if running.iter().any(|written| Arc::ptr_eq(written, &self.written)) {
            running.retain(|written| !Arc::ptr_eq(written, &self.written));
            self.written.add_to(ended);
        }
    }
}

/// Counters that are seldom changed.
#[derive(Default)]
struct Rare {
    lost: [[AtomicU64; N_REASONS]; 4],
    value_panics: AtomicU64,
}

static RARE: PerProcess<Rare> = PerProcess::new(Rare {
    lost: [const { [const { AtomicU64::new(0) }; N_REASONS] }; 4],
    value_panics: AtomicU64::new(0),
});

const N_REASONS: usize = 6;

/// Why a line was lost.
///
/// ```
/// use klog::{Severity, sink::LossReason};
///
/// let lost = klog::stats().lost(Severity::Info, LossReason::NoSpace);
/// assert_eq!(lost, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LossReason {
    /// The reader has closed its end (`EPIPE`).
    BrokenPipe,
    /// The disk or quota is full (`ENOSPC`, `EDQUOT`, `EFBIG`).
    NoSpace,
    /// The stream is closed (`EBADF`).
    Closed,
    /// The queue of a non-blocking output was full ([`io::ErrorKind::WouldBlock`]).
    QueueFull,
    /// Any other failure of the write.
    Other,
    /// It was logged by the sink or the encoder that would have had to write it, while it wrote another line.
    Reentrant,
}

impl Stats {
    const ZERO: Stats = Stats {
        lines: [0; 4],
        bytes: [0; 4],
        lost: [[0; N_REASONS]; 4],
        suppressed: 0,
        value_panics: 0,
    };
}

impl Stats {
    /// Lines of this severity that were lost for this reason.
    ///
    /// ```
    /// use klog::{Severity, sink::LossReason};
    ///
    /// let stats = klog::stats();
    /// let lost: u64 = LossReason::ALL.iter().map(|reason| stats.lost(Severity::Error, *reason)).sum();
    /// assert_eq!(lost, 0);
    /// ```
    pub fn lost(&self, severity: Severity, reason: LossReason) -> u64 {
        self.lost[severity as usize][reason as usize]
    }
}

impl LossReason {
    /// All reasons, for a loop over [`Stats::lost`].
    pub const ALL: [LossReason; N_REASONS] = [
        LossReason::BrokenPipe,
        LossReason::NoSpace,
        LossReason::Closed,
        LossReason::QueueFull,
        LossReason::Other,
        LossReason::Reentrant,
    ];

    /// `broken_pipe`, `no_space`, `closed`, `queue_full`, `other` or `reentrant`: for the labels of metrics.
    ///
    /// ```
    /// assert_eq!(klog::sink::LossReason::QueueFull.name(), "queue_full");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            LossReason::BrokenPipe => "broken_pipe",
            LossReason::NoSpace => "no_space",
            LossReason::Closed => "closed",
            LossReason::QueueFull => "queue_full",
            LossReason::Other => "other",
            LossReason::Reentrant => "reentrant",
        }
    }

    pub(crate) fn of(error: &io::Error) -> LossReason {
        match error.kind() {
            io::ErrorKind::BrokenPipe => LossReason::BrokenPipe,
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => LossReason::NoSpace,
            // A stream waits instead; a queue that must not has no room.
            io::ErrorKind::WouldBlock => LossReason::QueueFull,
            io::ErrorKind::Deadlock => LossReason::Reentrant,
            _ if error.raw_os_error() == Some(EBADF) => LossReason::Closed,
            _ => LossReason::Other,
        }
    }
}

/// "Bad file descriptor" on every Unix.
const EBADF: i32 = 9;

/// Counts of what this process has written and lost so far, see [`stats()`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines written, by [`Severity`] in its order. Those that wait in a buffer or a queue are not among them; each entry
    /// becomes one line in here or one in `lost`.
    pub lines: [u64; 4],
    /// Bytes of these lines.
    pub bytes: [u64; 4],
    #[doc(hidden)]
    pub lost: [[u64; N_REASONS]; 4],
    /// Entries that [`crate::every!`], [`crate::first_n!`] and [`crate::every_n!`] left out.
    pub suppressed: u64,
    /// Values that panicked while they were formatted.
    pub value_panics: u64,
}

/// Counts lines and bytes by severity, lost lines by severity and reason, and values that panicked.
///
/// The counters are those of the whole process and only grow; klog's `Stats` has lines and bytes. A forked child starts
/// from zero.
///
/// `examples/metrics.rs` shows them in Prometheus' text format.
///
/// ```
/// let stats = klog::stats();
/// println!("klog_lines_total{{severity=\"error\"}} {}", stats.lines[klog::Severity::Error as usize]);
/// ```
pub fn stats() -> Stats {
    let threads = THREADS.get().lock().unwrap_or_else(PoisonError::into_inner);
    let (running, ended) = &*threads;
    let mut sum = *ended;
    for written in running {
        written.add_to(&mut sum);
    }
    let mut stats = sum.stats;
    let rare = RARE.get();
    stats.lost = rare.lost.each_ref().map(|lost| lost.each_ref().map(|lost| lost.load(Relaxed)));
    stats.value_panics = rare.value_panics.load(Relaxed);
    for (severity, (n_lines, n_bytes)) in sum.waiting.into_iter().enumerate() {
        // Threads count on while they are read: a sum below zero is none.
        let at_least_zero = |n: u64| if n > u64::MAX / 2 { 0 } else { n };
        let (lines, bytes) = (&mut stats.lines[severity], &mut stats.bytes[severity]);
        *lines = lines.saturating_sub(at_least_zero(n_lines));
        *bytes = bytes.saturating_sub(at_least_zero(n_bytes));
    }
    stats
}

#[inline]
pub(crate) fn count_line(severity: Severity, n_bytes: usize) {
    with_own(|own| own.count(severity, n_bytes));
}

#[inline]
pub(crate) fn count_suppressed() {
    with_own(Written::count_suppressed);
}

#[inline]
fn with_own(count: impl Fn(&Written)) {
    if OWN.try_with(|own| own.count(&count)).is_err() {
        let ended = Written::default();
        count(&ended);
        add_to_ended(&ended);
    }
}

/// The counters of a thread that is ending are gone; its last lines are counted with those that have ended.
#[cold]
#[inline(never)]
fn add_to_ended(written: &Written) {
    written.add_to(&mut THREADS.get().lock().unwrap_or_else(PoisonError::into_inner).1);
}

#[cold]
pub(crate) fn count_lost(severity: Severity, reason: LossReason) {
    RARE.get().lost[severity as usize][reason as usize].fetch_add(1, Relaxed);
}

/// A sink has taken a line, which it will write later.
pub(crate) fn count_taken(severity: Severity, n_bytes: usize) {
    with_own(|own| own.count_waiting(severity, 1, n_bytes as u64));
}

/// And has written these, of which severity and length are given.
pub(crate) fn count_written_late(lines: impl Iterator<Item = (Severity, usize)>) {
    let mut sums = [(0_u64, 0_u64); 4];
    for (severity, n_bytes) in lines {
        let (n_lines, sum) = &mut sums[severity as usize];
        *n_lines += 1;
        *sum += n_bytes as u64;
    }
    with_own(|own| {
        for severity in Severity::ALL {
            let (n_lines, n_bytes) = sums[severity as usize];
            if n_lines > 0 {
                own.count_waiting(severity, n_lines.wrapping_neg(), n_bytes.wrapping_neg());
            }
        }
    });
}

#[cold]
pub(crate) fn count_value_panic() {
    RARE.get().value_panics.fetch_add(1, Relaxed);
}
