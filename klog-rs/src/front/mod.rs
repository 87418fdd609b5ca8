//! Where entries come in: macros, functions, events of `tracing` and records of the `log` crate.

mod before_install;
pub(crate) mod dispatch;
mod enabled;
mod functions;
mod layer;
mod limit;
#[cfg(feature = "log")]
pub(crate) mod log_bridge;
mod logger_fields;
mod macros;
#[doc(hidden)]
pub mod private;
pub(crate) mod sole_layer;

#[cfg(feature = "log")]
pub use self::log_bridge::LogBridge;
