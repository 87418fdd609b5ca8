//! A list whose entries stay alive while somebody reads one of them, although they are removed meanwhile.

use std::{
    cell::{Cell, RefCell},
    mem::{self, ManuallyDrop},
    sync::Arc,
};

/// Keys and what they are kept with, in the order in which they came.
type Entries<K, T> = Vec<(K, Arc<T>)>;

/// A list of `K` and `Arc<T>`; it is of one thread, since it is not `Sync`.
///
/// Reading an entry counts no references, which two threads would do one after the other.
///
/// Where a thread switches stacks, a reader may be suspended when the thread ends: then nothing is dropped with the list.
pub(crate) struct DeferredDrop<K, T> {
    entries: ManuallyDrop<RefCell<Entries<K, T>>>,
    n_readers: Cell<usize>,
    /// What was removed while there were readers.
    removed: ManuallyDrop<RefCell<Vec<Arc<T>>>>,
}

impl<K, T> Drop for DeferredDrop<K, T> {
    fn drop(&mut self) {
        let (entries, removed) = (self.entries.take(), self.removed.take());
        if self.n_readers.get() > 0 {
            mem::forget((entries, removed));
        }
    }
}

impl<K, T> DeferredDrop<K, T> {
    pub(crate) const fn new() -> Self {
        DeferredDrop {
            entries: ManuallyDrop::new(RefCell::new(Vec::new())),
            n_readers: Cell::new(0),
            removed: ManuallyDrop::new(RefCell::new(Vec::new())),
        }
    }

    pub(crate) fn push(&self, key: K, value: Arc<T>) {
        self.entries.borrow_mut().push((key, value));
    }

    /// Removes the last entry that `is_it` takes, and says how many remain.
    pub(crate) fn remove_last(&self, is_it: impl Fn(&K) -> bool) -> usize {
        let mut entries = self.entries.borrow_mut();
        let value = entries.iter().rposition(|(key, _)| is_it(key)).map(|at| entries.remove(at).1);
        let n_entries = entries.len();
        drop(entries);
        match value {
            Some(value) if self.n_readers.get() > 0 => self.removed.borrow_mut().push(value),
            // The value's own code may come back here when it is dropped.
            value => drop(value),
        }
        n_entries
    }

    /// The last entry that `is_it` takes.
    pub(crate) fn last(&self, is_it: impl Fn(&K) -> bool) -> Option<Arc<T>> {
        let entries = self.entries.borrow();
        entries.iter().rev().find(|(key, _)| is_it(key)).map(|(_, value)| value.clone())
    }

    /// Runs `f` with the last entry that `is_it` takes.
    #[inline]
    pub(crate) fn with_last<R>(
        &self,
        is_it: impl Fn(&K) -> bool,
        f: impl FnOnce(Option<&T>) -> R,
    ) -> R {
        let value = self
            .entries
            .borrow()
            .iter()
            .rev()
            .find(|(key, _)| is_it(key))
            .map(|(_, value)| Arc::as_ptr(value));
        self.n_readers.set(self.n_readers.get() + 1);
        let _reader = Reader(self);
        // SAFETY: the value was in the list a moment ago, and `n_readers` is not zero until `f` has returned or panicked.
        // So long its `Arc` is not dropped: it is in `entries`, or `remove_last`, the only function that takes one out,
        // has put it into `removed`, which is emptied when there are no readers. The list drops nothing while there are.
        // `f` cannot keep the borrow.
        f(value.map(|value| unsafe { &*value }))
    }
}

struct Reader<'a, K, T>(&'a DeferredDrop<K, T>);

impl<K, T> Drop for Reader<'_, K, T> {
    #[inline]
    fn drop(&mut self) {
        let n_readers = self.0.n_readers.get() - 1;
        self.0.n_readers.set(n_readers);
        if n_readers == 0 && !self.0.removed.borrow().is_empty() {
            drop_all(&self.0.removed);
        }
    }
}

#[cold]
#[inline(never)]
fn drop_all<T>(removed: &RefCell<Vec<Arc<T>>>) {
    let removed = removed.take();
    drop(removed);
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        sync::Arc,
    };

    use super::DeferredDrop;

    /// What is removed while it is read is dropped after the last reader, and after a panic as well.
    #[test]
    fn what_is_read_is_not_dropped() {
        let kept = DeferredDrop::new();
        let weak = |key: u8| {
            let value = Arc::new(key.to_string());
            let weak = Arc::downgrade(&value);
            kept.push(key, value);
            weak
        };
        let (first, second) = (weak(1), weak(2));
        kept.with_last(
            |_| true,
            |outer| {
                kept.with_last(
                    |key| *key == 1,
                    |inner| {
                        assert_eq!(kept.remove_last(|_| true), 1);
                        assert_eq!(kept.remove_last(|_| true), 0);
                        assert_eq!(kept.remove_last(|_| true), 0);
                        assert_eq!(inner.map(String::as_str), Some("1"));
                    },
                );
                assert_eq!(outer.map(String::as_str), Some("2"));
                assert!(kept.last(|_| true).is_none());
            },
        );
        assert!(first.upgrade().is_none() && second.upgrade().is_none());
        let third = weak(3);
        let read = || kept.with_last(|_| true, |_| kept.remove_last(|_| panic!("as it should")));
        assert!(catch_unwind(AssertUnwindSafe(read)).is_err());
        kept.remove_last(|_| true);
        assert!(third.upgrade().is_none());
    }
}
