//! `cargo klog queries` and what `catalog --diff` says of queries, as a user runs them: files and git in, text out.

use crate::project::Project;

const MAIN: &str = r#"fn sync(pod: &Pod, attempt: u32) {
    klog::info!("Pod status updated", pod = kobj(pod), status = "ready");
    klog::error!(err: error, "Could not sync pod", pod = kobj(pod), attempt = attempt);
    klog::warn!("Lease is lost", node = %name);
}
"#;

const QUERIES: &str = "# what is watched\n\
    {app=\"agent\"} |= \"status=\\\"ready\\\"\"\n\
    {app=\"agent\"} |= \"not sync\" | json\n";

const RULES: &str = r#"groups:
  - name: agent
    rules:
      - alert: PodSyncFailing
        expr: count_over_time({app="agent"} | json | msg="Could not sync pod" [5m]) > 0
      - alert: Leases
        expr: count_over_time({app="agent"} |= "Lease is lost" [5m]) > 0
      - alert: InText
        expr: count_over_time({app="agent"} |= "] \"Pod status updated\" pod=" [5m]) > 0
"#;

const SETTINGS: &str = r#"[[query]]
name = "Attempts"
msg = "Could not sync pod"
keys = ["pod", "attempt"]

[[query]]
name = "Anything of a node"
keys = { node = "*" }
"#;

#[test]
fn new_prints_a_rule_for_a_statement() {
    let project = agent(&[]);
    let all = [
        &["--new", "msg=\"Could not sync pod\""][..],
        &["--new", "msg=\"Could not sync pod\" attempt=3"],
        &["--new", "node=*"],
        &["--new", "msg=\"Could not synchronize pod\""],
        &["--new", "pod=*"],
        &["--new", "msg=\"Lease is lost\" node"],
        &["--new", "msg=\"Lease is lost\"", "alerts"],
    ];
    check("new", &answers(&project, &all));
    // What it prints watches the statement.
    let rule = project.said(&["queries", "--new", "msg=\"Could not sync pod\" attempt=3"]);
    let rule =
        rule.split_once("--- stdout\n").unwrap().1.split("--- stderr").next().unwrap().to_owned();
    project.write("alerts/new.yaml", &rule);
    let answer = project.said(&["queries", "-D", "warnings", "--coverage", "alerts"]);
    assert!(answer.starts_with("exit code 0"), "{answer}");
    assert!(answer.contains("1 of 1 error statement watched"), "{answer}");
}

#[test]
fn fixes_are_written_only_where_git_can_undo_them() {
    let project = agent(&[("alerts/all.logql", QUERIES)]);
    check("fix_without_git", &project.said(&["queries", "--fix"]));
    assert_eq!(project.read("alerts/all.logql"), QUERIES);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    project.write("alerts/all.logql", &format!("{QUERIES}# more\n"));
    check("fix_dirty", &project.said(&["queries", "--fix"]));
    assert_eq!(project.read("alerts/all.logql"), format!("{QUERIES}# more\n"));
    project.git(&["add", "."]);
    check("fix_staged", &project.said(&["queries", "--fix"]));
    project.git(&["commit", "-q", "-m", "More"]);
    check("fix", &project.said(&["queries", "--fix"]));
    check("fixed", &project.read("alerts/all.logql"));
    let again = project.said(&["queries", "--fix", "--allow-dirty", "-D", "warnings"]);
    assert!(again.starts_with("exit code 0") && !again.contains("Fixed"), "{again}");
}

/// A file that lies in another repository is that repository's to undo.
#[test]
fn a_file_elsewhere_is_asked_of_its_own_repository() {
    let project = agent(&[]);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    let other = agent(&[("all.logql", QUERIES)]);
    let path = other.path().join("all.logql");
    let answer = project.said(&["queries", "--fix", path.to_str().unwrap()]);
    assert!(answer.contains("is in no git repository"), "{answer}");
    assert_eq!(other.read("all.logql"), QUERIES);
}

