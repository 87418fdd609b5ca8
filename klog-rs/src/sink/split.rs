//! Information to one sink, all else to another.

use std::io;

use super::{Line, Losses, Sink};
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

impl<I, E> Split<I, E> {
    fn is_info(&self, severity: Severity) -> bool {
        severity == Severity::Info || severity == Severity::Warning && self.warnings_are_info
    }
}

impl<I: Sink, E: Sink> Sink for Split<I, E> {
    fn write(&self, severity: Severity, line: &[u8]) -> io::Result<()> {
        if self.is_info(severity) {
            self.info.write(severity, line)
        } else {
            self.error.write(severity, line)
        }
    }

    fn write_first(&self, lines: &[(Severity, &[u8])]) -> (usize, io::Result<()>) {
        let Some((first, _)) = lines.first() else { return (0, Ok(())) };
        let is_info = self.is_info(*first);
        let n_lines = lines.iter().take_while(|(other, _)| self.is_info(*other) == is_info).count();
        if is_info {
            self.info.write_first(&lines[..n_lines])
        } else {
            self.error.write_first(&lines[..n_lines])
        }
    }

    fn write_first_of(&self, bytes: &[u8], lines: &[Line]) -> (usize, io::Result<()>) {
        let Some(first) = lines.first() else { return (0, Ok(())) };
        let is_info = self.is_info(first.severity);
        let is_other = |other: &Line| self.is_info(other.severity) != is_info;
        let lines = &lines[..lines.iter().position(is_other).unwrap_or(lines.len())];
        if is_info {
            self.info.write_first_of(bytes, lines)
        } else {
            self.error.write_first_of(bytes, lines)
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
