//! Threads with room for deep texts, and how much work was done.
//!
//! Work is counted in debug builds so that a test can say how it grows: tokens that were read or asked
//! for, and names that were looked up. A count does not depend on how fast or busy a machine is.

use std::cell::Cell;
use std::{io, panic, thread};

/// Stack of a thread that reads source, in bytes; what is not used takes no memory.
pub const STACK: usize = 256 << 20;

/// Runs on a thread with room, and gives the threads of rayon the same, where none has been started yet.
///
/// # Errors
///
/// The system starts no thread.
pub fn with_room<R: Send>(run: impl FnOnce() -> R + Send) -> io::Result<R> {
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
    let main = thread::Builder::new().name("main".to_owned()).stack_size(STACK);
    thread::scope(|scope| {
        let thread = main.spawn_scoped(scope, run)?;
        thread.join().or_else(|panic| panic::resume_unwind(panic))
    })
}

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
