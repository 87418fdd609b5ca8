//! Ending the program with everything written.

use crate::{output::flush, sink::EXIT_FLUSH_TIMEOUT};

/// Flushes for at most [`EXIT_FLUSH_TIMEOUT`] and ends the program (klog's `FlushAndExit`).
///
/// ```no_run
/// klog::error!("Could not start");
/// klog::flush_and_exit(1);
/// ```
///
/// # The end of a program
///
/// Nothing is lost when `main` returns or panics, when any thread calls `std::process::exit`, and when a panic ends the
/// program because it cannot unwind: what outputs have buffered or queued is written then, by a handler of C's `atexit` or
/// by the panic hook, whether or not somebody holds the [`crate::Guard`].
/// Lost is what waits when the program is ended by a signal that nobody handles (`SIGKILL` always), by
/// `std::process::abort`, by a panic inside of a panic hook, or by C's `_exit`, and on systems other than Unix by `exit` while nobody holds the guard.
///
/// # Signals
///
/// klog handles no signals: a program that `SIGTERM` ends loses what it has buffered or queued, as every program does.
/// Wait for the signal, as a controller does anyway, and return from `main`, which drops the guard, or call this function:
///
/// ```no_run
/// # #[cfg(unix)] {
/// use signal_hook::{consts::{SIGINT, SIGTERM}, iterator::Signals};
///
/// let mut signals = Signals::new([SIGINT, SIGTERM])?;
/// std::thread::spawn(move || {
///     if let Some(signal) = signals.forever().next() {
///         klog::info!("Received signal, shutting down", signal);
///         klog::flush_and_exit(0);
///     }
/// });
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Forks
///
/// A child that was forked while its parent had other threads ends by this function, or by `_exit`: `std::process::exit`
/// takes a lock of the standard library, which a thread that was just starting or ending holds for ever in the child.
/// What `print!` has buffered without a line's end is not written then.
pub fn flush_and_exit(code: i32) -> ! {
    flush(EXIT_FLUSH_TIMEOUT);
    #[cfg(unix)]
    if crate::base::fork::generation() > 0 {
        crate::raw::exit_as_c(code);
    }
    std::process::exit(code)
}
