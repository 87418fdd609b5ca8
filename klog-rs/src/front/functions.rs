//! Functions of a logger, for keys that are known at run time.

use std::panic::Location;

use super::dispatch::log_dynamic;
use crate::{
    base::Severity,
    logger::{Entry, Logger},
    value::Value,
};

impl Logger {
    /// Logs information with keys that are known at run time only, for the place of the caller.
    ///
    /// Prefer [`crate::info!`], which checks message and keys when it is compiled. A key that JSON reserves (`ts`,
    /// `caller`, `msg`, `v`, `err`, `logger`) gets `_` after it there; an unusual one is quoted in text.
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

    /// Logs a warning with keys that are known at run time only, for the place of the caller.
    ///
    /// ```
    /// klog::Logger::current().warn("Certificate expires soon", &[("days", (&3).into())]);
    /// // W1025 00:15:15.525108       1 main.rs:1] "Certificate expires soon" days=3
    /// ```
    #[track_caller]
    pub fn warn(&self, message: &str, pairs: &[(&str, Value<'_>)]) {
        let at = Location::caller();
        self.log(&Entry {
            severity: Severity::Warning,
            message,
            pairs,
            file: Some(at.file()),
            line: at.line(),
            ..Entry::default()
        });
    }

    /// Logs information for debugging, at V4, with keys that are known at run time only, for the place of the caller.
    ///
    /// ```
    /// klog::Logger::current().debug("Cache hit", &[("cacheKey", "default/web".into())]);
    /// // I1025 00:15:15.525108       1 main.rs:1] "Cache hit" cacheKey="default/web"
    /// ```
    #[track_caller]
    pub fn debug(&self, message: &str, pairs: &[(&str, Value<'_>)]) {
        let at = Location::caller();
        self.log(&Entry {
            verbosity: 4,
            message,
            pairs,
            file: Some(at.file()),
            line: at.line(),
            ..Entry::default()
        });
    }

    /// Logs information for tracing, at V5, with keys that are known at run time only, for the place of the caller.
    ///
    /// ```
    /// klog::Logger::current().trace("Queue polled", &[("depth", (&3).into())]);
    /// // I1025 00:15:15.525108       1 main.rs:1] "Queue polled" depth=3
    /// ```
    #[track_caller]
    pub fn trace(&self, message: &str, pairs: &[(&str, Value<'_>)]) {
        let at = Location::caller();
        self.log(&Entry {
            verbosity: 5,
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
    ///
    /// ```
    /// use klog::{Logger, logger::Entry};
    ///
    /// Logger::current().log(&Entry { message: "Sync finished", pairs: &[("n", 3.into())], ..Entry::default() });
    /// // I1025 00:15:15.525108       1 ???:0] "Sync finished" n=3
    /// ```
    pub fn log(&self, entry: &Entry<'_>) {
        log_dynamic(&entry.record(self.offset(), self.name_and_pairs()), Some(self));
    }
}
