//! An entry made of parts, for bridges and wrappers.

use std::panic::Location;

use super::dispatch::log_late;
use crate::{
    base::Severity,
    entry::{Record, Source},
    logger::Logger,
    pairs::CallPairs,
    value::Value,
};

/// An entry whose parts are known at run time, see [`Logger::log`].
///
/// ```
/// use klog::{Entry, Logger, Severity};
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

impl Entry<'_> {
    pub(crate) fn record<'a>(&'a self, logger: &'a Logger) -> Record<'a> {
        Record {
            severity: self.severity,
            verbosity: self.verbosity.saturating_add(logger.offset()),
            source: Source::Parts {
                file: self.file,
                module: None,
                line: self.line,
                message: self.message,
            },
            logger: logger.name_and_pairs(),
            err: self.err.as_ref(),
            pairs: CallPairs::Named(self.pairs),
        }
    }
}

impl Logger {
    /// Logs information with keys that are known at run time only, for the place of the caller.
    ///
    /// Prefer [`crate::info!`], which checks message and keys when it is compiled. A key that JSON reserves (`ts`,
    /// `caller`, `msg`, `v`, `err`, `logger`) gets `_` behind it there; an unusual one is quoted in text.
    ///
    /// ```
    /// let key = String::from("app");
    /// klog::Logger::current().info("Label set", &[(&key, "web".into()), ("replicas", (&3).into())]);
    /// // I1025 00:15:15.525108       1 main.rs:3] "Label set" app="web" replicas=3
    /// ```
    #[track_caller]
    pub fn info(&self, message: &str, pairs: &[(&str, Value<'_>)]) {
        let at = Location::caller();
        self.log(&Entry {
            message,
            pairs,
            file: Some(at.file()),
            line: at.line(),
            ..Entry::default()
        });
    }

    /// Logs an error with keys that are known at run time only, for the place of the caller.
    ///
    /// ```
    /// let error = std::fs::read("/no/such/file").unwrap_err();
    /// klog::Logger::current().error(&error, "Could not read file", &[("path", "/no/such/file".into())]);
    /// // E1025 00:15:15.525108       1 main.rs:3] "Could not read file" err="No such file or directory (os error 2)" path="/no/such/file"
    /// ```
    #[track_caller]
    pub fn error(&self, err: &dyn std::error::Error, message: &str, pairs: &[(&str, Value<'_>)]) {
        let at = Location::caller();
        self.log(&Entry {
            severity: Severity::Error,
            message,
            pairs,
            err: Some(Value::Error(err)),
            file: Some(at.file()),
            line: at.line(),
            ..Entry::default()
        });
    }

    /// Logs an entry that is made of parts, for bridges and wrappers.
    pub fn log(&self, entry: &Entry<'_>) {
        log_late(&entry.record(self), Some(self));
    }
}
