//! Contextual loggers: a name, pairs and an offset of verbosity that everything logged through them carries.

mod future;

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{
            AtomicBool,
            Ordering::{Relaxed, SeqCst},
        },
    },
};

pub use self::future::{InContext, InCurrentContext, LogContext, WithLogger, in_current_context};
pub use crate::entry::Entry;
use crate::{
    base::{Key, fork},
    output::{Output, program},
    pairs::{Name, PairFormat, Pairs},
    raw::{Shared, SharedPointer},
    value::{Value, guard},
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

impl Output {
    /// A logger that writes here and nowhere else, whatever subscriber is installed.
    ///
    /// ```
    /// let output = klog::Output::new(klog::Format::Json, klog::sink::Stream::stdout());
    /// klog::info!(logger: output.logger(), "To standard output");
    /// ```
    pub fn logger(&self) -> Logger {
        guard::silence_hook();
        self.watch();
        Logger::of(self.clone())
    }
}

impl Logger {
    /// What is logged through it may be enabled although `tracing` says no, or the other way round.
    #[inline]
    pub(crate) fn overrides_tracing(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.offset != 0 || inner.output.is_some())
    }
}

static CONTEXTUAL: AtomicBool = AtomicBool::new(true);

/// There is a logger of an output, so that a call may be enabled although `tracing` says no.
pub(crate) static ANY_OUTPUT: AtomicBool = AtomicBool::new(false);

/// A call may be enabled although `tracing` says no: there is a logger of an output, or no subscriber yet.
pub(crate) static MAY_BYPASS_TRACING: AtomicBool = AtomicBool::new(true);

// SAFETY: it is an `Arc` or nothing.
unsafe impl SharedPointer for Logger {}

thread_local! {
    static CURRENT: Shared<Logger> = const { Shared::new() };
}

/// Turns contextual logging off or on: the kill switch of Kubernetes' `ContextualLogging` gate; on by default.
///
/// While it is off, [`Logger::with_values`] and [`Logger::with_name`] give back the logger unchanged and
/// [`Logger::current`] is the background logger.
///
/// ```
/// klog::logger::set_contextual(true);
/// ```
pub fn set_contextual(on: bool) {
    CONTEXTUAL.store(on, Relaxed);
}

static PAIRS_AS_FIELDS: AtomicBool = AtomicBool::new(false);

/// Shows name and pairs of an entry's logger to all layers, as fields of its event; off by default.
///
/// klog's own lines have them anyway. Other layers, such as `tracing_subscriber::fmt`, `tracing-test` or an appender of
/// OpenTelemetry, see the fields of a call and nothing of its logger, unless this is on or they ask [`Logger::current`].
/// The fields are `logger` for the name, and the keys of the pairs; of two the call's own counts.
///
/// It costs about 2,300 instructions for each entry that has a logger of two pairs and goes to other layers, twice what the
/// entry costs itself, and memory for each set of keys at each call. For a program that makes up keys while it runs, that
/// ends at 1,024 sets. Events of plain `tracing` are not changed.
///
/// ```
/// use klog::{Logger, kvs};
/// use tracing_subscriber::prelude::*;
///
/// klog::logger::set_pairs_as_fields(true);
/// let subscriber = tracing_subscriber::registry().with(tracing_subscriber::fmt::layer());
/// tracing::subscriber::with_default(subscriber, || {
///     let logger = Logger::background().with_values(kvs! { controller = "deployment" });
///     klog::info!(logger: logger, "Pod created", attempt = 1);
///     // 2026-03-04T05:06:07.089012Z  INFO main: Pod created attempt=1 controller="deployment"
/// });
/// ```
pub fn set_pairs_as_fields(on: bool) {
    PAIRS_AS_FIELDS.store(on, Relaxed);
}

/// Whether events have what their loggers add.
#[inline]
pub(crate) fn are_pairs_fields() -> bool {
    PAIRS_AS_FIELDS.load(Relaxed)
}

impl Logger {
    /// A logger that writes nothing: for code that wants a logger and should be silent (logr's `Discard`).
    ///
    /// ```
    /// klog::error!(logger: klog::Logger::discard(), err: "no", "Nobody reads this");
    /// ```
    pub fn discard() -> Self {
        static DISCARD: OnceLock<Logger> = OnceLock::new();
        fork::get_or_init(&DISCARD, || Logger::of(Output::discard())).clone()
    }

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
        Shared::with(&CURRENT, |logger| f(logger.filter(|_| CONTEXTUAL.load(Relaxed))))
    }

    /// Runs `f` with this logger as the current one of the thread.
    ///
    /// ```
    /// klog::Logger::background().with_name("setup").in_scope(|| {
    ///     klog::info!("Started"); // logger="setup"
    /// });
    /// ```
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        Shared::set(&CURRENT, Some(self), f)
    }

    /// Runs `f` with `logger`, if there is one, as the current one of the thread.
    #[inline(always)]
    pub(crate) fn in_scope_of<R>(logger: Option<&Logger>, f: impl FnOnce() -> R) -> R {
        Shared::set(&CURRENT, logger, f)
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

    fn derive(&self, change: impl FnOnce(&mut Inner, PairFormat)) -> Self {
        if !CONTEXTUAL.load(Relaxed) {
            return self.clone();
        }
        let inner = self.0.as_deref();
        let format = inner
            .and_then(|inner| inner.output.as_ref())
            .map_or_else(program::format, Output::format)
            .pairs();
        let mut inner = inner.cloned().unwrap_or_default();
        change(&mut inner, format);
        Logger(Some(Arc::new(inner)))
    }

    fn of(output: Output) -> Self {
        ANY_OUTPUT.store(true, SeqCst);
        MAY_BYPASS_TRACING.store(true, SeqCst);
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
