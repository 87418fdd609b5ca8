//! The static part of a log call: what is known at compile time, and the decision whether it is enabled.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        LazyLock, PoisonError, RwLock,
        atomic::{AtomicU8, Ordering},
    },
};

use tracing::{
    Level, Metadata,
    callsite::Identifier,
    level_filters::{LevelFilter, STATIC_MAX_LEVEL},
    subscriber::Interest,
};
use tracing_core::{Callsite, field::FieldSet, metadata::Kind};

use crate::{Severity, early, encode::Key};

/// A call of a macro; macros make one `static` each.
pub struct CallSite {
    metadata: Metadata<'static>,
    interest: AtomicU8,
    severity: Severity,
    verbosity: u32,
    has_err: bool,
    /// Set of the keys, see [`Key::bit`].
    bits: u64,
    message: &'static str,
    /// `main.rs:42] "Message"`, or nothing where the message is quoted at run time.
    text: &'static str,
    /// `src/main.rs:42`, or nothing where it or the message is quoted at run time.
    caller: &'static str,
    keys: &'static [&'static str],
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

/// What the macros know.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// `event src/main.rs:42`, and behind it `] "Message"` where no format has to quote anything in the message.
    ///
    /// All that a line shows of a call site is cut out of this one string: a program has thousands of them.
    pub whole: &'static str,
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
}

impl CallSite {
    #[doc(hidden)]
    pub const fn new(known: Known, this: &'static CallSite) -> Self {
        let level = level(known.severity, known.verbosity);
        let (_, keys) = known.fields.split_at(1 + known.has_err as usize);
        let (mut bits, mut index) = (0, 0);
        while index < keys.len() {
            bits |= Key::bit(keys[index]);
            index += 1;
        }
        let (name, quoted) = known.whole.split_at(end_of_place(known.whole, known.file));
        let (text, message) = if quoted.is_empty() {
            ("", known.message)
        } else {
            let (_, message) = quoted.split_at("] \"".len());
            (without_directories(known.whole, known.file, 1), message.split_at(message.len() - 1).0)
        };
        let caller = if !quoted.is_empty() && is_plain(known.file.as_bytes()) {
            without_directories(name, known.file, 2)
        } else {
            ""
        };
        CallSite {
            metadata: Metadata::new(
                name,
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
            bits,
            message,
            text,
            caller,
            keys,
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

    pub(crate) fn text(&self) -> &'static str {
        self.text
    }

    pub(crate) fn caller(&self) -> &'static str {
        self.caller
    }

    pub(crate) fn keys(&self) -> &'static [&'static str] {
        self.keys
    }

    pub(crate) fn bits(&self) -> u64 {
        self.bits
    }

    pub(crate) fn has_err(&self) -> bool {
        self.has_err
    }

    /// Verbosity and place of the call are known at run time only.
    pub(crate) fn decides_late(&self) -> bool {
        self.metadata.line() == Some(0)
    }

    /// Whether anybody wants what is logged here.
    #[inline]
    pub(crate) fn is_enabled(&'static self) -> bool {
        if self.may_be_enabled_at(*self.metadata.level()) {
            self.filters_agree()
        } else {
            early::may_be() && early::allows(self)
        }
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
        if LevelFilter::current() == LevelFilter::OFF {
            // Nobody listens yet.
            return early::allows(self);
        }
        let first = self
            .interest
            .compare_exchange(UNREGISTERED, REGISTERING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok();
        if first {
            SITES
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(self.metadata.callsite(), self);
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

/// The call site behind metadata, if it is one of ours.
pub(crate) fn find(metadata: &Metadata<'_>) -> Option<&'static CallSite> {
    SITES.read().unwrap_or_else(PoisonError::into_inner).get(&metadata.callsite()).copied()
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

/// What `whole` begins with.
const EVENT: &str = "event ";

/// Where `event src/main.rs:42` ends.
const fn end_of_place(whole: &str, file: &str) -> usize {
    let bytes = whole.as_bytes();
    let mut at = EVENT.len() + file.len() + ":".len();
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        at += 1;
    }
    if at < bytes.len() { at } else { bytes.len() }
}

/// `event src/main.rs:42…` without its first word and with the last `n_kept` elements of the path only.
///
/// JSON keeps two elements, text one; a path of which all but the first slash would go stays whole, as in Go.
const fn without_directories(whole: &'static str, file: &str, n_kept: usize) -> &'static str {
    let file = file.as_bytes();
    let (mut at, mut n_found) = (file.len(), 0);
    while at > 0 {
        if file[at - 1] == b'/' || file[at - 1] == b'\\' {
            n_found += 1;
            if n_found == n_kept {
                break;
            }
        }
        at -= 1;
    }
    whole.split_at(EVENT.len() + at).1
}

/// Whether a path can stand in JSON as it is.
const fn is_plain(path: &[u8]) -> bool {
    let mut index = 0;
    while index < path.len() {
        if path[index] < 0x20 || path[index] == b'"' || path[index] == b'\\' || path[index] >= 0x7f
        {
            return false;
        }
        index += 1;
    }
    true
}
