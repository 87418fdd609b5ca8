//! What takes a logger, or the whole current context, along: futures, streams and closures.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context as TaskContext, Poll},
};

use tracing::Span;

use super::Logger;

/// Gives futures and streams a current logger.
pub trait WithLogger: Sized {
    /// Makes `logger` the current one whenever this future is polled, and while it is dropped, on whatever thread.
    ///
    /// With the feature `stream` it does so for a `futures_core::Stream` too. A task that is spawned starts without a
    /// current logger and without a span: give it both by [`InCurrentContext::in_current_context`].
    ///
    /// ```
    /// use klog::{Logger, WithLogger, kvs};
    ///
    /// async fn reconcile() {
    ///     klog::info!("Reconciled"); // carries attempt=1
    /// }
    ///
    /// let logger = Logger::current().with_values(kvs! { attempt = 1 });
    /// let future = reconcile().with_logger(logger);
    /// # let _ = future;
    /// ```
    fn with_logger(self, logger: Logger) -> InContext<Self> {
        LogContext { logger, span: Span::none() }.attach(self)
    }
}

impl<T> WithLogger for T {}

/// Lets futures and streams that are spawned keep the context of the code that spawns them.
pub trait InCurrentContext: Sized {
    /// Takes the current logger and the current `tracing` span along: both are current again whenever this future is
    /// polled, and while it is dropped, on whatever thread.
    ///
    /// With the feature `stream` it does so for a `futures_core::Stream` too. For closures that threads run there is
    /// [`in_current_context`], for loops of `rayon` [`LogContext::in_scope`].
    ///
    /// ```
    /// use klog::{InCurrentContext, Logger, kvs};
    ///
    /// async fn report() {
    ///     klog::info!("Report sent"); // pod="default/web-0"
    /// }
    ///
    /// # mod tokio { pub fn spawn<F: std::future::Future + Send + 'static>(_: F) {} }
    /// let logger = Logger::current().with_values(kvs! { pod = klog::kref("default", "web-0") });
    /// logger.in_scope(|| tokio::spawn(report().in_current_context()));
    /// ```
    fn in_current_context(self) -> InContext<Self> {
        LogContext::current().attach(self)
    }
}

impl<T> InCurrentContext for T {}

/// Takes the current logger and the current `tracing` span along into a closure that another thread runs.
///
/// ```
/// use klog::{Logger, kvs};
///
/// let logger = Logger::current().with_values(kvs! { shard = 3 });
/// let thread = logger.in_scope(|| {
///     std::thread::spawn(klog::in_current_context(|| klog::info!("Shard loaded"))) // shard=3
/// });
/// # thread.join().expect("it does not panic");
/// ```
pub fn in_current_context<R>(f: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let context = LogContext::current();
    move || context.in_scope(f)
}

/// The logger and the `tracing` span that are current at one point of a program, to be made current at another.
///
/// It is cheap to clone, and can be shared by threads.
///
/// ```
/// use klog::{Logger, kvs, logger::LogContext};
///
/// let logger = Logger::current().with_values(kvs! { job = "index" });
/// logger.in_scope(|| {
///     let context = LogContext::current();
///     std::thread::scope(|scope| {
///         for shard in 0..2 {
///             let context = &context;
///             scope.spawn(move || context.in_scope(|| klog::info!("Shard indexed", shard))); // job="index" shard=0
///         }
///     });
/// });
/// ```
#[derive(Clone, Debug)]
pub struct LogContext {
    logger: Logger,
    span: Span,
}

impl LogContext {
    /// The current logger and span of this thread.
    pub fn current() -> Self {
        LogContext { logger: Logger::current(), span: Span::current() }
    }

    /// Runs `f` with this logger and this span as the current ones of the thread.
    pub fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.span.in_scope(|| self.logger.in_scope(f))
    }

    /// Makes logger and span current whenever `task`, a future or a stream, is polled or dropped.
    ///
    /// ```
    /// use klog::logger::LogContext;
    ///
    /// let context = LogContext::current();
    /// let future = context.attach(async { klog::info!("Report sent") });
    /// # drop(future);
    /// ```
    pub fn attach<T>(self, task: T) -> InContext<T> {
        InContext { task: Some(task), context: self }
    }
}

pin_project_lite::pin_project! {
    /// A future or stream with a logger and a span; made by [`WithLogger`] and [`InCurrentContext`].
    #[derive(Clone)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct InContext<T> {
        // `None` only while it is dropped.
        #[pin]
        task: Option<T>,
        context: LogContext,
    }

    impl<T> PinnedDrop for InContext<T> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What its destructors log belongs to the task as well.
            this.context.in_scope(|| this.task.set(None));
        }
    }
}

impl<T> InContext<T> {
    /// The logger of the task.
    ///
    /// ```
    /// use klog::{Logger, WithLogger};
    ///
    /// let task = async {}.with_logger(Logger::background().with_name("sync"));
    /// assert_eq!(task.logger().name().map(|name| name.joined.as_str()), Some("sync"));
    /// ```
    pub fn logger(&self) -> &Logger {
        &self.context.logger
    }
}

impl<T: fmt::Debug> fmt::Debug for InContext<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InContext")
            .field("task", &self.task)
            .field("context", &self.context)
            .finish()
    }
}

/// A task is there until it is dropped.
fn there<T>(task: Pin<&mut Option<T>>) -> Pin<&mut T> {
    task.as_pin_mut().expect("only the destructor takes the task")
}

impl<F: Future> Future for InContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.context.in_scope(|| there(this.task).poll(context))
    }
}

#[cfg(feature = "stream")]
impl<S: futures_core::Stream> futures_core::Stream for InContext<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        this.context.in_scope(|| there(this.task).poll_next(context))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.task.as_ref().map_or((0, None), futures_core::Stream::size_hint)
    }
}
