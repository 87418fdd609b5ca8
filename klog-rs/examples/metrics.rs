//! What klog has written and lost, in Prometheus' text format: `cargo run -p klog-rs --example metrics`.
//!
//! A program answers `GET /metrics` with this text (content type `text/plain; version=0.0.4`) after that of its own
//! metrics. An alert on `klog_lost_lines_total` says that a log has gaps before somebody needs the missing lines.

use std::fmt::Write as _;

use klog::{
    Severity,
    sink::{LossReason, Stats},
};

fn main() -> Result<(), klog::config::InstallError> {
    let _guard = klog::Config::default().install()?;
    for n in 0..1000 {
        klog::first_n!(2, info!("Pod synced", n));
    }
    klog::error!("Could not sync pod", pod = klog::kref("default", "web-0"));
    print!("{}", exposition(&klog::stats()));
    Ok(())
}

/// The counters in Prometheus' text format.
pub(crate) fn exposition(stats: &Stats) -> String {
    let mut text = String::new();
    let by_severity = |counts: [u64; 4]| {
        Severity::ALL
            .into_iter()
            .zip(counts)
            .map(|(severity, count)| (format!("{{severity=\"{}\"}}", severity.name()), count))
    };
    family(&mut text, "klog_lines_total", "Log lines written.", by_severity(stats.lines));
    family(&mut text, "klog_bytes_total", "Bytes of log lines written.", by_severity(stats.bytes));
    let lost = Severity::ALL.into_iter().flat_map(|severity| {
        LossReason::ALL.map(|reason| {
            let labels =
                format!("{{severity=\"{}\",reason=\"{}\"}}", severity.name(), reason.name());
            (labels, stats.lost(severity, reason))
        })
    });
    family(&mut text, "klog_lost_lines_total", "Log lines lost.", lost);
    let single = |count| [(String::new(), count)];
    family(
        &mut text,
        "klog_suppressed_entries_total",
        "Log entries left out by limits.",
        single(stats.suppressed),
    );
    family(
        &mut text,
        "klog_value_panics_total",
        "Values that panicked while they were logged.",
        single(stats.value_panics),
    );
    text
}

fn family(
    text: &mut String,
    name: &str,
    help: &str,
    samples: impl IntoIterator<Item = (String, u64)>,
) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter");
    for (labels, count) in samples {
        let _ = writeln!(text, "{name}{labels} {count}");
    }
}
