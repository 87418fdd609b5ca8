//! Crates whose calls go to another dialect, and the patch that does it: `tests/dialects.txt`.
//!
//! A case is a heading that says what it shows, the target behind `to`, the files behind `//-`, and the patch behind
//! `=>`. `KLOG_UPDATE=1 cargo test -p migrate-lint --test dialects` writes what the fixes do now; read the difference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::Path;

const HEAD: &str = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\n";

#[test]
fn every_crate_is_changed_as_written_down() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dialects.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<&str> = text.split("\n# ").map(|case| case.trim_start_matches("# ")).collect();
    let now: Vec<String> = cases.iter().map(|case| played(case)).collect();
    if std::env::var_os("KLOG_UPDATE").is_some() {
        std::fs::write(path, format!("# {}\n", now.join("\n\n# "))).unwrap();
        return;
    }
    for (written, now) in cases.iter().zip(now) {
        assert_eq!(written.trim_end(), now);
    }
}

/// The case with the patch that comes out of it.
fn played(case: &str) -> String {
    let (input, _) = case.split_once("\n=>").unwrap_or((case, ""));
    let project = tempfile::tempdir().unwrap();
    let mut parts = input.split("\n//- ");
    let (_, dialect) = parts.next().unwrap().split_once("\nto ").unwrap();
    for part in parts {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let head = if path == "Cargo.toml" { HEAD } else { "" };
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("{head}{}\n", text.trim_end())).unwrap();
    }
    let patch = lint(project.path(), &["--diff", "--to", dialect.trim()]);
    // Written and fixed again, nothing is left to do.
    lint(project.path(), &["--fix", "--allow-no-vcs", "--to", dialect.trim()]);
    assert_eq!(lint(project.path(), &["--diff", "--to", dialect.trim()]), "", "{case}");
    format!("{}\n=>\n{patch}", input.trim_end()).trim_end().to_owned()
}

fn lint(directory: &Path, arguments: &[&str]) -> String {
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(directory)
        .args(["lint", "--quiet", "--no-baseline", "--unsafe-fixes", "--edit-manifest"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
