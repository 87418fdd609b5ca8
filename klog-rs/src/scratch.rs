//! Buffers that a thread keeps, so that a log call does not allocate.
//!
//! A value that logs while it is formatted takes the next buffer; a thread that is ending gets a new one each time.

use std::cell::{Cell, RefCell};

/// A buffer that has grown beyond this is given back to the allocator.
const MAX_KEPT: usize = 64 * 1024;

/// Nested calls deeper than this allocate.
const N_KEPT: usize = 4;

thread_local! {
    static KEPT: RefCell<[Vec<u8>; N_KEPT]> = const { RefCell::new([const { Vec::new() }; N_KEPT]) };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Runs `f` with an empty buffer.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let level = Level::enter();
    let mut buffer = KEPT
        .try_with(|kept| kept.borrow_mut().get_mut(level.0).map(std::mem::take))
        .ok()
        .flatten()
        .unwrap_or_default();
    buffer.clear();
    let result = f(&mut buffer);
    if buffer.capacity() <= MAX_KEPT {
        // A thread that is ending drops the buffer.
        let _ = KEPT.try_with(|kept| {
            if let Some(place) = kept.borrow_mut().get_mut(level.0) {
                *place = buffer;
            }
        });
    }
    result
}

/// How many buffers of this thread are in use; counted down even when `f` panics.
struct Level(usize);

impl Level {
    #[inline]
    fn enter() -> Level {
        let depth = DEPTH.get();
        DEPTH.set(depth + 1);
        Level(depth)
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}
