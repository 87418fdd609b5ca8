//! Standard error and standard output, one `write(2)` a line, and one for several that a queue hands over.

use std::{
    fmt, io,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use smallvec::SmallVec;

use super::{Line, Sink};
use crate::base::{
    Severity,
    fork::PerProcess,
    thread_buffers::{self, Use},
};

/// Up to this many bytes a pipe takes at once, whatever else is written to it (`PIPE_BUF`).
const ATOMIC: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// Lines that a queue hands over are written to a file in pieces of this size.
const IN_FILE: usize = 64 * 1024;

/// Standard error or standard output, unbuffered.
///
/// A line of up to 4096 bytes (on Linux; 512 elsewhere) to a pipe or a file is one `write(2)` that the system keeps whole.
/// Any other one excludes the other writers of this process until all of it is written: a longer line, and one to a
/// terminal or a socket, which may take a part.
/// Interrupted and partial writes are continued; a stream in non-blocking mode is waited for. Where a disk becomes full in
/// the middle of a line, the next line that gets through begins a new one.
///
/// ```
/// use klog::{Format, Output, sink::Stream};
///
/// let output = Output::new(Format::Text, Stream::stdout());
/// klog::info!(logger: output.logger(), "To standard output");
/// let output = Output::new(Format::Text, Stream::stderr());
/// klog::info!(logger: output.logger(), "To standard error");
/// ```
pub struct Stream {
    file: File,
}

#[derive(Clone, Copy)]
enum File {
    Stdout,
    Stderr,
}

/// The writers of a stream.
#[derive(Default)]
struct Writers {
    /// Held shared by those whose lines the system keeps whole, alone by others.
    lock: RwLock<()>,
    /// The last line was written in part.
    is_torn: AtomicBool,
}

static STDOUT: PerProcess<Writers> = PerProcess::new(Writers::new());
static STDERR: PerProcess<Writers> = PerProcess::new(Writers::new());

/// Both streams lead to one terminal, file or pipe, as they often do: then their writers exclude each other.
static ARE_SAME: AtomicBool = AtomicBool::new(false);

impl Writers {
    const fn new() -> Self {
        Writers { lock: RwLock::new(()), is_torn: AtomicBool::new(false) }
    }
}

impl File {
    fn writers(self) -> &'static Writers {
        match self {
            File::Stdout if !ARE_SAME.load(Relaxed) => STDOUT.get(),
            File::Stdout | File::Stderr => STDERR.get(),
        }
    }

    /// What the stream leads to takes up to so many bytes whole or not at all; 0 where it may take a part of a line.
    fn n_whole(self) -> &'static AtomicUsize {
        static STDOUT: AtomicUsize = AtomicUsize::new(0);
        static STDERR: AtomicUsize = AtomicUsize::new(0);
        match self {
            File::Stdout => &STDOUT,
            File::Stderr => &STDERR,
        }
    }
}

/// Looks where the streams lead now.
#[cfg(unix)]
fn look() {
    use std::os::{
        fd::BorrowedFd,
        unix::fs::{FileTypeExt as _, MetadataExt as _},
    };
    let look = |file: BorrowedFd<'_>| {
        let file = file.try_clone_to_owned().ok()?;
        std::fs::File::from(file).metadata().ok()
    };
    let (stdout, stderr) = (look(rustix::stdio::stdout()), look(rustix::stdio::stderr()));
    for (file, metadata) in [(File::Stdout, &stdout), (File::Stderr, &stderr)] {
        let kind = metadata.as_ref().map(std::fs::Metadata::file_type);
        let n_whole = match kind {
            Some(kind) if kind.is_file() => IN_FILE,
            Some(kind) if kind.is_fifo() => ATOMIC,
            _ => 0,
        };
        file.n_whole().store(n_whole, Relaxed);
    }
    let identity = |metadata: Option<std::fs::Metadata>| metadata.map(|it| (it.dev(), it.ino()));
    ARE_SAME.store(identity(stdout) == identity(stderr), Relaxed);
}

/// Elsewhere both are taken for one that takes lines in part.
#[cfg(not(unix))]
fn look() {
    ARE_SAME.store(true, Relaxed);
}

impl Stream {
    /// Standard error: where Kubernetes components log.
    pub fn stderr() -> Self {
        Stream::new(File::Stderr)
    }

    /// Standard output.
    pub fn stdout() -> Self {
        Stream::new(File::Stdout)
    }

    fn new(file: File) -> Self {
        look();
        Stream { file }
    }

    #[inline]
    fn write_line(&self, writers: &Writers, line: &[u8]) -> io::Result<()> {
        self.file.write_all(line).map_err(|(error, n_written)| {
            if n_written > 0 {
                writers.is_torn.store(true, Relaxed);
            }
            error
        })
    }
}

impl Sink for Stream {
    #[inline]
    fn write(&self, _severity: Severity, line: &[u8]) -> io::Result<()> {
        let writers = self.file.writers();
        let is_whole = line.len() <= ATOMIC && self.file.n_whole().load(Relaxed) > 0;
        if is_whole && !writers.is_torn.load(Relaxed) {
            let _shared = writers.lock.read().unwrap_or_else(PoisonError::into_inner);
            self.write_line(writers, line)
        } else {
            let _alone = writers.lock.write().unwrap_or_else(PoisonError::into_inner);
            if writers.is_torn.load(Relaxed) {
                self.file.write_all(b"\n").map_err(|(error, _)| error)?;
                writers.is_torn.store(false, Relaxed);
            }
            self.write_line(writers, line)
        }
    }

