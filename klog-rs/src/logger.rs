//! Contextual loggers: a name, pairs and an offset of verbosity that everything logged through them carries.

use std::{
    fmt,
    panic::Location,
    sync::{
        Arc,
        atomic::{
            AtomicBool,
            Ordering::{Relaxed, SeqCst},
        },
    },
};

use crate::{
    Format, Severity,
    call_site::CallSite,
    early,
    encode::{Key, Name},
    entry::Entry,
    output::Output,
    pairs::Pairs,
    raw::{Family, Slot},
    record,
    value::Value,
    verbosity,
};

/// A logger that adds its name and pairs to everything that is logged through it (KEP-3077).
///
/// It is cheap to clone and to pass on: one `Arc`. What it adds is rendered once, when it is made.
/// It writes through the program's `tracing` subscriber, unless it was made by [`crate::Output::logger`].
///
/// ```
/// use klog::{Logger, kref, kvs};
///
/// let logger = Logger::background().with_name("scheduler").with_values(kvs! { pod = kref("default", "web-0") });
/// klog::info!(logger: logger, "Pod bound", node = kref("", "worker-1"));
/// // I1025 00:15:15.525108       1 main.rs:4] "Pod bound" logger="scheduler" pod="default/web-0" node="worker-1"
/// ```
#[derive(Clone, Default)]
#[must_use = "a derived logger does nothing by itself: log through it or pass it on"]
pub struct Logger(Option<Arc<Inner>>);

#[derive(Clone, Default)]
struct Inner {
    name: Option<Arc<Name>>,
    pairs: Pairs,
    offset: u32,
    output: Option<Output>,
}

impl Inner {
    /// What is logged through it may be enabled although `tracing` says no, or the other way round.
    #[inline]
    fn is_special(&self) -> bool {
        self.offset != 0 || self.output.is_some()
    }
}

static CONTEXTUAL: AtomicBool = AtomicBool::new(true);

/// There is a logger of an output, so that a call may be enabled although `tracing` says no.
static ANY_OUTPUT: AtomicBool = AtomicBool::new(false);

struct LoggerFamily;

// SAFETY: `Logger` has no lifetime.
unsafe impl Family for LoggerFamily {
    type Of<'a> = Logger;
}

thread_local! {
    static CURRENT: Slot<LoggerFamily> = const { Slot::new() };
}

/// Turns contextual logging off or on: the kill switch of Kubernetes' `ContextualLogging` gate; on by default.
///
/// While it is off, [`Logger::with_values`] and [`Logger::with_name`] give back the logger unchanged and
/// [`Logger::current`] is the background logger.
///
/// ```
/// klog::set_contextual(true);
/// ```
pub fn set_contextual(on: bool) {
    CONTEXTUAL.store(on, Relaxed);
}

impl Logger {
    /// The logger without name and pairs (klog's `Background`): for `main`, initialisation and tests.
    pub const fn background() -> Self {
        Logger(None)
    }

    /// The logger of the surrounding [`Logger::in_scope`] or [`crate::WithLogger::with_logger`], else the background
    /// logger (klog's `FromContext`).
    ///
    /// ```
    /// use klog::{Logger, kvs};
    ///
    /// fn callee() {
    ///     klog::info!("Started"); // carries request=7
    ///     let _further = Logger::current().with_name("callee");
    /// }
    ///
    /// Logger::background().with_values(kvs! { request = 7 }).in_scope(callee);
    /// ```
    pub fn current() -> Self {
        Logger::with_current(|logger| logger.cloned().unwrap_or_default())
    }

    #[inline]
    pub(crate) fn with_current<R>(f: impl FnOnce(Option<&Logger>) -> R) -> R {
        Slot::with(&CURRENT, |logger| f(logger.filter(|_| CONTEXTUAL.load(Relaxed))))
    }

