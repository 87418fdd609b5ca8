//! Buffers that a thread keeps, so that a log call does not allocate.
//!
//! Each use has a buffer of its own. A value that logs while it is formatted finds its buffer taken and gets a new one,
//! and so does a thread that is ending.

use crate::{local, raw::Reused};

/// A buffer that has grown beyond this is given back to the allocator.
const MAX_KEPT: usize = 64 * 1024;

/// What a buffer is for.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    /// The line.
    Line,
    /// Fields of an event or span in owned form.
    Tape,
    /// The message of an event, or one rendered pair.
    Piece,
}

thread_local! {
    static KEPT: [Reused; 3] = const { [const { Reused::new() }; 3] };
}

/// Runs `f` with an empty buffer.
#[inline]
pub(crate) fn with<R>(purpose: Use, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    local::with(&KEPT, |kept| match kept {
        Some(kept) => kept[purpose as usize].with(|buffer| match buffer {
            Some(buffer) => {
                buffer.clear();
                let result = f(buffer);
                if buffer.capacity() > MAX_KEPT {
                    *buffer = Vec::new();
                }
                result
            }
            None => with_another(f),
        }),
        None => with_another(f),
    })
}

/// So that the compiler puts `f` in place where it mostly runs.
#[cold]
#[inline(never)]
fn with_another<R>(f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    f(&mut Vec::new())
}
