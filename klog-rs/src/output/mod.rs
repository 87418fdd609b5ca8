//! An output: a format, a sink, a clock and a verbosity. What a layer and a test's logger write to.

mod extras;
mod flush;
mod helper;
mod home;
pub(crate) mod program;

use std::{
    fmt,
    num::NonZeroU64,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;

pub use self::{extras::Edit, flush::flush};
pub(crate) use self::{flush::finish, home::OwnDispatch};
pub use crate::entry::VerbosityFilter;
use crate::{
    base::{
        Key, Severity, fork,
        stats::{self, LossReason},
        thread_buffers::{self, Use},
    },
    encode::{Format, Line},
    entry::{
        Record, Source, Targets, Vmodule,
        verbosity::{Place, Verbosity},
    },
    pairs::{CallPairs, Context, Pairs, spans},
    sink::{Losses, Sink, Stream},
    time::Clock,
    value::{Value, guard},
};

/// A destination of entries: a format, a sink, a clock and a verbosity.
///
/// [`crate::Config`] makes one from flags; make one yourself to combine klog with other `tracing` layers or to write
/// somewhere else.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// let output = klog::Output::new(klog::Format::Json, klog::sink::Stream::stderr()).with_verbosity(2, Default::default());
/// let subscriber = tracing_subscriber::registry().with(output.layer());
/// tracing::subscriber::with_default(subscriber, || {
///     klog::info!("Started", port = 8080);
///     // {"ts":1772600767089.0122,"caller":"src/main.rs:6","msg":"Started","v":0,"port":8080}
/// });
/// ```
#[derive(Clone)]
pub struct Output {
    format: Format,
    sink: Arc<dyn Sink>,
    clock: Clock,
    /// Shown instead of this process' id, see [`fork::pid_field`].
    pid: Option<NonZeroU64>,
    header: bool,
    verbosity: Arc<Verbosity>,
    /// Lines that were lost since the last one that was written.
    lost: Losses,
    tap: Option<Arc<dyn Tap>>,
    pub(crate) home: OwnDispatch,
    extras: Option<Arc<extras::Extras>>,
}

/// Callers of [`Output::write_line`]: entries of klog outside of spans, events of plain `tracing`, all others, and entries of
/// which all was gathered and changed.
const OUTSIDE_OF_SPANS: u8 = 0;
const EVENT: u8 = 1;
const ANY: u8 = 2;
const CHANGED: u8 = 3;

/// Is shown every entry with its line: the log of a test.
pub(crate) trait Tap: Send + Sync {
    fn entry(&self, line: &Line<'_>, rendered: &[u8]);
}

/// A `tracing` layer that writes to an [`Output`], with the filter that lets `tracing` skip disabled calls.
pub type Layer<S> = tracing_subscriber::filter::Filtered<Output, VerbosityFilter, S>;

impl Default for Output {
    /// klog's text to standard error.
    fn default() -> Self {
        Output::new(Format::Text, Stream::stderr())
    }
}

impl Output {
    /// An output with the system's clock, this process' id, and verbosity 0.
    pub fn new(format: Format, mut sink: impl Sink) -> Self {
        fork::watch();
        let lost = Losses::default();
        sink.attach(&lost);
        Output {
            format,
            sink: Arc::new(sink),
            clock: Clock::System,
            pid: None,
            header: true,
            verbosity: Arc::default(),
            lost,
            tap: None,
            home: OwnDispatch::default(),
            extras: None,
        }
    }

    /// An output that writes nothing.
    pub(crate) fn discard() -> Self {
        let nothing = "off".parse().unwrap_or_default();
        Output::new(Format::Text, flush::Gone).with_targets(nothing)
    }

    /// Writes information up to this V level, and up to others from files that `vmodule` names.
    #[must_use]
    pub fn with_verbosity(self, threshold: u32, vmodule: Vmodule) -> Self {
        let threshold = i32::try_from(threshold).unwrap_or(i32::MAX);
        Output { verbosity: Arc::new(Verbosity::new(threshold, vmodule)), ..self }
    }

    /// Writes more or less of what comes from certain crates and modules.
    ///
    /// ```
    /// let output = klog::Output::default().with_targets("hyper=warn,h2=off".parse()?);
    /// # let _ = output;
    /// # Ok::<(), klog::config::ParseTargetsError>(())
    /// ```
    #[must_use]
    pub fn with_targets(self, targets: Targets) -> Self {
        Output { verbosity: Arc::new(self.verbosity.with_targets(targets)), ..self }
    }

    /// Takes times from `clock`.
    ///
    /// ```
    /// use klog::encode::Clock;
    ///
    /// let output = klog::Output::default().with_clock(Clock::Fixed { nanos: 0, offset: 0 });
    /// ```
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Output { clock, ..self }
    }

    /// Shows this process id; of more than seven digits the last seven, and spaces for 0.
    ///
    /// ```
    /// let output = klog::Output::default().with_pid(1);
    /// klog::info!(logger: output.logger(), "Started");
    /// // I0304 05:06:07.089012       1 main.rs:2] "Started"
    /// ```
    #[must_use]
    pub fn with_pid(self, pid: u32) -> Self {
        Output { pid: NonZeroU64::new(fork::pid_field(pid)), ..self }
    }

    /// Sets whether a line of text begins with severity, time, process id and call site (textlogger's `WithHeader`).
    ///
    /// ```
    /// let output = klog::Output::default().with_header(false);
    /// klog::info!(logger: output.logger(), "Started");
    /// // "Started"
    /// ```
    #[must_use]
    pub fn with_header(self, header: bool) -> Self {
        Output { header, ..self }
    }

    /// Shows every entry to `tap` as well.
    pub(crate) fn with_tap(self, tap: Arc<dyn Tap>) -> Self {
        Output { tap: Some(tap), ..self }
    }

    /// A `tracing` layer that writes here; it composes with any others, in any order and with any filters.
    ///
    /// It renders klog's entries and everybody else's events and spans.
    /// With the feature `opentelemetry` each line has the `traceID` and `spanID` of OpenTelemetry's current span.
    ///
    /// The installed output is the program's, which [`crate::set_verbosity`] changes; without one it is the first whose layer
    /// became part of a subscriber.
    pub fn layer<S>(&self) -> Layer<S>
    where
        S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        let (format, verbosity) = (self.format, self.verbosity.clone());
        let filter = self.filter().on_register(move || {
            program::register(format, &verbosity);
        });
        self.watch();
        self.clone().with_filter(filter)
    }

    /// A layer without a part in what is global to the program.
    pub(crate) fn own_layer<S>(&self) -> Layer<S>
    where
        S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        self.clone().with_filter(self.filter())
    }

    /// The filter of its layer.
    pub(crate) fn filter(&self) -> VerbosityFilter {
        guard::silence_hook();
        VerbosityFilter::new(self.verbosity.clone())
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    ///
    /// Those of the sink; the lines that were buffered are lost then.
    ///
    /// ```
    /// let output = klog::Output::default();
    /// klog::info!(logger: output.logger(), "Almost done");
    /// output.flush()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn flush(&self) -> std::io::Result<()> {
        self.flush_by(Sink::flush)
    }

    fn flush_by(&self, flush: impl Fn(&dyn Sink) -> std::io::Result<()>) -> std::io::Result<()> {
        let flush = || guard::sink(self.identity(), || flush(&*self.sink));
        let result = flush();
        if self.lost.want_report() {
            self.report_loss();
            return result.and(flush());
        }
        result
    }

    /// The level of `tracing` up to which something may be written.
    pub(crate) fn max_level(&self) -> LevelFilter {
        self.verbosity.max_entry_level()
    }

    /// Tells this output and its clones from others.
    pub(crate) fn identity(&self) -> usize {
        self.lost.identity()
    }

    /// Whether a line is all that is made of an entry, so that its values need not be kept.
    pub(crate) fn renders_once(&self) -> bool {
        self.tap.is_none() && self.extras.is_none() && !matches!(self.format, Format::Registered(_))
    }

    /// The process id in the form of [`fork::pid_field`].
    #[inline]
    fn pid(&self) -> u64 {
        self.pid.map_or_else(fork::pid, NonZeroU64::get)
    }

    #[inline]
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether an entry of this severity and V level, from this file, is written.
    #[inline]
    pub(crate) fn allows<'a>(
        &self,
        severity: Severity,
        verbosity: u32,
        place: impl FnOnce() -> Place<'a>,
    ) -> bool {
        self.verbosity.allows(severity, verbosity, place)
    }

    /// Writes one entry that did not come through `tracing`, with the pairs of the spans that this thread has entered.
    #[inline(never)]
    pub(crate) fn write_here(&self, record: &Record<'_>) {
        #[cfg(feature = "opentelemetry")]
        if let Some(trace) = crate::pairs::trace_ids::current(self.format.pairs()) {
            return self.write_in_spans(record, Some(&trace));
        }
        if spans::are_any() {
            return self.write_in_spans(record, None);
        }
        self.write_if_allowed(record, || {
            self.write_line::<OUTSIDE_OF_SPANS>(record, &mut Context::default())
        });
    }

    #[inline(never)]
    fn write_in_spans(&self, record: &Record<'_>, trace: Option<&Pairs>) {
        spans::with_current(self.identity(), |span| {
            Context::with(span, trace, |context| self.write(record, context));
        });
    }

    /// Writes one entry in the context of its spans.
    #[inline(always)]
    pub(crate) fn write<'a>(&self, record: &'a Record<'_>, mut context: Context<'a>) {
        self.write_if_allowed(record, || self.write_line_in_spans(record, &mut context));
    }

    /// Writes one event of plain `tracing` in the context of its spans.
    #[inline(always)]
    pub(crate) fn write_event_line<'a>(&self, record: &'a Record<'_>, mut context: Context<'a>) {
        self.write_if_allowed(record, || self.write_line::<EVENT>(record, &mut context));
    }

    #[inline(always)]
    fn write_if_allowed(
        &self,
        record: &Record<'_>,
        write: impl FnOnce() -> Result<(), LossReason>,
    ) {
        if !self.allows(record.severity, record.verbosity, || record.place()) {
            return;
        }
        if self.lost.want_report() {
            self.report_loss();
        }
        match write() {
            Ok(()) => {}
            // It is no line that a reader would miss, and a report of it would be followed by the next one.
            Err(LossReason::Reentrant) => {
                stats::count_lost(record.severity, LossReason::Reentrant);
            }
            Err(reason) => self.lost.count_refused(record.severity, reason),
        }
    }

    #[inline(never)]
    fn write_line_in_spans<'a>(
        &self,
        record: &'a Record<'_>,
        context: &mut Context<'a>,
    ) -> Result<(), LossReason> {
        self.write_line::<ANY>(record, context)
    }

    /// Writes the line.
    ///
    /// Each caller has a function of its own, whose closures the compiler puts in place and which leaves out what that one
    /// does not need.
    #[inline(always)]
    fn write_line<'a, const CALLER: u8>(
        &self,
        record: &'a Record<'_>,
        context: &mut Context<'a>,
    ) -> Result<(), LossReason> {
        if CALLER != CHANGED
            && let Some(extras) = &self.extras
        {
            return self.write_changed(record, context, extras);
        }
        context.add_logger(record.logger.1);
        let (keys, has_conflicting_keys) = record.pairs.keys();
        // A macro accepts the key `severity`, which JSON adds to warnings.
        let takes_severity = keys & const { Key::bit("severity") } != 0
            && matches!(record.severity, Severity::Warning | Severity::Fatal);
        let has_duplicates =
            has_conflicting_keys || takes_severity || context.conflicts_with(keys, &record.pairs);
        let time = self.clock.now();
        let line = Line {
            record,
            format: self.format.pairs(),
            has_header: self.header,
            pid: self.pid(),
            time,
            context,
            has_duplicates,
        };
        thread_buffers::with(Use::Line, |buffer| {
            buffer.reserve(512);
            if let Format::Registered(registered) = self.format {
                registered.line(&line, buffer).map_err(|error| LossReason::of(&error))?;
            } else if CALLER == OUTSIDE_OF_SPANS {
                self.format.own_line(&line, buffer);
            } else {
                self.format.line(&line, buffer);
            }
            if CALLER == CHANGED
                && self.format == Format::Text
                && self.header
                && let Some(extras) = &self.extras
            {
                extras.color(record.severity, buffer);
            }
            if let Some(tap) = &self.tap {
                tap.entry(&line, buffer);
            }
            guard::sink(self.identity(), || self.sink.write(record.severity, buffer))
                .map_err(|error| LossReason::of(&error))?;
            stats::count_line(record.severity, buffer.len());
            Ok(())
        })
    }

    /// Says how many lines were lost, once the sink takes lines again.
    #[cold]
    #[inline(never)]
    fn report_loss(&self) {
        let lost = self.lost.take();
        if lost == 0 {
            return;
        }
        let record = Record {
            severity: Severity::Error,
            verbosity: 0,
            source: Source::Parts {
                file: None,
                module: None,
                target: None,
                line: 1,
                message: "Log entries lost",
            },
            logger: (None, None),
            err: None,
            pairs: CallPairs::Named(&[("count", Value::U64(lost))]),
        };
        // The report itself is not an entry that anybody misses.
        let write = || self.write_line_in_spans(&record, &mut Context::default());
        if Losses::reporting(lost, write).is_err() {
            self.lost.put_back(lost);
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Output")
            .field("format", &self.format)
            .field("verbosity", &self.verbosity)
            .finish_non_exhaustive()
    }
}

// A panic in a sink costs a line; the sink's own locks say whether its state can be used after one.
impl UnwindSafe for Output {}
impl RefUnwindSafe for Output {}
