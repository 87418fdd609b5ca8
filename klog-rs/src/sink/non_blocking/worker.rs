//! The thread that writes what waits.

use std::{sync::PoisonError, time::Duration};

use smallvec::SmallVec;

use super::{
    Shared, WhenFull,
    queue::{Batch, Doing, PIECE},
};
use crate::{
    base::{
        Severity,
        stats::{self, LossReason},
    },
    sink::{Losses, Sink},
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

    /// Of lines that may be dropped, as few as possible are taken out of reach.
    fn n_taken(&self) -> usize {
        match self.when_full {
            WhenFull::Block => self.n_gathered().max(PIECE),
            WhenFull::DropNewest | WhenFull::DropInfo => PIECE,
        }
    }

    /// Writes lines until the sink is dropped and nothing is left.
    pub(super) fn work(&self) {
        let queue = &self.queue;
        let mut batch = Batch::default();
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
                state.shrink();
            }
            while state.is_empty() {
                if state.is_closed {
                    return;
                }
                state.doing = Doing::Waiting;
                state = queue.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.doing = Doing::Writing;
            state.take(&mut batch, self.n_taken());
            drop(state);
            self.write_all(&batch);
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

    fn write_all(&self, batch: &Batch) {
        let mut piece = Vec::new();
        let mut n_bytes = 0;
        for line in batch.lines() {
            if n_bytes + line.1.len() > PIECE {
                self.write_piece(&piece);
                piece.clear();
                n_bytes = 0;
            }
            n_bytes += line.1.len();
            piece.push(line);
        }
        self.write_piece(&piece);
    }

    fn write_piece(&self, piece: &[(Severity, &[u8], u64)]) {
        let lines: SmallVec<[(Severity, &[u8]); 64]> =
            piece.iter().map(|(severity, line, _)| (*severity, *line)).collect();
        let mut n_done = 0;
        while let Some((_, _, n_reported)) = piece.get(n_done) {
            let rest = &lines[n_done..];
            // What panics has dealt with one line.
            let mut n_lines = 1;
            // A buffer may be next; a report is mostly alone in its batch.
            let result = Losses::reporting(*n_reported, || {
                guard::sink(self.losses.identity(), || {
                    let (n_dealt, result) = self.inner.write_first(rest);
                    n_lines = n_dealt.clamp(1, rest.len());
                    result
                })
            });
            let done = &piece[n_done..n_done + n_lines];
            n_done += n_lines;
            let lost = result.err().and_then(|error| Some((error, done.last()?)));
            let n_written = n_lines - usize::from(lost.is_some());
            for (severity, line, _) in &done[..n_written] {
                stats::count_written_late(*severity, line.len());
            }
            if let Some((error, (severity, _, n_reported))) = lost {
                self.losses.count_late(*severity, LossReason::of(&error), *n_reported);
            }
        }
    }
}
