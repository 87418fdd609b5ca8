//! Logs of a test: printed with it, and as data to assert on (ktesting in Go).
//!
//! Each test has a log of its own and no global state, so tests run in parallel without seeing each other's entries.
//!
//! ```
//! use klog::{Logger, kref, testing::TestLog};
//!
//! fn bind(logger: &Logger) {
//!     klog::info!(logger: logger, v: 2, "Pod bound", pod = kref("default", "web-0"), node = kref("", "worker-1"));
//! }
//!
//! // In a #[test]:
//! let log = TestLog::new();
//! bind(&log.logger());
//! let bound = log.entries().message("Pod bound").pair("pod", kref("default", "web-0")).single();
//! assert_eq!(bound.verbosity, 2);
//! assert_eq!(bound.text("node"), Some("worker-1".into()));
//! log.entries().severity(klog::Severity::Error).assert_none();
//! ```

mod entries;

use std::{
    fmt,
    io::{self, Write},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, ThreadId},
};

use tracing::Dispatch;

pub use self::entries::{Entries, TestEntry};
use crate::{
    base::{Severity, fork},
    encode::{Format, Line},
    entry::Vmodule,
    logger::Logger,
    output::{Output, Tap},
    sink::Sink,
};

/// V level up to which a test logs (ktesting's default).
///
/// ```
/// let log = klog::testing::TestLog::new();
/// assert!(log.logger().enabled(klog::testing::DEFAULT_VERBOSITY));
/// ```
pub const DEFAULT_VERBOSITY: u32 = 5;

/// The variable of the environment that says another one: `KLOG_TEST_VERBOSITY=9 cargo test`.
const VERBOSITY_VARIABLE: &str = "KLOG_TEST_VERBOSITY";

/// The log of one test.
///
/// Lines come out with the output that the test harness captures for the test, whatever thread or task they are from:
/// those of other threads are printed by the test's own thread, when it logs next or drops the log. With `--nocapture`
/// they come out at once. What is logged after the end of the test goes to standard error, marked with the test's name:
/// `after the end of test store::compacts: I1123 …`.
#[must_use = "the log of a test ends when this is dropped: bind it to a name"]
pub struct TestLog {
    shared: Arc<Shared>,
    output: Output,
}

impl Default for TestLog {
    fn default() -> Self {
        Self::new()
    }
}

impl TestLog {
    /// A log for the test that calls this, up to V5 or what the variable `KLOG_TEST_VERBOSITY` says; make it on the test's
    /// own thread.
    ///
    /// ```
    /// let log = klog::testing::TestLog::new();
    /// klog::info!(logger: log.logger(), v: 5, "Cache hit");
    /// log.entries().message("Cache hit").single();
    /// ```
    pub fn new() -> Self {
        let wanted =
            std::env::var(VERBOSITY_VARIABLE).ok().and_then(|text| text.trim().parse().ok());
        TestLog::with_verbosity(wanted.unwrap_or(DEFAULT_VERBOSITY), Vmodule::default())
    }

    /// A log for the test that calls this, up to another V level, and to further ones by file.
    ///
    /// ```
    /// let log = klog::testing::TestLog::with_verbosity(0, klog::config::Vmodule::default());
    /// klog::info!(logger: log.logger(), v: 1, "Cache hit");
    /// log.entries().assert_none();
    /// ```
    pub fn with_verbosity(verbosity: u32, vmodule: Vmodule) -> Self {
        let thread = thread::current();
        let shared = Arc::new(Shared {
            test: thread.name().unwrap_or("unknown").to_owned(),
            thread: thread.id(),
            ended: AtomicBool::new(false),
            captured: is_captured(),
            state: Mutex::default(),
        });
        let output = Output::new(Format::Text, Nowhere)
            .with_verbosity(verbosity, vmodule)
            .with_tap(shared.clone());
        TestLog { shared, output }
    }

    /// The logger to pass to the code under test, or to let travel with it: [`Logger::in_scope`],
    /// [`crate::WithLogger::with_logger`].
    pub fn logger(&self) -> Logger {
        self.output.logger()
    }

