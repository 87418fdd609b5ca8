//! Flushing, and ending the program with everything written.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{Output, Sink, encode::guard, fork};

/// klog's `ExitFlushTimeout`: how long [`flush_and_exit`] waits for the outputs.
pub const EXIT_FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// The output that was installed.
static INSTALLED: OnceLock<Output> = OnceLock::new();

/// The sinks of all outputs that became layers, as long as there are such layers.
static LAYERS: Mutex<Vec<Weak<dyn Sink>>> = Mutex::new(Vec::new());

/// The process in which the last output became a layer, see [`fork::generation`].
static PROCESS: AtomicU32 = AtomicU32::new(0);

pub(crate) fn installed(output: &Output) {
    INSTALLED.get_or_init(|| output.clone());
}

pub(crate) fn became_layer(sink: &Arc<dyn Sink>) {
    let mut layers = LAYERS.lock().unwrap_or_else(PoisonError::into_inner);
    layers.retain(|layer| layer.strong_count() > 0);
    layers.push(Arc::downgrade(sink));
    PROCESS.store(fork::generation(), Relaxed);
}

/// Writes what the installed output, and every other one that is a layer, has buffered; gives up after `timeout` and says
/// whether all was written. A forked child, which may not start the thread that this takes, does not give up.
///
/// ```
/// assert!(klog::flush(std::time::Duration::from_secs(1)));
/// ```
pub fn flush(timeout: Duration) -> bool {
    let layers = LAYERS.lock().unwrap_or_else(PoisonError::into_inner);
    let sinks: Vec<_> = layers.iter().filter_map(Weak::upgrade).collect();
    drop(layers);
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
    if PROCESS.load(Relaxed) != fork::generation() {
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
