//! Blocks of entries, read on other threads; what is left of them comes back in the order of the log.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use super::pending::Block;
use super::sieve::{Known, Rest, Sieve, Tally};

/// Blocks that wait for a thread or were read by it.
const DEPTH: usize = 2;

/// Threads that take blocks in turn.
#[derive(Debug)]
pub(super) struct Lanes<'scope> {
    lanes: Vec<Lane<'scope>>,
    /// Blocks that were given out and taken back.
    n_given: usize,
    n_taken: usize,
    spare: Vec<Block>,
}

#[derive(Debug)]
struct Lane<'scope> {
    blocks: SyncSender<(Block, Known)>,
    rests: Receiver<(Block, Rest)>,
    thread: ScopedJoinHandle<'scope, Tally>,
}

impl<'scope> Lanes<'scope> {
    /// A thread for each sieve, as far as the system has threads; `None` where it has none.
    pub(super) fn new(scope: &'scope Scope<'scope, '_>, sieves: Vec<Sieve>) -> Option<Self> {
        let lanes = sieves.into_iter().map_while(|sieve| Lane::new(scope, sieve).ok());
        let lanes: Vec<Lane<'_>> = lanes.collect();
        (!lanes.is_empty()).then(|| Self { lanes, n_given: 0, n_taken: 0, spare: Vec::new() })
    }

    /// A buffer to fill.
    pub(super) fn spare(&mut self) -> Block {
        self.spare.pop().unwrap_or_default()
    }

    /// Keeps a buffer for later.
    pub(super) fn keep(&mut self, block: Block) {
        self.spare.push(block);
    }

    /// Whether a block has to be taken back before one is given out.
    pub(super) fn is_full(&self) -> bool {
        self.n_given - self.n_taken >= self.lanes.len() * DEPTH
    }

    /// Gives a block out.
    pub(super) fn give(&mut self, block: Block, known: Known) {
        let lane = &self.lanes[self.n_given % self.lanes.len()];
        // A thread that is gone has panicked, which `finish` passes on.
        let _ = lane.blocks.send((block, known));
        self.n_given += 1;
    }

    /// Takes the oldest block back.
    pub(super) fn take(&mut self) -> Option<(Block, Rest)> {
        if self.n_taken == self.n_given {
            return None;
        }
        let lane = &self.lanes[self.n_taken % self.lanes.len()];
        self.n_taken += 1;
        lane.rests.recv().ok()
    }

    /// Ends the threads; what they have counted.
    pub(super) fn finish(self) -> Vec<Tally> {
        let mut tallies = Vec::new();
        for Lane { blocks, rests, thread } in self.lanes {
            drop((blocks, rests));
            match thread.join() {
                Ok(tally) => tallies.push(tally),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        tallies
    }
}

impl<'scope> Lane<'scope> {
    fn new(scope: &'scope Scope<'scope, '_>, mut sieve: Sieve) -> io::Result<Self> {
        let (blocks, given) = sync_channel::<(Block, Known)>(DEPTH);
        let (done, rests) = sync_channel(DEPTH);
        let read = move || {
            for (block, known) in given {
                let rest = sieve.read(block.bytes(), &known);
                // The run shares the tables again before it changes them.
                drop(known);
                if done.send((block, rest)).is_err() {
                    break;
                }
            }
            sieve.tally
        };
        let thread = thread::Builder::new().spawn_scoped(scope, read)?;
        Ok(Self { blocks, rests, thread })
    }
}
