//! Information to one sink, all else to another.

use std::io;

use super::{Losses, Sink};
use crate::base::Severity;

/// Sends entries of [`Severity::Info`] to `info` and all others to `error`: `--log-text-split-stream`.
///
/// The order of lines between the two is not kept. An error does not flush the other sink, as in Kubernetes.
#[derive(Debug)]
pub struct Split<I, E> {
    /// Takes information.
    pub info: I,
    /// Takes warnings, errors and fatal entries.
    pub error: E,
    /// Warnings go to `info` too, as in Kubernetes' JSON, which takes them for information.
    pub warnings_are_info: bool,
}

impl<I: Sink, E: Sink> Sink for Split<I, E> {
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()> {
        match severity {
            Severity::Info => self.info.write(severity, line),
            Severity::Warning if self.warnings_are_info => self.info.write(severity, line),
            Severity::Warning | Severity::Error | Severity::Fatal => {
                self.error.write(severity, line)
            }
        }
    }

    fn attach(&mut self, losses: &Losses) {
        self.info.attach(losses);
        self.error.attach(losses);
    }

    fn flush(&self) -> io::Result<()> {
        let info = self.info.flush();
        self.error.flush().and(info)
    }

    fn finish(&self) -> io::Result<()> {
        let info = self.info.finish();
        self.error.finish().and(info)
    }
}
