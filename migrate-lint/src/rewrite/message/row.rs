//! What is known of each token of a message; a look at one is a step, so that a test can count them.

use std::ops::{Index, IndexMut, Range};

use crate::work;

#[derive(Clone, Debug)]
pub(super) struct Row<T>(Vec<T>);

impl<T> Row<T> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        work::count(1);
        self.0.get(at)
    }

    /// Those before a place, the nearest first.
    pub(super) fn before(&self, at: usize) -> impl Iterator<Item = &T> {
        self.0[..at].iter().rev().inspect(|_| work::count(1))
    }

    /// Those after a place.
    pub(super) fn after(&self, at: usize) -> impl Iterator<Item = &T> {
        self.0[at + 1..].iter().inspect(|_| work::count(1))
    }

    pub(super) fn of(&self, range: Range<usize>) -> impl Iterator<Item = &T> {
        self.0[range].iter().inspect(|_| work::count(1))
    }

    pub(super) fn into_items(self) -> impl Iterator<Item = T> {
        self.0.into_iter()
    }

    pub(super) fn push(&mut self, item: T) {
        self.0.push(item);
    }

    /// A row as long as this one.
    pub(super) fn map<U>(&self, make: impl FnMut(&T) -> U) -> Row<U> {
        self.0.iter().map(make).collect()
    }
}

impl<T> FromIterator<T> for Row<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> Index<usize> for Row<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        work::count(1);
        &self.0[at]
    }
}

impl<T> IndexMut<usize> for Row<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        work::count(1);
        &mut self.0[at]
    }
}
