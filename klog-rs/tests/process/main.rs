//! Real processes: this program runs itself as a child, in which logging is installed and something happens.

#[path = "../support/child.rs"]
mod child;
mod ends;
mod faults;
mod faulty;
#[cfg(unix)]
mod forks;
mod installed;
mod installs;
mod reentrance;
mod revert;
mod sink;
#[path = "../support/mod.rs"]
mod support;
#[cfg(unix)]
mod whole_lines;

use std::{
    process::{Command, ExitCode, Output},
    sync::mpsc,
    thread,
    time::Duration,
};

fn main() -> ExitCode {
    if let Ok(case) = std::env::var("KLOG_CHILD") {
        let (area, case) = case.split_once(' ').unwrap_or((&case, ""));
        match area {
            "ends" => ends::run(case),
            "reentrance" => reentrance::run(case),
            "installs" => installs::run(case),
            "installed" => installed::run(),
            "revert" => revert::run(),
            "faults" => faulty::run(case),
            "sink" => sink::run(case),
            #[cfg(unix)]
            "forks" => forks::run(case),
            #[cfg(unix)]
            "lines" => whole_lines::run(case),
            other => panic!("no area {other}"),
        }
        return ExitCode::SUCCESS;
    }
    let only = std::env::args().nth(1);
    let tests: &[(&str, fn())] = &[
        ("every end writes what was logged", ends::nothing_is_lost),
        ("what logs while it is used does not come back", reentrance::nothing_comes_back),
        ("an installation that fails takes nothing", installs::failures_take_nothing),
        ("what comes out before an installation", installs::before_and_after),
        ("an installed output is a layer", installed::an_installed_output),
        ("verbosity for a while", revert::verbosity_comes_back),
        #[cfg(unix)]
        ("a forked child can take every lock", forks::children_go_on),
        #[cfg(unix)]
        ("lines are whole whatever they are written to", whole_lines::lines_are_whole),
    ];
    let tests: Vec<_> = [tests, sink::TESTS, faults::TESTS]
        .into_iter()
        .flatten()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| name.contains(only.as_str())))
        .copied()
        .collect();
    child::run_all(&tests)
}

/// What a child writes; `None` if it has not ended after a minute.
fn run_child(mut command: Command) -> Option<Output> {
    let child = command.spawn().expect("the child runs");
    #[cfg(unix)]
    let pid = rustix::process::Pid::from_child(&child);
    let (send, received) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    match received.recv_timeout(Duration::from_secs(60)) {
        Ok(output) => Some(output.expect("its output can be read")),
        Err(_) => {
            #[cfg(unix)]
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            None
        }
    }
}
