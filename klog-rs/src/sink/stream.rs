//! Standard error and standard output, one `write(2)` a line.

use std::{
    fmt, io,
    sync::{PoisonError, RwLock},
};

use super::Sink;
use crate::{Severity, fork::PerProcess};

/// Up to this many bytes a pipe takes at once, whatever else is written to it (`PIPE_BUF`).
const ATOMIC: usize = 4096;

/// Standard error or standard output, unbuffered.
///
/// A line of up to 4096 bytes is one `write(2)` without a lock of ours: the system keeps it whole.
/// A longer one excludes the other writers of this process until all of it is written.
/// Interrupted and partial writes are continued; a stream in non-blocking mode is waited for.
pub struct Stream {
    file: File,
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
        Stream { file: File::Stderr, long: &LONG }
    }

    /// Standard output.
    pub fn stdout() -> Self {
        Stream { file: File::Stdout, long: &LONG }
    }
}

impl Sink for Stream {
    #[inline]
    fn write(&self, _severity: Severity, line: &[u8]) -> io::Result<()> {
        if line.len() <= ATOMIC {
            let _shared = self.long.get().read().unwrap_or_else(PoisonError::into_inner);
            self.file.write_all(line)
        } else {
            let _alone = self.long.get().write().unwrap_or_else(PoisonError::into_inner);
            self.file.write_all(line)
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
    fn write_all(self, mut bytes: &[u8]) -> io::Result<()> {
        use rustix::{
            event::{PollFd, PollFlags, poll},
            io::Errno,
        };
        // `std::io::stderr` holds a lock while it writes and takes a closed stream for a working one.
        let (stdout, stderr);
        let file = match self {
            File::Stdout => {
                stdout = io::stdout();
                std::os::fd::AsFd::as_fd(&stdout)
            }
            File::Stderr => {
                stderr = io::stderr();
                std::os::fd::AsFd::as_fd(&stderr)
            }
        };
        while !bytes.is_empty() {
            match rustix::io::write(file, bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n_written) => bytes = &bytes[n_written..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    // A failing poll is followed by the write that says why.
                    let _ = poll(&mut [PollFd::new(&file, PollFlags::OUT)], None);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

#[cfg(not(unix))]
impl File {
    fn write_all(self, bytes: &[u8]) -> io::Result<()> {
        use io::Write as _;
        match self {
            File::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes).and_then(|()| stdout.flush())
            }
            File::Stderr => io::stderr().write_all(bytes),
        }
    }
}
