//! Entries that are logged before the program has a `tracing` subscriber: klog's text on standard error, at verbosity 0,
//! as klog itself does before its flags are parsed.
//!
//! Left out are events of plain `tracing`, which nobody hears before a subscriber is set.

use std::sync::OnceLock;

use crate::{
    base::fork,
    entry::{Record, no_subscriber},
    output::Output,
    pairs::Context,
    value::guard,
};

/// Writes an entry, unless the program has a subscriber by now.
#[cold]
#[inline(never)]
pub(crate) fn write(record: &Record<'_>) -> bool {
    static OUTPUT: OnceLock<Output> = OnceLock::new();
    if !no_subscriber::has_none() {
        return false;
    }
    let output = fork::get_or_init(&OUTPUT, || {
        guard::silence_hook();
        Output::default()
    });
    output.write(record, Context::default());
    true
}
