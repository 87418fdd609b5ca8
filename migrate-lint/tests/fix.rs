//! Fixing: findings with edits → text, and when a fix is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::ops::Range;

use migrate_lint::internal::finding::{Edit, Finding, Fix, Level};
use migrate_lint::internal::fix::{self, Plan};
use migrate_lint::internal::report::{FileReport, Report};
use migrate_lint::internal::safety::Reason;
use migrate_lint::internal::source::Source;

const SAFE: &[Reason] = &[];
const UNSAFE: &[Reason] = &[Reason::KeyInvented];

#[test]
fn edits_are_applied_in_any_order_and_the_rest_is_kept() {
    let text = "\u{feff}fn a() { x(1); y(2); }\r\n";
    let fixes = [fix(SAFE, &[(text, "2", "\"ü\"")]), fix(SAFE, &[(text, "1", "")])];
    assert_eq!(fixed(text, &fixes, false), "\u{feff}fn a() { x(); y(\"ü\"); }\r\n");
}

#[test]
fn unsafe_fixes_wait_for_the_flag() {
    let text = "fn a() { x(1) }";
    let fixes = [fix(UNSAFE, &[(text, "1", "2")])];
    assert_eq!(fixed(text, &fixes, false), text);
    assert_eq!(fixed(text, &fixes, true), "fn a() { x(2) }");
}

#[test]
fn of_two_fixes_that_touch_the_first_is_taken_whole() {
    let text = "fn a() { x(1); y(2); }";
    let fixes =
        [fix(SAFE, &[(text, "x(1)", "z()")]), fix(SAFE, &[(text, "1", "9"), (text, "2", "9")])];
    assert_eq!(fixed(text, &fixes, false), "fn a() { z(); y(2); }");
}

#[test]
fn the_same_edit_of_two_fixes_is_made_once() {
    let text = "fn a() { x(1); y(2); }";
    let import = (text, "fn", "use b;\nfn");
    let fixes = [fix(SAFE, &[import, (text, "1", "8")]), fix(SAFE, &[import, (text, "2", "9")])];
    assert_eq!(fixed(text, &fixes, false), "use b;\nfn a() { x(8); y(9); }");
}

#[test]
fn a_result_that_does_not_parse_is_thrown_away_and_reported() {
    let text = "fn a() { x(1) }";
    let plan = plan(text, &[fix(SAFE, &[(text, "1", ")")])], false);
    assert!(plan.changes.is_empty());
    assert_eq!(plan.refused.len(), 1);
    // What did not parse before cannot be judged.
    let text = "fn a( { x(1) }";
    assert_eq!(fixed(text, &[fix(SAFE, &[(text, "1", "2")])], false), "fn a( { x(2) }");
}

#[test]
fn ranges_that_are_none_of_the_file_change_nothing() {
    let text = "fn a() { \"ü\" }";
    let inside_a_letter = text.find('ü').unwrap() + 1;
    for span in [inside_a_letter..inside_a_letter + 1, 90..99] {
        let edits = vec![Edit { span, text: "x".to_owned() }];
        let fix = Fix { title: String::new(), reasons: SAFE.to_vec(), edits, writes: None };
        assert_eq!(fixed(text, &[fix], false), text);
    }
}

#[test]
fn a_patch_applies() {
    let text = "fn a() {\n    x(1);\n}\n";
    let plan = plan(text, &[fix(SAFE, &[(text, "1", "2")])], false);
    let expected = "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,3 +1,3 @@\n fn a() {\n-    x(1);\n+    x(2);\n }\n";
    assert_eq!(plan.diff(), expected);
}

fn fix(reasons: &[Reason], edits: &[(&str, &str, &str)]) -> Fix {
    let place = |text: &str, needle: &str| -> Range<usize> {
        let start = text.find(needle).unwrap();
        start..start + needle.len()
    };
    let edits = edits.iter().map(|(text, needle, replacement)| Edit {
        span: place(text, needle),
        text: (*replacement).to_owned(),
    });
    let (title, reasons) = ("fix".to_owned(), reasons.to_vec());
    Fix { title, reasons, edits: edits.collect(), writes: None }
}

fn fixed(text: &str, fixes: &[Fix], with_unsafe: bool) -> String {
    let plan = plan(text, fixes, with_unsafe);
    plan.changes.first().map_or(text.to_owned(), |change| change.after.clone())
}

fn plan(text: &str, fixes: &[Fix], with_unsafe: bool) -> Plan {
    let findings = fixes.iter().map(|fix| Finding {
        rule: "interpolated-message",
        level: Level::Warn,
        message: String::new(),
        span: fix.edits[0].span.clone(),
        label: None,
        related: Vec::new(),
        help: Vec::new(),
        fix: Some(fix.clone()),
        rewrite: None,
        call: None,
        also: Vec::new(),
        is_soft: false,
    });
    let file = FileReport {
        path: "src/lib.rs".to_owned(),
        source: Source::new(text.to_owned()),
        findings: findings.collect(),
        ..FileReport::default()
    };
    let report = Report { files: vec![file], ..Report::default() };
    fix::plan(&report, with_unsafe, &|_, _| None)
}
