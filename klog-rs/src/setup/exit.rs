//! Ending the program with everything written.

use crate::{output::flush, sink::EXIT_FLUSH_TIMEOUT};

/// Flushes for at most [`EXIT_FLUSH_TIMEOUT`] and ends the program (klog's `FlushAndExit`).
///
/// ```no_run
/// klog::error!("Could not start");
/// klog::flush_and_exit(1);
/// ```
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
pub fn flush_and_exit(code: i32) -> ! {
    flush(EXIT_FLUSH_TIMEOUT);
    std::process::exit(code)
}
