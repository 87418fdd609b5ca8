//! The program's output: the installed one, else the first whose layer became part of a subscriber.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use super::Output;
use crate::{base::fork, encode::Format, entry::verbosity::Verbosity};

static PROGRAM: Program = Program {
    is_taken: AtomicBool::new(false),
    installed: OnceLock::new(),
    layer: OnceLock::new(),
};

struct Program {
    /// An output is installed, or about to be.
    is_taken: AtomicBool,
    installed: OnceLock<Output>,
    /// Of the first layer, without its sink, which ends with its subscriber.
    layer: OnceLock<(Format, Arc<Verbosity>)>,
}

/// Reserves the program for an output that is about to be installed; false if it has one.
pub(crate) fn take() -> bool {
    !PROGRAM.is_taken.swap(true, Ordering::AcqRel)
}

/// Gives it back, as the installation has failed.
pub(crate) fn give_back() {
    PROGRAM.is_taken.store(false, Ordering::Release);
}

/// The output was installed.
pub(crate) fn install(output: &Output) {
    fork::get_or_init(&PROGRAM.installed, || output.clone());
    output.watch();
}

/// A layer of the output became part of a subscriber.
pub(super) fn register(format: Format, verbosity: &Arc<Verbosity>) {
    fork::get_or_init(&PROGRAM.layer, || (format, verbosity.clone()));
}

/// The installed output.
#[inline]
pub(crate) fn installed() -> Option<&'static Output> {
    PROGRAM.installed.get()
}

/// The verbosity of the program.
pub(crate) fn verbosity() -> Option<&'static Verbosity> {
    let of_layer = || PROGRAM.layer.get().map(|(_, verbosity)| &**verbosity);
    installed().map(|output| &*output.verbosity).or_else(of_layer)
}

/// The format in which loggers render their pairs when they are made.
pub(crate) fn format() -> Format {
    let of_layer = || PROGRAM.layer.get().map(|(format, _)| *format);
    installed().map(Output::format).or_else(of_layer).unwrap_or(Format::Text)
}
