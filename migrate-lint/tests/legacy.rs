//! A real controller with unstructured logs, `examples/legacy-controller`, from one command to lines that pass `check-log`.
//!
//! `legacy/fixed.diff` is what the command makes of it (`KLOG_UPDATE=1` writes it again), `legacy/by_hand.md` what it leaves,
//! each with a reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

pub(crate) mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use self::project::{Legacy, root};
use migrate_lint::check_log::{Checker, Options, entries};
use migrate_lint::internal::finding::Level;

#[test]
fn one_command_migrates_the_legacy_controller() {
    let project = Legacy::new();
    std::fs::copy(data().join("klog.toml"), project.path("klog.toml")).unwrap();
    let before = project.texts();
    let fix = ["lint", "--fix", "--unsafe-fixes", "--edit-manifest", "--to", "klog"];
    project.klog(&[&fix[..], &["--allow-no-vcs"]].concat());
    let after = project.texts();
    same_as_file("fixed.diff", &diff(&before, &after));

    // The version that is not published yet.
    project.replace(
        "Cargo.toml",
        "klog-rs = \"0.1.0\"",
        &format!("klog-rs = {{ path = {:?} }}", root().join("klog-rs")),
    );
    project.build();

    let by_hand = std::fs::read_to_string(data().join("by_hand.md")).unwrap();
    let by_hand = by_hand.replace("$KLOG_RS", root().join("klog-rs").to_str().unwrap());
    for change in Change::read_all(&by_hand) {
        change.make(&project);
    }
    let left = project.klog(&["lint", "--format", "short", "-D", "warnings"]);
    assert_eq!((stdout(&left).as_str(), left.status.code()), ("", Some(0)), "{left:?}");
    let program = project.build();
    for format in ["text", "json"] {
        let log = run(&program, format);
        let mut levels = Options::default();
        for rule in migrate_lint::check_log::rules() {
            levels.levels.insert(rule.name.to_owned(), Level::Deny);
        }
        let mut checker = Checker::new(levels);
        checker.check(format, &mut &log[..], None).unwrap();
        let outcome = checker.finish();
        let text = String::from_utf8_lossy(&log);
        let findings = outcome.report.findings().map(|(file, finding)| {
            let line = file.source.position(finding.span.start).line;
            let line = text.lines().nth(line - 1).unwrap_or_default();
            format!("{}: {}: {line}", finding.rule, finding.message)
        });
        assert_eq!(findings.collect::<Vec<_>>(), [""; 0]);
        let messages: Vec<String> =
            entries(&log).map(|entry| entry.unwrap().message.clone()).collect();
        assert!(messages.len() > 50, "{messages:?}");
    }
    contextual(&project, &program);
}

/// The second command: pairs go to loggers, no line loses one, and lines of callees gain them.
fn contextual(project: &Legacy, program: &Path) {
    let old = keys_by_message(&run(program, "text"));
    let before = project.texts();
    let fix = ["lint", "-W", "contextual", "--fix", "--unsafe-fixes", "--allow-no-vcs"];
    project.klog(&fix);
    let after = project.texts();
    same_as_file("contextual.diff", &diff(&before, &after));
    let left = project.klog(&["lint", "-A", "all", "-D", "repeated-pair", "--format", "short"]);
    let left = stdout(&left);
    // A pair of two calls may have no place that both can share.
    let is_of_three = |line: &&str| !line.contains(" has the same value in 2 calls of ");
    assert_eq!(left.lines().find(is_of_three), None, "{left}");
    let again = project.klog(&[&fix[..], &["--quiet"]].concat());
    assert!(project.texts() == after, "a second run changes nothing: {again:?}");

    let new = keys_by_message(&run(&project.build(), "text"));
    let mut n_gained = 0;
    for (message, keys) in &old {
        // How often the controller is woken is up to the clock.
        let Some(new_keys) = new.get(message) else { continue };
        let lost: Vec<_> = keys.difference(new_keys).collect();
        assert!(lost.is_empty(), "{message:?} has lost {lost:?}");
        n_gained += usize::from(new_keys.len() > keys.len());
    }
    assert!(n_gained >= 3, "lines of callees gain pairs: {old:#?}\n{new:#?}");
}

