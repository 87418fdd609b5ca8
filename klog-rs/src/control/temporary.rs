//! Verbosity for a while: what was set while somebody looked for a fault does not stay until the next restart.

use std::{
    io,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::set;
use crate::{base::fork::PerProcess, entry::Vmodule, output::program};

/// A forked child has no thread that sets anything back.
static PENDING: PerProcess<Mutex<Pending>> =
    PerProcess::new(Mutex::new(Pending { threshold: None, vmodule: None, is_running: false }));
static CHANGED: Condvar = Condvar::new();

/// What will be set back.
#[derive(Default)]
struct Pending {
    threshold: Option<Temporary<i32>>,
    vmodule: Option<Temporary<Vmodule>>,
    /// There is a thread that does it.
    is_running: bool,
}

struct Temporary<T> {
    before: T,
    /// `None` is later than any time that can be expressed.
    until: Option<Instant>,
}

impl<T> Temporary<T> {
    fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

fn lock() -> MutexGuard<'static, Pending> {
    PENDING.get().lock().unwrap_or_else(PoisonError::into_inner)
}

/// Changes `-v` of the running program for `ttl`; then it is again what it was.
///
/// Called again before the time is over, it sets another value and another time, and the first value comes back in the
/// end. [`crate::set_verbosity`] sets for good: nothing comes back then.
///
/// # Errors
///
/// The thread that sets it back could not be started; nothing has changed.
///
/// ```
/// use std::time::Duration;
///
/// klog::debug_flags::set_verbosity_for(4, Duration::from_secs(300))?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn set_verbosity_for(threshold: u32, ttl: Duration) -> io::Result<()> {
    let Some(program) = program::verbosity() else { return Ok(()) };
    let mut pending = start()?;
    let before = pending.threshold.take().map_or_else(|| program.threshold(), |set| set.before);
    pending.threshold = Some(Temporary { before, until: Instant::now().checked_add(ttl) });
    program.set(i32::try_from(threshold).unwrap_or(i32::MAX));
    drop(pending);
    changed();
    Ok(())
}

/// Changes `--vmodule` of the running program for `ttl`; then it is again what it was.
///
/// All else is as for [`set_verbosity_for`].
///
/// # Errors
///
/// As there.
///
/// ```
/// use std::time::Duration;
///
/// klog::debug_flags::set_vmodule_for("reconcile*=5".parse()?, Duration::from_secs(300))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn set_vmodule_for(vmodule: Vmodule, ttl: Duration) -> io::Result<()> {
    let Some(program) = program::verbosity() else { return Ok(()) };
    let mut pending = start()?;
    let before = pending.vmodule.take().map_or_else(|| program.vmodule(), |set| set.before);
    pending.vmodule = Some(Temporary { before, until: Instant::now().checked_add(ttl) });
    program.set_vmodule(vmodule);
    drop(pending);
    changed();
    Ok(())
}

/// Runs `set` and forgets what the threshold was before.
pub(crate) fn threshold_for_good(set: impl FnOnce()) {
    let mut pending = lock();
    pending.threshold = None;
    set();
}

/// The same for `--vmodule`.
pub(crate) fn vmodule_for_good(set: impl FnOnce()) {
    let mut pending = lock();
    pending.vmodule = None;
    set();
}

/// Lets call sites and the thread see what has changed.
fn changed() {
    set::changed();
    CHANGED.notify_all();
}

/// Sees to it that there is a thread.
fn start() -> io::Result<MutexGuard<'static, Pending>> {
    let mut pending = lock();
    if !pending.is_running {
        thread::Builder::new().name("klog-revert".into()).spawn(run)?;
        pending.is_running = true;
    }
    Ok(pending)
}

/// Sets back what is over, and ends when nothing is left to do.
fn run() {
    let mut pending = lock();
    while pending.threshold.is_some() || pending.vmodule.is_some() {
        let now = Instant::now();
        let is_threshold_over = pending.threshold.as_ref().is_some_and(|set| set.is_over(now));
        let is_vmodule_over = pending.vmodule.as_ref().is_some_and(|set| set.is_over(now));
        if let Some(program) = program::verbosity() {
            if is_threshold_over && let Some(set) = pending.threshold.take() {
                program.set(set.before);
            }
            if is_vmodule_over && let Some(set) = pending.vmodule.take() {
                program.set_vmodule(set.before);
            }
        }
        if is_threshold_over || is_vmodule_over {
            drop(pending);
            set::changed();
            pending = lock();
            continue;
        }
        let untils = [
            pending.threshold.as_ref().and_then(|set| set.until),
            pending.vmodule.as_ref().and_then(|set| set.until),
        ];
        pending = match untils.into_iter().flatten().min() {
            Some(until) => {
                let wait = until.saturating_duration_since(now);
                CHANGED.wait_timeout(pending, wait).unwrap_or_else(PoisonError::into_inner).0
            }
            None => CHANGED.wait(pending).unwrap_or_else(PoisonError::into_inner),
        };
    }
    pending.is_running = false;
}
