//! References that are visible to a thread for the time of a call: the record on its way through `tracing`, and the
//! current logger.
//!
//! Each call has a frame on its stack, and the frames of a thread are a chain. Calls end in any order where a thread
//! switches stacks (coroutines): a frame that ends leaves the chain, wherever in it it is. So whatever is in the chain is
//! alive. A reader may be suspended too; how its borrow stays good then is what [`Slot`] and [`Shared`] differ in.
//! Only pointers pass through [`LocalKey::with`], so that the compiler puts the closures in place.

use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    mem::ManuallyDrop,
    process, ptr,
    thread::LocalKey,
};

/// A call during which a value is visible.
struct Frame {
    value: *const (),
    outer: Cell<*const Frame>,
    n_readers: Cell<usize>,
}

/// The frames of a thread, the innermost first.
struct Chain(Cell<*const Frame>);

impl Chain {
    const fn new() -> Self {
        Chain(Cell::new(ptr::null()))
    }

    #[inline]
    fn enter(&self, frame: &Frame) {
        frame.outer.set(self.0.replace(frame));
    }

    #[inline]
    fn leave(&self, frame: &Frame) {
        if ptr::eq(self.0.get(), frame) {
            self.0.set(frame.outer.get());
        } else {
            self.leave_from_within(frame);
        }
    }

    /// Another call began later and has not ended.
    #[cold]
    #[inline(never)]
    fn leave_from_within(&self, frame: &Frame) {
        // SAFETY: `find` calls this with frames of the chain, which are alive.
        let is_next = |at: *const Frame| ptr::eq(unsafe { (*at).outer.get() }, frame);
        if let Some(inner) = self.find(is_next) {
            // SAFETY: as above.
            unsafe { (*inner).outer.set(frame.outer.get()) };
        }
    }

    /// The innermost frame that `is_it` takes, which must not run code of others.
    #[inline]
    fn find(&self, is_it: impl Fn(*const Frame) -> bool) -> Option<*const Frame> {
        let mut at = self.0.get();
        while !at.is_null() {
            if is_it(at) {
                return Some(at);
            }
            // SAFETY: a frame is in the chain from `enter` to `leave` only, which its owner calls before it is gone.
            at = unsafe { (*at).outer.get() };
        }
        None
    }
}

/// A thread's slot for references to a `T`; `T` is named with its lifetimes as `'static`.
///
/// A call waits for the readers of its value; one that would end before a reader ends the process. That takes a reader
/// which is suspended while another stack ends the call that it reads from.
pub(crate) struct Slot<T: 'static>(Chain, PhantomData<*const T>);

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
        Slot(Chain::new(), PhantomData)
    }

    /// Shows `value` while `f` runs.
    #[inline]
    pub(crate) fn set<R>(
        slot: &'static LocalKey<Self>,
        value: &T::Of<'_>,
        f: impl FnOnce() -> R,
    ) -> R {
        let frame = Frame {
            value: ptr::from_ref(value).cast(),
            outer: Cell::new(ptr::null()),
            n_readers: Cell::new(0),
        };
        let leave = Leave { slot, frame: &frame };
        slot.with(|slot| slot.0.enter(leave.frame));
        f()
    }

    /// Reads the innermost value that `is_it` takes, which must not run code of others; the borrow cannot leave `f`.
    #[inline]
    pub(crate) fn with<R>(
        slot: &'static LocalKey<Self>,
        is_it: impl for<'a> Fn(&T::Of<'a>) -> bool,
        f: impl for<'a> FnOnce(Option<&'a T::Of<'a>>) -> R,
    ) -> R {
        // SAFETY: a value in the chain was made from a reference in `set`, whose call has not returned. The type is the one
        // that was stored, but for lifetimes, by the contract of `Family`, and being covariant it may be shortened.
        let is_it = |frame: *const Frame| is_it(unsafe { &*(*frame).value.cast::<T::Of<'_>>() });
        let Some(frame) = slot.with(|slot| slot.0.find(is_it)) else { return f(None) };
        // SAFETY: the frame is alive, and so it is until the reader is dropped: `Leave` ends the process before.
        let reader = Reader(unsafe { &(*frame).n_readers });
        reader.0.set(reader.0.get() + 1);
        // SAFETY: as above. `f` takes any lifetime, so that it cannot keep the borrow.
        f(Some(unsafe { &*(*frame).value.cast::<T::Of<'_>>() }))
    }
}

struct Leave<'a, T: 'static> {
    slot: &'static LocalKey<Slot<T>>,
    frame: &'a Frame,
}

impl<T> Drop for Leave<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.slot.with(|slot| slot.0.leave(self.frame));
        if self.frame.n_readers.get() > 0 {
            process::abort();
        }
    }
}

struct Reader<'a>(&'a Cell<usize>);

impl Drop for Reader<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// A thread's slot for pointers that are shared, as an `Arc` is.
///
/// A reader has a copy of the pointer that counts as no reference. A call that ends while there are readers, its own or
/// others, leaves a clone for them.
pub(crate) struct Shared<P: 'static> {
    chain: Chain,
    n_readers: Cell<usize>,
    /// For readers of calls that have ended. Nothing is dropped with the thread, on which a reader may be suspended.
    kept: RefCell<ManuallyDrop<Vec<P>>>,
}

