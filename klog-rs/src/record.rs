//! An entry on its way from the call to the outputs.
//!
//! A macro's call is a real `tracing` event. What other layers are shown are its fields; klog's layer finds the whole
//! record, typed and with its logger, in a slot of the thread that is set while the event is dispatched.

use std::fmt;

use smallvec::SmallVec;
use tracing::{Event, field};

use crate::{
    Logger, Severity,
    call_site::{CallSite, Known},
    early, only,
    pairs::CallPairs,
    raw::{Family, Slot},
    value::Value,
};

/// An entry.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) severity: Severity,
    pub(crate) verbosity: u32,
    pub(crate) source: Source<'a>,
    pub(crate) logger: Option<&'a Logger>,
    pub(crate) err: Option<&'a Value<'a>>,
    pub(crate) pairs: CallPairs<'a>,
}

/// Where an entry comes from, and what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// A macro's call, whose message and keys are the record's.
    Site(&'static CallSite),
    /// An event of plain `tracing`, whose message is found when it is visited.
    Event(&'a Event<'a>),
    /// Something else.
    Parts { file: Option<&'a str>, line: u32, message: &'a str },
}

impl<'a> Record<'a> {
    #[inline]
    pub(crate) fn file(&self) -> Option<&'a str> {
        match self.source {
            Source::Site(site) => site.metadata().file(),
            Source::Event(event) => event.metadata().file(),
            Source::Parts { file, .. } => file,
        }
    }

    pub(crate) fn line(&self) -> u32 {
        match self.source {
            Source::Site(site) => site.metadata().line().unwrap_or(0),
            Source::Event(event) => event.metadata().line().unwrap_or(1),
            Source::Parts { line, .. } => line,
        }
    }

    /// The message; empty for an event, of which encoders ask the event.
    pub(crate) fn message(&self) -> &'a str {
        match self.source {
            Source::Site(site) => site.message(),
            Source::Event(..) => "",
            Source::Parts { message, .. } => message,
        }
    }
}

/// An event that is being dispatched: the record, and the call site by which the layer knows that it is this event's.
struct InFlight<'a> {
    site: &'static CallSite,
    record: &'a Record<'a>,
}

struct InFlightFamily;

// SAFETY: `InFlight` is covariant in its lifetime: it holds shared references and types that are covariant in theirs.
unsafe impl Family for InFlightFamily {
    type Of<'a> = InFlight<'a>;
}

thread_local! {
    static IN_FLIGHT: Slot<InFlightFamily> = const { Slot::new() };
}

/// Runs `f` with the record of this event, if it is an event of ours.
#[inline]
pub(crate) fn with_record<R>(event: &Event<'_>, f: impl FnOnce(Option<&Record<'_>>) -> R) -> R {
    Slot::with(&IN_FLIGHT, |in_flight| {
        f(in_flight
            .filter(|in_flight| std::ptr::eq(in_flight.site.metadata(), event.metadata()))
            .map(|in_flight| in_flight.record))
    })
}

/// Logs an entry of a macro that is enabled.
#[doc(hidden)]
pub fn log(site: &'static CallSite, logger: &Logger, values: &[Value<'_>]) {
    log_by(site, logger, None, values);
}

/// The same with an error.
#[doc(hidden)]
pub fn log_error(site: &'static CallSite, logger: &Logger, err: Value<'_>, values: &[Value<'_>]) {
    log_by(site, logger, Some(&err), values);
}

/// Logs an entry with the current logger.
#[doc(hidden)]
pub fn log_current(site: &'static CallSite, values: &[Value<'_>]) {
    log_by_current(site, None, values);
}

