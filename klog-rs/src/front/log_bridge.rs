//! Records of the `log` crate as entries.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use log::kv::{self, VisitSource, VisitValue};
use smallvec::SmallVec;

use super::{dispatch::log_bridged, sole_layer};
use crate::{
    base::{
        Severity,
        thread_buffers::{self, Use},
    },
    entry::{
        Record, Source,
        verbosity::{self, Place, Verbosity},
    },
    logger::Logger,
    output::{Output, flush, program},
    pairs::{CallPairs, stored},
    serialize::append_display,
    sink::EXIT_FLUSH_TIMEOUT,
    value::{Value, depth},
};

/// The logger of the `log` crate that makes entries of klog of what dependencies log through it.
///
/// [`crate::Config::install`] installs it. A program with a subscriber of its own installs it like every logger of that
/// crate, and other layers see its records as `tracing-log` shows them: with `log.target`, `log.module_path`, `log.file`
/// and `log.line`.
///
/// TRACE and DEBUG are V5 and V4, INFO is V0, WARN is a warning and ERROR an error. The message is one quoted string
/// whatever it contains. Key-values are pairs of their own type; `err` among them is the entry's error. A target that is
/// not the module's path is the pair `target`.
///
/// ```
/// log::set_logger(&klog::LogBridge)?;
/// log::set_max_level(klog::LogBridge::max_level());
/// log::warn!(target: "store", peer = "10.0.0.7:2380", attempt = 3; "lost leader");
/// // W1025 00:15:15.525108       1 main.rs:3] "lost leader" target="store" peer="10.0.0.7:2380" attempt=3
/// # Ok::<(), log::SetLoggerError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct LogBridge;

impl LogBridge {
    /// The level that `log` has to let through for the program's verbosity; [`crate::set_verbosity`] keeps it up to date
    /// once the bridge is installed by [`crate::Config::install`].
    ///
    /// Without an output it is `Trace`: then the subscriber decides.
    ///
    /// ```
    /// let _guard = klog::Config::default().install()?;
    /// assert_eq!(log::max_level(), log::LevelFilter::Info);
    /// klog::set_verbosity(4);
    /// assert_eq!(log::max_level(), log::LevelFilter::Debug);
    /// klog::debug_flags::set_vmodule("store=5".parse().expect("it is valid"));
    /// assert_eq!(log::max_level(), log::LevelFilter::Trace);
    /// # Ok::<(), klog::config::InstallError>(())
    /// ```
    pub fn max_level() -> log::LevelFilter {
        match program::verbosity().map(Verbosity::max_entry_level) {
            Some(level) if level == tracing::level_filters::LevelFilter::INFO => {
                log::LevelFilter::Info
            }
            Some(level) if level == tracing::level_filters::LevelFilter::DEBUG => {
                log::LevelFilter::Debug
            }
            _ => log::LevelFilter::Trace,
        }
    }
}

/// [`crate::Config::install`] has installed the bridge, and the program's verbosity is its level.
static FOLLOWS: AtomicBool = AtomicBool::new(false);

/// Installs the bridge with the program's verbosity; false if the `log` crate has another logger.
pub(crate) fn install() -> bool {
    let installed = FOLLOWS.load(Relaxed) || log::set_logger(&LogBridge).is_ok();
    FOLLOWS.store(installed, Relaxed);
    installed
}

/// Takes the program's verbosity over.
pub(crate) fn follow() {
    if FOLLOWS.load(Relaxed) {
        log::set_max_level(LogBridge::max_level());
    }
}

fn of_level(level: log::Level) -> (Severity, u32) {
    verbosity::of_level(match level {
        log::Level::Error => tracing::Level::ERROR,
        log::Level::Warn => tracing::Level::WARN,
        log::Level::Info => tracing::Level::INFO,
        log::Level::Debug => tracing::Level::DEBUG,
        log::Level::Trace => tracing::Level::TRACE,
    })
}

fn place<'a>(entry: &log::Record<'a>) -> Place<'a> {
    Place { file: entry.file(), module: entry.module_path(), target: entry.target() }
}

