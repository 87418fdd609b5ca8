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

/// Calls with more pairs allocate.
const N_FEW: usize = 8;

/// Sends the record through `tracing` with `message`, `err` and values as its fields.
fn dispatch(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    if early::may_be() && early::write(record) {
        return;
    }
    let in_flight = InFlight { site, record };
    let send = || {
        let err = record.err.as_ref().filter(|_| site.has_err()).map(field::debug);
        let head = 1 + usize::from(site.has_err());
        // Room for most calls on the stack, without the work of a growing vector.
        let mut few_others = [const { None }; N_FEW];
        let many_others: Vec<_>;
        let mut few: [Option<&dyn tracing::Value>; N_FEW + 2] = [None; N_FEW + 2];
        let mut many: Vec<Option<&dyn tracing::Value>>;
        // A limited call that left nothing out has a value less than keys.
        let n_pairs = values.len().max(site.keys().len());
        let all = if n_pairs <= N_FEW {
            for (other, value) in few_others.iter_mut().zip(values) {
                *other = Some(field::debug(value));
            }
            let places = few[head..].iter_mut().zip(values);
            for ((place, value), other) in places.zip(few_others.iter().flatten()) {
                *place = Some(as_field(value, other));
            }
            &mut few[..head + n_pairs]
        } else {
            many_others = values.iter().map(field::debug).collect();
            many = vec![None; head + n_pairs];
            for ((place, value), other) in many[head..].iter_mut().zip(values).zip(&many_others) {
                *place = Some(as_field(value, other));
            }
            &mut many[..]
        };
        all[0] = Some(&record.message as &dyn tracing::Value);
        if let Some(err) = &err {
            all[1] = Some(err as &dyn tracing::Value);
        }
        Event::dispatch(metadata(site), &site.metadata().fields().value_set_all(all));
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
