//! What one run keeps for the next: with it, a run over a file says the same as without, after any change of the workspace.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod tree;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use self::tree::Tree;
use crate::programs::Choices;
use crate::project::Project;

/// Where answers are kept, below the workspace.
const KEPT: [&str; 2] = ["target/klog/names", "target/klog/packages"];

/// What a run over one file says, of its content or of the one at `buffer`.
fn judge(workspace: &Project, path: &str, buffer: Option<&str>, cache: bool) -> String {
    let mut arguments = vec!["lint", "--format", "json", "-W", "all"];
    match buffer {
        Some(_) => arguments.extend(["--stdin-filename", path]),
        None => arguments.push(path),
    }
    if !cache {
        arguments.push("--no-cache");
    }
    let text = buffer.map(|buffer| fs::read(workspace.path().join(buffer)).unwrap());
    workspace.run_with(&arguments, text.unwrap_or_default()).to_string()
}

#[test]
fn a_run_over_a_file_says_the_same_with_answers_of_earlier_runs() {
    let seed = 7;
    let mut choices = Choices::new(seed);
    let workspace = Project::of(&[]);
    let mut tree = Tree::new(workspace.path());
    let mut n_findings = 0;
    for step in 0..30 {
        let edits: Vec<String> = (0..=choices.below(3)).map(|_| tree.edit(&mut choices)).collect();
        if choices.one_in(4) {
            spoil(workspace.path(), &mut choices);
        }
        let path = tree.source(&mut choices);
        let buffer = choices.one_in(3).then(|| tree.source(&mut choices));
        let with = judge(&workspace, &path, buffer.as_deref(), true);
        let without = judge(&workspace, &path, buffer.as_deref(), false);
        assert_eq!(with, without, "seed {seed}, step {step}: {path} after {edits:?}");
        n_findings += with.matches("\"rule\"").count();
    }
    assert!(n_findings > 15, "{n_findings} findings");
}

