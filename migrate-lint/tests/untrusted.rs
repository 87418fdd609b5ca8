//! Working trees that nobody vouches for: links, devices, names and settings that are meant to do harm, and runs that are
//! cut short. What the program writes is whole, inside of the workspace, or not written at all.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

const MANIFEST: &str = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\ntracing = \"0.1\"\n";
const OLD: &str = "fn f(pod: &str) {\n    tracing::info!(\"Found pod {pod}\");\n}\n";
const NEW: &str = "fn f(pod: &str) {\n    tracing::info!(%pod, \"Found pod\");\n}\n";

/// A project `agent` with an `outside` beside it.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        tree.write("agent/Cargo.toml", MANIFEST);
        tree.write("agent/src/lib.rs", OLD);
        fs::create_dir(tree.path("outside")).unwrap();
        tree
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("cargo-klog"));
        command.current_dir(self.path("agent")).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        answer(&self.command(arguments).output().unwrap())
    }

    fn fix(&self) -> (Option<i32>, String, String) {
        self.run(&["lint", "--fix", "--allow-no-vcs"])
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.path("agent"))
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn commit(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "one"]);
    }

    /// What changed since the commit, short.
    fn since(&self) -> String {
        let (code, out, error) = self.run(&["lint", "--format", "short", "--since", "HEAD"]);
        assert_eq!(code, Some(0), "{error}");
        out
    }
}

