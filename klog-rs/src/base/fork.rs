//! Forks: the child's process id in lines, and locks that the child can take.
//!
//! After a fork the child has one thread, and a lock that another one held stays locked for ever. There are two answers.
//! The locks of a line are made again in a child ([`PerProcess`]), which starts without the lines that its parent has
//! buffered: they are the parent's to write. All other locks are taken seldom and held for a short time: a thread that
//! forks waits until no other one holds any of them ([`hold`]).
//! A program that calls `fork` alone, without `exec`, is the only one that comes here.

use std::{
    cell::Cell,
    ops::{Deref, DerefMut},
    sync::{
        Mutex, MutexGuard, Once, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{
            AtomicU32, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::Duration,
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
        PID.store(pid_field(process_id()), Relaxed);
        #[cfg(unix)]
        crate::raw::at_fork(before_fork, in_parent, in_child);
    });
}

/// The id of this process; 1 where there are no processes, and the standard library panics.
pub(crate) fn process_id() -> u32 {
    if cfg!(target_family = "wasm") { 1 } else { std::process::id() }
}

/// A fork waits that long for locks. A thread that holds one needs microseconds, unless it calls code of others that waits
/// for the thread which forks.
#[cfg(unix)]
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Threads that hold a lock, and threads that are forking.
static HOLDING: AtomicU32 = AtomicU32::new(0);
static FORKING: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// How many locks the thread holds.
    static N_HELD: Cell<u32> = const { Cell::new(0) };
}

/// While it lives, no other thread forks.
pub(crate) struct Held(());

/// Keeps other threads from forking; called before a lock is taken that a child may need.
pub(crate) fn hold() -> Held {
    if N_HELD.replace(N_HELD.get() + 1) == 0 {
        HOLDING.fetch_add(1, SeqCst);
        while FORKING.load(SeqCst) > 0 {
            HOLDING.fetch_sub(1, SeqCst);
            while FORKING.load(SeqCst) > 0 {
                thread::sleep(Duration::from_micros(20));
            }
            HOLDING.fetch_add(1, SeqCst);
        }
    }
    Held(())
}

impl Drop for Held {
    fn drop(&mut self) {
        N_HELD.set(N_HELD.get() - 1);
        if N_HELD.get() == 0 {
            HOLDING.fetch_sub(1, SeqCst);
        }
    }
}

/// How many of the threads that hold a lock are this one.
#[cfg(unix)]
fn own() -> u32 {
    u32::from(N_HELD.get() > 0)
}

#[cfg(unix)]
extern "C" fn before_fork() {
    FORKING.fetch_add(1, SeqCst);
    let begin = std::time::Instant::now();
    while HOLDING.load(SeqCst) > own() && begin.elapsed() < LONGEST_WAIT {
        thread::sleep(Duration::from_micros(20));
    }
}

#[cfg(unix)]
extern "C" fn in_parent() {
    FORKING.fetch_sub(1, SeqCst);
}

#[cfg(unix)]
extern "C" fn in_child() {
    GENERATION.fetch_add(1, Relaxed);
    PID.store(pid_field(process_id()), Relaxed);
    HOLDING.store(own(), SeqCst);
    FORKING.store(0, SeqCst);
}

/// A guard of a lock that a child finds free.
pub(crate) struct Guarded<G> {
    /// Dropped first.
    guard: G,
    _held: Held,
}

impl<G: Deref> Deref for Guarded<G> {
    type Target = G::Target;

    fn deref(&self) -> &G::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for Guarded<G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.guard
    }
}

/// Locks for reading.
pub(crate) fn read<T: ?Sized>(lock: &RwLock<T>) -> Guarded<RwLockReadGuard<'_, T>> {
    let held = hold();
    Guarded { guard: lock.read().unwrap_or_else(PoisonError::into_inner), _held: held }
}

/// Locks for writing.
pub(crate) fn write<T: ?Sized>(lock: &RwLock<T>) -> Guarded<RwLockWriteGuard<'_, T>> {
    let held = hold();
    Guarded { guard: lock.write().unwrap_or_else(PoisonError::into_inner), _held: held }
}

/// Locks.
pub(crate) fn lock<T: ?Sized>(lock: &Mutex<T>) -> Guarded<MutexGuard<'_, T>> {
    let held = hold();
    Guarded { guard: lock.lock().unwrap_or_else(PoisonError::into_inner), _held: held }
}

/// The value of a cell, which the first caller makes.
pub(crate) fn get_or_init<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    cell.get().unwrap_or_else(|| {
        let _held = hold();
        cell.get_or_init(make)
    })
}

/// This process' id, see [`pid_field`].
#[inline]
pub(crate) fn pid() -> u64 {
    PID.load(Relaxed)
}

/// The bytes of seven columns and a zero: the last seven digits of a process id, spaces for 0, as klog prints it.
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
