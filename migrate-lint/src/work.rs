//! How much work was done, counted in debug builds so that a test can say how it grows: tokens that were read or asked
//! for, and names that were looked up. A count does not depend on how fast or busy a machine is.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Counts steps of this thread.
#[inline]
pub(crate) fn count(n_steps: usize) {
    if cfg!(debug_assertions) {
        STEPS.set(STEPS.get() + n_steps as u64);
    }
}

/// The steps of this thread so far; always 0 in a release build.
pub fn steps() -> u64 {
    STEPS.get()
}