/// Cuts a file short, changes a byte, or puts something else in its place.
fn spoil(root: &Path, choices: &mut Choices) {
    let path = root.join(choices.of(&KEPT));
    let Ok(mut bytes) = fs::read(&path) else { return };
    let at = choices.below(bytes.len().max(1));
    match choices.below(5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << choices.below(8),
        2 => bytes = vec![0xff; at],
        3 => bytes = Vec::new(),
        // Another version of the program.
        _ => bytes[0] ^= 1,
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn runs_at_once_say_the_same() {
    let workspace = Project::of(&[]);
    let mut choices = Choices::new(3);
    let mut tree = Tree::new(workspace.path());
    for _ in 0..4 {
        tree.edit(&mut choices);
        let path = tree.source(&mut choices);
        let arguments = ["lint", "--format", "json", &path];
        let start = || {
            let mut command = workspace.klog(&arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let programs: Vec<_> = (0..4).map(|_| start()).collect();
        let without = workspace.said(&[&arguments[..], &["--no-cache"]].concat());
        for program in programs {
            assert_eq!(workspace.shown(program.wait_with_output().unwrap()).to_string(), without);
        }
    }
    assert_eq!(names(&workspace.path().join("target/klog")), [".gitignore", "names", "packages"]);
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const MANIFEST: &str = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nlog = \"0.4\"\n[workspace]\n";
const LIB: &str = "mod pods;\nfn f(pod: &str) {\n    log::info!(\"Found pod {pod}\");\n}\n";

fn agent() -> Project {
    Project::of(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB), ("src/pods.rs", LIB)])
}

#[test]
fn answers_are_kept_where_cargo_builds_and_for_single_files_only() {
    let workspace = agent();
    let kept = || workspace.path().join("target").exists();
    workspace.said(&["lint"]);
    workspace.said(&["lint", "src"]);
    workspace.said(&["lint", "src/lib.rs", "--no-cache"]);
    workspace.said(&["lint", "src/lib.rs", "--no-cargo"]);
    let mut command = workspace.klog(&["lint", "src/lib.rs"]);
    assert!(command.env("KLOG_NO_CACHE", "1").status().unwrap().success());
    assert!(!kept(), "nobody asked for that");
    workspace.said(&["lint", "src/lib.rs"]);
    assert_eq!(names(&workspace.path().join("target")), ["CACHEDIR.TAG", "klog"]);
    // Where cargo builds elsewhere, it is there.
    let workspace = agent();
    let elsewhere = TempDir::new().unwrap();
    let mut command = workspace.klog(&["lint", "src/lib.rs"]);
    assert!(command.env("CARGO_TARGET_DIR", elsewhere.path()).status().unwrap().success());
    assert_eq!(names(elsewhere.path()), ["klog"]);
    assert!(!workspace.path().join("target").exists());
    // What cannot be written is not.
    let workspace = agent();
    workspace.write("target", b"a file");
    assert!(workspace.said(&["lint", "src/lib.rs"]).starts_with("exit code 0\n"));
    assert_eq!(fs::read(workspace.path().join("target")).unwrap(), b"a file");
}

#[cfg(unix)]
#[test]
fn a_workspace_cannot_have_answers_written_elsewhere() {
    use std::os::unix::fs::symlink;

    let outside = TempDir::new().unwrap();
    for link in ["target", "target/klog"] {
        let workspace = agent();
        let link = workspace.path().join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(outside.path(), link).unwrap();
        workspace.said(&["lint", "src/lib.rs"]);
        assert_eq!(names(outside.path()), [""; 0]);
    }
    // A link in the place of a file is replaced.
    let workspace = agent();
    let victim = outside.path().join("victim");
    fs::write(&victim, "kept").unwrap();
    fs::create_dir_all(workspace.path().join("target/klog")).unwrap();
    for kept in KEPT {
        symlink(&victim, workspace.path().join(kept)).unwrap();
    }
    workspace.said(&["lint", "src/lib.rs"]);
    assert_eq!(fs::read(&victim).unwrap(), b"kept");
    assert!(fs::symlink_metadata(workspace.path().join(KEPT[0])).unwrap().is_file());
}

/// Another program may have other answers, as the next version has.
#[test]
fn answers_of_another_program_are_not_taken() {
    let workspace = agent();
    let program = workspace.path().join(format!("other{}", std::env::consts::EXE_SUFFIX));
    fs::copy(env!("CARGO_BIN_EXE_cargo-klog"), &program).unwrap();
    let writer = || fs::read(workspace.path().join(KEPT[0])).unwrap()[..16].to_vec();
    workspace.said(&["lint", "src/lib.rs"]);
    let first = writer();
    workspace.said(&["lint", "src/lib.rs"]);
    assert_eq!(writer(), first);
    let mut other = workspace.command(program.to_str().unwrap());
    assert!(other.args(["lint", "src/lib.rs"]).output().unwrap().status.success());
    assert_ne!(writer(), first);
    // Nor what is not as it was written.
    workspace.said(&["lint", "src/lib.rs"]);
    let path = workspace.path().join(KEPT[0]);
    let mut spoiled = fs::read(&path).unwrap();
    let middle = spoiled.len() / 2;
    spoiled[middle] ^= 1;
    fs::write(&path, &spoiled).unwrap();
    workspace.said(&["lint", "src/lib.rs"]);
    assert_eq!(writer(), first);
    assert_ne!(fs::read(&path).unwrap()[middle], spoiled[middle]);
}

/// Cargo is a program that counts how often it runs.
#[cfg(unix)]
#[test]
fn cargo_is_asked_again_only_where_its_answer_may_be_another() {
    use std::os::unix::fs::PermissionsExt as _;

    let workspace = agent();
    workspace.write(
        "Cargo.toml",
        MANIFEST.replace("[workspace]\n", "[workspace]\nmembers = [\"crates/*\"]\n").as_bytes(),
    );
    let member = "[package]\nname = \"lib\"\n";
    workspace.write("crates/base/Cargo.toml", member.replace("lib", "base").as_bytes());
    workspace.write("crates/base/src/lib.rs", b"");
    let tools = TempDir::new().unwrap();
    let (cargo, log) = (tools.path().join("cargo"), tools.path().join("log"));
    let real = env!("CARGO");
    fs::write(&cargo, format!("#!/bin/sh\necho >> {}\nexec {real} \"$@\"\n", log.display()))
        .unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let n_asked = || {
        let before = fs::read(&log).unwrap_or_default().len();
        let mut command = workspace.klog(&["lint", "src/lib.rs"]);
        assert!(command.env("CARGO", &cargo).output().unwrap().status.success());
        fs::read(&log).unwrap_or_default().len() - before
    };
    // Twice: only so are the manifests known to be as they were when cargo read them.
    assert_eq!((n_asked(), n_asked()), (2, 0));
    workspace.write("src/pods.rs", b"pub fn f() {}\n");
    workspace.write("klog.toml", b"[levels]\nstyle = \"deny\"\n");
    workspace.write("README.md", b"# agent\n");
    assert_eq!(n_asked(), 0);
    let check = |path: &str, text: &str| {
        workspace.write(path, text.as_bytes());
        let asked = n_asked();
        assert!(asked > 0, "{path}: cargo is not asked");
        assert_eq!(n_asked(), 0, "{path}: cargo is asked again");
    };
    workspace.write("crates/lib/src/lib.rs", b"");
    check("crates/lib/Cargo.toml", member);
    check("crates/lib/src/bin/tool/main.rs", "fn main() {}\n");
    check("tests/all.rs", "");
    check("tests/more/helper.rs", "");
    check("tests/more/main.rs", "fn main() {}\n");
    check("build.rs", "fn main() {}\n");
    check(
        "crates/lib/Cargo.toml",
        &format!("{member}[dependencies]\nagent = {{ path = \"../..\" }}\n"),
    );
}
