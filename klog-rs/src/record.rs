//! An entry on its way from the call to the outputs.
//!
//! A macro's call is a real `tracing` event. What other layers are shown are its fields; klog's layer finds the whole
//! record, typed and with its logger, in a slot of the thread that is set while the event is dispatched.

use std::fmt;

use tracing::{Event, field};

use crate::{
    Logger, Severity,
    call_site::{CallSite, Known},
    early,
    encode::Place,
    pairs::CallPairs,
    scoped::{Family, Slot},
    value::Value,
};

/// An entry.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// The macro's call site, whose message and keys are the record's.
    pub(crate) site: Option<&'static CallSite>,
    pub(crate) severity: Severity,
    pub(crate) verbosity: u32,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: u32,
    pub(crate) message: &'a str,
    pub(crate) logger: Option<&'a Logger>,
    pub(crate) err: Option<Value<'a>>,
    pub(crate) pairs: CallPairs<'a>,
}

impl Record<'_> {
    /// File and line as they are shown, when they were written out before.
    #[inline]
    pub(crate) fn place(&self) -> Option<&'static Place> {
        match self.pairs {
            CallPairs::Event(_, known) => Some(&known.place),
            CallPairs::Known(..) | CallPairs::Named(_) => None,
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
pub(crate) fn with_record<R>(event: &Event<'_>, f: impl FnOnce(Option<&Record<'_>>) -> R) -> R {
    let mut f = Some(f);
    let found = IN_FLIGHT.try_with(|slot| {
        slot.with(|in_flight| {
            let record = in_flight
                .filter(|in_flight| std::ptr::eq(in_flight.site.metadata(), event.metadata()))
                .map(|in_flight| in_flight.record);
            f.take().map(|f| f(record))
        })
    });
    match (found, f) {
        (Ok(Some(result)), _) => result,
        // The thread is ending and its slot is gone.
        (_, Some(f)) => f(None),
        (_, None) => unreachable!("the closure is taken only where its result is returned"),
    }
}

/// Logs an entry of a macro that is enabled.
#[doc(hidden)]
pub fn log(
    site: &'static CallSite,
    logger: Option<&Logger>,
    err: Option<Value<'_>>,
    values: &[Value<'_>],
) {
    let record = Record {
        site: Some(site),
        severity: site.severity(),
        verbosity: site.verbosity().saturating_add(logger.map_or(0, Logger::offset)),
        file: site.metadata().file(),
        line: site.metadata().line().unwrap_or(0),
        message: site.message(),
        logger,
        err,
        pairs: CallPairs::Known(site.keys(), values),
    };
    match logger.and_then(Logger::output) {
        Some(output) => output.write_here(&record),
        None => dispatch(site, &record, values),
    }
}

/// Logs an entry whose keys are known at run time.
pub(crate) fn log_late(record: &Record<'_>) {
    if let Some(output) = record.logger.and_then(Logger::output) {
        return output.write_here(record);
    }
    let site = LATE.of(record);
    if site.is_enabled() {
        dispatch(site, record, &[Value::Display(&AsText(record.pairs))]);
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
            Value::Str(record.file.unwrap_or_default()),
            Value::U64(record.line.into()),
            Value::Display(&AsText(record.pairs)),
        ];
        dispatch(site, record, &values);
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

/// Sends the record through `tracing` with `message`, `err` and values as its fields.
fn dispatch(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    if early::may_be() && early::write(record) {
        return;
    }
    let in_flight = InFlight { site, record };
    // A limited call that left nothing out has a value less than keys.
    let send = || match values.len().max(site.keys().len()) {
        0..=1 => send_few::<1, 3>(site, record, values),
        2..=4 => send_few::<4, 6>(site, record, values),
        5..=8 => send_few::<8, 10>(site, record, values),
        _ => send_many(site, record, values),
    };
    // Other layers find the logger as the current one.
    let send = || match record.logger {
        Some(logger) => logger.in_scope(send),
        None => send(),
    };
    // A thread that is ending has no slot: then our layer sees the fields only.
    let mut send = Some(send);
    let sent = IN_FLIGHT.try_with(|slot| slot.set(&in_flight, || send.take().map(|send| send())));
    if let (Err(_), Some(send)) = (sent, send) {
        send();
    }
}

/// Sends up to `N` values with room for them on the stack; `N_FIELDS` is two more, for message and error.
fn send_few<const N: usize, const N_FIELDS: usize>(
    site: &'static CallSite,
    record: &Record<'_>,
    values: &[Value<'_>],
) {
    let others: [_; N] =
        std::array::from_fn(|index| field::debug(values.get(index).unwrap_or(&Value::Null)));
    let err = record.err.as_ref().filter(|_| site.has_err()).map(field::debug);
    let mut fields: [Option<&dyn tracing::Value>; N_FIELDS] = [None; N_FIELDS];
    let n_fields = n_fields(site, values);
    if let Some(fields) = fields.get_mut(..n_fields) {
        fill(
            fields,
            1 + usize::from(site.has_err()),
            &record.message,
            err.as_ref().map(|err| err as _),
            values,
            &others,
        );
        Event::dispatch(metadata(site), &site.metadata().fields().value_set_all(fields));
    }
}

/// Sends any number of values.
#[cold]
fn send_many(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    let others: Vec<_> = values.iter().map(field::debug).collect();
    let err = record.err.as_ref().filter(|_| site.has_err()).map(field::debug);
    let mut fields = vec![None; n_fields(site, values)];
    fill(
        &mut fields,
        1 + usize::from(site.has_err()),
        &record.message,
        err.as_ref().map(|err| err as _),
        values,
        &others,
    );
    Event::dispatch(metadata(site), &site.metadata().fields().value_set_all(&fields));
}

/// Number of fields of the call site's events.
#[inline]
fn n_fields(site: &'static CallSite, values: &[Value<'_>]) -> usize {
    1 + usize::from(site.has_err()) + values.len().max(site.keys().len())
}

/// Puts message, error and values into their places.
#[inline]
fn fill<'a>(
    fields: &mut [Option<&'a dyn tracing::Value>],
    n_head: usize,
    message: &'a &str,
    err: Option<&'a dyn tracing::Value>,
    values: &'a [Value<'a>],
    others: &'a [field::DebugValue<&'a Value<'a>>],
) {
    let (head, tail) = fields.split_at_mut(n_head.min(fields.len()));
    if let Some(place) = head.first_mut() {
        *place = Some(message);
    }
    if let Some(place) = head.get_mut(1) {
        *place = err;
    }
    for ((place, value), other) in tail.iter_mut().zip(values).zip(others) {
        *place = Some(as_field(value, other));
    }
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
                    text: "",
                    json: "",
                    keys: &[],
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
    LATE: "klog", &["message", "err", "pairs"]
}

late! {
    #[cfg(feature = "log")]
    BRIDGED: "log", &["message", "err", "log.target", "log.module_path", "log.file", "log.line", "pairs"]
}
