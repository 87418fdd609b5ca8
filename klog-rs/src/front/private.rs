//! What the macros' code calls. Nothing here is for users.

use std::{fmt, rc::Rc, sync::Arc};

pub use tracing::Level;

pub use klog_macros::{debug, error, every, every_n, fatal, first_n, info, kvs, trace, warn};

pub use super::{
    dispatch::{log, log_current, log_error, log_error_current},
    enabled::{enabled, enabled_current},
    limit::{Limit, limited},
};
pub use crate::{
    entry::{CallSite, CallSiteInfo, level},
    value::{
        Named,
        choice::{
            ErrorRef, PairRef, ViaDeref, ViaDisplay, ViaError, ViaLogValue, ViaNothing,
            ViaOptionalDisplay, ViaOptionalError,
        },
        shape::{
            AllViaMetadata, AllViaPointer, AllViaShape, ObjectOf, ObjectsOf, ViaMetadata,
            ViaNoObject, ViaPointer, ViaPointers, ViaShape,
        },
    },
};
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
