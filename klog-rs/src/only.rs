//! The program's subscriber when klog makes it, of a registry and one layer: then nobody else would see an event, and an
//! entry goes straight to the output.

use std::sync::OnceLock;

use tracing::{
    Metadata,
    dispatcher::{self, SetGlobalDefaultError},
    level_filters::LevelFilter,
    subscriber::Interest,
};
use tracing_subscriber::{
    Registry,
    filter::Filtered,
    layer::{Context, Filter, Layered, SubscriberExt as _},
};

use crate::{Output, VerbosityFilter, record::Record};

/// A subscriber that nobody else can make, because the type of its filter is private.
type Only = Layered<Filtered<Output, OnlyFilter, Registry>, Registry>;

/// The output of that subscriber.
static OUTPUT: OnceLock<Output> = OnceLock::new();

/// Makes an output with a registry the program's subscriber.
pub(crate) fn install(output: &Output) -> Result<(), SetGlobalDefaultError> {
    let filter = OnlyFilter(output.program_filter());
    let layer = tracing_subscriber::Layer::with_filter(output.clone(), filter);
    let only: Only = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(only)?;
    OUTPUT.get_or_init(|| output.clone());
    Ok(())
}

/// Writes the entry at once if the current subscriber is that one.
#[inline]
pub(crate) fn write(record: &Record<'_>) -> bool {
    let Some(output) = OUTPUT.get() else { return false };
    let is_current = dispatcher::get_default(tracing::Dispatch::is::<Only>);
    if is_current {
        output.write_here(record);
    }
    is_current
}

/// [`VerbosityFilter`] under another name.
#[derive(Debug)]
struct OnlyFilter(VerbosityFilter);

impl Filter<Registry> for OnlyFilter {
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
