//! The README's contract section: its commands run in a copy of the example controller and print what it shows.
//!
//! `KLOG_UPDATE=1` writes what is printed.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const HEADING: &str = "\n## Keep alerts and log together\n";

#[test]
fn a_reworded_message_breaks_its_alert() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join("migrate-lint/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let start = readme.find(HEADING).unwrap() + HEADING.len();
    let end = start + readme[start..].find("\n## ").unwrap();
    let section = &readme[start..end];

    let project = TempDir::new().unwrap();
    for folder in ["src", "src/embedded", "alerts"] {
        let there = project.path().join(folder);
        std::fs::create_dir_all(&there).unwrap();
        for entry in std::fs::read_dir(root.join("examples/controller").join(folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                std::fs::copy(entry.path(), there.join(entry.file_name())).unwrap();
            }
        }
    }
    let manifest = "[package]\nname = \"controller\"\nedition = \"2024\"\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\n[workspace]\n";
    std::fs::write(project.path().join("Cargo.toml"), manifest).unwrap();
    run(project.path(), "git init -q && git add . && git commit -qm Before");

    let mut printed = String::new();
    let mut in_console = false;
    for line in section.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        match line.strip_prefix("$ ").filter(|_| in_console) {
            Some(command) => printed += &format!("{line}\n{}", run(project.path(), command)),
            None if in_console && !line.starts_with("```") => {}
            None => printed += &format!("{line}\n"),
        }
    }
    if printed != section && std::env::var_os("KLOG_UPDATE").is_some() {
        let readme = format!("{}{printed}{}", &readme[..start], &readme[end..]);
        return std::fs::write(&path, readme).unwrap();
    }
    let difference = similar::TextDiff::from_lines(section, &printed);
    assert!(printed == section, "README.md is stale\n{}", difference.unified_diff());
}

/// What a shell prints, the standard error too.
fn run(directory: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-klog")).parent().unwrap();
    let cargo = Path::new(env!("CARGO")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path = [program, cargo].into_iter().map(Into::into).chain(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(directory)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env_remove("CLICOLOR_FORCE")
        .envs([("NO_COLOR", "1"), ("COLUMNS", "100"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
        .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@example.com")])
        .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.com")])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
