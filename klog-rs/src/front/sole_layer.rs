//! The program's subscriber when klog makes it, of a registry and one layer: then nobody else would see an event, and an
//! entry goes straight to the output.

use std::{
    hint, ptr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
};

use tracing::{
    Dispatch, Metadata,
    dispatcher::{self, SetGlobalDefaultError},
    level_filters::LevelFilter,
    subscriber::{Interest, NoSubscriber},
};
use tracing_subscriber::{
    Registry,
    filter::Filtered,
    layer::{Context, Filter, Layered, SubscriberExt as _},
};

use crate::{
    base::fork,
    entry::{Record, VerbosityFilter},
    output::{Output, program},
};

/// A subscriber that nobody else can make, because the type of its filter is private.
type SoleSubscriber = Layered<Filtered<Output, SoleFilter, Registry>, Registry>;

/// The address of the program's dispatcher as `tracing` returns it, if it is that subscriber's; else 0.
///
/// A program without scoped dispatchers gets no other one, and comparing addresses is cheaper than asking for the type: by 45
/// of 949 instructions of a line with a logger, 66 of 902 without one.
static DISPATCH_AT: AtomicUsize = AtomicUsize::new(0);

/// Makes an output with a registry the program's subscriber.
pub(crate) fn install(output: &Output) -> Result<(), SetGlobalDefaultError> {
    let filter = SoleFilter(output.filter());
    let layer = tracing_subscriber::Layer::with_filter(output.clone(), filter);
    let only: SoleSubscriber = tracing_subscriber::registry().with(layer);
    let _held = fork::hold();
    tracing::subscriber::set_global_default(only)?;
    program::install(output);
    // Nothing else may ever be at that address. A copy on the stack would be at another one from a deeper frame, and
    // a place of the thread would hold the scoped dispatcher as well.
    let (at, deeper_at) = (dispatch_at(), dispatch_at_deeper());
    let scoped_at = dispatcher::with_default(&Dispatch::none(), dispatch_at);
    if at == deeper_at && at != scoped_at && is_current() {
        DISPATCH_AT.store(at, Relaxed);
    }
    Ok(())
}

/// Whether the program has a subscriber; one of the thread alone does not count.
pub(crate) fn has_subscriber() -> bool {
    let has_one = || dispatcher::get_default(|dispatch| !dispatch.is::<NoSubscriber>());
    // A thread of its own has no other one. Where none can be started, nothing is known.
    has_one()
        && thread::Builder::new().spawn(has_one).is_ok_and(|asking| asking.join().unwrap_or(false))
}

#[inline(never)]
fn dispatch_at() -> usize {
    dispatcher::get_default(|dispatch| ptr::from_ref(dispatch).addr())
}

#[inline(never)]
fn dispatch_at_deeper() -> usize {
    let frame = hint::black_box([0_u8; 64]);
    let at = dispatch_at();
    hint::black_box(frame);
    at
}

#[inline]
fn is_current() -> bool {
    dispatcher::get_default(|dispatch| {
        ptr::from_ref(dispatch).addr() == DISPATCH_AT.load(Relaxed)
            || dispatch.is::<SoleSubscriber>()
    })
}

/// Writes the entry at once if the current subscriber is that one.
#[inline]
pub(crate) fn write_if_sole(record: &Record<'_>) -> bool {
    let Some(output) = program::installed() else { return false };
    let is_current = is_current();
    if is_current {
        output.write_here(record);
    }
    is_current
}

/// Whether anybody wants an entry: true where the current subscriber is another one, of which nothing is known.
#[cfg(feature = "log")]
pub(crate) fn may_want(allows: impl FnOnce(&Output) -> bool) -> bool {
    program::installed().is_none_or(|output| !is_current() || allows(output))
}

/// [`VerbosityFilter`] under another name.
#[derive(Debug)]
struct SoleFilter(VerbosityFilter);

impl Filter<Registry> for SoleFilter {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, Registry>) -> bool {
        self.0.enabled(metadata, context)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        Filter::<Registry>::callsite_enabled(&self.0, metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<Registry>::max_level_hint(&self.0)
    }
}
