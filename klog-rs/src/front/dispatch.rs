//! The way of an enabled call to the outputs: straight, or through `tracing` where others may listen.

use std::fmt;

use smallvec::SmallVec;
use tracing::{Event, Metadata, field, level_filters::STATIC_MAX_LEVEL};

use super::{before_install, logger_fields::LoggerFields, sole_layer};
use crate::{
    base::Severity,
    entry::{CallSite, CallSiteInfo, Record, Source, in_flight, level, no_subscriber},
    logger::{Logger, are_pairs_fields},
    pairs::CallPairs,
    value::{Value, depth},
};

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
    if depth::is_entry_uncounted() {
        return depth::in_entry(|| log_by(site, logger, err, values));
    }
    log_with::<BY_LOGGER>(site, Some(logger), err, values);
}

#[inline(never)]
fn log_by_current(site: &'static CallSite, err: Option<&Value<'_>>, values: &[Value<'_>]) {
    if depth::is_entry_uncounted() {
        return depth::in_entry(|| log_by_current(site, err, values));
    }
    Logger::with_current(|logger| log_with::<BY_CURRENT>(site, logger, err, values));
}

#[inline(always)]
fn log_with<const CALLER: u8>(
    site: &'static CallSite,
    logger: Option<&Logger>,
    err: Option<&Value<'_>>,
    values: &[Value<'_>],
) {
    if site.has_target() {
        return log_with_target::<CALLER>(site, logger, err, values);
    }
    log_pairs::<CALLER>(site, logger, err, CallPairs::Known(site.template(), values), values);
}

/// Shows the target that the call names as its first pair.
#[cold]
#[inline(never)]
fn log_with_target<const CALLER: u8>(
    site: &'static CallSite,
    logger: Option<&Logger>,
    err: Option<&Value<'_>>,
    values: &[Value<'_>],
) {
    let template = site.template();
    let target = ("target", Value::Str(site.metadata().target()));
    let keys = template.keys.iter().map(|key| key.name);
    let pairs: SmallVec<[(&str, Value<'_>); 8]> =
        std::iter::once(target).chain(keys.zip(values.iter().copied())).collect();
    log_pairs::<CALLER>(site, logger, err, CallPairs::Named(&pairs), values);
}

#[inline(always)]
fn log_pairs<const CALLER: u8>(
    site: &'static CallSite,
    logger: Option<&Logger>,
    err: Option<&Value<'_>>,
    pairs: CallPairs<'_>,
    values: &[Value<'_>],
) {
    let record = Record {
        severity: site.severity(),
        verbosity: site.verbosity().saturating_add(logger.map_or(0, Logger::offset)),
        source: Source::Site(site),
        logger: logger.map_or((None, None), Logger::name_and_pairs),
        err,
        pairs,
    };
    match logger.and_then(Logger::output) {
        Some(output) => output.write_here(&record),
        None => dispatch::<CALLER>(site, &record, logger, values),
    }
}

/// Logs an entry whose keys are known at run time.
pub(crate) fn log_dynamic(record: &Record<'_>, logger: Option<&Logger>) {
    if level(record.severity, record.verbosity) > STATIC_MAX_LEVEL {
        return;
    }
    if depth::is_entry_uncounted() {
        return depth::in_entry(|| log_dynamic(record, logger));
    }
    if let Some(output) = logger.and_then(Logger::output) {
        return output.write_here(record);
    }
    let site = BY_FUNCTION.of(record);
    if site.is_enabled() {
        dispatch::<DYNAMIC>(site, record, logger, &[Value::Display(&AsText(record.pairs))]);
    }
}

/// Logs an entry of the `log` crate; other layers are shown what `tracing-log` shows them.
#[cfg(feature = "log")]
pub(crate) fn log_bridged(
    record: &Record<'_>,
    logger: Option<&Logger>,
    target: &str,
    module: Option<&str>,
) {
    if let Some(output) = logger.and_then(Logger::output) {
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
        dispatch::<BRIDGE>(site, record, logger, &values);
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

/// Callers of [`dispatch`]: a logger that the call names, the current logger, calls with keys of run time, and records of
/// the `log` crate, which have the current logger.
const BY_LOGGER: u8 = 0;
const BY_CURRENT: u8 = 1;
const DYNAMIC: u8 = 2;
const BRIDGE: u8 = 3;

/// Sends the record through `tracing` with `message`, `err` and values as its fields.
///
/// Each caller has a function of its own, whose closures the compiler puts in place.
#[inline(always)]
fn dispatch<const CALLER: u8>(
    site: &'static CallSite,
    record: &Record<'_>,
    logger: Option<&Logger>,
    values: &[Value<'_>],
) {
    if no_subscriber::no_subscriber_yet() && before_install::write(record) {
        return;
    }
    let send = || {
        if !sole_layer::write_if_sole(record) {
            send(site, record, values);
        }
    };
    // Other layers, and values that log, find the logger as the current one.
    let is_current = matches!(CALLER, BY_CURRENT | BRIDGE);
    if is_current { send() } else { Logger::in_scope_of(logger, send) }
}

/// Sends the event, with room for its fields on the stack when they are not too many.
fn send(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    if are_pairs_fields()
        && let Some(fields) = LoggerFields::of(site, record)
    {
        return send_with(site, record, values, &fields);
    }
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
        send_fields(metadata(site), record, &fields);
    } else {
        fields[1] = Some(&message);
        send_fields(metadata(site), record, &fields[1..]);
    }
}

/// Sends any number of values.
#[cold]
fn send_many(site: &'static CallSite, record: &Record<'_>, values: &[Value<'_>]) {
    send_with(
        site,
        record,
        values,
        &LoggerFields { metadata: metadata(site), pairs: SmallVec::new() },
    );
}

/// Sends any number of values, and what a logger adds.
#[cold]
fn send_with(
    site: &'static CallSite,
    record: &Record<'_>,
    values: &[Value<'_>],
    of_logger: &LoggerFields<'_>,
) {
    let message = record.message();
    let others: SmallVec<[_; 16]> = values.iter().map(field::debug).collect();
    let further = of_logger.pairs.iter().map(|(_, value)| value);
    let further_others: SmallVec<[_; 8]> = further.clone().map(field::debug).collect();
    let err = record.err.map(field::debug);
    let mut fields: SmallVec<[Option<&dyn tracing::Value>; 18]> = SmallVec::new();
    fields.push(Some(&message));
    if site.has_err() {
        fields.push(err.as_ref().map(|err| err as _));
    }
    fields.extend(values.iter().zip(&others).map(|(value, other)| Some(as_field(value, other))));
    fields.resize(site.metadata().fields().len(), None);
    fields.extend(further.zip(&further_others).map(|(value, other)| Some(as_field(value, other))));
    send_fields(of_logger.metadata, record, &fields);
}

#[inline]
fn send_fields(
    metadata: &'static Metadata<'static>,
    record: &Record<'_>,
    fields: &[Option<&dyn tracing::Value>],
) {
    in_flight::dispatch(&Event::new(metadata, &metadata.fields().value_set_all(fields)), record);
}

fn metadata(site: &'static CallSite) -> &'static Metadata<'static> {
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
struct DynamicSites {
    info: &'static CallSite,
    debug: &'static CallSite,
    trace: &'static CallSite,
    warning: &'static CallSite,
    error: &'static CallSite,
}

impl DynamicSites {
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

macro_rules! dynamic_sites {
    ($(#[$attribute:meta])* $name:ident: $target:literal, $fields:expr) => {
        $(#[$attribute])*
        static $name: DynamicSites = {
            const fn known(severity: Severity, verbosity: u32) -> CallSiteInfo {
                CallSiteInfo {
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
                    has_target: false,
                }
            }
            static INFO: CallSite = CallSite::new(known(Severity::Info, 0), &INFO);
            static DEBUG: CallSite = CallSite::new(known(Severity::Info, 4), &DEBUG);
            static TRACE: CallSite = CallSite::new(known(Severity::Info, 5), &TRACE);
            static WARNING: CallSite = CallSite::new(known(Severity::Warning, 0), &WARNING);
            static ERROR: CallSite = CallSite::new(known(Severity::Error, 0), &ERROR);
            DynamicSites { info: &INFO, debug: &DEBUG, trace: &TRACE, warning: &WARNING, error: &ERROR }
        };
    };
}

dynamic_sites! {
    BY_FUNCTION: "klog", &["message", "err", "pairs"]
}

dynamic_sites! {
    #[cfg(feature = "log")]
    BRIDGED: "log", &["message", "err", "log.target", "log.module_path", "log.file", "log.line", "pairs"]
}
