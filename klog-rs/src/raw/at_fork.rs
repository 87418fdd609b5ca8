//! A function of POSIX that tells of forks.

#[cfg(unix)]
type Handler = extern "C" fn();

#[cfg(unix)]
// SAFETY: the declaration is POSIX' own: three functions without arguments, any of which may be null. It is safe to call
// from anywhere.
unsafe extern "C" {
    safe fn pthread_atfork(
        prepare: Option<Handler>,
        parent: Option<Handler>,
        child: Option<Handler>,
    ) -> std::ffi::c_int;
}

/// Calls `in_child` in each child that this process forks, before it does anything else.
///
/// The child has one thread: `in_child` must take no lock and must not allocate.
#[cfg(unix)]
pub(crate) fn at_fork(in_child: extern "C" fn()) {
    // It fails for want of memory only; then a child shows its parent's id.
    let _ = pthread_atfork(None, None, Some(in_child));
}
