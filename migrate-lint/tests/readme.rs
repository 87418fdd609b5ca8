//! The README's migration, step by step: every command of its section runs in a copy of the legacy controller, and must
//! print what the README shows.
//!
//! A line `…` of the output stands for any number of lines. `KLOG_UPDATE=1` writes what is printed, and keeps as many lines
//! before and after `…` as there were. A `toml` block is added to the copy's `klog.toml`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::Path;
use std::process::Command;

use crate::legacy::project::{Legacy, root};

const HEADING: &str = "\n## Migrate a program\n";

#[test]
fn the_migration_prints_what_the_readme_shows() {
    let path = root().join("migrate-lint/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let start = readme.find(HEADING).unwrap() + HEADING.len();
    let end = start + readme[start..].find("\n## ").unwrap();
    let section = &readme[start..end];

    let project = Legacy::new();
    run(&project, "git init -q && git add . && git commit -qm Before");
    let mut printed = String::new();
    let mut block: Option<&str> = None;
    let mut lines = section.lines().peekable();
    while let Some(line) = lines.next() {
        printed += &format!("{line}\n");
        if let Some(kind) = line.strip_prefix("```") {
            block = if block.is_some() { None } else { Some(kind) };
            if block == Some("toml") {
                add_setting(&project, "");
            }
            continue;
        }
        match block {
            Some("toml") => add_setting(&project, line),
            Some("console") => {
                let Some(command) = line.strip_prefix("$ ") else { continue };
                let mut shown = Vec::new();
                while let Some(line) =
                    lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```"))
                {
                    shown.push(line);
                }
                printed += &elided(&run(&project, command), &shown);
            }
            _ => {}
        }
    }
    if printed != section {
        if std::env::var_os("KLOG_UPDATE").is_some() {
            let readme = format!("{}{printed}{}", &readme[..start], &readme[end..]);
            std::fs::write(&path, readme).unwrap();
        } else {
            let difference = similar::TextDiff::from_lines(section, &printed);
            panic!(
                "migrate-lint/README.md is stale; KLOG_UPDATE=1 cargo test -p migrate-lint --test suite readme\n{}",
                difference.unified_diff()
            );
        }
    }
}

fn add_setting(project: &Legacy, line: &str) {
    let path = project.path("klog.toml");
    let settings = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{settings}{line}\n")).unwrap();
}

/// What a shell prints, the standard error too.
fn run(project: &Legacy, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-klog")).parent().unwrap();
    let cargo = Path::new(env!("CARGO")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path = [program, cargo].into_iter().map(Into::into).chain(std::env::split_paths(&path));
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(project.directory.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env_remove("CLICOLOR_FORCE")
        .envs([("NO_COLOR", "1"), ("COLUMNS", "100"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
        .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@example.com")])
        .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.com")])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The output as the README shows it: without what `…` stands for there.
fn elided(output: &str, shown: &[&str]) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let whole = |lines: &[&str]| lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
    match shown.iter().position(|line| *line == "…") {
        Some(head) if lines.len() + 1 > shown.len() => {
            let tail = lines.len() - (shown.len() - head - 1);
            format!("{}…\n{}", whole(&lines[..head]), whole(&lines[tail..]))
        }
        _ => whole(&lines),
    }
}
