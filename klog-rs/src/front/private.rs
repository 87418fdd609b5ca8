//! What the macros' code calls. Nothing here is for users.

use std::{fmt, ops::Deref, rc::Rc, sync::Arc};

pub use tracing::Level;

pub use klog_macros::{debug, error, every, every_n, fatal, first_n, info, kvs, trace, warn};

pub use super::{
    dispatch::{log, log_current, log_error, log_error_current},
    enabled::{enabled, enabled_current},
    limit::{Limit, limited},
};
pub use crate::entry::{CallSite, Known, level};
use crate::{
    logger::Logger,
    value::{LogValue, Value},
};

#[inline]
pub fn capture<T: LogValue>(value: &T) -> Value<'_> {
    value.__capture()
}

#[inline]
pub fn display<T: fmt::Display>(value: &T) -> Value<'_> {
    Value::Display(value)
}

#[inline]
pub fn debug_value<T: fmt::Debug>(value: &T) -> Value<'_> {
    Value::Debug(value)
}

/// What `logger:` takes: a logger, or a reference or pointer to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a logger",
    label = "not a logger",
    note = "`logger:` takes a `klog::Logger` or a reference to one"
)]
pub trait AsLogger {
    fn as_logger(&self) -> &Logger;
}

impl AsLogger for Logger {
    #[inline]
    fn as_logger(&self) -> &Logger {
        self
    }
}

macro_rules! as_logger {
    ($($pointer:ty,)*) => {$(
        impl<T: AsLogger + ?Sized> AsLogger for $pointer {
            #[inline]
            fn as_logger(&self) -> &Logger {
                (**self).as_logger()
            }
        }
    )*};
}

as_logger! { &T, &mut T, Box<T>, Rc<T>, Arc<T>, }

#[inline]
pub fn logger<T: AsLogger + ?Sized>(logger: &T) -> &Logger {
    logger.as_logger()
}

/// The expression behind `err:`. Which of the traits below applies is decided by how many references their
/// implementations need, so that a type with several of these properties takes the first.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRef<'a, T: ?Sized>(pub &'a T);

/// Any `std::error::Error`.
pub trait ViaError<'a> {
    fn __klog_error(&self) -> Value<'a>;
}

impl<'a, T: std::error::Error> ViaError<'a> for &&&ErrorRef<'a, T> {
    #[inline]
    fn __klog_error(&self) -> Value<'a> {
        Value::Error(self.0)
    }
}

/// `anyhow::Error` and the like, which lend an error but are none.
pub trait ViaDeref<'a> {
    fn __klog_error(&self) -> Value<'a>;
}

impl<'a, T: Deref<Target = dyn std::error::Error + Send + Sync + 'static>> ViaDeref<'a>
    for &&ErrorRef<'a, T>
{
    #[inline]
    fn __klog_error(&self) -> Value<'a> {
        Value::Error(&**self.0)
    }
}

/// Boxed errors, strings.
pub trait ViaLogValue<'a> {
    fn __klog_error(&self) -> Value<'a>;
}

impl<'a, T: LogValue> ViaLogValue<'a> for &ErrorRef<'a, T> {
    #[inline]
    fn __klog_error(&self) -> Value<'a> {
        self.0.__capture()
    }
}

/// Anything else that has a text.
pub trait ViaDisplay<'a> {
    fn __klog_error(&self) -> Value<'a>;
}

impl<'a, T: fmt::Display> ViaDisplay<'a> for ErrorRef<'a, T> {
    #[inline]
    fn __klog_error(&self) -> Value<'a> {
        Value::Display(self.0)
    }
}
