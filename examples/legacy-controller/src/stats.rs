//! Counts reconciles, and says so from time to time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use log::{debug as log_debug, info as log_info};
use tokio::sync::watch;

#[derive(Debug, Default)]
pub struct Stats {
    pub reconciles: AtomicU64,
    pub failures: AtomicU64,
    pub slowest_us: AtomicU64,
}

impl Stats {
    pub fn record(&self, started: Instant, failed: bool) {
        let elapsed = started.elapsed();
        self.reconciles.fetch_add(1, Relaxed);
        self.failures.fetch_add(u64::from(failed), Relaxed);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let before = self.slowest_us.fetch_max(micros, Relaxed);
        if micros > before {
            log_debug!("slowest reconcile so far: {elapsed:.2?} (before: {before}µs)");
        }
    }

    pub fn report(&self) {
        let (total, failed) = (self.reconciles.load(Relaxed), self.failures.load(Relaxed));
        let percent = if total == 0 { 0.0 } else { failed as f64 / total as f64 * 100.0 };
        log_info!(
            "{} reconciles, {} failed ({:.1}%), slowest {:>6}us",
            total,
            failed,
            percent,
            self.slowest_us.load(Relaxed)
        );
    }
}

/// Reports until `stop` changes.
pub async fn report_regularly(stats: &Stats, interval: Duration, mut stop: watch::Receiver<bool>) {
    let mut ticker = tokio::time::interval(interval);
    ticker.tick().await;
    loop {
        tokio::select! {
            now = ticker.tick() => {
                log_debug!("stats tick at {:?}", now);
                stats.report();
            }
            changed = stop.changed() => {
                if let Err(e) = changed { log::warn!("stop channel: {e}"); }
                log_debug!("stats reporter stopped (interval was {:?})", interval);
                return;
            }
        }
    }
}
