//! A buffer that is used again and again, by one at a time.

use std::{
    cell::{Cell, UnsafeCell},
    fmt,
};

/// A buffer that one call at a time may use; it is of one thread, since it is not `Sync`.
pub(crate) struct Reused {
    is_lent: Cell<bool>,
    buffer: UnsafeCell<Vec<u8>>,
}

impl Reused {
    pub(crate) const fn new() -> Self {
        Reused { is_lent: Cell::new(false), buffer: UnsafeCell::new(Vec::new()) }
    }

    /// Runs `f` with the buffer, or with `None` if a call further out uses it.
    #[inline(always)]
    pub(crate) fn with<R>(&self, f: impl FnOnce(Option<&mut Vec<u8>>) -> R) -> R {
        if self.is_lent.get() {
            return f(None);
        }
        self.is_lent.set(true);
        let _back = Back(&self.is_lent);
        // SAFETY: nobody else has a reference: the only one is made here while `is_lent` says that there is none, and it
        // says that there is one until `f` has returned or panicked. `f` takes any lifetime, so that it cannot keep it.
        f(Some(unsafe { &mut *self.buffer.get() }))
    }
}

impl fmt::Debug for Reused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reused").field("is_lent", &self.is_lent).finish_non_exhaustive()
    }
}

/// Says that the buffer is back, after a panic as well.
struct Back<'a>(&'a Cell<bool>);

impl Drop for Back<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Reused;

    /// Within a use there is none; after it, and after a panic, there is one with what it held.
    #[test]
    fn is_lent_once_at_a_time() {
        let reused = Reused::new();
        let use_it = || {
            reused.with(|buffer| {
                let buffer = buffer.expect("it is there");
                buffer.push(b'a');
                assert!(reused.with(|inner| inner.is_none()));
                buffer.len()
            })
        };
        assert_eq!(use_it(), 1);
        let panicked = catch_unwind(AssertUnwindSafe(|| reused.with(|_| panic!("as it should"))));
        assert!(panicked.is_err());
        assert_eq!(use_it(), 2);
    }
}
