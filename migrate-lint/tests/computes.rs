//! A fix changes what is printed, never what the program computes: programs run before and after.
//!
//! One crate holds many generated functions, each as it is and as every dialect's fixes leave it. `KLOG_SEED` chooses
//! other ones, `KLOG_CASES` their number.

#[path = "computes/generate.rs"]
mod generate;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::programs::{Choices, build, errors_at};

const DIALECTS: [&str; 4] = ["own", "log", "tracing", "klog"];
const HEAD: &str = "#![allow(warnings)]\nuse std::cell::RefCell;\nuse std::sync::Mutex;\n\nuse crate::world::*;\nuse crate::{pass_through, ticked};\n\n";

#[test]
fn fixes_change_nothing_that_is_computed() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    let seed = number("KLOG_SEED").unwrap_or(1);
    let n_cases = number("KLOG_CASES").unwrap_or(80);
    let mut choices = Choices::new(seed.into());
    let cases: Vec<Case> = (0..n_cases)
        .map(|index| {
            let name = format!("case_{index}");
            Case { text: generate::case(&mut choices, &name), name }
        })
        .collect();
    let project = Project::new();
    let cases = project.compiling(cases);
    assert!(cases.len() > n_cases as usize / 2, "seed {seed}: {} programs compile", cases.len());
    let before = text_of(&cases);
    let mut texts = vec![("before".to_owned(), before.clone())];
    for dialect in DIALECTS {
        let after = project.fixed(&before, dialect);
        assert!(after != before, "seed {seed}: no fix of {dialect}");
        texts.push((format!("after_{dialect}"), after));
    }
    let faults = project.run(&texts, &cases);
    let shown = faults.map(|faults| explained(&faults, &texts));
    if let Ok(faults) | Err(faults) = &shown
        && !faults.is_empty()
    {
        panic!("KLOG_SEED={seed} KLOG_CASES={n_cases}\n{faults}");
    }
}

/// A generated function.
struct Case {
    name: String,
    text: String,
}

fn text_of(cases: &[Case]) -> String {
    HEAD.to_owned() + &cases.iter().map(|case| &*case.text).collect::<String>()
}

/// A project in a directory that later runs find again, with what they have compiled.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("computes");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        fs::create_dir_all(directory.join("src")).expect("a directory");
        let project = Self(directory);
        project.write("src/world.rs", include_str!("computes/world.rs"));
        let manifest = format!(
            "[package]\nname = \"computes\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
             [dependencies]\nklog-rs = {{ path = {:?} }}\nlog = {{ version = \"0.4\", features = [\"kv\", \"std\"] }}\n\
             slog = \"2\"\ntracing = \"0.1\"\n\n[workspace]\n",
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

    /// What the fixes of a dialect make of a file.
    fn fixed(&self, text: &str, dialect: &str) -> String {
        self.write("src/lib.rs", "pub mod cases;\npub mod world;\n");
        self.write("src/cases.rs", text);
        let _ = fs::remove_file(self.0.join("src/main.rs"));
        let output = Command::new(assert_cmd::cargo::cargo_bin("cargo-klog"))
            .current_dir(&self.0)
            .args(["lint", "--quiet", "--fix", "--unsafe-fixes", "-Wall", "--to", dialect])
            .args(["--edit-manifest", "--allow-no-vcs", "--format", "json", "src/cases.rs"])
            .output()
            .expect("the linter");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.is_empty() && output.status.code() != Some(2), "{dialect}: {said}");
        fs::read_to_string(self.0.join("src/cases.rs")).expect("a file of our own")
    }

    /// Those of the cases that are programs: what is put together at random may move a value twice.
    fn compiling(&self, mut cases: Vec<Case>) -> Vec<Case> {
        let _ = fs::remove_file(self.0.join("src/lib.rs"));
        self.write("src/main.rs", "mod before;\nmod world;\n\nfn main() {}\n");
        loop {
            self.write("src/before.rs", &text_of(&cases));
            let Err(errors) = build(&self.0, &target()) else { return cases };
            let n_cases = cases.len();
            let mut line = HEAD.lines().count();
            cases.retain(|case| {
                let first = line + 1;
                line += case.text.lines().count();
                !errors_at(&errors).any(|at| (first..=line).contains(&at))
            });
            assert!(cases.len() < n_cases, "no error of a case: {errors}");
        }
    }

    /// Compiles and runs all texts; gives the faults, or the errors of the compiler.
    fn run(&self, texts: &[(String, String)], cases: &[Case]) -> Result<String, String> {
        let mut main = String::from("mod before;\nmod world;\n");
        let mut body = String::from("    world::install();\n    let mut faults = String::new();\n");
        for (name, text) in texts {
            self.write(&format!("src/{name}.rs"), text);
            if name == "before" {
                continue;
            }
            let _ = writeln!(main, "mod {name};");
            body += "    faults += &world::compare(&[\n";
            for Case { name: case, .. } in cases {
                let _ = writeln!(
                    body,
                    "        (\"{name}::{case} \", before::{case}, {name}::{case}),"
                );
            }
            body += "    ]);\n";
        }
        body += "    let path = std::env::args().nth(1).expect(\"a file\");\n    std::fs::write(path, faults).expect(\"a file\");\n";
        let _ = fs::remove_file(self.0.join("src/cases.rs"));
        let _ = fs::remove_file(self.0.join("src/lib.rs"));
        self.write("src/main.rs", &format!("{main}\nfn main() {{\n{body}}}\n"));
        build(&self.0, &target())?;
        let faults = self.0.join("faults");
        let output = Command::new(target().join("debug/computes")).arg(&faults).output();
        let output = output.expect("the program");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(fs::read_to_string(faults).expect("a file of our own"))
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("computes-target")
}

/// The faults with the functions that have them.
fn explained(faults: &str, texts: &[(String, String)]) -> String {
    let mut shown = String::new();
    for line in faults.lines() {
        shown += line;
        shown.push('\n');
        let Some((module, rest)) = line.split_once("::") else { continue };
        let name = rest.split(' ').next().unwrap_or_default();
        for (_, text) in texts.iter().filter(|(text, _)| text == "before" || text == module) {
            shown += &calls(text, name);
        }
    }
    shown
}

/// The function's part that differs from case to case.
fn calls(text: &str, name: &str) -> String {
    let body = text.split_once(&format!("fn {name}(")).map_or("", |(_, body)| body);
    let body = body.split_once("let log = slog_logger();\n").map_or("", |(_, body)| body);
    let body = body.split_once("    note(n + total);").map_or(body, |(body, _)| body);
    body.to_owned()
}
