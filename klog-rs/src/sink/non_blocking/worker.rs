//! The thread that writes what waits.

use std::{sync::PoisonError, time::Duration};

use super::{
    Shared, WhenFull,
    queue::{Doing, Lines},
};
use crate::{
    base::stats::{self, LossReason},
    sink::{Losses, PIECE, Sink},
    value::guard,
};

/// After a rush of lines the worker waits that long for more before it writes again, rather than being woken for each.
const GATHERING: Duration = Duration::from_micros(100);

/// It stops when so many bytes are there.
const MAX_GATHERED: usize = 64 * 1024;

impl<S: Sink> Shared<S> {
    /// The worker stops gathering at so many bytes: the rest of the room is for what comes while it writes.
    pub(super) fn n_gathered(&self) -> usize {
        MAX_GATHERED.min(self.capacity / 4)
    }

    /// How much is copied, and how much is taken where nothing has to be copied. Of lines that may be dropped, as few as
    /// possible are taken out of reach.
    fn n_taken(&self) -> (usize, usize) {
        match self.when_full {
            WhenFull::Block => (self.n_gathered().max(PIECE), (self.capacity / 4).max(PIECE)),
            WhenFull::DropNewest | WhenFull::DropInfo => (PIECE, PIECE),
        }
    }

    /// Writes lines until the sink is dropped and nothing is left.
    pub(super) fn work(&self) {
        let queue = &self.queue;
        let mut batch = Lines::default();
        let mut state = queue.lock();
        // Whether lines come so often that it is worth waiting for more.
        let mut is_rush = false;
        loop {
            if state.is_empty() && is_rush && !state.is_closed {
                state.doing = Doing::Gathering;
                let waited = queue.work.wait_timeout(state, GATHERING);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if state.is_empty() {
                state.shrink(&mut batch);
            }
            while state.is_empty() {
                if state.is_closed {
                    return;
                }
                state.doing = Doing::Waiting;
                state = queue.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.doing = Doing::Writing;
            let (n_bytes, n_whole) = self.n_taken();
            state.take(&mut batch, n_bytes, n_whole);
            drop(state);
            self.write_all(&mut batch);
            is_rush = batch.n_lines() > 1;
            state = queue.lock();
            state.give_back(&mut batch);
            if state.n_bytes <= self.capacity / 2 {
                self.set_full(&mut state, false);
            }
            // Waking callers one line at a time would make them run in step with the reader.
            if state.n_blocked > 0 && state.n_bytes <= self.capacity / 2 {
                queue.room.notify_all();
            }
            if state.n_flushing > 0 {
                queue.progress.notify_all();
            }
        }
    }

    fn write_all(&self, batch: &mut Lines) {
        let (mut bytes, mut lines) = batch.parts();
        while let Some(first) = lines.first() {
            // What panics has dealt with one line.
            let mut n_lines = 1;
            // A buffer may be next; a report is mostly alone in its batch.
            let result = Losses::reporting(first.n_reported, || {
                guard::sink(self.losses.identity(), || {
                    let (n_dealt, result) = self.inner.write_first_of(bytes, lines);
                    n_lines = n_dealt.clamp(1, lines.len());
                    result
                })
            });
            let (done, rest) = lines.split_at(n_lines);
            lines = rest;
            bytes = &bytes[done.iter().map(|line| line.n_bytes).sum()..];
            let lost = result.err().and_then(|error| Some((error, done.last()?)));
            let n_written = n_lines - usize::from(lost.is_some());
            let written = done[..n_written].iter();
            stats::count_written_late(written.map(|line| (line.severity, line.n_bytes)));
            if let Some((error, line)) = lost {
                self.losses.count_late(line.severity, LossReason::of(&error), line.n_reported);
            }
        }
    }
}