/// A pointer that may be copied for reading.
///
/// # Safety
///
/// A copy of its bits must be good for use by reference as long as one of its clones lives.
pub(crate) unsafe trait SharedPointer: Clone {}

impl<P: SharedPointer> Shared<P> {
    pub(crate) const fn new() -> Self {
        Shared {
            chain: Chain::new(),
            n_readers: Cell::new(0),
            kept: RefCell::new(ManuallyDrop::new(Vec::new())),
        }
    }

    /// Shows `pointer` while `f` runs; `None` leaves what is there.
    #[inline(always)]
    pub(crate) fn set<R>(
        slot: &'static LocalKey<Self>,
        pointer: Option<&P>,
        f: impl FnOnce() -> R,
    ) -> R {
        let frame = Frame {
            value: pointer.map_or(ptr::null(), ptr::from_ref).cast(),
            outer: Cell::new(ptr::null()),
            n_readers: Cell::new(0),
        };
        let _leave = pointer.map(|pointer| {
            slot.with(|slot| slot.chain.enter(&frame));
            LeaveShared { slot, frame: &frame, pointer }
        });
        f()
    }

    /// Reads what is shown; the borrow cannot leave `f`.
    #[inline]
    pub(crate) fn with<R>(slot: &'static LocalKey<Self>, f: impl FnOnce(Option<&P>) -> R) -> R {
        let (top, copy) = slot.with(|slot| {
            let top = slot.chain.0.get();
            if top.is_null() {
                return (top, None);
            }
            slot.n_readers.set(slot.n_readers.get() + 1);
            // SAFETY: the frame is in the chain, so that its call has not ended, and it has the pointer that its call was
            // given. The copy is not dropped, and it is used while a clone lives: the call's own, or the one that the call
            // leaves in `kept` when it ends, because there is a reader, and which stays there until there is none.
            (top, Some(ManuallyDrop::new(unsafe { ptr::read((*top).value.cast::<P>()) })))
        });
        let _reader = (!top.is_null()).then(|| SharedReader(slot));
        f(copy.as_deref())
    }
}

struct LeaveShared<'a, P: SharedPointer + 'static> {
    slot: &'static LocalKey<Shared<P>>,
    frame: &'a Frame,
    pointer: &'a P,
}

impl<P: SharedPointer> Drop for LeaveShared<'_, P> {
    #[inline]
    fn drop(&mut self) {
        self.slot.with(|slot| {
            slot.chain.leave(self.frame);
            if slot.n_readers.get() > 0 {
                keep(&slot.kept, self.pointer);
            }
        });
    }
}

#[cold]
#[inline(never)]
fn keep<P: Clone>(kept: &RefCell<ManuallyDrop<Vec<P>>>, pointer: &P) {
    kept.borrow_mut().push(pointer.clone());
}

struct SharedReader<P: SharedPointer + 'static>(&'static LocalKey<Shared<P>>);

impl<P: SharedPointer> Drop for SharedReader<P> {
    #[inline]
    fn drop(&mut self) {
        let has_kept = self.0.with(|slot| {
            let n_readers = slot.n_readers.get() - 1;
            slot.n_readers.set(n_readers);
            n_readers == 0 && !slot.kept.borrow().is_empty()
        });
        if has_kept {
            release(self.0);
        }
    }
}

/// Drops what was kept for readers, apart from their own end, which is a few instructions.
#[cold]
#[inline(never)]
fn release<P: SharedPointer>(slot: &'static LocalKey<Shared<P>>) {
    let kept = slot.with(|slot| slot.kept.take());
    // Code of the values may come back here.
    drop(ManuallyDrop::into_inner(kept));
}
