//! The program as a user runs it: arguments, files and git in, text and exit code out.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::Path;
use std::process::Command;

use crate::project::{Answer, Project};

const MAIN: &str = r#"use klog::info;

fn main() {
    let pod = "web-1";
    info!("pod {pod} started");
    info!(v: 0, "Ready", pod);
}
"#;

#[test]
fn exit_codes() {
    let project = agent();
    check("lint", &project.run(&["lint"]));
    assert_eq!(project.run(&["lint", "-D", "warnings"]).code, 1);
    assert_eq!(project.run(&["lint", "-D", "warnings", "-A", "all"]).code, 0);
    for levels in [["-A", "all", "-D", "verbosity-zero"], ["-D", "verbosity-zero", "-A", "all"]] {
        let answer = project.run(&[&["lint", "--format", "short"][..], &levels].concat());
        assert_eq!(
            answer.stdout,
            "src/main.rs:6:11: error[verbosity-zero]: `v: 0` is the default\n"
        );
    }
    check("unknown_rule", &project.run(&["lint", "-D", "interpolated"]));
    check("unknown_path", &project.run(&["lint", "src/man.rs"]));
    check("needs_fix", &project.run(&["lint", "--unsafe-fixes"]));
    project.write("klog.toml", "[levls]\nstructured = \"deny\"\n[keys]\ncase = 3\n");
    check("bad_config", &project.run(&["lint"]));
    project.write("klog.toml", "[levels]\nstructured = \"deny\"\n");
    assert_eq!(project.run(&["lint", "--format", "short"]).code, 1);
}

#[test]
fn as_cargo_calls_it() {
    let project = agent();
    let direct = project.run(&["lint", "--format", "short"]);
    let through_cargo = project.run(&["klog", "lint", "--format", "short"]);
    assert_eq!(direct.stdout, through_cargo.stdout);
    assert!(direct.stdout.contains("src/main.rs:5:5: warning[interpolated-message]"));
}

#[test]
fn explain() {
    let project = agent();
    let list = project.run(&["explain"]).stdout;
    for rule in migrate_lint::internal::rules::all() {
        assert!(list.contains(rule.name));
        // A rule of the same name for emitted lines follows.
        let page = project.run(&["explain", rule.name]).stdout;
        assert!(page.starts_with(rule.explain().trim_end()), "{page}");
    }
    for rule in migrate_lint::check_log::rules() {
        assert!(project.run(&["explain", rule.name]).stdout.contains(rule.page.trim_end()));
    }
    check("explain_unknown", &project.run(&["explain", "interpolated-mesage"]));
    // A group is its rules.
    for (group, rule, other) in [
        ("key", "key-case", "duplicate-key"),
        ("check-log", "odd-key", "key-case"),
        ("queries", "query-matches-nothing", "odd-key"),
        ("all", "odd-key", "no rule"),
    ] {
        let answer = project.run(&["explain", group]);
        assert!(answer.stdout.contains(&format!(" {rule} ")), "{answer}");
        assert!(answer.code == 0 && !answer.stdout.contains(&format!(" {other} ")), "{answer}");
    }
    let answer = project.run(&["lint", "-A", "odd-key"]);
    let words = "`odd-key` is a rule of `cargo klog check-log`, which sets its level";
    assert!(answer.code == 2 && answer.stderr.contains(words), "{answer}");
}

#[test]
fn baseline_only_shrinks() {
    let project = agent();
    assert_eq!(project.run(&["lint", "--write-baseline"]).code, 0);
    check("baseline_accepts", &project.run(&["lint", "-D", "warnings"]));
    // Moved and reformatted lines stay accepted.
    let moved = MAIN.replace("fn main", "\n\nfn main").replace("info!(v", "info!(\n        v");
    project.write("src/main.rs", &moved);
    assert_eq!(project.run(&["lint", "-D", "warnings"]).code, 0);
    // A new finding fails, and writing does not take it in.
    let more = MAIN.replace("    info!(v", "    info!(\"{pod} again\");\n    info!(v");
    project.write("src/main.rs", &more);
    assert_eq!(project.run(&["lint", "-D", "warnings"]).code, 1);
    check("baseline_refuses", &project.run(&["lint", "--write-baseline"]));
    assert_eq!(project.run(&["lint", "-D", "warnings"]).code, 1);
    project.run(&["lint", "--write-baseline", "--accept-new"]);
    assert_eq!(project.run(&["lint", "-D", "warnings"]).code, 0);
    // What is gone is reported, and taken out.
    project.write("src/main.rs", "fn main() {}\n");
    check("baseline_gone", &project.run(&["lint"]));
    project.run(&["lint", "--write-baseline"]);
    assert!(!project.path().join("klog-baseline.json").exists());
    project.write("klog-baseline.json", "{}");
    check("baseline_broken", &project.run(&["lint"]));
}

/// Two branches that take findings out and accept new ones, merged by git with and without the attribute.
#[test]
fn git_merges_baselines() {
    let call = |name: &str, n: usize| {
        let calls = format!("    klog::info!(\"{name} {{n}}\");\n").repeat(n);
        format!("fn main() {{\n    let n = 1;\n{calls}}}\n")
    };
    for attributes in ["klog-baseline.json merge=union\n", ""] {
        let project = agent();
        let git = |arguments: &[&str]| project.git(arguments);
        project.write(".gitattributes", attributes);
        for name in ["a", "b", "c"] {
            project.write(&format!("src/bin/{name}.rs"), &call(name, 2));
        }
        git(&["init", "-q", "-b", "main"]);
        project.run(&["lint", "--write-baseline"]);
        project.commit();
        let accept = |branch: &str, changes: [(&str, usize); 2]| {
            git(&["checkout", "-q", "-b", branch, "main"]);
            for (name, n) in changes {
                project.write(&format!("src/bin/{name}.rs"), &call(name, n));
            }
            project.run(&["lint", "--write-baseline", "--accept-new"]);
            project.commit();
        };
        accept("one", [("a", 0), ("d", 1)]);
        accept("two", [("b", 0), ("e", 1)]);
        let merged = project
            .command("git")
            .args(["merge", "-q", "one", "-m", "Merge"])
            .output()
            .unwrap()
            .status
            .success();
        assert_eq!(merged, !attributes.is_empty());
        project.write("src/bin/new.rs", &call("new", 1));
        let answer = project.run(&["lint", "-D", "warnings", "--format", "short"]);
        if !merged {
            check("baseline_conflict", &answer);
        }
        // What either side accepts and is still there stays, what neither accepts does not come in.
        let answer = project.run(&["lint", "--write-baseline"]);
        assert!(answer.stderr.contains("1 new finding left out"), "{answer}");
        let answer = project.run(&["lint", "-D", "warnings", "--format", "short"]);
        assert!(answer.stdout.lines().all(|line| line.starts_with("src/bin/new.rs:")), "{answer}");
        assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
        let baseline = project.read("klog-baseline.json");
        let count = |name: &str| baseline.matches(&format!("src/bin/{name}.rs")).count();
        assert_eq!(["a", "b", "c", "d", "e", "new"].map(count), [0, 0, 2, 1, 1, 0], "{baseline}");
    }
}

