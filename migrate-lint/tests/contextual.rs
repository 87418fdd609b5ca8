//! A line may gain pairs and lose none: programs run before and after the fixes of the group `contextual`, and their logs
//! are compared as `check-log --same-as` does.
//!
//! One crate holds many generated functions, as they are and as the fixes leave them. `KLOG_SEED` chooses other ones,
//! `KLOG_CASES` their number.

#[path = "contextual/generate.rs"]
mod generate;

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{Choices, build, errors_at};
use migrate_lint::check_log::{Checker, Options};
use migrate_lint::internal::finding::Level;
use migrate_lint::internal::report::{self, Format, TextStyle};

/// What is above the cases; a method is one of its file's own type.
const HEAD: &str = r#"#![allow(warnings)]
use klog::{InCurrentContext as _, WithLogger as _};

use crate::pass_through;
use crate::world::*;

pub struct Worker {
    pub name: String,
    pub n: u32,
}

fn worker() -> Worker {
    Worker { name: "first".to_owned(), n: 7 }
}

"#;

#[test]
fn lines_gain_pairs_and_lose_none() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    let seed = number("KLOG_SEED").unwrap_or(1);
    let n_cases = number("KLOG_CASES").unwrap_or(80);
    let mut choices = Choices::new(seed.into());
    let cases: Vec<(String, String)> = (0..n_cases)
        .map(|index| {
            let name = format!("case_{index}");
            let text = generate::case(&mut choices, &name);
            (name, text)
        })
        .collect();
    let project = Project::new();
    let cases = project.compiling(cases);
    let shown = format!("KLOG_SEED={seed} KLOG_CASES={n_cases}");
    assert!(cases.len() > n_cases as usize / 2, "{shown}: {} programs compile", cases.len());
    let before = text_of(&cases);
    let after = project.fixed(&before);
    // What the calls write, without what loggers and spans take.
    let n_pairs = |text: &str| text.matches("pod").count() + text.matches("node").count();
    assert!(n_pairs(&after) + 50 < n_pairs(&before), "{shown}: few pairs have moved");
    assert!(project.fixed(&after) == after, "{shown}: a second run changes something");
    let faults = project.compared(&before, &after, &cases);
    assert!(faults.is_empty(), "{shown}\n{faults}");
}

fn text_of(cases: &[(String, String)]) -> String {
    HEAD.to_owned() + &cases.iter().map(|(_, text)| &**text).collect::<String>()
}

