//! Functions of POSIX and C that call back at forks and at the end of a program.

use std::ffi::c_int;

type Handler = extern "C" fn();

// SAFETY: the declarations are those of POSIX and C: functions without arguments, which for a fork may be null. All may be
// called from anywhere. A library that is unloaded takes its handlers along.
unsafe extern "C" {
    safe fn pthread_atfork(
        prepare: Option<Handler>,
        parent: Option<Handler>,
        child: Option<Handler>,
    ) -> c_int;

    safe fn atexit(handler: Handler) -> c_int;

    safe fn exit(code: c_int) -> !;
}

/// Calls `before` on a thread that is about to fork, and then `in_parent` and `in_child` on that thread and its copy.
///
/// The child has one thread: `in_child` must take no lock and must not allocate.
pub(crate) fn at_fork(before: Handler, in_parent: Handler, in_child: Handler) {
    // It fails for want of memory only; then a child shows its parent's id.
    let _ = pthread_atfork(Some(before), Some(in_parent), Some(in_child));
}

/// Calls `handler` when `main` returns or a thread calls `exit`, on that thread.
pub(crate) fn at_exit(handler: Handler) {
    // It fails for want of memory only; then what is buffered is written by the guard alone.
    let _ = atexit(handler);
}

/// Ends the program as C does it, with the handlers of [`at_exit`].
///
/// `std::process::exit` takes locks before it comes here, of which a forked child does not know who holds them.
pub(crate) fn exit_as_c(code: c_int) -> ! {
    exit(code)
}
