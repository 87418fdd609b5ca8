//! Verbosity for a while.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{child::child, run_child};

const HOUR: Duration = Duration::from_secs(3600);
const SOON: Duration = Duration::from_millis(20);

pub(crate) fn verbosity_comes_back() {
    let output = run_child(child("revert")).expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn run() {
    let config = klog::Config { verbosity: 1, ..Default::default() };
    let _guard = config.install().expect("the first one");
    let verbosity = || {
        let is_enabled = |v| klog::Logger::background().enabled(v);
        let shown = klog::debug_flags::verbosity();
        assert!(is_enabled(shown) && !is_enabled(shown + 1));
        // What the call site has remembered follows.
        let before = klog::stats().lines[0];
        klog::info!(v: 4, "probe");
        assert_eq!(klog::stats().lines[0] - before, u64::from(shown >= 4));
        shown
    };

    // The last value counts, and what was there before the first one comes back.
    klog::debug_flags::set_verbosity_for(4, HOUR).expect("a thread");
    assert_eq!(verbosity(), 4);
    klog::debug_flags::set_verbosity_for(5, HOUR).expect("a thread");
    assert_eq!(verbosity(), 5);
    klog::debug_flags::set_verbosity_for(3, SOON).expect("a thread");
    until(|| klog::debug_flags::verbosity() == 1);
    assert_eq!(verbosity(), 1);

    // The thread has ended, and there is another one.
    klog::debug_flags::set_verbosity_for(4, SOON).expect("a thread");
    until(|| klog::debug_flags::verbosity() == 1);

    // Set for good.
    klog::debug_flags::set_verbosity_for(4, SOON).expect("a thread");
    klog::set_verbosity(2);
    thread::sleep(SOON * 3);
    assert_eq!(verbosity(), 2);

    // The handlers, and both settings at a time.
    assert!(klog::debug_flags::put_verbosity_for("7", "1h").is_ok());
    assert!(klog::debug_flags::put_vmodule_for("revert=9", "1h").is_ok());
    assert_eq!(klog::debug_flags::verbosity(), 7);
    assert!(klog::Logger::background().enabled(9));
    assert!(klog::debug_flags::put_vmodule_for("revert=10", "20ms").is_ok());
    until(|| !klog::Logger::background().enabled(9));
    assert_eq!(verbosity(), 7);
    assert!(klog::debug_flags::put_verbosity_for("2147483648", "1h").is_err());
    assert!(klog::debug_flags::put_verbosity_for("3", "-1h").is_err());
    assert!(klog::debug_flags::put_vmodule_for("revert", "1h").is_err());
    assert_eq!(verbosity(), 7);
    // Longer than any clock can tell.
    klog::debug_flags::set_verbosity_for(6, Duration::MAX).expect("a thread");
    assert_eq!(verbosity(), 6);
    klog::debug_flags::set_verbosity_for(6, SOON).expect("a thread");
    until(|| klog::debug_flags::verbosity() == 2);
}

#[track_caller]
fn until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never holds");
        thread::sleep(Duration::from_millis(1));
    }
}
