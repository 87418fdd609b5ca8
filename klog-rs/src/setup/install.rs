//! From a configuration to a program that logs.

use std::{fmt, sync::mpsc, thread, time::Duration};

use super::config::{Config, ConfigErrors, Quantity};
use crate::{
    encode::Format,
    front::sole_layer,
    output::{Output, finish, program},
    sink::{Buffered, NonBlocking, Sink, Split, Stream},
};

/// A buffer is never larger than this, whatever the configuration says.
const MAX_BUFFER: u64 = 2 << 30;

impl Config {
    /// Makes this the program's logging: validates it and sets a `tracing` subscriber that writes klog's lines.
    ///
    /// Hold the guard until the end of `main`: it flushes when it is dropped.
    /// With the feature `log`, on by default, what dependencies log through the `log` crate comes out too, see
    /// `LogBridge`.
    /// To combine klog with other layers, use [`Config::output`] and install your own subscriber.
    ///
    /// # Errors
    ///
    /// The configuration is not valid, was applied earlier, or the program has another subscriber (or logger of the `log` crate) already.
    ///
    /// ```
    /// let _guard = klog::Config::default().install()?;
    /// klog::info!("Started", port = 8080);
    /// // I1025 00:15:15.525108       1 main.rs:4] "Started" port=8080
    /// # Ok::<(), klog::config::InstallError>(())
    /// ```
    pub fn install(&self) -> Result<Guard, InstallError> {
        let (output, flush_frequency) = self.build()?;
        let mut guard = output.install()?;
        guard.flusher = flush_frequency.and_then(|frequency| Flusher::start(&output, frequency));
        Ok(guard)
    }

    /// The output that this configuration describes, for programs that install their own subscriber.
    ///
    /// Nobody flushes a buffer of it at an interval; [`crate::flush`] and [`crate::flush_and_exit`] do when it is a layer.
    ///
    /// # Errors
    ///
    /// The configuration is not valid.
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// let output = klog::Config { verbosity: 2, ..Default::default() }.output()?;
    /// let subscriber = tracing_subscriber::registry().with(output.layer());
    /// # let _ = subscriber;
    /// # Ok::<(), klog::config::ConfigErrors>(())
    /// ```
    pub fn output(&self) -> Result<Output, ConfigErrors> {
        Ok(self.build()?.0)
    }

    /// The output, and how often it wants to be flushed if it has a buffer.
    fn build(&self) -> Result<(Output, Option<Duration>), ConfigErrors> {
        self.validate()?;
        let format = self.format.parse::<Format>().expect("the format was validated");
        let options = if format == Format::Text { &self.options.text } else { &self.options.json };
        let (buffer, queue) = (size(options.info_buffer_size), size(self.queue.size));
        let sink: Box<dyn Sink> = match (options.split_stream, buffer) {
            (false, _) => self.queued(Stream::stderr()),
            (true, 0) => self.split(Stream::stdout(), format),
            (true, buffer) => self.split(Buffered::new(Stream::stdout(), buffer), format),
        };
        let output = Output::new(format, sink)
            .with_verbosity(self.verbosity, self.vmodule())
            .with_targets(self.targets.clone());
        // A flush also reports what a queue has lost.
        let is_buffered = options.split_stream && buffer > 0 || queue > 0;
        Ok((output, is_buffered.then(|| self.flush_frequency.to_std())))
    }

    fn split(&self, info: impl Sink, format: Format) -> Box<dyn Sink> {
        let warnings_are_info = format == Format::Json;
        match size(self.queue.size) {
            0 => Box::new(Split { info, error: Stream::stderr(), warnings_are_info }),
            // Each stream has a queue of its own: a reader of one does not hold up the other.
            _ => {
                let (info, error) = (self.queued(info), self.queued(Stream::stderr()));
                Box::new(Split { info, error, warnings_are_info })
            }
        }
    }

    fn queued(&self, sink: impl Sink) -> Box<dyn Sink> {
        match size(self.queue.size) {
            0 => Box::new(sink),
            size => Box::new(NonBlocking::new(sink, size, self.queue.when_full)),
        }
    }
}