/// A project in a directory that later runs find again, with what they have compiled.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contextual");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        fs::create_dir_all(directory.join("src")).expect("a directory");
        let project = Self(directory);
        project.write("src/world.rs", include_str!("contextual/world.rs"));
        let manifest = format!(
            "[package]\nname = \"contextual\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nklog-rs = {{ path = {:?} }}\nslog = \"2\"\ntracing = \"0.1\"\n\n[workspace]\n",
            root.join("klog-rs")
        );
        project.write("Cargo.toml", &manifest);
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        // What is as it was is not compiled again.
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).expect("a file of our own");
        }
    }

    /// Those of the cases that are programs: what is put together at random may borrow twice.
    fn compiling(&self, mut cases: Vec<(String, String)>) -> Vec<(String, String)> {
        self.write("src/main.rs", "mod before;\nmod world;\n\nfn main() {}\n");
        loop {
            self.write("src/before.rs", &text_of(&cases));
            let Err(errors) = build(&self.0, &target()) else { return cases };
            let n_cases = cases.len();
            let mut line = HEAD.lines().count();
            cases.retain(|(_, text)| {
                let first = line + 1;
                line += text.lines().count();
                !errors_at(&errors).any(|at| (first..=line).contains(&at))
            });
            assert!(cases.len() < n_cases, "no error of a case: {errors}");
        }
    }

    /// What the fixes make of a file.
    fn fixed(&self, text: &str) -> String {
        self.write("src/cases.rs", text);
        self.write("src/main.rs", "mod cases;\nmod world;\n\nfn main() {}\n");
        let output = Command::new(assert_cmd::cargo::cargo_bin("cargo-klog"))
            .current_dir(&self.0)
            .args(["lint", "--quiet", "--fix", "--unsafe-fixes", "-Aall", "-Wcontextual"])
            .args(["--allow-no-vcs", "--format", "json", "src/cases.rs"])
            .output()
            .expect("the linter");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.is_empty() && output.status.code() != Some(2), "{said}");
        let path = self.0.join("src/cases.rs");
        let fixed = fs::read_to_string(&path).expect("a file of our own");
        fs::remove_file(path).expect("a file of our own");
        fixed
    }

    /// Runs each function before and after; gives what is not as it was, with the function.
    fn compared(&self, before: &str, after: &str, cases: &[(String, String)]) -> String {
        self.write("src/before.rs", before);
        self.write("src/after.rs", after);
        let runs = |module: &str| {
            let run = |(name, _): &(String, String)| format!("        {module}::run_{name}();\n");
            cases.iter().map(run).collect::<String>()
        };
        let main = format!(
            "mod after;\nmod before;\nmod world;\n\nfn main() {{\n    let _guard = world::install();\n    \
             if std::env::args().nth(1).is_some() {{\n{}    }} else {{\n{}    }}\n}}\n",
            runs("after"),
            runs("before")
        );
        self.write("src/main.rs", &main);
        if let Err(errors) = build(&self.0, &target()) {
            let at = errors.lines().filter_map(|line| {
                line.strip_prefix("src/after.rs:")?.split(':').next()?.parse::<usize>().ok()
            });
            let lines: Vec<&str> = after.lines().collect();
            let shown = at.take(3).map(|at| {
                let part = lines.get(at.saturating_sub(25)..(at + 15).min(lines.len()));
                part.unwrap_or_default().join("\n")
            });
            return format!("{errors}\n{}", shown.collect::<Vec<_>>().join("\n…\n"));
        }
        let program = target().join("debug/contextual");
        let run = |arguments: &[&str]| {
            let output = Command::new(&program).args(arguments).output().expect("the program");
            let log = String::from_utf8(output.stderr).expect("text");
            assert!(output.status.success(), "{log}");
            log
        };
        explained(&differences(&run(&[]), &run(&["after"])), before, after)
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("contextual-target")
}

/// What `check-log --same-as` says, with the lines.
fn differences(before: &str, after: &str) -> String {
    assert!(before.lines().count() > 100, "{before}");
    let mut options = Options::default();
    for rule in migrate_lint::check_log::rules().filter(|rule| rule.group != "contract") {
        options.levels.insert(rule.name.to_owned(), Level::Allow);
    }
    let mut checker = Checker::new(options);
    checker.same_as("before", Box::new(Cursor::new(before.to_owned())), Vec::new());
    checker.check("after", &mut after.as_bytes(), None).expect("no file is read");
    checker.finish_comparison().expect("no file is read");
    let mut out = Vec::new();
    let outcome = checker.finish();
    report::write(Format::Short, &outcome.report, TextStyle::default(), &mut out)
        .expect("a vector takes it");
    let mut shown = String::new();
    for line in String::from_utf8_lossy(&out).lines() {
        let number = line.split(':').nth(1).and_then(|number| number.parse::<usize>().ok());
        let log = if line.starts_with("before") { before } else { after };
        let entry = number.and_then(|number| log.lines().nth(number - 1)).unwrap_or_default();
        shown += &format!("{line}\n    {entry}\n");
    }
    shown
}

/// The differences with the functions that have them: the first ones.
fn explained(differences: &str, before: &str, after: &str) -> String {
    let mut shown = differences.to_owned();
    let mut known: Vec<&str> = Vec::new();
    for (at, _) in differences.match_indices("Case_") {
        let name = differences[at + 1..].split(' ').next().unwrap_or_default();
        if known.len() < 3 && !known.contains(&name) {
            known.push(name);
        }
    }
    for name in known {
        for text in [before, after] {
            let start =
                text.find(&format!("fn c{name}(")).or_else(|| text.find(&format!("fn c{name}<")));
            let start = start.unwrap_or_default();
            let end = text[start..].find("pub fn run_").map_or(text.len(), |end| start + end);
            shown += &format!("\n{}", &text[start..end]);
        }
    }
    shown
}
