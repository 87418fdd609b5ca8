//! Lines that wait, in the order in which they came and by severity.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::ThreadId,
};

use crate::base::Severity;

/// The worker takes that much at once: few lockings and system calls, and little that cannot be dropped any more.
const BATCH: usize = 4096;

/// Buffers for further lines: that many are kept, if they are no larger than this.
const MAX_FREE: usize = 256;
const MAX_FREE_CAPACITY: usize = 1024;

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// The worker waits for lines.
    pub(super) work: Condvar,
    /// Callers wait for room.
    pub(super) room: Condvar,
    /// Callers wait for what was handed over to be written.
    pub(super) progress: Condvar,
}

impl Queue {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
pub(super) struct State {
    /// By severity, so that the oldest of one can be dropped.
    waiting: [VecDeque<Waiting>; 4],
    free: Vec<Vec<u8>>,
    /// Of the lines that wait or are being written.
    pub(super) n_bytes: usize,
    /// Of the lines that wait, by severity.
    n_waiting_bytes: [usize; 4],
    /// Number of the next line.
    pub(super) next: u64,
    /// Number of the first line that is being written.
    writing: Option<u64>,
    /// Lines were dropped, and half of the room has not been free since.
    pub(super) is_full: bool,
    pub(super) is_idle: bool,
    pub(super) is_closed: bool,
    /// Somebody has waited too long for it.
    pub(super) is_stuck: bool,
    pub(super) n_blocked: usize,
    pub(super) n_flushing: usize,
    pub(super) worker: Worker,
}

struct Waiting {
    number: u64,
    line: Vec<u8>,
    /// How many lost lines it reports.
    n_reported: u64,
}

#[derive(Default, PartialEq)]
pub(super) enum Worker {
    #[default]
    NotStarted,
    Is(ThreadId),
    Unavailable,
}

impl State {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.iter().all(VecDeque::is_empty)
    }

    pub(super) fn fits(&self, n_bytes: usize, capacity: usize) -> bool {
        self.n_bytes == 0 || self.n_bytes.saturating_add(n_bytes) <= capacity
    }

    pub(super) fn push(&mut self, severity: Severity, line: &[u8], n_reported: u64) {
        let mut buffer = self.free.pop().unwrap_or_default();
        buffer.extend_from_slice(line);
        self.n_bytes += line.len();
        self.n_waiting_bytes[severity as usize] += line.len();
        let waiting = Waiting { number: self.next, line: buffer, n_reported };
        self.waiting[severity as usize].push_back(waiting);
        self.next += 1;
    }

    /// Makes room by dropping lines that are less severe, if that is enough: the least severe first, and of these the
    /// oldest. Calls `dropped` for each, with the number of lost lines that it reports.
    pub(super) fn displace(
        &mut self,
        n_bytes: usize,
        capacity: usize,
        severity: Severity,
        mut dropped: impl FnMut(Severity, u64),
    ) -> bool {
        let n_less_severe: usize = self.n_waiting_bytes[..severity as usize].iter().sum();
        let n_kept = self.n_bytes - n_less_severe;
        if n_kept > 0 && n_kept.saturating_add(n_bytes) > capacity {
            return false;
        }
        for other in Severity::ALL.into_iter().take_while(|other| *other < severity) {
            while !self.fits(n_bytes, capacity)
                && let Some((line, n_reported)) = self.pop(other)
            {
                self.n_bytes -= line.len();
                self.keep(line);
                dropped(other, n_reported);
            }
        }
        true
    }

    fn pop(&mut self, severity: Severity) -> Option<(Vec<u8>, u64)> {
        let Waiting { line, n_reported, .. } = self.waiting[severity as usize].pop_front()?;
        self.n_waiting_bytes[severity as usize] -= line.len();
        Some((line, n_reported))
    }

    /// Number of the oldest line that is not yet written; that of the next one when all are.
    pub(super) fn oldest(&self) -> u64 {
        let waiting = self.waiting.iter().filter_map(|lines| lines.front());
        let numbers = waiting.map(|waiting| waiting.number).chain(self.writing);
        numbers.min().unwrap_or(self.next)
    }

    /// Moves the oldest lines to `batch`.
    pub(super) fn take(&mut self, batch: &mut Batch) {
        self.writing = Some(self.oldest());
        while batch.n_bytes < BATCH {
            let front = |severity: &Severity| {
                self.waiting[*severity as usize].front().map(|waiting| waiting.number)
            };
            let oldest = Severity::ALL
                .into_iter()
                .filter_map(|severity| front(&severity).map(|number| (number, severity)))
                .min();
            let Some((_, severity)) = oldest else { return };
            let front = self.waiting[severity as usize].front();
            let n_bytes = front.map_or(0, |waiting| waiting.line.len());
            if batch.n_bytes > 0 && batch.n_bytes + n_bytes > BATCH {
                return;
            }
            if let Some((line, n_reported)) = self.pop(severity) {
                batch.n_bytes += line.len();
                batch.lines.push((severity, line, n_reported));
            }
        }
    }

    /// Takes the room of lines that have been written.
    pub(super) fn give_back(&mut self, batch: &mut Batch) {
        self.writing = None;
        self.n_bytes -= batch.n_bytes;
        batch.n_bytes = 0;
        for (_, line, _) in batch.lines.drain(..) {
            self.keep(line);
        }
    }

    fn keep(&mut self, mut line: Vec<u8>) {
        if self.free.len() < MAX_FREE && line.capacity() <= MAX_FREE_CAPACITY {
            line.clear();
            self.free.push(line);
        }
    }
}

/// Lines that are being written.
#[derive(Default)]
pub(super) struct Batch {
    lines: Vec<(Severity, Vec<u8>, u64)>,
    n_bytes: usize,
}

impl Batch {
    pub(super) fn lines(&self) -> impl Iterator<Item = (Severity, &[u8])> {
        self.lines.iter().map(|(severity, line, _)| (*severity, &line[..]))
    }

    /// How many lost lines each of them reports.
    pub(super) fn reports(&self) -> impl Iterator<Item = u64> + Clone {
        self.lines.iter().map(|(_, _, n_reported)| *n_reported)
    }
}
