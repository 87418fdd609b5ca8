//! Panics as entries of the log.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{self, PanicHookInfo},
    thread,
};

use crate::{
    base::Severity,
    entry::{Record, Source},
    front::dispatch::log_dynamic,
    logger::Logger,
    output::flush,
    pairs::CallPairs,
    sink::EXIT_FLUSH_TIMEOUT,
    value::{Value, guard},
};

/// The choice of [`panic_hook()`] about the hook that was there before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierHook {
    /// Calls it when the panic is logged and flushed. Rust's own hook prints `thread 'main' panicked at …`.
    Call,
    /// Leaves it out: the log's entry is all that is written.
    Skip,
}

/// Logs every panic as an error, in the words of Kubernetes (`HandleCrash`), and flushes.
///
/// The entry has the place of the panic in its header, the logger and the spans of the thread, and these pairs: `panic`
/// (the message), `location` (file, line and column), `thread`, and `stacktrace` when the variable `RUST_BACKTRACE` asks
/// for one. It is an ordinary entry, so that other `tracing` layers see it too.
///
/// Call it once, at the start of `main`; call it again and each panic is logged twice.
/// A panic inside of a sink cannot be logged and goes to the earlier hook; a panic in a value costs that value only and
/// is shown in its place.
///
/// It works with `panic = "abort"`, where the hook is the last that runs. There a panic in a value cannot be caught: it
/// ends the program like any other, and is logged like any other; `location` says which value it was.
///
/// ```
/// klog::panic_hook(klog::EarlierHook::Skip);
/// std::thread::spawn(|| panic!("no such pod")).join().unwrap_err();
/// // E1025 00:15:15.525108       1 main.rs:4] "Observed a panic" panic="no such pod" location="src/main.rs:4:23" thread="<unnamed>"
/// ```
pub fn panic_hook(earlier: EarlierHook) {
    // A panic in a value is silenced by the hook that is asked first.
    guard::silence_hook();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if guard::is_in_value() && !guard::ENDS_WITH_PANIC {
            return;
        }
        // A sink may hold locks that the entry would wait for.
        if guard::is_in_sink() {
            return before(info);
        }
        log(info);
        flush(EXIT_FLUSH_TIMEOUT);
        match earlier {
            EarlierHook::Call => before(info),
            EarlierHook::Skip => {}
        }
    }));
}

fn log(info: &PanicHookInfo<'_>) {
    // All values are strings of our own: a second panic in here would end the program.
    let message = guard::payload_text(info.payload());
    let place = info.location().map(ToString::to_string);
    let thread = thread::current();
    let backtrace = Backtrace::capture();
    let stack = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    let pairs = [
        Some(("panic", message)),
        place.as_deref().map(|place| ("location", place)),
        Some(("thread", thread.name().unwrap_or("<unnamed>"))),
        stack.as_deref().map(|stack| ("stacktrace", stack.trim_end())),
    ];
    let pairs: Vec<_> =
        pairs.into_iter().flatten().map(|(key, text)| (key, Value::Str(text))).collect();
    Logger::with_current(|logger| {
        let record = Record {
            severity: Severity::Error,
            verbosity: 0,
            source: Source::Parts {
                module: None,
                target: None,
                file: info.location().map(panic::Location::file),
                line: info.location().map_or(1, panic::Location::line),
                message: "Observed a panic",
            },
            logger: logger.map_or((None, None), Logger::name_and_pairs),
            err: None,
            pairs: CallPairs::Named(&pairs),
        };
        log_dynamic(&record, logger);
    });
}