impl Output {
    /// Makes this output the program's logging, as [`Config::install`] does for one that is described by flags: for
    /// programs with a sink, clock or format of their own.
    ///
    /// As klog's layer is the only one of the subscriber that is set, macros write their entries without a detour through
    /// `tracing`'s layers.
    ///
    /// # Errors
    ///
    /// Logging was installed earlier, or the program has another subscriber (or logger of the `log` crate) already.
    ///
    /// ```
    /// let output = klog::Output::new(klog::Format::Text, klog::sink::Stream::stdout());
    /// let _guard = output.with_verbosity(2, Default::default()).install()?;
    /// klog::info!(v: 2, "Started", port = 8080);
    /// # Ok::<(), klog::config::InstallError>(())
    /// ```
    pub fn install(&self) -> Result<Guard, InstallError> {
        if !program::take() {
            return Err(InstallError::Applied);
        }
        let result = self.take_over();
        if result.is_err() {
            program::give_back();
        }
        result?;
        crate::control::warn_of_hidden();
        Ok(Guard { flusher: None, installed: self.identity() })
    }
}

impl Output {
    /// Takes the places of `tracing`'s subscriber and the `log` crate's logger, both or none.
    fn take_over(&self) -> Result<(), InstallError> {
        if sole_layer::has_subscriber() {
            return Err(InstallError::OtherSubscriber);
        }
        #[cfg(feature = "log")]
        if !crate::front::log_bridge::install() {
            return Err(InstallError::OtherLogger);
        }
        sole_layer::install(self).map_err(|_| InstallError::OtherSubscriber)?;
        #[cfg(feature = "log")]
        crate::front::log_bridge::follow();
        Ok(())
    }
}

/// A number of bytes; zero is none.
fn size(quantity: Quantity) -> usize {
    u64::try_from(quantity.bytes()).unwrap_or(0).min(MAX_BUFFER) as usize
}

/// Flushes when it is dropped, and at the interval of the configuration before; made by [`Config::install`].
///
/// Once it is dropped, no buffer keeps lines any more. So nothing is lost without it, but nothing is buffered either:
/// `let _ = config.install()` drops it at once, `let _guard = config.install()?` at the end of the block.
/// How programs end, and which ends lose lines, is said at [`crate::flush_and_exit`].
#[derive(Debug)]
#[must_use = "without the guard nothing is buffered: bind it to a name, `_guard`, and not to `_`, which drops it at once"]
pub struct Guard {
    flusher: Option<Flusher>,
    /// See [`Output::identity`].
    installed: usize,
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.flusher.take());
        finish(self.installed);
    }
}

/// klog's flush daemon: a thread that flushes an output at an interval.
#[derive(Debug)]
struct Flusher {
    /// Dropping it ends the thread.
    _stop: mpsc::Sender<()>,
}

impl Flusher {
    /// Without a thread, lines stay in the buffer until it is full or the guard is dropped.
    fn start(output: &Output, frequency: Duration) -> Option<Flusher> {
        let (stop, stopped) = mpsc::channel();
        let output = output.clone();
        let run = move || {
            while stopped.recv_timeout(frequency) == Err(mpsc::RecvTimeoutError::Timeout) {
                // What was lost is counted.
                let _ = output.flush();
            }
        };
        thread::Builder::new().name("klog-flush".into()).spawn(run).ok()?;
        Some(Flusher { _stop: stop })
    }
}

/// Why logging could not be installed.
///
/// ```
/// use klog::config::InstallError;
///
/// let _guard = klog::Config::default().install()?;
/// assert_eq!(klog::Config::default().install().map(drop), Err(InstallError::Applied));
/// # Ok::<(), InstallError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstallError {
    /// The configuration is not valid.
    Config(ConfigErrors),
    /// Logging was installed before.
    Applied,
    /// The program has a `tracing` subscriber already.
    OtherSubscriber,
    /// The `log` crate has a logger already.
    OtherLogger,
}

impl From<ConfigErrors> for InstallError {
    fn from(errors: ConfigErrors) -> Self {
        InstallError::Config(errors)
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstallError::Config(errors) => errors.fmt(formatter),
            InstallError::Applied => {
                formatter.write_str("logging configuration was already applied earlier, changing it is not allowed")
            }
            InstallError::OtherSubscriber => formatter.write_str(
                "the program has a tracing subscriber already: add `config.output()?.layer()` to it instead of `install()`",
            ),
            InstallError::OtherLogger => formatter.write_str(
                "the `log` crate has a logger already: remove it, since klog takes over what dependencies log, or turn off klog-rs' feature `log`",
            ),
        }
    }
}

impl std::error::Error for InstallError {}
