//! A bounded queue in front of a sink, so that a slow reader does not hold up the program.

mod queue;
mod worker;

use std::{
    fmt, io,
    sync::{Arc, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use self::queue::{Doing, Queue, State, Worker};
use super::{EXIT_FLUSH_TIMEOUT, Losses, Sink, live, losses::reported};
use crate::base::{
    Severity, fork,
    stats::{self, LossReason},
};

/// The choice of a [`NonBlocking`] sink when there is no room for a line.
///
/// Fatal entries are taken in any case: the program is about to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub enum WhenFull {
    /// Waits for room: no line is lost, and a reader that stops stops the program.
    #[default]
    Block,
    /// Drops the new line.
    DropNewest,
    /// Drops information before warnings, and these before errors: a new line takes the place of the oldest ones that are
    /// less severe, and is dropped itself when there are none.
    DropInfo,
}

/// Hands lines to a thread that writes them: for streams whose reader may be slow.
///
/// At most `capacity` bytes of lines wait or are being written; a line that is larger than that is taken when nothing
/// else waits. Once lines had to be dropped, information is taken again when half of the room is free, so that the log
/// has one gap and not many; what was lost is counted in [`crate::stats()`] as [`LossReason::QueueFull`], and the log
/// itself says how many lines are missing, as the first line after the gap.
///
/// Handing over a line costs the caller a lock and a copy, which is less than a system call of its own, and all threads
/// together more than with [`Buffered`](super::Buffered), which has no thread to wake.
/// Lines that wait are given to the sink together, see [`Sink::write_first`]; while lines come often, the thread looks for
/// them each tenth of a millisecond, instead of being woken for each.
///
/// The thread is started with the first line; where none can be started, lines are written directly. So they are in a forked
/// child, in which it is not safe to start threads: a program that makes a daemon of itself installs its logging afterwards.
/// [`Sink::flush`] waits until all lines that were handed over before are written, and dropping the sink does so
/// for at most [`EXIT_FLUSH_TIMEOUT`], and so does the end of the program. What waits when a signal that nobody handles ends
/// it is lost, see [`crate::flush_and_exit`].
///
/// ```
/// use klog::{Format, Output, sink::{NonBlocking, Stream, WhenFull}};
///
/// let sink = NonBlocking::new(Stream::stderr(), 1 << 20, WhenFull::DropInfo);
/// let output = Output::new(Format::Text, sink);
/// klog::info!(logger: output.logger(), "Started", port = 8080);
/// output.flush()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct NonBlocking<S: Sink> {
    shared: Arc<Shared<S>>,
}

/// What the callers and the worker have in common.
struct Shared<S> {
    inner: S,
    capacity: usize,
    when_full: WhenFull,
    losses: Losses,
    queue: Queue,
    /// The process that has the thread, see [`fork::generation`].
    process: u32,
}

impl<S: Sink> NonBlocking<S> {
    /// A queue of at most `capacity` bytes in front of `inner`.
    pub fn new(inner: S, capacity: usize, when_full: WhenFull) -> Self {
        fork::watch();
        let (losses, queue, process) = (Losses::default(), Queue::default(), fork::generation());
        let shared = Shared { inner, capacity, when_full, losses, queue, process };
        NonBlocking { shared: Arc::new(shared) }
    }

    /// Starts the thread if there is none; says whether there is one.
    fn has_worker(&self, state: &mut State) -> bool {
        if state.worker == Worker::NotStarted {
            let shared = self.shared.clone();
            let started =
                thread::Builder::new().name("klog-write".into()).spawn(move || shared.work());
            state.worker = match started {
                Ok(handle) => Worker::Is(handle.thread().id()),
                Err(_) => Worker::Unavailable,
            };
        }
        state.worker != Worker::Unavailable
    }
}

