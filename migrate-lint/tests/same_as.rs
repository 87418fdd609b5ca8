//! `check-log --same-as`: an entry may gain pairs and lose none.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fmt::Write as _;

use migrate_lint::check_log::{Checker, LinePrefix, Options};
use migrate_lint::internal::report::{self, Format, TextStyle};

/// Lines of klog's text from what differs: `I "Synced" pod="a"`.
fn text(log: &str) -> String {
    let mut out = String::new();
    for (at, line) in log.lines().filter(|line| !line.is_empty()).enumerate() {
        match line.split_once(' ') {
            Some((severity @ ("I" | "W" | "E"), rest)) => {
                let _ =
                    writeln!(out, "{severity}0304 05:06:07.{at:06}   {at:5} main.rs:{at}] {rest}");
            }
            _ => out += &format!("{line}\n"),
        }
    }
    out
}

fn compared(old: &str, new: &str, options: Options, vary: &[&str]) -> String {
    let mut options = options;
    for rule in ["unstructured-line", "dynamic-message", "type-change", "malformed-header"] {
        options.levels.insert(rule.to_owned(), migrate_lint::internal::finding::Level::Allow);
    }
    let mut checker = Checker::new(options);
    let vary = vary.iter().map(|&key| key.to_owned()).collect();
    checker.same_as("old", Box::new(std::io::Cursor::new(old.to_owned())), vary);
    checker.check("new", &mut new.as_bytes(), None).unwrap();
    checker.finish_comparison().unwrap();
    let mut out = Vec::new();
    report::write(Format::Short, &checker.finish().report, TextStyle::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check(old: &str, new: &str, expected: &[&str]) {
    check_with(&text(old), &text(new), &["elapsed"], expected);
}

#[track_caller]
fn check_with(old: &str, new: &str, vary: &[&str], expected: &[&str]) {
    let found = compared(old, new, Options::default(), vary);
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn an_entry_may_gain_pairs_and_lose_none() {
    check("I \"Synced\" pod=\"a\"", "I \"Synced\" pod=\"a\" count=1", &[]);
    check("I \"Synced\" a=1 b=2", "I \"Synced\" b=2 c=3 a=1", &[]);
    check(
        "I \"Synced\" pod=\"a\" count=1",
        "I \"Synced\" count=1",
        &["new:1:43: error[lost-pair]: `pod=\"a\"` is missing, line 1 of old has it"],
    );
    check(
        "I \"Synced\" pod=\"a\" count=1",
        "I \"Synced\" pod=\"a\" count=2",
        &["new:1:59: error[changed-value]: `count` was 1 in line 1 of old"],
    );
    // A string of digits is no number.
    check(
        "I \"Synced\" count=\"1\"",
        "I \"Synced\" count=1",
        &["new:1:51: error[changed-value]: `count` was \"1\" in line 1 of old"],
    );
    check(
        "I \"Synced\" elapsed=\"3ms\" traceID=\"a\"",
        "I \"Synced\" elapsed=\"4ms\" traceID=\"b\"",
        &[],
    );
    check("I \"Synced\" text=<\n\ta\n\tb\n >", "I \"Synced\" text=<\n\ta\n\tb\n > pod=\"a\"", &[]);
}

#[test]
fn entries_are_not_lost_and_not_new() {
    check(
        "I \"One\"\nI \"Two\" a=1",
        "I \"One\"\nI \"One\"",
        &[
            "new:2:43: error[new-entry]: old has no such entry",
            "old:2:43: error[lost-entry]: this entry has not come again",
        ],
    );
    // Another severity is another entry.
    check(
        "I \"One\"",
        "W \"One\"",
        &[
            "new:1:43: error[new-entry]: old has no such entry",
            "old:1:43: error[lost-entry]: this entry has not come again",
        ],
    );
    check("", "", &[]);
}

/// Entries of one statement are distinguished by their pairs, in whatever order they come.
#[test]
fn order_is_a_warning() {
    check(
        "I \"Synced\" pod=\"a\"\nI \"Synced\" pod=\"b\"",
        "I \"Synced\" pod=\"b\" queue=1\nI \"Synced\" pod=\"a\" queue=1",
        &["new:2:43: warning[changed-order]: in old this entry, line 1, comes before line 2"],
    );
    check(
        "I \"Synced\" pod=\"a\" n=1\nI \"Synced\" pod=\"b\" n=2\nI \"Done\"",
        "I \"Synced\" pod=\"a\"\nI \"Synced\" pod=\"b\" n=2\nI \"Done\"",
        &["new:1:43: error[lost-pair]: `n=1` is missing, line 1 of old has it"],
    );
}

/// The structured migration: what a message held is in the values of the new entry.
#[test]
fn values_of_messages_are_found_again() {
    let old = "I pod default/web-0 is ready after 1.25s (3 of 4 containers)";
    check(
        old,
        "I \"Pod is ready\" pod=\"default/web-0\" elapsed=\"1.3s\" ready=3 containers=4",
        &[],
    );
    check(
        old,
        "I \"Pod is ready\" pod=\"default/web-1\" elapsed=\"1.3s\" containers=3",
        &[
            "new:1:43: error[lost-pair]: `web-0` of the message in line 1 of old is in no value of this entry",
            "new:1:43: error[lost-pair]: `4` of the message in line 1 of old is in no value of this entry",
        ],
    );
    check(
        "2026-03-04T05:06:07.089012Z  WARN legacy::shop: could not sync Some(\"web\"): 90% of 2.50 \u{1b}[32mgone\u{1b}[0m\n\
         [2026-03-04T05:06:07Z ERROR legacy::shop] failed to bind 10.0.0.1:80: denied\nstarted on port -1",
        "W \"Could not sync\" name=\"web\" share=90 total=2.4983 state=\"gone\"\n\
         E \"Failed to bind\" err=\"denied\" addr=\"10.0.0.1:80\"\nI \"Started\" port=-1",
        &[],
    );
    check(
        "I \"Pod web is ready\" node=\"a\"",
        "I \"Pod is ready\" pod=\"web\"",
        &["new:1:43: error[lost-pair]: `node=\"a\"` is missing, line 1 of old has it"],
    );
}

#[test]
fn json_and_text_say_the_same() {
    let old = "{\"ts\":1.5,\"caller\":\"a.rs:1\",\"msg\":\"Synced\",\"v\":2,\"pod\":{\"name\":\"web\",\"namespace\":\"shop\"},\"n\":1}\n";
    let new = "{\"ts\":2.5,\"caller\":\"a.rs:9\",\"msg\":\"Synced\",\"v\":2,\"node\":\"x\",\"pod\":{\"namespace\":\"shop\",\"name\":\"web\"},\"n\":1.0}\n";
    check_with(old, new, &[], &[]);
    check_with(old, &text("I \"Synced\" pod=\"shop/web\" n=1"), &[], &[]);
    check_with(
        old,
        &text("I \"Synced\" pod=\"shop/db\" n=1"),
        &[],
        &[
            "new:1:51: error[changed-value]: `pod` was {\"name\":\"web\",\"namespace\":\"shop\"} in line 1 of old",
        ],
    );
}

/// Text has no V level; JSON has, and two entries that differ in it alone are distinguished by it.
#[test]
fn v_levels_are_compared_where_both_show_them() {
    let line = |v: u32, n: u32| {
        format!("{{\"ts\":1.5,\"caller\":\"a.rs:1\",\"msg\":\"Synced\",\"v\":{v},\"n\":{n}}}\n")
    };
    let changed = "new:1:36: error[changed-value]: the V level was 2 in line 1 of old";
    check_with(&line(2, 1), &line(4, 1), &[], &[changed]);
    check_with(&line(2, 1), &line(4, 1), &["v"], &[]);
    check_with(&line(2, 1), &text("I \"Synced\" n=1"), &[], &[]);
    check_with(&text("I \"Synced\" n=1"), &line(2, 1), &[], &[]);
    check_with(
        &(line(2, 1) + &line(4, 1)),
        &(line(4, 1) + &line(2, 1)),
        &[],
        &["new:2:36: warning[changed-order]: in old this entry, line 1, comes before line 2"],
    );
}

/// Both logs lose their prefixes, and places are those of the files.
#[test]
fn prefixes_are_taken_off_both() {
    let line = |rest: &str| {
        format!("2026-03-04T05:06:07.089012345Z stderr F {}", text(&format!("I {rest}")))
    };
    let old = line("\"Synced\" pod=\"a\"") + &line("\"Gone\"");
    let new = line("\"Synced\"");
    let options = Options { prefixes: vec![LinePrefix::Cri], ..Options::default() };
    assert_eq!(
        compared(&old, &new, options, &[]),
        "new:1:83: error[lost-pair]: `pod=\"a\"` is missing, line 1 of old has it\n\
         old:2:83: error[lost-entry]: this entry has not come again\n"
    );
}

/// The window is bounded: a log is compared in one pass, and what is far away is another entry.
#[test]
fn long_logs_are_compared_in_a_window() {
    let lines = |numbers: &mut dyn Iterator<Item = usize>| -> String {
        text(&numbers.map(|number| format!("I \"Synced\" pod=\"{number}\"\n")).collect::<String>())
    };
    let all = lines(&mut (0..9_000));
    check_with(&all, &all, &[], &[]);
    let without = lines(&mut (0..9_000).filter(|number| *number != 7));
    check_with(
        &all,
        &without,
        &[],
        &["old:8:43: error[lost-entry]: this entry has not come again"],
    );
    let options = Options { max_findings: 1, ..Options::default() };
    let found = compared(&all, &text("I \"Other\""), options, &[]);
    assert!(
        found.contains("19999 more findings of `lost-entry`") || found.contains("lost-entry"),
        "{found}"
    );
}

#[test]
fn a_secret_of_the_old_log_is_covered() {
    let found = compared(
        &text("I \"Synced\" token=\"ghp_0123456789abcdefghijklmnopqrstuvwxyz\""),
        &text("I \"Other\""),
        Options::default(),
        &[],
    );
    assert!(found.contains("lost-entry") && !found.contains("0123456789abcdef"), "{found}");
}
