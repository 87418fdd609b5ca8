//! References that are visible to a thread for the time of a call: the record on its way through `tracing`, and the
//! current logger.
//!
//! A reference is stored as a pointer and handed out as a
//! borrow that ends with the reader's closure, which runs inside the call that stored it.

use std::{cell::Cell, marker::PhantomData, ptr};

/// A thread's slot for a reference to a `T`; `T` is named with its lifetimes as `'static`.
pub(crate) struct Slot<T: 'static>(Cell<*const ()>, PhantomData<*const T>);

/// Gives a type with another lifetime the place of its `'static` form.
///
/// # Safety
///
/// `Of<'a>` must be the same type as `Self` but for lifetimes, and covariant in `'a`.
pub(crate) unsafe trait Family {
    type Of<'a>;
}

impl<T: Family> Slot<T> {
    pub(crate) const fn new() -> Self {
        Slot(Cell::new(ptr::null()), PhantomData)
    }

    /// Stores `value` while `f` runs; what was there before comes back after it, even when `f` panics.
    #[inline]
    pub(crate) fn set<R>(&self, value: &T::Of<'_>, f: impl FnOnce() -> R) -> R {
        let _restore =
            Restore { slot: &self.0, before: self.0.replace(ptr::from_ref(value).cast()) };
        f()
    }

    /// Reads what is stored; the borrow cannot leave `f`.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl for<'a> FnOnce(Option<&'a T::Of<'a>>) -> R) -> R {
        let pointer: *const T::Of<'_> = self.0.get().cast();
        // SAFETY: a pointer that is not null was made from a reference in `set`, whose call has not returned: it
        // restores the slot first, and the slot is of this thread alone (`Cell` is not `Sync`). `f` takes any
        // lifetime, so that it cannot keep the borrow, and it returns before `set` does. The type is the one that was
        // stored, but for lifetimes, by the contract of `Family`, and being covariant it may be shortened.
        f(unsafe { pointer.as_ref() })
    }
}

struct Restore<'a> {
    slot: &'a Cell<*const ()>,
    before: *const (),
}

impl Drop for Restore<'_> {
    #[inline]
    fn drop(&mut self) {
        self.slot.set(self.before);
    }
}
