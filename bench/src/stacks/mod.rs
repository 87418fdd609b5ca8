//! The loggers, each as its documentation sets it up, with a writer of ours.
//!
//! Loggers that have no context of their own (those after the `log` crate and spdlog-rs) are given the two pairs of
//! the context with every call of W1.

mod emit;
mod klog;
mod log;
mod slog;
mod spdlog;
mod tracing;

use crate::Stack;

/// All stacks but the floor.
pub fn all() -> Vec<Stack> {
    let mut all = Vec::new();
    all.extend(klog::stacks());
    all.extend(tracing::stacks());
    all.extend(slog::stacks());
    all.extend(log::stacks());
    all.extend(spdlog::stacks());
    all.extend(emit::stacks());
    all
}
