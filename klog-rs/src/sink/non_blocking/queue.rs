//! Lines that wait, in the order in which they came and by severity.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::ThreadId,
};

use crate::{base::Severity, sink::Line};

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
    waiting: [Lines; 4],
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

/// Lines one after the other: those of one severity that wait, or those that are being written.
#[derive(Default)]
pub(super) struct Lines {
    bytes: VecDeque<u8>,
    each: VecDeque<Line>,
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
        self.waiting.iter().all(|waiting| waiting.each.is_empty())
    }

    pub(super) fn fits(&self, n_bytes: usize, capacity: usize) -> bool {
        self.n_bytes == 0 || self.n_bytes.saturating_add(n_bytes) <= capacity
    }

    pub(super) fn push(&mut self, severity: Severity, line: &[u8], n_reported: u64) {
        self.n_bytes += line.len();
        let Lines { bytes, each } = &mut self.waiting[severity as usize];
        bytes.extend(line);
        each.push_back(Line { severity, n_bytes: line.len(), n_reported, number: self.next });
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
                && let Some(line) = self.waiting[other as usize].each.pop_front()
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
        let waiting = self.waiting.iter().filter_map(Lines::oldest);
        waiting.chain(self.writing).min().unwrap_or(self.next)
    }

    /// Moves the oldest lines to `batch`, which is empty: at most `n_bytes` or one line, and up to `n_whole` where lines of
    /// one severity wait and none has to be copied.
    pub(super) fn take(&mut self, batch: &mut Lines, n_bytes: usize, n_whole: usize) {
        self.writing = Some(self.oldest());
        let mut some = self.waiting.iter_mut().filter(|waiting| !waiting.each.is_empty());
        if let (Some(only), None) = (some.next(), some.next())
            && only.bytes.len() <= n_whole
        {
            std::mem::swap(only, batch);
            return;
        }
        loop {
            let oldest = |severity: &Severity| self.waiting[*severity as usize].oldest();
            let numbers = |severity: Severity| oldest(&severity).map(|number| (number, severity));
            let Some((_, severity)) = Severity::ALL.into_iter().filter_map(numbers).min() else {
                return;
            };
            let others = Severity::ALL.iter().filter(|other| **other != severity);
            let end = others.filter_map(oldest).min().unwrap_or(self.next);
            let n_before = batch.bytes.len();
            self.waiting[severity as usize].take(batch, n_bytes, end);
            if batch.bytes.len() == n_before {
                return;
            }
        }
    }

    /// Takes the room of lines that have been written.
    pub(super) fn give_back(&mut self, batch: &mut Lines) {
        self.writing = None;
        self.n_bytes -= batch.bytes.len();
        batch.each.clear();
        batch.bytes.clear();
    }

    /// Nothing waits: what a rush has needed is given back.
    pub(super) fn shrink(&mut self, batch: &mut Lines) {
        self.waiting.iter_mut().chain([batch]).for_each(Lines::shrink);
    }
}

impl Lines {
    /// Moves lines before `end` to `batch`, all their bytes at once.
    fn take(&mut self, batch: &mut Lines, n_bytes: usize, end: u64) {
        let n_before = batch.bytes.len();
        let mut n_after = n_before;
        while let Some(line) = self.each.front()
            && line.number < end
            && (n_after == 0 || n_after + line.n_bytes <= n_bytes)
        {
            n_after += line.n_bytes;
            batch.each.extend(self.each.pop_front());
        }
        let n_taken = n_after - n_before;
        let (front, back) = self.bytes.as_slices();
        let front = &front[..n_taken.min(front.len())];
        batch.bytes.extend(front);
        batch.bytes.extend(&back[..n_taken - front.len()]);
        self.bytes.drain(..n_taken);
    }

    fn shrink(&mut self) {
        let Lines { bytes, each } = self;
        if bytes.capacity() > MAX_KEPT {
            bytes.shrink_to(MAX_KEPT);
            each.shrink_to(MAX_KEPT / size_of::<Line>());
        }
    }

    /// What they are, and for each severity, length and the number of lost lines that it reports.
    pub(super) fn parts(&mut self) -> (&[u8], &[Line]) {
        (self.bytes.make_contiguous(), self.each.make_contiguous())
    }

    pub(super) fn n_lines(&self) -> usize {
        self.each.len()
    }

    fn oldest(&self) -> Option<u64> {
        self.each.front().map(|line| line.number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, State};
    use crate::base::Severity;

    /// Lines of all severities, taken in pieces while others come, keep the order in which they came.
    #[test]
    fn lines_are_taken_in_their_order() {
        let (mut state, mut batch) = (State::default(), Lines::default());
        let (mut n_pushed, mut taken) = (0, String::new());
        let mut random = 1_u32;
        while n_pushed < 2000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            for _ in 0..(random >> 8) % 40 {
                // For some time there is information only.
                let is_mixed = n_pushed / 200 % 2 == 0;
                let severity = Severity::ALL[if is_mixed { n_pushed * 7 % 11 % 4 } else { 0 }];
                state.push(severity, format!("{n_pushed} ").as_bytes(), 0);
                n_pushed += 1;
            }
            let n_bytes = (random >> 16) as usize % 300;
            let is_whole = random.is_multiple_of(3);
            state.take(&mut batch, n_bytes, if is_whole { usize::MAX } else { n_bytes });
            let (bytes, each) = batch.parts();
            assert_eq!(each.iter().map(|line| line.n_bytes).sum::<usize>(), bytes.len());
            assert!(each.len() < 2 || bytes.len() <= n_bytes || is_whole, "{n_bytes}");
            taken += str::from_utf8(bytes).expect("whole lines");
            state.give_back(&mut batch);
        }
        while !state.is_empty() {
            state.take(&mut batch, 100, 100);
            taken += str::from_utf8(batch.parts().0).expect("whole lines");
            state.give_back(&mut batch);
        }
        let expected: String = (0..n_pushed).map(|number| format!("{number} ")).collect();
        assert_eq!(taken, expected);
        assert_eq!(state.n_bytes, 0);
    }
}