/// The same with an error.
#[doc(hidden)]
pub fn log_error_current(site: &'static CallSite, err: Value<'_>, values: &[Value<'_>]) {
    log_by_current(site, Some(&err), values);
}

#[inline(never)]
fn log_by(site: &'static CallSite, logger: &Logger, err: Option<&Value<'_>>, values: &[Value<'_>]) {
    log_with::<BY_LOGGER>(site, Some(logger), err, values);
}

#[inline(never)]
fn log_by_current(site: &'static CallSite, err: Option<&Value<'_>>, values: &[Value<'_>]) {
    Logger::with_current(|logger| log_with::<BY_CURRENT>(site, logger, err, values));
}

#[inline(always)]
fn log_with<const CALLER: u8>(
    site: &'static CallSite,
    logger: Option<&Logger>,
    err: Option<&Value<'_>>,
    values: &[Value<'_>],
) {
    let record = Record {
        severity: site.severity(),
        verbosity: site.verbosity().saturating_add(logger.map_or(0, Logger::offset)),
        source: Source::Site(site),
        logger,
        err,
        pairs: CallPairs::Known(site.template(), values),
    };
    match logger.and_then(Logger::output) {
        Some(output) => output.write_here(&record),
        None => dispatch::<CALLER>(site, &record, values),
    }
}

/// Logs an entry whose keys are known at run time.
pub(crate) fn log_late(record: &Record<'_>) {
    if let Some(output) = record.logger.and_then(Logger::output) {
        return output.write_here(record);
    }
    let site = BY_FUNCTION.of(record);
    if site.is_enabled() {
        dispatch::<LATE>(site, record, &[Value::Display(&AsText(record.pairs))]);
    }
}

/// Logs an entry of the `log` crate; other layers are shown what `tracing-log` shows them.
#[cfg(feature = "log")]
pub(crate) fn log_bridged(record: &Record<'_>, target: &str, module: Option<&str>) {
    if let Some(output) = record.logger.and_then(Logger::output) {
        return output.write_here(record);
    }
    let site = BRIDGED.of(record);
    if site.is_enabled() {
        let values = [
            Value::Str(target),
            Value::Str(module.unwrap_or_default()),
            Value::Str(record.file().unwrap_or_default()),
            Value::U64(record.line().into()),
            Value::Display(&AsText(record.pairs)),
        ];
        dispatch::<LATE>(site, record, &values);
    }
}

/// Pairs in one field, for other layers: `key=value key=value`.
struct AsText<'a>(CallPairs<'a>);

impl fmt::Display for AsText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        let mut separator = "";
        self.0.for_each(|key, value| {
            if result.is_ok() {
                result = write!(formatter, "{separator}{}={value}", key.name);
            }
            separator = " ";
        });
        result
    }
}

/// Callers of [`dispatch`]: a logger that the call names, the current logger, and calls with keys of run time.
const BY_LOGGER: u8 = 0;
const BY_CURRENT: u8 = 1;
const LATE: u8 = 2;

/// Sends the record through `tracing` with `message`, `err` and values as its fields.
///
/// Each caller has a function of its own, whose closures the compiler puts in place.
#[inline(always)]
fn dispatch<const CALLER: u8>(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    if early::may_be() && early::write(record) {
        return;
    }
    let send = || {
        if !only::write(record) {
            let in_flight = InFlight { site, record };
            Slot::set(&IN_FLIGHT, &in_flight, || send(site, record, values));
        }
    };
    // Other layers, and values that log, find the logger as the current one.
    if CALLER == BY_CURRENT { send() } else { Logger::in_scope_of(record.logger, send) }
}

/// Sends the event, with room for its fields on the stack when they are not too many.
fn send(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    // A limited call that left nothing out has a value less than keys.
    if values.len() < site.n_pairs() {
        return send_many(site, record, values);
    }
    match *values {
        [] => send_few::<0, 2>(site, record, []),
        [ref a] => send_few::<1, 3>(site, record, [a]),
        [ref a, ref b] => send_few::<2, 4>(site, record, [a, b]),
        [ref a, ref b, ref c] => send_few::<3, 5>(site, record, [a, b, c]),
        [ref a, ref b, ref c, ref d] => send_few::<4, 6>(site, record, [a, b, c, d]),
        _ => send_many(site, record, values),
    }
}

/// Sends `N` values; `N_FIELDS` is two more, for message and error.
#[inline(always)]
fn send_few<const N: usize, const N_FIELDS: usize>(
    site: &'static CallSite,
    record: &Record<'_>,
    values: [&Value<'_>; N],
) {
    let message = record.message();
    let others = values.map(field::debug);
    let err = record.err.map(field::debug);
    let mut fields: [Option<&dyn tracing::Value>; N_FIELDS] = [None; N_FIELDS];
    // The place of the error is the first of them where there is none, and then it is not sent.
    for ((place, value), other) in fields[2..].iter_mut().zip(values).zip(&others) {
        *place = Some(as_field(value, other));
    }
    if site.has_err() {
        fields[0] = Some(&message);
        fields[1] = err.as_ref().map(|err| err as _);
        send_fields(site, &fields);
    } else {
        fields[1] = Some(&message);
        send_fields(site, &fields[1..]);
    }
}

/// Sends any number of values.
#[cold]
fn send_many(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    let message = record.message();
    let others: SmallVec<[_; 16]> = values.iter().map(field::debug).collect();
    let err = record.err.map(field::debug);
    let mut fields: SmallVec<[Option<&dyn tracing::Value>; 18]> = SmallVec::new();
    fields.push(Some(&message));
    if site.has_err() {
        fields.push(err.as_ref().map(|err| err as _));
    }
    fields.extend(values.iter().zip(&others).map(|(value, other)| Some(as_field(value, other))));
    fields.resize(site.metadata().fields().len(), None);
    send_fields(site, &fields);
}

#[inline]
fn send_fields(site: &'static CallSite, fields: &[Option<&dyn tracing::Value>]) {
    let metadata = metadata(site);
    Event::dispatch(metadata, &metadata.fields().value_set_all(fields));
}

fn metadata(site: &'static CallSite) -> &'static tracing::Metadata<'static> {
    site.metadata()
}

/// The value as other layers are shown it: typed where `tracing` has the type.
fn as_field<'a>(
    value: &'a Value<'a>,
    other: &'a field::DebugValue<&'a Value<'a>>,
) -> &'a dyn tracing::Value {
    match value {
        Value::Str(value) => value,
        Value::Bool(value) => value,
        Value::I64(value) => value,
        Value::U64(value) => value,
        Value::I128(value) => value,
        Value::U128(value) => value,
        Value::F64(value) => value,
        Value::F32(value) => value,
        // As `tracing` does with `None`.
        Value::Null => &field::Empty,
        _ => other,
    }
}

