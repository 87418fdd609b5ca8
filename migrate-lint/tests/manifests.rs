//! Manifests that fixes need something of, and what becomes of them: `tests/manifests.txt`.
//!
//! A case is a heading, the target after `to`, the files after `//-`, and after `=>` the lines of manifests that change
//! and what a fix is said to need. `KLOG_UPDATE=1 cargo test -p migrate-lint --test suite manifests` writes what comes
//! out now; read the difference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEAD: &str = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
const CALL: &str = "pub fn f(pod: &str) {\n    log::info!(\"pod {pod} started\");\n}\n";

#[test]
fn manifests_get_what_fixes_need_where_it_is_declared() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/manifests.txt");
    let text = fs::read_to_string(path).unwrap();
    let cases: Vec<&str> =
        text.split("\n\n## ").map(|case| case.trim_start_matches("## ")).collect();
    let now: Vec<String> = cases.iter().map(|case| played(case)).collect();
    if std::env::var_os("KLOG_UPDATE").is_some() {
        fs::write(path, format!("## {}\n", now.join("\n\n## "))).unwrap();
        return;
    }
    for (written, now) in cases.iter().zip(now) {
        assert_eq!(written.trim_end(), now);
    }
}

/// As an editor on Windows writes them.
#[test]
fn line_ends_and_byte_order_marks_stay() {
    let lines = format!("{HEAD}\n[dependencies]\nlog = \"0.4\"\n").replace('\n', "\r\n");
    for mark in ["", "\u{feff}"] {
        let project = tempfile::tempdir().unwrap();
        let manifest = project.path().join("Cargo.toml");
        fs::create_dir(project.path().join("src")).unwrap();
        fs::write(project.path().join("src/lib.rs"), CALL).unwrap();
        fs::write(&manifest, format!("{mark}{lines}")).unwrap();
        lint(project.path(), &["--fix", "--allow-no-vcs", "--edit-manifest"]);
        let expected = lines.replace("\"0.4\"", "{ version = \"0.4\", features = [\"kv\"] }");
        assert_eq!(fs::read_to_string(&manifest).unwrap(), format!("{mark}{expected}"));
    }
}

/// The case with what comes out of it.
fn played(case: &str) -> String {
    let (input, _) = case.split_once("\n=>").unwrap_or((case, ""));
    let project = tempfile::tempdir().unwrap();
    let mut parts = input.split("\n//- ");
    let (_, dialect) = parts.next().unwrap().split_once("\nto ").unwrap();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for part in parts {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let is_package = path.ends_with("Cargo.toml") && !text.contains("[package]");
        let head = if is_package && !text.starts_with("[workspace]\n") { HEAD } else { "" };
        files.insert(path.to_owned(), format!("{head}{}\n", text.trim_end()));
    }
    if !files.keys().any(|path| path.ends_with(".rs")) {
        files.insert("src/lib.rs".to_owned(), CALL.to_owned());
    }
    for (path, text) in &files {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let arguments = ["--fix", "--allow-no-vcs", "--edit-manifest", "--to", dialect.trim()];
    let said = lint(project.path(), &arguments);
    let mut outcome = String::new();
    for (path, before) in files.iter().filter(|(path, _)| path.ends_with("Cargo.toml")) {
        let after = fs::read_to_string(project.path().join(path)).unwrap();
        outcome += &changed(path, before, &after);
    }
    for line in said.lines().filter_map(|line| line.split_once("a fix needs ")) {
        outcome += &format!("a fix needs {}\n", line.1);
    }
    // What was fixed is fixed: a second run changes nothing.
    let read = || -> Vec<String> {
        files.keys().map(|path| fs::read_to_string(project.path().join(path)).unwrap()).collect()
    };
    let fixed = read();
    lint(project.path(), &arguments);
    assert_eq!(read(), fixed, "{case}");
    format!("{}\n=>\n{outcome}", input.trim_end()).trim_end().to_owned()
}

/// The lines that differ.
fn changed(path: &str, before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    let lines: String = lines.map(|change| format!("{}{}", change.tag(), change)).collect();
    if lines.is_empty() { lines } else { format!("{path}\n{lines}") }
}

fn lint(directory: &Path, arguments: &[&str]) -> String {
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(directory)
        .args(["lint", "--quiet", "--no-baseline", "--unsafe-fixes"])
        .args(arguments)
        .output()
        .unwrap();
    let manifest = || fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?} {}", manifest());
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