/// The keys that all of the program's own entries of a message have; when dependencies log theirs is up to the clock.
fn keys_by_message(log: &[u8]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let own = entries(log).map(Result::unwrap).filter(|entry| !entry.file.contains('/'));
    for entry in own {
        let keys: BTreeSet<String> = entry.pairs.iter().map(|(key, _)| key.clone()).collect();
        all.entry(entry.message.clone())
            .and_modify(|all| all.retain(|key| keys.contains(key)))
            .or_insert(keys);
    }
    all
}

/// Runs the program to its end; gives what it logs.
fn run(program: &Path, format: &str) -> Vec<u8> {
    let mut command = Command::new(program);
    command.env_clear().env("VERBOSITY", "5").env("LOG_FORMAT", format);
    let output = command.env("STATS_INTERVAL_MS", "400").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout(&output), "", "all of the output is logged");
    output.stderr
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/legacy")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn same_as_file(name: &str, text: &str) {
    let path = data().join(name);
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if text == expected {
        return;
    }
    if std::env::var_os("KLOG_UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let difference = similar::TextDiff::from_lines(expected.as_str(), text);
    panic!(
        "{name} is stale; KLOG_UPDATE=1 cargo test -p migrate-lint --test suite legacy\n{}",
        difference.unified_diff()
    );
}

fn diff(before: &[(PathBuf, String)], after: &[(PathBuf, String)]) -> String {
    let mut text = String::new();
    for ((path, before), (_, after)) in before.iter().zip(after) {
        let (old, new) = (format!("a/{}", path.display()), format!("b/{}", path.display()));
        let diff = similar::TextDiff::from_lines(before.as_str(), after);
        text += &diff.unified_diff().header(&old, &new).to_string();
    }
    text
}

/// A block of `by_hand.md`.
struct Change {
    path: String,
    old: Vec<String>,
    new: String,
}

impl Change {
    fn read_all(text: &str) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        let mut is_open = false;
        let mut has_reason = false;
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("```diff ") {
                assert!(has_reason, "{path}: a change comes after its reason");
                changes.push(Change { path: path.to_owned(), old: Vec::new(), new: String::new() });
                is_open = true;
            } else if line == "```" {
                is_open = false;
            } else if is_open {
                let change = changes.last_mut().unwrap();
                match line.split_at_checked(1) {
                    Some(("-", old)) => change.old.push(old.to_owned()),
                    Some(("+", new)) => change.new += &format!("{new}\n"),
                    _ => panic!("neither `-` nor `+`: {line}"),
                }
            } else {
                has_reason |= line.starts_with("## ");
            }
        }
        changes
    }

    #[track_caller]
    fn make(&self, project: &Legacy) {
        if self.path == "src/*.rs" {
            return self.make_everywhere(project);
        }
        let path = project.path(&self.path);
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let places: Vec<(usize, usize)> = (0..lines.len())
            .filter_map(|start| Some((start, self.end_from(&lines, start)?)))
            .collect();
        let whole = self.old == ["..."];
        let &[(start, end)] = &places[..usize::from(whole || places.len() == 1)] else {
            panic!("{} has {} places with\n{}", self.path, places.len(), self.old.join("\n"));
        };
        let end = if whole { lines.len() } else { end };
        let join = |lines: &[&str]| lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        let after = format!("{}{}{}", join(&lines[..start]), self.new, join(&lines[end..]));
        if after.is_empty() {
            std::fs::remove_file(&path).unwrap();
        } else {
            std::fs::write(&path, after).unwrap();
        }
    }

    #[track_caller]
    fn make_everywhere(&self, project: &Legacy) {
        let (old, new) = (self.old.join("\n"), self.new.trim_end());
        let mut n_places = 0;
        for (path, text) in project.texts() {
            n_places += text.matches(&old).count();
            std::fs::write(project.path(path.to_str().unwrap()), text.replace(&old, new)).unwrap();
        }
        assert!(n_places > 0, "{old} is nowhere");
    }

    /// Where the old lines end that begin at `start`.
    fn end_from(&self, lines: &[&str], start: usize) -> Option<usize> {
        let mut at = start;
        let mut skips = false;
        for old in &self.old {
            if old == "..." {
                skips = true;
                continue;
            }
            let is_old = |line: &&str| match old.strip_suffix(" ...") {
                Some(start) => line.starts_with(start),
                None => line == old,
            };
            at += match skips {
                true => lines[at..].iter().position(is_old)?,
                false => is_old(lines.get(at)?).then_some(0)?,
            } + 1;
            skips = false;
        }
        Some(at)
    }
}
