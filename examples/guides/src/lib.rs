//! The code of the pages in `docs/`, which `cargo test -p guides` compiles and runs.
//!
//! `pages/` holds them with the lines that only a test needs, which begin with `# `; in `docs/` they are without these.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

#[doc = include_str!("../pages/messages-and-keys.md")]
pub mod messages_and_keys {}

#[doc = include_str!("../pages/tasks-and-threads.md")]
pub mod tasks_and_threads {}

/// The lines of a page's code.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<String>>);

/// Makes lines without header the program's output.
///
/// # Panics
///
/// If the program has another one.
pub fn install(verbosity: u32) -> Lines {
    let lines = Lines::default();
    let output = klog::Output::new(klog::Format::Text, lines.clone())
        .with_header(false)
        .with_verbosity(verbosity, klog::config::Vmodule::default());
    // The guard flushes, and nothing waits here.
    drop(output.install().expect("it is the only one"));
    lines
}

impl Lines {
    /// The lines so far, sorted because threads may log in any order.
    pub fn sorted(&self) -> Vec<String> {
        let text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }
}

impl klog::sink::Sink for Lines {
    fn write(&self, _: klog::Severity, line: &[u8]) -> io::Result<()> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }
}

#[cfg(test)]
mod contextual;
#[cfg(test)]
mod shown;
