//! References that are visible to a thread for the time of a call: the record on its way through `tracing`, and the
//! current logger.
//!
//! A reference is stored as a pointer and handed out as a borrow that ends with the reader's closure, which runs inside the
//! call that stored it.
//! Only pointers pass through [`LocalKey::with`], so that the compiler puts the closures in place.

use std::{cell::Cell, marker::PhantomData, ptr, thread::LocalKey};

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
    pub(crate) fn set<R>(
        slot: &'static LocalKey<Self>,
        value: &T::Of<'_>,
        f: impl FnOnce() -> R,
    ) -> R {
        Slot::set_some(slot, Some(value), f)
    }

    /// The same, but `None` leaves what is there.
    #[inline(always)]
    pub(crate) fn set_some<R>(
        slot: &'static LocalKey<Self>,
        value: Option<&T::Of<'_>>,
        f: impl FnOnce() -> R,
    ) -> R {
        let before = slot.with(|slot| match value {
            Some(value) => slot.0.replace(ptr::from_ref(value).cast()),
            None => slot.0.get(),
        });
        let _restore = Restore { slot, before };
        f()
    }

    /// Reads what is stored; the borrow cannot leave `f`.
    #[inline]
    pub(crate) fn with<R>(
        slot: &'static LocalKey<Self>,
        f: impl for<'a> FnOnce(Option<&'a T::Of<'a>>) -> R,
    ) -> R {
        let pointer: *const T::Of<'_> = slot.with(|slot| slot.0.get()).cast();
        // SAFETY: a pointer that is not null was made from a reference in `set`, whose call has not returned: it
        // restores the slot first, and the slot is of this thread alone (`Cell` is not `Sync`). `f` takes any
        // lifetime, so that it cannot keep the borrow, and it returns before `set` does. The type is the one that was
        // stored, but for lifetimes, by the contract of `Family`, and being covariant it may be shortened.
        f(unsafe { pointer.as_ref() })
    }
}

struct Restore<T: 'static> {
    slot: &'static LocalKey<Slot<T>>,
    before: *const (),
}

impl<T> Drop for Restore<T> {
    #[inline]
    fn drop(&mut self) {
        self.slot.with(|slot| slot.0.set(self.before));
    }
}
