//! Real processes: this program runs itself as a child, in which logging is installed and something happens.

#[path = "../support/child.rs"]
mod child;
mod ends;
#[cfg(unix)]
mod forks;
mod installs;
mod reentrance;
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
        let (area, case) = case.split_once(' ').expect("an area and a case");
        match area {
            "ends" => ends::run(case),
            "reentrance" => reentrance::run(case),
            "installs" => installs::run(case),
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
        #[cfg(unix)]
        ("a forked child can take every lock", forks::children_go_on),
        #[cfg(unix)]
        ("lines are whole whatever they are written to", whole_lines::lines_are_whole),
    ];
    let tests: Vec<_> = tests
        .iter()
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
