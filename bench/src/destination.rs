//! Where the lines go: nowhere, or to standard error, which the parent process has pointed at a file.

use std::{
    cell::RefCell,
    fs::File,
    hint::black_box,
    io::{self, Write},
    os::fd::AsFd,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};

/// Where the lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Copied once, as a sink that batches would, and counted.
    Nowhere,
    /// One write a line.
    File,
    /// One write for 64 KiB.
    Batches,
}

/// Bytes that are kept back for [`Destination::Batches`].
pub const BATCH: usize = 64 * 1024;

static CURRENT: AtomicU8 = AtomicU8::new(0);

thread_local! {
    static TAKEN: RefCell<Taken> = RefCell::new(Taken { bytes: Vec::with_capacity(4096), n_bytes: 0 });
}

/// What a thread has delivered to nowhere: its last line, and the bytes of all. Threads share nothing, or they would wait for each other here.
struct Taken {
    bytes: Vec<u8>,
    n_bytes: u64,
}

/// Chooses where lines go from now on.
pub fn set(destination: Destination) {
    CURRENT.store(destination as u8, Relaxed);
}

/// Where lines go now.
pub fn current() -> Destination {
    match CURRENT.load(Relaxed) {
        0 => Destination::Nowhere,
        1 => Destination::File,
        _ => Destination::Batches,
    }
}

/// Takes a line.
#[inline]
pub fn deliver(line: &[u8]) {
    match current() {
        Destination::Nowhere => {
            TAKEN.with_borrow_mut(|taken| {
                taken.bytes.clear();
                taken.bytes.extend_from_slice(line);
                black_box(&taken.bytes[..]);
                taken.n_bytes += line.len() as u64;
            });
        }
        Destination::File => write(line),
        Destination::Batches => {
            static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
            let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() + line.len() > BATCH {
                write(&lines);
                lines.clear();
            }
            lines.extend_from_slice(line);
        }
    }
}

/// Bytes that this thread has delivered to nowhere.
pub fn n_bytes() -> u64 {
    TAKEN.with_borrow(|taken| taken.n_bytes)
}

/// Empties the file that standard error writes to.
pub fn truncate() {
    stderr().set_len(0).expect("standard error is a file");
}

fn write(bytes: &[u8]) {
    let mut stderr = stderr();
    stderr.write_all(bytes).expect("standard error is a file");
}

/// Standard error without the lock of `std::io`.
fn stderr() -> &'static File {
    static STDERR: OnceLock<File> = OnceLock::new();
    STDERR.get_or_init(|| {
        File::from(io::stderr().as_fd().try_clone_to_owned().expect("standard error is open"))
    })
}

/// The destination as `Write`, for loggers that want one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        deliver(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
