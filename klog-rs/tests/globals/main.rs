//! Tests of what a process has once: its counters, its panic hook, its subscriber. They run one after another.

mod failing_values;
mod hostile;
mod metrics;
mod other_layers;
mod put;
mod sums;
#[path = "../support/mod.rs"]
mod support;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by each test from start to end.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