#[test]
fn since_a_revision() {
    let project = agent();
    project.git(&["init", "-q", "-b", "main"]);
    // Before the first commit, as its hook runs, all is new.
    assert_eq!(project.run(&["lint", "--since", "HEAD", "-D", "warnings"]).code, 1);
    project.git(&["add", "."]);
    assert_eq!(project.run(&["lint", "--since", "HEAD", "-D", "warnings"]).code, 1);
    project.commit();
    assert_eq!(project.run(&["lint", "--since", "HEAD", "-D", "warnings"]).code, 0);
    let changed = MAIN.replace("info!(v: 0", "info!(\"{pod} again\");\n    info!(v: 0");
    project.write("src/main.rs", &changed);
    project.write("src/bin/new.rs", "fn main() {\n    klog::info!(\"{}\", 1);\n}\n");
    check("since", &project.run(&["lint", "--since", "main", "--format", "short"]));
    check("since_unknown", &project.run(&["lint", "--since", "nowhere"]));
}

#[test]
fn fixes_are_written_only_where_git_can_undo_them() {
    let project = agent();
    check("diff", &project.run(&["lint", "--diff"]));
    check("fix_without_git", &project.run(&["lint", "--fix"]));
    project.git(&["init", "-q", "-b", "main"]);
    check("fix_untracked", &project.run(&["lint", "--fix"]));
    project.git(&["add", "."]);
    check("fix_staged", &project.run(&["lint", "--fix"]));
    project.commit();
    check("fix", &project.run(&["lint", "--fix", "--format", "short"]));
    check("fixed", &project.read("src/main.rs"));
    let again = project.run(&["lint", "--fix", "--allow-dirty"]);
    assert!(!again.stderr.contains("Fixed"), "{}", again.stderr);
}

/// A facade that takes pairs with names alone, and a future that has to be `Send`.
const FACADE: &str = r#"pub use std::format_args;

#[macro_export]
macro_rules! info {
    ($($key:ident: %),+; $message:literal) => { $(let _ = &$key;)+ };
    ($message:literal $(, $arg:expr)* $(,)?) => { let _ = $crate::format_args!($message $(, $arg)*); };
}
#[macro_export]
macro_rules! warn {
    ($key:ident: %; $message:literal) => {
        let _ = &$key;
        let _not_send: *const u8 = std::ptr::null();
        std::future::ready(()).await;
        let _ = &_not_send;
    };
    ($message:literal $(, $arg:expr)* $(,)?) => { let _ = $crate::format_args!($message $(, $arg)*); };
}
"#;

const FACADE_DEPENDENCY: &str = "log = { path = \"../log\", features = [\"kv\"] }";

fn manifest(name: &str, dependencies: &str) -> String {
    let package = format!("[package]\nname = \"{name}\"\nversion = \"0.4.29\"\n");
    format!(
        "{package}edition = \"2021\"\n\n[features]\nkv = []\n\n[dependencies]\n{dependencies}\n"
    )
}

/// Packages `agent` and `node`, and a `log` that takes no values.
fn with_facade() -> Project {
    let project = agent();
    let members = "[workspace]\nmembers = [\"agent\", \"log\", \"node\"]\nresolver = \"2\"\n";
    project.write("Cargo.toml", members);
    std::fs::remove_dir_all(project.path().join("src")).unwrap();
    project.write("log/Cargo.toml", &manifest("log", ""));
    project.write("log/src/lib.rs", FACADE);
    for package in ["agent", "node"] {
        project.write(&format!("{package}/Cargo.toml"), &manifest(package, FACADE_DEPENDENCY));
    }
    project
}

/// Where nobody can say what a fix breaks, nothing is written: its package, or one that this depends on, did not compile.
#[test]
fn what_did_not_compile_before_is_not_verified() {
    let other = "fn g() {\n    missing();\n}\n";
    let alone = FACADE_DEPENDENCY.to_owned();
    let depends = format!("{FACADE_DEPENDENCY}\nnode = {{ path = \"../node\" }}");
    let unfinished = "fn g() {\n";
    let unresolved = "use crate::nowhere::it;\n";
    let mistyped = "fn g() -> u8 {\n    \"text\"\n}\n";
    let broken = [
        ("agent/src/good.rs", other, &alone, "`agent` does not compile", "E0425"),
        ("agent/src/other.rs", mistyped, &alone, "`agent` does not compile", "E0308"),
        ("agent/src/other.rs", unresolved, &alone, "`agent` does not compile", "E0432"),
        ("agent/src/other.rs", unfinished, &alone, "`agent` does not compile", "unclosed"),
        ("agent/tests/it.rs", mistyped, &alone, "`agent` does not compile", "E0308"),
        ("node/src/lib.rs", mistyped, &depends, "`node` does not compile", "E0308"),
        ("node/src/lib.rs", mistyped, &alone, "", ""),
    ];
    for (file, text, dependencies, words, code) in broken {
        let project = with_facade();
        project.write("agent/Cargo.toml", &manifest("agent", dependencies));
        project.write("agent/src/lib.rs", "mod good;\nmod other;\npub use good::f;\n");
        project.write("agent/src/other.rs", "");
        project.write("node/src/lib.rs", "");
        let good = "pub fn f(pod: &str) {\n    log::info!(\"pod {} started\", pod);\n}\n";
        project.write("agent/src/good.rs", good);
        let text =
            if file.ends_with("good.rs") { format!("{good}{text}") } else { text.to_owned() };
        project.write(file, &text);
        let answer = project.run(&[
            "lint",
            "--fix",
            "--unsafe-fixes",
            "--allow-no-vcs",
            "--verify",
            "--quiet",
        ]);
        let is_written = project.read("agent/src/good.rs").contains("pod:%;");
        match words {
            "" => assert!(is_written && answer.code == 0, "{answer}"),
            _ => {
                assert_eq!((answer.code, is_written), (2, false), "{file}: {answer}");
                let names_it = answer.stderr.contains(words) && answer.stderr.contains(code);
                assert!(names_it && answer.stderr.contains(file), "{answer}");
            }
        }
    }
}

