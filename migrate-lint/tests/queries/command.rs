//! `cargo klog queries` and what `catalog --diff` says of queries, as a user runs them: files and git in, text out.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

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
    let project = Project::new(&[]);
    let all = [
        &["--new", "msg=\"Could not sync pod\""][..],
        &["--new", "msg=\"Could not sync pod\" attempt=3"],
        &["--new", "node=*"],
        &["--new", "msg=\"Could not synchronize pod\""],
        &["--new", "pod=*"],
        &["--new", "msg=\"Lease is lost\" node"],
        &["--new", "msg=\"Lease is lost\"", "alerts"],
    ];
    check("new", &project.run_all(&all));
    // What it prints watches the statement.
    let rule = project.run(&["queries", "--new", "msg=\"Could not sync pod\" attempt=3"]);
    let rule =
        rule.split_once("--- stdout\n").unwrap().1.split("--- stderr").next().unwrap().to_owned();
    project.write("alerts/new.yaml", &rule);
    let answer = project.run(&["queries", "-D", "warnings", "--coverage", "alerts"]);
    assert!(answer.starts_with("exit code 0"), "{answer}");
    assert!(answer.contains("1 of 1 error statement watched"), "{answer}");
}

#[test]
fn fixes_are_written_only_where_git_can_undo_them() {
    let project = Project::new(&[("alerts/all.logql", QUERIES)]);
    check("fix_without_git", &project.run(&["queries", "--fix"]));
    assert_eq!(project.read("alerts/all.logql"), QUERIES);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    project.write("alerts/all.logql", &format!("{QUERIES}# more\n"));
    check("fix_dirty", &project.run(&["queries", "--fix"]));
    assert_eq!(project.read("alerts/all.logql"), format!("{QUERIES}# more\n"));
    project.git(&["add", "."]);
    check("fix_staged", &project.run(&["queries", "--fix"]));
    project.git(&["commit", "-q", "-m", "More"]);
    check("fix", &project.run(&["queries", "--fix"]));
    check("fixed", &project.read("alerts/all.logql"));
    let again = project.run(&["queries", "--fix", "--allow-dirty", "-D", "warnings"]);
    assert!(again.starts_with("exit code 0") && !again.contains("Fixed"), "{again}");
}

/// A file that lies in another repository is that repository's to undo.
#[test]
fn a_file_elsewhere_is_asked_of_its_own_repository() {
    let project = Project::new(&[]);
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    let other = Project::new(&[("all.logql", QUERIES)]);
    let path = other.path().join("all.logql");
    let answer = project.run(&["queries", "--fix", path.to_str().unwrap()]);
    assert!(answer.contains("is in no git repository"), "{answer}");
    assert_eq!(other.read("all.logql"), QUERIES);
}

/// A filter on the text format alone is dead where production prints JSON.
#[test]
fn lines_are_those_that_production_prints() {
    let project = Project::new(&[("alerts/rules.yaml", RULES)]);
    check(
        "lines",
        &project.run_all(&[
            &[],
            &["--lines", "text"],
            &["--lines", "json"],
            &["--lines", "logfmt"],
        ]),
    );
}

#[test]
fn settings_hold_queries() {
    let project = Project::new(&[("klog.toml", SETTINGS)]);
    let before = project.run(&["queries", "-D", "warnings", "--coverage"]);
    assert!(before.starts_with("exit code 0"), "{before}");
    assert!(before.contains("1 of 1 error statement watched"), "{before}");
    project.git(&["init", "-q", "-b", "main"]);
    project.commit();
    let changed =
        MAIN.replace("Could not sync pod", "Pod sync failed").replace("node = ", "host = ");
    project.write("src/main.rs", &changed);
    check("settings", &project.run(&["queries", "--diff", "HEAD"]));
}

/// Each change that breaks a query names it with its place, an alert's and that of the settings.
#[test]
fn a_catalogs_diff_names_queries() {
    let project = Project::new(&[("klog.toml", SETTINGS), ("alerts/rules.yaml", RULES)]);
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
    check("catalog_diff", &all.map(|arguments| project.run(arguments)).concat());
    // What no query reads is named by the catalog alone.
    project.write("src/main.rs", &MAIN.replace(", status = \"ready\"", ""));
    let answer = project.run(&["catalog", "--diff", "HEAD"]);
    assert!(answer.contains("status") && !answer.contains("alert "), "{answer}");
}

struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(TempDir::with_prefix("klog-").unwrap());
        project.write("Cargo.toml", "[package]\nname = \"agent\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nklog = { package = \"klog-rs\", version = \"0.1\" }\n[workspace]\n");
        project.write("src/main.rs", MAIN);
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// What the program answers; the first argument is the command.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = assert_cmd::Command::cargo_bin("cargo-klog").unwrap();
        for name in ["CLICOLOR_FORCE", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(name);
        }
        let output = command
            .current_dir(self.path())
            .envs([("NO_COLOR", "1"), ("COLUMNS", "120")])
            .env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(&*self.path().canonicalize().unwrap().to_string_lossy(), "[project]")
        };
        let code = output.status.code().unwrap();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        format!("exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }

    /// The answers to `queries` with several arguments.
    fn run_all(&self, all: &[&[&str]]) -> String {
        let one = |arguments: &&[&str]| {
            let answer = self.run(&[&["queries"], *arguments].concat());
            format!("$ cargo klog queries {}\n{answer}\n", arguments.join(" "))
        };
        all.iter().map(one).collect()
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(self.path())
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .env_remove("GIT_DIR")
            .env_remove("GIT_INDEX_FILE")
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn commit(&self) {
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", "State"]);
    }
}

fn check(name: &str, answer: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots/queries", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, answer);
    });
}
