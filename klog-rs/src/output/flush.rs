//! Flushing what the program has logged, when it is asked for and when the program ends.

use std::{
    sync::{Arc, Once, Weak},
    time::Duration,
};

use super::{Output, helper};
use crate::{
    base::{Severity, fork},
    sink::{
        EXIT_FLUSH_TIMEOUT, Sink,
        live::{self, Live, WeakLive},
    },
    value::guard,
};

/// An [`Output`] whose sink may be gone.
struct WeakOutput {
    sink: Weak<dyn Sink>,
    /// The same with another sink.
    output: Output,
}

impl WeakLive for WeakOutput {
    fn upgrade(&self) -> Option<Box<dyn Live>> {
        Some(Box::new(Output { sink: self.sink.upgrade()?, ..self.output.clone() }))
    }
}

impl Live for Output {
    fn identity(&self) -> usize {
        Output::identity(self)
    }

    fn flush(&self) -> bool {
        Output::flush(self).is_ok()
    }

    fn finish(&self) -> bool {
        self.flush_by(Sink::finish).is_ok()
    }
}

/// Nothing is written to it.
pub(super) struct Gone;

impl Sink for Gone {
    fn write(&self, _: Severity, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// Flushes this output with the others, and at the end of the program.
    pub(crate) fn watch(&self) {
        static ONCE: Once = Once::new();
        if self.lost.is_first_use() {
            let sink = Arc::downgrade(&self.sink);
            let output = Output { sink: Arc::new(Gone), tap: None, ..self.clone() };
            live::add(Box::new(WeakOutput { sink, output }));
        }
        if !ONCE.is_completed() {
            let _held = fork::hold();
            ONCE.call_once(|| {
                guard::at_end(|| {
                    flush(EXIT_FLUSH_TIMEOUT);
                });
                #[cfg(unix)]
                crate::raw::at_exit(at_exit);
            });
        }
    }
}

#[cfg(unix)]
extern "C" fn at_exit() {
    live::set_ending();
    all(EXIT_FLUSH_TIMEOUT, |output| output.finish());
}

/// Writes what all outputs have buffered; gives up after `timeout` and says whether all was written.
///
/// Called from within a sink, it leaves that sink out. A forked child, which may not start the thread that this takes, does
/// not give up, and neither does a program where no thread can be started.
///
/// ```
/// assert!(klog::flush(std::time::Duration::from_secs(1)));
/// ```
pub fn flush(timeout: Duration) -> bool {
    all(timeout, |output| output.flush())
}

/// Flushes all outputs, and lets the installed one keep no lines from now on.
pub(crate) fn finish(installed: usize) -> bool {
    all(EXIT_FLUSH_TIMEOUT, move |output| {
        if output.identity() == installed { output.finish() } else { output.flush() }
    })
}

fn all(timeout: Duration, flush: impl Fn(&dyn Live) -> bool + Send + 'static) -> bool {
    let mut outputs = live::all();
    // The thread would wait for itself.
    outputs.retain(|output| !guard::is_in_sink_of(output.identity()));
    if outputs.is_empty() {
        return true;
    }
    let flush_all = move || outputs.iter().filter(|output| !flush(&***output)).count() == 0;
    // The standard library's locks may be held in a forked child: no thread can be started there.
    if fork::generation() > 0 {
        return flush_all();
    }
    helper::run(flush_all, timeout)
}