#[test]
fn what_does_not_compile_is_taken_back_and_named() {
    let project = with_facade();
    let call = |macro_name: &str, value: &str| {
        format!(
            "pub async fn f(pod: &str) {{\n    log::{macro_name}!(\"pod {{}} started\", {value});\n}}\n"
        )
    };
    let main = "mod good;\nmod bad;\nmod worse;\nmod unsent;\nmod mixed;\n\nfn send(_: impl Send) {}\n\nfn main() {\n    send(good::f(\"a\"));\n    send(unsent::f(\"a\"));\n    drop(bad::f(\"a\"));\n    drop(worse::f(\"a\"));\n    mixed::f(\"a\");\n}\n";
    project.write("agent/src/main.rs", main);
    project.write("agent/src/good.rs", &call("info", "pod"));
    project.write("agent/src/bad.rs", &call("info", "pod.len()"));
    project.write("agent/src/worse.rs", &call("info", "&pod[1..]"));
    // Calls on lines that follow each other; one of them does not compile.
    let mixed = "pub fn f(pod: &str) {\n    log::info!(\"pod {} is new\", pod);\n    \
        log::info!(\"pod {} is here\", pod.trim());\n    log::info!(\"pod {} is old\", pod);\n}\n";
    project.write("agent/src/mixed.rs", mixed);
    // It compiles by itself, and where it is used does not.
    project.write("agent/src/unsent.rs", &call("warn", "pod"));
    project.write("node/src/lib.rs", "mod bad;\n\npub use bad::f as bad;\n");
    project.write("node/src/bad.rs", &call("info", "pod.trim()"));
    let lint = [
        "lint",
        "--fix",
        "--unsafe-fixes",
        "--allow-no-vcs",
        "--verify",
        "--quiet",
        "--format",
        "short",
    ];
    let answer = project.run(&lint);
    check("verify", &answer);
    assert!(project.read("agent/src/good.rs").contains("pod:%;"), "{answer}");
    assert_eq!(project.read("agent/src/mixed.rs").matches("pod:%;").count(), 2, "{answer}");
    for path in ["agent/src/bad.rs", "agent/src/worse.rs", "agent/src/unsent.rs", "node/src/bad.rs"]
    {
        assert!(project.read(path).contains("pod {} started"), "{path}: {answer}");
    }
    let status = Command::new("cargo")
        .args(["check", "--quiet", "-p", "agent"])
        .current_dir(project.path())
        .status();
    assert!(status.unwrap().success());
    // Where cargo cannot begin, nothing is written.
    project.write("node/Cargo.toml", &manifest("node", "nowhere = { path = \"../nowhere\" }"));
    let answer = project.run(&lint);
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.stderr.contains("which cargo cannot read"), "{answer}");
}