/// A filter on the text format alone is dead where production prints JSON.
#[test]
fn lines_are_those_that_production_prints() {
    let project = agent(&[("alerts/rules.yaml", RULES)]);
    check(
        "lines",
        &answers(
            &project,
            &[&[], &["--lines", "text"], &["--lines", "json"], &["--lines", "logfmt"]],
        ),
    );
}

#[test]
fn settings_hold_queries() {
    let project = agent(&[("klog.toml", SETTINGS)]);
    let before = project.said(&["queries", "-D", "warnings", "--coverage"]);
    assert!(before.starts_with("exit code 0"), "{before}");
    assert!(before.contains("1 of 1 error statement watched"), "{before}");
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    let changed =
        MAIN.replace("Could not sync pod", "Pod sync failed").replace("node = ", "host = ");
    project.write("src/main.rs", &changed);
    check("settings", &project.said(&["queries", "--diff", "HEAD"]));
}

/// Each change that breaks a query names it with its place, an alert's and that of the settings.
#[test]
fn a_catalogs_diff_names_queries() {
    let project = agent(&[("klog.toml", SETTINGS), ("alerts/rules.yaml", RULES)]);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    let changed = MAIN
        .replace(", attempt = attempt", "")
        .replace("\"Lease is lost\", node", "\"Lease is lost\", host")
        .replace("Pod status updated", "Pod updated");
    project.write("src/main.rs", &changed);
    let all = [
        &["catalog", "--diff", "HEAD"][..],
        &["catalog", "--diff", "HEAD", "--format", "markdown"],
        &["catalog", "--diff", "HEAD", "--queries", "klog.toml"],
    ];
    check("catalog_diff", &all.map(|arguments| project.said(arguments)).concat());
    // What no query reads is named by the catalog alone.
    project.write("src/main.rs", &MAIN.replace(", status = \"ready\"", ""));
    let answer = project.said(&["catalog", "--diff", "HEAD"]);
    assert!(answer.contains("status") && !answer.contains("alert "), "{answer}");
}

/// A part of the workspace has lost what is gone, and not what has moved to another part.
#[test]
fn what_moved_to_another_part_is_not_removed() {
    let member = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\ntracing = \"0.1\"\n"
        )
    };
    let f = |messages: &[&str]| {
        let calls: Vec<String> =
            messages.iter().map(|message| format!("tracing::error!(\"{message}\");")).collect();
        format!("fn f() {{ {} }}\n", calls.concat())
    };
    let project = Project::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &member("a")),
        ("b/Cargo.toml", &member("b")),
        ("a/src/lib.rs", &f(&["Went away", "Taken out", "Stays"])),
        ("b/src/lib.rs", &f(&["Other"])),
        ("alerts/moved.logql", "{app=\"a\"} |= \"Went away\"\n"),
        ("alerts/removed.logql", "{app=\"a\"} |= \"Taken out\"\n"),
    ]);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    project.write("a/src/lib.rs", &f(&["Stays"]));
    project.write("b/src/lib.rs", &f(&["Other", "Went away"]));
    let said = |part: &[&str]| project.said(&[&["queries", "--diff", "HEAD"], part].concat());
    for part in [&["--workspace"][..], &["-p", "a"], &["--workspace", "--exclude", "b"]] {
        let answer = said(part);
        assert!(answer.contains("statement removed of \"Taken out\""), "{part:?}: {answer}");
        assert!(!answer.contains("removed of \"Went away\""), "{part:?}: {answer}");
    }
}

fn agent(files: &[(&str, &str)]) -> Project {
    let manifest = "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\n[workspace]\n";
    Project::of(&[&[("Cargo.toml", manifest), ("src/main.rs", MAIN)], files].concat())
}

/// The answers to `queries` with several arguments.
fn answers(project: &Project, all: &[&[&str]]) -> String {
    let one = |arguments: &&[&str]| {
        let answer = project.said(&[&["queries"], *arguments].concat());
        format!("$ cargo klog queries {}\n{answer}\n", arguments.join(" "))
    };
    all.iter().map(one).collect()
}

fn check(name: &str, answer: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots/queries", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, answer);
    });
}
