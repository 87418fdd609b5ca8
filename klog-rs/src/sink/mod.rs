//! Sinks: where lines go. A sink gets whole lines and never looks inside.

mod buffer;
pub(crate) mod live;
mod losses;
mod non_blocking;
mod split;
mod stream;
mod writer;

use std::io;

use smallvec::SmallVec;

pub use self::{
    buffer::Buffered,
    live::EXIT_FLUSH_TIMEOUT,
    losses::Losses,
    non_blocking::{NonBlocking, WhenFull},
    split::Split,
    stream::Stream,
    writer::Writer,
};
use crate::base::Severity;
pub use crate::base::stats::{LossReason, Stats};

/// One of several lines that are handed over together.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub(crate) severity: Severity,
    pub(crate) n_bytes: usize,
    /// How many lost lines it reports.
    pub(crate) n_reported: u64,
    /// In the order of the queue.
    number: u64,
}

impl Line {
    fn new(severity: Severity, line: &[u8]) -> Line {
        Line { severity, n_bytes: line.len(), n_reported: 0, number: 0 }
    }
}

/// A sink is given that much at once by a queue, if it does not ask for more.
const PIECE: usize = 4096;

/// Takes whole lines.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// /// Keeps all lines in memory.
/// struct Memory(Arc<Mutex<Vec<u8>>>);
///
/// impl klog::sink::Sink for Memory {
///     fn write(&self, _severity: klog::Severity, line: &[u8]) -> std::io::Result<()> {
///         self.0.lock().unwrap().extend_from_slice(line);
///         Ok(())
///     }
/// }
///
/// let lines = Arc::new(Mutex::new(Vec::new()));
/// let output = klog::Output::new(klog::Format::Text, Memory(lines.clone())).with_header(false);
/// klog::info!(logger: output.logger(), "Started", port = 8080);
/// assert_eq!(*lines.lock().unwrap(), b"\"Started\" port=8080\n");
/// ```
pub trait Sink: Send + Sync + 'static {
    /// Writes one line, with its final `\n`, whole or not at all.
    ///
    /// It may be called from any thread. What it logs by itself, or what a client in it logs on the same thread, would come
    /// back to it: it is kept out of this sink, as [`crate::sink::LossReason::Reentrant`]. A client that logs on threads of its
    /// own cannot be distinguished from the program; give it no output that leads here.
    ///
    /// # Errors
    ///
    /// An error means that the line is lost; the output counts it, see [`crate::stats()`].
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()>;

    /// Writes the first of several lines that came one after the other, or some of the first at once, and gives how many
    /// of them it has dealt with: at least one, unless there is none. An error is about the last of these; the others
    /// are written.
    ///
    /// A [`NonBlocking`] queue calls it, so that a sink for which a call is dear has fewer; by default there is
    /// one [`Sink::write`] a line.
    fn write_first(&self, lines: &[(Severity, &[u8])]) -> (usize, io::Result<()>) {
        match lines {
            [] => (0, Ok(())),
            [(severity, line), ..] => (1, self.write(*severity, line)),
        }
    }

    /// [`Sink::write_first`] of lines that are one after the other in `bytes`: what a queue hands on. By default those of
    /// one piece are handed to `write_first`.
    #[doc(hidden)]
    fn write_first_of(&self, bytes: &[u8], lines: &[Line]) -> (usize, io::Result<()>) {
        let mut rest = bytes;
        let mut n_bytes = 0;
        let first: SmallVec<[(Severity, &[u8]); 64]> = lines
            .iter()
            .map_while(|each| {
                let (line, after) = rest.split_at_checked(each.n_bytes)?;
                rest = after;
                n_bytes += each.n_bytes;
                (n_bytes <= PIECE || n_bytes == each.n_bytes).then_some((each.severity, line))
            })
            .collect();
        self.write_first(&first)
    }

    /// Writes several whole lines at once, of which `lines` gives severity, length and how many lost lines it reports, all or none: what a buffer hands on.
    ///
    /// # Errors
    ///
    /// An error means that all are lost.
    #[doc(hidden)]
    fn write_lines(
        &self,
        bytes: &[u8],
        lines: &mut dyn Iterator<Item = (Severity, usize, u64)>,
    ) -> io::Result<()> {
        let _ = lines;
        self.write(Severity::Info, bytes)
    }

    /// Hands over the counter of lines that this sink will lose after it has taken them; called once, by
    /// [`crate::Output::new`]. A sink that wraps another one passes it on.
    fn attach(&mut self, losses: &Losses) {
        let _ = losses;
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    ///
    /// An error means that what was buffered is lost.
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }

    /// Writes what is buffered, and from now on each line at once: the program is ending, or nobody is left who would call
    /// [`Sink::flush`] from time to time. A sink that wraps another one passes it on.
    ///
    /// # Errors
    ///
    /// As for [`Sink::flush`].
    fn finish(&self) -> io::Result<()> {
        self.flush()
    }
}

impl Sink for Box<dyn Sink> {
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()> {
        (**self).write(severity, line)
    }

    fn write_first(&self, lines: &[(Severity, &[u8])]) -> (usize, io::Result<()>) {
        (**self).write_first(lines)
    }

    fn write_first_of(&self, bytes: &[u8], lines: &[Line]) -> (usize, io::Result<()>) {
        (**self).write_first_of(bytes, lines)
    }

    fn write_lines(
        &self,
        bytes: &[u8],
        lines: &mut dyn Iterator<Item = (Severity, usize, u64)>,
    ) -> io::Result<()> {
        (**self).write_lines(bytes, lines)
    }

    fn attach(&mut self, losses: &Losses) {
        (**self).attach(losses);
    }

    fn flush(&self) -> io::Result<()> {
        (**self).flush()
    }

    fn finish(&self) -> io::Result<()> {
        (**self).finish()
    }
}
