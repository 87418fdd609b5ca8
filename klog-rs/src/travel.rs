//! A logger that travels with a future.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::Logger;

/// Gives futures a current logger.
pub trait WithLogger: Sized {
    /// Makes `logger` the current one whenever this future is polled, on whatever thread.
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
    fn with_logger(self, logger: Logger) -> Logged<Self>;
}

impl<F: Future> WithLogger for F {
    fn with_logger(self, logger: Logger) -> Logged<F> {
        Logged { future: self, logger }
    }
}

pin_project_lite::pin_project! {
    /// A future with a current logger; made by [`WithLogger::with_logger`].
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Logged<F> {
        #[pin]
        future: F,
        logger: Logger,
    }
}

impl<F: Future> Future for Logged<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.logger.in_scope(|| this.future.poll(context))
    }
}
