//! Entries that no verbosity shows, because they are not in the program.
//!
//! `tracing` has features, `max_level_warn` and the like, that leave calls out when a program is compiled. Any dependency can
//! turn one on, for all crates of the program, and klog's macros are `tracing`'s events.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};

use crate::{
    base::Severity,
    entry::{Record, Source},
    output::program,
    pairs::CallPairs,
    value::Value,
};

/// Says so, once, if a feature of `tracing` hides what the verbosity of the installed output asks for.
pub(crate) fn warn_of_hidden() {
    static IS_SAID: AtomicBool = AtomicBool::new(false);
    let Some(output) = program::installed() else { return };
    let Some(wanted) = hidden(STATIC_MAX_LEVEL, output.max_level()) else { return };
    if IS_SAID.swap(true, Relaxed) {
        return;
    }
    let (compiled, wanted) = (STATIC_MAX_LEVEL.to_string(), wanted.to_string());
    let pairs = [
        ("compiled", Value::Str(&compiled)),
        ("wanted", Value::Str(&wanted)),
        ("findBy", Value::Str("cargo tree -e features -i tracing")),
    ];
    output.write_here(&Record {
        severity: Severity::Warning,
        verbosity: 0,
        source: Source::Parts {
            file: None,
            module: None,
                target: None,
            line: 1,
            message: "Entries are left out of the program by a feature max_level_* of the crate tracing",
        },
        logger: (None, None),
        err: None,
        pairs: CallPairs::Named(&pairs),
    });
}

/// The least important level that is wanted and not there.
fn hidden(compiled: LevelFilter, wanted: LevelFilter) -> Option<LevelFilter> {
    (wanted > compiled).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use tracing::level_filters::LevelFilter;

    use super::hidden;

    #[test]
    fn what_is_compiled_out_is_hidden() {
        let check = |compiled, wanted, expected| assert_eq!(hidden(compiled, wanted), expected);
        check(LevelFilter::TRACE, LevelFilter::TRACE, None);
        check(LevelFilter::INFO, LevelFilter::INFO, None);
        check(LevelFilter::INFO, LevelFilter::DEBUG, Some(LevelFilter::DEBUG));
        check(LevelFilter::WARN, LevelFilter::INFO, Some(LevelFilter::INFO));
        check(LevelFilter::OFF, LevelFilter::INFO, Some(LevelFilter::INFO));
    }
}
