//! Crates whose calls go to another dialect, and the patch that does it: `tests/dialects.txt`.
//!
//! A case is a heading that says what it shows, the target after `to`, the files after `//-`, and the patch after
//! `=>`. `KLOG_UPDATE=1 cargo test -p migrate-lint --test suite dialects` writes what the fixes do now; read the difference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use migrate_lint::internal::call::{HoleArgument, LogCall, MessageForm, Mode, Piece};
use migrate_lint::internal::dialect;
use migrate_lint::internal::scan::{self, CrateFacts};

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

/// The page of a dialect: `//~` says what a line's call is, and a block tagged with a target what fixes write instead.
#[test]
fn pages_are_true() {
    for dialect in dialect::ALL {
        assert!(dialect.page.starts_with(&format!("# {}\n", dialect.name)));
        let mut source = String::new();
        for block in dialect.page.split("```rust").skip(1) {
            let (block, _) = block.split_once("```").unwrap();
            let (tag, code) = block.split_once('\n').unwrap();
            let code = format!("fn main() {{\n{code}}}\n");
            match tag.trim() {
                "" => {
                    source = code.clone();
                    assert_eq!(with_calls(&code), code, "{}", dialect.name);
                }
                target => assert_eq!(rewritten(&source, target), code, "{}", dialect.name),
            }
        }
        assert!(!source.is_empty(), "{} has an example", dialect.name);
    }
}

/// Names in code and packages of what dialects know.
fn crates() -> impl Iterator<Item = (String, String)> {
    let packages = dialect::ALL.into_iter().flat_map(|dialect| dialect.packages);
    packages.flat_map(|package| {
        package.libraries.iter().map(|library| ((*library).to_owned(), package.name.to_owned()))
    })
}

/// The source with what is read of each line's call after it.
fn with_calls(source: &str) -> String {
    let plain = without_calls(source);
    let facts =
        CrateFacts { edition: 2024, dependencies: crates().collect(), ..CrateFacts::default() };
    let scanned = scan::source(&plain, &facts);
    let mut text = String::new();
    for (index, line) in plain.lines().enumerate() {
        text += line;
        for call in &scanned.calls {
            if scanned.source.position(call.span.start).line == index + 1 {
                write!(text, " //~ {}", described(call)).unwrap();
            }
        }
        text.push('\n');
    }
    text
}

fn without_calls(source: &str) -> String {
    let plain = |line: &str| format!("{}\n", line.split(" //~").next().unwrap_or_default());
    source.lines().map(plain).collect()
}

fn described(call: &LogCall) -> String {
    let mut text = format!("{}::{}", call.dialect.name, call.macro_name);
    let level = call.level.map(|level| format!("{level:?}"));
    if let Some(level) = level.filter(|level| !call.macro_name.starts_with(&level.to_lowercase())) {
        write!(text, " {level}").unwrap();
    }
    for prefix in &call.prefix {
        write!(text, " {}={}", prefix.name, prefix.value.text).unwrap();
    }
    if let Some(MessageForm::Literal { pieces, .. }) = call.message.as_ref().map(|it| &it.form) {
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Hole(hole) => {
                let value = match &hole.argument {
                    HoleArgument::Index(index) => call.format_args[*index].value.text.as_str(),
                    HoleArgument::Capture(name) => name,
                    HoleArgument::Missing => "?",
                };
                let colon = if hole.spec.is_empty() { "" } else { ":" };
                format!("{{{value}{colon}{}}}", hole.spec)
            }
        });
        write!(text, " \"{}\"", pieces.collect::<String>()).unwrap();
    }
    for pair in &call.pairs {
        let sigil = match &pair.mode {
            Mode::Plain => "",
            Mode::Display => "%",
            Mode::Debug => "?",
            Mode::Error => "#",
            Mode::Other(other) => other,
        };
        let value = pair.value.as_ref().map_or("", |value| &value.text);
        write!(text, " {}={sigil}{value}", pair.key.as_deref().unwrap_or("{}")).unwrap();
    }
    text
}

/// A file whose calls went to another dialect.
fn rewritten(source: &str, target: &str) -> String {
    let project = tempfile::tempdir().unwrap();
    let packages: BTreeSet<String> = crates().map(|(_, package)| package).collect();
    let dependencies: String =
        packages.iter().map(|package| format!("{package} = \"*\"\n")).collect();
    let manifest = format!("{HEAD}edition = \"2024\"\n[dependencies]\n{dependencies}");
    std::fs::create_dir(project.path().join("src")).unwrap();
    std::fs::write(project.path().join("Cargo.toml"), manifest).unwrap();
    let path = project.path().join("src/main.rs");
    std::fs::write(&path, without_calls(source)).unwrap();
    lint(project.path(), &["--fix", "--allow-no-vcs", "--to", target]);
    std::fs::read_to_string(path).unwrap()
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
