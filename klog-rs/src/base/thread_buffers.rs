//! Buffers that a thread keeps, so that a log call does not allocate.
//!
//! Each use has a buffer of its own. A value that logs while it is formatted finds its buffer taken and gets a new one,
//! and so does a thread that is ending.

use crate::raw::{Reused, with_local};

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
    /// A text that stands in the line and is to be quoted there.
    Text,
}

thread_local! {
    static KEPT: [Reused; 4] = const { [const { Reused::new() }; 4] };
}

/// Runs `f` with an empty buffer.
#[inline(always)]
pub(crate) fn with<R>(purpose: Use, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    with_local(&KEPT, |kept| {
        Reused::with(kept.map(|kept| &kept[purpose as usize]), |buffer| {
            buffer.clear();
            let result = f(buffer);
            if buffer.capacity() > MAX_KEPT {
                *buffer = Vec::new();
            }
            result
        })
    })
}
