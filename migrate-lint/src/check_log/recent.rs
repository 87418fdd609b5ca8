//! Entries of a table that were asked for last, in front of it.

use super::tables::ByHash;

/// So many are kept, by the first bits of their hashes.
const N_PLACES: usize = 4096;

/// What was found last, by hash. It may be older than the table.
#[derive(Debug)]
pub(super) struct Recent<T>(Vec<Option<(u64, T)>>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Recent<T> {
    /// What the table has, or had, for a hash.
    #[inline]
    pub(super) fn get(&mut self, hash: u64, table: &ByHash<T>) -> Option<T> {
        match self.0.get(place(hash)) {
            Some(Some((known, value))) if *known == hash => Some(*value),
            _ => self.look_up(hash, table),
        }
    }

    /// What the table has now.
    #[cold]
    pub(super) fn look_up(&mut self, hash: u64, table: &ByHash<T>) -> Option<T> {
        let value = *table.get(&hash)?;
        self.0.resize(N_PLACES, None);
        self.0[place(hash)] = Some((hash, value));
        Some(value)
    }
}

#[inline]
fn place(hash: u64) -> usize {
    (hash >> 52) as usize
}
