//! Each entry becomes a line that is written or one that is lost, and the reports in a stream say all that it lacks.

use std::{
    io,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread,
};

use klog::{
    Format, Output, Severity,
    sink::{Buffered, NonBlocking, Sink, Stats, WhenFull},
};

const N_THREADS: u64 = 4;
const N_LINES: u64 = 1_000;

/// Is slow, and fails now and then.
struct Slow {
    lines: Arc<Mutex<String>>,
    n_writes: AtomicU64,
    fails_each: u64,
    gate: Arc<(Mutex<bool>, Condvar)>,
}

impl Sink for Slow {
    fn write(&self, _: Severity, bytes: &[u8]) -> io::Result<()> {
        let n_writes = self.n_writes.fetch_add(1, SeqCst);
        if n_writes == 0 {
            // All fill the queue before the first line is written.
            let is_open = self.gate.0.lock().expect("no panic");
            drop(self.gate.1.wait_while(is_open, |is_open| !*is_open).expect("no panic"));
        }
        if self.fails_each > 0 && n_writes % self.fails_each == 1 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.lines.lock().expect("no panic").push_str(&String::from_utf8_lossy(bytes));
        Ok(())
    }
}

#[track_caller]
fn check(what: &str, fails_each: u64, sink: impl FnOnce(Slow) -> Box<dyn Sink>) {
    let before = klog::stats();
    let (lines, gate) = (Arc::<Mutex<String>>::default(), Arc::<(Mutex<bool>, Condvar)>::default());
    let slow =
        Slow { lines: lines.clone(), n_writes: AtomicU64::new(0), fails_each, gate: gate.clone() };
    let output = Output::new(Format::Text, sink(slow)).with_header(false);
    let logger = output.logger();
    thread::scope(|scope| {
        for thread in 0..N_THREADS {
            let logger = &logger;
            scope.spawn(move || {
                for n in 0..N_LINES {
                    match n % 50 {
                        0 => klog::error!(logger: logger, "line", thread, n),
                        1 => klog::warn!(logger: logger, "line", thread, n),
                        _ => klog::info!(logger: logger, "line", thread, n),
                    }
                }
            });
        }
        if what.contains("waits") {
            *gate.0.lock().expect("no panic") = true;
        }
        gate.1.notify_all();
        scope.spawn(|| {
            thread::sleep(std::time::Duration::from_millis(20));
            *gate.0.lock().expect("no panic") = true;
            gate.1.notify_all();
        });
    });
    // A report that cannot be written is made again.
    for _ in 0..20 {
        let _ = output.flush();
    }
    let text = lines.lock().expect("no panic").clone();
    let n_received = text.lines().filter(|line| line.starts_with("\"line\"")).count() as u64;
    let reports: Vec<u64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("\"Log entries lost\" count=")?.parse().ok())
        .collect();
    let after = klog::stats();
    let sum = |lines: [u64; 4]| lines.iter().sum::<u64>();
    let n_lines = sum(after.lines) - sum(before.lines);
    let lost = |stats: &Stats| stats.lost.iter().flatten().sum::<u64>();
    let n_lost = lost(&after) - lost(&before);
    let n_sent = N_THREADS * N_LINES;
    assert_eq!(n_received + n_lost, n_sent, "{what}: received and lost");
    assert_eq!(n_lines, n_received + reports.len() as u64, "{what}: lines");
    assert_eq!(reports.iter().sum::<u64>(), n_lost, "{what}: reported");
    let n_bytes = sum(after.bytes) - sum(before.bytes);
    assert_eq!(n_bytes, text.len() as u64, "{what}: bytes");
}

#[test]
fn sums_add_up() {
    let _alone = crate::alone();
    use WhenFull::{Block, DropInfo, DropNewest};

    fn queue(when_full: WhenFull) -> impl FnOnce(Slow) -> Box<dyn Sink> {
        move |slow| Box::new(NonBlocking::new(slow, 4_000, when_full))
    }
    check("waits", 0, queue(Block));
    check("waits, fails", 7, queue(Block));
    check("drops the newest", 0, queue(DropNewest));
    check("drops the newest, fails", 3, queue(DropNewest));
    check("drops information", 0, queue(DropInfo));
    check("drops information, fails", 2, queue(DropInfo));
    check("waits in a buffer", 0, |slow| Box::new(Buffered::new(slow, 1_000)));
    check("waits in a buffer, fails", 3, |slow| Box::new(Buffered::new(slow, 1_000)));
    check("a buffer in a queue", 5, |slow| {
        Box::new(NonBlocking::new(Buffered::new(slow, 300), 4_000, DropInfo))
    });
    check("a queue in a buffer", 5, |slow| {
        Box::new(Buffered::new(NonBlocking::new(slow, 4_000, DropNewest), 300))
    });
}