impl log::Log for LogBridge {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= LogBridge::max_level()
    }

    fn log(&self, entry: &log::Record<'_>) {
        if depth::is_entry_uncounted() {
            return depth::in_entry(|| self.log(entry));
        }
        let (severity, verbosity) = of_level(entry.level());
        // Asked before anything is rendered.
        if !is_wanted(severity, verbosity, place(entry)) {
            return;
        }
        thread_buffers::with(Use::Tape, |tape| {
            let mut pairs = Pairs { tape, at: SmallVec::new() };
            if entry.module_path() != Some(entry.target()) {
                pairs.add("target".into(), &Value::Str(entry.target()));
            }
            // Foreign code may fail: then the pairs before it are logged.
            let _ = entry.key_values().visit(&mut pairs);
            let Pairs { at, .. } = pairs;
            let mut err = None;
            let mut named: SmallVec<[(&str, Value<'_>); 8]> = SmallVec::new();
            for (key, at) in &at {
                let value = stored::read(&mut &tape[*at..]);
                if key.as_str() == "err" && err.is_none() {
                    err = Some(value);
                } else {
                    named.push((key.as_str(), value));
                }
            }
            thread_buffers::with(Use::Piece, |buffer| {
                let message = match entry.args().as_str() {
                    Some(text) => Cow::Borrowed(text),
                    None => {
                        append_display(&Value::Display(entry.args()), buffer);
                        String::from_utf8_lossy(buffer)
                    }
                };
                Logger::with_current(|logger| {
                    let record = Record {
                        severity,
                        verbosity: verbosity.saturating_add(logger.map_or(0, Logger::offset)),
                        source: Source::Parts {
                            file: entry.file(),
                            module: entry.module_path(),
                            target: Some(entry.target()),
                            line: entry.line().unwrap_or(1),
                            message: &message,
                        },
                        logger: logger.map_or((None, None), Logger::name_and_pairs),
                        err: err.as_ref(),
                        pairs: CallPairs::Named(&named),
                    };
                    log_bridged(&record, logger, entry.target(), entry.module_path());
                });
            });
        });
    }

    fn flush(&self) {
        flush(EXIT_FLUSH_TIMEOUT);
    }
}

/// Whether anybody wants a record, asked before its message and values are formatted.
fn is_wanted(severity: Severity, verbosity: u32, place: Place<'_>) -> bool {
    Logger::with_current(|logger| {
        let verbosity = verbosity.saturating_add(logger.map_or(0, Logger::offset));
        let allows = |output: &Output| output.allows(severity, verbosity, || place);
        match logger.and_then(Logger::output) {
            Some(output) => allows(output),
            None => sole_layer::may_want(allows),
        }
    })
}

/// Takes key-values over into owned form.
struct Pairs<'a, 'kvs> {
    tape: &'a mut Vec<u8>,
    at: SmallVec<[(kv::Key<'kvs>, usize); 8]>,
}

impl<'kvs> Pairs<'_, 'kvs> {
    fn add(&mut self, key: kv::Key<'kvs>, value: &Value<'_>) {
        self.at.push((key, self.tape.len()));
        stored::write(value, self.tape);
    }
}

impl<'kvs> VisitSource<'kvs> for Pairs<'_, 'kvs> {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        let mut taken = Taken { pairs: self, key: Some(key) };
        value.visit(&mut taken)
    }
}

/// Takes one value over.
struct Taken<'a, 'b, 'kvs> {
    pairs: &'a mut Pairs<'b, 'kvs>,
    key: Option<kv::Key<'kvs>>,
}

impl Taken<'_, '_, '_> {
    fn add(&mut self, value: &Value<'_>) -> Result<(), kv::Error> {
        if let Some(key) = self.key.take() {
            self.pairs.add(key, value);
        }
        Ok(())
    }
}

impl<'v> VisitValue<'v> for Taken<'_, '_, '_> {
    fn visit_any(&mut self, value: kv::Value<'_>) -> Result<(), kv::Error> {
        if let Some(error) = value.to_borrowed_error() {
            return self.add(&Value::Error(error));
        }
        // A structured value and one that has only `Debug` or `Display` come the same way.
        #[cfg(feature = "log-serde")]
        return self.add(&Value::Json(&crate::value::json(&value)));
        #[cfg(not(feature = "log-serde"))]
        self.add(&Value::Display(&value))
    }

    fn visit_null(&mut self) -> Result<(), kv::Error> {
        self.add(&Value::Null)
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.add(&Value::U64(value))
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.add(&Value::I64(value))
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), kv::Error> {
        self.add(&Value::U128(value))
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), kv::Error> {
        self.add(&Value::I128(value))
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.add(&Value::F64(value))
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.add(&Value::Bool(value))
    }

    fn visit_str(&mut self, value: &str) -> Result<(), kv::Error> {
        self.add(&Value::Str(value))
    }

    fn visit_char(&mut self, value: char) -> Result<(), kv::Error> {
        self.add(&Value::Char(value))
    }

    fn visit_error(&mut self, error: &(dyn std::error::Error + 'static)) -> Result<(), kv::Error> {
        self.add(&Value::Error(error))
    }
}
