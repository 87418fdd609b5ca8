//! Variables of a thread, which are gone when the thread is ending.

use std::thread::LocalKey;

/// Runs `f` with the variable; with `None` on a thread that is ending.
#[inline(always)]
pub(crate) fn with<T, R>(key: &'static LocalKey<T>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let mut f = Some(f);
    match key.try_with(|value| f.take().map(|f| f(Some(value)))) {
        Ok(Some(result)) => result,
        _ => match f {
            Some(f) => ending(f),
            None => unreachable!("the function was taken to be called"),
        },
    }
}

/// So that the compiler puts `f` in place where it mostly runs.
#[cold]
#[inline(never)]
fn ending<T, R>(f: impl FnOnce(Option<&T>) -> R) -> R {
    f(None)
}
