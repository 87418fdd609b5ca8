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

/// Lines of a program, each with what the report says of a call that stays.
const STAYS: &[(&str, &str)] = &[
    ("tracing::info!(parent: &span, \"Started\");", "`parent:` has no place in klog's macro"),
    ("tracing::info!(?span, \"{{}} left\");", "klog's macro takes no message with braces"),
    ("tracing::info!(?span);", "klog's macro needs a constant message"),
    ("log::warn!(\"{}\", span);", "nothing but values"),
    ("log::warn!(concat!(\"Pod \", \"{} left\"), span);", "a macro puts its message together"),
    ("log::log!(level(), \"Pod {} left\", span);", "the program chooses its level"),
    ("slog::info!(span, \"Started\");", "the logger that it names has to move first"),
    ("if log::log_enabled!(log::Level::Info) {}", "klog has nothing of the kind"),
    ("noted!(\"Pod {} left\", span);", "`noted!` does more with its arguments"),
    ("shared!(\"Pod {} left\", span);", "it stays with `shared!`, which calls log's macro"),
];

#[test]
fn what_stays_in_another_library_says_why() {
    let lines: String = STAYS.iter().map(|(line, _)| format!("    {line}\n")).collect();
    let macros = "macro_rules! noted { ($($t:tt)*) => { log::info!(\"{}\", format_args!($($t)*)) } }\n\
                  #[macro_export]\nmacro_rules! shared { ($($t:tt)*) => { log::info!($($t)*) } }\n";
    let (_project, report) = moved(&format!("{macros}fn f(span: &Span) {{\n{lines}}}\n"));
    let findings = report["findings"].as_array().unwrap();
    for (index, (line, why)) in STAYS.iter().enumerate() {
        let of_line = findings.iter().filter(|one| one["range"]["start"]["line"] == index + 5);
        let help: Vec<String> = of_line.map(|one| one["help"].to_string()).collect();
        assert!(help.iter().any(|help| help.contains(why)), "{line}: {help:?}\n{report:#}");
    }
    for line in [1, 3] {
        let of_line = findings.iter().filter(|one| one["range"]["start"]["line"] == line);
        assert!(of_line.clone().all(|one| one["help"].to_string().contains("it stays")));
        assert_eq!(of_line.count(), 1, "{report:#}");
    }
}

#[test]
fn no_call_stays_that_can_move() {
    let source = "use log::{info, warn};\nuse tracing::{debug, info_span, instrument};\n\n\
        macro_rules! note {\n    ($($t:tt)*) => {\n        info!(target: \"shop\", $($t)*)\n    };\n}\n\n\
        #[instrument(skip_all)]\nfn f(pod: &str, n: usize, e: std::io::Error) {\n    \
        let _span = info_span!(\"sell\", shop = 1).entered();\n    note!(\"Opened\");\n    \
        note!(\"Pod {pod} created\");\n    warn!(\"Failed to create pod {pod}: {e}\");\n    \
        debug!(n, ?pod, \"Counted\");\n    if n > 3 { return note!(\"Closed\") }\n}\n";
    let (project, report) = moved(source);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{report:#}");
    let after = std::fs::read_to_string(project.path().join("src/main.rs")).unwrap();
    let expected = "use tracing::{info_span, instrument};\n\n\
        macro_rules! note {\n    ($($t:tt)*) => {\n        klog::info!(target: \"shop\", $($t)*)\n    };\n}\n\n\
        #[instrument(skip_all)]\nfn f(pod: &str, n: usize, e: std::io::Error) {\n    \
        let _span = info_span!(\"sell\", shop = 1).entered();\n    note!(\"Opened\");\n    \
        note!(\"Pod created\", pod);\n    klog::warn!(err: e, \"Failed to create pod\", pod);\n    \
        klog::debug!(\"Counted\", n, ?pod);\n    if n > 3 { return note!(\"Closed\") }\n}\n";
    assert_eq!(after, expected);
}

/// A program whose calls went to klog, and what is found there then.
fn moved(source: &str) -> (tempfile::TempDir, serde_json::Value) {
    let project = tempfile::tempdir().unwrap();
    let names = ["klog-rs", "log", "slog", "tracing"];
    let dependencies: String = names.iter().map(|name| format!("{name} = \"*\"\n")).collect();
    let manifest = format!("{HEAD}edition = \"2024\"\n[dependencies]\n{dependencies}");
    std::fs::create_dir(project.path().join("src")).unwrap();
    std::fs::write(project.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(project.path().join("src/main.rs"), source).unwrap();
    let fix = ["--fix", "--allow-no-vcs", "--to", "klog", "-A", "key", "--format", "json"];
    let report = serde_json::from_str(&lint(project.path(), &fix)).unwrap();
    (project, report)
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
