//! The counters, and the example that shows them in Prometheus' text format.

use std::collections::HashSet;

#[path = "../../examples/metrics.rs"]
#[expect(dead_code, reason = "its `main` is not run here")]
mod example;

#[test]
fn exposition_is_what_prometheus_reads() {
    let _alone = crate::alone();
    let mut stats = klog::sink::Stats::default();
    stats.lines = [3, 2, 1, 0];
    stats.bytes = [300, 200, u64::MAX, 0];
    stats.lost[0][klog::sink::LossReason::QueueFull as usize] = 7;
    stats.suppressed = 5;
    stats.value_panics = 1;
    let text = example::exposition(&stats);
    check_format(&text).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
    insta::assert_snapshot!(text);
}

/// Prometheus' text format, version 0.0.4, as far as counters need it.
fn check_format(text: &str) -> Result<(), String> {
    let (mut family, mut families, mut samples) = ("", HashSet::new(), HashSet::new());
    if !text.ends_with('\n') {
        return Err("the last line has no end".into());
    }
    for line in text.lines() {
        let problem = |what: &str| Err(format!("{what}: {line}"));
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap_or_default();
            if !families.insert(family) {
                return problem("a family twice");
            }
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            if kind.strip_prefix(family) != Some(" counter") {
                return problem("a type without its help");
            }
        } else {
            let Some((series, value)) = line.rsplit_once(' ') else {
                return problem("no value");
            };
            let (name, labels) = match series.strip_suffix('}').map(|rest| rest.split_once('{')) {
                Some(Some((name, labels))) => (name, labels),
                _ => (series, ""),
            };
            if name != family || !name.ends_with("_total") {
                return problem("a sample outside of its family");
            }
            for label in labels.split(',').filter(|label| !label.is_empty()) {
                let word = |text: &str| {
                    !text.is_empty()
                        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                };
                let value = label.split_once("=\"").and_then(|(key, rest)| {
                    rest.strip_suffix('"').filter(|value| word(key) && word(value))
                });
                if value.is_none() {
                    return problem("a label");
                }
            }
            if value.parse::<u64>().is_err() || !samples.insert(series) {
                return problem("a value, or a series twice");
            }
        }
    }
    Ok(())
}

#[test]
fn lines_and_bytes_are_counted_for_every_thread() {
    let _alone = crate::alone();
    struct Nowhere;
    impl klog::sink::Sink for Nowhere {
        fn write(&self, _: klog::Severity, line: &[u8]) -> std::io::Result<()> {
            assert_eq!(line, b"\"m\"\n");
            Ok(())
        }
    }
    let log = klog::Output::new(klog::Format::Text, Nowhere).with_header(false).logger();
    let before = klog::stats();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| klog::warn!(logger: &log, "m")));
        }
    });
    let after = klog::stats();
    let difference =
        |counts: fn(&klog::sink::Stats) -> [u64; 4]| counts(&after)[1] - counts(&before)[1];
    assert_eq!((difference(|stats| stats.lines), difference(|stats| stats.bytes)), (100, 400));
}
