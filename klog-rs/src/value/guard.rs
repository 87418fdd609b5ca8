//! Runs foreign formatting code so that a panic in it costs one value only.

use std::{
    any::Any,
    cell::Cell,
    io,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::{Once, OnceLock},
    thread,
};

use super::{Failed, Json, Style, depth};
use crate::base::{fork, stats};

thread_local! {
    /// The outputs whose sinks the thread is in, and the encoders; most threads are in one, the first.
    static INSIDE: [Cell<usize>; MAX_INSIDE] = const { [const { Cell::new(0) }; MAX_INSIDE] };
}

/// Sinks and encoders that may use each other before a line is refused.
const MAX_INSIDE: usize = 8;

/// Whether the thread is formatting a value.
pub(crate) fn is_in_value() -> bool {
    depth::level() > 0
}

/// Whether the thread is in any sink or encoder.
#[inline]
pub(crate) fn is_in_sink() -> bool {
    INSIDE.with(|inside| inside.iter().any(|place| place.get() != 0))
}

/// Whether the thread is in the sink of this output.
pub(crate) fn is_in_sink_of(identity: usize) -> bool {
    INSIDE.with(|inside| inside.iter().any(|place| place.get() == identity))
}

/// Runs the sink of an output; a panic in it costs the line.
///
/// What a sink logs while it is used is kept out of it: it would be written by the sink again, and so on.
#[inline]
pub(crate) fn sink(identity: usize, write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let Some(inside) = Inside::enter(identity) else { return Err(io::ErrorKind::Deadlock.into()) };
    let result = panic::catch_unwind(AssertUnwindSafe(write));
    drop(inside);
    result.unwrap_or_else(|payload| {
        drop_payload(payload);
        Err(io::ErrorKind::Other.into())
    })
}

/// Runs an encoder of the program; a panic in it costs the line. What it logs is kept out as that of a sink is, but for what
/// the values log that it renders.
pub(crate) fn encoder(identity: usize, encode: impl FnOnce()) -> io::Result<()> {
    let inside = Inside::enter(identity).or_else(|| is_in_value().then(Inside::again));
    match &inside {
        Some(_) => panic::catch_unwind(AssertUnwindSafe(encode)).map_err(|payload| {
            drop_payload(payload);
            io::ErrorKind::Other.into()
        }),
        None => Err(io::ErrorKind::Deadlock.into()),
    }
}

/// The thread is in a sink or an encoder while this lives.
struct Inside(usize);

impl Inside {
    /// `None` if the thread is in it already.
    #[inline]
    fn enter(identity: usize) -> Option<Self> {
        INSIDE.with(|inside| {
            if inside[0].get() == 0 {
                inside[0].set(identity);
                return Some(Inside(identity));
            }
            Inside::enter_further(inside, identity)
        })
    }

    #[cold]
    #[inline(never)]
    fn enter_further(inside: &[Cell<usize>], identity: usize) -> Option<Self> {
        // A hook that logs a sink's panic must not come to one that panics: the program would end.
        if thread::panicking() || inside.iter().any(|place| place.get() == identity) {
            return None;
        }
        inside.iter().find(|place| place.get() == 0)?.set(identity);
        Some(Inside(identity))
    }

    /// The thread is in it already, and does not leave it with this.
    fn again() -> Self {
        Inside(0)
    }
}

impl Drop for Inside {
    /// Threads that switch stacks may leave sinks in any order.
    #[inline]
    fn drop(&mut self) {
        INSIDE.with(|inside| {
            if inside[0].get() == self.0 {
                inside[0].set(0);
            } else if let Some(place) = inside.iter().find(|place| place.get() == self.0) {
                place.set(0);
            }
        });
    }
}

/// Runs `render` one level down; a panic becomes [`Failed::Panic`].
#[inline]
pub(crate) fn value(render: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    let Some(outer) = depth::enter() else { return Err(Failed::TooDeep) };
    let result = panic::catch_unwind(AssertUnwindSafe(render));
    depth::leave(outer);
    result.unwrap_or_else(|payload| Err(Failed::Panic(panicked(payload))))
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
    if ONCE.is_completed() {
        return;
    }
    let _held = fork::hold();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if is_in_value() && !ENDS_WITH_PANIC {
                return;
            }
            hook(info);
            if ends_program(info)
                && let Some(flush) = AT_END.get()
            {
                flush();
            }
        }));
    });
}

/// What to do before a panic ends the program.
static AT_END: OnceLock<fn()> = OnceLock::new();

/// Calls `flush` before a panic ends the program.
pub(crate) fn at_end(flush: fn()) {
    fork::get_or_init(&AT_END, || flush);
}

/// No panic can be caught: the program was compiled with `panic = "abort"`.
pub(crate) const ENDS_WITH_PANIC: bool = cfg!(panic = "abort");

/// Whether nothing runs any more after this panic: it comes from a function that cannot unwind, or from a destructor that
/// runs for another panic.
fn ends_program(info: &PanicHookInfo<'_>) -> bool {
    ENDS_WITH_PANIC
        || matches!(
            payload_text(info.payload()),
            "panic in a function that cannot unwind" | "panic in a destructor during cleanup"
        )
}
