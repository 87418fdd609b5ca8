//! Name and pairs of a logger as fields of its entries' events, for layers that know nothing of loggers.
//!
//! The fields of an event are static data of its call. So each call gets further metadata for each set of keys that its
//! loggers have: the call's own fields, and after them the logger's.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock, RwLock},
};

use smallvec::SmallVec;
use tracing::{Metadata, callsite::Identifier, subscriber::Interest};
use tracing_core::{Callsite, field::FieldSet, metadata::Kind};

use crate::{
    base::{Key, fork},
    entry::{CallSite, Record},
    value::Value,
};

/// So many sets of keys are kept, for as long as the program runs: run-time keys could be of any number.
const MAX_SETS: usize = 1024;

/// What the logger of an entry adds to the fields of its call.
pub(super) struct LoggerFields<'a> {
    pub(super) metadata: &'static Metadata<'static>,
    pub(super) pairs: SmallVec<[(&'a str, Value<'a>); 8]>,
}

impl<'a> LoggerFields<'a> {
    /// Nothing if the logger adds nothing, or if there are too many sets of keys.
    pub(super) fn of(site: &'static CallSite, record: &Record<'a>) -> Option<Self> {
        let (name, logger) = record.logger;
        let own = site.metadata().fields();
        let mut pairs: SmallVec<[(&str, Value<'_>); 8]> =
            name.into_iter().map(|name| ("logger", Value::Str(&name.compact))).collect();
        if let Some(logger) = logger {
            logger.for_each(|key, value| pairs.push((key, value)));
        }
        // As in a line, the pair of the call counts.
        pairs.retain(|(key, _)| own.field(*key).is_none());
        if pairs.is_empty() {
            return None;
        }
        Some(LoggerFields { metadata: metadata(site, &pairs)?, pairs })
    }
}

type Sets = HashMap<(usize, u32), Vec<&'static Metadata<'static>>>;

/// The metadata of a call with these keys.
fn metadata(
    site: &'static CallSite,
    pairs: &[(&str, Value<'_>)],
) -> Option<&'static Metadata<'static>> {
    static ALL: LazyLock<RwLock<Sets>> = LazyLock::new(RwLock::default);
    let n_own = site.metadata().fields().len();
    let hash = pairs.iter().fold(0_u32, |hash, (key, _)| hash.rotate_left(5) ^ Key::hash(key));
    let place = (std::ptr::from_ref(site).addr(), hash);
    let find = |sets: &Sets| {
        let is_it = |metadata: &&&'static Metadata<'static>| {
            let further = metadata.fields().iter().skip(n_own).map(|field| field.name());
            further.eq(pairs.iter().map(|(key, _)| *key))
        };
        sets.get(&place).and_then(|sets| sets.iter().find(is_it)).copied()
    };
    let _held = fork::hold();
    if let Some(metadata) = find(&fork::read(&ALL)) {
        return Some(metadata);
    }
    let mut sets = fork::write(&ALL);
    if let Some(metadata) = find(&sets) {
        return Some(metadata);
    }
    if sets.values().map(Vec::len).sum::<usize>() >= MAX_SETS {
        return None;
    }
    let metadata = make(site.metadata(), pairs);
    sets.entry(place).or_default().push(metadata);
    Some(metadata)
}

/// A call site that `tracing` does not know: filters were asked about the call itself.
struct Further(OnceLock<Metadata<'static>>);

impl Callsite for Further {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        self.0.get().expect("it is set when it is made")
    }
}

#[cold]
fn make(of_call: &Metadata<'static>, pairs: &[(&str, Value<'_>)]) -> &'static Metadata<'static> {
    let own = of_call.fields().iter().map(|field| field.name());
    let further = pairs.iter().map(|(key, _)| &*String::from(*key).leak());
    let names: Vec<&'static str> = own.chain(further).collect();
    let further: &'static Further = Box::leak(Box::new(Further(OnceLock::new())));
    further.0.get_or_init(|| {
        Metadata::new(
            of_call.name(),
            of_call.target(),
            *of_call.level(),
            of_call.file(),
            of_call.line(),
            of_call.module_path(),
            FieldSet::new(names.leak(), Identifier(further)),
            Kind::EVENT,
        )
    })
}
