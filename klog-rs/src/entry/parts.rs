//! An entry made of parts, for bridges and wrappers.

use super::{Record, Source};
use crate::{
    base::Severity,
    pairs::{CallPairs, Name, Pairs},
    value::Value,
};

/// An entry whose parts are known at run time, see [`Logger::log`](crate::Logger::log).
///
/// ```
/// use klog::{Logger, Severity, logger::Entry};
///
/// Logger::background().log(&Entry {
///     severity: Severity::Warning,
///     message: "Certificate expires soon",
///     pairs: &[("days", (&3).into())],
///     file: Some(file!()),
///     line: line!(),
///     ..Entry::default()
/// });
/// // W1025 00:15:15.525108       1 main.rs:3] "Certificate expires soon" days=3
/// ```
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// Severity.
    pub severity: Severity,
    /// V level, which counts for [`Severity::Info`] only.
    pub verbosity: u32,
    /// The message.
    pub message: &'a str,
    /// An error: printed first in text and last in JSON.
    pub err: Option<Value<'a>>,
    /// Key/value pairs.
    pub pairs: &'a [(&'a str, Value<'a>)],
    /// Path of the source file; `None` prints `???:1` in text and nothing in JSON.
    pub file: Option<&'a str>,
    /// Line in the file.
    pub line: u32,
}

impl<'a> Entry<'a> {
    /// The record of it through a logger that adds these V levels, this name and these pairs.
    pub(crate) fn record(
        &'a self,
        offset: u32,
        logger: (Option<&'a Name>, Option<&'a Pairs>),
    ) -> Record<'a> {
        Record {
            severity: self.severity,
            verbosity: self.verbosity.saturating_add(offset),
            source: Source::Parts {
                file: self.file,
                module: None,
                target: None,
                line: self.line,
                message: self.message,
            },
            logger,
            err: self.err.as_ref(),
            pairs: CallPairs::Named(self.pairs),
        }
    }
}
