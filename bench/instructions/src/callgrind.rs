//! What both benches need: a count of instructions, and a sink.

use std::{hint::black_box, process::Command, thread};

use klog::Severity;

/// Instructions of a run of this program with these arguments, and what it printed.
pub(crate) fn instructions(arguments: &[&str]) -> Option<(i64, String)> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    let count = line.rsplit(' ').next()?.parse().ok()?;
    Some((count, String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// What `measure` says of each item, asked on all processors: counts do not depend on who else runs.
pub(crate) fn of_all<T: Sync, R: Send>(items: &[T], measure: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let measure = &measure;
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let share = |first| items.iter().enumerate().skip(first).step_by(n_threads);
        let threads: Vec<_> = (0..n_threads)
            .map(|first| {
                let results = move || share(first).map(|(at, item)| (at, measure(item))).collect();
                scope.spawn::<_, Vec<_>>(results)
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Copies the line once, as a sink that batches would.
pub(crate) struct Nowhere;

impl klog::sink::Sink for Nowhere {
    fn write(&self, _: Severity, line: &[u8]) -> std::io::Result<()> {
        let mut copy = [0_u8; 256];
        let n_bytes = line.len().min(copy.len());
        copy[..n_bytes].copy_from_slice(&line[..n_bytes]);
        black_box(&copy);
        Ok(())
    }
}
