//! W16 and W17, and what a thread keeps that has logged once.

use std::{
    sync::Barrier,
    time::{Duration, Instant},
};

use klog_bench::{Format, Stack, floor, patterns, queues};

use super::{N_ROUNDS, Turns, report};

/// A call that the last of ten patterns enables, or one that a pattern about other code leaves disabled.
pub(super) fn patterns(name: &str, which: &str) {
    let filtered = patterns::all().into_iter().find(|filtered| filtered.name == name);
    let filtered = filtered.expect("the name of a logger");
    let has_ten = which == "ten";
    (filtered.install)(has_ten);
    let call = if has_ten { filtered.enabled } else { filtered.disabled };
    let mut turns = Turns::new("W16", call, floor::stack(Format::Text).w3, None);
    (0..N_ROUNDS / 2).for_each(|_| turns.take(|| {}));
    turns.report();
}

const N_THREADS: usize = 4;
const N_LINES: usize = 50_000;
const N_RUNS: usize = 5;

/// Four threads: nanoseconds of all processors a line, and what a caller waits.
pub(super) fn queue(name: &str) {
    let way = queues::all().into_iter().find(|way| way.name == name).expect("the name of a way");
    (way.install)();
    let mut cpu = f64::INFINITY;
    for _ in 0..N_RUNS {
        let before = processor_time();
        each_thread(&|| (0..N_LINES).for_each(|_| (way.call)()));
        cpu = cpu.min((processor_time() - before).as_nanos() as f64 / (N_THREADS * N_LINES) as f64);
    }
    let waits = std::sync::Mutex::new(Vec::new());
    each_thread(&|| {
        let wait = |_| {
            let start = Instant::now();
            (way.call)();
            start.elapsed().as_nanos() as f64
        };
        let own: Vec<f64> = (0..N_LINES).map(wait).collect();
        waits.lock().expect("no thread panics").extend(own);
    });
    (way.flush)();
    let mut waits = waits.into_inner().expect("no thread panics");
    waits.sort_by(f64::total_cmp);
    report("cpu", (cpu, f64::NAN));
    report("wait", (waits[waits.len() / 2], waits[waits.len() * 99 / 100]));
}

fn each_thread(work: &(dyn Fn() + Sync)) {
    std::thread::scope(|scope| {
        (0..N_THREADS).for_each(|_| {
            scope.spawn(work);
        });
    });
}

/// Of this process on all processors.
fn processor_time() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a `timespec`.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// KiB that a thread keeps after it has logged a line, beside what it has anyway.
pub(super) fn idle(stack: &Stack) {
    const N: usize = 200;
    (stack.in_context)(&mut || (stack.w1)());
    let (started, logged) = (Barrier::new(N + 1), Barrier::new(N + 1));
    let (go, end) = (Barrier::new(N + 1), Barrier::new(N + 1));
    std::thread::scope(|scope| {
        for _ in 0..N {
            scope.spawn(|| {
                started.wait();
                go.wait();
                (stack.in_context)(&mut || (stack.w1)());
                logged.wait();
                end.wait();
            });
        }
        started.wait();
        let before = resident();
        go.wait();
        logged.wait();
        report("idle", ((resident() - before) / N as f64, f64::NAN));
        end.wait();
    });
}

/// KiB of this process that are in memory.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.unwrap_or(f64::NAN)
}
