//! A logger that travels with a future or a stream.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::Logger;

/// Gives futures and streams a current logger.
pub trait WithLogger: Sized {
    /// Makes `logger` the current one whenever this future is polled, on whatever thread.
    ///
    /// With the feature `stream` it does so for a `futures_core::Stream` too. A task that is spawned starts without a
    /// current logger: give it one, `tokio::spawn(task.with_logger(Logger::current()))`.
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
    fn with_logger(self, logger: Logger) -> Logged<Self> {
        Logged { inner: self, logger }
    }
}

impl<T> WithLogger for T {}

pin_project_lite::pin_project! {
    /// A future or stream with a current logger; made by [`WithLogger::with_logger`].
    #[derive(Clone, Debug)]
    #[must_use = "futures and streams do nothing unless polled"]
    pub struct Logged<T> {
        #[pin]
        inner: T,
        logger: Logger,
    }
}

impl<F: Future> Future for Logged<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.logger.in_scope(|| this.inner.poll(context))
    }
}

#[cfg(feature = "stream")]
impl<S: futures_core::Stream> futures_core::Stream for Logged<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        this.logger.in_scope(|| this.inner.poll_next(context))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
