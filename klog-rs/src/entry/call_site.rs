//! The static part of a log call: what is known at compile time, and the decision whether it is enabled.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        LazyLock, RwLock,
        atomic::{AtomicU8, Ordering},
    },
};

use once_cell::race::OnceBox;
use tracing::{
    Level, Metadata,
    callsite::Identifier,
    level_filters::{LevelFilter, STATIC_MAX_LEVEL},
    subscriber::Interest,
};
use tracing_core::{Callsite, field::FieldSet, metadata::Kind};

use super::no_subscriber;
use crate::{
    base::{Key, Severity, fork},
    pairs::Template,
};

/// A call of a macro; macros make one `static` each.
pub struct CallSite {
    metadata: Metadata<'static>,
    interest: AtomicU8,
    severity: Severity,
    verbosity: u32,
    has_err: bool,
    has_target: bool,
    message: &'static str,
    /// `message`, then `err` where there is one, then the keys.
    fields: &'static [&'static str],
    /// Made when the first line is written: of its thousands of call sites a program reaches few.
    template: OnceBox<Template>,
}

/// Level for `tracing` of an entry: V4 is DEBUG, above is TRACE.
#[doc(hidden)]
pub const fn level(severity: Severity, verbosity: u32) -> Level {
    match severity {
        Severity::Info if verbosity >= 5 => Level::TRACE,
        Severity::Info if verbosity == 4 => Level::DEBUG,
        Severity::Info => Level::INFO,
        Severity::Warning => Level::WARN,
        Severity::Error | Severity::Fatal => Level::ERROR,
    }
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;
const UNREGISTERED: u8 = 3;
const REGISTERING: u8 = 4;

/// The facts about a call that the macros know.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct CallSiteInfo {
    /// `event src/main.rs:42`.
    pub name: &'static str,
    pub target: &'static str,
    pub severity: Severity,
    pub verbosity: u32,
    pub file: &'static str,
    pub line: u32,
    pub module: &'static str,
    pub message: &'static str,
    /// `message`, then `err` where there is one, then the keys.
    pub fields: &'static [&'static str],
    pub has_err: bool,
    /// The call names its target.
    pub has_target: bool,
}

impl CallSite {
    #[doc(hidden)]
    pub const fn new(known: CallSiteInfo, this: &'static CallSite) -> Self {
        let level = level(known.severity, known.verbosity);
        CallSite {
            metadata: Metadata::new(
                known.name,
                known.target,
                level,
                Some(known.file),
                Some(known.line),
                Some(known.module),
                FieldSet::new(known.fields, Identifier(this)),
                Kind::EVENT,
            ),
            interest: AtomicU8::new(UNREGISTERED),
            severity: known.severity,
            verbosity: known.verbosity,
            has_err: known.has_err,
            has_target: known.has_target,
            message: known.message,
            fields: known.fields,
            template: OnceBox::new(),
        }
    }

    pub(crate) fn metadata(&self) -> &Metadata<'static> {
        &self.metadata
    }

    pub(crate) fn severity(&self) -> Severity {
        self.severity
    }

    pub(crate) fn verbosity(&self) -> u32 {
        self.verbosity
    }

    pub(crate) fn message(&self) -> &'static str {
        self.message
    }

    /// How many pairs a call has.
    pub(crate) fn n_pairs(&self) -> usize {
        self.fields.len() - 1 - usize::from(self.has_err)
    }

    /// What all its lines have in common.
    #[inline]
    pub(crate) fn template(&'static self) -> &'static Template {
        self.template.get().unwrap_or_else(|| self.new_template())
    }

    #[cold]
    #[inline(never)]
    fn new_template(&'static self) -> &'static Template {
        self.template.get_or_init(|| {
            let keys = self.fields.iter().skip(1 + usize::from(self.has_err));
            let keys = keys.map(|key| Key::checked(key)).collect();
            Box::new(Template::new(&self.metadata, Some(self.message), keys))
        })
    }

    pub(crate) fn has_target(&self) -> bool {
        self.has_target
    }

    pub(crate) fn has_err(&self) -> bool {
        self.has_err
    }

    /// Verbosity and place of the call are known at run time only.
    pub(crate) fn decides_at_run_time(&self) -> bool {
        self.metadata.line() == Some(0)
    }

    /// Whether anybody wants what is logged here.
    #[inline]
    pub(crate) fn is_enabled(&'static self) -> bool {
        if self.may_be_enabled_at(*self.metadata.level()) {
            self.filters_agree()
        } else {
            no_subscriber::no_subscriber_yet() && self.is_enabled_without_level()
        }
    }

    /// Whether it is logged although `tracing` had no level for it a moment ago.
    #[cold]
    #[inline(never)]
    fn is_enabled_without_level(&'static self) -> bool {
        if no_subscriber::has_none() {
            return self.is_early();
        }
        // The program got its subscriber since then, and the level with it.
        self.may_be_enabled_at(*self.metadata.level()) && self.filters_agree()
    }

    /// Whether it is logged by a program that has no subscriber.
    fn is_early(&self) -> bool {
        self.decides_at_run_time() || no_subscriber::takes(self.severity, self.verbosity)
    }

    /// The first half of the same: no filter has said that it never wants what is logged here.
    ///
    /// The level is one that the compiler knows, so that it compares constants.
    #[inline(always)]
    pub(crate) fn may_be_enabled_at(&'static self, level: Level) -> bool {
        level <= STATIC_MAX_LEVEL
            && level <= LevelFilter::current()
            && self.interest.load(Ordering::Relaxed) != NEVER
    }

    /// The second half: no filter that must be asked each time says no.
    ///
    /// Filters keep their answer for the event that follows: ask only when there will be one.
    #[inline]
    pub(crate) fn filters_agree(&'static self) -> bool {
        match self.interest.load(Ordering::Relaxed) {
            NEVER => false,
            ALWAYS => true,
            _ => self.ask(),
        }
    }

    #[cold]
    #[inline(never)]
    fn ask(&'static self) -> bool {
        // Nobody listens yet. From the moment when a subscriber is made until it is the program's, `tracing` has a level already,
        // and a call site that registered itself would be silent for good.
        if no_subscriber::no_subscriber_yet() && no_subscriber::has_none() {
            return self.is_early();
        }
        if LevelFilter::current() == LevelFilter::OFF {
            return false;
        }
        let first = self
            .interest
            .compare_exchange(UNREGISTERED, REGISTERING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok();
        if first {
            // `tracing` has locks of its own.
            let _held = fork::hold();
            fork::write(&SITES).insert(self.metadata.callsite(), self);
            tracing_core::callsite::register(self);
        }
        match self.interest.load(Ordering::Relaxed) {
            NEVER => false,
            ALWAYS => true,
            _ => tracing::dispatcher::get_default(|dispatch| dispatch.enabled(&self.metadata)),
        }
    }
}

/// All call sites that have been reached, for the filter, which is given metadata only.
static SITES: LazyLock<RwLock<HashMap<Identifier, &'static CallSite>>> =
    LazyLock::new(RwLock::default);

/// The call site of metadata, if it is one of ours.
pub(crate) fn find(metadata: &Metadata<'_>) -> Option<&'static CallSite> {
    let _held = fork::hold();
    fork::read(&SITES).get(&metadata.callsite()).copied()
}

impl Callsite for CallSite {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.interest.store(interest, Ordering::SeqCst);
    }

    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl fmt::Debug for CallSite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CallSite").field("message", &self.message).finish_non_exhaustive()
    }
}
