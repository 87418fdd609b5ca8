//! A test program that runs itself as a child with `KLOG_CHILD` set, and reads what it writes.
#![allow(dead_code, reason = "each test uses a part")]

use std::process::{Command, ExitCode, Stdio};

/// The flags of a child.
#[derive(clap::Parser)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) logging: klog::Flags,
}

/// Runs the tests one after the other.
pub(crate) fn run_all(tests: &[(&str, fn())]) -> ExitCode {
    let mut n_failed = 0;
    for (name, test) in tests {
        if std::panic::catch_unwind(test).is_err() {
            eprintln!("{name} failed");
            n_failed += 1;
        }
    }
    println!("{} passed, {n_failed} failed", tests.len() - n_failed);
    if n_failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// This program as a child: the case's name is the first word, flags follow.
pub(crate) fn child(case: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command
        .env_clear()
        .env("KLOG_CHILD", case)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Messages and the like, without what differs from run to run.
pub(crate) fn lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = |line: &str| match line.split_once("] ") {
        Some((header, rest)) if !line.starts_with('{') => format!("{} {rest}", &header[..1]),
        _ => line
            .split_once("\"msg\"")
            .map_or(line.to_owned(), |(_, rest)| format!("{{\"msg\"{rest}")),
    };
    text.lines().map(line).collect::<Vec<_>>().join("|")
}
