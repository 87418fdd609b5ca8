//! `every!`, `first_n!` and `every_n!`: which entries pass, what they carry, what is evaluated.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::Duration,
};

use klog::{Format, Output, config::Vmodule};

use crate::support::Memory;

/// Lines of text without header, at V2.
#[track_caller]
fn check(log: impl FnOnce(&klog::Logger), expected: &str) {
    let lines = Memory::default();
    let output = Output::new(Format::Text, lines.clone())
        .with_header(false)
        .with_verbosity(2, Vmodule::default());
    log(&output.logger());
    assert_eq!(lines.take().trim_end().replace('\n', "|"), expected);
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn the_first_n_pass() {
    check(
        |log| {
            for n in 0..10 {
                klog::first_n!(3, info!(logger: log, "m", n));
            }
        },
        r#""m" n=0|"m" n=1|"m" n=2"#,
    );
    check(|log| (0..3).for_each(|_| klog::first_n!(u64::MIN, info!(logger: log, "m"))), "");
}

#[test]
fn every_nth_passes() {
    check(
        |log| {
            for n in 0..8 {
                klog::every_n!(3, klog::error!(logger: log, err: "e", "m", n));
            }
        },
        r#""m" err="e" n=0|"m" err="e" n=3 suppressed=2|"m" err="e" n=6 suppressed=2"#,
    );
    // All of them, and no limit of zero.
    check(|log| (0..2).for_each(|n| klog::every_n!(n, info!(logger: log, "m"))), r#""m"|"m""#);
}

#[test]
fn once_an_interval_passes() {
    check(
        |log| {
            // The time that counts is the one since the last entry that passed.
            for (n, interval) in
                [HOUR, HOUR, HOUR, Duration::ZERO, HOUR, Duration::ZERO].into_iter().enumerate()
            {
                klog::every!(interval, warn!(logger: log, "m", n,));
            }
        },
        r#""m" n=0|"m" n=3 suppressed=2|"m" n=5 suppressed=1"#,
    );
    check(
        |log| {
            for _ in 0..2 {
                klog::every!(Duration::MAX, info!(logger: log, "m"));
            }
        },
        r#""m""#,
    );
}

#[test]
fn what_is_left_out_is_not_evaluated_but_counted() {
    let n_evaluated = AtomicU64::new(0);
    let evaluate = || n_evaluated.fetch_add(1, Relaxed);
    let before = klog::stats().suppressed;
    check(
        |log| {
            for level in [4, 2, 2, 2] {
                let log = log.v(level);
                klog::first_n!(
                    {
                        evaluate();
                        1
                    },
                    info!(logger: log, "m", n = evaluate())
                );
            }
        },
        r#""m" n=1"#,
    );
    // Three times the limit, which a disabled call does not ask for, and once the value.
    assert_eq!(n_evaluated.into_inner(), 4);
    assert!(klog::stats().suppressed - before >= 2);
}

#[test]
fn every_call_has_its_own_limit_for_all_threads() {
    let lines = Memory::default();
    let log = Output::new(Format::Text, lines.clone()).with_header(false).logger();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    klog::every_n!(100, info!(logger: &log, "one"));
                    klog::first_n!(7, info!(logger: &log, "two"));
                    klog::every!(HOUR, info!(logger: &log, "three"));
                }
            });
        }
    });
    let text = lines.take();
    let n_lines = |message: &str| text.lines().filter(|line| line.starts_with(message)).count();
    assert_eq!((n_lines("\"one\""), n_lines("\"two\""), n_lines("\"three\"")), (40, 7, 1));
    // Entries that passed, and those that they say were left out, are all calls but the last few.
    let n_suppressed: u64 = text
        .lines()
        .filter_map(|line| line.split_once("suppressed="))
        .map(|(_, n)| n.parse::<u64>().unwrap())
        .sum();
    assert!((4000 - 100 - 40..=4000 - 40).contains(&n_suppressed), "{n_suppressed}");
}

#[test]
fn other_layers_and_json_see_the_pair() {
    use tracing_subscriber::prelude::*;

    let lines = Memory::default();
    let output = Output::new(Format::Json, lines.clone());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(output.layer()), || {
        for n in 0..3 {
            // More pairs than find room on the stack, too.
            klog::every_n!(2, info!("m", n, a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7));
            klog::every_n!(2, info!("m", n, a = 1, b = 2, c = 3, d = 4, e = 5, f = 6));
            klog::every_n!(2, info!("m"));
        }
    });
    let text = lines.take();
    let suppressed: Vec<_> =
        text.lines().map(|line| line.contains(r#","suppressed":1}"#)).collect();
    assert_eq!(suppressed, [false, false, false, true, true, true], "{text}");
}
