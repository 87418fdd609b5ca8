//! How often a call site logs: the state after `every!`, `first_n!` and `every_n!`.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use crate::{
    base::{fork, stats},
    value::Value,
};

/// The limit of a call site; the macros make one `static` each. It takes no lock and does not allocate.
///
/// Each function gives the number of entries that were left out since the last one, or `None` for one more.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Limit {
    /// Time of the last entry for `every`, else how often the limit was asked.
    state: AtomicU64,
    suppressed: AtomicU64,
}

impl Limit {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Limit { state: AtomicU64::new(0), suppressed: AtomicU64::new(0) }
    }

    /// Passes when `interval` is over since the last entry.
    #[doc(hidden)]
    pub fn every(&self, interval: Duration) -> Option<u64> {
        static START: OnceLock<Instant> = OnceLock::new();
        // There is no clock, and the standard library panics: all pass.
        if cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return self.pass(true);
        }
        let start = fork::get_or_init(&START, Instant::now);
        // Zero is before the first entry. 64 bits hold 584 years.
        let now = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX).saturating_add(1);
        let last = self.state.load(Relaxed);
        let interval = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        let is_over = last == 0 || now.saturating_sub(last) >= interval;
        // Of several threads one wins.
        self.pass(is_over && self.state.compare_exchange(last, now, Relaxed, Relaxed).is_ok())
    }

    /// Passes the first `n` times.
    #[doc(hidden)]
    pub fn first_n(&self, n: u64) -> Option<u64> {
        self.pass(self.state.load(Relaxed) < n && self.state.fetch_add(1, Relaxed) < n)
    }

    /// Passes the first time and then every `n`th time.
    #[doc(hidden)]
    pub fn every_n(&self, n: u64) -> Option<u64> {
        self.pass(self.state.fetch_add(1, Relaxed).is_multiple_of(n.max(1)))
    }

    #[inline]
    fn pass(&self, passes: bool) -> Option<u64> {
        if passes {
            return Some(self.suppressed.swap(0, Relaxed));
        }
        self.suppressed.fetch_add(1, Relaxed);
        stats::count_suppressed();
        None
    }
}

/// The values of a limited call, of which the last is the number of entries that were left out; without it if there were
/// none.
#[doc(hidden)]
#[inline]
pub fn limited<'a>(values: &'a [Value<'a>], n_suppressed: u64) -> &'a [Value<'a>] {
    match values {
        [others @ .., _] if n_suppressed == 0 => others,
        all => all,
    }
}
