//! How deep values are nested: the one limit for everything that may contain itself.
//!
//! Lists, fields, values that say themselves what they are and what serde writes may hold further values, and the code of
//! a value may log. Each level of it runs inside a guard, which counts it here; a value below the limit is not asked.

use std::cell::Cell;

/// The deepest level; common readers of JSON stop at 128, the object of the line included.
pub(crate) const MAX: u32 = 120;

/// The most brackets of one value that serde writes.
pub(crate) const MAX_JSON: usize = 100;

/// An entry that the code of a value logs takes this many levels at once: a value that logs itself comes to its end after
/// four entries, and one that does it twice after thirty.
const ENTRY: u32 = 30;

/// Marks a level of which the entry has been counted.
const COUNTED: u32 = 1 << 31;

thread_local! {
    static LEVEL: Cell<u32> = const { Cell::new(0) };
}

/// The current level; 0 outside of values.
pub(crate) fn level() -> u32 {
    LEVEL.get() & !COUNTED
}

/// Goes one level down and gives what [`leave`] takes; `None` at the limit.
#[inline]
pub(crate) fn enter() -> Option<u32> {
    let outer = LEVEL.get();
    let level = outer & !COUNTED;
    if level >= MAX {
        return None;
    }
    LEVEL.set(level + 1);
    Some(outer)
}

/// Goes up again by one level.
#[inline]
pub(crate) fn up() {
    LEVEL.set(LEVEL.get().saturating_sub(1));
}

/// Goes back up.
///
/// On a thread that switches stacks another value may have gone back up further meanwhile, past this one. A level that has
/// been left is not entered again, or the thread would seem to be inside of a value for ever.
#[inline]
pub(crate) fn leave(outer: u32) {
    let level = level();
    LEVEL.set(if level > outer & !COUNTED { outer } else { level.saturating_sub(1) });
}

/// Whether an entry that is logged now is logged by a value, and has to be counted by [`in_entry`].
#[inline]
pub(crate) fn is_entry_uncounted() -> bool {
    LEVEL.get().wrapping_sub(1) < COUNTED - 1
}

/// Runs `log` for an entry that is logged by a value.
#[cold]
#[inline(never)]
pub(crate) fn in_entry(log: impl FnOnce()) {
    struct Leave(u32);
    impl Drop for Leave {
        fn drop(&mut self) {
            let level = level();
            LEVEL.set(if level >= self.0 & !COUNTED { self.0 } else { level });
        }
    }
    let outer = LEVEL.get();
    let _leave = Leave(outer);
    LEVEL.set((outer + ENTRY).min(MAX) | COUNTED);
    log();
}
