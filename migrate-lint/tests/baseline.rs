//! Which findings a baseline accepts, by file, rule and content.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::baseline::Baseline;
use migrate_lint::finding::{Finding, Level};
use migrate_lint::report::{FileReport, Report};
use migrate_lint::source::Source;

/// Flagged texts by file: those that were accepted, those that are there now, and those that are reported then.
/// `there` are files that exist, and of them those with findings or `!` are looked at.
fn check(accepted: &[&str], now: &[&str], reported: &[&str], gone: &[&str]) {
    let root = tempfile::tempdir().unwrap();
    let baseline = Baseline::of(&report(root.path(), accepted));
    let mut report = report(root.path(), now);
    let kept = baseline.apply(&mut report);
    let left: Vec<String> = report
        .findings()
        .map(|(file, finding)| format!("{}: {}", file.path, file.source.slice(&finding.span)))
        .collect();
    assert_eq!(left, reported, "{accepted:?} {now:?}");
    let are_gone: Vec<String> =
        report.gone.iter().map(|gone| format!("{} {}", gone.path, gone.count)).collect();
    assert_eq!(are_gone, gone, "{accepted:?} {now:?}");
    let n_gone: usize = report.gone.iter().map(|gone| gone.count).sum();
    assert_eq!(kept.n_findings(), accepted.iter().filter(|it| it.contains(": ")).count() - n_gone);
}

/// `a.rs: text` is a finding, `a.rs` a file without one that was looked at, `a.rs?` one that was not.
fn report(root: &std::path::Path, findings: &[&str]) -> Report {
    let mut report = Report { root: root.to_owned(), ..Report::default() };
    for line in findings {
        let (path, text) = line.split_once(": ").unwrap_or((line, ""));
        let name = path.trim_end_matches('?');
        std::fs::write(root.join(name), "").unwrap();
        if path.ends_with('?') {
            continue;
        }
        report.seen.insert(name.to_owned());
        if text.is_empty() {
            continue;
        }
        let index = report.files.iter().position(|file| file.path == name).unwrap_or_else(|| {
            report.files.push(FileReport { path: name.to_owned(), ..FileReport::default() });
            report.files.len() - 1
        });
        let file = &mut report.files[index];
        let start = file.source.text.len();
        file.source = Source::new(format!("{}{text}", file.source.text));
        file.findings.push(finding(start..start + text.len()));
    }
    report
}

fn finding(span: std::ops::Range<usize>) -> Finding {
    Finding {
        rule: "interpolated-message",
        level: Level::Warn,
        message: String::new(),
        span,
        label: None,
        related: Vec::new(),
        help: Vec::new(),
        fix: None,
        rewrite: None,
        call: None,
    }
}

#[test]
fn findings_are_accepted_by_their_content() {
    check(&["a.rs: x"], &["a.rs: x"], &[], &[]);
    check(&["a.rs: x"], &["a.rs: y"], &["a.rs: y"], &["a.rs 1"]);
    // White space is nobody's content.
    check(&["a.rs: f(x, y)"], &["a.rs: f(\n\tx,\r\n    y)"], &[], &[]);
    check(&["a.rs: f(x y)"], &["a.rs: f(xy)"], &[], &[]);
    // An entry accepts one finding.
    check(&["a.rs: x"], &["a.rs: x", "a.rs: x"], &["a.rs: x"], &[]);
    check(&["a.rs: x", "a.rs: x"], &["a.rs: x"], &[], &["a.rs 1"]);
}

#[test]
fn a_file_that_moves_takes_its_entries_along() {
    check(&["old.rs: x"], &["new.rs: x", "old.rs"], &[], &[]);
    // A file's own entries come first: the copy is what is new, wherever it is in the order of files.
    check(&["b.rs: x"], &["a.rs: x", "b.rs: x"], &["a.rs: x"], &[]);
    check(&["b.rs: x"], &["b.rs: x", "c.rs: x"], &["c.rs: x"], &[]);
    check(&["a.rs: x", "b.rs: x"], &["a.rs: x", "a.rs: x", "b.rs: x"], &["a.rs: x"], &[]);
}

#[test]
fn files_that_were_not_looked_at_keep_their_entries() {
    check(&["a.rs: x", "b.rs: y"], &["a.rs: x", "b.rs?"], &[], &[]);
    check(&["a.rs: x", "b.rs: y"], &["a.rs: x", "b.rs"], &[], &["b.rs 1"]);
    // One that is no more has nothing to keep.
    let root = tempfile::tempdir().unwrap();
    let baseline = Baseline::of(&report(root.path(), &["a.rs: x", "b.rs: y"]));
    std::fs::remove_file(root.path().join("b.rs")).unwrap();
    let mut report = report(root.path(), &["a.rs: x"]);
    let kept = baseline.apply(&mut report);
    assert_eq!((kept.n_findings(), report.gone.len()), (1, 1));
}

#[test]
fn a_version_that_is_not_known_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("klog-baseline.json");
    let read = |version: u32| {
        let text = format!("{{\"version\": {version}, \"files\": {{}}}}");
        std::fs::write(&path, text).unwrap();
        Baseline::read(&path).map(|read| read.is_some()).map_err(|error| error.to_string())
    };
    assert_eq!(read(1), Ok(true));
    for version in [0, 2] {
        let error = read(version).unwrap_err();
        let expected = format!("has version {version}, this program knows 1; write it again");
        assert!(error.ends_with(&expected), "{error}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(Baseline::read(&path).unwrap().is_none());
}
