//! Entries of one log that wait, in their order and by their messages.

use std::collections::{HashMap, VecDeque};

use super::waiting::Waiting;
use crate::work;

#[derive(Debug, Default)]
pub(super) struct Side {
    slots: VecDeque<Slot>,
    /// Number of the first slot's entry.
    first: usize,
    by_message: HashMap<String, VecDeque<usize>>,
    n_bytes: usize,
}

/// An entry by its place.
#[derive(Debug)]
enum Slot {
    Waiting(Waiting),
    /// Matched, with the entry of the old log where that is to be known.
    Done(Option<Match>),
}

/// An entry of the new log with its like in the old one.
#[derive(Debug)]
pub(super) struct Match {
    /// Number and line of the old entry.
    pub old: (usize, usize),
    pub entry: Waiting,
}

impl Side {
    /// Adds an entry that waits; gives its number.
    pub(super) fn push(&mut self, entry: Waiting) -> usize {
        let number = self.first + self.slots.len();
        self.by_message.entry(entry.message.clone()).or_default().push_back(number);
        self.n_bytes += entry.bytes.len();
        self.slots.push_back(Slot::Waiting(entry));
        number
    }

    pub(super) fn get(&self, number: usize) -> Option<&Waiting> {
        match self.slots.get(number.checked_sub(self.first)?)? {
            Slot::Waiting(entry) => Some(entry),
            Slot::Done(_) => None,
        }
    }

    /// The entries that wait with a message, oldest first.
    pub(super) fn alike(&self, message: &str, limit: usize) -> Vec<usize> {
        let alike = self.by_message.get(message);
        let alike: Vec<usize> = alike.into_iter().flatten().take(limit).copied().collect();
        work::count(1 + alike.len());
        alike
    }

    /// The entries that wait, oldest first.
    pub(super) fn waiting(&self, limit: usize) -> Vec<usize> {
        let slots = self.slots.iter().enumerate().inspect(|_| work::count(1));
        let waiting = slots.filter(|(_, slot)| matches!(slot, Slot::Waiting(_)));
        waiting.map(|(at, _)| self.first + at).take(limit).collect()
    }

    /// How many entries have come since this one.
    pub(super) fn age(&self, number: usize) -> usize {
        self.first + self.slots.len() - number
    }

    /// The entry that has waited longest.
    pub(super) fn first(&self) -> Option<usize> {
        self.waiting(1).first().copied()
    }

    /// The entry that has waited longest, where too much is in the window.
    pub(super) fn overflow(&self, n_entries: usize, n_bytes: usize) -> Option<usize> {
        let is_full = self.slots.len() > n_entries || self.n_bytes > n_bytes;
        if is_full { self.first() } else { None }
    }

    /// The entry waits no more.
    pub(super) fn take(&mut self, number: usize) -> Option<Waiting> {
        let slot = self.slots.get_mut(number.checked_sub(self.first)?)?;
        let entry = match std::mem::replace(slot, Slot::Done(None)) {
            Slot::Waiting(entry) => entry,
            done @ Slot::Done(_) => {
                *slot = done;
                return None;
            }
        };
        self.n_bytes -= entry.bytes.len();
        if let Some(numbers) = self.by_message.get_mut(&entry.message) {
            let mut numbers_so_far = numbers.iter().inspect(|_| work::count(1));
            if let Some(at) = numbers_so_far.position(|one| *one == number) {
                numbers.remove(at);
            }
            if numbers.is_empty() {
                self.by_message.remove(&entry.message);
            }
        }
        Some(entry)
    }

    /// The same, and the entry stays until it is at the front.
    pub(super) fn take_with(&mut self, number: usize, old: (usize, usize)) {
        let Some(entry) = self.take(number) else { return };
        if let Some(slot) = self.slots.get_mut(number - self.first) {
            *slot = Slot::Done(Some(Match { old, entry }));
        }
    }

    /// Lets go of the front entry, where it no longer waits; gives what it was matched with.
    pub(super) fn pop_done(&mut self) -> Option<Option<Match>> {
        match self.slots.pop_front()? {
            Slot::Done(done) => {
                self.first += 1;
                Some(done)
            }
            waiting @ Slot::Waiting(_) => {
                self.slots.push_front(waiting);
                None
            }
        }
    }
}
