//! Any [`io::Write`] as a sink.

use std::{
    fmt,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use super::Sink;
use crate::base::Severity;

/// Writes lines to an [`io::Write`]: a file, a socket, or a file that another crate rotates.
///
/// Writers wait for each other, so that lines stay whole. What the writer itself buffers is written by [`Sink::flush`].
///
/// ```
/// use klog::{Format, Output, sink::Writer};
///
/// # let path = std::env::temp_dir().join(format!("klog-writer-{}.log", std::process::id()));
/// let file = std::fs::File::options().append(true).create(true).open(&path)?;
/// let output = Output::new(Format::Text, Writer::new(file)).with_header(false);
/// klog::info!(logger: output.logger(), "Started", port = 8080);
/// assert_eq!(std::fs::read_to_string(&path)?, "\"Started\" port=8080\n");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Writer<W>(Mutex<W>);

impl<W: Write + Send + 'static> Writer<W> {
    /// A sink that writes to `writer`.
    pub fn new(writer: W) -> Self {
        Writer(Mutex::new(writer))
    }
}

impl<W: Write + Send + 'static> Sink for Writer<W> {
    fn write(&self, _severity: Severity, line: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(line)
    }

    fn flush(&self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl<W> fmt::Debug for Writer<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}
