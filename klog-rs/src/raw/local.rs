//! Variables of a thread, which are gone when the thread is ending.

use std::{ptr, thread::LocalKey};

use super::DeferredDrop;

/// Runs `f` with the variable; with `None` on a thread that is ending.
///
/// [`LocalKey::try_with`] does the same, but the compiler mostly makes it a function of its own, which gets by reference all that `f`
/// needs.
#[inline(always)]
pub(crate) fn with_local<K, T, R>(
    key: &'static LocalKey<DeferredDrop<K, T>>,
    f: impl FnOnce(Option<&DeferredDrop<K, T>>) -> R,
) -> R {
    let pointer = key.try_with(ptr::from_ref);
    // SAFETY: the variable lives until the thread drops it, which it does when it runs nothing else: not while a function of
    // this thread, or of a variable that it drops earlier, waits for `f`. An `f` that is suspended on another stack may run
    // on when the thread has dropped the variable, but its place is the thread's until the end, and `DeferredDrop`, the only type
    // that is used with this function, has nothing that would be invalid then. `f` takes any lifetime, so that it cannot
    // keep the borrow, and what is borrowed cannot be moved.
    f(pointer.ok().map(|pointer| unsafe { &*pointer }))
}
