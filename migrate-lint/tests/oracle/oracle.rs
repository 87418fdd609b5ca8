//! What the compiler says about the linter's resolution of macro names.
//!
//! In a copy of `log`, `tracing` and `slog` every exported macro is marked as deprecated. `cargo check` of a crate against
//! these copies then names each place that uses one. What the linter finds in the same crate is compared with that list,
//! and what it finds beyond is given a name that does not exist: where the compiler does not complain about that either,
//! the code is not compiled in this configuration.
//!
//! ```console
//! $ cargo run -p migrate-lint --example oracle -- --work /tmp/oracle smoltcp@0.14.0 raft@0.7.0:no-lock
//! ```
//!
//! See `README.md` beside this file.
#![expect(clippy::unwrap_used, reason = "a development tool that cannot go on should say where")]

mod compare;
mod compiler;
mod prepare;
mod report;
#[path = "../subject/mod.rs"]
mod subject;

use std::path::PathBuf;

use subject::Subject;

fn main() {
    let mut work = std::env::temp_dir().join("klog-oracle");
    let mut output = None;
    let mut subjects = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--work" => work = PathBuf::from(arguments.next().expect("--work DIR")),
            "--report" => output = Some(PathBuf::from(arguments.next().expect("--report FILE"))),
            text => subjects.push(Subject::parse(text)),
        }
    }
    std::fs::create_dir_all(&work).unwrap();
    let mut results = Vec::new();
    for subject in &subjects {
        eprintln!("{} {}", subject.name, subject.version);
        let directory = prepare::prepare(&work, subject);
        let uses = compiler::uses(&work, &directory, subject);
        let result = compare::compare(&work, &directory, subject, &uses);
        eprint!("{}{}", report::row(&result), report::differences(&result));
        results.push(result);
    }
    let text = report::markdown(&results);
    match output {
        Some(path) => std::fs::write(path, text).unwrap(),
        None => print!("{text}"),
    }
}
