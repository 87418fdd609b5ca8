//! What is logged: three pods are reconciled, and one of them fails.

use std::{io, time::Duration};

use klog::{Logger, kref, kvs};

/// Logs a few entries, each with the span it belongs to.
pub fn reconcile_all() {
    klog::info!("Starting controller", workers = 2, leader = true);
    let logger = Logger::background().with_name("controller");
    logger.in_scope(|| {
        for (attempt, name) in (1..).zip(["web-0", "web-1", "web-2"]) {
            reconcile(name, attempt);
        }
    });
}

/// A span as `tracing` makes it: klog's lines carry its fields, and OpenTelemetry makes it one of its own.
#[tracing::instrument(fields(queue = "pods"))]
fn reconcile(name: &str, attempt: u32) {
    let pod = kref("default", name);
    klog::debug!("Cache hit", pod);
    if name == "web-1" {
        let err = io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused");
        klog::error!(err: err, "Could not reconcile pod", pod, retry = true);
        return;
    }
    if attempt > 2 {
        klog::warn!("Pod is slow to become ready", pod, elapsed = Duration::from_millis(1500));
    }
    let logger = Logger::current().with_values(kvs! { node = kref("", "worker-1") });
    klog::info!(logger: logger, "Reconciled pod", pod, attempt, ready = true, durationSeconds = 0.25);
}
