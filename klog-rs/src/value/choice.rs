//! What a plain `key = expression` logs, chosen by the expression's type as Go chooses: a log value as what it is, an
//! error as an error, else its `Display` text.
//!
//! Which of the traits below applies is decided by how many references their implementations need, so that a type with
//! several of these properties takes the first. Macros call the method where the type is known; nothing here is for
//! users.

use std::{error::Error, fmt, ops::Deref};

use super::{LogValue, Value};

/// The expression of a pair.
#[derive(Clone, Copy, Debug)]
pub struct PairRef<'r, 'a, T: ?Sized>(pub &'r &'a T);

/// The expression after `err:`: an error first, a log value later.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRef<'r, 'a, T: ?Sized>(pub &'r &'a T);

macro_rules! choice {
    ($($(#[$doc:meta])* $trait:ident;)*) => {$(
        $(#[$doc])*
        pub trait $trait<'r> {
            /// The value.
            fn __klog_value(&self) -> Value<'r>;
        }
    )*};
}

choice! {
    /// Any `std::error::Error`.
    ViaError;
    /// `anyhow::Error` and the like, which give out an error but are none.
    ViaDeref;
    /// Whatever implements `LogValue`.
    ViaLogValue;
    /// An optional error, `None` is null; and the result of what fails with `anyhow::Error` and the like.
    ViaOptionalError;
    /// An optional value that has a text; `None` is null.
    ViaOptionalDisplay;
    /// Anything else that has a text.
    ViaDisplay;
}

/// None of them: the compiler says what a log value is.
pub trait ViaNothing<'r, T: ?Sized> {
    /// Does not compile.
    fn __klog_value(&self) -> Value<'r>
    where
        T: LogValue;
}

macro_rules! order {
    ($of:ident: $log_value:ty, $error:ty, $deref:ty, $optional_error:ty, $optional:ty, $display:ty) => {
        impl<'r, 'a, T: ?Sized> ViaLogValue<'r> for $log_value
        where
            &'a T: LogValue,
        {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                self.0.__capture()
            }
        }

        impl<'r, 'a: 'r, T: Error> ViaError<'r> for $error {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                Value::Error(*self.0)
            }
        }

        impl<'r, 'a: 'r, T: Deref<Target = dyn Error + Send + Sync + 'static>> ViaDeref<'r>
            for $deref
        {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                Value::Error(&***self.0)
            }
        }

        impl<'r, 'a: 'r, E: Error> ViaOptionalError<'r> for $optional_error {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                self.0.as_ref().map_or(Value::Null, |error| Value::Error(error))
            }
        }

        impl<'r, 'a: 'r, D: fmt::Display> ViaOptionalDisplay<'r> for $optional {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                self.0.as_ref().map_or(Value::Null, |value| Value::Display(value))
            }
        }

        impl<'r, 'a: 'r, T: fmt::Display + ?Sized> ViaDisplay<'r> for $display {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                Value::Display(self.0)
            }
        }

        impl<'r, 'a: 'r, T: ?Sized> ViaNothing<'r, T> for $of<'r, 'a, T> {
            #[inline]
            fn __klog_value(&self) -> Value<'r>
            where
                T: LogValue,
            {
                LogValue::log_value(*self.0)
            }
        }
    };
}

macro_rules! results {
    ($($result:ty)*) => {$(
        impl<'r, 'a: 'r, T, E> ViaOptionalError<'r> for &&&PairRef<'r, 'a, $result>
        where
            T: LogValue,
            E: Deref<Target = dyn Error + Send + Sync + 'static>,
        {
            #[inline]
            fn __klog_value(&self) -> Value<'r> {
                match self.0 {
                    Ok(value) => value.__capture(),
                    Err(error) => Value::Error(&**error),
                }
            }
        }
    )*};
}

results! { Result<T, E> &'a Result<T, E> }

order! {
    PairRef: &&&&&&PairRef<'r, 'a, T>,
        &&&&&PairRef<'r, 'a, T>,
        &&&&PairRef<'r, 'a, T>,
        &&&PairRef<'r, 'a, Option<E>>,
        &&PairRef<'r, 'a, Option<D>>,
        &PairRef<'r, 'a, T>
}

order! {
    ErrorRef: &&&&ErrorRef<'r, 'a, T>,
        &&&&&&ErrorRef<'r, 'a, T>,
        &&&&&ErrorRef<'r, 'a, T>,
        &&&ErrorRef<'r, 'a, Option<E>>,
        &&ErrorRef<'r, 'a, Option<D>>,
        &ErrorRef<'r, 'a, T>
}