fn answer(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_link_out_of_the_workspace_is_not_followed() {
    let tree = Tree::new();
    tree.write("outside/victim.rs", OLD);
    symlink("../../outside/victim.rs", tree.path("agent/src/evil.rs")).unwrap();
    let (_, _, error) = tree.fix();
    assert_eq!(tree.read("outside/victim.rs"), OLD);
    assert_eq!(tree.read("agent/src/lib.rs"), NEW);
    assert!(error.contains("src/evil.rs: not fixed: it lies outside of the workspace"), "{error}");
}

#[test]
fn a_name_as_long_as_names_can_be_is_written() {
    let tree = Tree::new();
    let name = "n".repeat(252);
    tree.write("agent/src/lib.rs", &format!("#[path = \"{name}.rs\"]\nmod long;\n"));
    tree.write(&format!("agent/src/{name}.rs"), OLD);
    let (_, _, error) = tree.fix();
    assert_eq!(tree.read(&format!("agent/src/{name}.rs")), NEW, "{error}");
    assert_eq!(fs::read_dir(tree.path("agent/src")).unwrap().count(), 2);
}

#[test]
fn modules_outside_of_the_workspace_are_named() {
    let tree = Tree::new();
    tree.write("outside/w.rs", OLD);
    let inside = "#[path = \"../../outside/w.rs\"]\nmod w;\ninclude!(\"../../outside/w.rs\");\n\
                  #[path = \"../../outside/gone.rs\"]\nmod gone;\n";
    tree.write("agent/src/lib.rs", inside);
    let (_, out, error) = tree.fix();
    assert_eq!(tree.read("outside/w.rs"), OLD);
    let words =
        "src/lib.rs: `../../outside/w.rs` lies outside of the workspace, and is not looked at";
    let said = format!("{out}{error}");
    assert_eq!(said.matches(words).count(), 2, "{said}");
    assert!(!said.contains("gone"), "{said}");
    // Nor are those that are called otherwise than files of Rust.
    tree.write("agent/src/lib.rs", "#[path = \"UPPER.RS\"]\nmod upper;\ninclude!(\"part.in\");\n");
    for file in ["UPPER.RS", "part.in"] {
        tree.write(&format!("agent/src/{file}"), OLD);
        let (_, out, error) = tree.run(&["lint", "--format", "short"]);
        let words =
            format!("`{file}` is a module, but does not end in `.rs`, and is not looked at");
        assert!(out.contains(&words) || error.contains(&words), "{out}{error}");
    }
}

#[test]
fn settings_and_outputs_write_nothing_outside() {
    let tree = Tree::new();
    tree.write("agent/klog.toml", "baseline = \"../outside/baseline.json\"\n");
    let (code, _, error) = tree.run(&["lint", "--write-baseline"]);
    assert_eq!((code, tree.path("outside/baseline.json").exists()), (Some(2), false), "{error}");
    symlink("../outside/report.json", tree.path("agent/report.json")).unwrap();
    tree.write("outside/report.json", "kept");
    let (code, _, error) = tree.run(&["lint", "--format", "json", "-o", "report.json"]);
    assert_eq!((code, &*tree.read("outside/report.json")), (Some(2), "kept"), "{error}");
    fs::remove_file(tree.path("agent/klog.toml")).unwrap();
    symlink("../outside", tree.path("agent/.github")).unwrap();
    let (code, _, error) = tree.run(&["init", "--only", "github"]);
    assert_eq!((code, tree.path("outside/workflows").exists()), (Some(2), false), "{error}");
    // What the user names elsewhere is the user's.
    let out = tree.path("outside/mine.json");
    assert_eq!(tree.run(&["lint", "--format", "json", "-o", out.to_str().unwrap()]).0, Some(0));
    assert!(out.exists());
    assert_eq!(tree.run(&["lint", "-o", "/dev/null"]).0, Some(0));
    let (code, out, error) = tree.run(&["lint", "--format", "json", "-o", "/dev/stdout"]);
    assert!(code == Some(0) && out.contains("\"findings\""), "{out}{error}");
}

#[test]
fn a_link_inside_is_judged_once_and_stays_a_link() {
    let tree = Tree::new();
    symlink("lib.rs", tree.path("agent/src/copy.rs")).unwrap();
    let (_, out, _) = tree.run(&["lint", "--format", "short"]);
    assert_eq!(out.lines().count(), 1, "{out}");
    fs::set_permissions(tree.path("agent/src/lib.rs"), fs::Permissions::from_mode(0o640)).unwrap();
    tree.fix();
    assert!(tree.path("agent/src/copy.rs").is_symlink());
    let mode = fs::metadata(tree.path("agent/src/lib.rs")).unwrap().permissions().mode();
    assert_eq!((tree.read("agent/src/lib.rs"), mode & 0o777), (NEW.to_owned(), 0o640));
}

#[test]
fn special_files_are_not_opened() {
    let tree = Tree::new();
    symlink("/dev/zero", tree.path("agent/src/zero.rs")).unwrap();
    symlink("/dev/zero", tree.path("agent/klog-baseline.json")).unwrap();
    let made = Command::new("mkfifo").arg(tree.path("agent/src/pipe.rs")).status().unwrap();
    assert!(made.success());
    let mut command = assert_cmd::Command::from_std(tree.command(&["lint", "--no-baseline"]));
    let output = command.timeout(Duration::from_secs(20)).output().unwrap();
    let (code, out, error) = answer(&output);
    assert_eq!(code, Some(0), "{error}");
    assert!(out.contains("src/zero.rs: cannot be read: is not a regular file"), "{out}{error}");
    assert!(out.contains("src/pipe.rs: cannot be read: is not a regular file"), "{out}{error}");
    assert_eq!(tree.run(&["lint"]).0, Some(2));
    // A configuration that cannot be read is not left out.
    fs::remove_file(tree.path("agent/klog-baseline.json")).unwrap();
    let config = tree.path("agent/klog.toml");
    let check = |what: &str| {
        let mut command = assert_cmd::Command::from_std(tree.command(&["lint"]));
        let output = command.timeout(Duration::from_secs(20)).output().unwrap();
        let (code, _, error) = answer(&output);
        assert_eq!(code, Some(2), "{what}: {error}");
        assert!(error.contains("klog.toml: cannot be read"), "{what}: {error}");
    };
    for target in ["/dev/zero", "nowhere.toml"] {
        symlink(target, &config).unwrap();
        check(target);
        fs::remove_file(&config).unwrap();
    }
    assert!(Command::new("mkfifo").arg(&config).status().unwrap().success());
    check("a pipe");
    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    check("a directory");
}

#[test]
fn what_cannot_be_written_leaves_all_as_it_was() {
    let tree = Tree::new();
    tree.write("agent/src/other.rs", OLD);
    // No room for the new file beside the old one, a file that must not change, a disk without space.
    fs::create_dir_all(tree.path("agent/src/.other.rs.klog-new/full")).unwrap();
    let (code, _, error) = tree.fix();
    assert_eq!(code, Some(2), "{error}");
    fs::remove_dir_all(tree.path("agent/src/.other.rs.klog-new")).unwrap();
    let other = tree.path("agent/src/other.rs");
    fs::set_permissions(&other, fs::Permissions::from_mode(0o444)).unwrap();
    let (code, _, error) = tree.fix();
    assert_eq!(code, Some(2));
    assert!(error.contains("other.rs; nothing is changed: it is read-only"), "{error}");
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
    let program = assert_cmd::cargo::cargo_bin("cargo-klog");
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" lint --fix --allow-no-vcs 2>/dev/null";
    let status = Command::new("bash")
        .current_dir(tree.path("agent"))
        .args(["-c", script])
        .arg(program)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
    assert_eq!(
        (tree.read("agent/src/lib.rs"), tree.read("agent/src/other.rs")),
        (OLD.into(), OLD.into())
    );
    // What an interrupted run has left beside a file is in nobody's way.
    tree.write("agent/src/.lib.rs.klog-new", "half of a f");
    let (code, ..) = tree.fix();
    assert_eq!((code, tree.read("agent/src/lib.rs")), (Some(0), NEW.into()));
    let left: Vec<_> =
        fs::read_dir(tree.path("agent/src")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn an_interrupted_run_leaves_whole_files() {
    let tree = Tree::new();
    let files: Vec<String> = (0..40).map(|n| format!("agent/src/m{n}.rs")).collect();
    let (old, new) = (OLD.repeat(30), NEW.repeat(30));
    let mut n_interrupted = 0;
    for round in 0..50_u64 {
        files.iter().for_each(|file| tree.write(file, &old));
        let mut child = tree
            .command(&["lint", "--fix", "--allow-no-vcs", "--quiet", "-o", "/dev/null"])
            .env("RUSTFMT", "/bin/false")
            .spawn()
            .unwrap();
        // Spread over the run, and a little beyond it.
        std::thread::sleep(Duration::from_micros(2_000 + round * 4_711 % 260_000));
        // A shell's background jobs ignore SIGINT.
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        n_interrupted += usize::from(child.wait().unwrap().code().is_none());
        for file in &files {
            let text = tree.read(file);
            assert!(text == old || text == new, "{file} is {} bytes", text.len());
        }
    }
    assert!(n_interrupted > 5, "only {n_interrupted} runs were cut short");
}

#[test]
fn git_runs_nothing_that_the_repository_asks_for() {
    let tree = Tree::new();
    tree.write("agent/.gitattributes", "*.rs filter=evil diff=evil\n");
    tree.commit();
    let evil = tree.path("outside/evil.sh");
    let proof = tree.path("outside/ran");
    fs::write(&evil, format!("#!/bin/sh\necho \"$0 $*\" >> {}\ncat\n", proof.display())).unwrap();
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    let program = evil.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "core.pager",
        "filter.evil.clean",
        "filter.evil.process",
    ] {
        tree.git(&["config", key, program]);
    }
    let _ = fs::remove_file(&proof);
    tree.write("agent/src/lib.rs", &format!("// new\n{OLD}{OLD}"));
    tree.since();
    tree.run(&["lint", "--fix", "--allow-dirty"]);
    assert!(!proof.exists(), "{}", fs::read_to_string(&proof).unwrap_or_default());
}

#[test]
fn nothing_in_a_change_hides_a_change() {
    let tree = Tree::new();
    tree.write("agent/.gitattributes", "*.rs -diff\n");
    tree.write("agent/src/tab\t\"quoted\".rs", OLD);
    tree.commit();
    let more = "++ b/src/none.rs\n@@ -1 +1 @@\n";
    tree.write(
        "agent/src/lib.rs",
        &format!("/*\n{more}*/\n{OLD}{NEW}{}", OLD.replace("fn f", "fn g")),
    );
    tree.write("agent/src/tab\t\"quoted\".rs", &OLD.replace("Found pod", "Found the pod"));
    let out = tree.since();
    assert_eq!(out.matches("interpolated-message").count(), 2, "{out}");
}

#[test]
fn only_what_changed_is_reported() {
    let tree = Tree::new();
    tree.write("agent/src/old.rs", &format!("// a comment\n{OLD}"));
    tree.write("agent/src/lib.rs", "");
    let call = "    tracing::info!(\"Found pod {pod}\");\n";
    let body = format!("fn g(pod: &str) {{\n    let a = 1;\n{call}    let b = 2;\n}}\n");
    tree.write("agent/src/gone.rs", &body);
    tree.commit();
    tree.git(&["mv", "src/old.rs", "src/moved.rs"]);
    tree.write(
        "agent/src/gone.rs",
        &body.replace("    let a = 1;\n", "").replace("    let b = 2;\n", ""),
    );
    assert_eq!(tree.since(), "");
    // A text that moves to another file, and leaves a new one in its place.
    tree.git(&["add", "-A"]);
    tree.git(&["commit", "-q", "-m", "two"]);
    let long = OLD.repeat(20);
    tree.write("agent/src/long.rs", &long);
    tree.git(&["add", "-A"]);
    tree.git(&["commit", "-q", "-m", "three"]);
    tree.write("agent/src/long/all.rs", &long);
    tree.write("agent/src/long.rs", "pub mod all;\n");
    tree.git(&["add", "-A"]);
    assert_eq!(tree.since(), "");
}

/// Lines of a submodule count as those of the repository, and only those that changed.
#[test]
fn submodules_are_followed() {
    let tree = Tree::new();
    tree.write("agent/src/lib.rs", "pub mod inner;\n");
    tree.git(&["init", "-q", "-b", "main", "src/inner"]);
    tree.write("agent/src/inner/mod.rs", OLD);
    let inner = |arguments: &[&str]| tree.git(&[&["-C", "src/inner"][..], arguments].concat());
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    let commit = || {
        inner(&["add", "."]);
        inner(&[&identity[..], &["commit", "-q", "-m", "State"]].concat());
    };
    commit();
    tree.commit();
    assert_eq!(tree.since(), "");
    tree.write("agent/src/inner/mod.rs", &format!("{OLD}{}", OLD.replace("fn f", "fn g")));
    let once = |out: String| assert_eq!(out.matches("interpolated-message").count(), 1, "{out}");
    once(tree.since());
    commit();
    once(tree.since());
    // A later commit of the submodule, recorded or not.
    tree.git(&["add", "src/inner"]);
    once(tree.since());
    // All of a submodule that is added counts.
    tree.git(&["rm", "-q", "--cached", "-f", "src/inner"]);
    tree.git(&["commit", "-q", "-m", "two"]);
    tree.git(&["add", "src/inner"]);
    assert_eq!(tree.since().matches("interpolated-message").count(), 2);
}

/// Git tells its hooks which repository they run for; submodules are others, and a workspace may be a directory of it.
#[test]
fn hooks_of_git_see_what_a_shell_sees() {
    let tree = Tree::new();
    tree.write("agent/src/lib.rs", "pub mod inner;\n");
    tree.git(&["init", "-q", "-b", "main", "src/inner"]);
    tree.write("agent/src/inner/mod.rs", OLD);
    let identity = ["-C", "src/inner", "-c", "user.name=Test", "-c", "user.email=t@example.com"];
    tree.git(&["-C", "src/inner", "add", "."]);
    tree.git(&[&identity[..], &["commit", "-q", "-m", "State"]].concat());
    tree.write("agent/part/Cargo.toml", MANIFEST);
    tree.write("agent/part/src/lib.rs", OLD);
    tree.commit();
    tree.git(&["worktree", "add", "-q", "../beside"]);
    let more = format!("{OLD}{}", OLD.replace("fn f", "fn g"));
    tree.write("agent/src/inner/mod.rs", &more);
    tree.write("beside/part/src/lib.rs", &more);
    let check = |directory: &str, variables: &[(&str, PathBuf)]| {
        let mut command = tree.command(&["lint", "--format", "short", "--since", "HEAD"]);
        command.current_dir(tree.path(directory)).envs(variables.iter().cloned());
        let (code, out, error) = answer(&command.output().unwrap());
        assert_eq!((code, out.matches("interpolated-message").count()), (Some(0), 1), "{error}");
    };
    let git = tree.path("agent/.git");
    let of_commit = [("GIT_INDEX_FILE", PathBuf::from(".git/index")), ("GIT_PREFIX", "".into())];
    check("agent", &[]);
    check("agent", &of_commit);
    check("agent", &[("GIT_DIR", git.clone()), ("GIT_INDEX_FILE", git.join("index"))]);
    let of_worktree = git.join("worktrees/beside");
    let of_worktree =
        [("GIT_DIR", of_worktree.clone()), ("GIT_INDEX_FILE", of_worktree.join("index"))];
    check("beside/part", &[]);
    check("beside/part", &of_worktree);
    // A repository that is found by a variable alone.
    fs::rename(&git, tree.path("elsewhere")).unwrap();
    check("agent", &[("GIT_DIR", tree.path("elsewhere")), ("GIT_WORK_TREE", tree.path("agent"))]);
}

#[test]
fn a_gate_that_looks_at_nothing_says_so() {
    let tree = Tree::new();
    let (code, _, error) = tree.run(&["lint", "-p", "nope"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("package(s) `nope` not found in workspace"), "{error}");
    tree.write(
        "agent/klog.toml",
        "exclude = [\"gen/\"]\n\n[[path]]\npath = [\"src\\\\lib.rs\"]\nlevels = { style = \"allow\" }\n",
    );
    let (_, out, _) = tree.run(&["lint"]);
    assert!(out.contains("`exclude` `gen/` matches no file"), "{out}");
    // What is above the workspace is about other files too.
    tree.write("klog.toml", "exclude = [\"beside/\"]\n");
    fs::rename(tree.path("agent/klog.toml"), tree.path("agent/kept.toml")).unwrap();
    let (_, above, _) = tree.run(&["lint"]);
    assert!(!above.contains("matches no file"), "{above}");
    fs::rename(tree.path("agent/kept.toml"), tree.path("agent/klog.toml")).unwrap();
    tree.write(
        "agent/klog.toml",
        "[[wrapper]]\nname = \"net_info\"\nlike = \"log::inf\"\n[[wrapper]]\nname = \"a\"\nlike = \"log::info\"\n",
    );
    let (_, answer, _) = tree.run(&["lint"]);
    assert!(answer.contains("`[[wrapper]]` `a`: no call of `a!` is found"), "{answer}");
    tree.write("agent/src/a.rs", "fn f() {\n    crate::a!(\"Started\");\n}\n");
    let (_, answer, _) = tree.run(&["lint"]);
    // Of a part nothing is known about the whole.
    let (_, part, _) = tree.run(&["lint", "src/lib.rs"]);
    assert!(!part.contains("[[wrapper]]"), "{part}");
    fs::remove_file(tree.path("agent/src/a.rs")).unwrap();
    let words = "`[[wrapper]]` `net_info`: no macro `log::inf!` is known; there is `log::info`";
    assert!(answer.contains(words) && !answer.contains("`a`"), "{answer}");
    assert!(out.contains("matches no file"), "{out}");
    fs::remove_file(tree.path("agent/klog.toml")).unwrap();
    tree.write("agent/Cargo.toml", "[package\n");
    for arguments in [&["lint", "--fix", "--allow-no-vcs"][..], &["lint", "-p", "agent"]] {
        let (code, _, error) = tree.run(arguments);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains("cargo cannot read"), "{error}");
    }
    assert_eq!(tree.read("agent/src/lib.rs"), OLD);
}

#[test]
fn files_of_queries_that_are_not_there_are_named() {
    let tree = Tree::new();
    let rule =
        "groups:\n- rules:\n  - alert: A\n    expr: count_over_time({a=\"b\"} |= `Found` [5m])\n";
    tree.write("agent/ops/rules/a.yaml", rule);
    tree.write("agent/klog.toml", "[queries]\nfiles = [\"ops/rules\", \"ops/*.jsn\", \"opps/\"]\n");
    for (format, is_named) in [("human", true), ("short", true), ("json", true), ("github", true)] {
        let (_, out, _) = tree.run(&["queries", "--format", format]);
        for (pattern, is_missing) in [("ops/rules", false), ("ops/*.jsn", true), ("opps/", true)] {
            let words = format!("`[queries]` `{pattern}` matches no file");
            assert_eq!(out.contains(&words), is_missing && is_named, "{format}\n{out}");
        }
    }
    let (_, out, _) = tree.run(&["queries", "ops/rules/a.yaml"]);
    assert!(!out.contains("matches no file"), "{out}");
}

/// A file of memory is a file like any other: it is written anew.
#[test]
#[cfg(target_os = "linux")]
fn reports_are_written_anew_wherever_they_are() {
    let Ok(place) = tempfile::tempdir_in("/dev/shm") else { return };
    let tree = Tree::new();
    let report = place.path().join("report.json");
    for _ in 0..2 {
        let arguments = ["lint", "--format", "json", "-o", report.to_str().unwrap()];
        assert_eq!(tree.run(&arguments).0, Some(0));
        let text = fs::read_to_string(&report).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_toolchain_file_decides_nothing() {
    let tree = Tree::new();
    tree.write("agent/rust-toolchain.toml", "[toolchain]\nchannel = \"nightly-2001-01-01\"\n");
    assert_eq!(tree.run(&["lint", "-p", "agent"]).0, Some(0));
}

#[test]
fn files_that_are_built_are_looked_at() {
    let tree = Tree::new();
    tree.write("agent/.gitignore", "/src/made.rs\n");
    for file in ["src/made.rs", "src/target/mod.rs", "src/hidden.rs", "src/.dot/mod.rs"] {
        tree.write(&format!("agent/{file}"), OLD);
    }
    tree.write("agent/src/.ignore", "hidden.rs\n");
    tree.commit();
    tree.git(&["add", "-f", "src/made.rs"]);
    let (_, out, _) = tree.run(&["lint", "--format", "short"]);
    for file in ["src/made.rs", "src/target/mod.rs", "src/hidden.rs", "src/.dot/mod.rs"] {
        assert!(out.contains(file), "{file} is missing\n{out}");
    }
}

/// Each file that a target reaches, and what declares it. None of them is found by a walk: git ignores it, a dot hides
/// it, or it is in no package.
const REACHED: [(&str, &str, &str); 24] = [
    ("src/made.rs", "src/lib.rs", "mod made;"),
    ("src/made/mod.rs", "src/lib.rs", "pub(crate) mod made;"),
    ("src/type.rs", "src/lib.rs", "mod r#type;"),
    ("src/net/made.rs", "src/net.rs", "mod made;"),
    ("src/net/made/mod.rs", "src/net/mod.rs", "mod made;"),
    ("src/outer/made.rs", "src/lib.rs", "mod outer { mod made; }"),
    ("src/net/outer/made.rs", "src/net.rs", "mod outer { mod made; }"),
    ("src/.dir/made.rs", "src/net.rs", "#[path = \".dir\"]\nmod outer { mod made; }"),
    (
        "src/.dir/.in/a.rs",
        "src/net.rs",
        "#[path = \".dir\"] mod outer { #[path = \".in\"] mod inner { #[path = \"a.rs\"] mod b; } }",
    ),
    ("src/.dot/a.rs", "src/lib.rs", "#[path = \".dot/a.rs\"]\nmod a;"),
    ("src/.a.rs", "src/lib.rs", "#[rustfmt::skip]\n#[path=\".a.rs\"] mod a;"),
    ("src/sys/made.rs", "src/lib.rs", "#[cfg_attr(unix, path = \"sys/made.rs\")]\nmod sys;"),
    ("src/made.rs", "src/lib.rs", "include!(\"made.rs\");"),
    ("src/made.rs", "src/lib.rs", "#[cfg(any())]\nmod /* by hand */ made;"),
    ("src/cache/mod.rs", "src/lib.rs", "mod cache;"),
    ("shared/made.rs", "src/lib.rs", "#[path = \"../shared/made.rs\"]\nmod shared;"),
    ("vendor/src/lib.rs", "src/lib.rs", "#[path = \"../vendor/src/lib.rs\"]\nmod vendor;"),
    ("src/bin/made.rs", "src/bin/tool.rs", "mod made;\nfn main() {}"),
    ("src/bin/tool/made.rs", "src/bin/tool/main.rs", "mod made;\nfn main() {}"),
    ("tests/made.rs", "tests/it.rs", "mod made;"),
    ("tests/made/mod.rs", "tests/it.rs", "mod made;"),
    ("examples/made.rs", "examples/e.rs", "mod made;\nfn main() {}"),
    ("made.rs", "build.rs", "mod made;\nfn main() {}"),
    ("src/linked/made.rs", "src/lib.rs", "mod linked;"),
];

#[test]
fn files_that_a_target_reaches_are_looked_at() {
    for (file, from, declaration) in REACHED {
        let tree = Tree::new();
        tree.write("agent/.gitignore", "made*\ntype.rs\n.*\ncache/\nvendor/\n/elsewhere\n");
        tree.write("agent/src/lib.rs", "mod net;\n");
        tree.write(&format!("agent/{from}"), &format!("{declaration}\n"));
        if file.contains("linked") {
            tree.write("agent/elsewhere/mod.rs", "mod made;\n");
            symlink("../elsewhere", tree.path("agent/src/linked")).unwrap();
        }
        if file.contains("vendor") {
            tree.write("agent/vendor/Cargo.toml", &MANIFEST.replace("agent", "vendor"));
        }
        tree.write("agent/src/cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
        tree.write(&format!("agent/{file}"), OLD);
        tree.commit();
        let (_, out, error) = tree.run(&["lint", "--format", "short"]);
        let found = format!("{file}:2:5: warning[interpolated-message]");
        assert!(out.contains(&found), "{file} by {declaration:?} in {from}\n{out}{error}");
        assert!(!format!("{out}{error}").contains("not looked at"), "{out}{error}");
        // A fix could not be undone: git has no copy of the file.
        let (code, _, error) = tree.run(&["lint", "--fix"]);
        assert_eq!((code, &*tree.read(&format!("agent/{file}"))), (Some(2), OLD), "{file}");
        assert!(error.contains("--allow-dirty"), "{error}");
        tree.run(&["lint", "--fix", "--allow-dirty"]);
        assert_eq!(tree.read(&format!("agent/{file}")), NEW, "{file}");
    }
}

#[test]
fn files_that_a_hidden_one_declares_are_reached_as_well() {
    let tree = Tree::new();
    let manifest = format!("{MANIFEST}\n[[bin]]\nname = \"b\"\npath = \".bin/b.rs\"\n");
    tree.write("agent/Cargo.toml", &manifest);
    tree.write("agent/.gitignore", ".bin/\n");
    tree.write("agent/.bin/b.rs", "mod first;\nfn main() {}\n");
    tree.write("agent/.bin/first.rs", "mod second;\n");
    tree.write("agent/.bin/first/second/mod.rs", "mod third;\n");
    tree.write("agent/.bin/first/second/third.rs", OLD);
    tree.write("agent/.bin/free.rs", OLD);
    tree.commit();
    let (_, out, _) = tree.run(&["lint", "--format", "short"]);
    assert!(out.contains(".bin/first/second/third.rs:2:5: warning[interpolated"), "{out}");
    assert!(!out.contains("free.rs"), "{out}");
}

#[test]
fn a_file_in_no_package_is_reached() {
    let tree = Tree::new();
    tree.write("agent/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n");
    for member in ["a", "b"] {
        tree.write(&format!("agent/{member}/Cargo.toml"), &MANIFEST.replace("agent", member));
        let lib = "#[path = \"../../shared/log.rs\"]\nmod shared;\n";
        tree.write(&format!("agent/{member}/src/lib.rs"), lib);
    }
    tree.write("agent/shared/log.rs", OLD);
    tree.write("agent/shared/free.rs", OLD);
    tree.commit();
    for arguments in [&["lint", "-p", "b", "--format", "short"][..], &["lint", "--format", "short"]]
    {
        let (_, out, _) = tree.run(arguments);
        assert_eq!(out.matches("shared/").count(), 1, "{out}");
        assert!(out.contains("shared/log.rs:2:5"), "{out}");
    }
    tree.run(&["lint", "--fix"]);
    assert_eq!(tree.read("agent/shared/log.rs"), NEW);
}

/// What compiles and is still not looked at: generated code, and what the user leaves out.
#[test]
fn files_that_are_reached_and_left_out() {
    let tree = Tree::new();
    let generated = format!("// @generated by a tool\n{OLD}");
    tree.write("agent/.gitignore", "/target\nmade_*.rs\n");
    tree.write("agent/klog.toml", "exclude = [\"src/made_out.rs\"]\n");
    tree.write("agent/src/made_by_tool.rs", &generated);
    for file in ["src/made_out.rs", "src/made_free.rs", "target/debug/build/a/out/made.rs"] {
        tree.write(&format!("agent/{file}"), OLD);
    }
    let lib = "mod made_by_tool;\nmod made_out;\n// mod made_free;\nconst TEXT: &str = \"mod made_free;\";\n\
               include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));\n\
               include!(\"../target/debug/build/a/out/made.rs\");\n";
    tree.write("agent/src/lib.rs", lib);
    tree.commit();
    let (_, out, error) = tree.run(&["lint", "--format", "short"]);
    assert!(!format!("{out}{error}").contains("made"), "{out}{error}");
    // Only what was asked for is judged, whatever it declares.
    fs::remove_file(tree.path("agent/klog.toml")).unwrap();
    let (_, out, _) = tree.run(&["lint", "--format", "short", "src/lib.rs"]);
    assert!(!out.contains("made_out.rs"), "{out}");
    let (_, out, _) = tree.run(&["lint", "--format", "short", "src"]);
    assert!(out.contains("src/made_out.rs:2:5"), "{out}");
}

/// Of files that no target reaches and git does not track: what git would offer to add.
#[test]
fn files_that_nothing_builds_are_looked_at_unless_git_ignores_them() {
    let tree = Tree::new();
    tree.write("agent/.gitignore", "made_*.rs\n");
    tree.write("agent/src/.gitignore", "!made_by_hand.rs\n");
    tree.commit();
    tree.git(&["init", "-q", "src/inner"]);
    tree.write("agent/src/cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
    let files = [
        ("made_by_tool.rs", false),
        ("made_by_hand.rs", true),
        ("free.rs", true),
        ("cache/free.rs", false),
        // The patterns of a repository end where another one begins.
        ("inner/made_there.rs", true),
    ];
    files.iter().for_each(|(file, _)| tree.write(&format!("agent/src/{file}"), OLD));
    let (_, out, _) = tree.run(&["lint", "--format", "short"]);
    for (file, is_seen) in files {
        assert_eq!(out.contains(&format!("src/{file}:")), is_seen, "{file}\n{out}");
    }
}

#[test]
fn targets_are_what_the_manifest_says() {
    let tree = Tree::new();
    let more = "\n[[example]]\nname = \"a\"\npath = \"demos/a.rs\"\n";
    let manifest = MANIFEST.replace("\n\n[dep", "\nbuild = \"scripts/gen.rs\"\n\n[dep");
    tree.write("agent/Cargo.toml", &format!("{manifest}{more}"));
    for file in ["scripts/gen.rs", "demos/a.rs"] {
        tree.write(&format!("agent/{file}"), "fn main() {\n    println!(\"made {}\", 1);\n}\n");
    }
    let (_, out, _) = tree.run(&["lint", "--format", "short"]);
    assert!(!out.contains("print-macro"), "{out}");
}

#[test]
fn names_are_data() {
    let tree = Tree::new();
    tree.write("agent/src/a\n::error::forged.rs", OLD);
    tree.write("agent/src/b\u{1b}[31m\u{202e}\u{2028}.rs", OLD);
    tree.write("agent/src/c|`x`|<img src=x>.rs", OLD);
    for format in ["human", "short", "github", "gitlab", "sarif", "json", "junit", "rustc"] {
        let (_, out, error) = tree.run(&["lint", "--format", format]);
        let text = format!("{out}{error}");
        let forged = text.lines().any(|line| line.trim_start().starts_with("::error::forged"));
        let is_raw = text.contains(['\u{1b}', '\u{202e}', '\u{2028}']);
        assert!(!forged && !is_raw, "{format}\n{text}");
    }
    for arguments in [
        ["stats", "--format", "text"],
        ["stats", "--format", "json"],
        ["stats", "--format", "markdown"],
        ["stats", "--format", "html"],
        ["catalog", "--format", "json"],
        ["catalog", "--format", "markdown"],
    ] {
        let (_, out, _) = tree.run(&arguments);
        let is_raw = out.contains(['\u{1b}', '\u{202e}', '\u{2028}']);
        assert!(!is_raw && !out.contains("\n::error"), "{out}");
        // In Markdown it is code, between more backquotes than it has.
        let is_markup = out.contains("`|<img") || out.contains(" `src/c");
        assert!(arguments[2] != "markdown" || !is_markup, "{out}");
    }
}

/// Names of logs and of files of queries, and what a configuration holds.
#[test]
fn names_of_logs_and_queries_are_data() {
    let tree = Tree::new();
    let name = "b\u{1b}[31m\n::error::forged.log";
    tree.write(&format!("agent/{name}"), "no entry\n");
    let rules = "alerts/b\u{1b}[31m\n::error::forged.yaml";
    let rule =
        "groups:\n- rules:\n  - alert: A\n    expr: count_over_time({a=\"b\"} |= `gone` [5m])\n";
    tree.write(&format!("agent/{rules}"), rule);
    let config =
        "[[path]]\npath = \"gone\\u001b[31m\\n::error::forged\"\nlevels = { style = \"allow\" }\n";
    tree.write("agent/klog.toml", config);
    tree.write("agent/src/a.rs", "// klog: allow(b\u{1b}[31m)\nfn f() {}\n");
    let check = |arguments: &[&str]| {
        let (_, out, error) = tree.run(arguments);
        let text = format!("{out}{error}");
        let is_forged = text.lines().any(|line| line.trim_start().starts_with("::error::forged"));
        assert!(!is_forged && !text.contains('\u{1b}'), "{arguments:?}\n{text}");
        assert!(text.contains("forged"), "{arguments:?}\n{text}");
    };
    for format in ["human", "short", "github", "gitlab", "sarif", "json", "junit", "rustc"] {
        check(&["check-log", "--report", format, name]);
        check(&["queries", "--format", format]);
        if !["gitlab", "junit", "rustc"].contains(&format) {
            check(&["lint", "--format", format]);
        }
    }
    check(&["stats"]);
    check(&["check-log", &format!("not-{name}")]);
    check(&["check-log", "--same-as", &format!("not-{name}"), name]);
    check(&["queries", &format!("not-{rules}")]);
}

#[test]
fn nothing_is_too_deep() {
    for text in [
        format!("{}{OLD}{}", "fn f() {".repeat(1_600), "}".repeat(1_600)),
        format!(
            "{OLD}fn g() {{ tracing::info!(\"at {{}}\", {}1{}); }}",
            "(".repeat(50_000),
            ")".repeat(50_000)
        ),
        format!("{OLD}fn g() -> u8 {{ {}1 }}", "1 + ".repeat(100_000)),
        format!("{OLD}fn g() -> bool {{ {}true }}", "!".repeat(100_000)),
        format!("{OLD}fn g() {{ a{}; }}", ".b()".repeat(4_000)),
    ] {
        let tree = Tree::new();
        tree.write("agent/src/deep.rs", &text);
        let (code, out, error) = tree.run(&["lint", "--diff"]);
        assert_eq!(code, Some(0), "{}", &error[..error.len().min(400)]);
        assert!(out.contains("src/lib.rs"), "{out}");
    }
}
