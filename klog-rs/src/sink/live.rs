//! The outputs of the program that may hold lines back, for [`crate::flush`] and for the end of the program.
//!
//! The list takes no lock that a forked child would wait for: its entries are never removed, an output that is gone leaves
//! its entry to the next one, and what another thread was just changing when the process forked is passed over.

use std::{
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use once_cell::race::OnceBox;

use crate::base::fork::PerProcess;

/// klog's `ExitFlushTimeout`: how long [`crate::flush_and_exit`] waits for the outputs.
pub const EXIT_FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// An output that may be gone.
pub(crate) trait WeakLive: Send + Sync {
    fn upgrade(&self) -> Option<Box<dyn Live>>;
}

/// An output.
pub(crate) trait Live: Send {
    /// Tells an output and its clones from others.
    fn identity(&self) -> usize;

    /// Writes what is buffered, and says whether all of it was.
    fn flush(&self) -> bool;

    /// Writes what is buffered, and keeps nothing from now on.
    fn finish(&self) -> bool;
}

/// The program is ending: nothing waits any more for somebody who writes it.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

pub(crate) fn is_ending() -> bool {
    IS_ENDING.load(SeqCst)
}

#[cfg_attr(not(unix), allow(dead_code, reason = "nobody says so there"))]
pub(crate) fn set_ending() {
    IS_ENDING.store(true, SeqCst);
}

struct Entry {
    output: RwLock<Option<Box<dyn WeakLive>>>,
    next: OnceBox<Entry>,
}

static FIRST: Entry = Entry { output: RwLock::new(None), next: OnceBox::new() };

/// Where the next output goes.
#[derive(Default)]
struct Free {
    entries: Vec<&'static Entry>,
    last: Option<&'static Entry>,
    /// How many entries to add before those of outputs that are gone are looked for again.
    n_until_sweep: usize,
}

static FREE: PerProcess<Mutex<Free>> =
    PerProcess::new(Mutex::new(Free { entries: Vec::new(), last: None, n_until_sweep: 0 }));

/// All entries from this one on.
fn from(first: &'static Entry) -> impl Iterator<Item = &'static Entry> {
    std::iter::successors(Some(first), |entry| entry.next.get())
}

impl Free {
    fn take(&mut self) -> &'static Entry {
        if self.entries.is_empty() && self.n_until_sweep == 0 {
            let is_gone = |entry: &&Entry| {
                entry.output.try_read().is_ok_and(|output| {
                    output.as_ref().is_none_or(|output| output.upgrade().is_none())
                })
            };
            self.entries = from(&FIRST).filter(is_gone).collect();
            let n_entries = from(&FIRST).count();
            // Where many were found, looking again costs no more than they saved.
            let found_many = self.entries.len() * 2 >= n_entries;
            self.n_until_sweep = if found_many { 0 } else { n_entries + 16 };
        }
        self.entries.pop().unwrap_or_else(|| self.append())
    }

    fn append(&mut self) -> &'static Entry {
        self.n_until_sweep = self.n_until_sweep.saturating_sub(1);
        let new = || Box::new(Entry { output: RwLock::new(None), next: OnceBox::new() });
        let mut last = self.last.unwrap_or(&FIRST);
        while let Some(next) = last.next.get() {
            last = next;
        }
        let last = last.next.get_or_init(new);
        self.last = Some(last);
        last
    }
}

pub(crate) fn add(output: Box<dyn WeakLive>) {
    let mut free = FREE.get().lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        // An entry that a thread of the parent had locked stays so in a child.
        if let Ok(mut place) = free.take().output.try_write() {
            let before = place.replace(output);
            drop(place);
            // An own sink's memory; its code has run before.
            drop(before);
            return;
        }
    }
}

/// Every output.
pub(crate) fn all() -> Vec<Box<dyn Live>> {
    let upgrade = |entry: &Entry| entry.output.try_read().ok()?.as_ref()?.upgrade();
    from(&FIRST).filter_map(upgrade).collect()
}

#[cfg(test)]
mod tests {
    use super::{Live, WeakLive};

    struct Gone;

    impl WeakLive for Gone {
        fn upgrade(&self) -> Option<Box<dyn Live>> {
            None
        }
    }

    /// Entries of outputs that are gone are used again, so that their number follows that of the outputs which live.
    #[test]
    fn entries_are_used_again() {
        (0..1_000).for_each(|_| super::add(Box::new(Gone)));
        assert!(super::from(&super::FIRST).count() < 100);
    }
}
