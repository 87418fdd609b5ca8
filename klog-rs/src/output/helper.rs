//! Threads that flush, so that an output which blocks for ever does not hold up the caller for longer than it wants to wait.
//!
//! They are kept: the standard library has a lock for threads that start and end, which a child that is forked meanwhile
//! would find held.

use std::{
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use crate::base::fork;

type Task = Box<dyn FnOnce() + Send>;

/// Threads without work.
static IDLE: Mutex<Vec<mpsc::Sender<Task>>> = Mutex::new(Vec::new());

/// So many are kept.
const MAX_IDLE: usize = 4;

/// Runs `work` on another thread, and gives its answer; false if it takes longer than `timeout`. Where no thread can be
/// started it runs here.
pub(super) fn run(work: impl FnOnce() -> bool + Send + 'static, timeout: Duration) -> bool {
    let idle = fork::lock(&IDLE).pop();
    let Some(helper) = idle.or_else(start) else { return work() };
    let (done, answer) = mpsc::channel();
    let task = move || {
        // Nobody waits any more when the time is up.
        let _ = done.send(work());
    };
    // A thread ends when its sender is gone only.
    let is_sent = helper.send(Box::new(task)).is_ok();
    let Ok(answer) = answer.recv_timeout(timeout) else { return false };
    let mut idle = fork::lock(&IDLE);
    if idle.len() < MAX_IDLE {
        idle.push(helper);
    }
    is_sent && answer
}

fn start() -> Option<mpsc::Sender<Task>> {
    let (helper, tasks) = mpsc::channel::<Task>();
    let (started, wait) = mpsc::channel();
    let _held = fork::hold();
    let run = move || {
        let _ = started.send(());
        tasks.into_iter().for_each(|task| task());
    };
    thread::Builder::new().name("klog-flush".into()).spawn(run).ok()?;
    wait.recv().ok()?;
    Some(helper)
}