    /// As many lines as the system keeps whole are one `write(2)`.
    fn write_first(&self, lines: &[(Severity, &[u8])]) -> (usize, io::Result<()>) {
        let mut n_bytes = 0;
        let is_in_first = |(_, line): &&(Severity, &[u8])| {
            n_bytes += line.len();
            n_bytes <= ATOMIC
        };
        let n_lines = lines.iter().take_while(is_in_first).count();
        if n_lines < 2 {
            let Some((severity, line)) = lines.first() else { return (0, Ok(())) };
            return (1, self.write(*severity, line));
        }
        let first = &lines[..n_lines];
        let each: SmallVec<[Line; 64]> =
            first.iter().map(|(severity, line)| Line::new(*severity, line)).collect();
        thread_buffers::with(Use::Text, |bytes| {
            first.iter().for_each(|(_, line)| bytes.extend_from_slice(line));
            self.write_first_of(bytes, &each)
        })
    }

    fn write_first_of(&self, bytes: &[u8], lines: &[Line]) -> (usize, io::Result<()>) {
        let writers = self.file.writers();
        let ends = lines.iter().scan(0, |end, line| {
            *end += line.n_bytes;
            Some(*end)
        });
        let n_whole = self.file.n_whole().load(Relaxed);
        let (n_lines, n_bytes) = ends
            .clone()
            .take_while(|end| *end <= n_whole)
            .fold((0, 0), |(n_lines, _), end| (n_lines + 1, end));
        if n_lines < 2 || writers.is_torn.load(Relaxed) {
            let Some(first) = lines.first() else { return (0, Ok(())) };
            return (1, self.write(first.severity, bytes.get(..first.n_bytes).unwrap_or(bytes)));
        }
        let bytes = bytes.get(..n_bytes).unwrap_or(bytes);
        let result = if n_bytes <= ATOMIC {
            let _shared = writers.lock.read().unwrap_or_else(PoisonError::into_inner);
            self.file.write_all(bytes)
        } else {
            let _alone = writers.lock.write().unwrap_or_else(PoisonError::into_inner);
            self.file.write_all(bytes)
        };
        let Err((error, n_written)) = result else { return (n_lines, Ok(())) };
        let (n_whole, is_torn) = whole_lines(ends, n_written);
        if is_torn {
            writers.is_torn.store(true, Relaxed);
        }
        (n_whole + 1, Err(error))
    }
}

/// How many lines are among the bytes that were written, and whether a part of another one is.
fn whole_lines(ends: impl Iterator<Item = usize>, n_written: usize) -> (usize, bool) {
    let mut end_of_last = 0;
    let n_whole =
        ends.take_while(|end| *end <= n_written).inspect(|end| end_of_last = *end).count();
    (n_whole, end_of_last < n_written)
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.file {
            File::Stdout => "Stream(stdout)",
            File::Stderr => "Stream(stderr)",
        })
    }
}

#[cfg(unix)]
impl File {
    /// An error comes with the number of bytes that were written before it.
    fn write_all(self, bytes: &[u8]) -> Result<(), (io::Error, usize)> {
        use rustix::{
            event::{PollFd, PollFlags, poll},
            io::Errno,
        };
        // `std::io::stderr` holds a lock while it writes and takes a closed stream for a working one. `std::io::stdout` makes
        // its buffer when it is first asked for: a child that is forked meanwhile would wait for that for ever.
        let file = match self {
            File::Stdout => rustix::stdio::stdout(),
            File::Stderr => rustix::stdio::stderr(),
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            let error = match rustix::io::write(file, rest) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(n_written) => {
                    rest = rest.get(n_written..).unwrap_or_default();
                    if !rest.is_empty() {
                        // It may lead elsewhere than it did.
                        look();
                    }
                    continue;
                }
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => {
                    // A failing poll is followed by the write that says why.
                    let _ = poll(&mut [PollFd::new(&file, PollFlags::OUT)], None);
                    continue;
                }
                Err(error) => error.into(),
            };
            return Err((error, bytes.len() - rest.len()));
        }
        Ok(())
    }
}

#[cfg(not(unix))]
impl File {
    fn write_all(self, bytes: &[u8]) -> Result<(), (io::Error, usize)> {
        use io::Write as _;
        let result = match self {
            File::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes).and_then(|()| stdout.flush())
            }
            File::Stderr => io::stderr().write_all(bytes),
        };
        // It is not known how much was written.
        result.map_err(|error| (error, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::whole_lines;

    #[test]
    fn lines_that_were_written_before_an_error_are_no_loss() {
        let check = |n_written, expected| {
            assert_eq!(whole_lines([10, 20, 30].into_iter(), n_written), expected);
        };
        check(0, (0, false));
        check(1, (0, true));
        check(10, (1, false));
        check(25, (2, true));
    }
}
