//! Which verbosity is written: `-v` and `--vmodule`, decided per call site and changed at run time.

use std::{
    fmt,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicI32, Ordering::Relaxed},
    },
};

use tracing::{Level, Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter};

use super::{
    call_site,
    place_levels::PlaceLevels,
    targets::{Limit, Targets},
    vmodule::Vmodule,
};
use crate::{
    base::{Severity, fork},
    pairs::known_libraries,
};

/// The threshold of V levels and its exceptions by file and target.
pub(crate) struct Verbosity {
    threshold: AtomicI32,
    has_exceptions: AtomicBool,
    exceptions: RwLock<Exceptions>,
    /// What they gave for places that were asked about.
    by_place: PlaceLevels,
}

#[derive(Default)]
struct Exceptions {
    vmodule: Vmodule,
    targets: Targets,
}

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    pub(crate) file: Option<&'a str>,
    pub(crate) module: Option<&'a str>,
    /// Empty if it has none.
    pub(crate) target: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn of(metadata: &Metadata<'a>) -> Place<'a> {
        Place { file: metadata.file(), module: metadata.module_path(), target: metadata.target() }
    }
}

impl Default for Verbosity {
    fn default() -> Self {
        Verbosity::new(0, Vmodule::default())
    }
}

impl Verbosity {
    pub(crate) fn new(threshold: i32, vmodule: Vmodule) -> Self {
        Verbosity {
            threshold: AtomicI32::new(threshold),
            has_exceptions: AtomicBool::new(!vmodule.is_empty()),
            exceptions: RwLock::new(Exceptions { vmodule, targets: Targets::default() }),
            by_place: PlaceLevels::default(),
        }
    }

    /// The same with other levels by target.
    pub(crate) fn with_targets(&self, targets: Targets) -> Self {
        let verbosity = Verbosity::new(self.threshold(), self.vmodule());
        verbosity.set_targets(targets);
        verbosity
    }

    pub(crate) fn set(&self, threshold: i32) {
        self.threshold.store(threshold, Relaxed);
        self.by_place.forget();
    }

    pub(crate) fn set_vmodule(&self, vmodule: Vmodule) {
        self.change(|exceptions| exceptions.vmodule = vmodule);
    }

    pub(crate) fn set_targets(&self, targets: Targets) {
        self.change(|exceptions| exceptions.targets = targets);
    }

    fn change(&self, change: impl FnOnce(&mut Exceptions)) {
        let mut exceptions = fork::write(&self.exceptions);
        change(&mut exceptions);
        let Exceptions { vmodule, targets } = &*exceptions;
        self.has_exceptions.store(!vmodule.is_empty() || !targets.is_empty(), Relaxed);
        self.by_place.forget();
    }

    pub(crate) fn vmodule(&self) -> Vmodule {
        fork::read(&self.exceptions).vmodule.clone()
    }

    pub(crate) fn targets(&self) -> Targets {
        fork::read(&self.exceptions).targets.clone()
    }

    #[inline]
    pub(crate) fn threshold(&self) -> i32 {
        self.threshold.load(Relaxed)
    }

    /// Whether an entry from this place is written.
    #[inline]
    pub(crate) fn allows<'a>(
        &self,
        severity: Severity,
        verbosity: u32,
        place: impl FnOnce() -> Place<'a>,
    ) -> bool {
        let entry = Limit::of(severity, verbosity);
        if self.has_exceptions.load(Relaxed) {
            return entry <= self.limit(place());
        }
        entry <= Limit::verbosity(self.threshold())
    }

    /// The limit of a place, which is remembered.
    #[inline(never)]
    fn limit(&self, place: Place<'_>) -> Limit {
        let file = place.file.unwrap_or_default();
        let find = || self.find_limit(place).to_index();
        Limit::from_index(self.by_place.get_or(file, place.target, find))
    }

    fn find_limit(&self, place: Place<'_>) -> Limit {
        let exceptions = fork::read(&self.exceptions);
        let by_target = exceptions.targets.limit(place.target);
        let limit = by_target.unwrap_or(Limit::verbosity(self.threshold()));
        let verbosity = exceptions.vmodule.verbosity_of(place.file, place.module);
        // 0 says nothing.
        let by_file = (verbosity > 0).then(|| Limit::verbosity(verbosity.cast_signed()));
        by_file.map_or(limit, |by_file| by_file.max(limit))
    }

    fn allows_site(&self, metadata: &Metadata<'_>) -> bool {
        // A span's fields are the context of entries of every level: tower-http's are in one of DEBUG.
        if metadata.is_span() && *metadata.level() <= Level::DEBUG {
            return true;
        }
        let place = || Place::of(metadata);
        match call_site::find(metadata) {
            Some(site) if site.decides_at_run_time() => true,
            Some(site) => self.allows(site.severity(), site.verbosity(), place),
            None => {
                let (severity, verbosity) = of_level(*metadata.level());
                self.allows(severity, verbosity, place)
                    // Its file is a field, which the filter does not see.
                    || self.has_exceptions.load(Relaxed) && known_libraries::is_log_record(metadata)
            }
        }
    }

    /// The level up to which `tracing` has to call.
    fn max_level(&self) -> LevelFilter {
        // Spans of DEBUG are kept at every verbosity.
        self.max_entry_level().max(LevelFilter::DEBUG)
    }

    /// The level up to which an entry may be written.
    pub(crate) fn max_entry_level(&self) -> LevelFilter {
        let threshold = i64::from(self.threshold());
        let max = if self.has_exceptions.load(Relaxed) {
            let exceptions = fork::read(&self.exceptions);
            let by_file =
                exceptions.vmodule.iter().map(|(_, verbosity)| i64::from(verbosity)).max();
            let by_target = exceptions.targets.max().map(Limit::max_verbosity);
            threshold.max(by_file.unwrap_or(0)).max(by_target.unwrap_or(0))
        } else {
            threshold
        };
        match max {
            ..=3 => LevelFilter::INFO,
            4 => LevelFilter::DEBUG,
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
///
/// ```
/// use tracing_subscriber::Registry;
///
/// // It is a part of the type of a layer.
/// let layer: klog::output::Layer<Registry> = klog::Output::default().layer();
/// let filter: &klog::output::VerbosityFilter = layer.filter();
/// # let _ = filter;
/// ```
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
