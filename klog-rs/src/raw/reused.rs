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

    /// Runs `f` with the buffer; with a new one if a call further out uses it, or if there is none.
    ///
    /// `f` is called in one place, so that the compiler can put it there.
    #[inline(always)]
    pub(crate) fn with<R>(reused: Option<&Self>, f: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let mut another = None;
        let free = reused.filter(|reused| !reused.is_lent.get());
        let _back = free.map(|reused| {
            reused.is_lent.set(true);
            Back(&reused.is_lent)
        });
        f(match free {
            // SAFETY: nobody else has a reference: the only one is made here while `is_lent` says that there is none, and
            // it says that there is one until `f` has returned or panicked. `f` takes any lifetime, so that it cannot keep it.
            Some(reused) => unsafe { &mut *reused.buffer.get() },
            None => new_one(&mut another),
        })
    }
}

#[cold]
#[inline(never)]
fn new_one(place: &mut Option<Vec<u8>>) -> &mut Vec<u8> {
    place.insert(Vec::new())
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

    /// Within a use there is another one; after it, and after a panic, there is the one with what it held.
    #[test]
    fn is_lent_once_at_a_time() {
        let reused = Reused::new();
        let n_bytes = |reused| {
            Reused::with(reused, |buffer| {
                buffer.push(b'a');
                buffer.len()
            })
        };
        assert_eq!(n_bytes(Some(&reused)), 1);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            Reused::with(Some(&reused), |_| {
                assert_eq!(n_bytes(Some(&reused)), 1);
                panic!("as it should")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!((n_bytes(None), n_bytes(Some(&reused))), (1, 2));
    }
}