impl<S: Sink> Sink for NonBlocking<S> {
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()> {
        let Shared { inner, queue, .. } = &*self.shared;
        if self.shared.is_in_child() {
            return inner.write(severity, line);
        }
        let mut state = queue.lock();
        if !self.has_worker(&mut state) {
            drop(state);
            return inner.write(severity, line);
        }
        let (mut state, has_room) = self.shared.make_room(queue, state, severity, line.len());
        if !has_room {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.push(severity, line, reported());
        if match state.doing {
            Doing::Writing => false,
            Doing::Gathering => state.n_bytes > self.shared.n_gathered(),
            Doing::Waiting => true,
        } {
            // Once is enough.
            state.doing = Doing::Writing;
            queue.work.notify_one();
        }
        // What only waits when the program is gone is lost.
        if live::is_ending() && !state.is_stuck {
            self.shared.wait(state, EXIT_FLUSH_TIMEOUT);
        } else {
            drop(state);
        }
        stats::count_taken(severity, line.len());
        Ok(())
    }

    /// Each line is handed over by itself, and those that have no room are counted here.
    fn write_lines(
        &self,
        bytes: &[u8],
        lines: &mut dyn Iterator<Item = (Severity, usize, u64)>,
    ) -> io::Result<()> {
        let mut rest = bytes;
        for (severity, n_bytes, n_reported) in lines {
            let (line, after) = rest.split_at(n_bytes.min(rest.len()));
            rest = after;
            let write = || self.write(severity, line);
            if let Err(error) = Losses::reporting(n_reported, write) {
                stats::count_taken(severity, n_bytes);
                self.shared.losses.count_late(severity, LossReason::of(&error), n_reported);
            }
        }
        Ok(())
    }

    fn attach(&mut self, losses: &Losses) {
        // Before the first line nobody else has it.
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.losses = losses.clone();
            shared.inner.attach(losses);
        }
    }

    fn flush(&self) -> io::Result<()> {
        self.wait();
        self.shared.inner.flush()
    }

    /// Lines still wait for a slow reader, as long as the program goes on.
    fn finish(&self) -> io::Result<()> {
        self.wait();
        self.shared.inner.finish()
    }
}

impl<S: Sink> NonBlocking<S> {
    /// Waits until all lines that were handed over before are written.
    fn wait(&self) {
        if self.shared.is_in_child() {
            return;
        }
        let queue = &self.shared.queue;
        let mut state = queue.lock();
        // The worker would wait for itself.
        if state.worker == Worker::Is(thread::current().id()) {
            return;
        }
        let end = state.next;
        state.n_flushing += 1;
        queue.work.notify_one();
        while state.oldest() < end {
            state = queue.progress.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.n_flushing -= 1;
    }
}

impl<S: Sink> Shared<S> {
    /// A forked child has no thread, its queue's lock may be held, and what waits is its parent's to write.
    fn is_in_child(&self) -> bool {
        self.process != fork::generation()
    }

    /// Waits until what was handed over before is written, or the time is up.
    fn wait(&self, mut state: MutexGuard<'_, State>, timeout: Duration) {
        let end = state.next;
        state.n_flushing += 1;
        self.queue.work.notify_one();
        let waiting = self
            .queue
            .progress
            .wait_timeout_while(state, timeout, |state| state.oldest() < end)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut state, result) = waiting;
        state.n_flushing -= 1;
        state.is_stuck |= result.timed_out();
    }

