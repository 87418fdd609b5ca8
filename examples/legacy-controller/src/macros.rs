//! Shorthands that grew over the years.

/// Logs about a pod: `pod_info!(pod, "restarted {n} times")`.
macro_rules! pod_info {
    ($pod:expr, $($arg:tt)+) => {
        ::log::info!("[{}] {}", crate::readiness::display_name($pod), format_args!($($arg)+))
    };
}

/// The same for trouble.
macro_rules! pod_warn {
    ($pod:expr, $($arg:tt)+) => {
        ::log::warn!("[{}] {}", crate::readiness::display_name($pod), format_args!($($arg)+))
    };
}

/// Prints an error and ends the process.
macro_rules! die {
    ($($arg:tt)+) => {{
        log::error!($($arg)+);
        eprintln!("fatal: {}", format_args!($($arg)+));
        std::process::exit(1)
    }};
}

/// Only in debug builds.
macro_rules! dev_trace {
    ($fmt:literal $(, $arg:expr)* $(,)?) => {
        if cfg!(debug_assertions) {
            tracing::trace!($fmt $(, $arg)*);
        }
    };
}
