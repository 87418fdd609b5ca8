//! Whether a call is written, asked before any of its arguments is evaluated.

use std::{
    panic::Location,
    sync::atomic::Ordering::{Relaxed, SeqCst},
};

use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};

use crate::{
    base::Severity,
    entry::{CallSite, level, no_subscriber, verbosity::Place},
    logger::{ANY_OUTPUT, Logger, MAY_BYPASS_TRACING},
    output::program,
};

impl Logger {
    /// Returns `true` if information at this V level, from the file of the caller, would be written.
    ///
    /// Ask before work that only the log needs; a macro evaluates no argument when it is disabled anyway.
    /// Where the program has a `tracing` subscriber without klog, its level decides.
    /// The answer is `false` where a feature of the crate `tracing` leaves such calls out of the program, as `max_level_warn`
    /// does with all information; `install()` says so.
    ///
    /// ```
    /// let logger = klog::Logger::current();
    /// if logger.enabled(4) {
    ///     let keys: Vec<u32> = (0..3).collect(); // work that only the log needs
    ///     klog::info!(v: 4, logger: logger, "Cache filled", keys);
    /// }
    /// ```
    #[track_caller]
    pub fn enabled(&self, verbosity: u32) -> bool {
        let file = Location::caller().file();
        let verbosity = verbosity.saturating_add(self.offset());
        if level(Severity::Info, verbosity) > STATIC_MAX_LEVEL {
            return false;
        }
        let place = || Place { file: Some(file), ..Place::default() };
        match self.output() {
            Some(output) => output.allows(Severity::Info, verbosity, place),
            None => match program::verbosity() {
                Some(program) => program.allows(Severity::Info, verbosity, place),
                None if no_subscriber::has_none() => {
                    no_subscriber::takes(Severity::Info, verbosity)
                }
                // Other layers listen alone, and say no more without an event.
                None => level(Severity::Info, verbosity) <= LevelFilter::current(),
            },
        }
    }

    /// Whether a macro's call through this logger is written.
    #[inline]
    fn allows(&self, site: &'static CallSite) -> bool {
        if self.overrides_tracing() { self.allows_exactly(site) } else { site.is_enabled() }
    }

    #[inline(never)]
    fn allows_exactly(&self, site: &'static CallSite) -> bool {
        let verbosity = site.verbosity().saturating_add(self.offset());
        let place = || Place::of(site.metadata());
        match (self.output(), program::verbosity()) {
            (Some(output), _) => output.allows(site.severity(), verbosity, place),
            (None, Some(program)) => {
                program.allows(site.severity(), verbosity, place) && site.is_enabled()
            }
            (None, None) => site.is_enabled(),
        }
    }
}

/// Whether a call with this logger is enabled; used by the macros.
///
/// What is in each call is kept short: a disabled call compares a level, and an enabled one calls a function.
#[doc(hidden)]
#[inline(always)]
pub fn enabled(site: &'static CallSite, level: tracing::Level, logger: &Logger) -> bool {
    if site.may_be_enabled_at(level) {
        allowed(site, logger)
    } else {
        level <= STATIC_MAX_LEVEL
            && MAY_BYPASS_TRACING.load(Relaxed)
            && enabled_anyway(site, Some(logger))
    }
}

/// Whether a call with the current logger is enabled; used by the macros.
#[doc(hidden)]
#[inline(always)]
pub fn enabled_current(site: &'static CallSite, level: tracing::Level) -> bool {
    if site.may_be_enabled_at(level) {
        allowed_by_current(site)
    } else {
        level <= STATIC_MAX_LEVEL
            && MAY_BYPASS_TRACING.load(Relaxed)
            && enabled_anyway_by_current(site)
    }
}

#[inline(never)]
fn allowed(site: &'static CallSite, logger: &Logger) -> bool {
    if logger.overrides_tracing() { logger.allows_exactly(site) } else { site.filters_agree() }
}

#[inline(never)]
fn allowed_by_current(site: &'static CallSite) -> bool {
    Logger::with_current(|logger| match logger {
        Some(logger) => allowed(site, logger),
        None => site.filters_agree(),
    })
}

/// Whether a call is enabled although `tracing` says no.
#[cold]
#[inline(never)]
fn enabled_anyway(site: &'static CallSite, logger: Option<&Logger>) -> bool {
    if !no_subscriber::no_subscriber_yet() && !ANY_OUTPUT.load(Relaxed) {
        MAY_BYPASS_TRACING.store(false, SeqCst);
        // Another thread may have made a logger of an output meanwhile.
        MAY_BYPASS_TRACING.fetch_or(ANY_OUTPUT.load(SeqCst), SeqCst);
    }
    match logger {
        Some(logger) => logger.allows(site),
        None => site.is_enabled(),
    }
}

#[cold]
#[inline(never)]
fn enabled_anyway_by_current(site: &'static CallSite) -> bool {
    Logger::with_current(|logger| enabled_anyway(site, logger))
}
