//! Counts allocations on request.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

struct Counting;

static IS_ON: AtomicBool = AtomicBool::new(false);
static N_ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

fn count_one() {
    if IS_ON.load(Relaxed) {
        N_ALLOCATIONS.fetch_add(1, Relaxed);
    }
}

// SAFETY: everything is handed to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: the caller's contract is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: the caller's contract is the system's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `f` asks for memory.
pub fn count(f: impl FnOnce()) -> u64 {
    let before = N_ALLOCATIONS.load(Relaxed);
    IS_ON.store(true, Relaxed);
    f();
    IS_ON.store(false, Relaxed);
    N_ALLOCATIONS.load(Relaxed) - before
}
