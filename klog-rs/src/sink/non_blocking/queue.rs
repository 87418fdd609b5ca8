//! Lines that wait, in the order in which they came and by severity.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::ThreadId,
};

use crate::base::Severity;

/// A sink is given that much at once, so that lines reach a pipe whole.
pub(super) const PIECE: usize = 4096;

/// What is kept for further lines, by severity, when there are none.
const MAX_KEPT: usize = 64 * 1024;

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
    waiting: [Waiting; 4],
    /// Of the lines that wait or are being written.
    pub(super) n_bytes: usize,
    /// Number of the next line.
    pub(super) next: u64,
    /// Number of the first line that is being written.
    writing: Option<u64>,
    /// Lines were dropped, and half of the room has not been free since.
    pub(super) is_full: bool,
    pub(super) doing: Doing,
    pub(super) is_closed: bool,
    /// Somebody has waited too long for it.
    pub(super) is_stuck: bool,
    pub(super) n_blocked: usize,
    pub(super) n_flushing: usize,
    pub(super) worker: Worker,
}

/// Lines of one severity, one after the other.
#[derive(Default)]
struct Waiting {
    bytes: VecDeque<u8>,
    lines: VecDeque<Line>,
}

struct Line {
    number: u64,
    n_bytes: usize,
    /// How many lost lines it reports.
    n_reported: u64,
}

/// What the worker is doing, which says whether it has to be woken.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Doing {
    /// It comes back to the queue by itself.
    #[default]
    Writing,
    /// It lets lines gather that come often, for a moment.
    Gathering,
    /// It waits for a line.
    Waiting,
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
        self.waiting.iter().all(|waiting| waiting.lines.is_empty())
    }

    pub(super) fn fits(&self, n_bytes: usize, capacity: usize) -> bool {
        self.n_bytes == 0 || self.n_bytes.saturating_add(n_bytes) <= capacity
    }

    pub(super) fn push(&mut self, severity: Severity, line: &[u8], n_reported: u64) {
        self.n_bytes += line.len();
        let Waiting { bytes, lines } = &mut self.waiting[severity as usize];
        bytes.extend(line);
        lines.push_back(Line { number: self.next, n_bytes: line.len(), n_reported });
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
        let less_severe = &self.waiting[..severity as usize];
        let n_less_severe: usize = less_severe.iter().map(|waiting| waiting.bytes.len()).sum();
        let n_kept = self.n_bytes - n_less_severe;
        if n_kept > 0 && n_kept.saturating_add(n_bytes) > capacity {
            return false;
        }
        for other in Severity::ALL.into_iter().take_while(|other| *other < severity) {
            while !self.fits(n_bytes, capacity)
                && let Some(line) = self.waiting[other as usize].lines.pop_front()
            {
                self.waiting[other as usize].bytes.drain(..line.n_bytes);
                self.n_bytes -= line.n_bytes;
                dropped(other, line.n_reported);
            }
        }
        true
    }

    /// Number of the oldest line that is not yet written; that of the next one when all are.
    pub(super) fn oldest(&self) -> u64 {
        let waiting = self.waiting.iter().filter_map(Waiting::oldest);
        waiting.chain(self.writing).min().unwrap_or(self.next)
    }

    /// Moves the oldest lines to `batch`, at most so many bytes or one line.
    pub(super) fn take(&mut self, batch: &mut Batch, n_bytes: usize) {
        self.writing = Some(self.oldest());
        loop {
            let oldest = |severity: &Severity| self.waiting[*severity as usize].oldest();
            let numbers = |severity: Severity| oldest(&severity).map(|number| (number, severity));
            let Some((_, severity)) = Severity::ALL.into_iter().filter_map(numbers).min() else {
                return;
            };
            let others = Severity::ALL.iter().filter(|other| **other != severity);
            let end = others.filter_map(oldest).min().unwrap_or(self.next);
            let n_before = batch.bytes.len();
            self.waiting[severity as usize].take(severity, batch, n_bytes, end);
            if batch.bytes.len() == n_before {
                return;
            }
        }
    }

    /// Takes the room of lines that have been written.
    pub(super) fn give_back(&mut self, batch: &mut Batch) {
        self.writing = None;
        self.n_bytes -= batch.bytes.len();
        batch.lines.clear();
        batch.bytes.clear();
        // One long line is no reason to keep its room.
        batch.bytes.shrink_to(2 * MAX_KEPT);
    }

    /// Nothing waits: what a rush has needed is given back.
    pub(super) fn shrink(&mut self) {
        for Waiting { bytes, lines } in &mut self.waiting {
            if bytes.capacity() > MAX_KEPT {
                bytes.shrink_to(MAX_KEPT);
                lines.shrink_to(MAX_KEPT / size_of::<Line>());
            }
        }
    }
}

impl Waiting {
    /// Moves lines before `end` to `batch`, all their bytes at once.
    fn take(&mut self, severity: Severity, batch: &mut Batch, n_bytes: usize, end: u64) {
        let n_before = batch.bytes.len();
        let mut n_after = n_before;
        while let Some(line) = self.lines.front()
            && line.number < end
            && (n_after == 0 || n_after + line.n_bytes <= n_bytes)
        {
            n_after += line.n_bytes;
            batch.lines.push((severity, line.n_bytes, line.n_reported));
            self.lines.pop_front();
        }
        let n_taken = n_after - n_before;
        let (front, back) = self.bytes.as_slices();
        let front = &front[..n_taken.min(front.len())];
        batch.bytes.extend_from_slice(front);
        batch.bytes.extend_from_slice(&back[..n_taken - front.len()]);
        self.bytes.drain(..n_taken);
    }

    fn oldest(&self) -> Option<u64> {
        self.lines.front().map(|line| line.number)
    }
}

/// Lines that are being written.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Severity, bytes, and how many lost lines each of them reports.
    lines: Vec<(Severity, usize, u64)>,
}

impl Batch {
    pub(super) fn n_lines(&self) -> usize {
        self.lines.len()
    }

    /// Lines, each with the number of lost lines that it reports.
    pub(super) fn lines(&self) -> impl Iterator<Item = (Severity, &[u8], u64)> {
        let mut rest = &self.bytes[..];
        self.lines.iter().map(move |(severity, n_bytes, n_reported)| {
            let (line, after) = rest.split_at(*n_bytes);
            rest = after;
            (*severity, line, *n_reported)
        })
    }
}
