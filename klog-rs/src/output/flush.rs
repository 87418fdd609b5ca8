//! Flushing what the program has logged.

use std::{
    sync::{OnceLock, mpsc},
    thread,
    time::Duration,
};

use super::Output;
use crate::{sink::live, value::guard};

/// The output that was installed.
static INSTALLED: OnceLock<Output> = OnceLock::new();

pub(crate) fn installed(output: &Output) {
    INSTALLED.get_or_init(|| output.clone());
}

/// Writes what the installed output, and every other one that is a layer, has buffered; gives up after `timeout` and says
/// whether all was written. A forked child, which may not start the thread that this takes, does not give up.
///
/// ```
/// assert!(klog::flush(std::time::Duration::from_secs(1)));
/// ```
pub fn flush(timeout: Duration) -> bool {
    let sinks = live::all();
    if sinks.is_empty() {
        return true;
    }
    let flush = move || {
        // The installed output also reports what it has lost.
        let is_written = INSTALLED.get().is_none_or(|output| output.flush().is_ok());
        let n_failed = sinks.iter().filter(|sink| guard::sink(|| sink.flush()).is_err()).count();
        is_written && n_failed == 0
    };
    // The standard library's locks may be held in a forked child: no thread can be started there.
    if live::are_of_parent() {
        return flush();
    }
    // An output may block for ever; a thread of its own lets the caller go on.
    let (done, wait) = mpsc::channel();
    let flushing = thread::Builder::new().name("klog-flush".into()).spawn(move || {
        // Nobody waits any more when the time is up.
        let _ = done.send(flush());
    });
    flushing.is_ok() && wait.recv_timeout(timeout).unwrap_or(false)
}
