//! Runs foreign formatting code so that a panic in it costs one value only.

use std::{
    any::Any,
    cell::Cell,
    io,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use super::{Failed, Json, Style, depth};
use crate::base::stats;

thread_local! {
    static IN_SINK: Cell<bool> = const { Cell::new(false) };
}

/// Whether the thread is formatting a value.
pub(crate) fn is_in_value() -> bool {
    depth::level() > 0
}

/// Whether the thread is writing a line.
pub(crate) fn is_in_sink() -> bool {
    IN_SINK.try_with(Cell::get).unwrap_or(false)
}

/// Runs a sink; a panic in it costs the line.
#[inline]
pub(crate) fn sink(write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let outer = IN_SINK.try_with(|in_sink| in_sink.replace(true)).unwrap_or(true);
    let result = panic::catch_unwind(AssertUnwindSafe(write));
    // A thread that is ending has no such variable any more.
    let _ = IN_SINK.try_with(|in_sink| in_sink.set(outer));
    result.unwrap_or_else(|payload| {
        drop_payload(payload);
        Err(io::ErrorKind::Other.into())
    })
}

/// Runs `render` one level down; a panic becomes [`Failed::Panic`].
pub(crate) fn value(render: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    let Some(outer) = depth::enter() else { return Err(Failed::TooDeep) };
    let result = panic::catch_unwind(AssertUnwindSafe(render));
    depth::leave(outer);
    result.unwrap_or_else(|payload| Err(Failed::Panic(panicked(payload))))
}

/// Runs `render`, which formats several values; a panic in one of them is not told from a `false` that it returns.
#[inline]
pub(crate) fn values(render: impl FnOnce() -> bool) -> bool {
    let Some(outer) = depth::enter() else { return false };
    let result = panic::catch_unwind(AssertUnwindSafe(render));
    depth::leave(outer);
    result.unwrap_or_else(|payload| {
        drop_payload(payload);
        false
    })
}

/// Appends what serde makes of a value, as compact JSON.
pub(crate) fn json(json: &dyn Json, style: Style, out: &mut Vec<u8>) -> Result<(), Failed> {
    value(|| json.write(style, out).map_err(|error| Failed::Internal(error.0)))
}

#[cold]
fn panicked(payload: Box<dyn Any + Send>) -> String {
    stats::count_value_panic();
    let text = payload_text(&*payload).to_owned();
    if !drop_payload(payload) {
        stats::count_value_panic();
    }
    text
}

/// The message of a panic.
pub(crate) fn payload_text(payload: &(dyn Any + Send)) -> &str {
    match payload.downcast_ref::<&str>() {
        Some(text) => text,
        None => payload.downcast_ref::<String>().map_or("a value that is not text", String::as_str),
    }
}

/// Dropping a payload of a foreign type may panic again; false if it does.
fn drop_payload(payload: Box<dyn Any + Send>) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| drop(payload))).is_ok()
}

/// Keeps the panic hook silent while a value is formatted; the panic is shown in the value's place.
pub(crate) fn silence_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_in_value() {
                hook(info);
            }
        }));
    });
}
