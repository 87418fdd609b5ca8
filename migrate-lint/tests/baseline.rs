//! Which findings a baseline accepts, by file, rule and content.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use migrate_lint::internal::baseline::Baseline;
use migrate_lint::internal::finding::{Finding, Level};
use migrate_lint::internal::report::{FileReport, Report};
use migrate_lint::internal::source::Source;

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
        also: Vec::new(),
        is_soft: false,
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
    // A placeholder alone is no text to know a finding by.
    check(&["old.rs: {}"], &["new.rs: {}", "old.rs"], &["new.rs: {}"], &["old.rs 1"]);
    check(&["a.rs: {}"], &["a.rs: {}", "b.rs: {}"], &["b.rs: {}"], &[]);
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

/// A file's text and what is written when it is read to be written again; an error's words.
fn check_file(text: &str, expected: Result<&str, &str>) {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("klog-baseline.json");
    std::fs::write(&path, text).unwrap();
    match (Baseline::read_to_write(&path), expected) {
        (Ok(read), Ok(expected)) => {
            read.unwrap().write(root.path(), &path).unwrap();
            let written = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(written, expected, "{text}");
        }
        (Err(error), Err(words)) => {
            let error = format!("{error:#}");
            assert!(error.ends_with(words), "{error}");
        }
        (read, _) => panic!("{text}: {read:?}"),
    }
}

/// Entries as a file has them.
fn file(entries: &[&str]) -> String {
    let lines: String = entries.iter().map(|entry| format!("    \"{entry}\",\n")).collect();
    format!("{{\n  \"version\": 2,\n  \"findings\": [\n{lines}    \"\"\n  ]\n}}\n")
}

#[test]
fn one_finding_is_one_line() {
    let both = ["a b.rs print-macro 01", "a b.rs print-macro 02", "a b.rs print-macro 02"];
    check_file(
        r#"{"version": 1, "files": {"a b.rs": {"print-macro": ["02", "01", "02"]}}}"#,
        Ok(&file(&both)),
    );
    check_file(&file(&both), Ok(&file(&both)));
    check_file(&file(&[r#"q\"\nu.rs key-case 0a"#]), Ok(&file(&[r#"q\"\nu.rs key-case 0a"#])));
    check_file(&file(&[]), Ok(""));
    check_file("{}", Err("missing field `version` at line 1 column 2"));
    for version in [0, 3] {
        let text = format!("{{\"version\": {version}, \"findings\": []}}");
        let words = format!("it has version {version}, and this program knows 1 to 2");
        check_file(&text, Err(&words));
    }
    check_file(&file(&["two words"]), Err("`two words` is no path with a rule and a hash"));
    let root = tempfile::tempdir().unwrap();
    assert!(Baseline::read(&root.path().join("klog-baseline.json")).unwrap().is_none());
}

#[test]
fn a_conflict_is_what_either_side_accepts() {
    let conflict = |ours: &[&str], base: Option<&[&str]>, theirs: &[&str]| {
        let lines = |entries: &[&str]| -> String {
            entries.iter().map(|entry| format!("    \"{entry}\",\n")).collect()
        };
        let base = base.map_or_else(String::new, |base| format!("||||||| 12ab\n{}", lines(base)));
        let hunk = format!(
            "<<<<<<< HEAD\n{}{base}=======\n{}>>>>>>> theirs\n",
            lines(ours),
            lines(theirs)
        );
        file(&["a.rs r 1", "z.rs r 1"]).replace("    \"z", &format!("{hunk}    \"z"))
    };
    check_file(
        &conflict(&["b.rs r 1", "b.rs r 1"], None, &["b.rs r 1", "c.rs r 1"]),
        Ok(&file(&["a.rs r 1", "b.rs r 1", "b.rs r 1", "c.rs r 1", "z.rs r 1"])),
    );
    check_file(
        &conflict(&[], Some(&["gone.rs r 1", "b.rs r 1"]), &["b.rs r 1"]),
        Ok(&file(&["a.rs r 1", "b.rs r 1", "z.rs r 1"])),
    );
    // One side has the old version, with the whole file as the conflict.
    let old = r#"{"version": 1, "files": {"a.rs": {"r": ["2"]}}}"#;
    check_file(
        &format!("<<<<<<< ours\r\n{old}\r\n=======\n{}>>>>>>> theirs\n", file(&["a.rs r 1"])),
        Ok(&file(&["a.rs r 1", "a.rs r 2"])),
    );
}

/// Two rules may flag one call, and which of them leads can change.
#[test]
fn a_finding_is_accepted_by_any_of_its_rules() {
    let root = tempfile::tempdir().unwrap();
    let baseline = Baseline::of(&report(root.path(), &["a.rs: info!(pod)"]));
    let mut now = report(root.path(), &["a.rs: info!(pod)"]);
    let finding = &mut now.files[0].findings[0];
    finding.rule = "message-style";
    let kept = baseline.apply(&mut now);
    assert_eq!((now.findings().count(), kept.n_findings()), (1, 0));
    let mut now = report(root.path(), &["a.rs: info!(pod)"]);
    let finding = &mut now.files[0].findings[0];
    finding.rule = "message-style";
    finding.also = vec![("interpolated-message", finding.span.clone())];
    let kept = baseline.apply(&mut now);
    assert_eq!((now.findings().count(), kept.n_findings()), (0, 1));
}
