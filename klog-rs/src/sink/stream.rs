//! Standard error and standard output, one `write(2)` a line.

use std::{
    fmt, io,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use super::Sink;
use crate::base::{Severity, fork::PerProcess};

/// Up to this many bytes a pipe takes at once, whatever else is written to it (`PIPE_BUF`).
const ATOMIC: usize = 4096;

/// Standard error or standard output, unbuffered.
///
/// A line of up to 4096 bytes is one `write(2)` without a lock of ours: the system keeps it whole.
/// A longer one excludes the other writers of this process until all of it is written.
/// Interrupted and partial writes are continued; a stream in non-blocking mode is waited for. Where a disk becomes full in
/// the middle of a line, the next line that gets through begins a new one.
pub struct Stream {
    file: File,
    /// The last line was written in part.
    is_torn: AtomicBool,
    /// Held shared by short lines, alone by long ones.
    long: &'static PerProcess<RwLock<()>>,
}

#[derive(Clone, Copy)]
enum File {
    Stdout,
    Stderr,
}

// Both streams often lead to the same terminal, file or pipe, so that a long line excludes the writers of both.
static LONG: PerProcess<RwLock<()>> = PerProcess::new(RwLock::new(()));

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
        Stream { file, is_torn: AtomicBool::new(false), long: &LONG }
    }

    #[inline]
    fn write_line(&self, line: &[u8]) -> io::Result<()> {
        self.file.write_all(line).map_err(|(error, n_written)| {
            if n_written > 0 {
                self.is_torn.store(true, Relaxed);
            }
            error
        })
    }
}

impl Sink for Stream {
    #[inline]
    fn write(&self, _severity: Severity, line: &[u8]) -> io::Result<()> {
        if line.len() <= ATOMIC && !self.is_torn.load(Relaxed) {
            let _shared = self.long.get().read().unwrap_or_else(PoisonError::into_inner);
            self.write_line(line)
        } else {
            let _alone = self.long.get().write().unwrap_or_else(PoisonError::into_inner);
            if self.is_torn.load(Relaxed) {
                self.file.write_all(b"\n").map_err(|(error, _)| error)?;
                self.is_torn.store(false, Relaxed);
            }
            self.write_line(line)
        }
    }
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