    /// Runs `f` with this logger as the current one of the thread.
    ///
    /// ```
    /// klog::Logger::background().with_name("setup").in_scope(|| {
    ///     klog::info!("Started"); // logger="setup"
    /// });
    /// ```
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        Slot::set(&CURRENT, self, f)
    }

    /// Runs `f` with `logger`, if there is one, as the current one of the thread.
    #[inline(always)]
    pub(crate) fn in_scope_of<R>(logger: Option<&Logger>, f: impl FnOnce() -> R) -> R {
        Slot::set_some(&CURRENT, logger, f)
    }

    /// A logger that adds further pairs (klog's `LoggerWithValues`).
    ///
    /// The values are taken now: a later change of what they were taken from does not show.
    ///
    /// ```
    /// use klog::{Logger, kvs};
    ///
    /// let logger = Logger::current().with_values(kvs! { controller = "deployment", attempt = 3 });
    /// ```
    pub fn with_values(&self, values: KeyValues<'_>) -> Self {
        self.derive(|inner, format| {
            inner.pairs = inner.pairs.with(format, |each| {
                for (key, value) in values.keys.iter().zip(values.values) {
                    each(Key::checked(key), value);
                }
            });
        })
    }

    /// A logger that adds further pairs whose keys are known at run time only.
    ///
    /// ```
    /// let label = String::from("app");
    /// let logger = klog::Logger::current().with_pairs(&[(&label, "web".into())]);
    /// ```
    pub fn with_pairs(&self, pairs: &[(&str, Value<'_>)]) -> Self {
        self.derive(|inner, format| {
            inner.pairs = inner.pairs.with(format, |each| {
                for (key, value) in pairs {
                    each(Key::unchecked(key), value);
                }
            });
        })
    }

    /// A logger with a further part of a name (klog's `LoggerWithName`); parts are joined by `.`.
    ///
    /// ```
    /// let logger = klog::Logger::background().with_name("scheduler").with_name("binder");
    /// // logger="scheduler.binder"
    /// ```
    pub fn with_name(&self, name: &str) -> Self {
        self.derive(|inner, _| inner.name = Some(Arc::new(Name::join(inner.name.as_deref(), name))))
    }

    /// A logger whose information counts as that much less important: V levels add up.
    ///
    /// It lowers what callees log through it too (KEP-3077, stories 2 and 4). Errors are always written.
    ///
    /// ```
    /// use klog::Logger;
    ///
    /// let logger = Logger::background().v(4);
    /// klog::info!(logger: logger, "Cache hit"); // written at -v=4 and above
    /// klog::info!(v: 1, logger: logger, "Cache entry"); // written at -v=5 and above
    /// ```
    pub fn v(&self, verbosity: u32) -> Self {
        let mut inner = self.0.as_deref().cloned().unwrap_or_default();
        inner.offset = inner.offset.saturating_add(verbosity);
        Logger(Some(Arc::new(inner)))
    }

    /// Whether information at this V level, from the file of the caller, would be written.
    ///
    /// Ask before work that only the log needs; a macro evaluates no argument when it is disabled anyway.
    #[track_caller]
    pub fn enabled(&self, verbosity: u32) -> bool {
        let file = Location::caller().file();
        let verbosity = verbosity.saturating_add(self.offset());
        match self.output() {
            Some(output) => output.allows(Severity::Info, verbosity, || Some(file)),
            None => verbosity::program().map_or_else(
                || early::allows_verbosity(verbosity),
                |program| program.allows(verbosity, || Some(file)),
            ),
        }
    }

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
        record::log_late(&entry.record(self));
    }

    fn derive(&self, change: impl FnOnce(&mut Inner, Format)) -> Self {
        if !CONTEXTUAL.load(Relaxed) {
            return self.clone();
        }
        let inner = self.0.as_deref();
        let format = inner
            .and_then(|inner| inner.output.as_ref())
            .map_or_else(Format::primary, Output::format);
        let mut inner = inner.cloned().unwrap_or_default();
        change(&mut inner, format);
        Logger(Some(Arc::new(inner)))
    }

    pub(crate) fn of(output: Output) -> Self {
        ANY_OUTPUT.store(true, SeqCst);
        IS_UNUSUAL.store(true, SeqCst);
        Logger(Some(Arc::new(Inner { output: Some(output), ..Inner::default() })))
    }

    /// The name, if it has one.
    ///
    /// ```
    /// let logger = klog::Logger::background().with_name("scheduler").with_name("binder");
    /// assert_eq!(logger.name().expect("it has one").joined, "scheduler.binder");
    /// ```
    pub fn name(&self) -> Option<&Name> {
        self.0.as_ref()?.name.as_deref()
    }

    /// Calls `each` with every pair that the logger adds, in their order; a key may occur twice, then the last one counts.
    ///
    /// While an entry is on its way through `tracing`, its logger is the current one. So other layers and exporters find
    /// what is no field of the event:
    ///
    /// ```
    /// use klog::{Logger, kvs};
    ///
    /// // In a layer's `on_event`, or in a `LogProcessor` of OpenTelemetry:
    /// fn attributes() -> Vec<(String, String)> {
    ///     let mut attributes = Vec::new();
    ///     Logger::current().for_each_pair(|key, value| attributes.push((key.to_owned(), value.to_string())));
    ///     attributes
    /// }
    ///
    /// let logger = Logger::background().with_values(kvs! { controller = "deployment" });
    /// assert_eq!(logger.in_scope(attributes), [("controller".into(), "deployment".into())]);
    /// ```
    pub fn for_each_pair(&self, mut each: impl FnMut(&str, &Value<'_>)) {
        if let Some(pairs) = self.pairs() {
            pairs.for_each(|key, value| each(key, &value));
        }
    }

    pub(crate) fn pairs(&self) -> Option<&Pairs> {
        self.0.as_ref().map(|inner| &inner.pairs)
    }

    #[inline]
    pub(crate) fn name_and_pairs(&self) -> (Option<&Name>, Option<&Pairs>) {
        match &self.0 {
            Some(inner) => (inner.name.as_deref(), Some(&inner.pairs)),
            None => (None, None),
        }
    }

    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.0.as_ref().map_or(0, |inner| inner.offset)
    }

    pub(crate) fn output(&self) -> Option<&Output> {
        self.0.as_ref()?.output.as_ref()
    }

    /// Whether a macro's call through this logger is written.
    #[inline]
    fn allows(&self, site: &'static CallSite) -> bool {
        match &self.0 {
            Some(inner) if inner.is_special() => self.allows_exactly(inner, site),
            _ => site.is_enabled(),
        }
    }

    #[inline(never)]
    fn allows_exactly(&self, inner: &Inner, site: &'static CallSite) -> bool {
        let verbosity = site.verbosity().saturating_add(inner.offset);
        let file = || site.metadata().file();
        match (&inner.output, verbosity::program()) {
            (Some(output), _) => output.allows(site.severity(), verbosity, file),
            (None, Some(program)) => {
                (site.severity() != Severity::Info || program.allows(verbosity, file))
                    && site.is_enabled()
            }
            (None, None) => site.is_enabled(),
        }
    }
}

