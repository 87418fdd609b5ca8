//! Forks: the child's process id in lines, and locks that the child can take.
//!
//! After a fork the child has one thread, and a lock that another one held stays locked for ever. So what is behind a
//! lock is made anew in a child, which starts without the lines that its parent has buffered: they are the parent's to
//! write. A program that calls `fork` alone, without `exec`, is the only one that comes here.

use std::sync::{
    Once,
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

use once_cell::race::OnceBox;

/// How many forks lie between the first process of the program and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The process id as [`pid_field`] makes it. `getpid` is a system call, too much for each line.
static PID: AtomicU64 = AtomicU64::new(0);

/// Sees to it that [`pid`] and [`PerProcess`] follow forks; called before either is used.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        PID.store(pid_field(std::process::id()), Relaxed);
        #[cfg(unix)]
        crate::raw::at_fork(in_child);
    });
}

#[cfg(unix)]
extern "C" fn in_child() {
    GENERATION.fetch_add(1, Relaxed);
    PID.store(pid_field(std::process::id()), Relaxed);
}

/// This process' id, see [`pid_field`].
#[inline]
pub(crate) fn pid() -> u64 {
    PID.load(Relaxed)
}

/// The bytes of seven columns and a zero: the last seven digits of a process id, blanks for 0, as klog prints it.
pub(crate) fn pid_field(pid: u32) -> u64 {
    let mut field = *b"       \0";
    let mut rest = pid;
    for place in field[..7].iter_mut().rev() {
        if rest == 0 {
            break;
        }
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    u64::from_ne_bytes(field)
}

#[inline]
pub(crate) fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

/// A value that a forked child finds as it was at the start.
pub(crate) struct PerProcess<T> {
    /// The generation that made it.
    born: u32,
    first: Node<T>,
}

struct Node<T> {
    value: T,
    /// For the child. It is made without a lock: a thread of the child may be making it while another one forks again.
    next: OnceBox<Node<T>>,
}

impl<T: Default> PerProcess<T> {
    /// For a `static`.
    pub(crate) const fn new(value: T) -> Self {
        PerProcess { born: 0, first: Node { value, next: OnceBox::new() } }
    }

    #[inline]
    pub(crate) fn get(&self) -> &T {
        let n_forks = generation().wrapping_sub(self.born);
        if n_forks == 0 { &self.first.value } else { self.after(n_forks) }
    }

    #[cold]
    fn after(&self, n_forks: u32) -> &T {
        let mut node = &self.first;
        for _ in 0..n_forks {
            let next = || Box::new(Node { value: T::default(), next: OnceBox::new() });
            node = node.next.get_or_init(next);
        }
        &node.value
    }
}

impl<T: Default> Default for PerProcess<T> {
    fn default() -> Self {
        watch();
        PerProcess { born: generation(), ..PerProcess::new(T::default()) }
    }
}