    /// Runs `f` with the logger as the current one, and takes what `f` logs on this thread by plain `tracing` and by the
    /// `log` crate too.
    ///
    /// ```
    /// use klog::testing::TestLog;
    ///
    /// let log = TestLog::new();
    /// log.run(|| {
    ///     klog::info!("Started");
    ///     tracing::warn!(peer = "10.0.0.7", "lost leader");
    ///     log::error!("no such member");
    /// });
    /// assert_eq!(log.entries().messages(), ["Started", "lost leader", "no such member"]);
    /// ```
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        use tracing_subscriber::layer::SubscriberExt as _;

        #[cfg(feature = "log")]
        if log::set_logger(&crate::front::log_bridge::LogBridge).is_ok() {
            log::set_max_level(log::LevelFilter::Trace);
        }
        // While no dispatcher lives, `tracing` may remember for good that nobody wants a call that is reached for the first
        // time just when one is made on another thread. Two that live as long as the process keep it from that.
        static ALIVE: OnceLock<[Dispatch; 2]> = OnceLock::new();
        fork::get_or_init(&ALIVE, || {
            [(), ()].map(|()| Dispatch::new(tracing_subscriber::registry()))
        });
        let subscriber = tracing_subscriber::registry().with(self.output.own_layer());
        tracing::subscriber::with_default(subscriber, || self.logger().in_scope(f))
    }

    /// All entries so far, in the order in which they were logged.
    ///
    /// ```
    /// let log = klog::testing::TestLog::new();
    /// klog::info!(logger: log.logger(), "Started");
    /// assert_eq!(log.entries().len(), 1);
    /// ```
    pub fn entries(&self) -> Entries {
        Entries::new(self.shared.state().entries.clone())
    }
}

impl Drop for TestLog {
    fn drop(&mut self) {
        self.shared.print(&mut self.shared.state());
        self.shared.ended.store(true, Relaxed);
    }
}

impl fmt::Debug for TestLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TestLog")
            .field("test", &self.shared.test)
            .field("entries", &self.entries())
            .finish_non_exhaustive()
    }
}

/// What the log and its loggers share.
struct Shared {
    test: String,
    /// The thread whose output the harness captures.
    thread: ThreadId,
    ended: AtomicBool,
    captured: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: Vec<Arc<TestEntry>>,
    /// Lines of other threads that are not printed yet.
    pending: String,
}

impl Shared {
    fn state(&self) -> fork::Guarded<MutexGuard<'_, State>> {
        fork::lock(&self.state)
    }

    /// Prints what waits, with the macro whose output the harness captures.
    fn print(&self, state: &mut State) {
        if !state.pending.is_empty() {
            // klog: allow(print-macro) the harness captures what this macro prints
            eprint!("{}", state.pending);
            state.pending.clear();
        }
    }
}

impl Tap for Shared {
    fn entry(&self, line: &Line<'_>, rendered: &[u8]) {
        let entry = TestEntry::new(line);
        let rendered = String::from_utf8_lossy(rendered);
        if self.ended.load(Relaxed) {
            // The harness no longer looks at what this thread prints by macros. A closed standard error has no reader.
            let _ = write!(io::stderr(), "after the end of test {}: {rendered}", self.test);
            return;
        }
        let mut state = self.state();
        state.entries.push(Arc::new(entry));
        state.pending.push_str(&rendered);
        if !self.captured || thread::current().id() == self.thread {
            self.print(&mut state);
        }
    }
}

/// Whether the harness captures output: it does, unless an option says otherwise or there is no harness.
fn is_captured() -> bool {
    let asked =
        |argument: std::ffi::OsString| argument == "--nocapture" || argument == "--no-capture";
    !std::env::args_os().any(asked)
        && std::env::var_os("RUST_TEST_NOCAPTURE").is_none_or(|value| value == "0")
}

/// The lines of a test's log are printed by its tap.
struct Nowhere;

impl Sink for Nowhere {
    fn write(&self, _: Severity, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
