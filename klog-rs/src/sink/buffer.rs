//! A buffer in front of a sink.

use std::{
    fmt, io,
    sync::{Mutex, PoisonError},
};

use super::{Losses, Sink, losses::reported};
use crate::base::{
    Severity,
    fork::PerProcess,
    stats::{self, LossReason},
};

/// Keeps lines until their size is reached: `--log-text-info-buffer-size`.
///
/// Only whole lines are handed on. A line that does not fit flushes the buffer first; one that is larger than the
/// buffer is written directly. Somebody must call [`Sink::flush`] from time to time; the guard of an installed
/// configuration does, and without it, and at the end of the program, nothing is kept any more.
///
/// A forked child starts with an empty buffer, and without a thread that flushes it: what its parent has buffered is not
/// written twice.
///
/// ```
/// use klog::{Format, Output, sink::{Buffered, Stream}};
///
/// let output = Output::new(Format::Text, Buffered::new(Stream::stdout(), 64 * 1024));
/// klog::info!(logger: output.logger(), "Kept for a while");
/// output.flush()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Buffered<S: Sink> {
    inner: S,
    capacity: usize,
    lines: PerProcess<Mutex<Lines>>,
    losses: Losses,
}

#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    /// Severity and length of each line, and how many lost lines it reports.
    each: Vec<(Severity, usize, u64)>,
    /// Nothing is kept any more.
    is_finished: bool,
}

impl<S: Sink> Buffered<S> {
    /// A buffer of `capacity` bytes.
    pub fn new(inner: S, capacity: usize) -> Self {
        Buffered { inner, capacity, lines: PerProcess::default(), losses: Losses::default() }
    }

    fn drain(&self, lines: &mut Lines) -> io::Result<()> {
        if lines.bytes.is_empty() {
            return Ok(());
        }
        let result = self.inner.write_lines(&lines.bytes, &mut lines.each.iter().copied());
        let each = lines.each.iter();
        match &result {
            Ok(()) => {
                let written = each.map(|(severity, n_bytes, _)| (*severity, *n_bytes));
                stats::count_written_late(written);
            }
            Err(error) => each.for_each(|&(severity, _, n_reported)| {
                self.losses.count_late(severity, LossReason::of(error), n_reported);
            }),
        }
        lines.bytes.clear();
        lines.each.clear();
        result
    }
}

impl<S: Sink> Sink for Buffered<S> {
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()> {
        let mut lines = self.lines.get().lock().unwrap_or_else(PoisonError::into_inner);
        if lines.bytes.len() + line.len() > self.capacity || lines.is_finished {
            // What is lost here was counted above; this line may still get through.
            let _ = self.drain(&mut lines);
        }
        if line.len() > self.capacity || lines.is_finished {
            return self.inner.write(severity, line);
        }
        lines.bytes.extend_from_slice(line);
        lines.each.push((severity, line.len(), reported()));
        stats::count_taken(severity, line.len());
        Ok(())
    }

    fn attach(&mut self, losses: &Losses) {
        self.losses = losses.clone();
        self.inner.attach(losses);
    }

    fn flush(&self) -> io::Result<()> {
        let mut lines = self.lines.get().lock().unwrap_or_else(PoisonError::into_inner);
        let result = self.drain(&mut lines);
        result.and(self.inner.flush())
    }

    fn finish(&self) -> io::Result<()> {
        let mut lines = self.lines.get().lock().unwrap_or_else(PoisonError::into_inner);
        lines.is_finished = true;
        let result = self.drain(&mut lines);
        result.and(self.inner.finish())
    }
}

impl<S: Sink> Drop for Buffered<S> {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.flush();
    }
}

impl<S: Sink + fmt::Debug> fmt::Debug for Buffered<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Buffered")
            .field("inner", &self.inner)
            .field("capacity", &self.capacity)
            .finish()
    }
}
