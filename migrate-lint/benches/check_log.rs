//! How fast `check-log` reads, beside what any reader has to do at least, in one run: `cargo bench -p migrate-lint`.
//!
//! The best of several rounds over 64 MiB in memory; reading from a file adds the copy from the kernel.
//! For the commands of other tools: `time grep -c . FILE`, `time jq -c . FILE >/dev/null`.

#![expect(clippy::print_stdout, reason = "a benchmark's answer")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use migrate_lint::check_log::{Checker, Options, entries};

const SIZE: usize = 64 * 1024 * 1024;
const ROUNDS: usize = 7;

fn main() {
    let (text, json) = (text(), json());
    for (name, log) in [("text", &text), ("json", &json)] {
        report(name, "count lines (memchr)", log, &|log| {
            memchr::memchr_iter(b'\n', log.as_bytes()).count()
        });
        report(name, "check-log", log, &|log| {
            let mut checker = Checker::new(Options::default());
            let read = checker.check("log", &mut log.as_bytes(), None);
            assert!(read.is_ok());
            let outcome = checker.finish();
            assert!(outcome.report.files.is_empty(), "good lines have no findings");
            outcome.summary.counts.n_entries()
        });
        report(name, "entries (API, owned)", log, &|log| entries(log).flatten().count());
        if name == "json" {
            report(name, "serde_json, ignoring", log, &|log| {
                let lines = log.lines().map(serde_json::from_str::<serde::de::IgnoredAny>);
                lines.flatten().count()
            });
            report(name, "serde_json, to values", log, &|log| {
                log.lines().flat_map(serde_json::from_str::<serde_json::Value>).count()
            });
        }
    }
}

fn report(format: &str, what: &str, log: &str, run: &dyn Fn(&str) -> usize) {
    let mut best = Duration::MAX;
    let mut n_lines = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        n_lines = std::hint::black_box(run(log));
        best = best.min(start.elapsed());
    }
    let speed = log.len() as f64 / best.as_secs_f64() / 1e6;
    let each = best.as_nanos() as f64 / n_lines.max(1) as f64;
    println!("{format}  {what:<22} {speed:>8.0} MB/s  {each:>7.1} ns a line");
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn text() -> String {
    let (mut log, mut numbers) = (String::with_capacity(SIZE + 256), Numbers(1));
    while log.len() < SIZE {
        let (second, micros, line) = (numbers.next(60), numbers.next(1_000_000), numbers.next(900));
        let (id, name, count) = (numbers.next(1 << 31), numbers.next(1 << 20), numbers.next(100));
        let _ = writeln!(
            log,
            "I0304 05:06:{second:02}.{micros:06}   12345 controller.go:{line}] \"Pod status updated\" \
             controller=\"deployment\" reconcileID=\"{id:08x}-0000-4000-8000-{id:012x}\" \
             pod=\"kube-system/web-{name:x}\" status=\"ready\" count={count}"
        );
    }
    log
}

fn json() -> String {
    let (mut log, mut numbers) = (String::with_capacity(SIZE + 256), Numbers(1));
    while log.len() < SIZE {
        let (milli, line) = (numbers.next(1_000_000), numbers.next(900));
        let (id, name, count) = (numbers.next(1 << 31), numbers.next(1 << 20), numbers.next(100));
        let _ = writeln!(
            log,
            "{{\"ts\":1772600{milli:06}.0122,\"caller\":\"demo/controller.go:{line}\",\"msg\":\"Pod status updated\",\
             \"controller\":\"deployment\",\"reconcileID\":\"{id:08x}-0000-4000-8000-{id:012x}\",\"v\":0,\
             \"pod\":{{\"name\":\"web-{name:x}\",\"namespace\":\"kube-system\"}},\"status\":\"ready\",\"count\":{count}}}"
        );
    }
    log
}
