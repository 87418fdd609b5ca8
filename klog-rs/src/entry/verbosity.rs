//! Which verbosity is written: `-v` and `--vmodule`, decided per call site and changed at run time.

use std::{
    fmt,
    sync::{
        Arc, OnceLock, RwLock,
        atomic::{AtomicBool, AtomicI32, Ordering::Relaxed},
    },
};

use tracing::{Level, Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter};

use super::{call_site, file_levels::FileLevels, vmodule::Vmodule};
use crate::{
    base::{Severity, fork},
    pairs::known_libraries,
};

/// The threshold of V levels and its exceptions by file.
#[derive(Default)]
pub(crate) struct Verbosity {
    threshold: AtomicI32,
    has_vmodule: AtomicBool,
    vmodule: RwLock<Vmodule>,
    /// What the patterns gave for files that were asked about.
    by_file: FileLevels,
}

impl Verbosity {
    pub(crate) fn new(threshold: i32, vmodule: Vmodule) -> Self {
        Verbosity {
            threshold: AtomicI32::new(threshold),
            has_vmodule: AtomicBool::new(!vmodule.is_empty()),
            vmodule: RwLock::new(vmodule),
            by_file: FileLevels::default(),
        }
    }

    pub(crate) fn set(&self, threshold: i32) {
        self.threshold.store(threshold, Relaxed);
    }

    pub(crate) fn set_vmodule(&self, vmodule: Vmodule) {
        let mut place = fork::write(&self.vmodule);
        self.has_vmodule.store(!vmodule.is_empty(), Relaxed);
        *place = vmodule;
        self.by_file.forget();
    }

    pub(crate) fn vmodule(&self) -> Vmodule {
        fork::read(&self.vmodule).clone()
    }

    #[inline]
    pub(crate) fn threshold(&self) -> i32 {
        self.threshold.load(Relaxed)
    }

    /// Whether information at this V level, from this file, is written.
    #[inline]
    pub(crate) fn allows<'a>(
        &self,
        verbosity: u32,
        file: impl FnOnce() -> Option<&'a str>,
    ) -> bool {
        i64::from(verbosity) <= i64::from(self.threshold())
            || self.has_vmodule.load(Relaxed) && self.vmodule_allows(verbosity, file())
    }

    #[inline(never)]
    fn vmodule_allows(&self, verbosity: u32, file: Option<&str>) -> bool {
        let Some(file) = file else { return false };
        let level = self.by_file.get_or(file, || fork::read(&self.vmodule).verbosity_for(file));
        verbosity <= level
    }

    fn allows_site(&self, metadata: &Metadata<'_>) -> bool {
        // A span's fields are the context of entries of every level: tower-http's are in one of DEBUG.
        if metadata.is_span() && *metadata.level() <= Level::DEBUG {
            return true;
        }
        match call_site::find(metadata) {
            Some(site) if site.decides_late() => true,
            Some(site) => {
                site.severity() != Severity::Info
                    || self.allows(site.verbosity(), || metadata.file())
            }
            None => {
                let (severity, verbosity) = of_level(*metadata.level());
                severity != Severity::Info
                    || self.allows(verbosity, || metadata.file())
                    // Its file is a field, which the filter does not see.
                    || self.has_vmodule.load(Relaxed) && known_libraries::is_log_record(metadata)
            }
        }
    }

    pub(crate) fn max_level(&self) -> LevelFilter {
        match self.threshold() {
            _ if self.has_vmodule.load(Relaxed) => LevelFilter::TRACE,
            // Spans of DEBUG are kept at every verbosity.
            ..=4 => LevelFilter::DEBUG,
            5.. => LevelFilter::TRACE,
        }
    }
}

impl fmt::Debug for Verbosity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verbosity")
            .field("threshold", &self.threshold())
            .finish_non_exhaustive()
    }
}

/// Severity and V level of an event of plain `tracing`: TRACE is V5, DEBUG is V4.
pub(crate) fn of_level(level: Level) -> (Severity, u32) {
    match level {
        Level::ERROR => (Severity::Error, 0),
        Level::WARN => (Severity::Warning, 0),
        Level::INFO => (Severity::Info, 0),
        Level::DEBUG => (Severity::Info, 4),
        Level::TRACE => (Severity::Info, 5),
    }
}

/// The per-layer filter that lets `tracing` remember each call site's decision.
///
/// A plain layer that is not interested would silence the call site for every other layer.
#[derive(Clone)]
pub struct VerbosityFilter {
    verbosity: Arc<Verbosity>,
    /// Called when a subscriber is registered of which this is a filter.
    on_register: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl VerbosityFilter {
    pub(crate) fn new(verbosity: Arc<Verbosity>) -> Self {
        VerbosityFilter { verbosity, on_register: None }
    }

    pub(crate) fn on_register(self, call: impl Fn() + Send + Sync + 'static) -> Self {
        VerbosityFilter { on_register: Some(Arc::new(call)), ..self }
    }
}

impl fmt::Debug for VerbosityFilter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("VerbosityFilter").field(&self.verbosity).finish()
    }
}

impl<S> Filter<S> for VerbosityFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.verbosity.allows_site(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.verbosity.allows_site(metadata) { Interest::always() } else { Interest::never() }
    }

    /// `tracing` asks for it when a subscriber is registered, whatever is around the layer in it.
    fn max_level_hint(&self) -> Option<LevelFilter> {
        if let Some(call) = &self.on_register {
            call();
        }
        Some(self.verbosity.max_level())
    }
}

/// The verbosity of the program: that of the installed output, else of the first one whose layer was registered.
static INSTALLED: OnceLock<Arc<Verbosity>> = OnceLock::new();
static LAYER: OnceLock<Arc<Verbosity>> = OnceLock::new();

/// The output was installed.
pub(crate) fn install(verbosity: &Arc<Verbosity>) {
    fork::get_or_init(&INSTALLED, || verbosity.clone());
}

/// A layer of the output was registered.
pub(crate) fn register(verbosity: &Arc<Verbosity>) {
    fork::get_or_init(&LAYER, || verbosity.clone());
}

pub(crate) fn program() -> Option<&'static Verbosity> {
    INSTALLED.get().or_else(|| LAYER.get()).map(|verbosity| &**verbosity)
}
