//! Real crates before and after `cargo klog lint --fix --unsafe-fixes --edit-manifest`, in every dialect.
//!
//! ```console
//! $ cargo run -p migrate-lint --example real-crates -- --work /tmp/corpus --report migrate-lint/tests/corpus/REPORT.md
//! $ cargo run -p migrate-lint --example real-crates -- --to klog smoltcp@0.14.0
//! ```
//!
//! See `README.md` beside this file.
#![expect(clippy::unwrap_used, reason = "a development tool that cannot go on should say where")]

mod compiler;
mod fixed;
mod outside;
mod report;
mod statements;
#[path = "../subject/mod.rs"]
mod subject;
mod values;

use std::path::PathBuf;
use std::process::ExitCode;

use subject::Subject;

/// The crates of the report.
const CRATES: &[&str] = &[
    "raft@0.7.0:no-lock",
    "openraft@0.10.0-alpha.37",
    "containerd-shim@0.12.0",
    "dropshot@0.18.0",
    "kopium@0.24.1",
    "librespot-core@0.8.0",
    "probe-rs@0.32.0",
    "rumqttd@0.20.0:no-lock",
    "shadowsocks-service@1.25.0:local,server,manager",
    "smoltcp@0.14.0",
    "suppaftp@12.2.1:native-tls",
    "tun2proxy@0.8.7",
    "webrtc-ice@0.9.1",
];

/// What `--to` takes; `own` is reported where it is none of the others.
const DIALECTS: &[&str] = &["own", "tracing", "log", "klog"];

fn main() -> ExitCode {
    // The linter is this program, too: it is then as new as what it is tried on says.
    if std::env::args().nth(1).is_some_and(|word| word == "lint") {
        return migrate_lint::cli::run(std::env::args_os());
    }
    let mut work = std::env::temp_dir().join("klog-corpus");
    let mut output = None;
    let mut subjects = Vec::new();
    let mut dialects = Vec::new();
    let mut is_checked = true;
    let mut is_resumed = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--work" => work = PathBuf::from(arguments.next().expect("--work DIRECTORY")),
            "--report" => output = Some(PathBuf::from(arguments.next().expect("--report FILE"))),
            "--to" => dialects.push(arguments.next().expect("--to DIALECT")),
            "--no-check" => is_checked = false,
            "--resume" => is_resumed = true,
            text => subjects.push(Subject::parse(text)),
        }
    }
    if subjects.is_empty() {
        subjects = CRATES.iter().map(|text| Subject::parse(text)).collect();
    }
    let is_asked_for = !dialects.is_empty();
    if dialects.is_empty() {
        dialects = DIALECTS.iter().map(|dialect| (*dialect).to_owned()).collect();
    }
    std::fs::create_dir_all(&work).unwrap();
    let work = std::fs::canonicalize(work).unwrap();
    // What lies above is not the crates'.
    for settings in ["klog.toml", "rustfmt.toml"] {
        std::fs::write(work.join(settings), "").unwrap();
    }
    let mut results = Vec::new();
    for subject in &subjects {
        let crate_before = fixed::prepare(&work, subject, is_checked);
        for dialect in &dialects {
            // Its own macros are those of another run, too.
            if dialect == "own" && !is_asked_for && !crate_before.writes_slog {
                continue;
            }
            let known = fixed::known(&work, subject, dialect).filter(|_| is_resumed);
            let result = known
                .unwrap_or_else(|| fixed::run(&work, subject, &crate_before, dialect, is_checked));
            eprint!("{}{}", report::row(&result), report::faults(&result));
            results.push(result);
            // What is known so far can be read.
            if let Some(path) = &output {
                std::fs::write(path, report::markdown(&results)).unwrap();
            }
        }
    }
    if output.is_none() {
        print!("{}", report::markdown(&results));
    }
    ExitCode::from(u8::from(!results.iter().all(report::is_good)))
}
