//! Buffers that a thread keeps, so that a log call does not allocate.
//!
//! Each use has a buffer of its own. A value that logs while it is formatted finds its buffer taken and gets a new one,
//! and so does a thread that is ending.

use std::cell::Cell;

/// A buffer that has grown beyond this is given back to the allocator.
const MAX_KEPT: usize = 256 * 1024;

/// What a buffer is for.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    /// The line.
    Line,
    /// Fields of an event or span in owned form.
    Tape,
    /// The message of an event, or one rendered pair.
    Piece,
    /// A text that is in the line and is to be quoted there.
    Text,
}

thread_local! {
    static KEPT: [Cell<Vec<u8>>; 4] = const { [const { Cell::new(Vec::new()) }; 4] };
}

/// Runs `f` with an empty buffer.
#[inline(always)]
pub(crate) fn with<R>(purpose: Use, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    let mut buffer = KEPT.try_with(|kept| kept[purpose as usize].take()).unwrap_or_default();
    buffer.clear();
    let result = f(&mut buffer);
    if buffer.capacity() <= MAX_KEPT {
        // A thread that is ending keeps nothing.
        let _ = KEPT.try_with(|kept| kept[purpose as usize].set(buffer));
    }
    result
}
