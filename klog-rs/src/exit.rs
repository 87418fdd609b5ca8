//! Flushing, and ending the program with everything written.

use std::{
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use crate::Output;

/// klog's `ExitFlushTimeout`: how long [`flush_and_exit`] waits for the outputs.
pub const EXIT_FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// Outputs that were installed.
static INSTALLED: Mutex<Vec<Output>> = Mutex::new(Vec::new());

pub(crate) fn installed(output: &Output) {
    INSTALLED.lock().unwrap_or_else(PoisonError::into_inner).push(output.clone());
}

/// Writes what the installed outputs have buffered; gives up after `timeout` and says whether all was written.
///
/// ```
/// assert!(klog::flush(std::time::Duration::from_secs(1)));
/// ```
pub fn flush(timeout: Duration) -> bool {
    let outputs = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if outputs.is_empty() {
        return true;
    }
    // An output may block for ever; a thread of its own lets the caller go on.
    let (done, wait) = mpsc::channel();
    let flushing = thread::Builder::new().name("klog-flush".into()).spawn(move || {
        let n_failed = outputs.iter().filter(|output| output.flush().is_err()).count();
        // Nobody waits any more when the time is up.
        let _ = done.send(n_failed == 0);
    });
    flushing.is_ok() && wait.recv_timeout(timeout).unwrap_or(false)
}

/// Flushes for at most [`EXIT_FLUSH_TIMEOUT`] and ends the program (klog's `FlushAndExit`).
///
/// ```no_run
/// klog::error!("Could not start");
/// klog::flush_and_exit(1);
/// ```
pub fn flush_and_exit(code: i32) -> ! {
    flush(EXIT_FLUSH_TIMEOUT);
    std::process::exit(code)
}