/// Whether a call with this logger is enabled; used by the macros.
///
/// What stands in each call is kept short: a disabled call compares a level, and an enabled one calls a function.
#[doc(hidden)]
#[inline(always)]
pub fn enabled(site: &'static CallSite, level: tracing::Level, logger: &Logger) -> bool {
    if site.may_be_enabled_at(level) {
        allowed(site, logger)
    } else {
        IS_UNUSUAL.load(Relaxed) && enabled_anyway(site, Some(logger))
    }
}

/// Whether a call with the current logger is enabled; used by the macros.
#[doc(hidden)]
#[inline(always)]
pub fn enabled_current(site: &'static CallSite, level: tracing::Level) -> bool {
    if site.may_be_enabled_at(level) {
        allowed_by_current(site)
    } else {
        IS_UNUSUAL.load(Relaxed) && enabled_anyway_by_current(site)
    }
}

#[inline(never)]
fn allowed(site: &'static CallSite, logger: &Logger) -> bool {
    match &logger.0 {
        Some(inner) if inner.is_special() => logger.allows_exactly(inner, site),
        _ => site.filters_agree(),
    }
}

#[inline(never)]
fn allowed_by_current(site: &'static CallSite) -> bool {
    Logger::with_current(|logger| match logger {
        Some(logger) => allowed(site, logger),
        None => site.filters_agree(),
    })
}

/// A call may be enabled although `tracing` says no: there is a logger of an output, or no subscriber yet.
static IS_UNUSUAL: AtomicBool = AtomicBool::new(true);

/// Whether a call is enabled although `tracing` says no.
#[cold]
#[inline(never)]
fn enabled_anyway(site: &'static CallSite, logger: Option<&Logger>) -> bool {
    if !early::may_be() && !ANY_OUTPUT.load(Relaxed) {
        IS_UNUSUAL.store(false, SeqCst);
        // Another thread may have made a logger of an output meanwhile.
        IS_UNUSUAL.fetch_or(ANY_OUTPUT.load(SeqCst), SeqCst);
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

/// Pairs for [`Logger::with_values`]; made by [`crate::kvs!`].
#[derive(Clone, Copy, Debug)]
pub struct KeyValues<'a> {
    #[doc(hidden)]
    pub keys: &'static [&'static str],
    #[doc(hidden)]
    pub values: &'a [Value<'a>],
}

impl fmt::Debug for Logger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Logger");
        debug.field("name", &self.name().map(|name| &name.joined));
        if let Some(pairs) = self.pairs() {
            pairs.for_each(|key, value| {
                debug.field(key, &value);
            });
        }
        debug.field("v", &self.offset()).finish()
    }
}