#[test]
#[cfg(unix)]
fn rustfmt_is_started_once_and_lays_out_the_fixed_calls_alone() {
    let project = agent();
    let around = |call: &str| {
        format!(
            "pub fn f(pods: &[&str]) -> Vec<usize> {{\n    pods.iter().map(|pod| {{ {call}; pod.len() }}).collect()\n}}\n"
        )
    };
    project.write("src/main.rs", "mod long;\nmod short;\nmod wide;\n\nfn main() {}\n");
    let long = format!("klog::info!(\"pod {}synced\")", "{pod} ".repeat(16));
    project.write("src/long.rs", &around(&long));
    let text = |call: &str| {
        format!(
            "pub mod inner {{\n    pub fn g(pod: &str, node: &str) {{\n        {call}\n    }}\n}}\n"
        )
    };
    project.write("src/short.rs", &text("klog::info!(\"pod {pod} started on {node}\");"));
    project.write("src/wide.rs", &format!("mod inner {{}}\n{}", text("klog::info!(\"{pod}\");")));
    let counted = project.path().join("rustfmt");
    let script = "#!/bin/sh\necho once >> \"$(dirname \"$0\")/count\"\nexec rustfmt \"$@\"\n";
    std::fs::write(&counted, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&counted, mode).unwrap();
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(project.path())
        .env("RUSTFMT", &counted)
        .args(["lint", "--fix", "--unsafe-fixes", "--allow-no-vcs"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    assert_eq!(project.read("count"), "once\n");
    assert_eq!(project.read("src/long.rs"), around("klog::info!(\"Pod synced\", pod)"));
    let expected = text("klog::info!(\"Pod started on node\", pod, node);");
    assert_eq!(project.read("src/short.rs"), expected.replace(" on node", ""));
}

/// A call that grows or shrinks changes what is around it: braces come and go. Each width is a file.
#[test]
fn what_rustfmt_lays_out_parses_at_every_width() {
    const SHAPES: [&str; 10] = [
        "read(NAME).inspect_err(|e| log::error!(\"cannot read {}: {}\", NAME.display(), e))?;",
        "match read(NAME) { Ok(()) => log::info!(\"read {}\", NAME.display()), Err(e) => log::warn!(\"no {}: {e}\", NAME.display()) }",
        "NAME.iter().for_each(|part| log::info!(\"part {:?} of {}\", part, NAME.display()));",
        "NAME.iter().for_each(|part| { log::info!(\"part {:?} of the path {}\", part, NAME.display()) });",
        "let done = |n: usize| log::debug!(\"{n} parts of {} are done\", NAME.display()); done(1);",
        "read(NAME).unwrap_or_else(|e| log::warn!(\"{}: {e}\", NAME.display())); let _ = NAME;",
        "let mut core = session.core(NAME).inspect_err(|e| log::error!(\"Unable to get the core {NAME}: {e}\"))?;",
        "core.wait_for_it(Duration::from_millis(100)).inspect_err(|e| { log::error!(\"Unable to wait for {NAME}: {e}\") })?;",
        "log::debug!(\"     -- core of the program NAME is not there and memory is written, halting.\");",
        "match NAME { 0 => read(NAME).map_err(|e| log::warn!(\"no {NAME} now: {e}\")), _ => if done { log::info!(\"{NAME}\") } else { f() } }",
    ];
    let project = agent();
    project.write("rustfmt.toml", "use_small_heuristics = \"Max\"\n");
    let mut root = String::from("fn main() {}\n");
    for width in 1..40 {
        let name = &"name_of_the_file_that_has_what_the_program_reads"[..width];
        let shapes = SHAPES.map(|shape| shape.replace("NAME", name)).join("\n");
        let file = format!("f{width}");
        project.write(
            &format!("src/{file}.rs"),
            &format!("pub fn f({name}: &Path) -> Result<(), Error> {{\n{shapes}\nOk(())\n}}\n"),
        );
        root += &format!("mod {file};\n");
    }
    project.write("src/main.rs", &root);
    let main = project.path().join("src/main.rs");
    let rustfmt = |more: &[&str]| {
        Command::new("rustfmt").args(["--edition", "2024"]).args(more).arg(&main).output().unwrap()
    };
    assert!(rustfmt(&[]).status.success(), "rustfmt reads what is written here");
    project.run(&["lint", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--to", "klog"]);
    let checked = rustfmt(&["--check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    for width in 1..40 {
        let path = format!("src/f{width}.rs");
        let text = project.read(&path);
        assert!(syn::parse_file(&text).is_ok(), "{path}\n{text}");
        assert!(text.contains("klog::error!("), "{path}\n{text}");
        assert!(!text.contains(",)"), "{path}\n{text}");
    }
}

/// The fixes are written all the same, and the program does not go on by itself.
#[test]
#[cfg(unix)]
fn a_rustfmt_that_does_not_end_is_ended() {
    let project = agent();
    project.write("src/main.rs", "fn main() {\n    klog::info!(\"pod {pod} started\");\n}\n");
    let sleeps = project.path().join("sleeps");
    let script = "#!/bin/sh\necho $$ > \"$(dirname \"$0\")/pid\"\nexec sleep 600\n";
    std::fs::write(&sleeps, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&sleeps, mode).unwrap();
    let output = assert_cmd::Command::cargo_bin("cargo-klog")
        .unwrap()
        .current_dir(project.path())
        .env("RUSTFMT", &sleeps)
        .env("KLOG_RUSTFMT_SECONDS", "2")
        .args(["lint", "--fix", "--unsafe-fixes", "--allow-no-vcs"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    assert!(project.read("src/main.rs").contains("klog::info!(\"Pod started\", pod)"));
    // A script that had no time to begin was ended as well.
    if let Ok(pid) = std::fs::read_to_string(project.path().join("pid")) {
        let asked = Command::new("kill").args(["-0", pid.trim()]).output().unwrap();
        assert!(!asked.status.success(), "{pid} is still there");
    }
}

#[test]
fn the_manifest_gets_what_fixed_files_need() {
    let needs = [
        ("log = \"0.4\" # facade", "log = { version = \"0.4\", features = [\"kv\"] } # facade"),
        ("log = \"0.4.29\"", "log = { version = \"0.4.29\", features = [\"kv\"] }"),
        (
            "log = { version = \"0.4.16\", features = [\"std\"] }",
            "log = { version = \"0.4.22\", features = [\"std\", \"kv\"] }",
        ),
        ("[dependencies.log]\nversion = \"0.4.17\"", "version = \"0.4.22\"\nfeatures = [\"kv\"]"),
    ];
    for (before, after) in needs {
        let project = agent();
        let head = "[package]\nname = \"agent\"\nedition = \"2021\"\n\n";
        let table = if before.starts_with('[') { "" } else { "[dependencies]\n" };
        project.write("Cargo.toml", &format!("{head}{table}{before}\n"));
        project
            .write("src/main.rs", "fn f(pod: &str) {\n    log::info!(\"pod {pod} started\");\n}\n");
        let answer = project.run(&["lint", "--fix", "--allow-no-vcs"]);
        assert!(!project.read("src/main.rs").contains("pod:%"), "{}", answer.stderr);
        let answer = project.run(&["lint", "--fix", "--allow-no-vcs", "--edit-manifest"]);
        assert!(
            project.read("src/main.rs").contains("pod:%; \"Pod started\""),
            "{}",
            answer.stderr
        );
        let manifest = project.read("Cargo.toml");
        assert!(manifest.contains(after), "{manifest}");
    }
}

/// A warning of another rule is a reason to look at the fix.
#[test]
fn a_fix_is_judged_before_it_is_offered() {
    let project = agent();
    let text = "fn f(pods: &str, pod: &str) {\n    klog::info!(\"pods {pods} synced\");\n    klog::info!(\"pod {pod} synced\");\n}\n";
    project.write("src/main.rs", text);
    project.write("klog.toml", "[keys]\nreplace = { pods = \"replicas\" }\n");
    let fixed = |arguments: &[&str]| {
        let patch = project.run(&[&["lint", "--diff"], arguments].concat()).stdout;
        patch.lines().filter(|line| line.starts_with("+ ")).count()
    };
    assert_eq!((fixed(&[]), fixed(&["-A", "key-name"])), (1, 2));
    let report = project.run(&["lint", "--format", "json"]).stdout;
    assert_eq!(report.matches("\"flagged-afterwards\"").count(), 2, "{report}");
}

/// Nobody reads a message of so many words; comparing each with all others would take for ever.
#[test]
fn a_message_without_an_end_stays() {
    let project = agent();
    let text = |n: usize| {
        format!("fn f(pod: &str) {{\n    klog::info!(\"{}{{pod}}\");\n}}\n", "pods of ".repeat(n))
    };
    for (n, is_fixed) in [(100, true), (200, false), (20_000, false)] {
        project.write("src/net.rs", &text(n));
        let patch = project.run(&["lint", "--diff", "--unsafe-fixes", "src/net.rs"]).stdout;
        assert_eq!(!patch.is_empty(), is_fixed, "{n}");
    }
}

#[test]
fn standard_input() {
    let project = agent();
    let arguments = ["lint", "--stdin-filename", "src/main.rs", "--format", "short"];
    let answer = project.run_with(&arguments, "fn f() { klog::info!(\"{}\", 1); }\n");
    check("stdin", &answer);
    // `-` is what other programs call it.
    let text = "fn f() { klog::info!(\"{}\", 1); }\n";
    assert_eq!(project.run_with(&[&arguments[..], &["-"]].concat(), text).stdout, answer.stdout);
    check("stdin_unnamed", &project.run_with(&["lint", "-"], text));
    check("stdin_and_paths", &project.run_with(&[&arguments[..], &["src"]].concat(), text));
    let fixed = project.run_with(&["lint", "--stdin-filename", "src/x.rs", "--fix"], MAIN);
    check("stdin_fix", &fixed.stdout);
    // An editor replaces its buffer by the answer, also where there is nothing to fix.
    for text in ["fn f() {}\n", "", "fn f( {\n"] {
        let answer = project.run_with(&["lint", "--stdin-filename", "src/x.rs", "--fix"], text);
        assert_eq!(answer.stdout, text);
    }
}

#[test]
fn files_that_cannot_be_read_are_reported_and_stop_nothing() {
    let project = agent();
    project.write("src/broken.rs", "fn f( { klog::info!(\"{}\", 1);\n");
    std::fs::write(project.path().join("src/latin.rs"), b"// caf\xe9\nfn f() {}\n").unwrap();
    project.write("src/bom.rs", "\u{feff}fn f() { klog::info!(\"{}\", 1); }\r\n");
    check("robust", &project.run(&["lint", "--format", "short"]));
    project.write("Cargo.toml", "[package\n");
    check("broken_manifest", &project.run(&["lint", "--format", "short"]));
}

#[test]
fn macros_that_may_log_are_named() {
    let project = agent();
    let text = "macro_rules! info {\n    ($($arg:tt)*) => { crate::console::put(format_args!($($arg)*)) };\n}\n\nfn main() {\n    info!(\"a\");\n    info!(\"b {}\", 1);\n    info!(\"c\");\n}\n";
    project.write("src/main.rs", text);
    let answer = project.run(&["lint"]);
    let hint = "src/main.rs:6: 3 calls of `info!` lead to no logger that is known";
    assert!(answer.stderr.contains(hint) || answer.stdout.contains(hint), "{answer}");
    // By a path, and by a name of their own; what only sounds so is none.
    for (call, name, [wrapper, like]) in [
        ("scope::info!(\"a\")", "scope::info", ["info", "info"]),
        ("log_warn!(\"a\")", "log_warn", ["log_warn", "warn"]),
        ("crate::net_log_error!(\"a\")", "crate::net_log_error", ["net_log_error", "error"]),
        ("parse_error!(\"a\")", "", ["", ""]),
        ("information!(\"a\")", "", ["", ""]),
    ] {
        project.write(
            "src/main.rs",
            &format!("fn main() {{\n{}}}\n", format!("    {call};\n").repeat(3)),
        );
        let answer = project.run(&["lint"]);
        let said = format!(
            "src/main.rs:2: 3 calls of `{name}!` lead to no logger that is known; if they log, say so in \
             klog.toml: [[wrapper]] with name = \"{wrapper}\" and like = \"log::{like}\"\n"
        );
        assert_eq!(answer.stdout.contains(&said), !name.is_empty(), "{call}{answer}");
    }
    project.write("src/main.rs", text);
    project.write("klog.toml", "[[wrapper]]\nname = \"info\"\nlike = \"log::info\"\n");
    let answer = project.run(&["lint"]);
    assert!(
        answer.stdout.contains("interpolated-message") && !answer.stderr.contains("known"),
        "{answer}"
    );
}

#[test]
fn wrappers_stand_for_what_the_configuration_says() {
    let project = agent();
    project.write("src/main.rs", "fn main() { net_info!(3, \"port {}\", 80); }\n");
    assert_eq!(project.run(&["lint", "--format", "short"]).stdout, "");
    let config = "[[wrapper]]\nname = \"net_info\"\nlike = \"log::info\"\nskip = 1\n";
    project.write("klog.toml", config);
    let found = project.run(&["lint", "--format", "short"]).stdout;
    assert!(found.starts_with("src/main.rs:1:13: warning[interpolated-message]"), "{found}");
}

#[test]
fn show_config() {
    let project = agent();
    project.write("klog.toml", "[[path]]\npath = \"src\"\nlevels = { structured = \"deny\" }\n");
    let shown = project.run(&["lint", "--show-config", "src/main.rs", "-A", "print-macro"]).stdout;
    for line in [
        "interpolated-message = \"deny\"          # [[path]] at line 1, structured",
        "print-macro = \"allow\"                  # command line, print-macro",
        "duplicate-key = \"deny\"                 # default",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn files_that_a_program_has_written_are_left_alone() {
    let project = agent();
    project.write(
        "src/gen.rs",
        "// @generated by a tool\nfn f(n: u8) { klog::info!(\"has {n}\"); }\n",
    );
    project.write("src/main.rs", "mod gen;\nfn main() {}\n");
    let n_findings = |arguments: &[&str]| {
        let answer = project.run(&[&["lint"][..], arguments].concat());
        (answer.stdout.matches("[interpolated-message]").count(), answer.stdout)
    };
    let (n, text) = n_findings(&[]);
    assert!(text.contains("; 1 file marked `@generated` left alone (`--generated`)"), "{text}");
    assert_eq!(n, 0);
    assert_eq!(n_findings(&["--generated"]).0, 1);
    assert_eq!(n_findings(&["src/gen.rs"]).0, 1);
    assert_eq!(n_findings(&["src"]).0, 0);
    // The mark is one of the first lines.
    project.write(
        "src/gen.rs",
        "\n\n\n\n\n// @generated\nfn f(n: u8) { klog::info!(\"has {n}\"); }\n",
    );
    assert_eq!(n_findings(&[]).0, 1);
}

/// What does no harm yet is a warning where the rule denies, unless somebody has said so of the rule itself.
#[test]
fn what_does_no_harm_is_a_warning() {
    let project = agent();
    let level = |source: &str, arguments: &[&str]| {
        project.write("src/main.rs", source);
        let answer = project.run(&[&["lint", "--format", "short"][..], arguments].concat());
        let lines: Vec<&str> = answer.stdout.lines().collect();
        assert_eq!(lines.len(), 1, "{source}{answer}");
        if lines[0].contains("error[") { "deny" } else { "warn" }
    };
    let same = "#[tracing::instrument(skip_all, fields(pod = %pod))]\nfn f(pod: &str) { tracing::info!(pod = %pod, \"Seen\"); }\n";
    // Once: `pair-in-context` says it with a fix.
    assert_eq!(level(same, &[]), "warn");
    let alone = ["-A", "pair-in-context"];
    assert_eq!(level(same, &alone), "warn");
    assert_eq!(level(same, &[&alone[..], &["-D", "parameters"]].concat()), "warn");
    assert_eq!(level(same, &[&alone[..], &["-D", "duplicate-key"]].concat()), "deny");
    assert_eq!(level(same, &["-D", "warnings"]), "deny");
    assert_eq!(level(&same.replace("(pod = %pod, \"", "(pod = %other, \""), &[]), "deny");
    let span = "fn f(pod: &str) { let _s = tracing::info_span!(\"s\", node = pod.node()).entered(); tracing::info!(node = pod.node(), \"Seen\"); }\n";
    assert_eq!(level(span, &[]), "warn");
    let reserved = "fn f(level: u8) { tracing::info!(?level, \"Seen\"); }\n";
    assert_eq!(level(reserved, &[]), "deny");
    let manifest = project.read("Cargo.toml");
    let without = manifest
        .replace("klog = { package = \"klog-rs\", version = \"0.1\" }", "tracing = \"0.1\"");
    project.write("Cargo.toml", &without);
    assert_eq!(level(reserved, &[]), "warn");
    assert_eq!(level("fn f() { tracing::error!(error = \"closed\", \"Gone\"); }\n", &[]), "warn");
    assert_eq!(level(reserved, &["-D", "reserved-key"]), "deny");
}

/// What a command prints is its output; what a service prints is a log line.
#[test]
fn output_of_commands_is_no_finding() {
    let project = agent();
    let main = "fn main() { println!(\"3 files\"); eprint!(\"working\"); run(); eprintln!(\"failed\"); std::process::exit(1); }\n";
    let check = |dependencies: &str, lib: bool, expected: usize| {
        let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n";
        project.write("Cargo.toml", &format!("{manifest}{dependencies}"));
        project.write("src/main.rs", main);
        let _ = std::fs::remove_file(project.path().join("src/lib.rs"));
        if lib {
            project.write("src/lib.rs", "pub fn f() { println!(\"x\"); }\n");
        }
        let answer = project.run(&["lint", "--offline", "--format", "short"]);
        let n = answer.stdout.matches("[print-macro]").count();
        assert_eq!(n, expected, "{dependencies}{answer}");
    };
    check("", false, 3);
    check("clap = \"4\"\n", false, 0);
    check("clap = \"4\"\nlog = \"0.4\"\n", false, 1);
    check("clap = \"4\"\nkube = \"1\"\n", false, 3);
    // A library's prints are nobody's output.
    check("clap = \"4\"\n", true, 1);
}

/// What an editor's override prints: the compiler's own messages, the findings, and one end.
#[test]
fn cargos_messages_are_passed_on() {
    use cargo_metadata::Message;
    let project = agent();
    project.write(
        "Cargo.toml",
        "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    );
    let print = "fn main() { let n: u8 = 1; println!(\"n is {n}\"); }\n";
    let check = |source: &str, error: Option<&str>, code: i32| {
        project.write("src/main.rs", source);
        let arguments = ["lint", "--workspace", "--format", "rustc", "--with-check", "--offline"];
        let answer = project.run(&arguments);
        let messages: Vec<Message> =
            Message::parse_stream(answer.stdout.as_bytes()).map(Result::unwrap).collect();
        let codes: Vec<String> = messages
            .iter()
            .filter_map(|message| match message {
                Message::CompilerMessage(it) => Some(it.message.code.as_ref()?.code.clone()),
                _ => None,
            })
            .collect();
        assert!(codes.contains(&"klog::print-macro".to_owned()), "{answer}");
        assert!(error.is_none_or(|error| codes.iter().any(|code| code == error)), "{answer}");
        let ends = messages.iter().filter_map(|message| match message {
            Message::BuildFinished(end) => Some(end.success),
            _ => None,
        });
        assert_eq!(ends.collect::<Vec<_>>(), [code == 0], "{answer}");
        assert!(matches!(messages.last(), Some(Message::BuildFinished(_))), "{answer}");
        assert_eq!(answer.code, code, "{answer}");
    };
    check(print, None, 0);
    check(&print.replace("let n: u8 = 1", "let n: u8 = \"a\""), Some("E0308"), 1);
    check(&print.replace("let n", "let unused = 2; let n"), Some("unused_variables"), 0);
    let answer = project.run(&["lint", "--with-check"]);
    assert_eq!(answer.code, 2, "{answer}");
}

/// What one fix answers is one finding, under the rule of the highest level, with the reasons of all.
#[test]
fn one_call_is_one_finding() {
    let project = agent();
    let check = |calls: &str, arguments: &[&str], expected: &[(&str, &[&str])]| {
        project.write("src/main.rs", &format!("fn f(e: &Error, path: &str) {{\n{calls}\n}}\n"));
        let answer = project.run(&[&["lint", "--format", "json"][..], arguments].concat());
        let report: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let found: Vec<(String, Vec<String>)> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let also = it["also"].as_array().unwrap().iter();
                let also = also.map(|rule| rule.as_str().unwrap().to_owned()).collect();
                (it["rule"].as_str().unwrap().to_owned(), also)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(rule, also)| {
                ((*rule).to_owned(), also.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(found, expected, "{calls}");
    };
    let failed = "klog::error!(\"Could not read {path}: {e}\");";
    let both: (&str, &[&str]) = ("interpolated-message", &["error-not-under-err"]);
    check(failed, &[], &[both]);
    check(
        failed,
        &["-D", "error-not-under-err"],
        &[("error-not-under-err", &["interpolated-message"])],
    );
    check(failed, &["-A", "interpolated-message"], &[("error-not-under-err", &[])]);
    let allowed = format!("// klog: allow(interpolated-message) as it was\n{failed}");
    check(&allowed, &[], &[("error-not-under-err", &[])]);
    // Where the fix lacks a dependency too, and for several errors; not for what is fixed apart.
    check("log::error!(\"Could not read {path}: {e}\");", &[], &[both]);
    check("klog::error!(\"Could not read {path}: {e} after {e:?}\");", &[], &[both]);
    check(
        "klog::error!(\"Failed.\", error = %e);",
        &[],
        &[("message-style", &[]), ("error-not-under-err", &[])],
    );
    check(&format!("{failed}\n{failed}"), &["-W", "structured"], &[both, both]);
    // An entry of either rule accepts the call, whichever leads.
    project.write("src/main.rs", &format!("fn f(e: &Error, path: &str) {{\n{failed}\n}}\n"));
    project.run(&["lint", "--write-baseline"]);
    let answer = project.run(&["lint", "-D", "error-not-under-err"]);
    assert_eq!(answer.code, 0, "{answer}");
}

#[test]
fn a_rule_with_many_findings_leaves_room_for_others() {
    let project = agent();
    let calls: String = (0..30).map(|n| format!("    info!(\"pod {{pod}} at {n}\");\n")).collect();
    let source = format!(
        "use klog::info;\n\nfn f(pod: &str, token: &str) {{\n{calls}    info!(\"Ready\", pod, pod);\n}}\n"
    );
    project.write("src/main.rs", &source);
    let n_shown = |arguments: &[&str]| {
        let answer = project.run(&[&["lint"][..], arguments].concat());
        assert_eq!(answer.code, 1, "{answer}");
        let shown = ["interpolated-message", "duplicate-key"].map(|rule| {
            let title = format!("[{rule}]");
            answer.stdout.lines().filter(|line| line.contains(&title)).count()
        });
        (shown, answer.stdout)
    };
    let (shown, text) = n_shown(&[]);
    assert_eq!(shown, [10, 1], "{text}");
    assert!(text.starts_with("error[duplicate-key]"), "{text}");
    assert!(text.contains("20 more findings of interpolated-message, not shown"), "{text}");
    assert!(text.contains("31 findings in 1 file"), "{text}");
    assert_eq!(n_shown(&["--max-findings", "3"]).0, [3, 1]);
    assert_eq!(n_shown(&["--max-findings", "100"]).0, [30, 1]);
    assert_eq!(n_shown(&["--format", "short"]).0, [30, 1]);
    let (shown, text) = n_shown(&["--format", "short", "--max-findings", "3"]);
    assert_eq!((shown, text.lines().count()), ([3, 1], 5), "{text}");
    check("report_summary", &project.run(&["lint", "--summary"]));
    check("report_statistics", &project.run(&["lint", "--statistics"]));
    let text = project.run(&["lint", "--format", "github", "--max-findings", "2"]).stdout;
    assert_eq!(text.matches("::warning ").count(), 2, "{text}");
    for (option, format) in [("--summary", "json"), ("--max-findings=1", "sarif")] {
        let answer = project.run(&["lint", option, "--format", format]);
        assert_eq!(answer.code, 2, "{answer}");
    }
}

#[test]
fn init_touches_nothing_that_exists() {
    let project = agent();
    check("init", &project.run(&["init"]));
    assert_eq!(project.run(&["lint", "--format", "short"]).code, 0);
    check("init_again", &project.run(&["init"]));
    project.write(".gitlab-ci.yml", "stages: []\n");
    check("init_gitlab", &project.run(&["init", "--only", "gitlab"]));
    assert_eq!(project.read(".gitlab-ci.yml"), "stages: []\n");
}

/// Commands of the files that `init` writes, each with the file's name, as a shell of the CI system would run them.
fn recipes(project: &Project) -> Vec<(&'static str, String)> {
    let mut commands = Vec::new();
    for recipe in [".github/workflows/klog.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"] {
        for line in project.read(recipe).lines() {
            let Some((before, command)) = line.split_once("cargo klog ") else { continue };
            if !before.contains("name:") && !before.contains('#') {
                commands.push((recipe, format!("cargo klog {command}")));
            }
        }
    }
    commands
}

/// What the recipes call can be called so, and finds nothing to object to in a project without changes; a new call
/// anywhere in the workspace fails each of them.
#[test]
fn recipes_keep_new_findings_out() {
    for below in ["", "some svc/", "a [b]/it's/"] {
        let project = agent();
        let manifest = project.read("Cargo.toml");
        for path in ["Cargo.toml", "src/main.rs"] {
            std::fs::remove_file(project.path().join(path)).unwrap();
        }
        // A workspace with a package at its root, which cargo selects where nothing else is said.
        let members = manifest.replace("[workspace]", "[workspace]\nmembers = [\"node\"]");
        project.write(&format!("{below}Cargo.toml"), &members);
        project.write(&format!("{below}src/main.rs"), MAIN);
        let member = manifest.replace("agent", "node").replace("[workspace]\n", "");
        project.write(&format!("{below}node/Cargo.toml"), &member);
        let node = format!("{below}node/src/lib.rs");
        let old = "pub fn f(n: u8) {\n    klog::info!(\"has {n} pods\");\n}\n";
        project.write(&node, old);
        project.git(&["init", "-q", "-b", "trunk"]);
        project.commit();
        let only = "config,github,gitlab,pre-commit,attributes";
        let workspace = format!("./{below}");
        project.run(&["init", "--only", only, &workspace]);
        let baseline = ["lint", "--workspace", "--write-baseline", "--manifest-path"];
        let manifest = format!("{below}Cargo.toml");
        project.run(&[&baseline[..], &[&manifest]].concat());
        project.commit();
        project.git(&["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
        let baseline = format!("{below}klog-baseline.json");
        let merged = project.git(&["check-attr", "merge", "--", &baseline]);
        assert!(merged.trim_end().ends_with("merge: union"), "{merged}");
        let line = "I0304 05:06:07.089012   12345 main.rs:6] \"Ready\" pod=\"web\"\n";
        project.write("klog.log", line);
        assert!(project.read(".github/workflows/klog.yml").contains("branches: [trunk]"));
        let commands = recipes(&project);
        assert_eq!(commands.len(), 12, "{commands:?}");
        for (recipe, command) in &commands {
            let answer = shell(&project, command);
            assert_eq!(answer.code, 0, "{recipe}: {command}\n{answer}");
        }
        project.write(&node, &old.replace("}\n", "    klog::info!(\"again {n}\");\n}\n"));
        let lints: Vec<_> = commands.iter().filter(|it| it.1.contains("klog lint")).collect();
        assert_eq!(lints.len(), 3);
        for (recipe, command) in lints {
            let answer = shell(&project, command);
            assert_eq!(answer.code, 1, "{recipe}: {command}\n{answer}");
        }
    }
}

/// A file that only has the word in it does not keep anything out, and so is no reason to leave the job away.
#[test]
fn init_takes_no_word_for_a_gate() {
    let project = agent();
    let lint = "cargo klog lint --workspace -D warnings";
    let cases = [
        (".gitattributes", "backlog.md text\n", false),
        (".gitattributes", "klog-baseline.json text\n", false),
        (".gitattributes", "klog-baseline.json text merge=union\n", true),
        (".github/workflows/klog.yml", "name: klog\n", false),
        (".github/workflows/klog.yml", &format!("    # - run: {lint}\n"), false),
        (".github/workflows/klog.yml", &format!("    - run: {lint}\n"), true),
        (".github/workflows/klog.yml", "    - uses: klog-rs/klog-rs@v0.1\n", true),
        (".gitlab-ci.yml", "variables: { image: weeklog }\n", false),
        (".pre-commit-config.yaml", "- repo: https://example.org/klog\n", false),
        (".pre-commit-config.yaml", "- repo: https://github.com/klog-rs/klog-rs\n", true),
    ];
    for (path, text, is_gate) in cases {
        project.write(path, text);
        let answer = project.run(&["init", "--only", "attributes,github,gitlab,pre-commit"]);
        let said = match is_gate {
            true => format!("{path} is there already and left as it is\n"),
            false => format!("{path} is there already; add this to it:\n"),
        };
        assert!(answer.stdout.contains(&said), "{text}{answer}");
        assert_eq!(project.read(path), text);
        std::fs::remove_file(project.path().join(path)).unwrap();
    }
    // Whose CI it is.
    let hosts = [
        ("https://github.com/a/b.git", "github workflow"),
        ("git@gitlab.example.org:a/b.git", "gitlab job"),
        ("ssh://git@gitlab.com:2222/a/b.git", "gitlab job"),
        ("https://codeberg.org/a/b.git", "a line for codeberg.org"),
    ];
    for (remote, expected) in hosts {
        let of_host = agent();
        of_host.git(&["init", "-q", "-b", "main"]);
        of_host.git(&["remote", "add", "origin", remote]);
        let said = of_host.run(&["init"]).stdout;
        let is_there = |path: &str| of_host.path().join(path).exists();
        let found = match (is_there(".github/workflows/klog.yml"), is_there(".gitlab-ci.yml")) {
            (true, false) => "github workflow",
            (false, true) => "gitlab job",
            (false, false) if said.contains(expected) => expected,
            _ => "several, or none",
        };
        assert_eq!(found, expected, "{remote}\n{said}");
    }
    // A job for one workspace of a repository is none for another one.
    let two = Project::of(&[]);
    for name in ["one", "two"] {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n");
        two.write(&format!("{name}/Cargo.toml"), &manifest);
        two.write(&format!("{name}/src/lib.rs"), "");
    }
    two.git(&["init", "-q", "-b", "main"]);
    two.run(&["init", "one"]);
    let answer = two.run(&["init", "two"]).stdout;
    for part in ["--manifest-path two/Cargo.toml -D warnings", "two/klog-baseline.json merge=union"]
    {
        assert!(answer.contains(part), "{part}: {answer}");
    }
}

/// Where another system runs the jobs, `init` says which line keeps new findings out.
#[test]
fn init_names_the_gate_for_other_systems() {
    for (path, with_github) in
        [(".circleci/config.yml", false), ("Jenkinsfile", false), ("Jenkinsfile", true)]
    {
        let project = agent();
        project.write(path, "");
        if with_github {
            project.write(".github/dependabot.yml", "");
        }
        project.git(&["init", "-q", "-b", "main"]);
        let answer = project.run(&["init"]);
        let name = path.split('/').next().unwrap();
        let line = format!(
            "  cargo klog lint --workspace -D warnings       keeps new findings out; a line for {name}\n"
        );
        assert!(answer.stdout.ends_with(&line), "{answer}");
        assert_eq!(project.path().join(".github/workflows/klog.yml").exists(), with_github);
    }
}

/// Called in a member, `init` writes for the workspace: that is where `lint` looks for its configuration.
#[test]
fn init_writes_where_lint_looks() {
    let project = Project::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"node\"]\n"),
        ("node/Cargo.toml", "[package]\nname = \"node\"\nversion = \"0.0.0\"\n"),
        ("node/src/lib.rs", ""),
    ]);
    project.git(&["init", "-q", "-b", "main"]);
    project.run(&["init", "--only", "config,attributes,github", "node"]);
    assert!(project.read("klog.toml").contains("[levels]"));
    assert_eq!(project.read(".gitattributes"), "klog-baseline.json merge=union\n");
    let workflow = project.read(".github/workflows/klog.yml");
    assert!(workflow.contains("cargo klog lint --workspace -D warnings"), "{workflow}");
    // Where there is nothing to keep clean, nothing is written that would look like a gate.
    let other = Project::of(&[("empty/README.md", "")]);
    for directory in ["nowhere", "empty"] {
        let answer = other.run(&["init", directory]);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{answer}");
    }
}

/// What the code does throughout is counted, and `init` writes it down.
#[test]
fn init_writes_down_the_style_of_the_house() {
    let project = agent();
    let calls = |text: &str| {
        let calls: String =
            (0..12).map(|n| format!("    {}\n", text.replace('#', &n.to_string()))).collect();
        format!("fn main() {{\n    let e = 1;\n{calls}}}\n")
    };
    let check = |source: &str, lines: &[&str]| {
        project.write("src/main.rs", source);
        let shown = project.run(&["lint", "--format", "human"]).stdout;
        project.run(&["init", "--only", "config"]);
        let written = project.read("klog.toml");
        let set: Vec<&str> = written
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains("  # "))
            .collect();
        assert_eq!(set, lines, "{source}{written}");
        assert_eq!(shown.matches("house style: ").count(), lines.len(), "{shown}");
        // What is written down is no finding any more.
        let left = project.run(&["lint", "--format", "short"]);
        assert_eq!((left.code, left.stdout.as_str()), (0, ""), "{written}");
        std::fs::remove_file(project.path().join("klog.toml")).unwrap();
    };
    check(
        &calls("tracing::warn!(error = %e, \"could not read file #\");"),
        &[
            "case = \"small\"  # 12 of 12 messages begin with a small letter",
            "error = \"error\"  # 12 of 12 errors are under the key `error`",
        ],
    );
    check(
        &calls("tracing::info!(podName = e, \"Pod # seen\");"),
        &["case = \"lowerCamelCase\"  # 12 of 12 keys of several words are in lowerCamelCase"],
    );
    check(&calls("tracing::info!(pod_name = e, err = %e, \"Pod # seen\");"), &[]);
    // Too few to tell, and as many so as otherwise.
    check("fn main() {}\n", &[]);
}

#[test]
fn stats() {
    let project = agent();
    check("stats", &project.run(&["stats"]));
    assert_eq!(project.run(&["stats", "--save", "--format", "json"]).code, 0);
    assert!(project.read("klog-stats.jsonl").contains("\"interpolated\":1"));
    project.git(&["init", "-q", "-b", "main"]);
    project.write("CODEOWNERS", "src/ @team\n");
    project.commit();
    project.git(&["remote", "add", "origin", "https://me:secret@github.com/acme/agent.git"]);
    project.run(&["stats", "--format", "html", "--output", "stats.html", "--target", "80"]);
    let page = project.read("stats.html");
    assert!(page.starts_with("<!doctype html>") && !page.contains("secret"), "{page}");
    for part in
        ["https://github.com/acme/agent/blob/", "src/main.rs#L5\"", "@team", "interpolated-message"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let bad = project.run(&["stats", "--format", "html", "--link-base", "javascript:x"]);
    assert_eq!(bad.code, 2, "{bad}");
    let csv = project.run(&["stats", "--format", "csv"]).stdout;
    assert!(csv.contains("src/main.rs,agent,,'@team,2,1,"), "{csv}");
}

fn agent() -> Project {
    let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\n\n[workspace]\n";
    Project::of(&[("Cargo.toml", manifest), ("src/main.rs", MAIN)])
}

/// Runs a line of a CI system's file.
fn shell(project: &Project, line: &str) -> Answer {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-klog"));
    let path = std::env::var("PATH").unwrap();
    let mut command = project.command("sh");
    command
        .args(["-c", line])
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .envs([("GITHUB_BASE_REF", "trunk"), ("CI_DEFAULT_BRANCH", "trunk")]);
    project.answer(&mut command, "")
}

fn check(name: &str, answer: &impl ToString) {
    insta::with_settings!({ snapshot_path => "snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, answer.to_string());
    });
}
