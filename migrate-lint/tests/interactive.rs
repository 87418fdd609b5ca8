//! `lint --fix --interactive` on a terminal, and `--fix --rule R --commit`.
//!
//! `script` of util-linux is the terminal: what it reads is typed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use crate::project::Project;

const MAIN: &str = r#"use tracing::{info, warn};

fn main() {
    let pod = "web-1";
    info!("pod {pod} started");
    warn!("retry {} of pod {pod} after {}ms", attempt, delay);
    klog::info!(v: 0, "Ready", pod);
}
"#;

const OTHER: &str = r#"use tracing::{info, warn};

pub fn other(pod: &str) {
    info!("pod {pod} started");
    warn!("retry {} of pod {pod} after {}ms", attempt, delay);
    info!("node {} is gone", node);
}
"#;

/// Each answer, with what is shown and what is written.
#[cfg(target_os = "linux")]
#[test]
fn each_answer_does_what_it_says() {
    for (name, lines) in [
        ("yes_and_no", &["y", "n", "y", "n", "n", "n"][..]),
        ("all_of_a_rule", &["r", "n", "n"]),
        ("all_of_a_file", &["f", "q"]),
        ("skip", &["s", "y", "q"]),
        (
            "edit",
            &[
                "e",
                "Pod is up",
                "pod_name",
                "y",
                "e",
                "{}",
                "Retry pod",
                "tries",
                "tries",
                "",
                "",
                "y",
                "n",
                "y",
                "y",
                "n",
            ],
        ),
        ("help", &["x", "?", "q"]),
        ("end_of_input", &["y"]),
    ] {
        let project = agent();
        let shown = typed(&project, &[], lines);
        let files = format!(
            "{}--- other.rs\n{}",
            project.read("src/main.rs"),
            project.read("src/other.rs")
        );
        check(name, &format!("{shown}--- main.rs\n{files}"));
    }
}

/// A run that ends early writes what was said yes to; the next one asks about the rest, not about what was declined.
#[cfg(target_os = "linux")]
#[test]
fn a_later_run_goes_on() {
    let project = agent();
    typed(&project, &[], &["n", "e", "Retry pod", "", "", "", "y", "q"]);
    project.git(&["commit", "-qam", "Half"]);
    let later = typed(&project, &[], &["y", "y", "y", "y"]);
    check("later", &format!("{later}--- other.rs\n{}", project.read("src/other.rs")));
    project.git(&["commit", "-qam", "Rest"]);
    // Only what was declined is left.
    assert!(typed(&project, &[], &["n"]).contains("declined before, and none is left"));
    assert!(typed(&project, &[], &["y", "y"]).contains("1 fix written, none left"));
    // No commit takes along what is remembered.
    assert_eq!(project.git(&["status", "--porcelain"]), " M src/main.rs\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_tree_that_git_cannot_undo_is_refused_before_anything_is_asked() {
    let project = agent();
    project.write("src/other.rs", &format!("{OTHER}// more\n"));
    let shown = typed(&project, &[], &["y"]);
    assert!(shown.contains("uncommitted changes") && !shown.contains("Write this fix"), "{shown}");
}

#[test]
fn without_a_terminal_it_is_refused() {
    let project = agent();
    check("no_terminal", &project.said(&["lint", "--fix", "--interactive"]));
    let answer = project.said(&["lint", "--interactive"]);
    assert!(answer.starts_with("exit code 2"), "{answer}");
    assert_eq!(project.read("src/main.rs"), MAIN);
}

/// A commit for each rule and package, of the files that were fixed alone.
#[test]
fn fixes_are_committed_rule_by_rule() {
    let project = agent();
    project.write("notes.txt", "not of the repository\n");
    let arguments = [
        "lint",
        "--fix",
        "--unsafe-fixes",
        "--rule",
        "interpolated-message",
        "--rule",
        "verbosity-zero",
        "-p",
        "agent",
        "--commit",
    ];
    check("commit", &project.said(&arguments));
    check("commits", &project.git(&["log", "--format=%s%n%n%b", "--stat", "HEAD~2..HEAD"]));
    assert_eq!(project.git(&["status", "--porcelain"]), "?? notes.txt\n");
    // Nothing to fix is nothing to commit.
    project.said(&arguments);
    assert_eq!(project.git(&["rev-list", "--count", "HEAD"]), "3\n");
}

#[test]
fn a_rule_bounds_what_is_fixed() {
    let project = agent();
    let diff = project.said(&["lint", "--diff", "--rule", "verbosity-zero"]);
    assert!(
        diff.contains("-    klog::info!(v: 0, \"Ready\", pod);") && !diff.contains("+    info!"),
        "{diff}"
    );
    check("unknown", &project.said(&["lint", "--fix", "--rule", "interpolated"]));
    check("rule_alone", &project.said(&["lint", "--rule", "verbosity-zero"]));
    check("commit_alone", &project.said(&["lint", "--fix", "--commit"]));
    project.write("src/main.rs", &format!("{MAIN}// more\n"));
    let answer = project.said(&["lint", "--fix", "--rule", "verbosity-zero", "--commit"]);
    assert!(answer.contains("uncommitted changes"), "{answer}");
    assert_eq!(project.git(&["rev-list", "--count", "HEAD"]), "1\n");
}

fn agent() -> Project {
    let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\ntracing = \"0.1\"\n\n[workspace]\n";
    let project =
        Project::of(&[("Cargo.toml", manifest), ("src/main.rs", MAIN), ("src/other.rs", OTHER)]);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    project
}

/// What a terminal shows when these lines are typed.
#[cfg(target_os = "linux")]
fn typed(project: &Project, arguments: &[&str], lines: &[&str]) -> String {
    use std::io::Write as _;
    let program = env!("CARGO_BIN_EXE_cargo-klog");
    let typed = format!(
        "stty -echo; echo ready; {program} lint --quiet --fix --interactive {}",
        arguments.join(" ")
    );
    let mut command = project.command("script");
    command.args(["-qec", &typed, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm");
    let (stdin, stdout) = (std::process::Stdio::piped(), std::process::Stdio::piped());
    let mut child = command.stdin(stdin).stdout(stdout).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // What is typed before the terminal is silent is shown.
    let text = text.split_once("ready\r\n").unwrap().1;
    text.replace('\r', "")
        .replace('\x1b', "␛")
        .replace(&*project.path().to_string_lossy(), "[project]")
}

fn check(name: &str, answer: &str) {
    insta::with_settings!({ snapshot_path => "snapshots/interactive", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, answer);
    });
}