/// Call sites that stand for all calls of a level whose message and keys are known at run time.
struct Late {
    info: &'static CallSite,
    debug: &'static CallSite,
    trace: &'static CallSite,
    warning: &'static CallSite,
    error: &'static CallSite,
}

impl Late {
    fn of(&self, record: &Record<'_>) -> &'static CallSite {
        match (record.severity, record.verbosity) {
            (Severity::Info, 0..=3) => self.info,
            (Severity::Info, 4) => self.debug,
            (Severity::Info, 5..) => self.trace,
            (Severity::Warning, _) => self.warning,
            (Severity::Error | Severity::Fatal, _) => self.error,
        }
    }
}

macro_rules! late {
    ($(#[$attribute:meta])* $name:ident: $target:literal, $fields:expr) => {
        $(#[$attribute])*
        static $name: Late = {
            const fn known(severity: Severity, verbosity: u32) -> Known {
                Known {
                    name: $target,
                    target: $target,
                    severity,
                    verbosity,
                    file: "",
                    line: 0,
                    module: $target,
                    message: "",
                    fields: $fields,
                    has_err: true,
                }
            }
            static INFO: CallSite = CallSite::new(known(Severity::Info, 0), &INFO);
            static DEBUG: CallSite = CallSite::new(known(Severity::Info, 4), &DEBUG);
            static TRACE: CallSite = CallSite::new(known(Severity::Info, 5), &TRACE);
            static WARNING: CallSite = CallSite::new(known(Severity::Warning, 0), &WARNING);
            static ERROR: CallSite = CallSite::new(known(Severity::Error, 0), &ERROR);
            Late { info: &INFO, debug: &DEBUG, trace: &TRACE, warning: &WARNING, error: &ERROR }
        };
    };
}

late! {
    BY_FUNCTION: "klog", &["message", "err", "pairs"]
}

late! {
    #[cfg(feature = "log")]
    BRIDGED: "log", &["message", "err", "log.target", "log.module_path", "log.file", "log.line", "pairs"]
}
