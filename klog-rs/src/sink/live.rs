//! The sinks of outputs that are layers, which a flush of the program reaches.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use super::Sink;
use crate::base::fork;

/// klog's `ExitFlushTimeout`: how long [`crate::flush_and_exit`] waits for the outputs.
pub const EXIT_FLUSH_TIMEOUT: Duration = Duration::from_secs(10);

/// The sinks of all outputs that became layers, as long as there are such layers.
static LAYERS: Mutex<Vec<Weak<dyn Sink>>> = Mutex::new(Vec::new());

/// The process in which the last output became a layer, see [`fork::generation`].
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// Adds the sink of an output that has become a layer.
pub(crate) fn add(sink: &Arc<dyn Sink>) {
    let mut layers = LAYERS.lock().unwrap_or_else(PoisonError::into_inner);
    layers.retain(|layer| layer.strong_count() > 0);
    layers.push(Arc::downgrade(sink));
    PROCESS.store(fork::generation(), Relaxed);
}

/// The sinks of the layers that there are.
pub(crate) fn all() -> Vec<Arc<dyn Sink>> {
    let layers = LAYERS.lock().unwrap_or_else(PoisonError::into_inner);
    layers.iter().filter_map(Weak::upgrade).collect()
}

/// Whether the process that made them was another one.
pub(crate) fn are_of_parent() -> bool {
    PROCESS.load(Relaxed) != fork::generation()
}