    /// Waits for room or makes it, as `when_full` says; false when the line is to be dropped.
    fn make_room<'a>(
        &self,
        queue: &'a Queue,
        mut state: MutexGuard<'a, State>,
        severity: Severity,
        n_bytes: usize,
    ) -> (MutexGuard<'a, State>, bool) {
        if severity == Severity::Fatal {
            return (state, true);
        }
        // A sink that logs while it writes would wait for itself.
        let is_worker = || state.worker == Worker::Is(thread::current().id());
        match self.when_full {
            WhenFull::Block if state.fits(n_bytes, self.capacity) || !is_worker() => {
                state.n_blocked += 1;
                while !state.fits(n_bytes, self.capacity) {
                    state = queue.room.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                state.n_blocked -= 1;
                (state, true)
            }
            WhenFull::DropInfo if severity > Severity::Info => {
                let mut n_dropped = 0;
                let dropped = |other, n_reported| {
                    n_dropped += 1;
                    self.losses.count_late(other, LossReason::QueueFull, n_reported);
                };
                let has_room = state.displace(n_bytes, self.capacity, severity, dropped);
                if n_dropped > 0 || !has_room {
                    self.set_full(&mut state, true);
                }
                (state, has_room)
            }
            WhenFull::Block | WhenFull::DropNewest | WhenFull::DropInfo => {
                let has_room = !state.is_full && state.fits(n_bytes, self.capacity);
                if !has_room {
                    self.set_full(&mut state, true);
                }
                (state, has_room)
            }
        }
    }

    /// While lines are being dropped no loss is reported: one gap, one report.
    fn set_full(&self, state: &mut State, is_full: bool) {
        match (std::mem::replace(&mut state.is_full, is_full), is_full) {
            (false, true) => self.losses.hold(),
            (true, false) => self.losses.release(),
            (true, true) | (false, false) => {}
        }
    }
}

impl<S: Sink> Drop for NonBlocking<S> {
    fn drop(&mut self) {
        if self.shared.is_in_child() {
            return;
        }
        let queue = &self.shared.queue;
        let mut state = queue.lock();
        state.is_closed = true;
        queue.work.notify_one();
        self.shared.wait(state, EXIT_FLUSH_TIMEOUT);
    }
}

impl<S: Sink + fmt::Debug> fmt::Debug for NonBlocking<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NonBlocking")
            .field("inner", &self.shared.inner)
            .field("capacity", &self.shared.capacity)
            .field("when_full", &self.shared.when_full)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Condvar, Mutex},
    };

    use super::{NonBlocking, Severity, Sink, WhenFull};

    /// Takes all lines that it is given at once, when the gate is open, and refuses those that say so.
    #[derive(Clone, Default)]
    struct Gate(Arc<(Mutex<State>, Condvar)>);

    #[derive(Default)]
    struct State {
        is_open: bool,
        calls: Vec<usize>,
    }

    impl Sink for Gate {
        fn write(&self, _: Severity, _: &[u8]) -> io::Result<()> {
            unreachable!("a queue hands over several")
        }

        fn write_first(&self, lines: &[(Severity, &[u8])]) -> (usize, io::Result<()>) {
            let (state, opened) = &*self.0;
            let state = state.lock().expect("it is not poisoned");
            let mut state = opened.wait_while(state, |state| !state.is_open).expect("likewise");
            let refused = lines.iter().position(|(_, line)| line.starts_with(b"refuse"));
            let n_lines = refused.map_or(lines.len(), |at| at + 1);
            state.calls.push(n_lines);
            let result = refused.map_or(Ok(()), |_| Err(io::ErrorKind::StorageFull.into()));
            (n_lines, result)
        }
    }

    /// A hundred lines of 100 bytes are three calls, not a hundred.
    #[test]
    fn lines_that_wait_are_written_together() {
        let gate = Gate::default();
        let queue = NonBlocking::new(gate.clone(), 1 << 20, WhenFull::Block);
        for index in 0..100 {
            let line = if index == 50 { "refuse" } else { "a" };
            queue.write(Severity::Info, format!("{line:99}\n").as_bytes()).expect("there is room");
        }
        gate.0.0.lock().expect("it is not poisoned").is_open = true;
        gate.0.1.notify_all();
        queue.flush().expect("a gate has nothing to flush");
        let calls = std::mem::take(&mut gate.0.0.lock().expect("it is not poisoned").calls);
        assert_eq!(calls.iter().sum::<usize>(), 100);
        // The thread may have come to the first line before the others were there.
        assert!(calls.len() <= 5, "{calls:?}");
        assert!(calls.iter().all(|n_lines| *n_lines <= 40), "{calls:?}");
    }
}
